import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BIN, START } from '../cli.ts';
import { findPython } from '../process/python.ts';
import { remaining } from '../processes.ts';

const python = findPython();
const here = python !== null && process.platform === 'linux' && existsSync('/dev/shm');
/** Runs of each way of ending; more with LK_TEST_LEFTOVERS. */
const RUNS = Number(process.env.LK_TEST_LEFTOVERS ?? 2);

const ENDS = ['normal', 'crash', 'timeout', 'budget', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
type End = (typeof ENDS)[number];

/** What the command does with what was there, makes itself, and starts. It says its processes and objects in a file. */
const COMMAND = `
import json, mmap, os, signal, stat, sys, time
job, log = json.loads(sys.argv[1]), sys.argv[2]
kept = []
def say(kind, what):
    with open(log, "a") as file:
        file.write(f"{kind} {what}\\n")
def use(name, how):
    try:
        if not stat.S_ISREG(os.stat(name).st_mode): return
        file = open(name, "rb" if how == "read" else "r+b")
        kept.append(file)
        if how == "map" and os.fstat(file.fileno()).st_size:
            kept.append(mmap.mmap(file.fileno(), 0))
    except OSError: pass
for name, how in job["uses"]: use(name, how)
if job["deaf"]:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
def make(index, how):
    name = f"{job['prefix']}own-{os.getpid()}-{index}"
    file = open(name, "w+b"); file.write(b"x" * 4096); file.flush()
    if how == "map":
        kept.append(mmap.mmap(file.fileno(), 0)); file.close()
    else: kept.append(file)
    say("own", name)
def child(how):
    if os.fork(): return
    if how != "fork": os.setsid()
    if how == "daemon" and os.fork(): os._exit(0)
    say("pid", os.getpid())
    make(9, "map")
    say("ready", os.getpid())
    time.sleep(300)
for how in job["children"]: child(how)
say("pid", os.getpid())
for index, how in enumerate(job["makes"]): make(index, how)
while open(log).read().count("ready") < len(job["children"]): time.sleep(0.01)
say("ready", os.getpid())
if job["end"] == "crash": os.kill(os.getpid(), signal.SIGSEGV)
if job["end"] != "normal": time.sleep(300)
`;

const before = fc.record({
  place: fc.constantFrom('shm', 'tmp', 'cwd'),
  kind: fc.constantFrom('file', 'file', 'file', 'folder', 'socket', 'fifo', 'symlink', 'hard link', 'dangling'),
  bytes: fc.uint8Array({ maxLength: 64 }),
});
const jobs = fc.record({
  before: fc.array(before, { minLength: 2, maxLength: 10 }),
  uses: fc.array(fc.constantFrom('read', 'write', 'map'), { minLength: 1, maxLength: 10 }),
  makes: fc.array(fc.constantFrom('map', 'open'), { maxLength: 3 }),
  children: fc.array(fc.constantFrom('fork', 'session', 'daemon'), { maxLength: 3 }),
  deaf: fc.boolean(),
});
type Job = typeof jobs extends fc.Arbitrary<infer T> ? T : never;

function lay(file: string, kind: Job['before'][number]['kind'], bytes: Uint8Array): void {
  if (kind === 'file') writeFileSync(file, bytes);
  else if (kind === 'fifo') execFileSync('mkfifo', [file]);
  else if (kind === 'dangling') symlinkSync('nowhere', file);
  else if (kind === 'socket') {
    const script = 'import os, socket, sys; os.chdir(sys.argv[1]); socket.socket(socket.AF_UNIX).bind(sys.argv[2])';
    execFileSync(python as string, ['-c', script, path.dirname(file), path.basename(file)]);
  } else if (kind === 'folder') {
    mkdirSync(file);
    writeFileSync(path.join(file, 'in it'), bytes);
  } else {
    writeFileSync(`${file}.of`, bytes);
    if (kind === 'symlink') symlinkSync(`${file}.of`, file);
    else linkSync(`${file}.of`, file);
  }
}

/** All that is to be said of what is there, to the byte. */
function state(file: string): unknown {
  const { ino, mode, size, nlink, uid, gid } = lstatSync(file);
  const type = mode & 0o170000;
  if (type === 0o040000)
    return { ino, mode, uid, in: readdirSync(file).map((name) => [name, state(path.join(file, name))]) };
  const content =
    type === 0o100000
      ? createHash('sha256').update(readFileSync(file)).digest('hex')
      : type === 0o120000
        ? readlinkSync(file)
        : null;
  return { ino, mode, size, nlink, uid, gid, content };
}

async function run(job: Job, end: End): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
  const prefix = `/dev/shm/${path.basename(root)}-`;
  const own = (): string[] => readdirSync('/dev/shm').filter((name) => `/dev/shm/${name}`.startsWith(prefix));
  try {
    const [tmp, cwd, log] = ['tmp', 'cwd', 'log'].map((name) => path.join(root, name)) as [string, string, string];
    for (const folder of [tmp, cwd]) mkdirSync(folder);
    const places = { shm: prefix, tmp: `${tmp}/`, cwd: `${cwd}/` };
    job.before.forEach(({ place, kind, bytes }, index) => {
      lay(`${places[place]}${index}`, kind, bytes);
    });
    const there = [
      ...own().map((name) => `/dev/shm/${name}`),
      ...[tmp, cwd].flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name))),
    ];
    const expected = there.map((file) => [file, state(file)]);
    writeFileSync(log, '');
    const names = there.filter((file) => lstatSync(file).isFile() || lstatSync(file).isSymbolicLink());
    const uses = job.uses.flatMap((how, index) => {
      const name = names[index % names.length];
      return name === undefined ? [] : [[name, how]];
    });
    const told = JSON.stringify({ ...job, before: undefined, uses, prefix, end });
    const small = [
      '--processes',
      '1',
      '--threads',
      '1',
      '--backend-threads',
      '1',
      '--warmup',
      '0',
      '--max-trials',
      '1',
    ];
    const limit = end === 'timeout' ? ['--timeout', '1s'] : end === 'budget' ? ['--budget', '1s'] : [];
    const args = ['bench', 'batch', '--json', '--quiet', ...small, ...limit, '--lenskit', '2025.8.1', '--'];
    const child = spawn(START, [BIN, ...args, python as string, '-c', COMMAND, told, log], {
      cwd,
      env: { PATH: process.env.PATH, TMPDIR: tmp },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
    const said = (kind: string): string[] =>
      readFileSync(log, 'utf8')
        .split('\n')
        .flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
    if (end.startsWith('SIG')) {
      const until = Date.now() + 30_000;
      while (said('ready').length <= job.children.length && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill(end as NodeJS.Signals);
    }
    const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 'SIGKILL' } as const;
    const status = await ended;
    if (end in statuses) expect(status).toBe(statuses[end as keyof typeof statuses]);
    expect(await remaining(said('pid'))).toEqual([]);
    // After SIGKILL the launcher goes on for a moment by itself: its folders and objects go last.
    const held = end === 'normal' || end === 'crash' ? [] : said('own'); // of a crash nothing may have been seen
    for (let tries = 0; tries < 100 && held.some((name) => existsSync(name)); tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(there.map((file) => [file, state(file)])).toEqual(expected);
    expect(held.filter((name) => existsSync(name))).toEqual([]);
    expect(readdirSync(tmp).filter((name) => name.startsWith('lk-'))).toEqual([]);
  } finally {
    for (const name of own()) rmSync(`/dev/shm/${name}`, { recursive: true, force: true });
    rmSync(root, { recursive: true, force: true });
  }
}

(here ? describe : describe.skip)('a benchmark loses nothing that was there, and leaves no process', () => {
  test.each(ENDS)(
    '%s',
    async (end) => {
      await fc.assert(
        fc.asyncProperty(jobs, (job) => run(job, end)),
        { numRuns: RUNS, interruptAfterTimeLimit: 300_000 + RUNS * 10_000, endOnFailure: true },
      );
    },
    400_000 + RUNS * 20_000,
  );
});

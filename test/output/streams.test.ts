import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BIN, homeOfUse, PROJECT, START } from '../cli.ts';

const SNAPSHOT = path.join(PROJECT, 'docs/pictures/slurm.json');
const LONG = ['doctor', '--json', '--fail-on', 'never', '--from', SNAPSHOT];

/** `lk` as `"$0" "$@"` of a shell script. */
function shell(script: string, args: string[], env: { [name: string]: string } = {}): SpawnSyncReturns<string> {
  return spawnSync('bash', ['-c', script, START, BIN, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent-home', ...env },
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
}

function withFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-streams-'));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Without what differs from run to run. */
const steady = (document: string): string => document.replace(/"time": "[^"]*"/, '');

const whole = shell('"$0" "$@"', LONG);
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe('a disk that fills up in the middle', () => {
  test('the longest document there is, to compare with', () => {
    expect({ status: whole.status, stderr: whole.stderr }).toEqual({ status: 0, stderr: '' });
    expect(whole.stdout.length).toBeGreaterThan(12_000);
  });

  (canMount ? test : test.skip)('a small file system (needs mounts)', () =>
    withFolder((folder) => {
      const inside = 'mount -t tmpfs -o size=8k tmpfs "$FOLDER" && "$0" "$@" > "$FOLDER/out"; echo $? >&3';
      const script = `exec unshare --mount bash -c '${inside}' "$0" "$@" 3>&1`;
      const { stdout, stderr } = shell(script, LONG, { FOLDER: folder });
      expect({ stdout, stderr }).toEqual({
        stdout: '2\n',
        stderr: 'lk: standard output cannot be written: no space left\n',
      });
    }),
  );

  test.each([LONG, ['bench', 'batch', '--help'], ['explain']])('a limit of file sizes: %s %s', (...args) =>
    withFolder((folder) => {
      const full = path.join(folder, 'out');
      // `ulimit -f` counts in blocks of 1024 bytes.
      writeFileSync(full, 'x'.repeat(1024));
      const env = { OUT: full, HOME: homeOfUse(folder) };
      const { status, stderr } = shell('ulimit -f 2; "$0" "$@" >> "$OUT"', args, env);
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: 'lk: standard output cannot be written: larger than a file may become here\n',
      });
      expect(statSync(full).size).toBe(2048);
    }),
  );
});

describe('pipes and terminals', () => {
  test('a pipe that does not block and is read late gets all of it', () => {
    const reader = `
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETFL, fcntl.fcntl(w, fcntl.F_GETFL) | os.O_NONBLOCK)
if hasattr(fcntl, 'F_SETPIPE_SZ'): fcntl.fcntl(w, fcntl.F_SETPIPE_SZ, 4096)
lk = subprocess.Popen(sys.argv[2:], **{sys.argv[1]: w})
os.close(w)
time.sleep(0.5)
while part := os.read(r, 777): sys.stdout.buffer.write(part)
sys.exit(lk.wait())`;
    const read = (stream: string, args: string[]): SpawnSyncReturns<string> =>
      spawnSync('python3', ['-c', reader, stream, START, BIN, ...args], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
        timeout: 60_000,
      });
    const document = read('stdout', LONG);
    expect({ status: document.status, same: steady(document.stdout) === steady(whole.stdout) }).toEqual({
      status: 0,
      same: true,
    });
    // A report beside an output that has standard output to itself.
    const aside = read('stderr', ['doctor', '--snapshot', '-', '--verbose', '--fail-on', 'never']);
    expect({ status: aside.status, length: aside.stdout.length > 4096 }).toEqual({ status: 0, length: true });
    expect(aside.stdout.endsWith('\n')).toBe(true);
  });

  test.each([
    ['closed', '2>&-'],
    ['full', '2> /dev/full'],
    ['without a reader', '2> >(true)'],
  ])('a standard error that is %s costs nothing else', (_, where) => {
    expect(shell(`"$0" "$@" ${where}`, ['explain', 'nothing']).status).toBe(2);
    const { status, stdout } = shell(`"$0" "$@" ${where}`, LONG);
    expect({ status, stdout: steady(stdout) }).toEqual({ status: 0, stdout: steady(whole.stdout) });
    expect(shell(`"$0" "$@" ${where} > /dev/full`, LONG).status).toBe(2);
    // It says what goes on there, again and again.
    const bench = ['bench', 'batch', '--lenskit', '2025.8.1', '--runs', '1', '--warmup', '0', '--max-trials', '2'];
    expect(shell(`"$0" "$@" ${where}`, [...bench, '--', 'true']).status).toBe(0);
  });

  test('a standard output that was closed is no error, as with /dev/null', () => {
    expect(shell('"$0" "$@" >&-', LONG)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('what nobody meant to be thrown', () => {
  const thrown = (code: string, args: string[], more: { [name: string]: string } = {}): SpawnSyncReturns<string> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-thrown-'));
    try {
      const file = path.join(folder, 'throws.cjs');
      writeFileSync(file, code);
      return shell('"$0" "$@"', args, { NODE_OPTIONS: `--require=${file}`, ...more });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const ERROR = String.raw`new TypeError('x is\n::error::no\u001b[31m function')`;
  const MESSAGE = String.raw`TypeError: x is\n::error::no\x1b[31m function: a fault of lk, please report it`;

  test.each([
    ['an exception', `setImmediate(() => { throw ${ERROR} })`],
    ['a rejection', `setImmediate(() => { Promise.reject(${ERROR}) })`],
    ['an exception within a command', `Date.prototype.toISOString = () => { throw ${ERROR} }`],
  ])('%s is one line and exit status 2', (what, code) => {
    const args = what.includes('within') ? ['doctor', '--from', SNAPSHOT] : ['explain'];
    const { status, stderr } = thrown(code, args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `lk: ${MESSAGE}\n` });
  });

  test('with --json one document, unless one was printed', () => {
    const early = thrown(`process.nextTick(() => { throw ${ERROR} })`, ['doctor', '--json']);
    expect(early.status).toBe(2);
    expect(JSON.parse(early.stdout)).toEqual({
      schemaVersion: 1,
      error: { type: 'TypeError', message: expect.stringContaining('please report it') },
    });
    const late = thrown(`process.once('beforeExit', () => { throw ${ERROR} })`, LONG);
    expect({ status: late.status, stderr: late.stderr }).toEqual({ status: 2, stderr: `lk: ${MESSAGE}\n` });
    expect(steady(late.stdout)).toBe(steady(whole.stdout));
  });

  test('a stack is shown to whoever asks for it', () => {
    const { stderr } = thrown(`setImmediate(() => { throw ${ERROR} })`, ['explain'], { DEBUG: '1' });
    expect(stderr).toContain('    at ');
  });
});

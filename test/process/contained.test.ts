import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Program, runContained } from '../../src/process/contained.ts';
import { lastLines } from '../../src/process/last-lines.ts';
import { LaunchError, Launcher } from '../../src/process/launcher.ts';
import { launcherPython } from '../../src/process/launcher-python.ts';
import { killMarked, MARKER } from '../../src/process/marked.ts';
import { Interrupted, interruptible } from '../../src/process/signals.ts';
import { memoryHost } from '../memory-host.ts';
import { remaining } from '../processes.ts';
import { findPython } from './python.ts';

jest.setTimeout(30_000);

const python = findPython();
const withPython = python === null ? describe.skip : describe;
const unix = process.platform === 'win32' ? describe.skip : describe;
const onLinux = process.platform === 'linux' ? test : test.skip;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-contained-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

const shell = (script: string, more: Partial<Program> = {}): Program => ({
  argv: ['/bin/sh', '-c', script],
  env: { PATH: '/usr/bin:/bin', A: '1 2' },
  timeoutSeconds: 20,
  mostOutput: 10_000,
  ...more,
});

const pidsOf = (output: string): string[] => output.trim().split(/\s+/).filter(Boolean);

unix('a program without a launcher', () => {
  const run = (script: string, more: Partial<Program> = {}) => runContained(shell(script, more), null);

  test('says how it ended, and what it said', async () => {
    expect(await run('echo "$A" "$0"; echo wrong >&2; exit 3')).toEqual({
      exitCode: 3,
      signal: null,
      ended: null,
      output: '1 2 /bin/sh\n',
      errors: 'wrong\n',
    });
    expect(await run('kill -9 $$')).toMatchObject({ exitCode: null, signal: 9, ended: null });
  });

  test('what it writes is told as it comes, whole letters, and not kept', async () => {
    const told = { output: '', errors: '' };
    const onOutput = (stream: 'output' | 'errors', text: string): void => {
      told[stream] += text;
    };
    const write = (fd: number) => `printf '\\303' >&${fd}; sleep 0.1; printf '\\251\\n' >&${fd}`;
    const ended = await run(`${write(1)}; ${write(2)}`, { mostOutput: 0, onOutput });
    expect(told).toEqual({ output: 'é\n', errors: 'é\n' });
    expect(ended).toMatchObject({ exitCode: 0, ended: null, output: '', errors: '' });
  });

  test('has no input', async () => {
    expect(await run('cat; exit 4', { timeoutSeconds: 5 })).toMatchObject({ ended: null, exitCode: 4 });
  });

  /** To whom a signal went, once it had ended by itself, as its own number or its group's. */
  async function signalled(platform: NodeJS.Platform, end: string): Promise<string[]> {
    const own = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
    const { kill } = process;
    const sent: number[] = [];
    const running = run(`echo $$; sleep 0.2; ${end}`);
    Object.defineProperty(process, 'platform', { ...own, value: platform });
    process.kill = (pid) => {
      sent.push(pid);
      return true;
    };
    try {
      const pid = Number((await running).output);
      return sent.map((one) => (one === pid ? 'itself' : one === -pid ? 'its group' : 'another'));
    } finally {
      process.kill = kill;
      Object.defineProperty(process, 'platform', own);
    }
  }

  onLinux(
    'when it has ended its number may be another’s: signalled is only where nothing tells what left',
    async () => {
      for (const end of ['exit 0', 'kill -9 $$']) {
        expect(await signalled('linux', end)).toEqual([]);
        expect(await signalled('darwin', end)).toEqual(['its group']);
        expect(await signalled('win32', end)).toEqual(['itself']);
      }
    },
  );

  test('that cannot be started is an error', async () => {
    await expect(runContained(shell('', { argv: ['/nowhere/x'] }), null)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('with as much output as is wanted goes on; with more it is ended', async () => {
    expect(await run('printf 1234; exit 5', { mostOutput: 4 })).toMatchObject({ ended: null, exitCode: 5 });
    const more = await run('printf 12345; sleep 30', { mostOutput: 4 });
    expect(more).toMatchObject({ ended: 'output', signal: 9 });
    expect(await run('printf 12345678 >&2', { mostOutput: 5 })).toMatchObject({ ended: null, errors: '45678' });
  });

  test('ends at its time, with all that it has started', async () => {
    // One without the mark is found by its group.
    const script = 'sleep 30 & echo $!; env -i /bin/sleep 30 & echo $! $$; wait';
    const result = await run(script, { timeoutSeconds: 0.3 });
    expect(result).toMatchObject({ ended: 'timeout', exitCode: null, signal: 9 });
    expect(pidsOf(result.output)).toHaveLength(3);
    expect(await remaining(pidsOf(result.output))).toEqual([]);
  });

  onLinux('what left its group, or keeps its output open, does not outlive it', async () => {
    const result = await run('setsid sleep 30 & echo $!; sleep 30 & echo $!; exit 0');
    expect(result).toMatchObject({ ended: null, exitCode: 0 });
    expect(pidsOf(result.output)).toHaveLength(2);
    expect(await remaining(pidsOf(result.output))).toEqual([]);
  });

  test('is no more interrupted by a time-out when it has ended', async () => {
    const result = await run('exit 0', { timeoutSeconds: 0.4 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(result.ended).toBeNull();
  });

  test.each(SIGNALS)('%s of lk ends it, then lk with %i', async (signal, status) => {
    const running = run('echo; sleep 30');
    setTimeout(() => process.emit(signal), 100);
    await expect(running).rejects.toMatchObject({ name: 'Interrupted', exitStatus: status });
  });
});

withPython('a program with a launcher', () => {
  const script = path.resolve(__dirname, '../../bench/launcher.py');
  const run = (line: string, more: Partial<Program> = {}) =>
    runContained(shell(line, more), { python: python as string, script });

  test('says the same', async () => {
    expect(await run('echo "$A"; echo wrong >&2; exit 3')).toMatchObject({
      exitCode: 3,
      signal: null,
      ended: null,
      output: '1 2\n',
      errors: 'wrong\n',
    });
    expect(await run('printf 12345; sleep 30', { mostOutput: 4 })).toMatchObject({ ended: 'output' });
    expect(await run('sleep 30', { timeoutSeconds: 0.2 })).toMatchObject({ ended: 'timeout' });
    await expect(run('', { argv: ['/nowhere/x'] })).rejects.toMatchObject({ name: 'LaunchError', code: 'ENOENT' });
  });

  test.each(SIGNALS)('%s of lk ends it, then lk with %i', async (signal, status) => {
    const running = run('sleep 30');
    setTimeout(() => process.emit(signal), 300);
    await expect(running).rejects.toMatchObject({ name: 'Interrupted', exitStatus: status });
  });

  test('nothing of the launcher is left when it has ended, nor when it could not be started', async () => {
    const log = path.join(folder, 'pids');
    const fake = path.join(folder, 'noted.py');
    writeFileSync(fake, `import os\nopen(${JSON.stringify(log)}, "a").write(f"{os.getpid()} ")\n${FAKE}`);
    const noted = (argv: string[], more: Partial<Program> = {}) =>
      runContained(shell('', { argv, ...more }), { python: python as string, script: fake });
    expect(await noted(['x'])).toMatchObject({ ended: null });
    await expect(noted(['error'])).rejects.toThrow('error: not there');
    const pids = pidsOf(readFileSync(log, 'utf8'));
    expect(pids).toHaveLength(2);
    expect(await remaining(pids)).toEqual([]);
  });

  test('has its temporary files in a folder of the launcher’s, where it wants one and there can be one', async () => {
    const fake = path.join(folder, 'folders.py');
    const variables = async (source: string, more: Partial<Program>): Promise<object> => {
      writeFileSync(fake, source);
      const owner = { python: python as string, script: fake };
      const { output } = await runContained(shell('', { argv: ['x'], ...more }), owner);
      const { env } = (JSON.parse(output) as { run: { env: { [name: string]: string } } }).run;
      return { TMPDIR: env.TMPDIR, A: env.A };
    };
    const made = FAKE.replace('parent + "/lk-bench-x"', '"/tmp/lk-bench-x"');
    const refused = FAKE.replace('parent == "denied"', 'True');
    expect(await variables(made, { hasTemporaryFiles: true })).toEqual({ TMPDIR: '/tmp/lk-bench-x', A: '1 2' });
    expect(await variables(refused, { hasTemporaryFiles: true })).toEqual({ A: '1 2' });
    expect(await variables(made, {})).toEqual({ A: '1 2' });
  });

  test('runs without one where that does not start', async () => {
    const owner = { python: '/nowhere/python3', script };
    expect(await runContained(shell('exit 4'), owner)).toMatchObject({ exitCode: 4 });
  });
});

/** Says of each request what it was, and does what its first word says. */
const FAKE = `
import json, os, sys
say = lambda answer: print(json.dumps(answer), flush=True)
say({"ready": True})
for line in sys.stdin:
    asked = json.loads(line)
    if "folder" in asked:
        parent = asked["folder"]
        if parent == "denied": say({"error": "Permission Denied", "errno": 13})
        elif parent == "odd": say({"error": "Odd", "errno": 99999})
        else: say({"folder": parent + "/lk-bench-x"})
    elif asked.get("stop") is True: say({"ended": "stopped", "kept": []})
    else:
        word = asked["run"]["argv"][0]
        if word == "exit": sys.exit(3)
        if word == "kill": os.kill(os.getpid(), 9)
        if word == "error": say({"error": "Not There", "errno": 2})
        elif word != "wait":
            asked["flags"] = [sys.flags.isolated, sys.flags.no_site, os.getsid(0) == os.getpid()]
            say({"ended": None, "output": json.dumps(asked), "kept": [{"path": "/dev/shm/" + word, "why": "open"}]})
say({"unremoved": [{"path": "/told/lk-bench-x", "why": "busy"}]})
`;

withPython('the launcher, by what it says', () => {
  let fake: string;
  beforeAll(() => {
    fake = path.join(folder, 'fake.py');
    writeFileSync(fake, FAKE);
  });
  const started = (): Promise<Launcher> => Launcher.start(python as string, fake);
  const request = (word: string, more: object = {}) => ({ argv: [word], env: {}, timeout: null, ...more });

  test('is asked for what is wanted, without the user’s own Python settings, in a session of its own', async () => {
    const launcher = await started();
    const env = { A: '1', B: undefined };
    const { output } = await launcher.run({ argv: ['x', 'y z'], env, timeout: 2.5, output: 7, bounded: true });
    const asked = JSON.parse(output) as { run: { env: object }; flags: unknown[] };
    expect(asked.flags).toEqual([1, 1, true]);
    expect(asked.run).toEqual({
      argv: ['x', 'y z'],
      env: { A: '1', [MARKER]: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      input: null,
      grace: null,
      after: null,
      show: false,
      timeout: 2.5,
      output: 7,
      bounded: true,
    });
    const plain = JSON.parse((await launcher.run(request('z'))).output) as { run: object };
    expect(plain.run).toMatchObject({ timeout: null, output: 0, bounded: false });
    expect([...launcher.kept]).toEqual([
      ['/dev/shm/x', 'open'],
      ['/dev/shm/z', 'open'],
    ]);
    await launcher.close();
  });

  test('what it refuses is an error in small letters, with the system’s name for it', async () => {
    const launcher = await started();
    const refused = (running: Promise<unknown>): Promise<unknown> => running.catch((error: unknown) => error);
    expect(await refused(launcher.run(request('error')))).toMatchObject({
      name: 'LaunchError',
      message: 'error: not there',
      code: 'ENOENT',
    });
    expect(await refused(launcher.folder('denied'))).toMatchObject({
      message: 'denied: permission denied',
      code: 'EACCES',
    });
    expect(await refused(launcher.folder('odd'))).toMatchObject({ message: 'odd: odd', code: null });
    await launcher.close();
  });

  test('stop ends the one that runs', async () => {
    const launcher = await started();
    const running = launcher.run(request('wait'));
    launcher.stop();
    expect(await running).toMatchObject({ ended: 'stopped' });
    await launcher.close();
  });

  test('folders that are left are named: those that it tells of, and those that are still there', async () => {
    const launcher = await started();
    mkdirSync(path.join(folder, 'lk-bench-x'));
    expect(await launcher.folder(folder)).toBe(path.join(folder, 'lk-bench-x'));
    await launcher.folder('/nowhere');
    await launcher.folder('/told');
    expect(await launcher.close()).toEqual([
      { path: '/told/lk-bench-x', why: 'busy' },
      { path: path.join(folder, 'lk-bench-x'), why: 'the launcher was ended before it could' },
    ]);
  });

  test.each([
    ['exit', 'status 3'],
    ['kill', 'SIGKILL'],
  ])('when it is gone, every request says so: %s', async (word, why) => {
    const launcher = await started();
    const message = `the launcher (${python}) ended: ${why}`;
    await expect(launcher.run(request(word))).rejects.toThrow(new LaunchError(message));
    await expect(launcher.run(request('x'))).rejects.toThrow(message);
    await expect(launcher.folder('/x')).rejects.toThrow(message);
    expect(() => launcher.stop()).not.toThrow();
    await launcher.close();
  });

  test('one that does not start is an error', async () => {
    await expect(Launcher.start('/nowhere/python3', fake)).rejects.toThrow(
      'the launcher (/nowhere/python3) ended: ENOENT',
    );
    await expect(Launcher.start(python as string, '/nowhere/x.py')).rejects.toThrow('ended: status 2');
  });
});

describe('the mark', () => {
  const sleeper = (mark: string, more: object = {}): ChildProcess =>
    spawn('sleep', ['300'], { stdio: 'ignore', env: { PATH: '/usr/bin:/bin', [MARKER]: mark }, ...more });

  onLinux('kills those that have it, in whatever session, and none that has another', async () => {
    const mark = `test-${process.pid}-${Date.now()}`;
    const own = [sleeper(mark), sleeper(mark, { detached: true })];
    const others = [sleeper(`${mark}x`), sleeper(mark.slice(0, -1)), spawn('sleep', ['300'], { stdio: 'ignore' })];
    // What a process is called may look like the end of its name.
    const odd = spawn('/bin/sh', ['-c', 'printf ") Z 1" > /proc/$$/comm; echo; read x'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { [MARKER]: mark },
    });
    await new Promise((resolve) => odd.stdout?.once('data', resolve));
    try {
      // execve(2) of each has to have come first.
      await new Promise((resolve) => setTimeout(resolve, 100));
      killMarked(mark);
      expect(await remaining([...own, odd].map(({ pid }) => String(pid)))).toEqual([]);
      for (const other of others) expect(other.kill(0)).toBe(true);
    } finally {
      for (const child of [...own, ...others, odd]) child.kill('SIGKILL');
    }
  });
});

describe('signals', () => {
  test.each(SIGNALS)('%s: it is brought to its end once, then the status is %i', async (signal, status) => {
    const before = process.listenerCount(signal);
    let times = 0;
    const result = await interruptible(
      async () => {
        process.emit(signal);
        return 'done';
      },
      () => times++,
    );
    expect({ ...result, times }).toEqual({ done: 'done', status, times: 1 });
    expect(process.listenerCount(signal)).toBe(before);
    expect(new Interrupted(status)).toMatchObject({ name: 'Interrupted', message: `interrupted by ${signal}` });
  });

  test('the second ends the program at once, with its own status', async () => {
    const { exit } = process;
    const statuses: unknown[] = [];
    process.exit = ((code: unknown) => statuses.push(code)) as unknown as typeof process.exit;
    try {
      await interruptible(
        async () => {
          process.emit('SIGHUP');
          process.emit('SIGINT');
        },
        () => {},
      );
    } finally {
      process.exit = exit;
    }
    expect(statuses).toEqual([130]);
  });

  test('without one there is no status; nothing listens behind it, also when it throws', async () => {
    expect(
      await interruptible(
        async () => 1,
        () => {},
      ),
    ).toEqual({ done: 1, status: null });
    const before = process.listenerCount('SIGINT');
    const thrown = new Error('x');
    await expect(
      interruptible(
        () => Promise.reject(thrown),
        () => {},
      ),
    ).rejects.toBe(thrown);
    expect(process.listenerCount('SIGINT')).toBe(before);
    expect(new Interrupted(1).message).toBe('interrupted');
  });
});

describe('the last lines', () => {
  test('eight at most, of 400 letters, none of them empty', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    expect(lastLines(`${lines.join('\n')}\n\n \n`)).toEqual(lines.slice(4));
    expect(lastLines('')).toEqual([]);
    expect(lastLines('a\n\nb')).toEqual(['a', 'b']);
    expect(lastLines(' a')).toEqual([' a']);
    expect(lastLines('x'.repeat(500))).toEqual(['x'.repeat(400)]);
  });
});

test('the system’s own Python first, then the user’s, then one on the PATH', () => {
  const host = (...files: string[]) => ({
    ...memoryHost(Object.fromEntries(files.map((file) => [file, ''])), { PATH: '/opt/x' }),
    isExecutable: (file: string) => files.includes(file),
    isWritableFolder: () => null,
    ownership: () => null,
  });
  const all = ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'];
  for (let from = 0; from < all.length; from++)
    expect(launcherPython(host(...all.slice(from)), '/env/bin/python')).toBe(all[from]);
  expect(launcherPython(host('/opt/x/python3'), '/env/bin/python')).toBe('/env/bin/python');
  expect(launcherPython(host('/opt/x/python3'), null)).toBe('/opt/x/python3');
  expect(launcherPython(host(), null)).toBeNull();
});

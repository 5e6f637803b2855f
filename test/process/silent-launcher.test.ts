import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Launcher } from '../../src/process/launcher.ts';
import { living } from '../../src/process/living.ts';
import { MARKER } from '../../src/process/marked.ts';
import { remaining } from '../processes.ts';
import { findPython } from './python.ts';

const python = findPython();
const here = python !== null && process.platform === 'linux' ? describe : describe.skip;

/** A launcher that does not do what it should; of a word it first says its own number and those it has started. */
const FAKE = `
import json, os, signal, subprocess, sys, time
say = lambda answer: print(json.dumps(answer), flush=True)
say({"ready": True})
for line in sys.stdin:
    asked = json.loads(line)
    if "folder" in asked: say({"folder": asked["folder"]}); continue
    if "stop" in asked: say({"ended": "stopped", "kept": []}); continue
    word = asked["run"]["argv"][0]
    if word == "start":
        inner = subprocess.Popen(["sh", "-c", "setsid sleep 300 & echo $!; wait"], stdout=subprocess.PIPE)
        pids = [inner.pid, int(inner.stdout.readline())]
        say({"output": " ".join(map(str, [os.getpid(), *pids])), "kept": []})
    elif word == "who": say({"output": str(os.getpid()), "kept": []})
    elif word == "garbage": print("{oops", flush=True)
    elif word == "garbage, then it goes": print("{oops", flush=True); os.close(1); time.sleep(300)
    elif word == "stop": os.kill(os.getpid(), signal.SIGSTOP); say({"output": "woken", "kept": []})
    elif word == "deaf": os.close(0); say({"output": "", "kept": []}); time.sleep(300)
    elif word == "hang": time.sleep(300)
    elif word == "held":
        held = subprocess.Popen(["sleep", "300"], env=asked["run"]["env"], start_new_session=True)
        sys.stderr.close()
        say({"output": str(held.pid), "kept": []})
        sys.exit(3)
`;

let folder: string;
let fake: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-silent-'));
  fake = path.join(folder, 'fake.py');
  writeFileSync(fake, FAKE);
});
afterAll(() => rmSync(folder, { recursive: true }));

const { now } = performance;
const { setInterval: every, clearInterval: stop } = globalThis;
/** What the launcher does each second; here, when it is told to. */
let look = (): void => {};
let looking = 0;
let passed = 0;
beforeEach(() => {
  passed = 0;
  looking = 0;
  performance.now = () => now.call(performance) + passed * 1000;
  globalThis.setInterval = ((what: () => void) => {
    look = what;
    looking++;
    return 0;
  }) as unknown as typeof setInterval;
  globalThis.clearInterval = (() => looking--) as unknown as typeof clearInterval;
});
afterEach(() => {
  performance.now = now;
  globalThis.setInterval = every;
  globalThis.clearInterval = stop;
});

const looks = (times: number): void => {
  for (let done = 0; done < times; done++) look();
};
const request = (word: string, timeout: number | null = null) => ({ argv: [word], env: {}, timeout });
const problem = (running: Promise<unknown>): Promise<string> =>
  running.then(
    () => 'none',
    (error: Error) => error.message,
  );
/** Whether it is still under way, after all that is due has been done. */
async function isPending(running: Promise<unknown>): Promise<boolean> {
  const other = Symbol('later');
  return (await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 50, other))])) === other;
}
async function started(launcher: Launcher): Promise<string[]> {
  const pids = (await launcher.run(request('start'))).output.split(' ');
  expect(pids).toHaveLength(3);
  return pids;
}
async function hasState(pid: number, state: string): Promise<void> {
  for (let tries = 0; tries < 500 && living(pid)?.state !== state; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(living(pid)?.state).toBe(state);
}

here('a launcher that does not do what it should', () => {
  const start = (): Promise<Launcher> => Launcher.start(python as string, fake);
  const ended = (why: string): string => `the launcher (${python}) ended: ${why}`;

  test.each(['garbage', 'garbage, then it goes'])(
    'says what is no answer (%s): it ends with all below it, and nothing beside it',
    async (word) => {
      const beside = spawn('/bin/sleep', ['300'], { stdio: 'ignore' });
      try {
        const launcher = await start();
        const pids = await started(launcher);
        expect(await problem(launcher.run(request(word)))).toBe(ended('it said what is no answer'));
        expect(await remaining(pids)).toEqual([]);
        expect(beside.kill(0)).toBe(true);
        expect(await launcher.close()).toEqual([]);
        expect(looking).toBe(0);
      } finally {
        beside.kill('SIGKILL');
      }
    },
  );

  test('does not answer for ten looks after it should have: it ends, with all below it', async () => {
    const launcher = await start();
    const pids = await started(launcher);
    const running = problem(launcher.run(request('hang', 60)));
    passed = 59;
    looks(20);
    expect(await isPending(running)).toBe(true);
    passed = 61;
    looks(9);
    expect(await isPending(running)).toBe(true);
    looks(1);
    expect(await running).toBe(ended('it did not answer for 10 s'));
    expect(await remaining(pids)).toEqual([]);
    await launcher.close();
  });

  test('has as long as it wants where no time is set, and where nothing is asked of it', async () => {
    const launcher = await start();
    const { output } = await launcher.run(request('who', 0));
    passed = 1e6;
    looks(20);
    expect(living(output)).not.toBeNull();
    const running = problem(launcher.run(request('hang')));
    passed = 2e6;
    looks(20);
    expect(await isPending(running)).toBe(true);
    // From when it is to stop it should have answered at once; the looks begin anew.
    launcher.stop();
    passed = 2e6 + 1;
    looks(9);
    void launcher.close();
    passed = 2e6 + 2;
    looks(9);
    expect(await isPending(running)).toBe(true);
    looks(1);
    expect(await running).toBe(ended('it did not answer for 10 s'));
  });

  test('has a minute to remove its folders; those that are still there are named', async () => {
    const launcher = await start();
    expect(await launcher.folder(folder)).toBe(folder);
    const running = problem(launcher.run(request('hang')));
    const closed = launcher.close();
    passed = 1;
    looks(59);
    expect(await isPending(running)).toBe(true);
    looks(1);
    expect(await running).toBe(ended('it did not answer for 60 s'));
    expect(await closed).toEqual([{ path: folder, why: 'the launcher was ended before it could' }]);
  });

  test('names once what it could not remove itself and is still there', async () => {
    const keeping = path.join(folder, 'keeping.py');
    writeFileSync(
      keeping,
      `import json, sys
say = lambda answer: print(json.dumps(answer), flush=True)
say({})
for line in sys.stdin: say({"folder": json.loads(line)["folder"]})
say({"unremoved": [{"path": ${JSON.stringify(folder)}, "why": "busy"}]})`,
    );
    const launcher = await Launcher.start(python as string, keeping);
    await launcher.folder(folder);
    expect(await launcher.close()).toEqual([{ path: folder, why: 'busy' }]);
  });

  test('hears nothing any more: what is written to it is lost, and it ends like one that does not answer', async () => {
    const launcher = await start();
    await launcher.run(request('deaf', 0));
    const running = problem(launcher.run(request('x', 0)));
    expect(await isPending(running)).toBe(true);
    passed = 1;
    looks(10);
    expect(await running).toBe(ended('it did not answer for 10 s'));
  });

  test('has a minute to start', async () => {
    const silent = path.join(folder, 'silent.py');
    writeFileSync(silent, 'import time\ntime.sleep(300)');
    const running = problem(Launcher.start(python as string, silent));
    passed = 59;
    looks(20);
    expect(await isPending(running)).toBe(true);
    passed = 61;
    looks(10);
    expect(await running).toBe(ended('it did not answer for 10 s'));
  });

  test.each([
    ['the next look', () => look()],
    ['stop()', (launcher: Launcher) => launcher.stop()],
    ['close()', (launcher: Launcher) => void launcher.close()],
  ])('is stopped by a signal: %s wakes it', async (_, wake) => {
    const launcher = await start();
    const own = (await launcher.run(request('who'))).output;
    const running = launcher.run(request('stop'));
    await hasState(Number(own), 'T');
    wake(launcher);
    expect(await running).toMatchObject({ output: 'woken' });
    await launcher.close();
  });

  test('cannot be started: it has no number, and nothing is signalled', async () => {
    expect(await problem(Launcher.start('/nowhere/python3', fake))).toBe(
      'the launcher (/nowhere/python3) ended: ENOENT',
    );
    expect(looking).toBe(0);
    expect(() => looks(1)).not.toThrow();
  });

  test('ends while something holds its output open: that is waited for no longer, and ends as well', async () => {
    const launcher = await start();
    const { output } = await launcher.run(request('held'));
    expect(await problem(launcher.run(request('x')))).toBe(ended('status 3'));
    expect(output).toMatch(/^\d+$/);
    expect(await remaining([output])).toEqual([]);
    await launcher.close();
  });

  test('the mark is another for each', async () => {
    const marks = new Set<string>();
    const echo = path.join(folder, 'echo.py');
    writeFileSync(
      echo,
      `import json, sys
print("{}", flush=True)
for line in sys.stdin: print(json.dumps({"output": json.loads(line)["run"]["env"]["${MARKER}"], "kept": []}), flush=True)`,
    );
    for (let times = 0; times < 2; times++) {
      const launcher = await Launcher.start(python as string, echo);
      marks.add((await launcher.run(request('x'))).output);
      marks.add((await launcher.run(request('y'))).output);
      await launcher.close();
    }
    expect(marks.size).toBe(2);
  });
});

import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Residents } from '../../src/bench/engines/residents.ts';
import { type Answered, Launcher } from '../../src/process/launcher.ts';
import { PROJECT } from '../cli.ts';
import { remaining } from '../processes.ts';
import { findPython } from './python.ts';

const SCRIPT = path.join(PROJECT, 'bench/launcher.py');
const JOB = path.join(PROJECT, 'test/fixtures/served-job.py');
const python = findPython();
const linux = process.platform === 'linux';
const env = { PATH: process.env.PATH, SETTING: 'one' };

(python === null ? describe.skip : describe)('a command that is held', () => {
  let launcher: Launcher;
  beforeEach(async () => {
    launcher = await Launcher.start(python as string, SCRIPT);
    await launcher.hold({ argv: [python as string, JOB], env });
  });
  afterEach(() => launcher.close());

  const ready = (): Promise<Answered> => launcher.question({ line: null, within: 20, timeout: null });
  const ask = (question: object, limits: { within?: number; timeout?: number | null } = {}): Promise<Answered> =>
    launcher.question({ line: JSON.stringify(question), within: 20, timeout: null, ...limits });
  const said = ({ output }: Answered) => JSON.parse(output);

  test('answers one question after the other, in one process; what it prints is no answer', async () => {
    const { ready: pid } = said(await ready());
    for (const _ of [1, 2, 3]) {
      const answered = await ask({});
      expect(answered).toMatchObject({ alive: true, exitCode: 0, ended: null, left: 0 });
      expect(said(answered)).toMatchObject({ pid, setting: 'one' });
    }
  });

  (linux ? test : test.skip)('CPU seconds and memory are those of the question', async () => {
    await ready();
    const busy = await ask({ work: 0.5, bytes: 200e6 });
    const idle = await ask({});
    expect(busy.cpuSeconds).toBeGreaterThan(0.4);
    expect(busy.cpuSeconds).toBeLessThan(1.5);
    expect(idle.cpuSeconds).toBeLessThan(0.3);
    expect(busy.peakRssBytes).toBeGreaterThan(200e6);
    expect(idle.peakRssBytes).toBeLessThan(200e6);
  });

  test('is ended at a limit that counts from where it begins, and with it all that it started', async () => {
    await ready();
    const { child } = said(await ask({ start: true }));
    // What comes before does not count.
    expect(await ask({ before: 1.5, sleep: 0.1 }, { timeout: 1 })).toMatchObject({ alive: true });
    expect(await ask({ sleep: 100 }, { timeout: 0.3 })).toMatchObject({ alive: false, ended: 'timeout' });
    expect(await remaining([String(child)])).toEqual([]);
  });

  test('is ended at the end of all the time, also before it is ready', async () => {
    expect(await launcher.question({ line: null, within: 0, timeout: null })).toMatchObject({
      alive: false,
      ended: 'stopped',
    });
  });

  test('one that breaks says how; the next question is told that it has ended', async () => {
    await ready();
    const answered = await ask({ die: true });
    expect(answered).toMatchObject({ alive: false, ended: null, exitCode: 1 });
    expect(answered.errors).toMatch(/it broke/);
    await expect(ask({})).rejects.toThrow(/it has ended/);
  });

  test('one that ends between two questions is told with the next', async () => {
    const { ready: pid } = said(await ready());
    process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await ask({})).toMatchObject({ alive: false, signal: 9 });
  });

  test('is stopped in the middle of a question', async () => {
    await ready();
    const answer = ask({ sleep: 100 });
    setTimeout(() => launcher.stop(), 100);
    expect(await answer).toMatchObject({ alive: false, ended: 'stopped' });
  });

  test('nothing of it is left when the launcher is closed', async () => {
    const { ready: pid } = said(await ready());
    const { child } = said(await ask({ start: true }));
    await launcher.close();
    expect(await remaining([String(pid), String(child)])).toEqual([]);
  });
});

(python === null ? describe.skip : describe)('a process for each setting', () => {
  const residents = (more: { availableBytes?: () => number } = {}): Residents =>
    new Residents({
      start: () => Launcher.start(python as string, SCRIPT),
      commandOf: (own) => ({ argv: [python as string, JOB], env: own }),
      ...more,
    });
  const question = (asked: object = {}) => ({ line: JSON.stringify(asked), within: 20, timeout: null });
  const [one, two] = [env, { ...env, SETTING: 'two' }];

  test('each has its own, which lives on; one that breaks is started again', async () => {
    const kept = residents();
    try {
      const pids: { [setting: string]: Set<number> } = { one: new Set(), two: new Set() };
      for (const own of [one, two, one, two]) {
        expect(await kept.ready([own], 20)).toMatchObject({ alive: true });
        const { setting, pid } = JSON.parse((await kept.ask(own, question(), true)).output);
        pids[setting]?.add(pid);
      }
      expect([pids.one?.size, pids.two?.size]).toEqual([1, 1]);
      expect([kept.runsOf(one), kept.runsOf(two)]).toEqual([2, 2]);
      expect(await kept.ask(one, question({ die: true }), true)).toMatchObject({ alive: false, exitCode: 1 });
      expect(kept.runsOf(one)).toBe(null);
      expect(await kept.ready([one], 20)).toMatchObject({ alive: true });
      const again = JSON.parse((await kept.ask(one, question(), true)).output);
      expect(pids.one?.has(again.pid)).toBe(false);
    } finally {
      await kept.close();
    }
  });

  test('those of the next runs are started beside the first', async () => {
    const kept = residents();
    try {
      await kept.ready([one, two], 20);
      expect([kept.runsOf(one), kept.runsOf(two)].filter((runs) => runs === 0).length).toBeGreaterThanOrEqual(1);
    } finally {
      await kept.close();
    }
  });

  const three = { ...env, SETTING: 'three' };
  const alive = (kept: Residents): (string | undefined)[] =>
    [one, two, three].filter((own) => kept.runsOf(own) !== null).map(({ SETTING }) => SETTING);

  test.each([
    ['those that may not be run again first', [two, three], ['two', 'three']],
    ['then the least promising', [one, three, two], ['one', 'three']],
    ['and the newest stays, be it the least', [two, one], ['two', 'three']],
  ])('where memory is short others are ended: %s', async (_, promising, left) => {
    const GB = 1e9;
    // Two fit: of a third there is no room left.
    const kept = residents({ availableBytes: () => (alive(kept).length < 2 ? 100 * GB : GB / 100) });
    try {
      for (const own of [one, two]) await kept.ready([own], 20);
      const pid = async (own: typeof env): Promise<string> =>
        String(JSON.parse((await kept.ask(own, question(), true)).output).pid);
      const pids = { one: await pid(one), two: await pid(two) };
      kept.keep(promising);
      await kept.ready([three], 20);
      expect(alive(kept)).toEqual(left);
      const gone = (['one', 'two'] as const).filter((name) => !left.includes(name)).map((name) => pids[name]);
      expect(await remaining(gone)).toEqual([]);
    } finally {
      await kept.close();
    }
  });

  test('where there is no room for two, one is made none the less, and nothing is started beside it', async () => {
    const kept = residents({ availableBytes: () => 0 });
    try {
      expect(await kept.ready([one, two], 20)).toMatchObject({ alive: true });
      expect(alive(kept)).toEqual(['one']);
      expect(await kept.ready([two], 20)).toMatchObject({ alive: true });
      expect(alive(kept)).toEqual(['two']);
    } finally {
      await kept.close();
    }
  });

  test('room is for one as large as the largest that was seen', async () => {
    let free = Number.POSITIVE_INFINITY;
    const kept = residents({ availableBytes: () => free });
    try {
      await kept.ready([one], 20);
      await kept.ask(one, question({ bytes: 300e6 }), true);
      // Enough for one of its first size, and not for what it has had since.
      free = 200e6;
      await kept.ready([two], 20);
      expect(alive(kept)).toEqual(['two']);
    } finally {
      await kept.close();
    }
  });

  (linux ? test : test.skip)('all end when this program is killed', async () => {
    const program = `
      const { bundled } = await import('${path.join(PROJECT, 'scripts/bundled.mjs')}');
      const { Launcher } = await bundled('src/process/launcher.ts');
      const launcher = await Launcher.start('${python}', '${SCRIPT}');
      await launcher.hold({ argv: ['${python}', '${JOB}'], env: { PATH: process.env.PATH } });
      const ready = await launcher.question({ line: null, within: 20, timeout: null });
      const started = await launcher.question({ line: '{"start": true}', within: 20, timeout: null });
      console.log(JSON.parse(ready.output).ready + ' ' + JSON.parse(started.output).child);
      setTimeout(() => {}, 100000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: PROJECT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [data] = (await new Promise<unknown[]>((resolve) => {
      child.stdout.once('data', (...all) => resolve(all));
      child.once('exit', () => resolve([null]));
    })) as [Buffer | null];
    expect(data).not.toBe(null);
    child.kill('SIGKILL');
    expect(await remaining(String(data).trim().split(' '))).toEqual([]);
  });
});

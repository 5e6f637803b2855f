import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BIN, doctorJson, lk, START } from '../test/cli.ts';
import { readCases } from '../test/shared.ts';
import { CACHE, FULL } from './cache.ts';
import { itsAnswer, type NumbaAnswer, ourAnswer } from './numba-answers.ts';

const VERSION = '0.14.4';

const SETTINGS: [env: string[], flags?: string[]][] = [
  [[]],
  [['LK_NUM_PROCS=1']],
  [['LK_NUM_PROCS=2']],
  [['LK_NUM_PROCS=2,1']],
  [['LK_NUM_PROCS=2', 'NUMBA_NUM_THREADS=1']],
  [['LK_NUM_PROCS=2', 'NUMBA_NUM_THREADS=4']],
  [['LK_NUM_PROCS=2', 'OPENBLAS_NUM_THREADS=1']],
  [
    ['NUMBA_THREADING_LAYER=workqueue', 'NUMBA_NUM_THREADS=3'],
    ['--jobs', '2'],
  ],
  [
    ['LK_NUM_PROCS=4', 'OMP_THREAD_LIMIT=1'],
    ['--jobs', '1'],
  ],
  [['NUMBA_NUM_THREADS=0']],
  [['LK_NUM_PROCS=']],
  [['NUMBA_NUM_THREADS=x', 'LK_NUM_PROCS=2']],
  [['LK_TEMP_DIR=/nonexistent', 'LK_NUM_PROCS=2']],
];

const ownMounts = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/dev/shm']).status === 0;

/** Real LensKit 0.14.4, in a real process and a real worker of its own pool, against what files foretell. */
describe.each(['lenskit-0.14.4', 'lenskit-0.14.4-py38'])('%s', (name) => {
  const environment = path.join(CACHE, name);
  const real = existsSync(path.join(environment, 'complete')) ? test : test.skip;
  const asked = (env: string[]) => env.flatMap((pair) => ['--env', pair]);

  // The rules are those of any Python: of the older one a few, unless all is wanted.
  const settings = FULL || !name.endsWith('py38') ? SETTINGS : SETTINGS.slice(2, 5);

  real.each(settings.map(([env, flags = []]) => [env, flags] as const))('probed as foretold: %j %j', (env, flags) => {
    const { report } = doctorJson(['--python', environment, '--probe', ...asked(env), ...flags]);
    expect(report.lenskit.version).toBe(VERSION);
    expect(report.probe?.error).toBeNull();
    expect(report.probe?.comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
    const fails = report.probe?.comparisons.some(({ what }) => what === 'exception');
    expect(report.probe?.comparisons.length).toBeGreaterThan(fails ? 2 : 10);
    const workers = report.plan?.workers.filter((worker) => !('error' in worker)) ?? [];
    const seen = report.probe?.comparisons.filter(({ what }) => what.startsWith('worker: Numba')) ?? [];
    expect(seen.length).toBe(fails || workers.length === 0 ? 0 : 1);
  });

  // In a mount of its own, since others use /dev/shm at the same time.
  (existsSync(path.join(environment, 'complete')) && ownMounts ? test : test.skip)(
    'nothing is left in shared memory',
    () => {
      const program = 'mount -t tmpfs tmpfs /dev/shm && "$@" > /dev/null; echo "$?:$(ls -A /dev/shm)"';
      const argv = [BIN, 'doctor', '--json', '--probe', '--fail-on', 'never'];
      const { stdout } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', program, 'sh', START, ...argv, '--python', environment, ...asked(['LK_NUM_PROCS=2'])],
        { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: '/nonexistent-home' } },
      );
      expect(stdout).toBe('0:\n');
    },
  );

  real.each(['SIGINT', 'SIGKILL'] as const)('ended by %s, no model is left in LK_TEMP_DIR', async (signal) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-models-'));
    const argv = [BIN, 'doctor', '--json', '--probe', '--python', environment];
    const child = spawn(START, argv, {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, HOME: '/nonexistent-home', LK_NUM_PROCS: '2', LK_TEMP_DIR: folder },
    });
    const ended = once(child, 'exit');
    try {
      while (readdirSync(folder).length === 0 && child.exitCode === null) await sleep(20);
      child.kill(signal);
      await ended;
      for (let tries = 0; readdirSync(folder).length > 0 && tries < 100; tries++) await sleep(100);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });

  real('on one CPU of the machine LensKit counts all, and Numba and OpenBLAS one', () => {
    const argv = ['-c', '0', START, BIN, 'doctor', '--json', '--probe'];
    const settings = asked(['LK_NUM_PROCS=2']);
    const { stdout } = spawnSync('taskset', [...argv, '--fail-on', 'never', '--python', environment, ...settings], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
    });
    const report = JSON.parse(stdout) as ReturnType<typeof doctorJson>['report'];
    expect(report.cpus.lenskit).toBe(report.cpus.online);
    expect(report.probe?.comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
    const threads = report.probe?.comparisons.filter(({ what }) => /: (Numba|OpenBLAS)/.test(what)) ?? [];
    expect(threads.map(({ observed }) => observed)).toEqual(['1', '1', '1', '1', '1', '1']);
  });

  const random = FULL ? 300 : 60;

  real(`${random} random configurations, in place: as LensKit answers`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-random-'));
    try {
      const script = path.join(__dirname, 'random_numba.py');
      const { stdout, stderr } = spawnSync(
        path.join(environment, 'bin/python'),
        ['-B', script, String(random), '14', folder],
        {
          encoding: 'utf8',
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      writeFileSync(path.join(folder, 'answers.jsonl'), stdout);
      const answers = readCases<NumbaAnswer>(path.join(folder, 'answers.jsonl'));
      expect([answers.length, stderr.slice(-500)]).toEqual([random, expect.anything()]);
      for (const answer of answers)
        expect({ ...answer, got: ourAnswer(VERSION, answer) }).toEqual({ ...answer, got: itsAnswer(answer) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  real('what a later generation takes is refused', () => {
    const { status, stderr } = lk(['doctor', '--python', environment, '--processes', '2']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('write --jobs N')]);
  });
});

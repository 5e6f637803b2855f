import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { doctorJson } from '../test/cli.ts';
import { CACHE } from './cache.ts';

const environmentOf = (lenskit: string) => path.join(CACHE, `lenskit-${lenskit}-ray`);
const real = (lenskit: string) => (existsSync(path.join(environmentOf(lenskit), 'complete')) ? test : test.skip);

// The path of Ray's sockets may have 107 characters.
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-ray-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A report with the probe, of a Ray whose folder is this test's own. */
function probed(lenskit: string, env: string[], below = folder) {
  const asked = ['LK_USE_RAY=1', ...env].flatMap((pair) => ['--env', pair]);
  const { report } = doctorJson(['--python', environmentOf(lenskit), '--probe', ...asked], {
    // Ray keeps a token in the home directory.
    env: { RAY_TMPDIR: below, HOME: folder },
    timeout: 150_000,
  });
  const comparisons = report.probe?.comparisons ?? [];
  const observed = Object.fromEntries(comparisons.map((one) => [one.what, one.observed]));
  const status = (id: string) => report.checks.find((check) => check.id === id)?.status;
  return { report, observed, status, different: comparisons.filter(({ agrees }) => !agrees) };
}

describe('a Ray that LensKit starts', () => {
  real('2026.4.0').each([[['LK_NUM_THREADS=3', 'LK_NUM_BACKEND_THREADS=2']], [['OMP_NUM_THREADS=3']]])(
    '2026.4.0, %j: a real worker has the threads that are foretold',
    (env) => {
      const { different, observed } = probed('2026.4.0', env);
      expect(different).toEqual([]);
      expect(observed).toMatchObject({ 'Ray: cluster': 'own', 'Ray worker: LensKit set up': 'true' });
    },
  );

  real('2026.3.0')('2026.3.0', () => {
    const { different, observed } = probed('2026.3.0', ['LK_NUM_THREADS=3']);
    expect(different).toEqual([]);
    expect(observed).toMatchObject({ 'Ray worker: Rayon (LensKit)': '3', 'Ray worker: LensKit set up': 'true' });
  });

  real('2026.1.0')('2026.1.0 is not set up in its workers', () => {
    const { different, observed } = probed('2026.1.0', ['LK_NUM_THREADS=3']);
    expect(different).toEqual([]);
    expect(observed['Ray worker: LensKit set up']).toBe('false');
    expect(observed['Ray worker: Rayon (LensKit)']).not.toBe('3');
  });

  real('2026.4.0').each([
    ['64', 'no node'],
    ['-1', 'ValueError'],
  ])('%s backend threads: no task runs (%s), and the probe ends', (threads, task) => {
    const { different, observed, status } = probed('2026.4.0', [`LK_NUM_BACKEND_THREADS=${threads}`]);
    expect(different).toEqual([]);
    expect(observed['Ray: task']).toBe(task);
    expect(status('ray/backend-threads')).toBe('fail');
  });
});

describe('a Ray that runs already', () => {
  const python = environmentOf('2026.4.0');
  const there = existsSync(path.join(python, 'complete'));
  const below = () => path.join(folder, 'c');
  const address = () => path.join(below(), 'ray', 'ray_current_cluster');
  let cluster: ChildProcess | null = null;

  beforeAll(async () => {
    if (!there) return;
    const words = ['start', '--head', '--block', '--num-cpus', '4', '--port', '6391', '--include-dashboard=false'];
    cluster = spawn(path.join(python, 'bin/ray'), [...words, '--disable-usage-stats'], {
      env: { PATH: process.env.PATH, HOME: folder, RAY_TMPDIR: below() },
      stdio: 'ignore',
    });
    for (let turn = 0; turn < 600 && !existsSync(address()); turn++) await new Promise((go) => setTimeout(go, 100));
  });

  /** Ends what this test has started, and nothing else: `ray start --block` ends its own processes. */
  async function stop(): Promise<void> {
    if (cluster === null || cluster.exitCode !== null) return;
    const ended = new Promise((go) => cluster?.once('exit', go));
    cluster.kill('SIGTERM');
    await ended;
    cluster = null;
  }
  afterAll(stop);

  real('2026.4.0').each([
    [['LK_NUM_THREADS=3', 'LK_NUM_BACKEND_THREADS=2'], '2'],
    [['LK_NUM_BACKEND_THREADS=4', 'OMP_NUM_THREADS=3'], '4'],
  ])('%j: found without an address, and its workers have the threads that are foretold', (env, cpus) => {
    const { different, observed, status, report } = probed('2026.4.0', env, below());
    expect(different).toEqual([]);
    expect(observed).toMatchObject({
      'Ray: cluster': 'existing',
      'Ray: CPUs of a task': cpus,
      'Ray worker: LensKit set up': 'false',
    });
    expect(report.plan?.ray).toMatchObject({
      cluster: 'existing',
      foundBy: '~/c/ray/ray_current_cluster',
      largestNode: 4,
    });
    expect(status('ray/existing-cluster')).toBe('warn');
  });

  real('2026.4.0')('more CPUs than its largest node has: nothing is asked for, and this is the cause', () => {
    const { status, report } = probed('2026.4.0', ['LK_NUM_BACKEND_THREADS=8'], below());
    expect(status('ray/backend-threads')).toBe('fail');
    expect(report.checks.find(({ id }) => id === 'ray/backend-threads')?.title).toMatch(/the largest node has 4/);
  });

  real('2026.4.0')('its file was left behind: nothing answers, and the probe does not wait', async () => {
    const left = readFileSync(address(), 'utf8');
    await stop();
    writeFileSync(address(), left);
    const { status } = probed('2026.4.0', [], below());
    expect(status('ray/task-not-run')).toBe('fail');
  });
});

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../src/documents/doctor-report.ts';
import { BIN, PROJECT, START } from '../test/cli.ts';
import { CACHE } from './cache.ts';

const CPU = '/sys/fs/cgroup/cpu';
const GROUP = path.join(CPU, `lk-situations-${process.pid}`);

interface Situation {
  name: string;
  lenskit: '2025.8.1' | '2026.4.0';
  /** What puts a process there: a line of sh before it is started. */
  enter?: string;
  env?: { [name: string]: string };
  /** The quota of the process's control group, in CPUs. */
  quota?: number;
  needs?: 'root';
  /** The checks that warn or fail there, and after the recommendation those that no variable ends. */
  finds: string[];
  stays?: string[];
}

const SITUATIONS: Situation[] = [
  { name: 'two CPUs', lenskit: '2025.8.1', finds: ['plan/worker-start'] },
  { name: 'two CPUs', lenskit: '2026.4.0', finds: [] },
  {
    name: 'a quota of one CPU',
    lenskit: '2025.8.1',
    quota: 1,
    finds: ['cpu/quota-ignored', 'plan/oversubscribed', 'plan/worker-start'],
  },
  { name: 'half a CPU', lenskit: '2026.4.0', quota: 0.5, finds: ['cpu/quota-ignored', 'plan/oversubscribed'] },
  { name: 'one CPU allowed', lenskit: '2025.8.1', enter: 'taskset -p -c 1 $$ >&2', finds: [] },
  { name: 'OpenMP binds', lenskit: '2025.8.1', env: { OMP_PROC_BIND: 'true' }, finds: ['backend/pinned-openmp'] },
  { name: 'OpenMP has places', lenskit: '2026.4.0', env: { OMP_PLACES: 'cores' }, finds: ['backend/pinned-openmp'] },
  {
    name: 'variables of BLAS set',
    lenskit: '2025.8.1',
    env: { OPENBLAS_NUM_THREADS: '4', OMP_NUM_THREADS: '8' },
    finds: ['plan/worker-start', 'backend/blas-not-limited', 'backend/conflicting-threads'],
  },
  {
    name: 'more processes and threads than CPUs',
    lenskit: '2025.8.1',
    env: { LK_NUM_PROCS: '4', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '4' },
    finds: ['plan/oversubscribed'],
  },
  {
    name: 'a configuration that is refused',
    lenskit: '2026.4.0',
    env: { LK_NUM_THREADS: '4,2' },
    finds: ['config/invalid-value'],
  },
  {
    name: 'shared memory of 8 MB',
    lenskit: '2025.8.1',
    enter: 'mount -t tmpfs -o size=8m tmpfs /dev/shm',
    needs: 'root',
    finds: ['plan/worker-start', 'memory/shared-memory-small'],
  },
  {
    name: 'one of two tasks of a Slurm job',
    lenskit: '2025.8.1',
    env: {
      SLURM_JOB_ID: '7',
      SLURM_STEP_ID: '0',
      SLURM_PROCID: '0',
      SLURM_NODEID: '0',
      SLURM_LOCALID: '0',
      SLURM_NTASKS: '2',
      SLURM_STEP_NUM_TASKS: '2',
      SLURM_STEP_TASKS_PER_NODE: '2',
      SLURM_TASKS_PER_NODE: '2',
      SLURM_CPUS_ON_NODE: '2',
      SLURM_JOB_CPUS_PER_NODE: '2',
      SLURM_JOB_NUM_NODES: '1',
      SLURM_NNODES: '1',
    },
    finds: ['cpu/scheduler-mismatch', 'plan/worker-start'],
  },
];

const isRoot = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

function canLimit(): boolean {
  try {
    accessSync(path.join(CPU, 'cpu.cfs_quota_us'), constants.W_OK);
    return isRoot;
  } catch {
    return false;
  }
}
const limits = canLimit();

/** Runs a program in the situation, with its environment and more of it; a variable without a value is not set. */
function run(situation: Situation, argv: string[], more: { [name: string]: string | undefined } = {}) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...situation.env, ...more };
  const enter = [situation.quota === undefined ? ':' : `echo $$ > ${GROUP}/cgroup.procs`, situation.enter ?? ':'];
  const line = ['sh', '-ec', `${enter.join('\n')}\nexec "$@"`, 'sh', ...argv];
  const [command = '', ...args] = situation.needs === 'root' ? ['unshare', '-m', ...line] : line;
  return spawnSync(command, args, { env, encoding: 'utf8', timeout: 300_000, killSignal: 'SIGKILL' });
}

function doctor(situation: Situation, flags: string[], more: { [name: string]: string | undefined } = {}): Report {
  const { stdout, stderr } = run(situation, [START, BIN, 'doctor', '--json', '--fail-on', 'never', ...flags], more);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

/** Without `cpu/throttled`: it says what has happened in the group so far, and starting `lk` may be enough for it. */
const findings = ({ checks }: Report): string[] =>
  checks
    .filter(({ id, status }) => id !== 'cpu/throttled' && (status === 'fail' || status === 'warn'))
    .map(({ id }) => id);

/** The recommendation, put into the environment of a real situation, ends the findings, and a real experiment runs there. */
describe('followed', () => {
  beforeAll(() => {
    if (limits) mkdirSync(GROUP);
  });
  afterAll(() => {
    if (limits) rmdirSync(GROUP);
  });

  for (const situation of SITUATIONS) {
    const prefix = path.join(CACHE, `lenskit-${situation.lenskit}`);
    const isThere =
      existsSync(path.join(prefix, 'complete')) &&
      (situation.needs === undefined || isRoot) &&
      (situation.quota === undefined || limits);

    (isThere ? test : test.skip)(`${situation.name}, LensKit ${situation.lenskit}`, () => {
      if (situation.quota !== undefined)
        writeFileSync(path.join(GROUP, 'cpu.cfs_quota_us'), String(situation.quota * 100_000));
      const first = doctor(situation, ['--python', prefix]);
      const { env = {}, unset = [] } = first.recommendation ?? {};
      const followed = { ...Object.fromEntries(unset.map((name) => [name, undefined])), ...env };
      const then = doctor(situation, ['--python', prefix, '--probe'], followed);
      expect({
        probe: then.probe?.error,
        differing: then.probe?.comparisons.filter(({ agrees }) => !agrees),
        finds: findings(first),
        stays: findings(then),
      }).toEqual({ probe: null, differing: [], finds: situation.finds, stays: situation.stays ?? [] });
      const experiment = path.join(PROJECT, 'test-lenskit/experiment.py');
      const job = run(situation, [path.join(prefix, 'bin/python'), experiment], followed);
      expect([job.status, job.stdout.trim(), job.status === 0 ? '' : job.stderr]).toEqual([0, '200', '']);
    });
  }
});

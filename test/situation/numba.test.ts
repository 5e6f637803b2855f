import { expect, test } from '@jest/globals';
import { questionOf } from '../../src/commands/flags.ts';
import { READERS } from '../../src/commands/values.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import { blasThreads } from '../../src/situation/blas-threads.ts';
import { NO_QUESTION, type Question } from '../../src/situation/question.ts';
import { situate } from '../../src/situation/situate.ts';
import { startedThreads } from '../../src/situation/started-threads.ts';
import { UsageError } from '../../src/situation/usage-error.ts';
import { machine, report } from '../machine.ts';

const lenskit = '0.14.4';
const WHEELS = {
  packages: { numba: '0.58.1' },
  pools: ['numpy', 'scipy'].map((owner) => ({
    family: 'OpenBLAS' as const,
    api: 'blas' as const,
    owner,
    file: `/${owner}.libs/libopenblas.so`,
    version: null,
  })),
};
const facts = (options: Parameters<typeof machine>[0] = {}) => machine({ lenskit, environment: WHEELS, ...options });
const main = (options: Parameters<typeof machine>[0], question: Partial<Question> = {}) =>
  report(facts(options), question).plan?.main;

test('LensKit 0.14 counts all CPUs of the machine, Numba those of the affinity', () => {
  const narrow = { online: 16, cpus: 16, affinity: '0-1' };
  const { cpus, plan } = report(facts(narrow));
  expect(cpus).toMatchObject({ lenskit: 16, lenskitCall: 'multiprocessing.cpu_count()', effective: 2 });
  expect(cpus.lenskitWhy).toBe('it counts all CPUs of the machine, and reads neither affinity nor quotas');
  expect(plan?.main).toMatchObject({ processes: 4, numbaThreads: 2 });
  // Before 0.54 Numba counts as LensKit does.
  expect(main({ ...narrow, environment: { ...WHEELS, packages: { numba: '0.53.1' } } })).toMatchObject({
    numbaThreads: 16,
  });
});

test('--cpus is the machine', () => {
  expect(report(facts(), { cpus: 64 }).cpus).toMatchObject({ lenskit: 64, lenskitWhy: '--cpus' });
  expect(main({}, { cpus: 64 })).toMatchObject({ processes: 4, numbaThreads: 64 });
});

test('Python 3.13 obeys PYTHON_CPU_COUNT there as well; Numba does not', () => {
  const env = { PYTHON_CPU_COUNT: '6' };
  const { cpus, plan } = report(facts({ python: '3.13.0', env }));
  expect([cpus.lenskit, cpus.lenskitWhy]).toEqual([6, 'PYTHON_CPU_COUNT=6']);
  expect(plan?.main).toMatchObject({ processes: 3, numbaThreads: 4 });
  expect(report(facts({ env })).cpus.lenskit).toBe(4);
});

test('the count needs no affinity', () => {
  expect(report(facts({ affinity: null })).cpus.lenskit).toBe(4);
});

test.each([[{ OMP_PROC_BIND: 'true' }], [{ GOMP_CPU_AFFINITY: '0-' }]])(
  'nothing is said of what importing Torch binds: %j',
  (env) => {
    const { cpus, checks } = report(facts({ env }));
    expect([cpus.lenskit, cpus.binding]).toEqual([4, null]);
    expect(JSON.stringify(checks.filter(({ status }) => status !== 'skip'))).not.toContain('importing Torch');
  },
);

test.each(['0.10.0', '0.9.0', '2024.1.0'])('what LensKit %s counts is not known', (version) => {
  const { cpus } = report(machine({ lenskit: version, env: { OMP_PROC_BIND: 'true' } }));
  expect(cpus).toMatchObject({
    lenskit: null,
    lenskitCall: null,
    lenskitWhy: 'its rules are not known',
    binding: null,
  });
});

test.each([
  ['1', { processes: 1, inProcess: true }],
  ['+3', { processes: 3, inProcess: false }],
  ['2147483646', { processes: 2147483646 }],
])('--jobs %s', (jobs, expected) => {
  expect(main({ env: { LK_NUM_PROCS: '2' } }, questionOf({ jobs }))).toMatchObject(expected);
});

test('--jobs 0 is refused as LensKit refuses it, and named as it was given', () => {
  const { plan, checks, hypothetical } = report(facts(), questionOf({ jobs: '0' }));
  expect([plan, hypothetical]).toEqual([null, ['--jobs 0']]);
  expect(JSON.stringify(checks)).toContain('n_jobs');
});

test.each(['', 'x', '2.0', '1,2', ' 1', '9'.repeat(41)])('--jobs %j is no whole number', (jobs) => {
  expect(() => READERS.jobs('jobs', jobs)).toThrow(/--jobs .*no whole number/);
});

test.each([
  ['2025.8.1', { jobs: '2' }, '--jobs 2: LensKit of the rules 2025.3 has no n_jobs; write --processes N'],
  ['2026.4.0', { jobs: '2' }, '--jobs 2: LensKit of the rules 2026.1 has no n_jobs'],
  [
    '0.14.4',
    { 'backend-threads': '2' },
    '--backend-threads 2: LensKit of the rules 0.14 has no initialize(); write --jobs N',
  ],
])('%s %j: %s', (version, flags, message) => {
  const asked = () => situate(machine({ lenskit: version }), questionOf(flags));
  expect(asked).toThrow(UsageError);
  expect(asked).toThrow(message);
});

test('2026 takes no parameter, and those of initialize() are as not passed', () => {
  expect(report(machine({ lenskit: '2026.4.0' }), questionOf({ threads: '1' })).plan?.main).toMatchObject({
    numThreads: 4,
  });
});

test.each([
  [{}, 8],
  [{ OPENBLAS_NUM_THREADS: '3' }, 3],
  [{ OMP_NUM_THREADS: '2' }, 2],
])('the threads of a BLAS that LensKit does not limit: %j, %d', (env, threads) => {
  const { python } = facts();
  expect(blasThreads(python, env, { affinity: 8, online: 16 })).toBe(threads);
  const mkl = {
    ...python,
    pools: [
      {
        ...python.pools[0],
        family: 'MKL' as const,
        api: 'blas' as const,
        owner: 'environment',
        file: '/libmkl_rt.so',
        version: null,
      },
    ],
  };
  expect(blasThreads(mkl, { MKL_NUM_THREADS: '5' }, { affinity: 8, online: 16 })).toBe(5);
});

/** Counted in /proc with 0.14.4 on 2 CPUs: 4 without workers; 7 and two times 4 with two, and Python's resource tracker. */
test.each([
  [{ LK_NUM_PROCS: '1' }, { all: 4, atImport: 3, workers: 0 }],
  [{ LK_NUM_PROCS: '2' }, { all: 7 + 2 * 5 + 1, atImport: 9, workers: 2 }],
])('threads that a run starts: %j', (env, expected) => {
  const situation = situate(facts({ cpus: 2, env }), NO_QUESTION);
  if (situation.rules === null || situation.resolution === null) throw new Error('no plan');
  expect(startedThreads(situation.resolution, situation.atImport, 2)).toMatchObject(expected);
  expect(rulesFor(lenskit)).toEqual(situation.rules);
});

test('what was not measured of 0.14 is not claimed', () => {
  const limits = { openFiles: null, addressSpace: { soft: 1e8, hard: null }, mayRaise: false };
  const memory = { ...facts().machine.memory, limit: { bytes: 1e8, used: null, file: '/memory.max' }, openFiles: 10 };
  const { checks } = report(facts({ env: { LK_NUM_PROCS: '2' }, machine: { limits, memory } }));
  const statuses = Object.fromEntries(checks.map(({ id, status }) => [id, status]));
  expect(statuses).toMatchObject({
    'memory/address-space': 'skip',
    'memory/process-does-not-fit': 'skip',
    'limits/open-files': 'skip',
    'memory/workers-do-not-fit': 'fail',
  });
});

test('with LK_TEMP_DIR the model does not go through shared memory', () => {
  const shm = { bytes: 0, source: 'x', unusable: 'absent' as const };
  const machineFacts = { memory: { ...facts().machine.memory, shm } };
  const status = (env: { [name: string]: string }) =>
    report(facts({ env: { LK_NUM_PROCS: '2', ...env }, machine: machineFacts })).checks.find(
      ({ id }) => id === 'memory/shared-memory-unusable',
    )?.status;
  expect([status({}), status({ LK_TEMP_DIR: '…' })]).toEqual(['fail', 'pass']);
});

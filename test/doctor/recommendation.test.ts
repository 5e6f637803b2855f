import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCpuList } from '../../src/cpus/cpu-list.ts';
import type { Report } from '../../src/documents/doctor-report.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';
import type { Facts } from '../../src/situation/facts.ts';
import { machine, quota, report } from '../machine.ts';
import { environment } from '../openmp/environments.ts';

const number = fc.oneof(
  fc.integer({ min: -2, max: 300 }).map(String),
  fc.constantFrom(
    '',
    ' ',
    '4,2',
    '0,0',
    '100000',
    'x',
    '1.5',
    '99999999999999999999',
    'null',
    '{}',
    '{"num_threads": 3}',
    '{"num_threads": "x"}',
    '{"use_ray": true}',
    'yes',
  ),
);
const name = fc.constantFrom(
  'LK_NUM_PROCS',
  'LK_NUM_THREADS',
  'LK_NUM_BACKEND_THREADS',
  'LK_NUM_CHILD_THREADS',
  'LK_NUM_CPUS',
  'LK_NUM_BATCH_JOBS',
  'LK_USE_RAY',
  'LK_TUNE_JOBS',
  'LK_PARALLEL',
  'LK_PARALLEL__NUM_THREADS',
  'LK_PARALLEL__NUM_BATCH_JOBS',
  'LK_PARALLEL__BOGUS',
  'LK_NUM_THREAD',
  'LK_TEMP_DIR',
  '_LK_IN_MP',
  'NUMBA_NUM_THREADS',
  'lk_num_threads',
  'LK_RANDOM__SEED',
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'PYTHON_CPU_COUNT',
  'RAYON_NUM_THREADS',
  'OMP_PROC_BIND',
  'SLURM_JOB_ID',
  'SLURM_CPUS_ON_NODE',
  'SLURM_NODEID',
  'SLURM_STEP_ID',
  'SLURM_CPUS_PER_TASK',
  'SLURM_STEP_TASKS_PER_NODE',
  'SLURM_MEM_PER_CPU',
  'OMPI_COMM_WORLD_LOCAL_SIZE',
  'PYTEST_XDIST_WORKER_COUNT',
);
const limits = fc.record(
  { OMP_THREAD_LIMIT: fc.constantFrom('1', '2', '64', 'x'), OMP_DYNAMIC: fc.constantFrom('true', 'FALSE', '1') },
  { requiredKeys: [] },
);
const settings = fc.constantFrom(
  '',
  '[parallel]\nnum_threads = 64\n',
  '[parallel]\nnum_batch_jobs = -1\nuse_ray = true\n',
  '[parallel]\nnum_backend_threads = -1\n',
  '[parallel]\nnum_cpus = 100\n',
);

const machines: fc.Arbitrary<Facts> = fc
  .record({
    cpus: fc.integer({ min: 1, max: 256 }),
    offset: fc.nat(64),
    quotas: fc.array(
      fc.record({
        quota: fc.integer({ min: 1000, max: 12_800_000 }),
        period: fc.constantFrom(10_000, 100_000, 1_000_000),
      }),
      { maxLength: 3 },
    ),
    lenskit: fc.constantFrom(
      '0.10.1',
      '0.14.4',
      '2025.1.1',
      '2025.2.0',
      '2025.3.0',
      '2025.8.1',
      '2026.1.0',
      '2026.2.0',
      '2026.4.0',
    ),
    python: fc.constantFrom('3.11.7', '3.12.1', '3.13.0', '3.14.0'),
    freeThreaded: fc.boolean(),
    env: fc
      .tuple(fc.dictionary(name, number, { maxKeys: 6 }), fc.option(environment, { freq: 2, nil: {} }), limits)
      .map((parts): { [name: string]: string } => Object.assign({}, ...parts)),
    settings,
    throttled: fc.nat(100),
  })
  .map(({ cpus, offset, quotas, settings: text, throttled, ...rest }) =>
    machine({
      ...rest,
      cpus,
      affinity: formatCpuList(new Set(Array.from({ length: cpus }, (_, index) => index + offset))),
      quotas: quotas.map((item) => quota(item.quota, item.period)),
      throttling: quotas.length > 0 ? { periods: 100, throttled, seconds: 1, cgroup: '/job', file: '/cpu.stat' } : null,
      threadLimits: [{ most: 4096, now: 10, name: 'pids.max', file: '/pids.max' }],
      // A file that 2025 does not read is a finding that no variable mends.
      settings:
        text && rest.lenskit.startsWith('2026') ? [readSettings(text, 'lenskit.toml', '/project/lenskit.toml')] : [],
    }),
  );

/** The findings that a recommendation has to end. */
function left({ checks }: Report): Report['checks'] {
  return checks
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .filter(
      ({ id, title }) =>
        // No variable makes a process smaller, and a grant that is wider than the affinity is the scheduler's to mend.
        id !== 'memory/process-does-not-fit' && !(id === 'cpu/scheduler-mismatch' && title.includes('may run on')),
    );
}

/** The environment once it is followed. */
function followed(
  facts: Facts,
  advice: Pick<NonNullable<Report['recommendation']>, 'env' | 'unset'> | null | undefined,
) {
  const env: { [name: string]: string } = { ...facts.env, ...advice?.env };
  for (const variable of advice?.unset ?? []) delete env[variable];
  return env;
}

test('a recommendation put into the environment leaves nothing to warn of, on any machine', () => {
  fc.assert(
    fc.property(machines, (facts) => {
      const { recommendation } = report(facts);
      const after = report({ ...facts, env: followed(facts, recommendation) });
      expect([...report(facts).checks, ...after.checks].filter(({ title }) => title.includes('failed itself'))).toEqual(
        [],
      );
      expect(left(after)).toEqual([]);
      expect(Number(after.plan?.peakThreads)).toBeLessThanOrEqual(after.cpus.effective);
    }),
    { numRuns: 1500 },
  );
});

const users = fc.constantFrom(1, 600, 6000, 60_000, 1_000_000, 1e9);
const model = fc.constantFrom(null, 'item-knn', 'implicit-mf', 'user-knn', 'biased-mf', 'popular');

test('the same of what it says for any number of users and any model', () => {
  fc.assert(
    fc.property(machines, users, model, fc.boolean(), (facts, count, name, ray) => {
      const python = { ...facts.python, packages: ray ? { ray: '2.60.0' } : {} };
      const { recommendation } = report({ ...facts, python }, { model: name });
      const step = recommendation?.byUsers.findLast(({ fromUsers }) => fromUsers <= count);
      const env = followed(facts, step);
      const asked = report({ ...facts, python }, { model: name, users: count });
      expect(asked.recommendation).toMatchObject({ env: step?.env, unset: step?.unset, users: count });
      const after = report({ ...facts, python, env }, { model: name, users: count });
      expect(left(after)).toEqual([]);
      expect(Number(after.plan?.peakThreads)).toBeLessThanOrEqual(after.cpus.effective);
      const workers = after.plan && 'processes' in after.plan.main ? Number(after.plan.main.processes) : 1;
      if (after.lenskit.generation !== '2026.1') expect(workers).toBe(step?.workers);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['all', {}, 4],
  ['as many as LensKit counts', { PYTHON_CPU_COUNT: '2', LK_NUM_CPUS: '4' }, 2],
  ['none, where that is one', { PYTHON_CPU_COUNT: '1' }, 1],
])("LensKit's own Ray has the CPUs that LensKit counts: tasks on %s", (_, env, most) => {
  const facts = machine({ lenskit: '2026.4.0', python: '3.14.0', env, environment: { packages: { ray: '2.60.0' } } });
  const steps = report(facts).recommendation?.byUsers ?? [];
  expect(Math.max(...steps.map(({ workers }) => workers))).toBe(most);
});

test('where memory or a limit of threads holds fewer workers, fewer are said', () => {
  const most = (over: Parameters<typeof machine>[0]) =>
    Math.max(
      ...(report(machine({ cpus: 64, ...over }), { model: 'item-knn' }).recommendation?.byUsers ?? []).map(
        ({ workers }) => workers,
      ),
    );
  const memory = (bytes: number) => ({ ...machine().machine.memory, total: bytes, available: bytes });
  const free = most({ machine: { memory: memory(256e9) } });
  expect(free).toBeGreaterThan(8);
  expect(most({ machine: { memory: memory((646 + 2 * 311) * 1024 ** 2) } })).toBe(2);
  expect(most({ machine: { memory: memory((646 + 2 * 311) * 1024 ** 2 - 1) } })).toBe(1);
  expect(most({ machine: { memory: { ...memory(256e9), shm: { bytes: 64 * 1024 ** 2, source: 'docker' } } } })).toBe(1);
  const limited = most({ threadLimits: [{ most: 150, now: 0, name: 'pids.max', file: '/pids.max' }] });
  expect(limited).toBeGreaterThan(1);
  expect(limited).toBeLessThan(free);
});

test('2026: a job for each CPU where the model works without the GIL, else one', () => {
  const jobs = (models: string) => {
    const facts = machine({ lenskit: '2026.4.0', cpus: 6 });
    return report(facts, { model: models }).recommendation?.byUsers.map(({ env }) => env.LK_NUM_BATCH_JOBS);
  };
  expect(jobs('item-knn')).toEqual(['6']);
  expect(jobs('implicit-mf')).toEqual(['1']);
  // No more than LensKit's own most threads, however many CPUs there are; beyond, with many lists, Ray's workers are more.
  const large = machine({ lenskit: '2026.4.0', cpus: 64, environment: { packages: { ray: '2.50.0' } } });
  const steps = report(large, { model: 'item-knn' }).recommendation?.byUsers ?? [];
  expect(steps[0]?.env.LK_NUM_BATCH_JOBS).toBe('8');
  expect(steps.at(-1)?.workers).toBeGreaterThan(8);
  expect(report(machine({ cpus: 6 }), { model: 'item-knn' }).recommendation?.env.LK_NUM_PROCS).toBe('1');
});

test('0.14: n_jobs beats LK_NUM_PROCS, and what LensKit refuses is ended', () => {
  const facts = machine({ lenskit: '0.14.4', cpus: 8, env: { LK_NUM_PROCS: '4,x', NUMBA_NUM_THREADS: '0' } });
  expect(report(facts).recommendation).toMatchObject({
    env: { LK_NUM_PROCS: '1', NUMBA_NUM_THREADS: '8', OPENBLAS_NUM_THREADS: '1' },
    parameters: {},
  });
  const asked = report(facts, { params: { nJobs: 2 }, users: 1e7, model: 'item-knn' }).recommendation;
  const workers = asked?.byUsers.at(-1)?.workers;
  expect(workers).toBeGreaterThan(4);
  expect(asked?.parameters).toEqual({ n_jobs: workers });
  expect(asked?.env).toEqual({
    LK_NUM_PROCS: String(workers),
    NUMBA_NUM_THREADS: '8',
    OPENBLAS_NUM_THREADS: '1',
  });
});

test('0.14 sees neither affinity nor quota: what is set fits what there is', () => {
  const facts = machine({ lenskit: '0.14.4', cpus: 64, affinity: '0-15', quotas: [quota(300_000)] });
  expect(report(facts).recommendation?.env).toEqual({
    LK_NUM_PROCS: '1',
    NUMBA_NUM_THREADS: '3',
    OPENBLAS_NUM_THREADS: '1',
  });
});

test('0.14: a variable set by hand that makes training serial is taken out', () => {
  const unset = (value: string) =>
    report(machine({ lenskit: '0.14.4', env: { _LK_IN_MP: value } })).recommendation?.unset;
  expect(unset('yes')).toEqual(['_LK_IN_MP']);
  expect(unset('1')).toEqual([]);
});

test('parameters that beat the environment are lists where workers differ', () => {
  const facts = machine({ cpus: 8 });
  const { recommendation } = report(facts, { params: { processes: 4, threads: 8 }, users: 1e7, model: 'item-knn' });
  const workers = recommendation?.byUsers.at(-1)?.workers;
  expect(workers).toBeGreaterThan(4);
  expect(recommendation?.parameters).toEqual({ processes: workers, threads: [8, 1] });
});

test('pools with barriers get whole CPUs: a quota is rounded down for them, up for the others', () => {
  const fitted = (cpus: number) =>
    report(machine({ cpus: 64, quotas: [quota(cpus * 100_000)] })).recommendation?.env ?? {};
  expect(fitted(15.5)).toMatchObject({ LK_NUM_THREADS: '8', LK_NUM_BACKEND_THREADS: '1' });
  expect(fitted(16)).toMatchObject({ LK_NUM_THREADS: '8', LK_NUM_BACKEND_THREADS: '2' });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 640 }), (tenths) => {
      const { LK_NUM_THREADS: threads, LK_NUM_BACKEND_THREADS: backend } = fitted(tenths / 10);
      expect(Number(threads)).toBe(Math.min(8, Math.ceil(tenths / 10)));
      if (Number(backend) > 1) expect(Number(threads) * Number(backend)).toBeLessThanOrEqual(tenths / 10);
    }),
  );
});

test('it says which parameters have to change, since they beat the environment', () => {
  const { recommendation } = report(machine({ cpus: 2 }), { params: { processes: 4, threads: '8' } });
  expect(recommendation?.parameters).toEqual({ processes: 1, threads: 2 });
});

test('from 2026.1 on it takes the variable that beats the file', () => {
  const facts = machine({
    lenskit: '2026.4.0',
    settings: [readSettings('[parallel]\nnum_threads = 64\n', 'lenskit.toml')],
  });
  expect(report(facts).recommendation?.env).toEqual({
    LK_PARALLEL__NUM_THREADS: '4',
    LK_NUM_BACKEND_THREADS: '1',
    LK_NUM_BATCH_JOBS: '1',
  });
});

test('what only a file can mend is said', () => {
  const facts = machine({
    lenskit: '2026.4.0',
    settings: [readSettings('[parallel', 'lenskit.toml', '/project/lenskit.toml')],
  });
  expect(report(facts).recommendation?.why).toContain('/project/lenskit.toml:1');
});

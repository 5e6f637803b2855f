import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { busyThreads, type SpaceInput, spaceOf } from '../../src/bench/space.ts';
import { resolveParallelism } from '../../src/rules/resolve.ts';

const BACKENDS = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'];

const RULES = [
  { lenskit: '2025.2.0', rules: { generation: '2025.2', release: [2025, 2, 0] } },
  { lenskit: '2025.8.1', rules: { generation: '2025.3', release: [2025, 8, 1] } },
  { lenskit: '2026.1.0', rules: { generation: '2026.1', release: [2026, 1, 0] } },
  { lenskit: '2026.4.0', rules: { generation: '2026.1', release: [2026, 4, 0] } },
] as const;

function input(over: Partial<SpaceInput> & Pick<SpaceInput, 'rules'>): SpaceInput {
  const flat =
    over.rules.generation === '2026.1'
      ? { LK_NUM_THREADS: '2', LK_NUM_BACKEND_THREADS: '1', LK_NUM_BATCH_JOBS: '1' }
      : { LK_NUM_PROCS: '1', LK_NUM_THREADS: '2', LK_NUM_BACKEND_THREADS: '1' };
  return {
    cpus: 2,
    effective: 2,
    freeThreaded: false,
    ray: false,
    ranges: { processes: [], threads: [], backendThreads: [], maxOversubscription: 2 },
    objective: 'total',
    models: [],
    recommended: flat,
    nested: false,
    ...over,
  };
}

const KNOBS: { [lenskit: string]: string[] } = {
  '2025.2.0': ['LK_NUM_PROCS', 'LK_NUM_THREADS', 'LK_NUM_BACKEND_THREADS', 'LK_NUM_CHILD_THREADS'],
  '2025.8.1': ['LK_NUM_PROCS', 'LK_NUM_THREADS', 'LK_NUM_BACKEND_THREADS'],
  '2026.1.0': ['LK_NUM_CPUS', 'LK_NUM_THREADS', 'LK_NUM_BACKEND_THREADS', 'LK_NUM_BATCH_JOBS', 'LK_USE_RAY'],
  '2026.4.0': [
    'LK_NUM_CPUS',
    'LK_NUM_THREADS',
    'LK_NUM_BACKEND_THREADS',
    'LK_NUM_BATCH_JOBS',
    'LK_USE_RAY',
    'LK_TUNE_JOBS',
  ],
};

describe.each(RULES)('LensKit $lenskit', ({ lenskit, rules }) => {
  const machines = fc.record({
    cpus: fc.integer({ min: 1, max: 64 }),
    quota: fc.integer({ min: 1, max: 64 }),
    ray: fc.boolean(),
    objective: fc.constantFrom('batch', 'train', 'total') as fc.Arbitrary<SpaceInput['objective']>,
    maxOversubscription: fc.double({ min: 0.5, max: 4, noNaN: true }),
  });

  test('every setting names every knob and backend variable, and LensKit makes of it what it says', () =>
    fc.assert(
      fc.property(machines, ({ cpus, quota, ray, objective, maxOversubscription }) => {
        const effective = Math.min(cpus, quota);
        const ranges = { processes: [], threads: [], backendThreads: [], maxOversubscription };
        const asked = input({ rules, cpus, effective, ray, objective, ranges });
        const { candidates, points } = spaceOf(asked);
        expect(new Set(candidates.map(({ env }) => JSON.stringify(env))).size).toBe(candidates.length);
        expect(candidates.flatMap(({ roles }) => roles).sort()).toEqual(['default', 'recommended']);
        for (const [index, { env, settings, roles }] of candidates.entries()) {
          expect(Object.keys(env).sort()).toEqual([...(KNOBS[lenskit] ?? []), ...BACKENDS].sort());
          const resolution = resolveParallelism({ lenskit, cpus, env });
          const { main } = resolution;
          const seen =
            'numThreads' in main
              ? [main.numBatchJobs, main.numThreads, main.numBackendThreads, main.useRay]
              : 'threads' in main
                ? [main.processes, main.threads, main.backendThreads, null]
                : [];
          expect(seen).toEqual([settings.processes, settings.threads, settings.backendThreads, settings.ray]);
          const busy = busyThreads(asked, settings);
          if (roles.length === 0) expect(busy).toBeLessThanOrEqual(maxOversubscription * effective);
          expect(points[index]?.every(Number.isFinite)).toBe(true);
          expect(resolution.warnings).toEqual([]);
        }
      }),
      { numRuns: 60 },
    ));
});

test('the user says what to try: 4 × 4 × 3 settings, whatever the machine is', () => {
  const ranges = {
    processes: [1, 2, 4, 8],
    threads: [1, 2, 4, 8],
    backendThreads: [1, 2, 4],
    maxOversubscription: 1000,
  };
  const { candidates } = spaceOf(input({ rules: RULES[1].rules, ranges }));
  expect(candidates).toHaveLength(48);
});

test('lists where training and batch are both measured; none in a batch alone', () => {
  const threadsOf = (objective: SpaceInput['objective'], cpus: number) => {
    const ranges = { processes: [2], threads: [], backendThreads: [1], maxOversubscription: 1000 };
    const { candidates } = spaceOf(input({ rules: RULES[1].rules, cpus, effective: cpus, objective, ranges }));
    return candidates.filter(({ roles }) => roles.length === 0).map(({ env }) => env.LK_NUM_THREADS);
  };
  expect(threadsOf('total', 4)).toEqual(['1', '2', '2,1', '4', '4,1']);
  expect(threadsOf('batch', 8)).toEqual(['1', '2', '4', '8,8']);
});

test('what a setting must not inherit, in every spelling', () => {
  const [old, now] = [RULES[1], RULES[3]].map(({ rules }) => spaceOf(input({ rules })).unset) as [RegExp, RegExp];
  for (const name of ['LK_NUM_CHILD_THREADS', 'LK_NUM_PROCS']) expect([old.test(name), name]).toEqual([true, name]);
  for (const name of ['LK_PARALLEL', 'lk_num_threads', 'LK_PARALLEL__USE_RAY', 'LK_TUNE_JOBS']) {
    expect([now.test(name), name]).toEqual([true, name]);
  }
  for (const name of ['LK_LOG_LEVEL', 'PATH', 'OMP_NUM_THREADS'])
    expect([now.test(name), old.test(name)]).toEqual([false, false]);
});

test('where a file or LK_PARALLEL would win, the nested variables are set as well', () => {
  const { candidates } = spaceOf(input({ rules: RULES[3].rules, nested: true }));
  const [first] = candidates;
  expect(first?.env.LK_PARALLEL__NUM_THREADS).toBe(first?.env.LK_NUM_THREADS);
});

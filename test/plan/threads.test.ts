import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { modelsOf } from '../../src/plan/models.ts';
import { oversubscription, type PlanInput, planThreads, rayonInference } from '../../src/plan/threads.ts';
import { GENERATIONS, rulesFor } from '../../src/rules/generation.ts';
import { resolveParallelism } from '../../src/rules/resolve.ts';

const VERSIONS = ['0.14.4', '2025.2.0', '2025.5.0', '2025.8.1', '2026.4.0'] as const;

interface Set {
  env?: { [name: string]: string };
  models?: string[];
  freeThreaded?: boolean;
}

function input(lenskit: string, cpus: number, { env = {}, models = [], freeThreaded = false }: Set = {}): PlanInput {
  const rules = rulesFor(lenskit);
  if (typeof rules === 'string') throw new Error(rules);
  const resolution = resolveParallelism({ lenskit, cpus, env, freeThreaded });
  return { resolution, rules, cpus: BigInt(cpus), ray: { nodes: [BigInt(cpus)], lists: null }, models };
}

describe('threads at work at once', () => {
  test.each([
    ['one process', { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '2' }, 4, 1, 1, 2],
    ['workers', { LK_NUM_PROCS: '3', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '2' }, 4, 1, 3, 6],
    ['workers with lists', { LK_NUM_PROCS: '3', LK_NUM_THREADS: '4,2', LK_NUM_BACKEND_THREADS: '2,1' }, 4, 1, 3, 3],
    ['the default on 8 CPUs', {}, 8, 1, 4, 4],
  ])('2025.8.1, %s', (_, env, training, inference, batch, implicit) => {
    const plan = planThreads(input('2025.8.1', 8, { env }));
    expect(plan).toMatchObject({ trainingThreads: training, inferenceThreads: inference, batchThreads: batch });
    expect(plan.batchThreadsByModel).toMatchObject({ 'implicit-mf': implicit, 'item-knn': batch });
    expect(plan.peakThreads).toBe(Math.max(training, batch));
  });

  test('2026 without Ray: each job keeps what a list does, the GIL or not', () => {
    const env = { LK_NUM_BATCH_JOBS: '4', LK_NUM_THREADS: '2', LK_NUM_BACKEND_THREADS: '2' };
    for (const freeThreaded of [false, true]) {
      const { batchThreadsByModel } = planThreads(input('2026.4.0', 8, { env, freeThreaded }));
      expect(batchThreadsByModel).toMatchObject({ 'item-knn': 4, 'implicit-mf': 8 });
    }
    const one = planThreads(input('2026.4.0', 8, { env: { ...env, LK_NUM_BATCH_JOBS: '1' } }));
    expect(one.batchThreadsByModel).toMatchObject({ 'item-knn': 1, 'implicit-mf': 2 });
  });

  test('0.14: Numba trains, and BLAS, which nothing limits, makes the lists of every worker', () => {
    const env = { LK_NUM_PROCS: '3,2', NUMBA_NUM_THREADS: '4' };
    const plan = planThreads({ ...input('0.14.4', 8, { env }), blas: 2n });
    expect(plan).toMatchObject({ trainingThreads: 4, inferenceThreads: 1, batchThreads: 3, peakThreads: 4 });
    expect(plan.batchThreadsByModel).toMatchObject({ 'item-knn': 3, 'implicit-mf': 6 });
    expect(plan.pooledThreads).toBe(4 * (4 + 2 - 1));
    const unlimited = planThreads(input('0.14.4', 8, { env }));
    expect(unlimited.batchThreadsByModel).toMatchObject({ 'item-knn': 3, 'implicit-mf': 24 });
  });

  test('0.14: item-knn is compiled serial where `_LK_IN_MP` says that this is a worker', () => {
    const training = (set: { [name: string]: string }) =>
      planThreads(input('0.14.4', 8, { env: { LK_NUM_PROCS: '1', ...set } })).trainingThreadsByModel;
    expect(training({})).toMatchObject({ 'item-knn': 8, 'biased-mf': 8 });
    expect(training({ _LK_IN_MP: 'yes' })).toMatchObject({ 'item-knn': 1, 'biased-mf': 8 });
    expect(training({ _LK_IN_MP: '1' })).toMatchObject({ 'item-knn': 8 });
  });

  test('of several models that are asked about the busiest counts', () => {
    const env = { LK_NUM_PROCS: '2', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '3' };
    const threads = (...models: string[]) => planThreads(input('2025.8.1', 8, { env, models }));
    expect(threads('popular')).toMatchObject({ trainingThreads: 1, batchThreads: 2, peakThreads: 2 });
    expect(threads('popular', 'implicit-mf')).toMatchObject({ trainingThreads: 4, batchThreads: 6, peakThreads: 6 });
  });

  test('item-knn asks Rayon from 2025.3 to 2025.5, and no other model ever', () => {
    const env = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '1' };
    for (const lenskit of VERSIONS) {
      const { inferenceThreadsByModel } = planThreads(input(lenskit, 8, { env }));
      const four = Object.entries(inferenceThreadsByModel).filter(([, threads]) => threads === 4);
      expect([lenskit, four.map(([name]) => name)]).toEqual([lenskit, lenskit === '2025.5.0' ? ['item-knn'] : []]);
    }
  });

  test('what LensKit fails on has none: negative threads, workers that cannot be made', () => {
    const refused = planThreads(input('2025.8.1', 4, { env: { LK_NUM_THREADS: '-1', LK_NUM_BACKEND_THREADS: '1' } }));
    expect(refused).toMatchObject({
      trainingThreads: null,
      batchThreads: null,
      peakThreads: null,
      pooledThreads: null,
    });
    expect(refused.batchThreadsByModel).toEqual({});
    const workers = planThreads(input('2025.8.1', 4, { env: { LK_NUM_PROCS: '4,0' } }));
    expect(workers).toMatchObject({ trainingThreads: 4, batchThreads: null, pooledThreads: null });
    for (const processes of ['0', '-2']) {
      const none = planThreads(input('2025.8.1', 4, { env: { LK_NUM_PROCS: processes } }));
      expect(none).toMatchObject({ trainingThreads: 4, batchThreads: null, pooledThreads: null });
    }
  });

  test('no more than all pools of all processes, and one at the least; more settings never make it fewer', () => {
    const counts = fc.integer({ min: 1, max: 16 });
    fc.assert(
      fc.property(
        fc.constantFrom(...VERSIONS),
        counts,
        counts,
        counts,
        fc.integer({ min: 1, max: 64 }),
        (lenskit, p, t, b, cpus) => {
          const env = {
            NUMBA_NUM_THREADS: String(t),
            LK_NUM_PROCS: String(p),
            LK_NUM_BATCH_JOBS: String(p),
            LK_NUM_THREADS: String(t),
            LK_NUM_BACKEND_THREADS: String(b),
          };
          const plan = planThreads(input(lenskit, cpus, { env }));
          const own = modelsOf(input(lenskit, cpus).rules).filter(({ training }) => training !== 'cpus');
          for (const { name } of own) {
            for (const threads of [plan.trainingThreadsByModel[name], plan.batchThreadsByModel[name]]) {
              expect(threads).toBeGreaterThanOrEqual(1);
              expect(threads).toBeLessThanOrEqual(Number(plan.pooledThreads));
            }
          }
          const more = planThreads(input(lenskit, cpus, { env: { ...env, LK_NUM_BACKEND_THREADS: String(b + 1) } }));
          for (const { name } of own)
            expect(more.batchThreadsByModel[name]).toBeGreaterThanOrEqual(Number(plan.batchThreadsByModel[name]));
        },
      ),
    );
  });
});

describe('threads of pools, most of which sleep', () => {
  const pooled = (lenskit: string, env: { [name: string]: string }, ray?: PlanInput['ray']) => {
    const asked = input(lenskit, 8, { env });
    return planThreads({ ...asked, ray: ray ?? asked.ray }).pooledThreads;
  };

  test.each([
    ['one process: both pools share one thread', '2025.8.1', { LK_NUM_PROCS: '1', ...set(4, 3) }, 6],
    ['a worker has its own', '2025.8.1', { LK_NUM_PROCS: '3', ...set(4, 3) }, 6 + 3 * 6],
    ['of lists the second', '2025.8.1', { LK_NUM_PROCS: '3', ...set('4,2', '3,1') }, 6 + 3 * 2],
    ['0 is all CPUs', '2025.8.1', { LK_NUM_PROCS: '1', ...set(4, 0) }, 4 + 8 - 1],
    ['no process at all', '2025.8.1', { LK_NUM_PROCS: '0', ...set(4, 3) }, null],
    ['fewer than no thread', '2025.8.1', { LK_NUM_PROCS: '1', ...set(-1, 3) }, null],
    ['a worker with fewer than none', '2025.8.1', { LK_NUM_PROCS: '2', ...set('4,-1', 3) }, null],
    ['2026: a job calls the backends for itself', '2026.4.0', { LK_NUM_BATCH_JOBS: '2', ...set(4, 3) }, 6 + 2 * 3],
    ['2026: one job is the process', '2026.4.0', { LK_NUM_BATCH_JOBS: '1', ...set(4, 3) }, 6],
    ['2026: none is one', '2026.4.0', { LK_NUM_BATCH_JOBS: '0', ...set(4, 3) }, 6],
    ['2026: -1 is one for each CPU', '2026.4.0', { LK_NUM_BATCH_JOBS: '-1', ...set(4, 3) }, 6 + 8 * 3],
    ['Ray: a task has its own', '2026.4.0', { LK_USE_RAY: '1', LK_NUM_BATCH_JOBS: '2', ...set(4, 3) }, 6 + 2 * 6],
    ['Ray refuses', '2026.4.0', { LK_USE_RAY: '1', LK_NUM_BATCH_JOBS: '2', ...set(4, -1) }, 4 + 8 - 1],
    ['0.14: Numba and BLAS', '0.14.4', { LK_NUM_PROCS: '1', NUMBA_NUM_THREADS: '3' }, 3 + 8 - 1],
    ['0.14: as many in a worker', '0.14.4', { LK_NUM_PROCS: '2', NUMBA_NUM_THREADS: '3' }, 3 * 10],
  ])('%s', (_, lenskit, env, expected) => {
    expect(pooled(lenskit, env)).toBe(expected);
  });

  test('those of a Ray elsewhere are not of this machine', () => {
    const env = { LK_USE_RAY: '1', LK_NUM_BATCH_JOBS: '2', ...set(4, 3) };
    expect(pooled('2026.4.0', env, { nodes: null, lists: null })).toBe(6);
    expect(pooled('2026.4.0', env, { nodes: [8n], lists: null, existing: true })).toBe(6);
  });
});

describe('Ray', () => {
  const env = { LK_USE_RAY: '1', LK_NUM_BATCH_JOBS: '4', ...set(4, 2) };
  const planned = (ray: PlanInput['ray'], over: { [name: string]: string } = {}) => {
    const { trainingThreads, batchThreads, peakThreads } = planThreads({
      ...input('2026.4.0', 8, { env: { ...env, ...over } }),
      ray,
    });
    return [trainingThreads, batchThreads, peakThreads];
  };

  test.each([
    ['as many tasks as fit', { nodes: [8n], lists: null }, {}, [4, 8, 8]],
    ['one task of few lists', { nodes: [8n], lists: 10n }, {}, [4, 2, 4]],
    ['no node is large enough', { nodes: [1n], lists: null }, {}, [4, null, null]],
    ['elsewhere it is no load here', { nodes: null, lists: null }, {}, [4, null, 4]],
    ['nor where it runs already', { nodes: [8n], lists: null, existing: true }, {}, [4, null, 4]],
    ['0 backend threads are all CPUs', { nodes: null, lists: null }, { LK_NUM_BACKEND_THREADS: '0' }, [4, null, 4]],
    ['refused', { nodes: null, lists: null }, { LK_NUM_BACKEND_THREADS: '-1' }, [4, null, null]],
    ['elsewhere, but not used', { nodes: null, lists: null }, { LK_USE_RAY: '0' }, [4, 8, 8]],
  ])('%s', (_, ray, over, expected) => {
    expect(planned(ray, over)).toEqual(expected);
  });
});

test.each([
  ['2025.8.1', { LK_NUM_THREADS: '0', LK_NUM_BACKEND_THREADS: '2' }, [8, 1, 4]],
  ['2026.4.0', { LK_NUM_THREADS: '0', LK_NUM_BATCH_JOBS: '0', LK_NUM_BACKEND_THREADS: '2' }, [8, 2, 2]],
  ['2025.8.1', { LK_NUM_PROCS: '1', LK_NUM_THREADS: '3', LK_NUM_BACKEND_THREADS: '5' }, [3, 1, 1]],
])('LensKit %s with %j: training, a list, a batch', (lenskit, env, expected) => {
  const { trainingThreads, inferenceThreads, batchThreads } = planThreads(input(lenskit, 8, { env }));
  expect([trainingThreads, inferenceThreads, batchThreads]).toEqual(expected);
});

test('a model trains with either pool, with all CPUs, or with one thread, as it was counted', () => {
  const env = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '3', LK_NUM_BACKEND_THREADS: '5' };
  const { trainingThreadsByModel, inferenceThreadsByModel } = planThreads(input('2025.8.1', 8, { env }));
  expect(trainingThreadsByModel).toMatchObject({
    ease: 5,
    'implicit-mf': 5,
    'biased-mf': 3,
    nmf: 8,
    popular: 1,
    'flexmf-implicit': 5,
  });
  expect(inferenceThreadsByModel).toMatchObject({ ease: 5, nmf: 1 });
  const more = planThreads(input('2025.8.1', 8, { env: { ...env, LK_NUM_THREADS: '6' } }));
  expect(more.trainingThreadsByModel).toMatchObject({ ease: 6 });
});

test.each([
  ['2025.5.0', ['item-knn'], 4],
  ['2025.8.1', [], null],
  ['0.14.4', [], null],
])('LensKit %s: models that ask Rayon while they make a list: %j', (lenskit, models, threads) => {
  const { resolution, rules } = input(lenskit, 8, { env: { LK_NUM_THREADS: '4' } });
  expect(rayonInference(resolution, rules)).toEqual({ threads, models });
});

test('threads for each CPU, to two places; none where there is no plan', () => {
  expect(oversubscription(8, 3)).toBe(2.67);
  expect(oversubscription(4, 8)).toBe(0.5);
  expect(oversubscription(null, 8)).toBeNull();
});

function set(threads: number | string, backend: number | string): { [name: string]: string } {
  return { LK_NUM_THREADS: String(threads), LK_NUM_BACKEND_THREADS: String(backend) };
}

/** The most frequent, of several the largest. */
function mode(counts: readonly number[]): number | undefined {
  const times = (count: number) => counts.filter((other) => other === count).length;
  return [...counts].sort((a, b) => times(b) - times(a) || b - a)[0];
}

test.each(GENERATIONS)('%s: what is said of most models holds for more than anything else', (generation) => {
  const env = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '2', NUMBA_NUM_THREADS: '4' };
  const { trainingThreads, batchThreads, ...plan } = planThreads({ ...input(generation, 16, { env }), blas: 2n });
  const training = Object.values(plan.trainingThreadsByModel).map(Number);
  // Of 0.14's more have no parallelism than have any: what is said is of those that have.
  expect(trainingThreads).toBe(mode(generation === '0.14' ? training.filter((count) => count > 1) : training));
  expect(batchThreads).toBe(mode(Object.values(plan.batchThreadsByModel).map(Number)));
});

import { expect, test } from '@jest/globals';
import { numbaLayer } from '../../src/situation/numba-layer.ts';
import { machine, report } from '../machine.ts';

const LAYERS = [
  { layer: 'omp' as const, file: '/lib/libgomp.so.1' },
  { layer: 'workqueue' as const, file: '/numba/workqueue.so' },
];
const TBB = { layer: 'tbb' as const, file: '/lib/libtbb.so.12' };
const library = { api: 'blas' as const, version: null };
const ENVIRONMENT = {
  packages: { numba: '0.58.1' },
  numbaLayers: LAYERS,
  pools: [{ ...library, family: 'OpenBLAS' as const, owner: 'numpy', file: '/numpy.libs/libopenblas.so' }],
};

const pools = (env: { [name: string]: string }, environment: object = {}) =>
  report(machine({ lenskit: '0.14.4', env, environment: { ...ENVIRONMENT, ...environment } })).pools;
const numba = (env: { [name: string]: string }, environment: object = {}) =>
  pools(env, environment).find(({ pool }) => pool.startsWith('Numba'));

/** `_launch_threads` of `numba/np/ufunc/parallel.py`, 0.58.1. */
test.each([
  [undefined, LAYERS, 'omp'],
  [undefined, [TBB, ...LAYERS], 'tbb'],
  [undefined, LAYERS.slice(1), 'workqueue'],
  ['OMP', LAYERS, 'omp'],
  ['threadsafe', LAYERS, 'omp'],
  ['forksafe', LAYERS, 'workqueue'],
  ['safe', LAYERS, null],
  ['tbb', LAYERS, null],
  ['', LAYERS, null],
  ['constructor', LAYERS, null],
])('NUMBA_THREADING_LAYER=%s, with %j: %s', (asked, layers, expected) => {
  expect(numbaLayer(asked, layers)?.layer ?? null).toBe(expected);
});

test("Numba's threads are Numba's, in main and worker; OpenBLAS has all CPUs there", () => {
  expect(pools({ LK_NUM_PROCS: '2,1', NUMBA_NUM_THREADS: '3' })).toEqual([
    {
      pool: 'Numba (omp)',
      file: '/lib/libgomp.so.1',
      version: '0.58.1',
      variables: ['NUMBA_NUM_THREADS', 'NUMBA_THREADING_LAYER', 'OMP_THREAD_LIMIT', 'OMP_DYNAMIC'],
      main: 3,
      worker: 3,
      by: 'NUMBA_NUM_THREADS=3',
      workerBy: null,
    },
    expect.objectContaining({ pool: 'OpenBLAS (numpy)', main: 4, worker: 4, by: 'all CPUs' }),
  ]);
});

test('no variable of LensKit is said to limit anything, and there is no row for what is not installed', () => {
  const rows = pools({ LK_NUM_PROCS: '2' });
  expect(rows.flatMap(({ variables }) => variables).filter((name) => name.startsWith('LK_'))).toEqual([]);
  expect(rows.filter(({ pool }) => /Torch|Rayon/.test(pool))).toEqual([]);
  const withTorch = pools({}, { torch: { version: '2.0', cuda: null } });
  expect(withTorch.find(({ pool }) => pool === 'Torch intra-op')?.variables).not.toContain('LK_NUM_BACKEND_THREADS');
});

test.each<[{ [name: string]: string }, number | null, RegExp]>([
  [{ OMP_THREAD_LIMIT: '2' }, 2, /OMP_THREAD_LIMIT=2/],
  [{ OMP_DYNAMIC: 'true' }, null, /at most 4/],
  [{ OMP_NUM_THREADS: '1' }, 4, /all CPUs/],
  [{ OMP_THREAD_LIMIT: '2', NUMBA_THREADING_LAYER: 'workqueue' }, 4, /all CPUs/],
  [{ NUMBA_THREADING_LAYER: 'tbb' }, null, /ValueError/],
])("OpenMP's limits hold for the layer omp alone: %j", (env, main, by) => {
  expect(numba(env)).toMatchObject({ main, by: expect.stringMatching(by) });
});

test("an environment of which the layers were not looked at, and one without Numba's package", () => {
  const { numbaLayers: _, ...unseen } = ENVIRONMENT;
  const facts = machine({ lenskit: '0.14.4', environment: unseen });
  expect(report(facts).pools[0]).toMatchObject({ pool: 'Numba', main: 4, file: null });
  expect(numba({}, { packages: {} })).toBeUndefined();
});

test.each<[object, number]>([
  [{}, 4],
  [{ packages: { numba: '0.58.1', 'mkl-service': '2.4.0' } }, 2],
])("a worker's MKL has LensKit's number where the module mkl is there: %j", (environment, worker) => {
  const mkl = [{ ...library, family: 'MKL' as const, owner: 'environment', file: '/lib/libmkl_rt.so' }];
  expect(pools({ LK_NUM_PROCS: '3,2' }, { pools: mkl, ...environment })[1]).toMatchObject({ main: 4, worker });
});

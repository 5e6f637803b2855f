import { describe, expect, test } from '@jest/globals';
import { numbaLayerChoices } from '../../src/backends/numba-layer.ts';
import {
  isLimitable,
  type OpenblasBuild,
  openblasLibrary,
  openblasThreads,
  WHEELS_MOST_THREADS,
} from '../../src/backends/openblas.ts';
import { openmpLimits } from '../../src/backends/openmp-limits.ts';
import {
  POOL_VARIABLES,
  type PoolLibrary,
  threadsFrom,
  threadsIn,
  variablesOf,
} from '../../src/backends/pool-variables.ts';
import {
  arrowThreads,
  atoiThreads,
  mklThreads,
  openmpBoolean,
  openmpListThreads,
  openmpThreads,
  plainThreads,
} from '../../src/backends/thread-readings.ts';
import { unsetBackendVariables } from '../../src/backends/variables.ts';

const INT_MAX = 2 ** 31 - 1;
const LONG_MAX = 2n ** 63n - 1n;

describe('how a number of threads is read', () => {
  test.each<[(value: string) => number | null, string, number | null]>([
    [atoiThreads, '12', 12],
    [atoiThreads, ' \t\n\v\f\r3', 3],
    [atoiThreads, '+12x', 12],
    [atoiThreads, 'x1', null],
    [atoiThreads, '--1', null],
    [atoiThreads, '0', null],
    [atoiThreads, '-4294967295', 1],
    [atoiThreads, String(INT_MAX), INT_MAX],
    [atoiThreads, String(INT_MAX + 1), null],
    [atoiThreads, String(2n ** 32n + 5n), 5],
    [atoiThreads, String(LONG_MAX - 2n ** 32n + 8n), 7],
    // Beyond a long it is the greatest, whose lower half is -1, or the least, whose is 0.
    [atoiThreads, String(LONG_MAX + 8n), null],
    [atoiThreads, String(-LONG_MAX), 1],
    [atoiThreads, String(-LONG_MAX - 1n), null],
    [atoiThreads, String(-LONG_MAX - 2n ** 32n + 4n), null],
    [atoiThreads, `-${'9'.repeat(30)}`, null],
    [atoiThreads, `${'0'.repeat(30)}7`, 7],
    [atoiThreads, `-${'0'.repeat(30)}${2 ** 32 - 1}`, 1],
    [openmpThreads, '12', 12],
    [openmpThreads, ' \t\n\v\f\r+3 \t\n\v\f\r', 3],
    [openmpThreads, '-3', null],
    [openmpThreads, '3x', null],
    [openmpThreads, 'x3', null],
    [openmpThreads, '', null],
    [openmpThreads, '0', null],
    [openmpThreads, String(INT_MAX), INT_MAX],
    [openmpThreads, String(INT_MAX + 7), INT_MAX],
    [openmpThreads, String(LONG_MAX), INT_MAX],
    [openmpThreads, String(LONG_MAX + 1n), null],
    [openmpThreads, `${'0'.repeat(30)}7`, 7],
    [openmpThreads, `1${'0'.repeat(30)}`, null],
    [atoiThreads, `1${'0'.repeat(30)}`, null],
    [openmpListThreads, '4,2,1', 4],
    [openmpListThreads, ' 4 , 2 ', 4],
    [openmpListThreads, '4,0', null],
    [openmpListThreads, '4,', null],
    [openmpListThreads, '', null],
    [openmpListThreads, `4${',1'.repeat(9_998)},x`, null],
    // Levels that no program has are not looked at.
    [openmpListThreads, `4${',1'.repeat(9_999)},x`, 4],
    [arrowThreads, ' +12,x', 12],
    [arrowThreads, 'x12', null],
    [arrowThreads, '0', null],
    [arrowThreads, String(INT_MAX), INT_MAX],
    [arrowThreads, String(INT_MAX + 1), null],
    [mklThreads, '12', 12],
    [mklThreads, ' +12x', 12],
    [mklThreads, 'x12', 1],
    [mklThreads, '-3', 1],
    [mklThreads, '0', null],
    [mklThreads, '', null],
    [mklThreads, ' ', null],
    [plainThreads, '12', 12],
    [plainThreads, '+12', 12],
    [plainThreads, '-12', null],
    [plainThreads, ' 12', null],
    [plainThreads, '12 ', null],
    [plainThreads, '0', null],
    [plainThreads, '9'.repeat(15), 999_999_999_999_999],
    [plainThreads, '9'.repeat(16), null],
  ])('%p: %.40j', (read, value, threads) => expect(read(value)).toBe(threads));

  test.each([
    ['true', true],
    [' TRUE ', true],
    ['False', false],
    ['1', null],
    ['', null],
  ])('%j as a boolean of OpenMP', (value, expected) => expect(openmpBoolean(value)).toBe(expected));
});

/** As the manuals of the libraries and what was seen of them have it. */
describe('the variables of the libraries', () => {
  test.each<[PoolLibrary, Parameters<typeof variablesOf>[1], string[]]>([
    ['OpenMP', 'threads', ['OMP_NUM_THREADS']],
    ['OpenMP', 'most threads', ['OMP_THREAD_LIMIT']],
    ['OpenMP', 'fewer threads', ['OMP_DYNAMIC']],
    ['OpenMP', 'where they run', ['OMP_PROC_BIND', 'OMP_PLACES', 'GOMP_CPU_AFFINITY']],
    ['LLVM OpenMP', 'where they run', ['KMP_AFFINITY']],
    [
      'OpenBLAS',
      'threads',
      ['OPENBLAS_NUM_THREADS', 'OPENBLAS_DEFAULT_NUM_THREADS', 'GOTO_NUM_THREADS', 'OMP_NUM_THREADS'],
    ],
    ['OpenBLAS in OpenMP', 'threads', ['OMP_NUM_THREADS']],
    ['MKL', 'threads', ['MKL_NUM_THREADS', 'MKL_DOMAIN_NUM_THREADS', 'OMP_NUM_THREADS']],
    ['MKL', 'fewer threads', ['MKL_DYNAMIC']],
    ['MKL', 'kind of threads', ['MKL_THREADING_LAYER']],
    ['BLIS', 'threads', ['BLIS_NUM_THREADS', 'OMP_NUM_THREADS']],
    ['Accelerate', 'most threads', ['VECLIB_MAXIMUM_THREADS']],
    ['NumExpr', 'threads', ['NUMEXPR_NUM_THREADS']],
    ['NumExpr', 'most threads', ['NUMEXPR_MAX_THREADS']],
    ['Numba', 'threads', ['NUMBA_NUM_THREADS']],
    ['Numba', 'kind of threads', ['NUMBA_THREADING_LAYER']],
    ['Rayon', 'threads', ['RAYON_NUM_THREADS']],
    ['Polars', 'threads', ['POLARS_MAX_THREADS']],
    ['Arrow', 'threads', ['OMP_NUM_THREADS']],
    ['Arrow', 'most threads', ['OMP_THREAD_LIMIT']],
    ['Arrow', 'I/O threads', ['ARROW_IO_THREADS']],
  ])('%s, %s', (library, limits, names) => expect(variablesOf(library, limits)).toEqual(names));

  test('none is missing above', () => {
    expect(POOL_VARIABLES).toHaveLength(29);
    expect(variablesOf('MKL')).toEqual(variablesOf('MKL', 'threads'));
  });

  test.each<[PoolLibrary, string, number]>([
    ['OpenMP', '1,4', 1],
    ['OpenBLAS', '1x', 1],
    ['OpenBLAS in OpenMP', '1,4', 1],
    ['MKL', '1,4', 1],
    ['BLIS', '1x', 1],
    ['Arrow', '1x', 1],
  ])('%s reads OMP_NUM_THREADS=%s in its own way', (library, value, threads) => {
    expect(threadsFrom(library, { OMP_NUM_THREADS: value })).toEqual({ threads, name: 'OMP_NUM_THREADS' });
  });

  test('the first that holds a number decides, and is named', () => {
    const env = { MKL_NUM_THREADS: '0', MKL_DOMAIN_NUM_THREADS: 'MKL_ALL 3', OMP_NUM_THREADS: '2' };
    expect(threadsFrom('MKL', env)).toEqual({ threads: 3, name: 'MKL_DOMAIN_NUM_THREADS' });
    expect(threadsFrom('MKL', {})).toBeNull();
    // A word is no number.
    expect(threadsFrom('MKL', { MKL_DYNAMIC: '1' }, 'fewer threads')).toBeNull();
    expect(threadsFrom('OpenMP', { OMP_THREAD_LIMIT: '3', OMP_NUM_THREADS: '2' }, 'most threads')).toEqual({
      threads: 3,
      name: 'OMP_THREAD_LIMIT',
    });
    expect(threadsFrom('Arrow', { ARROW_IO_THREADS: '5' }, 'I/O threads')).toMatchObject({ threads: 5 });
  });

  test.each([
    ['MKL_DOMAIN_BLAS=4', 4],
    ['mkl_blas 12', 12],
    ['MKL_BLAS  3', 3],
    ['MKL_DOMAIN_ALL=2', 2],
    ['MKL_DOMAIN_ALL=2,MKL_DOMAIN_BLAS = 4', 4],
    ['MKL_DOMAIN_ALL = 12', 12],
    ['MKL_ALL  2', 2],
    ['MKL_DOMAIN_BLAS=0', null],
    ['MKL_DOMAIN_BLAS4', null],
    ['xMKL_ALL=2', null],
    ['MKL_DOMAIN_BLAS=x', null],
    ['', null],
  ])('MKL_DOMAIN_NUM_THREADS=%j', (value, threads) => {
    expect(threadsFrom('MKL', { MKL_DOMAIN_NUM_THREADS: value })?.threads ?? null).toBe(threads);
  });

  test.each([
    ['OMP_NUM_THREADS', '3', 3],
    ['OMP_NUM_THREADS', '3x', null],
    ['OPENBLAS_NUM_THREADS', '3x', 3],
    ['RAYON_NUM_THREADS', undefined, null],
    ['MKL_DYNAMIC', '1', null],
    ['LK_NUM_THREADS', '1', null],
  ])('%s=%s as its own library reads it', (name, value, threads) => expect(threadsIn(name, value)).toBe(threads));
});

describe('OpenBLAS', () => {
  const OPENMP = { threading: 'openmp' } as const;
  test.each<[{ [name: string]: string }, OpenblasBuild, number, string, string | null]>([
    [{}, {}, 8, 'all CPUs', null],
    [{}, { most: 4 }, 4, 'it is built for 4', null],
    [{}, { most: 8 }, 8, 'all CPUs', null],
    [{}, { most: null }, 8, 'all CPUs', null],
    [{ OPENBLAS_NUM_THREADS: '2' }, {}, 2, 'OPENBLAS_NUM_THREADS=2', 'OPENBLAS_NUM_THREADS'],
    [{ OPENBLAS_NUM_THREADS: '2' }, { most: 4 }, 2, 'OPENBLAS_NUM_THREADS=2', 'OPENBLAS_NUM_THREADS'],
    [{ OPENBLAS_NUM_THREADS: '4' }, { most: 4 }, 4, 'OPENBLAS_NUM_THREADS=4', 'OPENBLAS_NUM_THREADS'],
    [{ OPENBLAS_NUM_THREADS: '5' }, { most: 4 }, 4, 'it is built for 4', null],
    [{ OPENBLAS_NUM_THREADS: '16' }, {}, 8, 'OPENBLAS_NUM_THREADS=16', 'OPENBLAS_NUM_THREADS'],
    [{ OPENBLAS_NUM_THREADS: '2', OMP_NUM_THREADS: '3' }, OPENMP, 3, 'OMP_NUM_THREADS=3', 'OMP_NUM_THREADS'],
    [{ OPENBLAS_NUM_THREADS: '2' }, OPENMP, 8, 'all CPUs', null],
    // OpenMP's number is taken as it is, also above the CPUs.
    [{ OMP_NUM_THREADS: '16' }, OPENMP, 16, 'OMP_NUM_THREADS=16', 'OMP_NUM_THREADS'],
  ])('%j %j on 8 CPUs', (env, build, threads, why, name) => {
    expect(openblasThreads(env, 8, build)).toEqual({ threads, why, name });
  });

  test('without a build nothing is known of it', () => {
    expect(openblasThreads({}, 8)).toEqual({ threads: 8, why: 'all CPUs', name: null });
    expect([openblasLibrary('openmp'), openblasLibrary(undefined)]).toEqual(['OpenBLAS in OpenMP', 'OpenBLAS']);
    expect(WHEELS_MOST_THREADS).toBe(64);
  });

  test.each<[string, OpenblasBuild & { version: string | null }, boolean, boolean | null]>([
    ['its own threads', { version: null }, false, true],
    ['the OpenMP of Torch', { ...OPENMP, version: null }, true, true],
    ['not known', { ...OPENMP, version: null }, false, null],
    ['it hands it on', { ...OPENMP, version: '0.3.21' }, false, true],
    ['it hands it on', { ...OPENMP, version: '0.3' }, false, true],
    ['OpenMP’s own comes back', { ...OPENMP, version: '0.3.22' }, false, false],
    ['OpenMP’s own comes back', { ...OPENMP, version: '0.3.29' }, false, false],
    ['not counted', { ...OPENMP, version: '0.3.30' }, false, null],
    ['not counted', { ...OPENMP, version: '0.2.20' }, false, null],
    ['not counted', { ...OPENMP, version: '0' }, false, null],
    ['not counted', { ...OPENMP, version: '1.3.21' }, false, null],
    ['no version', { ...OPENMP, version: 'x' }, false, null],
  ])('%s: %j', (_, build, sharesOpenmp, expected) => expect(isLimitable(build, sharesOpenmp)).toBe(expected));
});

test.each<[{ [name: string]: string }, number | null, string[]]>([
  [{}, 4, []],
  [{ OMP_THREAD_LIMIT: '3' }, 4, ['OMP_THREAD_LIMIT']],
  [{ OMP_THREAD_LIMIT: '4' }, 4, []],
  [{ OMP_THREAD_LIMIT: '3' }, null, []],
  [{ OMP_DYNAMIC: 'true' }, 4, ['OMP_DYNAMIC']],
  [{ OMP_DYNAMIC: 'true' }, null, ['OMP_DYNAMIC']],
  [{ OMP_DYNAMIC: 'true' }, 1, []],
  [{ OMP_DYNAMIC: 'false' }, 4, []],
  [{ OMP_DYNAMIC: 'TRUE', OMP_THREAD_LIMIT: '1' }, 4, ['OMP_THREAD_LIMIT', 'OMP_DYNAMIC']],
])('%j lets OpenMP start fewer than %p', (env, backend, names) => expect(openmpLimits(env, backend)).toEqual(names));

/** `_launch_threads` of Numba 0.58.1. */
test.each([
  [undefined, ['tbb', 'omp', 'workqueue']],
  ['default', ['tbb', 'omp', 'workqueue']],
  ['threadsafe', ['tbb', 'omp']],
  ['forksafe', ['tbb', 'workqueue']],
  ['safe', ['tbb']],
  ['tbb', ['tbb']],
  ['OMP', ['omp']],
  ['workqueue', ['workqueue']],
  ['', null],
  ['omp ', null],
  ['constructor', null],
])('NUMBA_THREADING_LAYER=%s', (asked, layers) => expect(numbaLayerChoices(asked)).toEqual(layers));

test('the variables of the backends that children get are those that are unset', () => {
  expect(unsetBackendVariables({}, '2')).toEqual({
    OMP_NUM_THREADS: '2',
    OPENBLAS_NUM_THREADS: '2',
    MKL_NUM_THREADS: '2',
  });
  expect(unsetBackendVariables({ OMP_NUM_THREADS: '', MKL_NUM_THREADS: undefined }, '2')).toEqual({
    OPENBLAS_NUM_THREADS: '2',
    MKL_NUM_THREADS: '2',
  });
});

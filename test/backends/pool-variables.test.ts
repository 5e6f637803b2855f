import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { POOL_VARIABLES, threadsFrom, threadsIn } from '../../src/backends/pool-variables.ts';

/** Seen with the libraries in the wheels of NumPy, SciPy, PyArrow and Torch. */
describe.each<[library: Parameters<typeof threadsFrom>[0], rows: [{ [name: string]: string }, number | null][]]>([
  [
    'OpenBLAS',
    [
      [{ OPENBLAS_NUM_THREADS: '1.0' }, 1],
      [{ OPENBLAS_NUM_THREADS: '1x' }, 1],
      [{ OPENBLAS_NUM_THREADS: ' +1 ' }, 1],
      [{ OPENBLAS_NUM_THREADS: '1,4' }, 1],
      [{ OPENBLAS_NUM_THREADS: '01' }, 1],
      [{ OPENBLAS_NUM_THREADS: '4294967297' }, 1],
      [{ OPENBLAS_NUM_THREADS: '4294967296' }, null],
      [{ OPENBLAS_NUM_THREADS: '99999999999999999999' }, null],
      [{ OPENBLAS_NUM_THREADS: '0x1' }, null],
      [{ OPENBLAS_NUM_THREADS: '+ 1' }, null],
      [{ OPENBLAS_NUM_THREADS: '-1' }, null],
      [{ OPENBLAS_NUM_THREADS: '' }, null],
      [{ OPENBLAS_NUM_THREADS: '0', OMP_NUM_THREADS: '1' }, 1],
      [{ OPENBLAS_DEFAULT_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '2' }, 2],
      [{ OPENBLAS_DEFAULT_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: 'x' }, 1],
      [{ OPENBLAS_DEFAULT_NUM_THREADS: '1', GOTO_NUM_THREADS: '2' }, 1],
      [{ GOTO_NUM_THREADS: '2', OMP_NUM_THREADS: '1' }, 2],
      [{ OMP_NUM_THREADS: '1.5' }, 1],
    ],
  ],
  [
    'OpenMP',
    [
      [{ OMP_NUM_THREADS: '1.5' }, null],
      [{ OMP_NUM_THREADS: '1,4' }, 1],
      [{ OMP_NUM_THREADS: '2,x' }, null],
      [{ OMP_NUM_THREADS: ' +2 ' }, 2],
      [{ OMP_NUM_THREADS: '0' }, null],
    ],
  ],
  [
    'Arrow',
    [
      [{ OMP_NUM_THREADS: '1,4' }, 1],
      [{ OMP_NUM_THREADS: '1x' }, 1],
      [{ OMP_NUM_THREADS: '-1' }, null],
      [{ OMP_NUM_THREADS: '99999999999' }, null],
    ],
  ],
  [
    'MKL',
    [
      [{ MKL_NUM_THREADS: 'x' }, 1],
      [{ MKL_NUM_THREADS: '0', OMP_NUM_THREADS: '3' }, 3],
      [{ MKL_NUM_THREADS: '2', OMP_NUM_THREADS: '3' }, 2],
      [{ MKL_DOMAIN_NUM_THREADS: 'MKL_DOMAIN_ALL=1, MKL_DOMAIN_BLAS=4' }, 4],
      [{ MKL_DOMAIN_NUM_THREADS: 'MKL_FFT=2' }, null],
    ],
  ],
])('%s', (library, rows) => {
  test.each(rows)('reads %j', (env, threads) => expect(threadsFrom(library, env)?.threads ?? null).toBe(threads));
});

test('whatever is written, a library takes a whole number above zero or nothing', () => {
  const numeric = POOL_VARIABLES.filter(({ read }) => read !== undefined).map(({ name }) => name);
  fc.assert(
    fc.property(
      fc.constantFrom(...numeric),
      fc.oneof(fc.string(), fc.bigInt().map(String), fc.double().map(String)),
      (name, value) => {
        const threads = threadsIn(name, value);
        expect(threads === null || (Number.isInteger(threads) && threads > 0)).toBe(true);
      },
    ),
  );
});

test('of a variable that is not set, or that no library reads a number from, nothing is taken', () => {
  for (const { name } of POOL_VARIABLES) expect([name, threadsIn(name, undefined)]).toEqual([name, null]);
  expect(threadsIn('LK_NUM_THREADS', '4')).toBeNull();
});

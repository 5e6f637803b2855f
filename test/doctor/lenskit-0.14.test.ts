import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MKL, OPENBLAS, on } from '../lenskit-0.14-machine.ts';
import { quota, report } from '../machine.ts';

describe('in any environment', () => {
  const value = fc.constantFrom(
    '',
    '0',
    '1',
    '2',
    '4,2',
    '-1',
    'x',
    '4,',
    '1000',
    'true',
    'yes',
    'omp',
    'tbb',
    'numba',
  );
  const names = [
    'LK_NUM_PROCS',
    'LK_TEMP_DIR',
    '_LK_IN_MP',
    'CSR_KERNEL',
    'NUMBA_NUM_THREADS',
    'NUMBA_THREADING_LAYER',
    'LK_NUM_THREADS',
    'LK_NUM_BACKEND_THREADS',
    'LK_NUM_CHILD_THREADS',
    'LK_NUM_BATCH_JOBS',
    'LK_USE_RAY',
    'LK_PARALLEL',
    'LK_LOG_LEVEL',
    'RAY_ADDRESS',
    'RAYON_NUM_THREADS',
    'OMP_NUM_THREADS',
    'OMP_THREAD_LIMIT',
    'OMP_DYNAMIC',
    'OMP_PROC_BIND',
    'OPENBLAS_NUM_THREADS',
    'MKL_NUM_THREADS',
    'CUDA_VISIBLE_DEVICES',
    'PYTHON_CPU_COUNT',
  ];
  const environment = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 });
  const torch = { torch: { version: '2.9.0', cuda: '13.0' }, packages: { ray: '2.40.0', numba: '0.58.1' } };
  const libraries = fc.constantFrom({}, OPENBLAS, MKL, torch, { ...OPENBLAS, ...torch });

  test('no check of 0.14 fails itself, nor speaks of Torch, Rayon or the knobs of later releases as if they counted', () => {
    fc.assert(
      fc.property(environment, libraries, fc.integer({ min: 1, max: 128 }), (env, installed, cpus) => {
        const facts = on(env, { cpus, environment: installed, quotas: cpus % 3 === 0 ? [quota(150_000)] : [] });
        for (const { id, status, title, detail } of report(facts).checks) {
          const said = `${title}; ${detail ?? ''}`;
          expect([id, status, said]).not.toEqual([id, 'error', said]);
          expect(said).not.toMatch(/LensKit limits BLAS|LensKit is to|LensKit is told|LensKit gives/);
          if (!['fail', 'warn', 'info'].includes(status)) continue;
          expect(said).not.toMatch(/Torch|Rayon/);
          if (id !== 'config/unknown-variable') expect(said).not.toMatch(/LK_NUM_(THREADS|BACKEND|CHILD)/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

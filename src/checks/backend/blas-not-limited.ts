import { openblasThreads } from '../../backends/openblas.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { type Check, counted, NO_PLAN, pass, skip } from '../check.ts';

/**
 * With `OPENBLAS_NUM_THREADS` or `MKL_NUM_THREADS` set, be it to nothing, LensKit from 2025.3 on does not limit
 * BLAS any more (`initialize`, `init_threading`). So `MKL_NUM_THREADS=1` leaves OpenBLAS with all CPUs.
 */
export const backendBlasNotLimited: Check = {
  id: 'backend/blas-not-limited',
  title: 'BLAS keeps its own number of threads',
  run({ rules, resolution, python, env, cpus }) {
    if (rules.generation === '2025.2') return pass('LensKit limits BLAS whatever is set, before 2025.3');
    const set = ['OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'].filter((name) => env[name] !== undefined);
    if (set.length === 0)
      return pass('OPENBLAS_NUM_THREADS and MKL_NUM_THREADS are unset, so that LensKit limits BLAS');
    if (resolution === null) return skip(NO_PLAN);
    const backend = backendThreadsOf(resolution);
    if (backend === null) return pass('LensKit is told to leave BLAS alone');
    const copies = python.pools.filter(({ family }) => family === 'OpenBLAS');
    if (copies.length > 0 && copies.every(({ threading }) => threading === 'openmp'))
      return pass(
        `OpenBLAS is built for OpenMP, where ${set.join(' and ')} decide nothing: see backend/openblas-openmp`,
      );
    const { threads, why } = openblasThreads(env, cpusAtLoad(cpus));
    if (threads === Math.min(backend, cpusAtLoad(cpus)))
      return pass(`${set.join(' and ')} say what LensKit would set: ${threads}`);
    return {
      status: threads > backend ? 'warn' : 'info',
      title: `LensKit does not limit BLAS: OpenBLAS has ${counted(threads, 'thread')} (${why}), not ${backend}`,
      detail: `${set.join(' and ')} being set, LensKit leaves BLAS alone; Torch still gets ${backend}`,
      evidence: set.map((name) => ({
        where: name,
        said: env[name] === '' ? 'empty, which counts as set' : (env[name] ?? ''),
      })),
      fix: { env: { OPENBLAS_NUM_THREADS: String(backend), MKL_NUM_THREADS: String(backend) } },
    };
  },
};

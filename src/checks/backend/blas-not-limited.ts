import { openblasThreads, WHEELS_MOST_THREADS } from '../../backends/openblas.ts';
import { threadsFrom } from '../../backends/pool-variables.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { traitsOf } from '../../rules/generations.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Finding, NO_PLAN, pass, recommended, skip, workerProcesses } from '../check.ts';

/**
 * With `OPENBLAS_NUM_THREADS` or `MKL_NUM_THREADS` set, be it to nothing, LensKit from 2025.3 on does not limit
 * BLAS any more (`initialize`, `init_threading`). So `MKL_NUM_THREADS=1` leaves OpenBLAS with all CPUs.
 * LensKit 0.14 limits OpenBLAS never, and MKL in workers alone, through the Python module `mkl` (`_initialize_mp_worker`).
 */
export const backendBlasNotLimited: Check = {
  id: 'backend/blas-not-limited',
  title: 'BLAS keeps its own number of threads',
  run(situation) {
    const { rules, resolution, python, env, cpus } = situation;
    const { limitsBlas } = traitsOf(rules);
    if (limitsBlas === 'never') return inWorkers(situation);
    if (limitsBlas === 'always') return pass('LensKit limits BLAS whatever is set, before 2025.3');
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
      evidence: set.map((name) => ({ where: name, said: env[name] || 'empty, which counts as set' })),
      fix: { env: { OPENBLAS_NUM_THREADS: String(backend), MKL_NUM_THREADS: String(backend) } },
    };
  },
};

/** Each worker has what its library takes by itself: processes × threads, which nobody counts together. */
function inWorkers(situation: Situation): Finding {
  const { resolution, python, env, cpus, atImport } = situation;
  if (resolution === null) return skip(NO_PLAN);
  const all = cpusAtLoad(cpus);
  const blas = python.pools.find(({ family }) => family === 'OpenBLAS');
  const mkl = python.pools.find(({ family }) => family === 'MKL');
  const ofMkl = blas === undefined && mkl !== undefined;
  if (blas === undefined && mkl === undefined && !atImport.assumed) return pass('no BLAS with threads is seen');
  const set = threadsFrom('MKL', env);
  const { threads, why } = ofMkl
    ? { threads: Math.min(set?.threads ?? all, all), why: set === null ? 'all CPUs' : `${set.name}=${env[set.name]}` }
    : openblasThreads(env, all, blas ?? { most: WHEELS_MOST_THREADS });
  const library = ofMkl ? 'MKL' : 'OpenBLAS';
  const workers = workerProcesses(situation);
  if (workers === 0) return pass(`${library} has ${threads} (${why}) in the one process that there is`);
  const each = `${counted(workers, 'worker')} with ${counted(threads, 'thread')} each (${why})`;
  if (threads === 1 || workers * threads <= cpus.effective) return pass(`${library}: ${each}`);
  return {
    status: ofMkl ? 'info' : 'warn',
    title: `nothing limits ${library}: ${each}, on ${counted(cpus.effective, 'effective CPU')}`,
    detail: ofMkl
      ? "LensKit limits MKL in workers where Python's module mkl can be imported (mkl-service), which was not looked at"
      : `LensKit limits no BLAS under these rules: only ${blas?.threading === 'openmp' ? 'OMP_NUM_THREADS does' : 'OPENBLAS_NUM_THREADS or OMP_NUM_THREADS do'}, in workers as in the main process`,
    evidence: [
      ...[blas ?? mkl].flatMap((pool) => (pool === undefined ? [] : [{ where: pool.owner, said: pool.file }])),
      { where: 'worker processes', said: String(workers) },
    ],
    fix: recommended(situation),
  };
}

import { openblasThreads } from '../../backends/openblas.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, counted, NO_PLAN, pass, recommended, skip, workerProcesses } from '../check.ts';

/** Nothing limits OpenBLAS, which counts CPUs by affinity and starts a thread for each, quota or not. */
export const backendOpenblasUnbounded: Check = {
  id: 'backend/openblas-unbounded',
  title: 'nothing limits OpenBLAS',
  run(context) {
    const { python, resolution, env, cpus, rules } = context;
    if (python.interpreter === null) return skip('no Python was found');
    const blas = python.pools.find(({ family }) => family === 'OpenBLAS');
    if (blas === undefined) return pass('no OpenBLAS is installed');
    if (resolution === null) return skip(NO_PLAN);
    if (backendThreadsOf(resolution) !== null) return pass('LensKit is to limit BLAS');
    const { threads, why } = openblasThreads(env, cpusAtLoad(cpus), blas);
    const never = traitsOf(rules).limitsBlas === 'never';
    if (never && workerProcesses(context) > 0) return skip('said by backend/blas-not-limited');
    if (threads <= cpus.effective) return pass(`OpenBLAS has ${threads} (${why})`);
    return {
      status: 'warn',
      title: `OpenBLAS has ${threads} threads (${why}) under every other thread, on ${counted(cpus.effective, 'effective CPU')}`,
      detail: `LensKit ${never ? 'limits no BLAS under these rules' : 'is told to leave the backends alone'}, and OpenBLAS knows no quota`,
      evidence: [{ where: blas.owner, said: blas.file }],
      fix: recommended(context),
    };
  },
};

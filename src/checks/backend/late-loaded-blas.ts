import { openblasThreads } from '../../backends/openblas.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** LensKit limits the BLAS copies that are loaded when it initialises; one that is imported later keeps its default. */
export const backendLateLoadedBlas: Check = {
  id: 'backend/late-loaded-blas',
  title: 'a BLAS that is loaded later is not limited',
  run({ python, resolution, rules, env, cpus }) {
    if (python.interpreter === null) return skip('no Python was found');
    const copies = python.pools.filter(({ family }) => family === 'OpenBLAS');
    if (copies.length < 2) return pass(copies.length === 0 ? 'no OpenBLAS is installed' : 'there is one OpenBLAS');
    if (resolution === null) return skip(NO_PLAN);
    if (traitsOf(rules).limitsBlas === 'never') return pass('LensKit limits no BLAS, loaded early or late');
    const backend = backendThreadsOf(resolution);
    const late = copies.find(({ owner }) => owner !== 'numpy') ?? copies[0];
    const { threads, why } = openblasThreads(env, cpusAtLoad(cpus), late);
    if (backend === null || threads <= backend)
      return pass(`a late copy has ${threads} (${why}), no more than LensKit gives`);
    return {
      status: 'info',
      title: `${late?.owner}'s OpenBLAS keeps ${threads} threads (${why}) if it is imported after LensKit initialised`,
      detail: `only a variable reaches it; LensKit gives the others ${backend}`,
      evidence: copies.map(({ owner, file }) => ({ where: owner, said: file })),
      fix: { env: { [late?.threading === 'openmp' ? 'OMP_NUM_THREADS' : 'OPENBLAS_NUM_THREADS']: String(backend) } },
    };
  },
};

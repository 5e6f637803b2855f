import { isLimitable, openblasThreads } from '../../backends/openblas.ts';
import { openmpLimits } from '../../backends/openmp-limits.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { sharesTorchsOpenmp } from '../../pools/shared-openmp.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, counted, NO_PLAN, pass, skip, variablesAsEvidence } from '../check.ts';

/**
 * An OpenBLAS that is built for OpenMP takes OpenMP's number at every call, so that LensKit's may not reach it, and
 * waits for so many threads, also where OpenMP is kept from starting them (seen with Debian's 0.3.21 and 0.3.29).
 */
export const backendOpenblasOpenmp: Check = {
  id: 'backend/openblas-openmp',
  title: "OpenBLAS computes in OpenMP's threads",
  run({ python, resolution, rules, env, cpus }) {
    if (python.interpreter === null) return skip('no Python was found');
    const blas = python.pools.find(({ threading }) => threading === 'openmp');
    if (blas === undefined) return pass("no OpenBLAS computes in OpenMP's threads");
    if (resolution === null) return skip(NO_PLAN);
    const backend = backendThreadsOf(resolution);
    const own = openblasThreads(env, cpusAtLoad(cpus), blas);
    const kept = env.OPENBLAS_NUM_THREADS !== undefined || env.MKL_NUM_THREADS !== undefined;
    const isShared = sharesTorchsOpenmp(blas, python);
    const limitable = isLimitable(blas, isShared);
    const reached =
      backend !== null && limitable === true && (isShared || !(kept && traitsOf(rules).limitsBlas !== 'always'));
    const { threads, why } = reached ? { threads: backend, why: 'LK_NUM_BACKEND_THREADS' } : own;
    const wanted = Math.min(backend ?? cpus.effective, cpus.effective);
    const evidence = [{ where: blas.owner, said: blas.file }];
    const kinds = openmpLimits(env, threads);
    if (threads > 1 && kinds.length > 0)
      return {
        status: 'fail',
        title: `a product of large matrices never ends: OpenBLAS waits for ${threads} threads (${why}), of which ${kinds.join(' and ')} may keep OpenMP from starting all`,
        detail: 'this OpenBLAS is built for OpenMP and does not ask how many threads it got',
        evidence: [...evidence, ...variablesAsEvidence(kinds, env)],
        fix: { env: { OMP_NUM_THREADS: String(wanted) }, unset: kinds },
      };
    if (backend === null || reached || own.threads <= backend)
      return pass(`OpenBLAS, built for OpenMP, has ${threads} (${why})`);
    return {
      status: own.threads > cpus.effective ? 'warn' : 'info',
      title: `OpenBLAS, built for OpenMP, has ${counted(own.threads, 'thread')} (${own.why}), not ${backend}`,
      detail:
        limitable === null
          ? "it is not known whether LensKit's number reaches this version"
          : 'OMP_NUM_THREADS alone decides: LensKit sets a number that is lost with the next call, and OPENBLAS_NUM_THREADS is not read',
      evidence,
      fix: { env: { OMP_NUM_THREADS: String(wanted) } },
    };
  },
};

import { openblasThreads } from '../backends/openblas.ts';
import { threadsFrom } from '../backends/pool-variables.ts';
import { cpusAtLoad } from '../cpus/at-load.ts';
import type { EffectiveCpus } from '../cpus/effective.ts';
import type { PythonFacts } from '../python/facts.ts';
import { blasAtImport } from './at-import.ts';

/**
 * The threads that a BLAS computes in which LensKit does not limit, of several the most: OpenBLAS and MKL take all CPUs
 * of the affinity unless a variable says fewer, BLIS one. Where an environment has no BLAS that can be seen it is as
 * pip's OpenBLAS.
 */
export function blasThreads(
  python: PythonFacts,
  env: { readonly [name: string]: string },
  cpus: Pick<EffectiveCpus, 'affinity' | 'online'>,
): number {
  const all = cpusAtLoad(cpus);
  const counts = blasAtImport(python).flatMap(({ family, most, threading }) => {
    if (family === 'OpenBLAS')
      return [openblasThreads(env, all, { most, ...(threading === undefined ? {} : { threading }) }).threads];
    if (family === 'MKL') return [Math.min(threadsFrom('MKL', env)?.threads ?? all, all)];
    return family === 'BLIS' ? [threadsFrom('BLIS', env)?.threads ?? 1] : [];
  });
  return counts.length > 0 ? Math.max(...counts) : openblasThreads(env, all).threads;
}

import { threadsIn } from '../../backends/pool-variables.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, pass, skip } from '../check.ts';

/** Different OpenMP runtimes in one process start a pool each, and some pairs hang or crash. */
export const backendMixedOpenmp: Check = {
  id: 'backend/mixed-openmp',
  title: 'different OpenMP runtimes',
  run({ python, env, rules }) {
    if (python.interpreter === null) return skip('no Python was found');
    const pools = python.pools.filter(({ api }) => api === 'openmp');
    const families = [...new Set(pools.map(({ family }) => family))];
    if (families.length < 2)
      return pass(families.length === 0 ? 'no OpenMP runtime is installed' : `one OpenMP runtime: ${families[0]}`);
    const both = families.includes('libomp') && families.includes('libiomp5');
    // With one thread each there is nothing to multiply; the pair that crashes does so anyway.
    const tamed = threadsIn('OMP_NUM_THREADS', env.OMP_NUM_THREADS) === 1 && !both;
    return {
      status: tamed ? 'info' : 'warn',
      title: `${families.length} OpenMP runtimes: ${pools.map(({ family, owner }) => `${family} of ${owner}`).join(', ')}`,
      detail: both
        ? 'libomp and libiomp5 in one process are known to crash or hang (threadpoolctl, multiple_openmp.md)'
        : `each starts threads of its own; LensKit limits ${traitsOf(rules).pools === 'numba' ? 'none of them' : 'that of Torch alone'}`,
      evidence: pools.map(({ family, file }) => ({ where: family, said: file })),
      fix: { env: { OMP_NUM_THREADS: '1' } },
    };
  },
};

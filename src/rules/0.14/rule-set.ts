import type { RuleSet } from '../rule-set.ts';
import { refusedKnobs014 } from './knobs.ts';
import { resolve014 } from './resolve.ts';

const LATER = null;

/** LensKit 0.10.1 to 0.14.4. */
export const lenskit014: RuleSet = {
  generation: '0.14',
  traits: {
    api: 'algorithms',
    batch: 'processes',
    parameters: ['nJobs'],
    counts: 'machine',
    pools: 'numba',
    limitsBlas: 'never',
    settingsFiles: false,
    childThreads: null,
    zeroIsDefault: false,
    anyCase: false,
    ray: null,
    measuredAs: ['0.14'],
  },
  resolve: resolve014,
  refusedKnobs: refusedKnobs014,
  variables: () => ['LK_NUM_PROCS', 'LK_TEMP_DIR'],
  otherVariables: [],
  tables: [],
  instead: {
    LK_NUM_THREADS: 'NUMBA_NUM_THREADS',
    LK_NUM_BACKEND_THREADS: 'OPENBLAS_NUM_THREADS',
    LK_NUM_CHILD_THREADS: 'OPENBLAS_NUM_THREADS',
    LK_NUM_BATCH_JOBS: 'LK_NUM_PROCS',
    LK_NUM_CPUS: LATER,
    LK_USE_RAY: LATER,
    LK_TUNE_JOBS: LATER,
    LK_PARALLEL: LATER,
  },
  beatenBy: { LK_NUM_PROCS: 'nJobs' },
  beatsFiles: null,
  // Set by hand it makes item-knn's training serial (`is_mp_worker`).
  harmful: ({ _LK_IN_MP }) => (_LK_IN_MP === 'yes' ? ['_LK_IN_MP'] : []),
  // What is set reaches main process and workers alike. No list is made by Numba's threads, which so are those of training.
  settings: ({ workers, threads, backendThreads }) => ({
    LK_NUM_PROCS: [workers],
    NUMBA_NUM_THREADS: [threads],
    OPENBLAS_NUM_THREADS: [workers === 1 ? backendThreads : 1],
  }),
};

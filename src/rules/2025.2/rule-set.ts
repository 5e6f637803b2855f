import { pythonInt } from '../../python-values/int.ts';
import type { RuleSet } from '../rule-set.ts';
import { KNOBS_2025, refusedKnobs2025 } from './knobs.ts';
import { resolve20252 } from './resolve.ts';

export const VARIABLES_2025 = KNOBS_2025.map(({ env }) => env);

/** Variables that LensKit reads for other purposes than parallelism (2025.2.0, 2025.8.1, 2026.4.0). */
export const OTHER_VARIABLES = [
  'LK_DEVICE',
  'LK_EASE_SOLVER',
  'LK_LOG_CONFIG',
  'LK_LOG_FILE',
  'LK_LOG_FILE_LEVEL',
  'LK_LOG_LEVEL',
  'LK_MACHINE',
  'LK_PROCESS_SLOT',
  'LK_PROJECT_ROOT',
  'LK_SKIP_LOG_SETUP',
  'LK_TEST_RETRAIN',
  'LK_TORCH_COMPILE',
  'LK_TRACE',
  'LK_VERBOSE',
];

/** What 0.14 obeys besides its own, and nothing does since: no LensKit from 2025 on computes with Numba. */
export const INSTEAD_OF_NUMBA: RuleSet['instead'] = {
  NUMBA_NUM_THREADS: 'LK_NUM_THREADS',
  NUMBA_THREADING_LAYER: null,
  CSR_KERNEL: null,
  _LK_IN_MP: null,
};

/** What 2026 reads, and 2025 does not. */
export const INSTEAD_2025: RuleSet['instead'] = {
  ...INSTEAD_OF_NUMBA,
  LK_NUM_CPUS: null,
  LK_NUM_BATCH_JOBS: 'LK_NUM_PROCS',
  LK_USE_RAY: null,
  LK_TUNE_JOBS: null,
  LK_PARALLEL: null,
  LK_TEMP_DIR: null,
};

export const BEATEN_BY_2025: RuleSet['beatenBy'] = {
  LK_NUM_PROCS: 'processes',
  LK_NUM_THREADS: 'threads',
  LK_NUM_BACKEND_THREADS: 'backendThreads',
  LK_NUM_CHILD_THREADS: 'childThreads',
};

/** LensKit 2025.1 and 2025.2. */
export const lenskit20252: RuleSet = {
  generation: '2025.2',
  traits: {
    api: 'pipelines',
    batch: 'processes',
    parameters: ['processes', 'threads', 'backendThreads', 'childThreads'],
    counts: 'affinity',
    pools: 'torch',
    limitsBlas: 'always',
    settingsFiles: false,
    childThreads: 'in use',
    zeroIsDefault: false,
    anyCase: false,
    ray: [3, 12],
    measuredAs: ['2025.2', '2025'],
  },
  resolve: resolve20252,
  refusedKnobs: (input, error) => refusedKnobs2025(input, error),
  variables: () => VARIABLES_2025,
  otherVariables: OTHER_VARIABLES,
  tables: [],
  instead: INSTEAD_2025,
  beatenBy: BEATEN_BY_2025,
  beatsFiles: null,
  harmful: ({ LK_NUM_CHILD_THREADS: raw }) => {
    // Workers would get none.
    const threads = raw ? pythonInt(raw) : 1n;
    return threads === null || threads <= 0n ? ['LK_NUM_CHILD_THREADS'] : [];
  },
  // A worker has one thread, and the child threads for its backends.
  settings: ({ workers, threads, backendThreads }) => ({
    LK_NUM_PROCS: [workers],
    LK_NUM_THREADS: [threads],
    LK_NUM_BACKEND_THREADS: [backendThreads],
    ...(workers === 1 ? {} : { LK_NUM_CHILD_THREADS: [1] }),
  }),
};

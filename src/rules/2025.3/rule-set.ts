import { refusedKnobs2025 } from '../2025.2/knobs.ts';
import { BEATEN_BY_2025, INSTEAD_2025, OTHER_VARIABLES, VARIABLES_2025 } from '../2025.2/rule-set.ts';
import type { RuleSet } from '../rule-set.ts';
import { resolve20253 } from './resolve.ts';

/** LensKit 2025.3 to 2025.8. */
export const lenskit20253: RuleSet = {
  generation: '2025.3',
  traits: {
    api: 'pipelines',
    batch: 'processes',
    parameters: ['processes', 'threads', 'backendThreads', 'childThreads'],
    counts: 'affinity',
    pools: 'rayon and torch',
    limitsBlas: 'unless set',
    settingsFiles: false,
    childThreads: 'deprecated',
    zeroIsDefault: false,
    anyCase: false,
    ray: [3, 12],
    measuredAs: ['2025'],
  },
  resolve: resolve20253,
  refusedKnobs: (input, error) => refusedKnobs2025(input, error, 'deprecated'),
  variables: () => VARIABLES_2025,
  otherVariables: OTHER_VARIABLES,
  tables: [],
  instead: INSTEAD_2025,
  beatenBy: BEATEN_BY_2025,
  beatsFiles: null,
  // Deprecated.
  harmful: ({ LK_NUM_CHILD_THREADS: raw }) => (raw ? ['LK_NUM_CHILD_THREADS'] : []),
  settings: ({ workers, threads, backendThreads, workerThreads }) => ({
    LK_NUM_PROCS: [workers],
    LK_NUM_THREADS: workers === 1 ? [threads] : [threads, workerThreads],
    LK_NUM_BACKEND_THREADS: workers === 1 ? [backendThreads] : [backendThreads, 1],
  }),
};

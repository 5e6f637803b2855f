import { pythonJson } from '../../python-values/json.ts';
import { INSTEAD_OF_NUMBA, OTHER_VARIABLES } from '../2025.2/rule-set.ts';
import type { RuleSet } from '../rule-set.ts';
import { refusedKnobs2026 } from './knobs.ts';
import { parallelFields } from './lenskit-settings.ts';
import { resolve20261 } from './resolve.ts';
import { lowerEnv } from './settings-sources.ts';

/** LensKit 2026.1 and newer. */
export const lenskit20261: RuleSet = {
  generation: '2026.1',
  traits: {
    api: 'pipelines',
    batch: 'tasks',
    parameters: [],
    counts: 'affinity',
    pools: 'rayon and torch',
    limitsBlas: 'unless set',
    settingsFiles: true,
    childThreads: null,
    zeroIsDefault: true,
    anyCase: true,
    ray: [3, 0],
    measuredAs: ['2026'],
  },
  resolve: resolve20261,
  refusedKnobs: refusedKnobs2026,
  variables: (rules) => {
    const fields = parallelFields(rules).filter((field) => field !== 'num_procs');
    return [...fields.map((field) => `LK_${field.toUpperCase()}`), 'LK_PARALLEL'];
  },
  otherVariables: OTHER_VARIABLES,
  tables: ['LK_PARALLEL', 'LK_RANDOM', 'LK_TUNING', 'LK_MACHINES', 'LK_PROMETHEUS'],
  instead: {
    ...INSTEAD_OF_NUMBA,
    LK_NUM_PROCS: 'LK_NUM_BATCH_JOBS',
    LK_NUM_CHILD_THREADS: null,
    LK_TEMP_DIR: null,
  },
  beatenBy: {},
  beatsFiles: (variable) => `LK_PARALLEL__${variable.slice('LK_'.length)}`,
  harmful: (env) => [...new Set([...otherSpellings(env), ...switchedOff(env)])],
  settings: ({ threads, backendThreads, jobs, ray }) => ({
    LK_NUM_THREADS: [threads],
    // Each of Ray's tasks asks for as many CPUs as there are backend threads.
    LK_NUM_BACKEND_THREADS: [ray === true ? 1 : backendThreads],
    LK_NUM_BATCH_JOBS: [jobs],
  }),
};

type Env = Parameters<RuleSet['harmful']>[0];

/** `lk_num_threads` is `LK_NUM_THREADS` too, and the later of both wins. */
function otherSpellings(env: Env): string[] {
  return Object.keys(env).filter(
    (name) => /^lk_/i.test(name) && name !== name.toUpperCase() && env[name] !== undefined,
  );
}

/** `LK_PARALLEL=null` switches off every `LK_PARALLEL__X`. */
function switchedOff(env: Env): string[] {
  const json = lowerEnv(env).get('lk_parallel');
  return json !== undefined && pythonJson(json.value) === null ? [json.name] : [];
}

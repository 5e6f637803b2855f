import { describe, expect, test } from '@jest/globals';
import { GENERATIONS, type Generation, type Rules, rulesFor } from '../../src/rules/generation.ts';
import { ruleSetOf, traitsOf } from '../../src/rules/generations.ts';
import type { RuleSet, Traits, Wanted } from '../../src/rules/rule-set.ts';
import { knownVariables, unknownVariables } from '../../src/rules/variables.ts';

function rulesOf(version: string): Rules {
  const rules = rulesFor(version);
  if (typeof rules === 'string') throw new Error(`${version}: ${rules}`);
  return rules;
}

const INITIALIZE = ['processes', 'threads', 'backendThreads', 'childThreads'];

/** By generation: 0.14, 2025.2, 2025.3, 2026.1. */
const TRAITS: { [trait in keyof Traits]: readonly [Traits[trait], Traits[trait], Traits[trait], Traits[trait]] } = {
  api: ['algorithms', 'pipelines', 'pipelines', 'pipelines'],
  batch: ['processes', 'processes', 'processes', 'tasks'],
  parameters: [['nJobs'], INITIALIZE as Traits['parameters'], INITIALIZE as Traits['parameters'], []],
  counts: ['machine', 'affinity', 'affinity', 'affinity'],
  pools: ['numba', 'torch', 'rayon and torch', 'rayon and torch'],
  limitsBlas: ['never', 'always', 'unless set', 'unless set'],
  settingsFiles: [false, false, false, true],
  childThreads: [null, 'in use', 'deprecated', null],
  zeroIsDefault: [false, false, false, true],
  anyCase: [false, false, false, true],
  ray: [null, [3, 12], [3, 12], [3, 0]],
  measuredAs: [['0.14'], ['2025.2', '2025'], ['2025'], ['2026']],
};

test.each(GENERATIONS.map((generation, index) => ({ generation, index })))(
  'what sets LensKit $generation apart',
  ({ generation, index }) => {
    const expected = Object.entries(TRAITS).map(([trait, values]) => [trait, values[index]]);
    expect(traitsOf({ generation })).toEqual(Object.fromEntries(expected));
  },
);

describe('the variables', () => {
  const SIX = ['NUM_CPUS', 'USE_RAY', 'NUM_BATCH_JOBS', 'NUM_THREADS', 'NUM_BACKEND_THREADS'].map(
    (name) => `LK_${name}`,
  );
  const FOUR = ['LK_NUM_PROCS', 'LK_NUM_THREADS', 'LK_NUM_BACKEND_THREADS', 'LK_NUM_CHILD_THREADS'];
  test.each([
    ['0.14.4', ['LK_NUM_PROCS', 'LK_TEMP_DIR']],
    ['2025.2.0', FOUR],
    ['2025.8.1', FOUR],
    ['2026.1.0', [...SIX, 'LK_PARALLEL']],
    ['2026.2.0', [...SIX, 'LK_TUNE_JOBS', 'LK_PARALLEL']],
  ])('that LensKit %s uses for parallelism', (version, names) => {
    expect(knownVariables(rulesOf(version))).toEqual(names);
  });

  const OTHER = [
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
  test.each([
    ['0.14', []],
    ['2025.2', OTHER],
    ['2025.3', OTHER],
    ['2026.1', OTHER],
  ])('that %s uses for other purposes are no error', (version, names) => {
    const rules = rulesOf(version);
    expect(ruleSetOf(rules).otherVariables).toEqual(names);
    expect(unknownVariables(rules, names)).toEqual([]);
  });

  test('what a parameter or a variable beats', () => {
    const initialize = Object.fromEntries(FOUR.map((name, index) => [name, INITIALIZE[index]]));
    expect(GENERATIONS.map((generation) => ruleSetOf({ generation }).beatenBy)).toEqual([
      { LK_NUM_PROCS: 'nJobs' },
      initialize,
      initialize,
      {},
    ]);
    const beatsFiles = GENERATIONS.map(
      (generation) => ruleSetOf({ generation }).beatsFiles?.('LK_NUM_THREADS') ?? null,
    );
    expect(beatsFiles).toEqual([null, null, null, 'LK_PARALLEL__NUM_THREADS']);
  });
});

describe('a variable that LensKit does not use', () => {
  /** Kind, what to write instead, and who knows it. */
  const judged = (version: string, name: string) => {
    const [found] = unknownVariables(rulesOf(version), [name]);
    if (found === undefined) return null;
    expect(found.name).toBe(name);
    return [found.kind, found.instead, found.generation];
  };
  const other = (instead: string | null, generation: string) => ['other-generation', instead, generation];
  const UNKNOWN = ['unknown', null, null];
  const spelling = (instead: string) => ['spelling', instead, null];

  test.each<[string, string, ReturnType<typeof judged>]>([
    ['0.14', 'LK_NUM_PROCS', null],
    ['0.14', 'LK_NUM_THREADS', other('NUMBA_NUM_THREADS', 'from 2025.1 on')],
    ['0.14', 'LK_NUM_BACKEND_THREADS', other('OPENBLAS_NUM_THREADS', 'from 2025.1 on')],
    ['0.14', 'LK_NUM_CHILD_THREADS', other('OPENBLAS_NUM_THREADS', '2025.1 to 2025.8')],
    ['0.14', 'LK_NUM_BATCH_JOBS', other('LK_NUM_PROCS', 'from 2026.1 on')],
    ['0.14', 'LK_NUM_CPUS', other(null, 'from 2026.1 on')],
    ['0.14', 'LK_USE_RAY', other(null, 'from 2026.1 on')],
    ['0.14', 'LK_TUNE_JOBS', other(null, 'from 2026.1 on')],
    ['0.14', 'LK_PARALLEL', other(null, 'from 2026.1 on')],
    ['0.14', 'LK_PARALLEL__NUM_PROCS', other('LK_NUM_PROCS', 'from 2026.1 on')],
    ['0.14', 'LK_PARALLEL__NUM_THREADS', other('NUMBA_NUM_THREADS', 'from 2026.1 on')],
    // Names are what they are, in their case.
    ['0.14', 'lk_num_procs', spelling('LK_NUM_PROCS')],
    ['2025.2', 'LK_NUM_CPUS', other(null, 'from 2026.1 on')],
    ['2025.3', 'LK_NUM_THREADS', null],
    ['2025.3', 'LK_NUM_CPUS', other(null, 'from 2026.1 on')],
    ['2025.3', 'LK_NUM_BATCH_JOBS', other('LK_NUM_PROCS', 'from 2026.1 on')],
    ['2025.3', 'LK_USE_RAY', other(null, 'from 2026.1 on')],
    ['2025.3', 'LK_TUNE_JOBS', other(null, 'from 2026.1 on')],
    ['2025.3', 'LK_PARALLEL', other(null, 'from 2026.1 on')],
    ['2025.3', 'LK_TEMP_DIR', other(null, 'up to 0.14')],
    ['2025.3', 'LK_PARALLEL__NUM_THREADS', other('LK_NUM_THREADS', 'from 2026.1 on')],
    ['2025.3', 'LK_PARALLEL__num_threads', other('LK_NUM_THREADS', 'from 2026.1 on')],
    ['2025.3', 'lk_parallel__num_threads', other('LK_NUM_THREADS', 'from 2026.1 on')],
    ['2025.3', 'LK_PARALLEL__USE_RAY', other(null, 'from 2026.1 on')],
    ['2025.3', 'LK_PARALLEL__X', other(null, 'from 2026.1 on')],
    ['2025.3', 'lk_num_threads', spelling('LK_NUM_THREADS')],
    ['2025.3', 'LK_NUM_THREAD', spelling('LK_NUM_THREADS')],
    ['2025.3', 'LK_THREADS', UNKNOWN],
    ['2025.3', 'LK_LOGFILE', spelling('LK_LOG_FILE')],
    ['2025.3', 'LK_TRACES', spelling('LK_TRACE')],
    ['2025.3', 'LK_TXAXE', spelling('LK_TRACE')],
    ['2025.3', 'LK_TXXXE', UNKNOWN],
    // One letter in six may differ.
    ['2025.3', 'LK_NUM_BACKxND_THRxADx', spelling('LK_NUM_BACKEND_THREADS')],
    ['2025.3', 'LK_NxM_BACKxND_THRxADx', UNKNOWN],
    ['2025.3', `LK_${'X'.repeat(60)}`, UNKNOWN],
    ['2025.3', 'LK_PARALLEL__', UNKNOWN],
    ['2025.3', 'LK_LK_PARALLEL__NUM_CPUS', UNKNOWN],
    ['2026.1', 'lk_num_threads', null],
    ['2026.1', 'LK_TUNE_JOBS', null],
    ['2026.1.0', 'LK_TUNE_JOBS', UNKNOWN],
    ['2026.1', 'LK_PARALLEL__NUM_THREADS', null],
    ['2026.1', 'lk_parallel__x', null],
    ['2026.1', 'LK_RANDOM', null],
    ['2026.1', 'LK_RANDOM__SEED', null],
    ['2026.1', 'LK_TUNING__JOBS', null],
    ['2026.1', 'LK_MACHINES__A__DESCRIPTION', null],
    ['2026.1', 'LK_PROMETHEUS__URL', null],
    ['2026.1', 'LK_TUNED_JOBS', spelling('LK_TUNE_JOBS')],
    ['2026.1', 'LK_NUM_PROCS', other('LK_NUM_BATCH_JOBS', 'up to 2025.8')],
    ['2026.1', 'lk_num_procs', other('LK_NUM_BATCH_JOBS', 'up to 2025.8')],
    ['2026.1', 'LK_NUM_CHILD_THREADS', other(null, '2025.1 to 2025.8')],
    ['2026.1', 'LK_TEMP_DIR', other(null, 'up to 0.14')],
  ])('%s: %s', (version, name, expected) => expect(judged(version, name)).toEqual(expected));

  test('only those that look like LensKit’s are looked at, in their order', () => {
    const names = ['PATH', 'LK_X_1', 'XLK_NUM_PROCS', 'lk_x_2', 'LK_NUM_PROCS', 'LKX'];
    expect(unknownVariables(rulesOf('2025.3'), names).map(({ name }) => name)).toEqual(['LK_X_1', 'lk_x_2']);
  });
});

describe('variables of its own that do harm', () => {
  test.each<[Generation, { [name: string]: string | undefined }, string[]]>([
    ['0.14', {}, []],
    ['0.14', { _LK_IN_MP: 'yes' }, ['_LK_IN_MP']],
    ['0.14', { _LK_IN_MP: 'YES' }, []],
    // Workers would get none.
    ['2025.2', { LK_NUM_CHILD_THREADS: '0' }, ['LK_NUM_CHILD_THREADS']],
    ['2025.2', { LK_NUM_CHILD_THREADS: 'x' }, ['LK_NUM_CHILD_THREADS']],
    ['2025.2', { LK_NUM_CHILD_THREADS: '1' }, []],
    ['2025.2', { LK_NUM_CHILD_THREADS: '' }, []],
    ['2025.2', {}, []],
    // Deprecated.
    ['2025.3', { LK_NUM_CHILD_THREADS: '1' }, ['LK_NUM_CHILD_THREADS']],
    ['2025.3', { LK_NUM_CHILD_THREADS: '' }, []],
    ['2025.3', {}, []],
    // Another spelling is the same variable, and the later of both wins.
    [
      '2026.1',
      { lk_num_threads: '1', Lk_X: '2', LK_NUM_THREADS: '3', xlk_y: '4', lk_unset: undefined },
      ['lk_num_threads', 'Lk_X'],
    ],
    ['2026.1', { LK_PARALLEL: 'null' }, ['LK_PARALLEL']],
    ['2026.1', { lk_parallel: ' null ' }, ['lk_parallel']],
    ['2026.1', { LK_PARALLEL: '{}' }, []],
    ['2026.1', { LK_PARALLEL: '' }, []],
    ['2026.1', {}, []],
  ])('%s: %j', (generation, env, names) => expect(ruleSetOf({ generation }).harmful(env)).toEqual(names));
});

describe('what is to be set for wanted numbers', () => {
  const WANTED: Wanted = { workers: 4, threads: 8, backendThreads: 2, workerThreads: 3, jobs: 5, ray: null };
  test.each<[Generation, Partial<Wanted>, ReturnType<RuleSet['settings']>]>([
    ['0.14', {}, { LK_NUM_PROCS: [4], NUMBA_NUM_THREADS: [8], OPENBLAS_NUM_THREADS: [1] }],
    ['0.14', { workers: 1 }, { LK_NUM_PROCS: [1], NUMBA_NUM_THREADS: [8], OPENBLAS_NUM_THREADS: [2] }],
    ['2025.2', {}, { LK_NUM_PROCS: [4], LK_NUM_THREADS: [8], LK_NUM_BACKEND_THREADS: [2], LK_NUM_CHILD_THREADS: [1] }],
    ['2025.2', { workers: 1 }, { LK_NUM_PROCS: [1], LK_NUM_THREADS: [8], LK_NUM_BACKEND_THREADS: [2] }],
    ['2025.3', {}, { LK_NUM_PROCS: [4], LK_NUM_THREADS: [8, 3], LK_NUM_BACKEND_THREADS: [2, 1] }],
    ['2025.3', { workers: 1 }, { LK_NUM_PROCS: [1], LK_NUM_THREADS: [8], LK_NUM_BACKEND_THREADS: [2] }],
    ['2026.1', {}, { LK_NUM_THREADS: [8], LK_NUM_BACKEND_THREADS: [2], LK_NUM_BATCH_JOBS: [5] }],
    ['2026.1', { ray: false }, { LK_NUM_THREADS: [8], LK_NUM_BACKEND_THREADS: [2], LK_NUM_BATCH_JOBS: [5] }],
    // Each of Ray's tasks asks for as many CPUs as there are backend threads.
    ['2026.1', { ray: true }, { LK_NUM_THREADS: [8], LK_NUM_BACKEND_THREADS: [1], LK_NUM_BATCH_JOBS: [5] }],
  ])('%s: %j', (generation, wanted, settings) => {
    expect(ruleSetOf({ generation }).settings({ ...WANTED, ...wanted })).toEqual(settings);
  });
});

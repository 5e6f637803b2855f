/** The words that flags take, apart from what they stand for: the command line needs them before anything runs. */
export const ENGINES = ['lenskit', 'command', 'builtin'] as const;
export const METHODS = ['auto', 'racing', 'exhaustive'] as const;
/** `batch` and `train` are phases of real LensKit; `total` is the whole process. */
export const OBJECTIVES = ['batch', 'train', 'total'] as const;
export const MODELS = ['item-knn', 'user-knn', 'implicit-mf', 'biased-mf', 'popular'] as const;
export const TASKS = ['recommend', 'predict'] as const;
/** The ways to paste a setting somewhere. */
export const SNIPPETS = [
  'shell',
  'dotenv',
  'docker',
  'compose',
  'slurm',
  'kubernetes',
  'github',
  'github-workflow',
  'toml',
] as const;

export type EngineName = (typeof ENGINES)[number];
export type Method = (typeof METHODS)[number];
export type Objective = (typeof OBJECTIVES)[number];
export type SnippetFormat = (typeof SNIPPETS)[number];

/**
 * How a run ends, in one list for whoever runs, keeps, compares or shows it. `timeout`: it took longer than a run may;
 * `capped`: ended when it had lost against the leader; `stopped`: the budget was spent, or the user stopped it.
 */
export const OUTCOMES = ['ok', 'failed', 'timeout', 'capped', 'stopped'] as const;
export type RunOutcome = (typeof OUTCOMES)[number];

/** What a benchmark does one after the other. */
export const BENCH_PHASES = ['preparing', 'warming up', 'baseline', 'searching', 'comparing', 'extrapolating'] as const;
export type BenchPhase = (typeof BENCH_PHASES)[number];

import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { ENGINES, METHODS, MODELS, OBJECTIVES, SNIPPETS, TASKS } from '../../documents/bench-choices.ts';

const space = { helpGroup: 'SPACE' };
const search = { helpGroup: 'SEARCH' };
const job = { helpGroup: 'JOB' };
const output = { helpGroup: 'OUTPUT' };

/** The flags of `lk bench batch`. */
export const BENCH_FLAGS = {
  engine: Flags.option({ options: ENGINES, summary: 'What to measure; by default what there is.', ...job })(),
  model: Flags.option({ options: MODELS, summary: "LensKit's model.", default: 'implicit-mf', ...job })(),
  pipeline: Flags.string({ summary: "LensKit's pipeline configuration instead.", helpValue: 'FILE', ...job }),
  task: Flags.option({ options: TASKS, summary: 'What the batch run does.', default: 'recommend', ...job })(),
  objective: Flags.option({
    options: OBJECTIVES,
    summary: 'The part of real LensKit that counts.',
    default: 'batch',
    ...job,
  })(),
  data: Flags.string({
    summary: "MovieLens, Parquet or LensKit's native data; made up if not given.",
    helpValue: 'DIR',
    ...job,
  }),
  users: Flags.string({
    summary: 'Users of the made-up data; 2000, with Ray 2000 for each CPU.',
    helpValue: 'N',
    ...job,
  }),
  items: Flags.string({ summary: 'Items of the made-up data.', helpValue: 'N', default: '5000', ...job }),
  ratings: Flags.string({ summary: 'Ratings of the made-up data.', helpValue: 'N', default: '200000', ...job }),
  'for-users': Flags.string({ summary: 'Also answer for this many users.', helpValue: 'N', ...job }),
  setup: Flags.string({ summary: 'Run before every run, not measured.', helpValue: 'COMMAND', ...job }),
  cleanup: Flags.string({ summary: 'Run after every run, not measured.', helpValue: 'COMMAND', ...job }),
  input: Flags.string({ summary: 'The standard input of each run.', helpValue: 'FILE', ...job }),
  'ignore-failure': Flags.string({
    char: 'i',
    summary: 'Exit statuses that count as success; without a value all.',
    helpValue: '=N,N…',
    ...job,
  }),
  'show-output': Flags.boolean({ summary: 'Let through what the command writes.', ...job }),
  shell: Flags.boolean({ summary: 'Hand the commands to /bin/sh; else no shell is between.', ...job }),
  python: Flags.string({ summary: "An interpreter or an environment's folder.", helpValue: 'PATH', ...job }),
  lenskit: Flags.string({
    summary: 'Variables of this LensKit version or generation.',
    helpValue: 'VERSION',
    ...job,
  }),
  processes: Flags.string({ summary: 'Processes (2025) or jobs (2026) to try.', helpValue: 'N,N…', ...space }),
  threads: Flags.string({ summary: 'Threads to try.', helpValue: 'N,N…', ...space }),
  'backend-threads': Flags.string({ summary: 'Backend threads to try.', helpValue: 'N,N…', ...space }),
  'max-oversubscription': Flags.string({
    summary: 'The most threads at work at once for an effective CPU.',
    helpValue: 'X',
    default: '2',
    ...space,
  }),
  search: Flags.option({
    options: METHODS,
    summary: 'Race the settings, or measure all equally often.',
    default: 'auto',
    ...search,
  })(),
  runs: Flags.string({
    summary: 'Runs of the leader, and of each setting of a sweep, to choose by.',
    helpValue: 'N',
    ...search,
  }),
  rounds: Flags.string({
    summary: 'Rounds of the chosen setting against the current environment.',
    helpValue: 'N',
    ...search,
  }),
  warmup: Flags.string({
    summary: 'Runs of each setting before the first that counts; default: none.',
    helpValue: 'N',
    ...search,
  }),
  budget: Flags.string({ summary: 'Time for all of it.', helpValue: 'TIME', default: '10m', ...search }),
  'max-trials': Flags.string({ summary: 'The most runs in all.', helpValue: 'N', ...search }),
  timeout: Flags.string({
    summary: 'Time for one run; default: ten times the baseline.',
    helpValue: 'TIME',
    ...search,
  }),
  seed: Flags.string({
    summary: 'Of the random order and the made-up data.',
    helpValue: 'N',
    default: '1',
    ...search,
  }),
  resume: Flags.string({
    summary: 'Keep every run in FILE, and go on from what it holds.',
    helpValue: 'FILE',
    ...search,
  }),
  json: Flags.boolean({ summary: 'Print one JSON document.', exclusive: ['format'], ...output }),
  format: Flags.option({ options: SNIPPETS, summary: 'Print the winner alone, ready to paste.', ...output })(),
  verbose: Flags.boolean({ char: 'v', summary: 'List every setting.', ...output }),
  quiet: Flags.boolean({ char: 'q', summary: 'Say nothing while it runs.', ...output }),
  write: Flags.string({ summary: 'Write the winner into a dotenv file.', helpValue: 'FILE', ...output }),
  export: Flags.string({
    summary: 'Write the result as .csv, .md or .json (- is JSON; md alone: a table to standard output).',
    helpValue: 'FILE',
    ...output,
  }),
  plot: Flags.string({ summary: 'Draw it as .svg or .html (- is SVG).', helpValue: 'FILE', ...output }),
  save: Flags.string({ summary: 'Keep the result, for --compare.', helpValue: 'FILE', ...output }),
  'keep-output': Flags.boolean({ summary: "Also keep a failing command's last lines in files.", ...output }),
  compare: Flags.string({ summary: 'Show it against a kept result.', helpValue: 'FILE', ...output }),
};

/** As they were given. */
export type BenchFlags = InferredFlags<typeof BENCH_FLAGS>;

import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { ENGINES, METHODS, MODELS, OBJECTIVES, SNIPPETS, TASKS } from '../../documents/bench-choices.ts';
import { by, count, counts, positive, seconds } from '../values.ts';
import { statuses } from './values.ts';

const job = { helpGroup: 'JOB' };
const made = { helpGroup: 'MADE-UP DATA' };
const command = { helpGroup: 'COMMAND' };
const space = { helpGroup: 'SPACE' };
const search = { helpGroup: 'SEARCH' };
const output = { helpGroup: 'OUTPUT' };

/** A whole number of so much, one or more unless something else is said. */
const whole = (least?: number, most?: number) =>
  Flags.custom<number>({ parse: by((flag, text) => count(flag, text, least, most)) });
const COUNT = whole();
const RUNS = whole(1, 1000);
const WARMUP = whole(0, 1000);
const SEED = whole(0, 2 ** 32 - 1);
const COUNTS = Flags.custom<ReadonlySet<number>>({ parse: by(counts) });
const SECONDS = Flags.custom<number>({ parse: by(seconds) });
const POSITIVE = Flags.custom<number>({ parse: by(positive) });
const STATUSES = Flags.custom<'all' | ReadonlySet<number>>({ parse: by(statuses) });

/** The flags of `lk bench batch`; those without a group are what its help shows on the first screen. */
export const BENCH_FLAGS = {
  model: Flags.option({ options: MODELS, summary: "LensKit's model.", default: 'implicit-mf' })(),
  data: Flags.string({ summary: "MovieLens, Parquet or LensKit's data; else made up.", helpValue: 'DIR' }),
  'for-users': COUNT({ summary: 'Also answer for this many users.', helpValue: 'N' }),
  python: Flags.string({ summary: "An interpreter or an environment's folder.", helpValue: 'PATH' }),
  budget: SECONDS({ summary: 'Time for all of it.', helpValue: 'TIME', default: 600, defaultHelp: async () => '10m' }),
  write: Flags.string({ summary: 'Write the winner into a dotenv file.', helpValue: 'FILE' }),
  save: Flags.string({ summary: 'Keep the result, for --compare.', helpValue: 'FILE' }),
  json: Flags.boolean({ summary: 'Print one JSON document.', exclusive: ['format'] }),
  verbose: Flags.boolean({ char: 'v', summary: 'List every setting.' }),
  quiet: Flags.boolean({ char: 'q', summary: 'Say nothing while it runs.' }),

  engine: Flags.option({ options: ENGINES, summary: 'What to measure; by default what there is.', ...job })(),
  task: Flags.option({ options: TASKS, summary: 'What the batch run does.', default: 'recommend', ...job })(),
  objective: Flags.option({
    options: OBJECTIVES,
    summary: 'The part of real LensKit that counts.',
    default: 'batch',
    ...job,
  })(),
  pipeline: Flags.string({
    summary: "LensKit's pipeline configuration instead of a model.",
    helpValue: 'FILE',
    ...job,
  }),
  lenskit: Flags.string({
    summary: 'Variables of this LensKit version or generation.',
    helpValue: 'VERSION',
    ...job,
  }),

  users: COUNT({ summary: 'Its users; 2000, with Ray 2000 for each CPU.', helpValue: 'N', ...made }),
  items: COUNT({ summary: 'Its items.', helpValue: 'N', default: 5000, ...made }),
  ratings: COUNT({ summary: 'Its ratings.', helpValue: 'N', default: 200_000, ...made }),
  seed: SEED({ summary: 'Of it, and of the random order.', helpValue: 'N', default: 1, ...made }),

  setup: Flags.string({ summary: 'Run before every run, not measured.', helpValue: 'COMMAND', ...command }),
  cleanup: Flags.string({ summary: 'Run after every run, not measured.', helpValue: 'COMMAND', ...command }),
  input: Flags.string({ summary: 'The standard input of each run.', helpValue: 'FILE', ...command }),
  'ignore-failure': STATUSES({
    char: 'i',
    summary: 'Exit statuses that count as success; without a value all.',
    helpValue: '[N,N…]',
    ...command,
  }),
  'show-output': Flags.boolean({ summary: 'Let through what the command writes.', ...command }),
  'keep-output': Flags.boolean({ summary: "Also keep a failing command's last lines in files.", ...command }),
  shell: Flags.boolean({ summary: 'Hand the commands to /bin/sh; else no shell is between.', ...command }),

  processes: COUNTS({ summary: 'Processes (2025) or jobs (2026) to try.', helpValue: 'N,N…', ...space }),
  threads: COUNTS({ summary: 'Threads to try.', helpValue: 'N,N…', ...space }),
  'backend-threads': COUNTS({ summary: 'Backend threads to try.', helpValue: 'N,N…', ...space }),
  'max-oversubscription': POSITIVE({
    summary: 'The most threads at work at once for an effective CPU.',
    helpValue: 'X',
    default: 2,
    ...space,
  }),

  search: Flags.option({
    options: METHODS,
    summary: 'Race the settings, or measure all equally often.',
    default: 'auto',
    ...search,
  })(),
  runs: RUNS({
    summary: 'Runs of the leader, and of each setting of a sweep, to choose by.',
    helpValue: 'N',
    ...search,
  }),
  rounds: RUNS({
    summary: 'Rounds of the chosen setting against the current environment.',
    helpValue: 'N',
    ...search,
  }),
  warmup: WARMUP({
    summary: 'Runs of each setting before the first that counts; default: none.',
    helpValue: 'N',
    ...search,
  }),
  'max-trials': COUNT({ summary: 'The most runs in all.', helpValue: 'N', ...search }),
  timeout: SECONDS({
    summary: 'Time for one run; default: ten times the baseline.',
    helpValue: 'TIME',
    ...search,
  }),
  resume: Flags.string({
    summary: 'Keep every run in FILE, and go on from what it holds.',
    helpValue: 'FILE',
    ...search,
  }),

  format: Flags.option({ options: SNIPPETS, summary: 'Print the winner alone, ready to paste.', ...output })(),
  export: Flags.string({
    summary: 'Write the result as .csv, .md or .json (- is JSON; md alone: a table to standard output).',
    helpValue: 'FILE',
    ...output,
  }),
  plot: Flags.string({ summary: 'Draw it as .svg or .html (- is SVG).', helpValue: 'FILE', ...output }),
  compare: Flags.string({ summary: 'Show it against a kept result.', helpValue: 'FILE', ...output }),
};

/** As they were read. */
export type BenchFlags = InferredFlags<typeof BENCH_FLAGS>;

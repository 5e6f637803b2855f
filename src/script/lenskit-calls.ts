/**
 * What LensKit starts worker processes with, up to 2025.8 (`lenskit/batch`, `lenskit/parallel`, 2025.8.1), by its
 * full name; `()` stands for an object that a call gives.
 */
export interface ParallelCall {
  /** The parameter that says how many processes: 1 starts none. */
  jobs: string;
  /** Its position, where it may be given so. */
  position: number | null;
  /** It starts a process of its own whatever is asked for. */
  always?: true;
}

const PARALLEL_CALLS: ReadonlyMap<string, ParallelCall> = new Map([
  ['lenskit.batch.recommend', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.predict', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.score', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.BatchPipelineRunner().run', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.BatchPipelineRunner().run_iter', { jobs: 'n_jobs', position: null }],
  ['lenskit.parallel.invoker().map', { jobs: 'n_jobs', position: null }],
  ['lenskit.parallel.ProcessPoolOpInvoker().map', { jobs: 'n_jobs', position: null }],
  ['lenskit.parallel.multiprocess_executor().map', { jobs: 'n_jobs', position: null }],
  ['lenskit.parallel.multiprocess_executor().submit', { jobs: 'n_jobs', position: null }],
]);

/**
 * What starts worker processes in LensKit 0.x besides the calls of the same names (`lenskit/util/parallel.py` and
 * `lenskit/batch`, 0.14.4; `MultiEval` up to 0.13.1). They are spawned there as well.
 */
const BEFORE_2024: ReadonlyMap<string, ParallelCall> = new Map([
  ['lenskit.util.parallel.invoker().map', { jobs: 'n_jobs', position: null }],
  ['lenskit.util.parallel.ProcessPoolOpInvoker().map', { jobs: 'n_jobs', position: null }],
  ['lenskit.util.parallel.run_sp', { jobs: '', position: null, always: true }],
  ['lenskit.batch.train_isolated', { jobs: '', position: null, always: true }],
  ['lenskit.batch.MultiEval().run', { jobs: 'eval_n_jobs', position: null }],
]);

/**
 * What prepares workers and starts none before it is given work: a pool of processes starts them with the first task
 * (`concurrent/futures/process.py`; run with 2025.8.1 and 0.14.4: `with invoker(…): pass` imports no script again).
 */
const PREPARE: ReadonlyMap<string, ParallelCall> = new Map([
  ['lenskit.parallel.invoker', { jobs: 'n_jobs', position: 2 }],
  ['lenskit.parallel.ProcessPoolOpInvoker', { jobs: 'n_jobs', position: 2 }],
  ['lenskit.parallel.multiprocess_executor', { jobs: 'n_jobs', position: 0 }],
  ['lenskit.util.parallel.invoker', { jobs: 'n_jobs', position: 2 }],
  ['lenskit.util.parallel.ProcessPoolOpInvoker', { jobs: 'n_jobs', position: 2 }],
]);

/** By full name: its object starts workers when it is given work. */
export function preparingCall(name: string): ParallelCall | undefined {
  return PREPARE.get(name);
}

/** By full name, whichever LensKit it is of. */
export function parallelCall(name: string): ParallelCall | undefined {
  return PARALLEL_CALLS.get(name) ?? BEFORE_2024.get(name);
}

/** Starts a process also where LensKit is set to one. */
export function startsAlways(name: string): boolean {
  return parallelCall(name)?.always === true;
}

/** Modules that only LensKit 0.x has: a script that imports one is written for it. */
export const OF_BEFORE_2024 =
  /^lenskit\.(algorithms|util\.parallel|crossfold|topn|sharing|matrix|datasets|batch\.(MultiEval|train_isolated)|Recommender)(\.|$)/;

/** Calls that configure LensKit where nobody has, besides those above. */
export const INITIALISES: ReadonlySet<string> = new Set([
  'lenskit.parallel.ensure_parallel_init',
  'lenskit.parallel.get_parallel_config',
  'lenskit.parallel.subprocess_config',
]);

/** Models whose training does (`ensure_parallel_init()` in their files, 2025.8.1); that of others does not. */
export const TRAINING_INITIALISES = /^lenskit\.(als|knn|flexmf|implicit|hpf|sklearn)\b/;

/** Modules where these names are defined, and the public ones that they are known by. */
const CANONICAL: readonly (readonly [RegExp, string])[] = [
  [/^lenskit\.batch\._(runner|recommend|predict|train|multi)\./, 'lenskit.batch.'],
  [/^lenskit\.parallel\.invoker\.invoker$/, 'lenskit.parallel.invoker'],
  [/^lenskit\.parallel\.(pool|invoker|config)\.(?=\w)/, 'lenskit.parallel.'],
  [/^lenskit\.parallel\.ensure_init$/, 'lenskit.parallel.ensure_parallel_init'],
];

export function canonical(name: string): string {
  return CANONICAL.reduce((text, [pattern, public_]) => text.replace(pattern, public_), name);
}

/** What `from … import *` brings, as far as it matters here. */
export const STAR_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['lenskit.batch', ['recommend', 'predict', 'score', 'BatchPipelineRunner']],
  [
    'lenskit.parallel',
    ['initialize', 'get_parallel_config', 'ensure_parallel_init', 'invoker', 'multiprocess_executor'],
  ],
  [
    'os',
    [
      'environ',
      'environb',
      'getenv',
      'putenv',
      'unsetenv',
      'mkdir',
      'makedirs',
      'chdir',
      'remove',
      'rename',
      'path',
      'system',
    ],
  ],
]);

/** Calls that take time by their nature, by full name: reading data, pictures, downloads, other programs. */
const COSTLY_NAMES: readonly RegExp[] = [
  /^(pandas|polars|cudf)\.(read_|scan_)/,
  /^pandas\.DataFrame\.from_/,
  /^numpy\.(load|loadtxt|genfromtxt|fromfile)$/,
  /^lenskit\.data\.(load_|Dataset\.load|movielens\.|amazon\.|msweb\.|from_interactions_df)/,
  /^lenskit\.data\.\w+\.load_/,
  /^(torch|joblib|pickle|dill|cloudpickle)\.load$/,
  /^(pyarrow\.parquet|pyarrow\.csv|pyarrow\.feather)\.read_/,
  /^matplotlib\.pyplot\.(?!style|rcParams)/,
  /^seaborn\.(?!set)/,
  /^plotnine\.\w+\(\)\.save$/,
  /^(requests|httpx)\.(get|post|request)$/,
  /^urllib\.request\.(urlopen|urlretrieve)$/,
  /^subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$/,
  /^os\.system$/,
  /^time\.sleep$/,
  /^(json|pickle|yaml|joblib|torch|numpy|dill)\.(dump|save|savez|savez_compressed|savetxt|safe_dump)$/,
  /^(shutil\.(copy|copy2|copyfile|copytree|move|unpack_archive|make_archive)|zipfile\.ZipFile\(\)\.extractall|tarfile\.open\(\)\.extractall)$/,
  /^(sklearn|surprise|implicit)\.datasets?\.(load|fetch)/,
];

/** Calls whose effect is seen each time that they are made, and that cost nothing: where it is sure that they are. */
export const SHOWS =
  /^(print|pprint\.p?print|rich\.print|click\.echo|typer\.echo|sys\.(stdout|stderr)\.(write|writelines)|os\.(write|truncate)|os\.utime)$/;

/** Methods that train or draw, whatever they are called on. */
const COSTLY_METHODS: ReadonlySet<string> = new Set([
  'train',
  'fit',
  'fit_transform',
  'savefig',
  'to_csv',
  'to_parquet',
  'to_feather',
  'to_pickle',
  'to_json',
  'to_excel',
  'to_hdf',
  'to_sql',
  'write_csv',
  'write_parquet',
  'write_text',
  'write_bytes',
]);

/** True for a call that has no place in what every worker repeats. `method`: the last name, of an unknown object. */
export function isCostly(name: string | null, method: string | null): boolean {
  if (name !== null && (isSplit(name) || COSTLY_NAMES.some((pattern) => pattern.test(name)))) return true;
  const last = name === null ? method : name.includes('().') ? (name.split('.').at(-1) ?? null) : null;
  return last !== null && COSTLY_METHODS.has(last);
}

/** A function of `lenskit.splitting`; the classes that say how to hold out (`SampleFrac`, `LastN`) do nothing yet. */
function isSplit(name: string): boolean {
  const last = /^lenskit\.splitting\.([a-z]\w*)/.exec(name)?.[1];
  return last !== undefined && !/(Frac|N|Method)$|Last/.test(last);
}

/** Objects that gather functions as commands and run them when they are called (typer, click). */
export const COMMAND_GROUPS: ReadonlySet<string> = new Set(['typer.Typer', 'click.Group']);
export const REGISTERS: ReadonlySet<string> = new Set(['command', 'callback', 'group', 'add_command', 'register']);

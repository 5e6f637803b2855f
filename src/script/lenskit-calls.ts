/**
 * What LensKit starts worker processes with, up to 2025.8 (`lenskit/batch`, `lenskit/parallel`, 2025.8.1), by its
 * full name; `()` stands for an object that a call gives.
 */
export interface ParallelCall {
  /** The parameter that says how many processes: 1 starts none. */
  jobs: string;
  /** Its position, where it may be given so. */
  position: number | null;
}

export const PARALLEL_CALLS: ReadonlyMap<string, ParallelCall> = new Map([
  ['lenskit.batch.recommend', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.predict', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.score', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.BatchPipelineRunner().run', { jobs: 'n_jobs', position: null }],
  ['lenskit.batch.BatchPipelineRunner().run_iter', { jobs: 'n_jobs', position: null }],
  ['lenskit.parallel.invoker', { jobs: 'n_jobs', position: 2 }],
  ['lenskit.parallel.multiprocess_executor', { jobs: 'n_jobs', position: 0 }],
  ['lenskit.parallel.ProcessPoolOpInvoker', { jobs: 'n_jobs', position: 2 }],
]);

/** Modules where these names are defined, and the public ones that they are known by. */
const CANONICAL: readonly (readonly [RegExp, string])[] = [
  [/^lenskit\.batch\._runner\./, 'lenskit.batch.'],
  [/^lenskit\.parallel\.invoker\.invoker$/, 'lenskit.parallel.invoker'],
  [/^lenskit\.parallel\.(pool|invoker)\.(?=\w)/, 'lenskit.parallel.'],
];

export function canonical(name: string): string {
  return CANONICAL.reduce((text, [pattern, public_]) => text.replace(pattern, public_), name);
}

/** What `from … import *` brings, as far as it matters here. */
export const STAR_NAMES: { readonly [module: string]: readonly string[] } = {
  'lenskit.batch': ['recommend', 'predict', 'score', 'BatchPipelineRunner'],
  'lenskit.parallel': ['invoker'],
};

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
  /^subprocess\.(run|call|check_call|check_output)$/,
  /^os\.system$/,
  /^time\.sleep$/,
  /^(sklearn|surprise|implicit)\.datasets?\.(load|fetch)/,
];

/** Methods that train or draw, whatever they are called on. */
const COSTLY_METHODS: ReadonlySet<string> = new Set(['train', 'fit', 'fit_transform', 'savefig']);

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

/** Calls that end the process. */
export const EXITS: ReadonlySet<string> = new Set(['sys.exit', 'os._exit', 'exit', 'quit', 'os.abort']);

/** Calls that run a function which they are given: the function runs as if it were called here. */
export const RUNS_ITS_ARGUMENT: readonly RegExp[] = [
  /^(typer\.run|fire\.Fire|asyncio\.run|asyncio\.gather|timeit\.(timeit|repeat)|cProfile\.run(call)?|map|filter|list|sorted|max|min|sum)$/,
  /^(threading\.Thread|threading\.Timer|contextlib\.ExitStack\(\)\.callback)$/,
  /\.(submit|map|imap|imap_unordered|starmap|apply|apply_async|run_until_complete|runcall)$/,
];

/** Objects that gather functions as commands and run them when they are called (typer, click). */
export const COMMAND_GROUPS: ReadonlySet<string> = new Set(['typer.Typer', 'click.Group']);
export const REGISTERS: ReadonlySet<string> = new Set(['command', 'callback', 'group', 'add_command']);

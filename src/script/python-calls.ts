/**
 * What Python's own functions and common packages do with what they are given, by full name. A function that a call is
 * given runs there (`RUNS`), is only kept in the result (`COLLECTS`), runs later and perhaps never (`KEEPS`), or when something is taken of the result (`LAZY`).
 */

/** Takes all of what is lazy, and calls no function that it is given, but a `key`. */
const COLLECTS: readonly RegExp[] = [
  /^(list|tuple|set|frozenset|dict|sorted|max|min|sum|any|all|next)$/,
  /^(collections\.deque|collections\.Counter|statistics\.\w+|math\.(fsum|prod))$/,
  /^(pandas\.concat|numpy\.(array|fromiter|stack|concatenate|vstack|hstack|mean|sum)|pandas\.(DataFrame|Series))$/,
];

/** Runs functions that it is given, and takes all of what is lazy. */
const RUNS: readonly RegExp[] = [
  /^(typer\.run|fire\.Fire|asyncio\.(run|gather|wait|run_coroutine_threadsafe|create_task|ensure_future)|anyio\.run|trio\.run)$/,
  /^(timeit\.(timeit|repeat|default_timer)|cProfile\.run(call)?|cProfile\.Profile\(\)\.runcall|functools\.reduce)$/,
  /^contextlib\.(ExitStack|AsyncExitStack)\(\)\.(callback|enter_context|push|push_async_callback)$/,
  /^concurrent\.futures\.\w+\(\)\.(submit|map)$/,
  /^multiprocessing\.(pool\.|dummy\.)?(ThreadPool|Pool)\(\)\.(map|imap|imap_unordered|starmap|apply|apply_async|map_async)$/,
  /^(threading\.(Thread|Timer)|multiprocessing\.Process|multiprocessing\.dummy\.Process)\(\)\.(start|run)$/,
  /^timeit\.Timer\(\)\.(timeit|repeat|autorange)$/,
  /\.(run_until_complete|runcall)$/,
  /^joblib\.Parallel\(\)$/,
  /^(DataFrame|Series)\.(apply|map|pipe|applymap)$/,
  /^scipy\.optimize\.(minimize\w*|fmin\w*|brute|differential_evolution|basinhopping|dual_annealing|shgo|root\w*|brentq|curve_fit|least_squares)$/,
  /^(hyperopt\.fmin|optuna\.(create_study|study\.create_study|load_study)\(\)\.optimize|skopt\.\w+_minimize)$/,
];

/** Keeps functions for later: registrars, decorators, wrappers. What is called afterwards is the result. */
const KEEPS: readonly RegExp[] = [
  /^(callable|print|str|len|isinstance|issubclass|hasattr|type|id|repr|hash|vars|dir|help|iter|zip|enumerate|reversed|getattr|setattr|property|staticmethod|classmethod|super|object|range|open)$/,
  /^(collections\.defaultdict|unittest\.mock(\.\w+)*)$/,
  /^functools\.(partial|partialmethod|wraps|update_wrapper|lru_cache|cache|cached_property|singledispatch|singledispatchmethod|total_ordering|cmp_to_key)$/,
  /^itertools\.(chain|islice|starmap|product|repeat|cycle|accumulate|takewhile|dropwhile|filterfalse|tee|zip_longest|chain\.from_iterable)$/,
  /^(atexit|signal|faulthandler|weakref|copyreg|codecs|types|typing|typing_extensions|abc|enum|dataclasses|attr|attrs|contextlib|inspect|warnings|logging|operator|unittest|doctest|gc|sched|tkinter)(\.|$)/,
  /^(click|typer|argparse|fire|hydra|absl|docopt|plac|cyclopts|pytest|hypothesis|numba|jax|torch|tensorflow|keras|flask|fastapi|django|celery|dash|streamlit|gradio|ray|dask|prefect|luigi|airflow|metaflow|kedro|invoke|nox|doit|snakemake|tqdm|rich|pydantic|marimo|nicegui|shiny|lightning|pytorch_lightning|sqlalchemy|apscheduler|schedule)\.(?!run$)(?!.*\(\)\.(run|main|invoke|start|fit|launch|serve)$)/,
  /^sys\.(settrace|setprofile|addaudithook|excepthook|displayhook|unraisablehook|set_\w+)$/,
  /^threading\.(settrace|setprofile|excepthook|local|Thread|Timer)$/,
  /^(multiprocessing\.Process|multiprocessing\.util\.Finalize|concurrent\.futures\.\w+\(\)\.\w*add_done_callback|asyncio\.(iscoroutinefunction|iscoroutine))$/,
  /^joblib\.(delayed|delayed\(\)|Memory\(\)\.cache|wrap_non_picklable_objects|Parallel)$/,
  /^(numpy\.(vectorize|frompyfunc)|pickle\.\w+|dill\.\w+|cloudpickle\.\w+|copy\.(copy|deepcopy)|os\.register_at_fork)$/,
  /^lenskit\./,
];

/** Methods that only take a function in, whatever they are called on. */
const KEEPING_METHODS =
  /^(add|append|insert|extend|register|set|on|bind|connect|subscribe|command|callback|route|setdefault|update|attach|listen|use|hook|provide|put|define|include|mount|fixture|mark|option|argument|group|observe|watch|handle|handler|schedule|every|after|at|do|defer|decorator|wraps|error_handler|errorhandler|before|teardown|tool|task|flow|job|cell|get|post|patch|delete|cache|jit|memoize|close|cancel|join|pop|index|remove|discard)(_\w*)?$/;

/** Gives something that runs what it was given when it is taken. */
const LAZY = /^(map|filter|itertools\.(starmap|filterfalse|dropwhile))$/;

/** Gives what it was given, still lazy. */
const PASSES_ON =
  /^(iter|zip|enumerate|reversed|tqdm(\.\w{1,40}){0,4}\.(tqdm|trange|auto)|tqdm\.tqdm|tqdm|itertools\.(chain|islice|product|cycle|tee|zip_longest|pairwise|batched|chain\.from_iterable)|rich\.progress\.track|asyncio\.as_completed|concurrent\.futures\.as_completed)$/;

export type Taking = 'runs' | 'collects' | 'keeps' | 'lazy' | 'passes on' | 'unknown';

/** What a call does with functions that it is given. `method`: the last name, of an unknown object. */
export function takingOf(name: string | null, method: string | null): Taking {
  if (name !== null) {
    if (LAZY.test(name)) return 'lazy';
    if (PASSES_ON.test(name)) return 'passes on';
    if (COLLECTS.some((pattern) => pattern.test(name))) return 'collects';
    if (RUNS.some((pattern) => pattern.test(name))) return 'runs';
    if (KEEPS.some((pattern) => pattern.test(name))) return 'keeps';
    const last = name.slice(name.lastIndexOf('.') + 1);
    // A class is made.
    if (/^[A-Z]\w*$/.test(last) && /[a-z]/.test(last)) return 'keeps';
  }
  const last = name === null ? method : (/\.(\w+)$/.exec(name)?.[1] ?? null);
  if (last !== null && KEEPING_METHODS.test(last)) return 'keeps';
  if (name === null && method !== null && /^(submit|map|imap|imap_unordered|starmap|apply|apply_async)$/.test(method))
    return 'runs';
  return 'unknown';
}

/** Calls that end the process, by raising SystemExit. */
export const EXITS: ReadonlySet<string> = new Set([
  'sys.exit',
  'os._exit',
  'exit',
  'quit',
  'os.abort',
  'os.execv',
  'os.execvp',
  'os.execve',
]);

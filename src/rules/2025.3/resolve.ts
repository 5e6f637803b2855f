import { unsetBackendVariables } from '../../backends/variables.ts';
import { floorDiv, max, min, plain, pythonStrip } from '../../python-values/int.ts';
import {
  type Chosen,
  candidates2025,
  choose,
  definition,
  KNOBS_2025,
  knob2025,
  type Name2025,
  plainList,
  type ReadText,
  readInt,
} from '../2025.2/knobs.ts';
import { ConfigError } from '../errors.ts';
import type { Config2025, ConfigInput, Formula, Knob, Resolution, WorkerFailure } from '../resolution.ts';

/** A configuration as LensKit keeps it: one list a knob, an element a depth. */
export interface Lists {
  processes: bigint[];
  threads: bigint[];
  backendThreads: bigint[];
}

/** `_parse_numlist`. */
const readList: ReadText = (text, name, source) =>
  text.split(',').map((part) => readInt(pythonStrip(part), name, source));

/**
 * `_resolve_parallel_config()`: the lists of the main process.
 *
 * @throws ConfigError where LensKit would refuse them
 */
export function resolveLists(input: ConfigInput): Lists {
  return listsOf(input, chooseAll(input));
}

function listsOf(input: ConfigInput, chosen: ChosenAll): Lists {
  const formulas = defaults(input.cpus, chosen);
  const lists: Lists = {
    processes: chosen.processes?.values ?? [formulas.processes.value],
    threads: chosen.threads?.values ?? [formulas.threads.value],
    backendThreads: [
      ...(chosen.backendThreads?.values ?? [backendDefault(chosen.threads, formulas.backendThreads)]),
      ...(chosen.childThreads?.values ?? []),
    ],
  };
  for (const name of ['processes', 'threads', 'backendThreads'] as const) refuseEmpty(lists[name], name, chosen[name]);
  return lists;
}

/**
 * The rules of LensKit 2025.3 to 2025.8 (`lenskit/parallel/config.py`, 2025.8.1): comma-separated lists give
 * nesting depths, a parameter beats a variable, a variable beats the default.
 *
 * @throws ConfigError where LensKit would refuse the configuration
 */
export function resolve20253(input: ConfigInput): Resolution {
  const chosen = chooseAll(input);
  const lists = listsOf(input, chosen);
  const main = toConfig(lists);
  const workers = nested(lists, input.cpus);
  return {
    generation: '2025.3',
    main,
    workers,
    childEnv: {
      LK_NUM_PROCS: String(main.processes),
      LK_NUM_THREADS: String(main.threads),
      LK_NUM_BACKEND_THREADS: String(main.backendThreads),
      ...unsetBackendVariables(input.env, String(main.backendThreads)),
    },
    warnings: deprecation(input, chosen.childThreads),
    knobs: knobs(input, chosen, lists),
  };
}

type ChosenAll = { [name in Name2025]: Chosen | null };

function chooseAll(input: ConfigInput): ChosenAll {
  const chosen: ChosenAll = { processes: null, threads: null, backendThreads: null, childThreads: null };
  for (const { name } of KNOBS_2025) {
    // child_threads is one integer, never a list
    chosen[name] = choose(input, name, name === 'childThreads' ? (...args) => [readInt(...args)] : readList);
  }
  return chosen;
}

function deprecation(input: ConfigInput, child: Chosen | null): { category: string; message: string }[] {
  if (child === null) return [];
  const isParameter = input.params.childThreads !== undefined && input.params.childThreads !== null;
  // LensKit's own words, its misspelling included
  const message = isParameter
    ? 'child_theads is deprecated, use list in backend_threads instead'
    : 'LK_NUM_CHILD_THREADS is deprecated, use list in LK_NUM_BACKEND_THREADS instead';
  return [{ category: 'DeprecationWarning', message }];
}

interface IntFormula extends Formula {
  value: bigint;
}

function defaults(
  cpus: bigint,
  chosen: ChosenAll,
): { processes: IntFormula; threads: IntFormula; backendThreads: IntFormula | null } {
  const threads = min(cpus, 8n);
  const first = chosen.threads ? chosen.threads.values[0] : threads;
  return {
    processes: {
      formula: 'min(NCPUS, 4)',
      substituted: `min(${cpus} CPU${cpus === 1n ? '' : 's'}, 4)`,
      value: min(cpus, 4n),
    },
    threads: { formula: 'min(NCPUS, 8)', substituted: `min(${cpus} CPU${cpus === 1n ? '' : 's'}, 8)`, value: threads },
    backendThreads:
      first === undefined || first === 0n
        ? null
        : {
            formula: 'max(min(NCPUS // threads, 4), 1)',
            substituted: `max(min(${cpus} ÷ ${first}, 4), 1)`,
            value: max(min(floorDiv(cpus, first), 4n), 1n),
          },
  };
}

/** The default of the backend threads, which LensKit computes only where nothing sets them: from the first of the threads. */
function backendDefault(threads: Chosen | null, byDefault: IntFormula | null): bigint {
  if (byDefault !== null) return byDefault.value;
  if (!threads?.values.length) throw emptyList('threads', threads);
  const { source } = threads;
  throw new ConfigError({
    type: 'ZeroDivisionError',
    knob: 'threads',
    source,
    value: source.raw,
    message: `${source.name}=${source.raw}: 0 threads, and LensKit divides by them; write 1 or more`,
  });
}

function refuseEmpty(list: bigint[], name: Name2025, chosen: Chosen | null): void {
  if (list.length === 0) throw emptyList(name, chosen);
}

function emptyList(name: Name2025, chosen: Chosen | null): ConfigError {
  return new ConfigError({
    type: 'IndexError',
    knob: name,
    source: chosen?.source,
    value: '[]',
    message: `${definition(name).parameter}: the list is empty; write at least one number`,
  });
}

/** What `ParallelConfig` answers: the first element of each list. */
export function toConfig({ processes, threads, backendThreads }: Lists): Config2025 {
  const [p = 0n, t = 0n, b = 0n] = [processes[0], threads[0], backendThreads[0]];
  return { processes: plain(p), threads: plain(t), backendThreads: plain(b), totalThreads: plain(t * b) };
}

/** What worker processes get, depth by depth (`ParallelConfig.subprocess`); ends with the depth that fails. */
function nested(lists: Lists, cpus: bigint): (Config2025 | WorkerFailure)[] {
  const workers: (Config2025 | WorkerFailure)[] = [];
  let parent = lists;
  for (let depth = 1; depth <= 3; depth++) {
    const worker = below(parent, cpus);
    if (worker === null) {
      workers.push({ error: { type: 'ZeroDivisionError', message: 'integer division or modulo by zero' } });
      break;
    }
    workers.push(toConfig(worker));
    parent = worker;
  }
  return workers;
}

/** `ParallelConfig.subprocess()`: a worker's lists. null: LensKit divides by the worker's 0 processes. */
export function below(parent: Lists, cpus: bigint): Lists | null {
  const processes = parent.processes.length > 1 ? parent.processes.slice(1) : [1n];
  const np = processes[0] ?? 1n;
  const capped = (list: bigint[]): bigint[] | null => {
    if (list.length > 1) return list.slice(1);
    return np === 0n ? null : [min(floorDiv(cpus, np), 4n, list[0] ?? 0n)];
  };
  const threads = capped(parent.threads);
  const backendThreads = capped(parent.backendThreads);
  return threads && backendThreads ? { processes, threads, backendThreads } : null;
}

function knobs(input: ConfigInput, chosen: ChosenAll, lists: Lists): Knob[] {
  const formulas = defaults(input.cpus, chosen);
  const documentedCap = documentedWorkerCap(input.cpus, lists.processes[0] ?? 1n);
  const byDefault = { kind: 'default' } as const;
  const list = (name: 'processes' | 'threads' | 'backendThreads'): Knob => {
    const own = chosen[name];
    const formula = formulas[name];
    return knob2025(name, {
      status: 'in use',
      value: plainList(lists[name]),
      source: own?.source ?? byDefault,
      candidates: candidates2025(
        input,
        name,
        own?.source ?? byDefault,
        formula && { ...formula, value: [plain(formula.value)] },
      ),
      worker: workerFormula(name, lists, input.cpus, chosen),
      documented: formula && {
        formula: formula.formula.replace('threads', 'LK_NUM_THREADS'),
        value: plain(formula.value),
        ...(name !== 'processes' && lists[name].length === 1 ? { worker: documentedCap } : {}),
      },
    });
  };
  const child = chosen.childThreads;
  return [
    list('processes'),
    list('threads'),
    list('backendThreads'),
    knob2025('childThreads', {
      status: 'deprecated',
      value: child ? plain(child.values[0] ?? 0n) : null,
      source: child?.source ?? null,
      candidates: candidates2025(input, 'childThreads', child?.source ?? null, null),
      worker: null,
      documented: documentedChildThreads(input.cpus, lists.processes[0] ?? 1n),
    }),
  ];
}

/** The documentation caps a worker's threads by the number of processes; the code does not. */
function documentedWorkerCap(cpus: bigint, processes: bigint): { formula: string; value: Knob['value'] } {
  return {
    formula: 'min(NCPUS // LK_NUM_PROCS, 4)',
    value: processes === 0n ? null : plain(min(floorDiv(cpus, processes), 4n)),
  };
}

/** In 2025.2's code and in the documentation since, but not in 2025.3's code. */
export function documentedChildThreads(cpus: bigint, processes: bigint): { formula: string; value: Knob['value'] } {
  return {
    formula: 'max(min(NCPUS // LK_NUM_PROCS, 4), 1)',
    value: processes === 0n ? null : plain(max(min(floorDiv(cpus, processes), 4n), 1n)),
  };
}

function workerFormula(name: keyof Lists, lists: Lists, cpus: bigint, chosen: ChosenAll): Formula | null {
  const worker = below(lists, cpus);
  const value = worker?.[name][0];
  if (!worker || value === undefined) return null;
  if (lists[name].length > 1) {
    const fromChild = name === 'backendThreads' && lists[name].length === 2 && chosen.childThreads !== null;
    const formula = fromChild ? `${chosen.childThreads?.source.name}` : 'second element';
    return { formula, substituted: formula, value: plain(value) };
  }
  if (name === 'processes') return { formula: '1 in workers', substituted: '1 in workers', value: plain(value) };
  const np = worker.processes[0];
  const own = name === 'threads' ? 'threads' : 'backend threads';
  return {
    formula: `min(NCPUS // worker processes, 4, ${own})`,
    substituted: `min(${cpus} ÷ ${np}, 4, ${lists[name][0]})`,
    value: plain(value),
  };
}

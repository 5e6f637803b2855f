import { floorDiv, max, min, plain } from '../../python-values/int.ts';
import { ConfigError } from '../errors.ts';
import type { Config2025, ConfigInput, Formula, Knob, Resolution } from '../resolution.ts';
import { type Chosen, candidates2025, choose, KNOBS_2025, knob2025, type Name2025, readInt } from './knobs.ts';

interface Values {
  processes: bigint;
  threads: bigint;
  backendThreads: bigint;
  childThreads: bigint;
}

type ChosenAll = { [name in Name2025]: Chosen | null };

/**
 * The rules of LensKit 2025.1 and 2025.2 (`lenskit/parallel/config.py`, 2025.2.0): four single integers; a
 * worker has one process, one thread and the main process's child threads as its backend threads.
 *
 * @throws ConfigError where LensKit would refuse the configuration
 */
export function resolve20252(input: ConfigInput): Resolution {
  const chosen = Object.fromEntries(
    KNOBS_2025.map(({ name }) => [name, choose(input, name, (...args) => [readInt(...args)])]),
  ) as ChosenAll;
  for (const { name } of KNOBS_2025) refuseList(name, chosen[name]);
  const first = (name: Name2025): bigint | undefined => chosen[name]?.values[0];

  const processes = first('processes') ?? min(input.cpus, 4n);
  const threads = first('threads') ?? min(input.cpus, 8n);
  const values: Values = {
    processes,
    threads,
    backendThreads: first('backendThreads') ?? share(input.cpus, threads, 'threads', chosen.threads),
    childThreads: first('childThreads') ?? share(input.cpus, processes, 'processes', chosen.processes),
  };
  const main = toConfig(values);
  return {
    generation: '2025.2',
    main,
    workers: nested(values),
    childEnv: {
      LK_NUM_PROCS: String(main.processes),
      LK_NUM_THREADS: String(main.threads),
      LK_NUM_BACKEND_THREADS: String(main.backendThreads),
      LK_NUM_CHILD_THREADS: String(main.childThreads),
    },
    warnings: [],
    knobs: knobs(input, chosen, values),
  };
}

function refuseList(name: Name2025, chosen: Chosen | null): void {
  if (chosen === null || chosen.values.length === 1) return;
  throw new ConfigError({
    type: 'ValueError',
    knob: name,
    source: chosen.source,
    value: chosen.source.raw,
    message: `${chosen.source.name}=${chosen.source.raw}: LensKit before 2025.3 takes one integer, no list`,
  });
}

/** `max(min(ncpus // divisor, 4), 1)`. Only a number that was set can be 0. */
function share(cpus: bigint, divisor: bigint, name: Name2025, chosen: Chosen | null): bigint {
  if (chosen === null || divisor !== 0n) return max(min(floorDiv(cpus, divisor), 4n), 1n);
  const { source } = chosen;
  throw new ConfigError({
    type: 'ZeroDivisionError',
    knob: name,
    source,
    value: source.raw,
    message: `${source.name}=${source.raw}: 0 ${name}, and LensKit divides by them; write 1 or more`,
  });
}

function toConfig(values: Values): Config2025 {
  return {
    processes: plain(values.processes),
    threads: plain(values.threads),
    backendThreads: plain(values.backendThreads),
    totalThreads: plain(values.threads * values.backendThreads),
    childThreads: plain(values.childThreads),
  };
}

/** `subprocess_config()`, for three depths. */
function nested(main: Values): Config2025[] {
  const workers: Config2025[] = [];
  let parent = main;
  for (let depth = 1; depth <= 3; depth++) {
    parent = { processes: 1n, threads: 1n, backendThreads: parent.childThreads, childThreads: 1n };
    workers.push(toConfig(parent));
  }
  return workers;
}

function formulas(cpus: bigint, values: Values): { [name in Name2025]: Formula | null } {
  const shared = (over: bigint, name: string): Formula | null =>
    over === 0n
      ? null
      : {
          formula: `max(min(NCPUS // ${name}, 4), 1)`,
          substituted: `max(min(${cpus} ÷ ${over}, 4), 1)`,
          value: plain(max(min(floorDiv(cpus, over), 4n), 1n)),
        };
  return {
    processes: {
      formula: 'min(NCPUS, 4)',
      substituted: `min(${cpus} CPU${cpus === 1n ? '' : 's'}, 4)`,
      value: plain(min(cpus, 4n)),
    },
    threads: {
      formula: 'min(NCPUS, 8)',
      substituted: `min(${cpus} CPU${cpus === 1n ? '' : 's'}, 8)`,
      value: plain(min(cpus, 8n)),
    },
    backendThreads: shared(values.threads, 'threads'),
    childThreads: shared(values.processes, 'processes'),
  };
}

function knobs(input: ConfigInput, chosen: ChosenAll, values: Values): Knob[] {
  const byDefault = formulas(input.cpus, values);
  const inWorker: { [name in Name2025]: Formula } = {
    processes: fixed(1n),
    threads: fixed(1n),
    backendThreads: {
      formula: 'child threads',
      substituted: `child threads ${values.childThreads}`,
      value: plain(values.childThreads),
    },
    childThreads: fixed(1n),
  };
  return KNOBS_2025.map(({ name }) => {
    const source = chosen[name]?.source ?? { kind: 'default' as const };
    const formula = byDefault[name];
    return knob2025(name, {
      status: 'in use',
      value: plain(values[name]),
      source,
      candidates: candidates2025(input, name, source, formula),
      worker: inWorker[name],
      documented: formula && {
        formula: formula.formula.replace('threads', 'LK_NUM_THREADS').replace('processes', 'LK_NUM_PROCS'),
        value: formula.value,
      },
    });
  });
}

function fixed(value: bigint): Formula {
  return { formula: `${value} in workers`, substituted: `${value} in workers`, value: plain(value) };
}

import { below, type Lists, resolveLists, toConfig } from '../rules/2025.3/resolve.ts';
import { ConfigError } from '../rules/errors.ts';
import type { Config2025, ConfigInput, Count, Parameters } from '../rules/resolution.ts';
import { effectiveCpuCount } from './effective-cpu-count.ts';

/** A process's configuration: how many workers, threads, and backend threads under each thread. */
export type ParallelConfig = Readonly<Config2025>;

export interface InitializeOptions extends Parameters {
  /** NCPUS. Default: the effective CPUs, quotas included, unlike LensKit's count. */
  cpus?: Count;
  /** Default: this process's environment. */
  env?: { readonly [name: string]: string | undefined };
}

interface State {
  lists: Lists;
  cpus: bigint;
}

/** Where an invoker's worker finds what its program was given, whichever copy of this module asks. */
export const WORKER_CONFIG = 'lenskit-doctor.worker-config';

let state: State | null =
  ((globalThis as { [key: symbol]: unknown })[Symbol.for(WORKER_CONFIG)] as State | undefined) ?? null;

/** The configuration of a worker (`subprocess_config`), for an invoker to hand over. */
export function workerState(): State {
  const { lists, cpus } = ready();
  const inherited = below(lists, cpus);
  return { lists: inherited ?? lists, cpus };
}

/**
 * Sets up this program's configuration by the rules of LensKit 2025.3 (`lenskit.parallel.initialize`): a
 * parameter beats its variable, a variable beats the default; lists are nesting depths. It changes nothing of
 * Node: what uses threads asks `getParallelConfig`.
 *
 * Once set up, the configuration stays: a second call warns and does nothing, as LensKit's does.
 *
 * @throws ConfigError where LensKit would refuse the values
 */
export function initialize(options: InitializeOptions = {}): void {
  if (state !== null) {
    process.emitWarning('parallelism already initialized', 'LensKitWarning');
    return;
  }
  const { cpus, env = process.env, ...params } = options;
  const input: ConfigInput = {
    rules: rules2025,
    cpus: BigInt(cpus ?? effectiveCpuCount()),
    env,
    params,
    files: [],
    freeThreaded: false,
  };
  state = { lists: resolveLists(input), cpus: input.cpus };
}

/** Sets the configuration up with its defaults unless that was done (`ensure_parallel_init`). */
export function ensureParallelInit(): void {
  if (state === null) initialize();
}

/** The configuration, set up first if need be (`get_parallel_config`). */
export function getParallelConfig(): ParallelConfig {
  return toConfig(ready().lists);
}

/**
 * What a child process or worker is to be given (`subprocess_config`): each list without its first element,
 * or, where there is none left, one process and capped threads. What is named here overrides that.
 *
 * @throws ConfigError where LensKit would divide by 0 worker processes
 */
export function subprocessConfig(overrides: Omit<Parameters, 'childThreads'> = {}): ParallelConfig {
  const { lists, cpus } = ready();
  const given = Object.values(overrides).some((value) => (value ?? null) !== null);
  // LensKit 2025.8.1 raises UnboundLocalError for `processes` alone; here it caps the threads as one would expect.
  const named = given
    ? resolveLists({
        rules: rules2025,
        cpus,
        env: {},
        params: { threads: 1, backendThreads: 1, ...overrides },
        files: [],
        freeThreaded: false,
      })
    : null;
  const processes = (overrides.processes ?? null) !== null && named ? named.processes : null;
  const inherited = below(processes ? { ...lists, processes: [1n, ...processes] } : lists, cpus);
  if (inherited === null) {
    throw new ConfigError({
      type: 'ZeroDivisionError',
      knob: 'processes',
      message: 'processes: a worker has 0 of them; write 1 or more',
    });
  }
  return toConfig({
    processes: inherited.processes,
    threads: (overrides.threads ?? null) !== null && named ? named.threads : inherited.threads,
    backendThreads:
      (overrides.backendThreads ?? null) !== null && named ? named.backendThreads : inherited.backendThreads,
  });
}

const rules2025 = { generation: '2025.3', release: null } as const;

function ready(): State {
  ensureParallelInit();
  if (state === null) throw new Error('initialize() left nothing');
  return state;
}

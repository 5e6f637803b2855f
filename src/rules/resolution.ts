import type { SettingsFile } from '../python-values/settings-file.ts';
import type { ConfigError, Source } from './errors.ts';
import type { Generation, Rules } from './generation.ts';

/** An integer as LensKit has it: a bigint only where a number would not be exact. */
export type Count = number | bigint;

/** `initialize()`'s parameters (2025.*): a number, a list, or text in the variables' syntax. */
export interface Parameters {
  processes?: ParameterValue;
  threads?: ParameterValue;
  backendThreads?: ParameterValue;
  childThreads?: ParameterValue;
  /** 0.14: `n_jobs` of a batch call; None is null. */
  nJobs?: ParameterValue | boolean;
}

/** A parameter as it would be written. */
export function parameterText(value: NonNullable<ParameterValue> | boolean): string {
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}

export type ParameterValue = Count | readonly Count[] | string | null | undefined;

/** All that LensKit's rules depend on. */
export interface ConfigInput {
  rules: Rules;
  /** NCPUS, as LensKit counts it. */
  cpus: bigint;
  /** 0.14: the CPUs of the affinity, which Numba counts; absent: all. */
  affinity?: bigint | undefined;
  /** 0.14: Numba's version; absent: a newer one than 0.54. */
  numba?: string | null;
  env: { readonly [name: string]: string | undefined };
  params: Parameters;
  /** `lenskit.local.toml` and `lenskit.toml`, as far as there are any. */
  files: readonly SettingsFile[];
  freeThreaded: boolean;
}

/** A process's configuration under the rules of 2025. */
export interface Config2025 {
  processes: Count;
  threads: Count;
  backendThreads: Count;
  totalThreads: Count;
  /** 2025.2 only. */
  childThreads?: Count;
}

/** The configuration under the rules of 2026. */
export interface Config2026 {
  numCpus: Count;
  useRay: boolean;
  numBatchJobs: Count;
  numProcs: Count;
  numThreads: Count;
  numBackendThreads: Count;
  totalThreads: Count;
  tuneJobs: Count | null;
}

/** The configuration under the rules of 0.14, which knows no threads but Numba's. */
export interface Config014 {
  processes: Count;
  /** One process: a batch run has no workers, and nothing is limited. */
  inProcess: boolean;
  numbaThreads: Count;
  /** item-kNN's kernels are compiled parallel. */
  numbaKnn: boolean;
  /** How the model travels to the workers, by LensKit's name: shared memory, or a file of `LK_TEMP_DIR`. */
  sharing?: 'shm' | 'binpickle';
}

/** A worker process under the rules of 0.14. */
export interface Worker014 {
  /** What `proc_count()` says there. */
  processes: Count;
  /** LensKit's number of threads for a worker, which MKL alone obeys. */
  threads: Count;
  /** What Numba really runs. */
  numbaThreads: Count;
  numbaKnn: boolean;
  /** Numba's setting, which comes too late. */
  numbaConfig: Count;
  mklThreads: Count;
}

export type MainConfig = Config014 | Config2025 | Config2026;
export type WorkerConfig = Worker014 | Config2025;

/** A nesting depth on which LensKit fails. */
export interface WorkerFailure {
  error: { stage?: 'worker'; type: string; message: string };
}

export type KnobValue = Count | Count[] | boolean | string | null;

/** One place where a knob may be set, in order of precedence. */
export interface Candidate extends Partial<Source> {
  kind: Source['kind'];
  /** `file` only: the key, such as `parallel.num_threads`. */
  key?: string;
  set: boolean;
  used?: true;
  /** `default` only: LensKit's formula, the same with the numbers put in, and what it comes to. */
  formula?: string;
  substituted?: string;
  value?: KnobValue;
}

/** A place that sets a knob, as the source of its value. */
export function sourceOf({ kind, name, raw, line }: Candidate): Source {
  return {
    kind,
    ...(name === undefined ? {} : { name }),
    ...(raw === undefined ? {} : { raw }),
    ...(line === undefined ? {} : { line }),
  };
}

/** What a formula says and what it comes to. */
export interface Formula {
  formula: string;
  substituted: string;
  value: KnobValue;
}

/** One of LensKit's settings with all that is known of it. */
export interface Knob {
  /** The name in `plan.main`. */
  name: string;
  /** The variable. */
  env: string;
  /** The parameter of `initialize()` (2025) or the key of `[parallel]` (2026). */
  parameter: string;
  /** The rule is that this knob has no effect (`num_procs` in 2026), or that it goes away. */
  status: 'in use' | 'deprecated' | 'unused';
  /** null: unset and without a default, or not known because LensKit refuses the configuration. */
  value: KnobValue;
  source: Source | null;
  candidates: Candidate[];
  /** The value in a worker process of the first depth (2025), and how it comes about. */
  worker: Formula | null;
  /** What LensKit's documentation says of the default, with its value here. */
  documented: { formula: string; value: KnobValue; worker?: { formula: string; value: KnobValue } } | null;
}

/** What LensKit will do. */
export interface Resolution {
  generation: Generation;
  main: MainConfig;
  /** 0.14: `proc_count()` of each level. */
  levels?: (Count | WorkerFailure)[];
  workers: (WorkerConfig | WorkerFailure)[];
  childEnv: { [name: string]: string };
  warnings: { category: string; message: string }[];
  knobs: Knob[];
}

/** A resolution, or LensKit's refusal with as much of the knobs as can be said. */
export type Outcome = { ok: true; resolution: Resolution } | { ok: false; error: ConfigError; knobs: Knob[] };

/** LensKit's Python name of a setting: `backendThreads` is `backend_threads` there. */
export function pythonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function isConfig2026(config: MainConfig): config is Config2026 {
  return 'numThreads' in config;
}

export function isConfig2025(config: MainConfig): config is Config2025 {
  return 'backendThreads' in config;
}

export function isConfig014(config: MainConfig): config is Config014 {
  return 'inProcess' in config;
}

/** The threads that LensKit gives to the pools of a process; null: it gives none, and they are as they are. */
export interface GivenThreads {
  /** Rayon's, and up to 2025.8 Torch's inter-op threads. */
  threads: Count | null;
  /** Torch's intra-op threads and BLAS. */
  backend: Count | null;
}

export function givenThreads(config: MainConfig | WorkerConfig): GivenThreads {
  if ('numbaThreads' in config) return { threads: null, backend: null };
  if ('numThreads' in config) return { threads: config.numThreads, backend: config.numBackendThreads };
  return { threads: config.threads, backend: config.backendThreads };
}

/** Processes of LensKit's own that a batch run asks for; 1: none but the main process. */
export function processesOf(main: MainConfig): Count {
  return isConfig2026(main) ? 1 : main.processes;
}

export function usesRay(main: MainConfig): boolean {
  return isConfig2026(main) && main.useRay;
}

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
}

export type ParameterValue = Count | readonly Count[] | string | null | undefined;

/** All that LensKit's rules depend on. */
export interface ConfigInput {
  rules: Rules;
  /** NCPUS, as LensKit counts it. */
  cpus: bigint;
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

/** A nesting depth on which LensKit fails. */
export interface WorkerFailure {
  error: { type: string; message: string };
}

export type KnobValue = Count | Count[] | boolean | null;

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
  main: Config2025 | Config2026;
  workers: (Config2025 | WorkerFailure)[];
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

export function isConfig2026(config: Config2025 | Config2026): config is Config2026 {
  return 'numThreads' in config;
}

/** The library: what a Node program may import from `lenskit-doctor`. */

export type { EffectiveCpus } from './cpus/effective.ts';
export { InvokerError } from './invoker/errors.ts';
export { type Invoker, type InvokerOptions, invoker } from './invoker/invoker.ts';
export { ModelError } from './invoker/shared-model.ts';
export { type CpuCountOptions, effectiveCpuCount, effectiveCpuFacts } from './library/effective-cpu-count.ts';
export {
  ensureParallelInit,
  getParallelConfig,
  type InitializeOptions,
  initialize,
  type ParallelConfig,
  subprocessConfig,
} from './library/parallel-config.ts';
export { ConfigError, type ConfigErrorStage, type ConfigErrorType, type Source } from './rules/errors.ts';
export type { Generation } from './rules/generation.ts';
export type {
  Candidate,
  Config014,
  Config2025,
  Config2026,
  Count,
  Knob,
  KnobValue,
  MainConfig,
  Parameters,
  ParameterValue,
  Resolution,
  Worker014,
  WorkerConfig,
  WorkerFailure,
} from './rules/resolution.ts';
export { type ResolveOptions, resolveParallelism } from './rules/resolve.ts';

/** The library: what a Node program may import from `lenskit-doctor`. */
export { ConfigError, type ConfigErrorType, type Source } from './config/errors.ts';
export type { Generation } from './config/generation.ts';
export type {
  Candidate,
  Config2025,
  Config2026,
  Count,
  Knob,
  KnobValue,
  Parameters,
  ParameterValue,
  Resolution,
  WorkerFailure,
} from './config/resolution.ts';
export { type ResolveOptions, resolveParallelism } from './config/resolve.ts';
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

import { type Table, table } from '../../python-values/json.ts';
import type { FieldType, Model } from '../../python-values/pydantic.ts';
import { type Rules, since } from '../generation.ts';

const INT: FieldType = { kind: 'int' };
const STR: FieldType = { kind: 'str' };
const optional = (of: FieldType): FieldType => ({ kind: 'optional', of });

/** The fields of `[parallel]` with their defaults, in LensKit's order (`lenskit/schemas/settings.py`, 2026.4.0). */
const PARALLEL_FIELDS = {
  num_cpus: { type: INT, default: 0n },
  use_ray: { type: { kind: 'bool' }, default: false },
  num_batch_jobs: { type: INT, default: 0n },
  num_procs: { type: INT, default: 0n },
  num_threads: { type: INT, default: 0n },
  num_backend_threads: { type: INT, default: 0n },
  tune_jobs: { type: optional(INT), default: null },
} as const;

export type ParallelField = keyof typeof PARALLEL_FIELDS;

/** The names that a release knows in `[parallel]`: `tune_jobs` came with 2026.2.0. */
export function parallelFields(rules: Rules): ParallelField[] {
  const names = Object.keys(PARALLEL_FIELDS) as ParallelField[];
  return names.filter((name) => name !== 'tune_jobs' || since(rules, '2026.2.0'));
}

/** `ParallelSettings`. */
export function parallelModel(rules: Rules): Model {
  const fields = parallelFields(rules).map((name) => [name, PARALLEL_FIELDS[name].type] as const);
  return { kind: 'model', extra: 'forbid', anyCase: true, fields: Object.fromEntries(fields) };
}

/** The values of `ParallelSettings` that nothing set. */
export function parallelDefaults(rules: Rules): Table {
  return table(parallelFields(rules).map((name) => [name, PARALLEL_FIELDS[name].default] as const));
}

// lenskit/schemas/tuning.py
const SEARCH: Model = {
  kind: 'model',
  extra: 'ignore',
  fields: {
    method: optional({ kind: 'literal', values: ['tpe', 'random', 'hyperopt'] }),
    max_points: optional(INT),
    default_points: INT,
    error_action: { kind: 'literal', values: ['abort', 'continue'] },
    metric: optional(STR),
    list_length: optional(INT),
    num_cpus: {
      kind: 'union',
      of: [INT, { kind: 'literal', values: ['threads', 'backend-threads', 'all-threads'] }],
    },
    num_gpus: { kind: 'float' },
    max_epochs: INT,
    min_epochs: INT,
    median_min_trials: INT,
    plateau_check_iters: INT,
    plateau_min_rel_improvement: { kind: 'float' },
    checkpoint_iters: INT,
  },
};

/** `TuneSettings`: 2026.3.0 put `defaults` in the place of `max_points` (`lenskit/config/_schema.py` before). */
function tuningModel(rules: Rules): Model {
  return {
    kind: 'model',
    extra: 'ignore',
    fields: {
      jobs: optional(INT),
      gpu_mult: { kind: 'float', above: 0, most: 1 },
      ...(since(rules, '2026.3.0') ? { defaults: optional(SEARCH) } : { max_points: optional(INT) }),
    },
  };
}

/** `LenskitSettings`: all of it is validated at once, so that any of it can keep LensKit from starting. */
export function settingsModel(rules: Rules): Model {
  return {
    kind: 'model',
    extra: 'ignore',
    anyCase: true,
    fields: {
      random: { kind: 'model', extra: 'ignore', fields: { seed: optional(INT) } },
      parallel: parallelModel(rules),
      machine: optional(STR),
      prometheus: { kind: 'model', extra: 'ignore', fields: { url: optional(STR) } },
      machines: {
        kind: 'dict',
        of: {
          kind: 'model',
          extra: 'ignore',
          fields: {
            description: optional(STR),
            power_queries: {
              kind: 'model',
              extra: 'ignore',
              typedDict: true,
              fields: { system: STR, cpu: STR, gpu: STR },
            },
          },
        },
      },
      tuning: tuningModel(rules),
    },
  };
}

/** The settings that nothing set, with what the flat variables gave for `parallel`; of the others' defaults none is asked for. */
export function settingsDefaults(parallel: Table): Table {
  return table([
    ['parallel', parallel],
    ['tuning', table()],
  ]);
}

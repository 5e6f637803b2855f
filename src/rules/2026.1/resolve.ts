import { unsetBackendVariables } from '../../backends/variables.ts';
import { floorDiv, max, min, plain } from '../../python-values/int.ts';
import { type Table, table } from '../../python-values/json.ts';
import { type FieldError, type FieldErrorType, shown, validate } from '../../python-values/pydantic.ts';
import { ConfigError, quoted, type Source } from '../errors.ts';
import type { Config2026, ConfigInput, Resolution } from '../resolution.ts';
import { knobs2026 } from './knobs.ts';
import {
  parallelDefaults,
  parallelFields,
  parallelModel,
  settingsDefaults,
  settingsModel,
} from './lenskit-settings.ts';
import { Origins } from './origins.ts';
import {
  deepUpdate,
  environmentSource,
  fileSource,
  isUndecodable,
  type LowerEnv,
  lowerEnv,
} from './settings-sources.ts';

/**
 * The rules of LensKit 2026.1 and newer (`lenskit/schemas/settings.py` and `lenskit/config/__init__.py`,
 * 2026.4.0): one pydantic settings model over the environment and two TOML files.
 *
 * The flat variables are read first, when LensKit's settings module is imported, as the defaults of the nested
 * model. So a bad one fails even where a higher source sets its key, and a good one loses to every other source.
 *
 * @throws ConfigError where LensKit would refuse the configuration
 */
export function resolve20261(input: ConfigInput): Resolution {
  const env = lowerEnv(input.env);
  const flat = readFlatVariables(input, env);
  const origins = new Origins();
  const settings = readSettings(input, env, flat, origins);
  const parallel = settings.parallel as Table;
  const tuning = settings.tuning as Table;
  const main = resolveDefaults(input, parallel, tuning);
  const bothJobs = (parallel.tune_jobs ?? null) !== null && (tuning.jobs ?? null) !== null;
  const backend = String(main.numBackendThreads);
  return {
    generation: '2026.1',
    main,
    // Ray workers resolve again, from childEnv
    workers: [],
    childEnv: {
      LK_NUM_BATCH_JOBS: String(main.numBatchJobs),
      LK_NUM_THREADS: String(main.numThreads),
      LK_NUM_BACKEND_THREADS: backend,
      ...unsetBackendVariables(input.env, backend),
    },
    warnings: bothJobs
      ? [
          {
            category: 'UserWarning',
            message: 'parallel.tune_jobs and tuning.jobs both set, using parallel.tune_jobs',
          },
        ]
      : [],
    knobs: knobs2026(input, main, { parallel, origins }),
  };
}

/** The import of `lenskit.schemas.settings`: `ParallelSettings()` from `LK_NUM_…`. */
function readFlatVariables(input: ConfigInput, env: LowerEnv): Table {
  const given = table();
  for (const field of parallelFields(input.rules)) {
    const variable = env.get(`lk_${field}`);
    if (variable) given[field] = variable.value;
  }
  const outcome = validate(parallelModel(input.rules), given);
  if ('errors' in outcome) {
    throw refusal(outcome.errors, (error) => {
      const variable = env.get(`lk_${error.loc[0]}`);
      return { kind: 'env', ...(variable && { name: variable.name, raw: variable.value }) };
    });
  }
  return deepUpdate(parallelDefaults(input.rules), outcome.value as Table);
}

/** `configure()`: the sources merged key by key, the highest first, and validated as one model. */
function readSettings(input: ConfigInput, env: LowerEnv, flat: Table, origins: Origins): Table {
  const model = settingsModel(input.rules);
  const files = input.files.toSorted((a, b) => rank(a.name) - rank(b.name));
  for (const file of files) {
    if (file.error) {
      const at = file.path ?? file.name;
      throw new ConfigError({
        type: file.error.type,
        source: { kind: 'file', name: at, line: file.error.line, column: file.error.column },
        message: `${at}:${file.error.line}:${file.error.column}: ${file.error.message}`,
      });
    }
  }
  const environment = environmentSource(model, env, origins);
  if (isUndecodable(environment)) {
    const { field, variable, value } = environment;
    throw new ConfigError({
      type: 'SettingsError',
      knob: field,
      source: { kind: 'env', name: variable, raw: value },
      value,
      message: `${variable}=${quoted(value)} is not JSON; write an object such as {"num_threads": 4}`,
    });
  }
  // From the top down, as pydantic-settings does: each source goes below what is there.
  let merged = environment;
  for (const file of files) {
    const content = fileSource(model, file.content);
    origins.add(content, [], (path) => fileOrigin(file, path));
    merged = deepUpdate(content, merged);
  }
  for (const field of parallelFields(input.rules)) {
    const variable = env.get(`lk_${field}`);
    if (variable)
      origins.add(variable.value, ['parallel', field], () => ({
        kind: 'env',
        name: variable.name,
        raw: variable.value,
      }));
  }
  merged = deepUpdate(settingsDefaults(flat), merged);

  const outcome = validate(model, merged);
  if ('errors' in outcome) throw refusal(outcome.errors, ({ loc }) => origins.at(loc) ?? { kind: 'default' });
  return outcome.value as Table;
}

/** A file and, where it stands on a line of its own, the key's line. */
function fileOrigin(
  { name, path, lines, content }: ConfigInput['files'][number],
  [field = '', ...keys]: readonly string[],
): Source {
  const header = Object.keys(content).find((key) => key.toLowerCase() === field) ?? field;
  const line = lines[[header, ...keys].join('.')] ?? lines[header];
  return { kind: 'file', name: path ?? name, ...(line === undefined ? {} : { line }) };
}

/** The local file goes before the shared one. */
function rank(name: string): number {
  return name === 'lenskit.local.toml' ? 0 : 1;
}

// Nobody reads more; a file of a megabyte has a hundred thousand.
const MOST_ERRORS = 1000;

/** pydantic's ValidationError: the first error, the others with it. */
function refusal(errors: FieldError[], source: (error: FieldError) => Source): ConfigError {
  const all = errors.slice(0, MOST_ERRORS).map((error) => {
    const from = source(error);
    const key = error.loc.join('.');
    return new ConfigError({
      type: 'ValidationError',
      knob: error.loc.at(-1),
      source: from,
      value: from.raw ?? shown(error.input),
      message: `${place(from)}: ${key} ${complaint(error)}`,
    });
  });
  const [first, ...others] = all as [ConfigError, ...ConfigError[]];
  first.others = others;
  return first;
}

function place(source: Source): string {
  if (source.kind === 'env') return `${source.name}=${quoted(source.raw ?? '')}`;
  return source.line === undefined ? (source.name ?? 'settings') : `${source.name}:${source.line}`;
}

const EXPECTED: { readonly [type in FieldErrorType]: string } = {
  int_parsing: 'must be one whole number such as 4',
  int_parsing_size: 'has too many digits; write a whole number such as 4',
  int_from_float: 'must be a whole number, without a fraction',
  int_type: 'must be a whole number such as 4',
  finite_number: 'must be a finite number',
  bool_parsing: 'must be true or false',
  bool_type: 'must be true or false',
  string_type: 'must be text, in quotes',
  model_type: 'must be a table',
  dict_type: 'must be a table',
  extra_forbidden: 'is no setting of LensKit; remove it or correct its name',
  less_than_equal: 'must be at most 1',
  greater_than: 'must be greater than 0',
  literal_error: 'is none of the values that LensKit knows',
  float_parsing: 'must be a number',
  float_type: 'must be a number',
};

function complaint(error: FieldError): string {
  const expected = EXPECTED[error.type];
  return error.type === 'extra_forbidden' ? expected : `${expected}, not ${quoted(shown(error.input))}`;
}

/** `ParallelSettings.resolve_defaults()` and `LenskitSettings.finish_setup()`. */
function resolveDefaults(input: ConfigInput, parallel: Table, tuning: Table): Config2026 {
  const field = (name: string) => parallel[name] as bigint;
  const numCpus = field('num_cpus') > 0n ? field('num_cpus') : input.cpus;
  const asked = field('num_threads');
  const numThreads = asked === 0n ? min(numCpus, 8n) : asked < 0n ? numCpus : asked;
  const backend = field('num_backend_threads');
  const numBackendThreads = backend === 0n ? max(min(floorDiv(numCpus, numThreads), 4n), 1n) : backend;
  const useRay = parallel.use_ray as boolean;
  const jobs = field('num_batch_jobs');
  const byDefault = input.freeThreaded || useRay ? numThreads : 1n;
  const numBatchJobs = jobs === 0n ? byDefault : jobs < 0n ? numCpus : jobs;
  const tuneJobs = (parallel.tune_jobs ?? tuning.jobs ?? null) as bigint | null;
  return {
    numCpus: plain(numCpus),
    useRay,
    numBatchJobs: plain(numBatchJobs),
    numProcs: plain(field('num_procs')),
    numThreads: plain(numThreads),
    numBackendThreads: plain(numBackendThreads),
    totalThreads: plain(numBackendThreads > 0n ? numThreads * numBackendThreads : numThreads),
    tuneJobs: tuneJobs === null ? null : plain(tuneJobs),
  };
}

import { isTable, type PythonValue, pythonJson, type Table } from '../../python-values/json.ts';
import { shown, validate } from '../../python-values/pydantic.ts';
import type { ConfigError } from '../errors.ts';
import {
  type Candidate,
  type Config2026,
  type ConfigInput,
  type Count,
  type Formula,
  type Knob,
  type KnobValue,
  sourceOf,
} from '../resolution.ts';
import { type ParallelField, parallelFields } from './lenskit-settings.ts';
import type { Origins } from './origins.ts';
import { type LowerEnv, lowerEnv } from './settings-sources.ts';

/** The validated `[parallel]`, and where every leaf of the settings came from. */
interface Merged {
  parallel: Table;
  origins: Origins;
}

interface Definition {
  name: keyof Config2026;
  field: ParallelField;
  status: Knob['status'];
  /** What LensKit makes of a number that stands for another (`ParallelSettings.resolve_defaults`). */
  stands: { zero?: string; negative?: string };
  /** Default as LensKit computes it, with the numbers put in. */
  byDefault: (input: ConfigInput, main: Config2026) => Formula | null;
}

const COUNTS = { zero: 'default', negative: 'all CPUs' };

const cpus = (number: Count) => `${number} CPU${BigInt(number) === 1n ? '' : 's'}`;
const cpusOf = (main: Config2026) => cpus(main.numCpus);
const count = (value: Count) => BigInt(value);

/** The knobs of 2026, in the order in which a report shows them. */
const KNOBS_2026: readonly Definition[] = [
  {
    name: 'numCpus',
    field: 'num_cpus',
    status: 'in use',
    stands: COUNTS,
    byDefault: (input) => ({ formula: 'NCPUS', substituted: cpus(input.cpus), value: Number(input.cpus) }),
  },
  {
    name: 'numThreads',
    field: 'num_threads',
    status: 'in use',
    stands: COUNTS,
    byDefault: (_, main) => {
      const all = count(main.numCpus);
      return {
        formula: 'min(num_cpus, 8)',
        substituted: `min(${cpusOf(main)}, 8)`,
        value: Number(all < 8n ? all : 8n),
      };
    },
  },
  {
    name: 'numBackendThreads',
    field: 'num_backend_threads',
    status: 'in use',
    stands: { zero: 'default', negative: 'not limited' },
    byDefault: (_, main) => {
      const share = Number(count(main.numCpus) / count(main.numThreads));
      return {
        formula: 'max(min(num_cpus // num_threads, 4), 1)',
        substituted: `max(min(${main.numCpus} ÷ ${main.numThreads}, 4), 1)`,
        value: Math.max(Math.min(share, 4), 1),
      };
    },
  },
  {
    name: 'numBatchJobs',
    field: 'num_batch_jobs',
    status: 'in use',
    stands: COUNTS,
    byDefault: (input, main) => {
      const reason = main.useRay ? 'Ray' : input.freeThreaded ? 'free-threaded' : null;
      return reason
        ? { formula: 'num_threads', substituted: `threads, with ${reason}`, value: main.numThreads }
        : { formula: '1', substituted: '1, with the GIL', value: 1 };
    },
  },
  {
    name: 'useRay',
    field: 'use_ray',
    status: 'in use',
    stands: {},
    byDefault: () => ({ formula: 'false', substituted: 'false', value: false }),
  },
  {
    name: 'tuneJobs',
    field: 'tune_jobs',
    status: 'in use',
    stands: { zero: 'default' },
    byDefault: () => null,
  },
  {
    name: 'numProcs',
    field: 'num_procs',
    status: 'unused',
    stands: {},
    byDefault: () => ({ formula: '0', substituted: '0', value: 0 }),
  },
];

function meaning({ stands }: Definition, raw: string): string | undefined {
  const number = validate({ kind: 'int' }, raw);
  if ('errors' in number) return undefined;
  const value = number.value as bigint;
  return value === 0n ? stands.zero : value < 0n ? stands.negative : undefined;
}

export function knobs2026(input: ConfigInput, main: Config2026, merged: Merged): Knob[] {
  const env = lowerEnv(input.env);
  return KNOBS_2026.map((definition) => {
    const formula = definition.byDefault(input, main);
    const candidates = candidates2026(input, env, definition, formula);
    const used = usedOf(candidates, definition, merged);
    if (used) used.used = true;
    const special = used?.raw === undefined ? undefined : meaning(definition, used.raw);
    if (used && special) used.formula = special;
    return {
      ...naming(definition),
      status: definition.status,
      value: main[definition.name] as KnobValue,
      source: used ? sourceOf(used) : null,
      candidates,
      worker: null,
      documented: documented(definition, formula),
    };
  });
}

/** The knobs of a refused configuration: what is set where, without values. */
export function refusedKnobs2026(input: ConfigInput, error: ConfigError): Knob[] {
  const env = lowerEnv(input.env);
  return KNOBS_2026.map((definition) => {
    const candidates = candidates2026(input, env, definition, null);
    const set = candidates.find((candidate) => candidate.set);
    return {
      ...naming(definition),
      status: definition.status,
      value: null,
      source: error.knob === definition.field ? error.source : set ? sourceOf(set) : null,
      candidates,
      worker: null,
      documented: null,
    };
  });
}

function naming({ name, field }: Definition): Pick<Knob, 'name' | 'env' | 'parameter'> {
  return { name, env: `LK_${field.toUpperCase()}`, parameter: field };
}

/**
 * The places that may set a key, the highest first. Not the flat variable but the nested one wins over the
 * files: the flat one only changes the default that the files override.
 */
function candidates2026(
  input: ConfigInput,
  env: LowerEnv,
  definition: Definition,
  byDefault: Formula | null,
): Candidate[] {
  // 2026.1.0 knows `tuning.jobs` alone; the knob is the same.
  const known = parallelFields(input.rules).includes(definition.field);
  const list: Candidate[] = known ? placesOf(input, env, 'parallel', definition.field, true) : [];
  if (definition.field === 'tune_jobs') list.push(...placesOf(input, env, 'tuning', 'jobs', false));
  list.push({ kind: 'default', set: byDefault !== null, ...byDefault });
  return list;
}

/** The place that the merged value came from; null in `[parallel]` leaves the number of tuning jobs to `[tuning]`. */
function usedOf(
  candidates: readonly Candidate[],
  { field }: Definition,
  { parallel, origins }: Merged,
): Candidate | undefined {
  const own = origins.at(['parallel', field]);
  const tuning = field === 'tune_jobs' && (parallel.tune_jobs ?? null) === null ? origins.at(['tuning', 'jobs']) : null;
  const key = `${tuning ? 'tuning.jobs' : `parallel.${field}`}`;
  const source = tuning ?? own;
  if (source === null) return candidates.find(({ kind, set }) => kind === 'default' && set);
  return candidates.find(
    (candidate) =>
      candidate.set &&
      candidate.kind === source.kind &&
      candidate.name === source.name &&
      (candidate.key ?? key) === key,
  );
}

function placesOf(input: ConfigInput, env: LowerEnv, section: string, key: string, flat: boolean): Candidate[] {
  const list: Candidate[] = [];
  const json = env.get(`lk_${section}`);
  const object = json ? pythonJson(json.value) : undefined;
  const nested = env.get(`lk_${section}__${key}`);
  const nestedName = `LK_${section.toUpperCase()}__${key.toUpperCase()}`;
  // LK_PARALLEL=null switches off every LK_PARALLEL__X
  if (nested && object !== null) list.push({ kind: 'env', name: nested.name, set: true, raw: nested.value });
  else list.push({ kind: 'env', name: nestedName, set: false });
  const inJson = isTable(object) ? Object.keys(object).findLast((name) => name.toLowerCase() === key) : undefined;
  if (isTable(object) && inJson !== undefined) {
    list.push({ kind: 'env', name: json?.name ?? '', set: true, raw: rawText(object[inJson]) });
  } else list.push({ kind: 'env', name: `LK_${section.toUpperCase()}`, set: false });
  for (const name of ['lenskit.local.toml', 'lenskit.toml']) list.push(inFile(input, name, section, key));
  if (flat) {
    const variable = env.get(`lk_${key}`);
    list.push(
      variable
        ? { kind: 'env', name: variable.name, set: true, raw: variable.value }
        : { kind: 'env', name: `LK_${key.toUpperCase()}`, set: false },
    );
  }
  return list;
}

function inFile(input: ConfigInput, name: string, section: string, key: string): Candidate {
  const file = input.files.find((candidate) => candidate.name === name);
  const entry = Object.entries(file?.content ?? {}).find(([header]) => header.toLowerCase() === section);
  const value = entry && isTable(entry[1]) ? entry[1][key] : undefined;
  const at = file?.path ?? name;
  if (value === undefined) return { kind: 'file', name: at, key: `${section}.${key}`, set: false };
  const line = file?.lines[`${entry?.[0]}.${key}`];
  return {
    kind: 'file',
    name: at,
    key: `${section}.${key}`,
    set: true,
    raw: rawText(value),
    ...(line === undefined ? {} : { line }),
  };
}

function rawText(value: PythonValue | undefined): string {
  return typeof value === 'string' ? value : shown(value ?? null);
}

/** From LensKit's documentation of its settings (`lenskit/schemas/settings.py`, 2026.4.0). */
function documented({ field }: Definition, byDefault: Formula | null): Knob['documented'] {
  if (field === 'use_ray' || field === 'num_procs' || byDefault === null) return null;
  if (field === 'num_batch_jobs') return null;
  return { formula: byDefault.formula, value: byDefault.value };
}

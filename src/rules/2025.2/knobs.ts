import { plain, pythonInt } from '../../python-values/int.ts';
import { ConfigError, quoted, type Source } from '../errors.ts';
import {
  type Candidate,
  type ConfigInput,
  type Formula,
  type Knob,
  type KnobValue,
  type ParameterValue,
  parameterText,
  sourceOf,
} from '../resolution.ts';

/** The four knobs of 2025: variable and parameter of `lenskit.parallel.initialize()`. */
const DEFINITIONS = {
  processes: { name: 'processes', env: 'LK_NUM_PROCS', parameter: 'processes' },
  threads: { name: 'threads', env: 'LK_NUM_THREADS', parameter: 'threads' },
  backendThreads: { name: 'backendThreads', env: 'LK_NUM_BACKEND_THREADS', parameter: 'backend_threads' },
  childThreads: { name: 'childThreads', env: 'LK_NUM_CHILD_THREADS', parameter: 'child_threads' },
} as const;

export type Name2025 = keyof typeof DEFINITIONS;

export const KNOBS_2025 = Object.values(DEFINITIONS);

export function definition(name: Name2025): (typeof DEFINITIONS)[Name2025] {
  return DEFINITIONS[name];
}

/** What was written for a knob, and by whom. */
export interface Chosen {
  values: bigint[];
  source: Source;
}

/** How a rule set reads text: `4,2` (2025.3) or one integer (2025.2). Throws ConfigError. */
export type ReadText = (text: string, name: Name2025, source: Source) => bigint[];

/**
 * A knob's parameter, else its variable, else null: an empty variable counts as unset.
 * Numbers that are no integers are refused here, since no formula of LensKit means them.
 */
export function choose(input: ConfigInput, name: Name2025, read: ReadText): Chosen | null {
  const knob = definition(name);
  const parameter = input.params[name];
  if (parameter !== undefined && parameter !== null) {
    const source: Source = { kind: 'parameter', name: knob.parameter, raw: parameterText(parameter) };
    return { values: parameterValues(parameter, name, source, read), source };
  }
  const raw = input.env[knob.env];
  if (!raw) return null;
  const source: Source = { kind: 'env', name: knob.env, raw };
  return { values: read(raw, name, source), source };
}

function parameterValues(
  parameter: NonNullable<ParameterValue>,
  name: Name2025,
  source: Source,
  read: ReadText,
): bigint[] {
  if (typeof parameter === 'string') return read(parameter, name, source);
  const list = typeof parameter === 'object' ? parameter : [parameter];
  return list.map((item) => {
    if (typeof item === 'bigint') return item;
    if (Number.isInteger(item)) return BigInt(item);
    throw new ConfigError({
      type: 'ValueError',
      knob: name,
      source,
      value: item,
      message: `${source.name}: ${quoted(item)} is no integer; write a whole number`,
    });
  });
}

/** Python's `int()`, or the ValueError that it raises. */
export function readInt(text: string, name: Name2025, source: Source): bigint {
  const value = pythonInt(text);
  if (value !== null) return value;
  throw new ConfigError({
    type: 'ValueError',
    knob: name,
    source,
    value: source.raw ?? text,
    message: `${source.name}=${quoted(source.raw ?? text)}: ${quoted(text)} is no integer; write a whole number such as 4`,
  });
}

/** Every place where a knob of 2025 may be set, the winner marked. */
export function candidates2025(
  input: ConfigInput,
  name: Name2025,
  source: Source | null,
  byDefault: Formula | null,
): Candidate[] {
  const knob = definition(name);
  const parameter = input.params[name];
  const raw = input.env[knob.env];
  const used = (kind: Source['kind']) => (source?.kind === kind ? { used: true as const } : {});
  const list: Candidate[] = [
    parameter === undefined || parameter === null
      ? { kind: 'parameter', name: knob.parameter, set: false }
      : { kind: 'parameter', name: knob.parameter, set: true, ...used('parameter'), raw: parameterText(parameter) },
    raw
      ? { kind: 'env', name: knob.env, set: true, ...used('env'), raw }
      : { kind: 'env', name: knob.env, set: false, ...(raw === '' ? { raw } : {}) },
  ];
  list.push({ kind: 'default', set: byDefault !== null, ...used('default'), ...byDefault });
  return list;
}

/** A knob before its worker and documented values are known. */
export function knob2025(name: Name2025, parts: Omit<Knob, 'name' | 'env' | 'parameter'>): Knob {
  const { env, parameter } = definition(name);
  // Written out: two spreads take a tenth of the time of a whole diagnosis.
  const { status, value, source, candidates, worker, documented } = parts;
  return { name, env, parameter, status, value, source, candidates, worker, documented };
}

export function plainList(values: readonly bigint[]): KnobValue {
  return values.map(plain);
}

/** The knobs of a refused configuration: what is set where, without values. */
export function refusedKnobs2025(
  input: ConfigInput,
  error: ConfigError,
  childThreads: Knob['status'] = 'in use',
): Knob[] {
  return KNOBS_2025.map(({ name }) => {
    const candidates = candidates2025(input, name, null, null);
    const set = candidates.find((candidate) => candidate.set);
    return knob2025(name, {
      status: name === 'childThreads' ? childThreads : 'in use',
      value: null,
      source: error.knob === name ? error.source : set ? sourceOf(set) : null,
      candidates,
      worker: null,
      documented: null,
    });
  });
}

import { floorDiv, max, min, pythonInt } from '../../python-values/int.ts';
import { ConfigError, quoted, type Source } from '../errors.ts';
import { type ConfigInput, type ParameterValue, parameterText } from '../resolution.ts';

export const PROCESSES_VARIABLE = 'LK_NUM_PROCS';
export const PROCESSES_PARAMETER = 'n_jobs';
/** `invoker()` asks for no more by default. */
const MOST_BY_DEFAULT = 4n;
/** `ProcessPoolExecutor` hands the number on as a C int, after adding one. */
const BEYOND_INT = 2147483647n;

/** The number of each level: 0 the processes, 1 the threads of a worker; the levels that are missing are 1. */
export type Levels = readonly bigint[];

/** `min(max(NCPUS // 2, 1), 4)`: half of the machine's CPUs. */
export function defaultProcesses(cpus: bigint): bigint {
  return min(max(floorDiv(cpus, 2n), 1n), MOST_BY_DEFAULT);
}

/**
 * `proc_count(max_default=4)` for every level (`lenskit/util/parallel.py`, 0.14.4). An empty variable is set, and no number.
 *
 * @throws ConfigError where a part of the variable is no integer: for every level
 */
export function levelsOf({ env, cpus }: Pick<ConfigInput, 'env' | 'cpus'>): Levels {
  const raw = env[PROCESSES_VARIABLE];
  if (raw === undefined) return [defaultProcesses(cpus), 2n];
  const source: Source = { kind: 'env', name: PROCESSES_VARIABLE, raw };
  return raw.split(',').map((part) => {
    const value = pythonInt(part);
    if (value !== null) return value;
    const what = raw === '' ? 'set to nothing' : `${quoted(part)} is no integer`;
    throw new ConfigError({
      type: 'ValueError',
      stage: 'main',
      knob: 'processes',
      source,
      value: raw,
      message: `${PROCESSES_VARIABLE}=${quoted(raw)}: ${what}; write whole numbers such as 2 or 2,1, or unset it`,
    });
  });
}

export function level(levels: Levels, depth: number): bigint {
  return levels[depth] ?? 1n;
}

/** The processes that a batch call asks for, and who says so. */
export interface AskedProcesses {
  /** null: no number, so that the call fails. */
  processes: bigint | null;
  source: Source;
}

/** `n_jobs` if it is not None, else the first level. @throws ConfigError as `levelsOf` does, where it is asked */
export function askedProcesses(input: ConfigInput): AskedProcesses {
  const nJobs = input.params.nJobs;
  if (nJobs !== undefined && nJobs !== null)
    return {
      processes: asInteger(nJobs),
      source: { kind: 'parameter', name: PROCESSES_PARAMETER, raw: parameterText(nJobs) },
    };
  const raw = input.env[PROCESSES_VARIABLE];
  const processes = level(levelsOf(input), 0);
  const source: Source = raw === undefined ? { kind: 'default' } : { kind: 'env', name: PROCESSES_VARIABLE, raw };
  return { processes, source };
}

/** Python's `True` is 1. */
function asInteger(value: NonNullable<ParameterValue> | boolean): bigint | null {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
}

/** @throws ConfigError where `ProcessPoolExecutor` refuses so many */
export function acceptedProcesses({ processes, source }: AskedProcesses): bigint {
  const at = source.name === undefined ? PROCESSES_PARAMETER : source.name;
  const raw = quoted(source.raw ?? '');
  const refuse = (type: 'TypeError' | 'ValueError' | 'OverflowError', what: string, tooFew = false): never => {
    const message = `${at}=${raw}: ${what}; write a whole number such as 2`;
    throw new ConfigError({ type, stage: 'main', knob: 'processes', source, value: source.raw, message, tooFew });
  };
  if (processes === null) return refuse('TypeError', 'no integer');
  if (processes < 1n) return refuse('ValueError', 'LensKit wants 1 process or more', true);
  if (processes >= BEYOND_INT) return refuse('OverflowError', 'more processes than can be counted');
  return processes;
}

import { pythonInt } from '../../python-values/int.ts';
import { pythonRepr } from '../../python-values/repr.ts';
import { ConfigError, quoted, type Source } from '../errors.ts';
import type { ConfigInput } from '../resolution.ts';

export const NUMBA_VARIABLE = 'NUMBA_NUM_THREADS';

/** Numba's threads in every process, as it fixes them when it is imported. */
export interface NumbaThreads {
  threads: bigint;
  /** The variable's number; null: unset, or none that Numba reads. */
  set: bigint | null;
  source: Source;
  /** What Python's `int()` says of a variable that is no integer: Numba warns, and a worker of LensKit dies of it. */
  unread: string | null;
}

/** The threads that Numba takes by itself: the CPUs by affinity, before Numba 0.54 all of the machine's. */
export function defaultThreads({ cpus, affinity, numba }: Pick<ConfigInput, 'cpus' | 'affinity' | 'numba'>): bigint {
  return countsAffinity(numba ?? null) ? (affinity ?? cpus) : cpus;
}

/**
 * `NUMBA_NUM_THREADS` if it is an integer, without an upper limit; else Numba's own number (`numba/core/config.py`,
 * `_readenv`; `numba/np/ufunc/parallel.py`, `NUM_THREADS`; 0.51.2 to 0.58.1).
 *
 * @throws ConfigError (`import`) for 0 and fewer: `import lenskit` fails
 */
export function numbaThreads(input: ConfigInput): NumbaThreads {
  const raw = input.env[NUMBA_VARIABLE];
  const byDefault = { threads: defaultThreads(input), set: null, source: { kind: 'default' as const } };
  if (raw === undefined) return { ...byDefault, unread: null };
  const source: Source = { kind: 'env', name: NUMBA_VARIABLE, raw };
  const set = pythonInt(raw);
  if (set === null) return { ...byDefault, unread: `invalid literal for int() with base 10: ${pythonRepr(raw)}` };
  if (set < 1n)
    throw new ConfigError({
      type: 'ValueError',
      stage: 'import',
      knob: 'numbaThreads',
      source,
      value: raw,
      message: `${NUMBA_VARIABLE}=${quoted(raw)}: LensKit cannot be imported, since Numba wants 1 thread or more; write 1 or more`,
    });
  return { threads: set, set, source, unread: null };
}

/** Numba's own warning of a variable that is no integer. */
export function numbaWarning({ env }: Pick<ConfigInput, 'env'>, unread: string): { category: string; message: string } {
  const message = `Environment variable '${NUMBA_VARIABLE}' is defined but its associated value '${env[NUMBA_VARIABLE]}' could not be parsed.\nThe parse failed with exception: ${unread}.`;
  return { category: 'RuntimeWarning', message };
}

/** Numba counts by affinity from 0.54 on; one whose version is not known is taken for newer. */
export function countsAffinity(version: string | null): boolean {
  const match = /^(\d{1,6})\.(\d{1,6})/.exec(version ?? '');
  return match === null || Number(match[1]) > 0 || Number(match[2]) >= 54;
}

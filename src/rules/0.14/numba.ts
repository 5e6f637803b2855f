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
  /** The variable is set to what is no integer: Numba warns, and a worker of LensKit dies of it. */
  warning: { category: string; message: string } | null;
}

/**
 * `NUMBA_NUM_THREADS` if it is an integer, without an upper limit; else the CPUs by affinity, before Numba 0.54 all of
 * the machine's (`numba/core/config.py`, `_readenv`; `numba/np/ufunc/parallel.py`, `NUM_THREADS`; 0.51.2 to 0.58.1).
 *
 * @throws ConfigError (`import`) for 0 and fewer: `import lenskit` fails
 */
export function numbaThreads({ env, cpus, affinity, numba }: ConfigInput): NumbaThreads {
  const raw = env[NUMBA_VARIABLE];
  const byDefault = countsAffinity(numba ?? null) ? (affinity ?? cpus) : cpus;
  if (raw === undefined) return { threads: byDefault, set: null, source: { kind: 'default' }, warning: null };
  const source: Source = { kind: 'env', name: NUMBA_VARIABLE, raw };
  const set = pythonInt(raw);
  if (set === null) {
    const reason = `invalid literal for int() with base 10: ${pythonRepr(raw)}`;
    const message = `Environment variable '${NUMBA_VARIABLE}' is defined but its associated value '${raw}' could not be parsed.\nThe parse failed with exception: ${reason}.`;
    return { threads: byDefault, set, source: { kind: 'default' }, warning: { category: 'RuntimeWarning', message } };
  }
  if (set < 1n)
    throw new ConfigError({
      type: 'ValueError',
      stage: 'import',
      knob: 'numbaThreads',
      source,
      value: raw,
      message: `${NUMBA_VARIABLE}=${quoted(raw)}: LensKit cannot be imported, since Numba wants 1 thread or more; write 1 or more`,
    });
  return { threads: set, set, source, warning: null };
}

/** Numba counts by affinity from 0.54 on; one whose version is not known is taken for newer. */
export function countsAffinity(version: string | null): boolean {
  const match = /^(\d{1,6})\.(\d{1,6})/.exec(version ?? '');
  return match === null || Number(match[1]) > 0 || Number(match[2]) >= 54;
}

import { min, plain } from '../../python-values/int.ts';
import { ConfigError } from '../errors.ts';
import type { Config014, ConfigInput, Resolution, Worker014, WorkerFailure } from '../resolution.ts';
import { knobs014 } from './knobs.ts';
import { type NumbaThreads, numbaThreads, numbaWarning } from './numba.ts';
import { acceptedProcesses, askedProcesses, type Levels, level, levelsOf } from './processes.ts';

/** The levels that `proc_count` is asked for here; LensKit itself asks for 0 and 1. */
const LEVELS = [0, 1, 2, 3];

/**
 * The rules of LensKit 0.10.1 to 0.14.4 (`lenskit/util/parallel.py`, 0.14.4): one process, in which all happens, or
 * workers, each with Numba's threads and a BLAS that nothing limits.
 *
 * @throws ConfigError where LensKit would refuse the configuration
 */
export function resolve014(input: ConfigInput): Resolution {
  const numba = numbaThreads(input);
  const asked = askedProcesses(input);
  const inProcess = asked.processes === 1n;
  // In the process itself nothing else is read.
  const levels = inProcess ? levelsIfAny(input) : levelsOf(input);
  const processes = inProcess ? 1n : acceptedProcesses(asked);
  const main: Config014 = {
    processes: plain(processes),
    inProcess,
    numbaThreads: plain(numba.threads),
    numbaKnn: input.env._LK_IN_MP !== 'yes',
    ...(inProcess ? {} : { sharing: input.env.LK_TEMP_DIR === undefined ? 'shm' : 'binpickle' }),
  };
  return {
    generation: '0.14',
    main,
    levels: LEVELS.map((depth) => (levels instanceof ConfigError ? failureOf(levels) : plain(level(levels, depth)))),
    workers: inProcess || levels instanceof ConfigError ? [] : [worker(levels, numba)],
    childEnv: inProcess ? {} : { _LK_IN_MP: 'yes' },
    warnings: numba.unread === null ? [] : [numbaWarning(input, numba.unread)],
    knobs: knobs014(input, {
      numba,
      asked: { ...asked, processes },
      levels: levels instanceof ConfigError ? null : levels,
    }),
  };
}

/** What is known where LensKit is asked for one process, and does not look at the variable. */
function levelsIfAny(input: ConfigInput): Levels | ConfigError {
  try {
    return levelsOf(input);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** `proc_count` raises it for a script that calls it. */
function failureOf({ type, message }: ConfigError): WorkerFailure {
  return { error: { type, message } };
}

/**
 * A worker after `_initialize_mp_worker`: Numba's setting is the second level unless its own variable is lower, and has
 * no effect, since Numba was imported before. With a variable that is no integer the worker dies.
 */
function worker(levels: Levels, numba: NumbaThreads): Worker014 | WorkerFailure {
  const threads = level(levels, 1);
  if (numba.unread !== null) return { error: { stage: 'worker', type: 'ValueError', message: numba.unread } };
  return {
    processes: plain(level(levels, 0)),
    threads: plain(threads),
    numbaThreads: plain(numba.threads),
    numbaKnn: false,
    numbaConfig: plain(numba.set === null ? threads : min(numba.set, threads)),
    mklThreads: plain(threads),
  };
}

import { backendThreadsOf } from '../rules/backend-threads.ts';
import {
  type Config014,
  type GivenThreads,
  givenThreads,
  isConfig014,
  isConfig2026,
  type Resolution,
} from '../rules/resolution.ts';
import type { AtImport } from './at-import.ts';

/** Threads as the kernel counts them against its limits, asleep or not. */
export interface StartedThreads {
  /** Of all processes, at the most. */
  all: number;
  /** Of these, what importing alone starts. */
  atImport: number;
  /** What a run starts at the least, with no thread of the backends: where it does not fit, the run ends. */
  least: number;
  /** The worker processes; 0: none. */
  workers: number;
}

/**
 * Besides its pools a process has threads for Python, queues, allocators and logging. Seen: two (2025.8.1) and three
 * (2026.4.0) in a process without workers; with workers up to five, three in each worker, four in their manager and
 * its tracker.
 */
const OTHER_THREADS = 5;

/**
 * Those that no run was without. The least `pids.max` with which a job ended well, found by bisection, where OpenBLAS
 * starts three threads in each process: 2025.8.1 without workers 6, with two 20, with four 32; 2026.4.0: 7.
 * That was with one thread of LensKit; with four it was 9 and 11, with two and two workers 27.
 */
const LEAST_OTHER = { withWorkers: 5, inWorker: 3, alone: { '2025': 3, '2026': 4 } } as const;

/**
 * The threads of a run: in each process OpenBLAS's, from its import on, LensKit's Rayon, Torch's OpenMP, and others.
 * Pools that LensKit limits keep the threads that they have.
 *
 * @param cpus that pools take which nothing limits
 * @returns null where LensKit fails to make a worker, or where Ray makes them, which was not measured
 */
export function startedThreads(resolution: Resolution, atImport: AtImport, cpus: number): StartedThreads | null {
  const { main } = resolution;
  if (isConfig014(main)) return startedByNumba(main, resolution, atImport);
  if (isConfig2026(main)) {
    if (main.useRay) return null;
    return {
      all: inProcess(givenThreads(main), atImport, 'main', cpus) + OTHER_THREADS,
      atImport: atImport.main,
      least: atImport.main + poolAtStart(main.numThreads) + LEAST_OTHER.alone['2026'],
      workers: 0,
    };
  }
  const backend = backendThreadsOf(resolution);
  const { threads } = givenThreads(main);
  const own = inProcess({ threads, backend: backend ?? 0 }, atImport, 'main', cpus);
  const processes = Number(main.processes);
  if (processes <= 1) {
    const least = atImport.main + poolAtStart(threads) + LEAST_OTHER.alone['2025'];
    return { all: own + OTHER_THREADS, atImport: atImport.main, least, workers: 0 };
  }
  const [worker] = resolution.workers;
  if (worker === undefined || 'error' in worker) return null;
  const given = givenThreads(worker);
  return {
    all: own + processes * inProcess(given, atImport, 'worker', cpus) + (processes + 2) * OTHER_THREADS,
    atImport: atImport.main + processes * atImport.worker,
    least:
      atImport.main +
      poolAtStart(threads) +
      LEAST_OTHER.withWorkers +
      processes * (atImport.worker + poolAtStart(given.threads) + LEAST_OTHER.inWorker),
    workers: processes,
  };
}

/**
 * Beside the pools, counted in /proc with 0.14.4 (Python 3.11, Numba 0.58.1, item-kNN and ALS, two workers): three in
 * a main process with workers (the executor's two, the log's), one in each worker (the log's), and Python's resource
 * tracker, a process of its own; without workers none.
 */
const OTHER_014 = { withWorkers: 3, inWorker: 1, tracker: 1 } as const;

/** 0.14: OpenBLAS's from its import on, and Numba's from the first parallel loop on, without which nothing ends. */
function startedByNumba(main: Config014, { workers }: Resolution, atImport: AtImport): StartedThreads | null {
  const own = Number(main.numbaThreads) - 1;
  if (main.inProcess) return { all: atImport.main + own, atImport: atImport.main, least: atImport.main, workers: 0 };
  const [worker] = workers;
  if (worker === undefined || !('numbaThreads' in worker)) return null;
  const processes = Number(main.processes);
  const others = OTHER_014.withWorkers + OTHER_014.tracker + processes * OTHER_014.inWorker;
  const imported = atImport.main + processes * atImport.worker;
  return {
    all: imported + others + own + processes * (Number(worker.numbaThreads) - 1),
    atImport: imported,
    least: imported + others,
    workers: processes,
  };
}

/** Rayon starts all of its threads when LensKit is set up, and has one in any case. */
function poolAtStart(threads: GivenThreads['threads']): number {
  return Math.max(0, Number(threads ?? 1) - 1);
}

function inProcess(
  { threads, backend }: GivenThreads,
  { libraries }: AtImport,
  column: 'main' | 'worker',
  cpus: number,
): number {
  const given = Number(backend);
  const blas = libraries.reduce((sum, library) => sum + Math.max(library[column], given) - 1, 0);
  return 1 + blas + (Number(threads) > 0 ? Number(threads) : cpus) + (given > 0 ? given : cpus) - 1;
}

import { RAY_BATCH_SIZE, RAY_BATCHES } from './ray-tasks.ts';

/** What a batch run of a model costs, in seconds of one CPU. */
export interface BatchCosts {
  /** A list that the process itself makes. */
  inProcess: number;
  /** A list that a worker makes: there. */
  inWorker: number;
  /** The same in the main process, which hands the list's query out and takes the list back. */
  handing: number;
  /** Starting one worker, at every batch. */
  start: number;
  /** How lists reach workers: one at a time from LensKit's own pool (2025), or as Ray's tasks (2026). */
  by: 'pool' | 'ray';
}

/** What a batch run costs here, and how that is known. */
export interface KnownCosts {
  /** The model that they are of. */
  model: string;
  costs: BatchCosts;
  from: 'table' | 'probe' | 'bench';
  /** The same in words. */
  said: string;
}

/** A number of workers on so many CPUs; with one the process makes the lists itself. */
export interface Spread {
  workers: number;
  /** CPU time a second: with a quota a fraction. */
  cpus: number;
}

/**
 * Seconds of a batch run of so many lists. Workers start at the same time, as far as there are CPUs. Then the slowest
 * of three decides: all the work on the CPUs, the workers, and the main process, beside which no worker helps.
 */
export function batchSeconds(costs: BatchCosts, { workers, cpus }: Spread, lists: number): number {
  const { inWorker, handing, by } = costs;
  // Less than a CPU slows even one process down.
  const own = Math.min(1, cpus);
  if (workers <= 1 || lists === 0) return (lists * costs.inProcess) / own;
  const { rounds, size, atOnce } = tasksOf(by, workers, lists);
  const longest = rounds * size * inWorker * Math.max(1, atOnce / cpus);
  const rest = Math.max((lists * (inWorker + handing)) / cpus, longest, (lists * handing) / own);
  return costs.start * Math.max(1, atOnce / cpus) + rest;
}

/** Until all workers are there. */
export function startSeconds({ start }: BatchCosts, { workers, cpus }: Spread): number {
  return workers <= 1 ? 0 : start * Math.max(1, workers / cpus);
}

/** How often the busiest worker gets so many lists, and how many workers get any. */
function tasksOf(
  by: BatchCosts['by'],
  workers: number,
  lists: number,
): { rounds: number; size: number; atOnce: number } {
  if (by === 'pool') {
    const atOnce = Math.min(workers, lists);
    return { rounds: lists / atOnce, size: 1, atOnce };
  }
  const size = Math.min(lists, Math.max(Number(RAY_BATCH_SIZE), Math.floor(lists / RAY_BATCHES)));
  const tasks = Math.ceil(lists / size);
  const atOnce = Math.min(workers, tasks);
  return { rounds: Math.ceil(tasks / atOnce), size, atOnce };
}

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
  /** Compiling what the model needs, once in every process that makes lists (0.14: Numba); absent: nothing is compiled. */
  compiling?: number | undefined;
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
  /** Jobs of the process itself that run at once: threads that no GIL holds up; absent: one. */
  jobs?: number;
}

/**
 * Seconds of a batch run of so many lists. Workers start at the same time, as far as there are CPUs. Then the slowest
 * of three decides: all the work on the CPUs, the workers, and the main process, beside which no worker helps.
 */
export function batchSeconds(costs: BatchCosts, { workers, cpus, jobs = 1 }: Spread, lists: number): number {
  const { inWorker, handing, by, compiling = 0 } = costs;
  // Less than a CPU slows even one process down.
  const own = Math.min(1, cpus);
  if (lists === 0) return 0;
  if (workers <= 1) return compiling / own + (lists * costs.inProcess) / Math.max(own, Math.min(jobs, cpus));
  const { busiest, atOnce } = sharesOf(by, workers, lists);
  const longest = busiest * inWorker * Math.max(1, atOnce / cpus);
  const rest = Math.max((lists * (inWorker + handing)) / cpus, longest, (lists * handing) / own);
  return untilStarted(costs, { workers: atOnce, cpus }) + rest;
}

/** The lists that a task has at the least; null: they come one at a time. */
export function leastTask({ by }: BatchCosts): number | null {
  return by === 'ray' ? Number(RAY_BATCH_SIZE) : null;
}

/** Until all workers are there and have compiled what they need. */
export function startSeconds(costs: BatchCosts, spread: Spread): number {
  return spread.workers <= 1 ? 0 : untilStarted(costs, spread);
}

/** Also of a single one, as where all lists are one task of Ray. */
function untilStarted({ start, compiling = 0 }: BatchCosts, { workers, cpus }: Spread): number {
  return (start + compiling) * Math.max(1, workers / cpus);
}

/** How many lists the busiest worker makes, and how many workers make any. */
function sharesOf(by: BatchCosts['by'], workers: number, lists: number): { busiest: number; atOnce: number } {
  if (by === 'pool') {
    const atOnce = Math.min(workers, lists);
    return { busiest: lists / atOnce, atOnce };
  }
  const size = Math.min(lists, Math.max(Number(RAY_BATCH_SIZE), Math.floor(lists / RAY_BATCHES)));
  const [whole, rest] = [Math.floor(lists / size), lists % size];
  const atOnce = Math.min(workers, Math.ceil(lists / size));
  // What is left of the last task is made beside others, if any are made then.
  const last = whole % atOnce > 0 ? size : rest;
  return { busiest: Math.floor(whole / atOnce) * size + last, atOnce };
}

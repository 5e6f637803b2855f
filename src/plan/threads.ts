import { plain } from '../python-values/int.ts';
import type { Rules } from '../rules/generation.ts';
import {
  type Count,
  givenThreads,
  isConfig014,
  isConfig2026,
  type MainConfig,
  type Resolution,
  type WorkerConfig,
} from '../rules/resolution.ts';
import { modelsOf, mostModels, type Parallelism, type Parallelisms } from './models.ts';
import { isElsewhere, type RayCluster, rayTasks } from './ray-tasks.ts';

/** Threads of one process; a pool of a size that makes LensKit fail has none. */
interface Pools {
  /** LensKit's Rayon, and up to 2025.8 Torch's inter-op threads; in 0.14 Numba's. */
  threads: bigint;
  /** Torch's intra-op threads and BLAS; in 0.14 BLAS alone. */
  backend: bigint;
  /** What a pool takes that LensKit does not limit. */
  cpus: bigint;
}

/**
 * Threads that are at work at once, as /proc shows them: what sleeps in a pool is none of them. null: LensKit fails
 * before it gets there, or it happens on another machine.
 */
export interface BusyThreads {
  training: Count | null;
  /** While one list is made in the process that trained. */
  inference: Count | null;
  /** All processes or jobs of a batch run together. */
  batch: Count | null;
}

/** What is busy of the models that are asked about, or of most, and of each. */
export interface PlanThreads {
  trainingThreads: Count | null;
  inferenceThreads: Count | null;
  batchThreads: Count | null;
  /** The larger of training and batch. */
  peakThreads: Count | null;
  /** Threads of LensKit's pools in all processes, most of which sleep; null: LensKit fails before it starts them. */
  pooledThreads: Count | null;
  trainingThreadsByModel: { [model: string]: Count };
  inferenceThreadsByModel: { [model: string]: Count };
  batchThreadsByModel: { [model: string]: Count };
}

/** All that the plan depends on. */
export interface PlanInput {
  resolution: Resolution;
  rules: Rules;
  /** The CPUs that native libraries count: LensKit's count. */
  cpus: bigint;
  /** The threads of a BLAS that LensKit does not limit (0.14); absent: all CPUs. */
  blas?: bigint;
  ray: RayCluster;
  /** The models that are asked about, by name; none: most models. */
  models: readonly string[];
}

/** The plan of a run, and what each model would keep busy in it. */
export function planThreads(input: PlanInput): PlanThreads {
  const { training, inference, batch } = busyPlan(input);
  const each = modelsIn(input).map((model) => [model.name, busyThreads(input, model)] as const);
  const byModel = (phase: keyof BusyThreads) =>
    Object.fromEntries(each.flatMap(([name, busy]) => (busy[phase] === null ? [] : [[name, busy[phase]]])));
  const { main } = input.resolution;
  // What a cluster elsewhere does is not this machine's load.
  const elsewhere = isConfig2026(main) && main.useRay && isElsewhere(input.ray) && BigInt(main.numBackendThreads) >= 0n;
  return {
    trainingThreads: training,
    inferenceThreads: inference,
    batchThreads: batch,
    peakThreads: elsewhere ? training : mostOf([training, batch]),
    pooledThreads: pooledThreads(input),
    trainingThreadsByModel: byModel('training'),
    inferenceThreadsByModel: byModel('inference'),
    batchThreadsByModel: byModel('batch'),
  };
}

/** Of the models that are asked about the busiest, else what holds for most. */
export function busyPlan(input: PlanInput): BusyThreads {
  const asked = modelsIn(input).filter(({ name }) => input.models.includes(name));
  const all = (asked.length > 0 ? asked : [mostModels(input.rules)]).map((model) => busyThreads(input, model));
  const largest = (phase: keyof BusyThreads) => mostOf(all.map((busy) => busy[phase]));
  return { training: largest('training'), inference: largest('inference'), batch: largest('batch') };
}

/** The models as this configuration lets them work: 0.14 compiles item-knn's training serial where `_LK_IN_MP` is set. */
function modelsIn({ resolution, rules }: PlanInput): ReturnType<typeof modelsOf> {
  const serial = isConfig014(resolution.main) && !resolution.main.numbaKnn;
  return modelsOf(rules).map((model) => (serial && model.name === 'item-knn' ? { ...model, training: 'none' } : model));
}

/** null where one of them is not known. */
function mostOf(counts: readonly (Count | null)[]): Count | null {
  return counts.reduce((most, count) => (most === null || count === null ? null : count > most ? count : most), 0);
}

/** What a model that is trained and asked in such a way keeps busy. */
export function busyThreads(input: PlanInput, { training, inference }: Parallelisms): BusyThreads {
  const main = poolsOf(input.resolution.main, input);
  if (main === null) return { training: null, inference: null, batch: null };
  const batch = batchThreads(input, main, inference);
  return {
    training: plain(busyOf(training, main)),
    inference: plain(busyOf(inference, main)),
    batch: batch === null ? null : plain(batch),
  };
}

/** Threads of one process that are at work at once: one for what has no parallelism. */
function busyOf(parallelism: Parallelism, { threads, backend, cpus }: Pools): bigint {
  const either = threads > backend ? threads : backend;
  return { none: 1n, threads, 'backend threads': backend, either, cpus }[parallelism];
}

/**
 * Up to 2025: with one process as in the process itself; else as many times what is busy in a worker, beside which the main
 * process only hands on. 2026: jobs are threads of Python or Ray's tasks, each with what one list has: with the GIL as well,
 * which Rust and BLAS let go of.
 */
function batchThreads(input: PlanInput, main: Pools, inference: Parallelism): bigint | null {
  const { resolution, ray } = input;
  const config = resolution.main;
  if (!isConfig2026(config)) {
    const processes = BigInt(config.processes);
    if (processes === 1n) return busyOf(inference, main);
    const worker = resolution.workers[0];
    if (processes < 1n || worker === undefined || 'error' in worker) return null;
    const pools = poolsOf(worker, input);
    return pools === null ? null : processes * busyOf(inference, pools);
  }
  if (config.useRay) {
    const tasks = isElsewhere(ray) ? null : rayTasks(config, ray);
    return tasks === null || tasks === 0n ? null : tasks * busyOf(inference, main);
  }
  // LensKit makes one or more of any number that is set.
  return BigInt(config.numBatchJobs) * busyOf(inference, main);
}

/** Rayon's and the backends' of the main process, and as many times a worker's as there are processes. */
function pooledThreads(input: PlanInput): Count | null {
  const { resolution, ray } = input;
  const { main, workers } = resolution;
  const own = poolsOf(main, input);
  if (own === null) return null;
  const of = ({ threads, backend }: Pools) => threads + backend - 1n;
  if (isConfig2026(main)) {
    const tasks = main.useRay && !isElsewhere(ray) ? (rayTasks(main, ray) ?? 0n) : 0n;
    // Each job is a thread, and calls the backends for itself.
    const jobs = main.useRay || BigInt(main.numBatchJobs) <= 1n ? 0n : BigInt(main.numBatchJobs);
    return plain(of(own) * (1n + tasks) + jobs * own.backend);
  }
  const processes = BigInt(main.processes);
  const [worker] = workers;
  if (processes === 1n) return plain(of(own));
  const each = worker === undefined || 'error' in worker ? null : poolsOf(worker, input);
  return processes < 1n || each === null ? null : plain(of(own) + processes * of(each));
}

/**
 * 0.14: Numba's threads, in workers as in the main process, and BLAS, which nothing limits.
 * Later: Rayon and Torch take 0 threads for their default, all CPUs, and Rayon fails on fewer (`OverflowError`); Torch and
 * BLAS stay at all CPUs where the backend threads are 0 or fewer. Seen with LensKit 2025.8.1 and 2026.4.0.
 *
 * @returns null where LensKit fails
 */
function poolsOf(
  config: MainConfig | WorkerConfig,
  { cpus, blas = cpus }: Pick<PlanInput, 'cpus' | 'blas'>,
): Pools | null {
  if ('numbaThreads' in config) return { threads: BigInt(config.numbaThreads), backend: blas, cpus };
  const given = givenThreads(config);
  const threads = BigInt(given.threads ?? cpus);
  const backend = BigInt(given.backend ?? cpus);
  if (threads < 0n) return null;
  return { threads: threads === 0n ? cpus : threads, backend: backend > 0n ? backend : cpus, cpus };
}

/** The page's third form of parallelism: Rayon in the process that makes a list. */
export interface InferencePlan {
  /** null: no model uses it. */
  threads: Count | null;
  models: string[];
}

/** Which models use Rayon while they make a list; LensKit's documentation names the k-NN models of every release. */
export function rayonInference({ main }: Resolution, rules: Rules): InferencePlan {
  const models = modelsOf(rules)
    .filter(({ inference }) => inference === 'threads')
    .map(({ name }) => name);
  return { threads: models.length === 0 ? null : givenThreads(main).threads, models };
}

/** `threads` per effective CPU; null where there is no plan. */
export function oversubscription(threads: Count | null, effective: number): number | null {
  return threads === null ? null : Math.round((Number(threads) / effective) * 100) / 100;
}

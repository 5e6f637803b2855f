import { type Rules, since } from '../config/generation.ts';
import { plain } from '../config/python-int.ts';
import { type Config2025, type Config2026, type Count, isConfig2026, type Resolution } from '../config/resolution.ts';

/** How many threads can be at work at once. null: LensKit fails before it gets there. */
export interface PlanThreads {
  trainingThreads: Count | null;
  batchThreads: Count | null;
  /** The larger of both. */
  peakThreads: Count | null;
}

/** The page's third form: Rayon in the process that makes a list. */
export interface InferencePlan {
  /** null: no model uses it. */
  threads: Count | null;
  models: string[];
}

/**
 * Which models use Rayon while they make a list: item-kNN from 2025.3 to 2025.5, none since. LensKit's documentation
 * names the k-NN models of every release. Threads at work were counted over lists of ItemKNN, UserKNN, BiasedMF,
 * ImplicitMF (2025.3.1, 2025.5.0, 2025.6.0, 2025.7.0, 2025.8.1, 2026.4.0) and EASE (2025.8.1, 2026.4.0).
 */
export function planInference({ main }: Resolution, rules: Rules): InferencePlan {
  if (isConfig2026(main) || rules.generation === '2025.2' || since(rules, '2025.6.0'))
    return { threads: null, models: [] };
  return { threads: main.threads, models: ['item-kNN'] };
}

/** The Ray that a batch run of 2026 is spread over. */
export interface RayCluster {
  /** The CPUs of each node; null: a cluster that runs already, whose nodes cannot be seen without joining it. */
  nodes: readonly bigint[] | null;
  /** True: it runs already, and what it does is no load of this machine. */
  existing?: boolean;
  /** Lists to make; null: not known, so that there are enough. */
  lists: bigint | null;
}

/** Lists of a task: a twentieth of all, and at least so many (`BatchPipelineRunner._run_results`, 2026.4.0). */
export const RAY_BATCH_SIZE = 2000n;

/** `options(num_cpus=num_backend_threads or 1)` (`lenskit/batch/_ray.py`, 2026.4.0). null: Ray refuses it. */
export function cpusOfTask({ numBackendThreads }: Config2026): bigint | null {
  const backend = BigInt(numBackendThreads);
  return backend < 0n ? null : backend === 0n ? 1n : backend;
}

/**
 * Ray's tasks at once: as many as there are batch jobs, as fit the nodes (each takes as many CPUs as it has backend
 * threads), and as there are batches of lists. 0: no node is large enough, and the batch never begins. null: the nodes
 * are not known, or LensKit asks for less than no CPU, which Ray refuses.
 * Seen with LensKit 2026.4.0 and Ray 2.60 (`lenskit/batch/_ray.py`).
 */
export function rayTasks(main: Config2026, { nodes, lists }: RayCluster): bigint | null {
  const each = cpusOfTask(main);
  if (nodes === null || each === null) return null;
  const jobs = BigInt(main.numBatchJobs);
  const slots = nodes.reduce((sum, cpus) => sum + cpus / each, 0n);
  const least = jobs < slots ? jobs : slots;
  if (lists === null) return least;
  const size = lists / 20n > RAY_BATCH_SIZE ? lists / 20n : RAY_BATCH_SIZE;
  const batches = (lists + size - 1n) / size;
  return least < batches ? least : batches;
}

/**
 * Threads at once while a model is trained and in a batch run, from LensKit's own configuration and the number
 * of CPUs that the native libraries count (the affinity).
 *
 * Training: threads × backend threads, as `total_threads`. Batch, 2025: with one process as training, in the
 * same process; else processes × what one worker has. Batch, 2026: with Ray tasks × what one worker has; without,
 * jobs share one Rayon pool, and a job that waits for it does not run.
 */
export function planThreads(
  resolution: Resolution,
  cpus: bigint,
  ray: RayCluster = { nodes: [cpus], lists: null },
): PlanThreads {
  const { main } = resolution;
  const training = threadsOf(main, cpus);
  const batch = isConfig2026(main)
    ? batch2026(main, training, cpus, ray)
    : batch2025(main, resolution.workers, training, cpus);
  // What a cluster elsewhere does is not this machine's load.
  const elsewhere = isConfig2026(main) && main.useRay && isElsewhere(ray) && BigInt(main.numBackendThreads) >= 0n;
  const parts = elsewhere ? [training] : [training, batch];
  const known = parts.filter((threads) => threads !== null);
  const peak = known.length === parts.length ? known.reduce((a, b) => (a > b ? a : b)) : null;
  return {
    trainingThreads: training === null ? null : plain(training),
    batchThreads: batch === null ? null : plain(batch),
    peakThreads: peak === null ? null : plain(peak),
  };
}

function isElsewhere({ existing, nodes }: RayCluster): boolean {
  return existing === true || nodes === null;
}

function batch2025(
  main: Config2025,
  workers: Resolution['workers'],
  training: bigint | null,
  cpus: bigint,
): bigint | null {
  const processes = BigInt(main.processes);
  if (processes === 1n) return training;
  const worker = workers[0];
  if (processes < 1n || worker === undefined || 'error' in worker) return null;
  const each = threadsOf(worker, cpus);
  return each === null ? null : processes * each;
}

function batch2026(main: Config2026, training: bigint | null, cpus: bigint, ray: RayCluster): bigint | null {
  const jobs = BigInt(main.numBatchJobs);
  if (training === null) return null;
  if (main.useRay) {
    const tasks = isElsewhere(ray) ? null : rayTasks(main, ray);
    return tasks === null || tasks === 0n ? null : tasks * training;
  }
  const threads = BigInt(main.numThreads);
  return (jobs > threads ? jobs : threads) * backendOf(main.numBackendThreads, cpus);
}

/**
 * One process's threads. Rayon and Torch take 0 threads for their default, all CPUs, and Rayon fails on fewer
 * (`OverflowError`); Torch and BLAS stay at all CPUs where the backend threads are 0 or fewer.
 * Seen with LensKit 2025.8.1 and 2026.4.0.
 */
function threadsOf(config: Config2025 | Config2026, cpus: bigint): bigint | null {
  const threads = BigInt(isConfig2026(config) ? config.numThreads : config.threads);
  if (threads < 0n) return null;
  const backend = backendOf(isConfig2026(config) ? config.numBackendThreads : config.backendThreads, cpus);
  return (threads === 0n ? cpus : threads) * backend;
}

function backendOf(backendThreads: Count, cpus: bigint): bigint {
  return backendThreads > 0 ? BigInt(backendThreads) : cpus;
}

/** `threads` per effective CPU; null where there is no plan. */
export function oversubscription(threads: Count | null, effective: number): number | null {
  return threads === null ? null : Math.round((Number(threads) / effective) * 100) / 100;
}

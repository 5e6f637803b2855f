import type { Config2026 } from '../rules/resolution.ts';

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
/** Into so many tasks a larger number of lists is divided. */
export const RAY_BATCHES = 20;

export function isElsewhere({ existing, nodes }: RayCluster): boolean {
  return existing === true || nodes === null;
}

/** `options(num_cpus=num_backend_threads or 1)` (`lenskit/batch/_ray.py`, 2026.4.0). null: Ray refuses it. */
export function cpusOfTask({ numBackendThreads }: Config2026): bigint | null {
  const backend = BigInt(numBackendThreads);
  return backend < 0n ? null : backend === 0n ? 1n : backend;
}

/** Lists of each task, and how many tasks they come to. */
export function tasksOf(lists: bigint): bigint {
  const share = lists / BigInt(RAY_BATCHES);
  const size = share > RAY_BATCH_SIZE ? share : RAY_BATCH_SIZE;
  return (lists + size - 1n) / size;
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
  const batches = tasksOf(lists);
  return least < batches ? least : batches;
}

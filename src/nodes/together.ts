import { parseCpuList } from '../cpus/cpu-list.ts';
import type { TaskReport } from '../documents/nodes.ts';

/**
 * The CPUs that the tasks of a node may use together: those of all their affinities, no more than was granted on the node,
 * nor than their quotas allow, one that several are in counted once. null: there are no tasks.
 */
export function cpusTogether(tasks: readonly TaskReport[]): number | null {
  if (tasks.length === 0) return null;
  const limits = [runnable(tasks), granted(tasks), quotas(tasks)].filter((limit) => limit !== null);
  return Math.max(1, Math.min(...limits, sumOf(tasks.map(({ cpus, alike }) => cpus * alike))));
}

/** Threads busy at once in all of them; null: of one it is not known. */
export function threadsTogether(tasks: readonly TaskReport[]): number | null {
  const threads = tasks.map((task) => task.threads && task.threads * task.alike);
  return threads.length === 0 || threads.includes(null) ? null : sumOf(threads as number[]);
}

/** To two decimals. */
export function ratio(threads: number | null, cpus: number | null): number | null {
  return threads === null || cpus === null ? null : Math.round((threads / cpus) * 100) / 100;
}

function runnable(tasks: readonly TaskReport[]): number | null {
  const all = new Set<number>();
  for (const { affinity } of tasks) {
    const own = affinity === null ? null : parseCpuList(affinity);
    if (own === null) return null;
    for (const cpu of own) all.add(cpu);
  }
  return all.size;
}

/** Of several parts of a step each has its own. */
function granted(tasks: readonly TaskReport[]): number | null {
  const counts = tasks.map((task) => task.granted?.cpusOnNode ?? null);
  return counts.includes(null) ? null : Math.max(...(counts as number[]));
}

function quotas(tasks: readonly TaskReport[]): number | null {
  const byFile = new Map<string, number>();
  for (const { quota } of tasks) {
    if (quota === null) return null;
    byFile.set(quota.file, quota.cpus);
  }
  return Math.ceil(sumOf([...byFile.values()]));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

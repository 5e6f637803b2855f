import { type CpuSet, intersection, parseCpuList } from './cpu-list.ts';
import type { CpuFacts } from './observe.ts';
import { type Quota, tightest } from './quota.ts';

/** How many CPUs the process may really use, and why. */
export interface EffectiveCpus {
  online: number | null;
  /** Number of CPUs of the affinity; null: not known. */
  affinity: number | null;
  /** Number of CPUs of the cgroup's cpuset; null: there is none to be seen. */
  cpuset: number | null;
  quota: Quota | null;
  /** How many of them the kernel keeps out of balancing, where there are others beside them. */
  isolated: number;
  /** max(1, min(|affinity ∩ cpuset without isolated CPUs|, ⌈quota⌉)); 1 where only isolated ones are left. */
  effective: number;
  /** The same rounded down: for thread pools that meet at barriers (OpenMP, BLAS). */
  floor: number;
  /** CPU time per second: the exact fraction where a quota limits. */
  exact: number;
  limitedBy: 'none' | 'affinity' | 'cpuset' | 'isolated' | 'quota';
}

/**
 * The effective CPUs from what was observed. Work-stealing pools can use a fraction of a CPU, so that quotas are
 * rounded up; pools with barriers wait for their slowest thread, for which there is `floor`.
 */
export function effectiveCpus(facts: CpuFacts): EffectiveCpus {
  const { allowed, cpuset, set, isolated } = setsOf(facts);
  const all = (set?.size || facts.online) ?? 1;
  // Threads are not spread over isolated CPUs: they all stay where they begin.
  const apart = set ? [...set].filter((cpu) => isolated.has(cpu)).length : 0;
  const usable = Math.max(1, all - apart);
  const quota = tightest(facts.quotas);
  return {
    online: facts.online,
    affinity: allowed?.size ?? null,
    cpuset: cpuset?.size ?? null,
    quota,
    isolated: all - usable,
    effective: Math.max(1, Math.min(usable, quota?.ceil ?? usable)),
    floor: Math.max(1, Math.min(usable, quota?.floor ?? usable)),
    exact: Math.min(usable, quota?.cpus ?? usable),
    limitedBy: limit(usable, all - usable, quota, allowed?.size ?? null, cpuset?.size ?? null, facts.online),
  };
}

/** The CPUs that threads are spread over, in order; of isolated ones alone the first. null: not known. */
export function usableCpus(facts: CpuFacts): number[] | null {
  const { set, isolated } = setsOf(facts);
  if (set === null || set.size === 0) return null;
  const all = [...set].sort((a, b) => a - b);
  const spread = all.filter((cpu) => !isolated.has(cpu));
  return spread.length > 0 ? spread : all.slice(0, 1);
}

function setsOf({ affinity, cpuset: found, isolated }: CpuFacts): {
  allowed: CpuSet | null;
  cpuset: CpuSet | null;
  /** Both of them. */
  set: CpuSet | null;
  isolated: CpuSet;
} {
  const allowed = affinity === null ? null : parseCpuList(affinity);
  const cpuset = found === null ? null : parseCpuList(found.cpus);
  const both = allowed && cpuset ? intersection(allowed, cpuset) : (allowed ?? cpuset);
  // Disjoint sets are files of different moments or namespaces: the process does run somewhere.
  const set = both?.size ? both : allowed;
  return { allowed, cpuset, set, isolated: (isolated === null ? null : parseCpuList(isolated)) ?? new Set() };
}

function limit(
  usable: number,
  isolated: number,
  quota: Quota | null,
  affinity: number | null,
  cpuset: number | null,
  online: number | null,
): EffectiveCpus['limitedBy'] {
  if (quota && quota.cpus < usable) return 'quota';
  if (isolated > 0) return 'isolated';
  if (usable >= (online ?? 0)) return 'none';
  // The kernel keeps the affinity inside the cpuset: where they are equal, the cpuset is the cause.
  return cpuset !== null && cpuset <= (affinity ?? cpuset) ? 'cpuset' : 'affinity';
}

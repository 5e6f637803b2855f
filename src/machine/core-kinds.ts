import { intersection, parseCpuList } from '../cpus/cpu-list.ts';
import type { Host } from '../host/host.ts';

/** How many CPUs of the affinity are on the fastest cores, and how many on slower ones. */
export interface CoreKinds {
  fast: number;
  slow: number;
  /** What tells. */
  file: string;
}

const CPUS = '/sys/devices/system/cpu';
// As for the cores: beyond it every file costs more than the answer is worth.
const MOST_CPUS = 64;
/** Cores of one kind differ a little in what the firmware says of them. */
const SAME_KIND = 0.9;

/**
 * P and E cores of hybrid Intel (the kernel's `tools/perf/Documentation/intel-hybrid.txt`; `cpu_lowpower` since Linux
 * 6.12), big and little ones of Arm by `cpu_capacity` (`Documentation/ABI/testing/sysfs-devices-system-cpu`), of the
 * first 64 CPUs. null: all are of one kind, or it is not to be seen.
 */
export function observeCoreKinds(host: Host, affinity: string | null): CoreKinds | null {
  const cpus = affinity === null ? null : parseCpuList(affinity);
  if (cpus === null) return null;
  const kinds = hybrid(host, cpus) ?? byCapacity(host, [...cpus].slice(0, MOST_CPUS));
  return kinds === null || kinds.fast === 0 || kinds.slow === 0 ? null : kinds;
}

function hybrid(host: Host, cpus: ReadonlySet<number>): CoreKinds | null {
  const of = (name: string): number | null => {
    const read = host.read(`/sys/devices/${name}/cpus`);
    const list = read.ok ? parseCpuList(read.text) : null;
    return list && intersection(list, cpus).size;
  };
  const fast = of('cpu_core');
  if (fast === null) return null;
  return { fast, slow: (of('cpu_atom') ?? 0) + (of('cpu_lowpower') ?? 0), file: '/sys/devices/cpu_atom/cpus' };
}

function byCapacity(host: Host, cpus: readonly number[]): CoreKinds | null {
  const capacities: number[] = [];
  for (const cpu of cpus) {
    const read = host.read(`${CPUS}/cpu${cpu}/cpu_capacity`);
    if (!read.ok) return null;
    // Of what is no number nothing is the largest, and none is fast.
    capacities.push(Number(read.text));
  }
  const most = Math.max(...capacities);
  const fast = capacities.filter((capacity) => capacity >= SAME_KIND * most).length;
  return { fast, slow: capacities.length - fast, file: `${CPUS}/cpu*/cpu_capacity` };
}

import { parseCpuList } from '../cpus/cpu-list.ts';
import type { Host } from '../host/host.ts';

/** How many physical cores the CPUs of the affinity are. */
export interface Topology {
  cpus: number;
  cores: number;
}

// Beyond it every file costs more than the answer is worth; a subset tells the ratio.
const MOST_CPUS = 64;

/** Hardware threads and cores among the first 64 CPUs of the affinity; null: not to be seen. */
export function observeTopology(host: Host, affinity: string | null): Topology | null {
  const cpus = affinity === null ? null : [...(parseCpuList(affinity) ?? [])].slice(0, MOST_CPUS);
  if (cpus === null || cpus.length === 0) return null;
  const cores = new Set<string>();
  for (const cpu of cpus) {
    const read = host.read(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`);
    if (!read.ok) return null;
    cores.add(read.text.trim());
  }
  return { cpus: cpus.length, cores: cores.size };
}

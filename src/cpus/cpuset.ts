import type { Host } from '../host/host.ts';
import { type CpuSet, parseCpuList } from './cpu-list.ts';
import type { Group } from './hierarchy.ts';

export interface Cpuset {
  cpus: CpuSet;
  file: string;
}

/** v2 first; in v1 the effective set says what is left after hot-unplugging and parents. */
const FILES = ['cpuset.cpus.effective', 'cpuset.effective_cpus', 'cpuset.cpus'];

/** The process's cpuset: that of the nearest group that has one. Empty files inherit (v2) or say nothing (v1). */
export function observeCpuset(host: Host, groups: readonly Group[]): { cpuset: Cpuset | null; warnings: string[] } {
  const warnings: string[] = [];
  for (const group of groups) {
    for (const name of FILES) {
      const file = `${group.directory}/${name}`;
      const read = host.read(file);
      if (!read.ok) {
        if (read.reason !== 'missing') warnings.push(read.detail);
        continue;
      }
      const cpus = parseCpuList(read.text);
      if (cpus === null) warnings.push(`${file}: no CPU list in ${JSON.stringify(read.text.slice(0, 40))}`);
      else if (cpus.size > 0) return { cpuset: { cpus, file }, warnings };
    }
  }
  return { cpuset: null, warnings };
}

import type { Group } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';

/** The share of CPUs that a container requested, as its cgroup shows it. */
export interface CpuRequest {
  cpus: number;
  file: string;
}

/**
 * Kubernetes writes a request of n CPUs as `cpu.shares` n × 1024 (v1), and as the `cpu.weight` that runc makes of
 * it (v2): weight = 1 + (shares − 2) × 9999 ÷ 262142. A promise for busy times, no limit. null: not to be seen.
 */
export function observeRequest(host: Host, groups: readonly Group[]): CpuRequest | null {
  const own = groups[0];
  if (own === undefined) return null;
  const file = `${own.directory}/${own.version === 2 ? 'cpu.weight' : 'cpu.shares'}`;
  const read = host.read(file);
  if (!read.ok || !/^\s*\d{1,7}\s*$/.test(read.text)) return null;
  const shares = own.version === 2 ? ((Number(read.text) - 1) * 262_142) / 9999 + 2 : Number(read.text);
  return { cpus: Math.round((shares / 1024) * 100) / 100, file };
}

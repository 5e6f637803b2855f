import type { Host } from '../host/host.ts';
import { formatCpuList, parseCpuList } from './cpu-list.ts';

/** The CPUs of `isolcpus=` (kernel: `Documentation/admin-guide/kernel-parameters.txt`); null: none, or not to be seen. */
export function observeIsolated(host: Host): string | null {
  const read = host.read('/sys/devices/system/cpu/isolated');
  const cpus = read.ok ? parseCpuList(read.text) : null;
  return cpus === null || cpus.size === 0 ? null : formatCpuList(cpus);
}

import type { Host } from '../host/host.ts';
import { formatCpuList, parseCpuList } from './cpu-list.ts';
import { coverOf, type Mount } from './mountinfo.ts';

const ISOLATED = '/sys/devices/system/cpu/isolated';

/**
 * The CPUs of `isolcpus=` (kernel: `Documentation/admin-guide/kernel-parameters.txt`); null: none, or not to be seen.
 * A file that is mounted in the place of the kernel's says nothing of it.
 */
export function observeIsolated(host: Host, mounts: readonly Mount[], warnings: string[]): string | null {
  const read = host.read(ISOLATED);
  const cpus = read.ok ? parseCpuList(read.text) : null;
  if (cpus === null || cpus.size === 0) return null;
  const cover = coverOf(mounts, ISOLATED);
  if (cover === null) return formatCpuList(cpus);
  warnings.push(
    `${ISOLATED} says ${formatCpuList(cpus)}: a mount of ${cover.type} at ${cover.point} hides the kernel's, and it does not count`,
  );
  return null;
}

import type { Host } from '../host/host.ts';
import { type CpuSet, formatCpuList, intersection, parseCpuList } from './cpu-list.ts';
import { coverOf, type Mount } from './mountinfo.ts';

const ONLINE = '/sys/devices/system/cpu/online';

/** The CPUs that are plugged in, as the machine says; null: it does not say. */
export function readOnline(host: Host, warnings: string[]): Set<number> | null {
  const file = host.read(ONLINE);
  if (file.ok) {
    const cpus = parseCpuList(file.text);
    if (cpus !== null && cpus.size > 0) return cpus;
    warnings.push(`${ONLINE}: no CPU list in ${JSON.stringify(file.text.slice(0, 40))}`);
  } else if (file.reason !== 'missing') warnings.push(file.detail);
  const cpuinfo = host.read('/proc/cpuinfo', 16 * 1024 * 1024);
  const numbers = cpuinfo.ok
    ? [...cpuinfo.text.matchAll(/^processor\s*:\s*(\d{1,5})$/gm)].map((match) => Number(match[1]))
    : [];
  if (numbers.length > 0) return new Set(numbers);
  warnings.push(`the number of CPUs is not known: neither ${ONLINE} nor /proc/cpuinfo tells`);
  return null;
}

/**
 * The CPUs online, where that can be believed. LXCFS (LXD, Incus, Proxmox) and bind mounts put a file of their own in
 * the place of the kernel's; sched_getaffinity(2), and so LensKit, knows nothing of it. The kernel's own
 * `Cpus_allowed_list` may name CPUs that are not plugged in, which sched_getaffinity(2) leaves out. So `online` counts
 * where it is sysfs's own and names no CPU that is not allowed, or all that are. null: it is not known.
 */
export function believed(
  online: CpuSet | null,
  allowed: CpuSet | null,
  mounts: readonly Mount[],
  warnings: string[],
): CpuSet | null {
  if (online === null || allowed === null) return online;
  const inBoth = intersection(allowed, online).size;
  if (inBoth === allowed.size) return online;
  const cover = coverOf(mounts, ONLINE);
  if (cover === null && inBoth === online.size) return online;
  const why = cover ? `a mount of ${cover.type} at ${cover.point} hides the kernel's` : 'they contradict each other';
  warnings.push(
    `${ONLINE} says ${formatCpuList(online)}, the kernel allows ${formatCpuList(allowed)}: ${why}, and the kernel's list counts`,
  );
  return null;
}

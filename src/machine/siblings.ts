import { parseCpuList } from '../cpus/cpu-list.ts';
import type { Host } from '../host/host.ts';

/** The CPUs that share a core, and a socket, with the first CPU of the affinity; in the kernel's list format. */
export interface FirstSiblings {
  core: string;
  socket: string;
}

const CPUS = '/sys/devices/system/cpu';

/**
 * What a library that binds to cores or sockets reads of the first CPU. null: there is no `/sys` that shows CPUs, so
 * that it finds none; undefined: CPUs are shown without their siblings, or the affinity is not known.
 */
export function observeSiblings(host: Host, affinity: string | null): FirstSiblings | null | undefined {
  const cpus = affinity === null ? null : parseCpuList(affinity);
  if (cpus === null || cpus.size === 0) return undefined;
  const folder = `${CPUS}/cpu${Math.min(...cpus)}/topology`;
  const core = host.read(`${folder}/thread_siblings_list`);
  const socket = host.read(`${folder}/core_siblings_list`);
  if (core.ok && socket.ok) return { core: core.text.trim(), socket: socket.text.trim() };
  return host.kind(CPUS) === null ? null : undefined;
}

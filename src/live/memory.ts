import type { Host } from '../host/host.ts';
import { numberAfter } from '../host/lines.ts';

/** Bytes; null: not known of any. */
export interface JobMemory {
  memoryBytes: number | null;
  sharedBytes: number | null;
}

/**
 * The memory of processes together. `smaps_rollup` gives each its part of what it shares with others (PSS; kernel:
 * `filesystems/proc.rst`); where it may not be read, resident memory counts, in which what is shared is in each.
 */
export function memoryOf(host: Host, pids: readonly number[]): JobMemory {
  let memory: number | null = null;
  let shared: number | null = null;
  for (const pid of pids) {
    const rollup = host.read(`/proc/${pid}/smaps_rollup`, 64 * 1024);
    const pss = rollup.ok ? numberAfter(rollup.text, 'Pss:', ' kB') : null;
    const part = rollup.ok ? numberAfter(rollup.text, 'Pss_Shmem:', ' kB') : null;
    const own = pss ?? residentOf(host, pid);
    if (own !== null) memory = (memory ?? 0) + own * 1024;
    if (part !== null) shared = (shared ?? 0) + part * 1024;
  }
  return { memoryBytes: memory, sharedBytes: shared };
}

function residentOf(host: Host, pid: number): number | null {
  const status = host.read(`/proc/${pid}/status`);
  return status.ok ? numberAfter(status.text, 'VmRSS:', ' kB') : null;
}

/**
 * Bytes of processes that are no file's and nobody else's, as far as the kernel keeps count of them (`statm`): read in no
 * time, where adding up what is shared takes long. null: not to be read.
 */
export function privateOf(host: Host, pids: readonly number[]): number | null {
  let sum: number | null = null;
  for (const pid of pids) {
    const read = host.read(`/proc/${pid}/statm`, 256);
    const [, resident, shared] = read.ok ? read.text.split(' ').map(Number) : [];
    if (resident === undefined || shared === undefined || !(resident >= shared)) continue;
    sum = (sum ?? 0) + (resident - shared) * PAGE;
  }
  return sum;
}

/** Bytes of a page on x86-64, and on ARM with the usual kernels. */
const PAGE = 4096;

import type { Group } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { lineAfter, numberAfter } from '../host/lines.ts';

/** Memory in bytes; null: not known. */
export interface MemoryFacts {
  /** The machine's. */
  total: number | null;
  available: number | null;
  /** The tightest limit from the process's own cgroup up; null: none. */
  limit: { bytes: number; used: number | null; file: string } | null;
  /** The size of `/dev/shm`, where models are shared between processes. */
  shm: { bytes: number; source: string } | null;
  /** `RLIMIT_NOFILE`, the soft limit. */
  openFiles: number | null;
}

// cgroup v1 writes "no limit" as the largest multiple of a page below 2⁶³.
const UNLIMITED = 2 ** 62;

/** Reads memory limits through the whole hierarchy (kernel: `cgroup-v2.rst`, `cgroup-v1/memory.rst`). */
export function observeMemory(host: Host, groups: readonly Group[]): MemoryFacts {
  const meminfo = host.read('/proc/meminfo');
  const kilobytes = (name: string): number | null => {
    const value = meminfo.ok ? numberAfter(meminfo.text, `${name}:`, ' kB') : null;
    return value === null ? null : value * 1024;
  };
  const total = kilobytes('MemTotal');
  const limits = host.read('/proc/self/limits');
  const files = limits.ok ? /^\s+(\d{1,18})\s/.exec(lineAfter(limits.text, 'Max open files') ?? '')?.[1] : undefined;
  return {
    total,
    available: kilobytes('MemAvailable'),
    limit: tightestLimit(host, groups),
    shm: sharedMemory(host, total),
    openFiles: files === undefined ? null : Number(files),
  };
}

function tightestLimit(host: Host, groups: readonly Group[]): MemoryFacts['limit'] {
  let tightest: MemoryFacts['limit'] = null;
  for (const { version, directory } of groups) {
    const file = `${directory}/${version === 2 ? 'memory.max' : 'memory.limit_in_bytes'}`;
    const bytes = readBytes(host, file);
    if (bytes === null || bytes >= UNLIMITED || (tightest !== null && bytes >= tightest.bytes)) continue;
    const used = readBytes(host, `${directory}/${version === 2 ? 'memory.current' : 'memory.usage_in_bytes'}`);
    tightest = { bytes, used, file };
  }
  return tightest;
}

function readBytes(host: Host, file: string): number | null {
  const read = host.read(file);
  return read.ok && /^\s*\d{1,20}\s*$/.test(read.text) ? Number(read.text) : null;
}

const UNITS: { readonly [unit: string]: number } = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `size=` of the mount; without it a tmpfs is half of the memory (kernel: `filesystems/tmpfs.rst`). */
function sharedMemory(host: Host, total: number | null): MemoryFacts['shm'] {
  const mounts = host.read('/proc/self/mounts', 16 * 1024 * 1024);
  // A mount on top of another hides it: the last one counts.
  const options = mounts.ok ? [...mounts.text.matchAll(/^\S+ \/dev\/shm tmpfs (\S+)/gm)].at(-1)?.[1] : undefined;
  if (options === undefined) return null;
  const [, size, unit = ''] = /(?:^|,)size=(\d{1,18})([kmg%]?)(?:,|$)/i.exec(options) ?? [];
  if (size === undefined)
    return total === null ? null : { bytes: total / 2, source: 'half of the memory, the default' };
  const factor = unit === '%' ? (total === null ? null : total / 100) : (UNITS[unit.toLowerCase()] ?? null);
  return factor === null ? null : { bytes: Number(size) * factor, source: `size=${size}${unit}` };
}

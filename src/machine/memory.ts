import type { Group } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { numberAfter } from '../host/lines.ts';
import { openFileLimit } from './resource-limits.ts';

/** Memory in bytes; null: not known. */
export interface MemoryFacts {
  /** The machine's. */
  total: number | null;
  available: number | null;
  /** The tightest limit from the process's own cgroup up, and what is used of it, without what is cached of files; null: none. */
  limit: { bytes: number; used: number | null; file: string } | null;
  /** `/dev/shm`, where models are shared between processes. */
  shm: SharedMemory | null;
  /** `RLIMIT_NOFILE`, the soft limit. */
  openFiles: number | null;
}

/** The size of `/dev/shm`, in bytes, and what can be done with it. */
export interface SharedMemory {
  bytes: number;
  source: string;
  /** Absent: not known, as everywhere but on this very machine. */
  free?: number | null;
  /** Why nothing can be put there. Absent: nothing keeps it from that. */
  unusable?: 'absent' | 'read-only' | null;
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
  return {
    total,
    available: kilobytes('MemAvailable'),
    limit: tightestLimit(host, groups),
    shm: sharedMemory(host, total),
    openFiles: openFileLimit(host)?.soft ?? null,
  };
}

function tightestLimit(host: Host, groups: readonly Group[]): MemoryFacts['limit'] {
  let tightest: MemoryFacts['limit'] = null;
  for (const { version, directory } of groups) {
    const file = `${directory}/${version === 2 ? 'memory.max' : 'memory.limit_in_bytes'}`;
    const bytes = readBytes(host, file);
    if (bytes === null || bytes >= UNLIMITED || (tightest !== null && bytes >= tightest.bytes)) continue;
    tightest = { bytes, used: usedIn(host, version, directory), file };
  }
  return tightest;
}

/** Without what is cached of files, which is given back where memory is wanted (`memory.stat`). */
function usedIn(host: Host, version: 1 | 2, directory: string): number | null {
  const all = readBytes(host, `${directory}/${version === 2 ? 'memory.current' : 'memory.usage_in_bytes'}`);
  const stat = all === null ? null : host.read(`${directory}/memory.stat`);
  if (all === null || !stat?.ok) return all;
  // Of version 1 the sums over all groups below.
  const names = ['inactive_file', 'active_file'].map((name) => `${version === 2 ? '' : 'total_'}${name} `);
  const cached = names.reduce((sum, name) => sum + (numberAfter(stat.text, name) ?? 0), 0);
  return Math.max(0, all - cached);
}

function readBytes(host: Host, file: string): number | null {
  const read = host.read(file);
  return read.ok && /^\s*\d{1,20}\s*$/.test(read.text) ? Number(read.text) : null;
}

const UNITS: { readonly [unit: string]: number } = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/**
 * `size=` of the mount, of which 0 is no limit; without it a tmpfs is half of the memory (kernel:
 * `filesystems/tmpfs.rst`). Where nothing is mounted it may be a folder like any other, or not there at all.
 */
function sharedMemory(host: Host, total: number | null): MemoryFacts['shm'] {
  const mounts = host.read('/proc/self/mounts', 16 * 1024 * 1024);
  if (!mounts.ok) return null;
  // A mount on top of another hides it: the last one counts.
  const last = [...mounts.text.matchAll(/^\S+ (\/dev|\/dev\/shm) (\S+) (\S+)/gm)].at(-1);
  const options = last?.[1] === '/dev/shm' && last[2] === 'tmpfs' ? (last[3] ?? '') : null;
  const space = host.space('/dev/shm');
  if (options === null) {
    if (host.kind('/dev') !== null && host.kind('/dev/shm') === null)
      return { bytes: 0, source: 'not there', unusable: 'absent' };
    return space === null ? null : { bytes: space.bytes, source: 'no tmpfs of its own', free: space.free };
  }
  const size = tmpfsSize(options, total);
  if (size === null) return null;
  const free = space === null ? {} : { free: size.unlimited ? size.bytes : space.free };
  return {
    bytes: size.bytes,
    source: size.source,
    ...free,
    ...(/(?:^|,)ro(?:,|$)/.test(options) ? { unusable: 'read-only' as const } : {}),
  };
}

function tmpfsSize(
  options: string,
  total: number | null,
): { bytes: number; source: string; unlimited: boolean } | null {
  const [, size, unit = ''] = /(?:^|,)size=(\d{1,18})([kmg%]?)(?:,|$)/i.exec(options) ?? [];
  if (size === undefined)
    return total === null ? null : { bytes: total / 2, source: 'half of the memory, the default', unlimited: false };
  if (Number(size) === 0)
    return total === null ? null : { bytes: total, source: `size=${size}${unit}, no limit`, unlimited: true };
  const factor = unit === '%' ? (total === null ? null : total / 100) : (UNITS[unit.toLowerCase()] ?? null);
  return factor === null ? null : { bytes: Number(size) * factor, source: `size=${size}${unit}`, unlimited: false };
}

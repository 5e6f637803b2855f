import type { Host } from '../host/host.ts';
import { lineAfter } from '../host/lines.ts';
import type { Group } from './hierarchy.ts';

/** A limit on the number of threads, with how many there are already where that is known. */
export interface ThreadLimit {
  most: number;
  now: number | null;
  /** `pids.max`, `RLIMIT_NPROC` or `threads-max`. */
  name: string;
  file: string;
}

/**
 * What bounds the number of threads: `pids.max` of every group (kernel: `cgroup-v1/pids.rst`, `cgroup-v2.rst`),
 * `RLIMIT_NPROC` (a user's threads, not one process's) and the kernel's `threads-max`.
 */
export function observeThreadLimits(host: Host, groups: readonly Group[]): ThreadLimit[] {
  const limits: ThreadLimit[] = [];
  for (const group of groups) {
    const file = `${group.directory}/pids.max`;
    const most = readNumber(host, file);
    if (most !== null)
      limits.push({ most, now: readNumber(host, `${group.directory}/pids.current`), name: 'pids.max', file });
  }
  const rlimits = host.read('/proc/self/limits');
  const soft = rlimits.ok ? /^\s+(\d{1,20})\s/.exec(lineAfter(rlimits.text, 'Max processes') ?? '')?.[1] : undefined;
  if (soft !== undefined)
    limits.push({ most: Number(soft), now: null, name: 'RLIMIT_NPROC', file: '/proc/self/limits' });
  const kernel = readNumber(host, '/proc/sys/kernel/threads-max');
  if (kernel !== null)
    limits.push({ most: kernel, now: null, name: 'threads-max', file: '/proc/sys/kernel/threads-max' });
  return limits;
}

/** A file that holds one number; null: not there, `max`, or something else. */
function readNumber(host: Host, file: string): number | null {
  const read = host.read(file);
  return read.ok && /^\s*\d{1,20}\s*$/.test(read.text) ? Number(read.text) : null;
}

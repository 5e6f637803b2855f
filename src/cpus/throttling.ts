import type { Host } from '../host/host.ts';
import { numberAfter } from '../host/lines.ts';
import type { Group } from './hierarchy.ts';

/** How often the kernel stopped a group because its quota was used up, since the group was made. */
export interface Throttling {
  periods: number;
  throttled: number;
  seconds: number;
  cgroup: string;
  file: string;
}

/** `cpu.stat` of the group among these that was throttled most; null: none has one. */
export function observeThrottling(
  host: Host,
  groups: readonly { version: 1 | 2; cgroup: string; directory: string }[],
): Throttling | null {
  let worst: Throttling | null = null;
  for (const group of groups) {
    const file = `${group.directory}/cpu.stat`;
    const read = host.read(file);
    if (!read.ok) continue;
    const field = (name: string): number | null => numberAfter(read.text, `${name} `);
    const periods = field('nr_periods');
    const throttled = field('nr_throttled');
    if (periods === null || throttled === null) continue;
    // v2: microseconds; v1: nanoseconds
    const seconds = (field('throttled_usec') ?? 0) / 1e6 || (field('throttled_time') ?? 0) / 1e9;
    if (worst === null || throttled > worst.throttled)
      worst = { periods, throttled, seconds, cgroup: group.cgroup, file };
  }
  return worst;
}

/**
 * Seconds for which a quota, its own or a parent's, has stopped what was to run in the process's own group:
 * `cpu.stat.local` (newer kernels, seen with 6.18: "sched: add throttled time stat for throttled children"), which shows also the
 * quota of a parent that is hidden. null: the kernel does not count them, or the group cannot be seen.
 */
export function observeStopped(host: Host, groups: readonly Group[]): { seconds: number; file: string } | null {
  const own = groups[0];
  if (own === undefined) return null;
  const file = `${own.directory}/cpu.stat.local`;
  const read = host.read(file);
  if (!read.ok) return null;
  // v2: microseconds; v1: nanoseconds
  const [micro, nano] = [numberAfter(read.text, 'throttled_usec '), numberAfter(read.text, 'throttled_time ')];
  if (micro !== null) return { seconds: micro / 1e6, file };
  return nano === null ? null : { seconds: nano / 1e9, file };
}

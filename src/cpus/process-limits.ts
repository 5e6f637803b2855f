import type { Host } from '../host/host.ts';
import { numberAfter } from '../host/lines.ts';
import type { Group } from './hierarchy.ts';

/** A limit on the number of threads, with how many there are already where that is known. */
export interface ThreadLimit {
  most: number;
  /** Without those of this program itself. */
  now: number | null;
  /** `pids.max`, `RLIMIT_NPROC` or `threads-max`. */
  name: string;
  file: string;
  /** Up to where the user may raise it; null: as far as they like. Absent: not by the user, or not known. */
  hard?: number | null;
}

/** Where a user may start more, all of their processes would take too long to count. */
const MOST_COUNTED = 8192;

/**
 * What bounds the number of threads: `pids.max` of every group (kernel: `cgroup-v1/pids.rst`, `cgroup-v2.rst`),
 * `RLIMIT_NPROC` and the kernel's `threads-max`.
 */
export function observeThreadLimits(host: Host, groups: readonly Group[]): ThreadLimit[] {
  const limits: ThreadLimit[] = [];
  const status = host.read('/proc/self/status');
  const text = status.ok ? status.text : '';
  const own = numberAfter(text, 'Threads:') ?? 0;
  for (const group of groups) {
    const file = `${group.directory}/pids.max`;
    const most = readNumber(host, file);
    if (most === null) continue;
    const now = readNumber(host, `${group.directory}/pids.current`);
    limits.push({ most, now: now === null ? null : Math.max(0, now - own), name: 'pids.max', file });
  }
  const processes = processLimit(host, text, own);
  if (processes !== null) limits.push(processes);
  const kernel = readNumber(host, '/proc/sys/kernel/threads-max');
  if (kernel !== null)
    limits.push({ most: kernel, now: null, name: 'threads-max', file: '/proc/sys/kernel/threads-max' });
  return limits;
}

/**
 * `RLIMIT_NPROC` counts the threads of all processes of the real user, and holds for everybody but the machine's root
 * and who has CAP_SYS_RESOURCE or CAP_SYS_ADMIN outside of user namespaces (`copy_process` in `kernel/fork.c`).
 */
function processLimit(host: Host, status: string, own: number): ThreadLimit | null {
  const rlimits = host.read('/proc/self/limits');
  const match = rlimits.ok ? rlimits.text.match(/^Max processes +(\d{1,20}) +(\d{1,20}|unlimited) /m) : null;
  if (match === null || isExempt(host, status)) return null;
  const [, soft, hard] = match;
  const most = Number(soft);
  return {
    most,
    now: most > MOST_COUNTED ? null : threadsOfUser(host, status, own),
    name: 'RLIMIT_NPROC',
    file: '/proc/self/limits',
    hard: hard === 'unlimited' ? null : Number(hard),
  };
}

const CAP_SYS_ADMIN = 21n;
const CAP_SYS_RESOURCE = 24n;

/** True for who may go beyond resource limits. */
export function hasCapability(status: string, capabilities: readonly bigint[]): boolean {
  const effective = status.match(/^CapEff:\t([\da-f]{16})$/m)?.[1];
  return effective !== undefined && capabilities.some((bit) => ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n);
}

function isExempt(host: Host, status: string): boolean {
  const map = host.read('/proc/self/uid_map', 4096);
  // In a user namespace root is somebody else outside.
  if (!map.ok || map.text.trim().replace(/\s+/g, ' ') !== '0 0 4294967295') return false;
  return realUser(status) === '0' || hasCapability(status, [CAP_SYS_ADMIN, CAP_SYS_RESOURCE]);
}

function realUser(status: string): string | undefined {
  return status.match(/^Uid:\t(\d{1,10})\t/m)?.[1];
}

/** The threads of all processes of this user that can be seen, without this program's; null: not to be counted. */
function threadsOfUser(host: Host, status: string, own: number): number | null {
  const user = realUser(status);
  const processes = host.list('/proc', 4 * MOST_COUNTED)?.filter((name) => /^\d+$/.test(name));
  if (user === undefined || !processes?.length) return null;
  const threads = processes.map((process) => {
    const read = host.read(`/proc/${process}/status`);
    return read.ok && realUser(read.text) === user ? (numberAfter(read.text, 'Threads:') ?? 1) : 0;
  });
  return Math.max(0, threads.reduce((sum, each) => sum + each, 0) - own);
}

/** A file that holds one number; null: not there, `max`, or something else. */
function readNumber(host: Host, file: string): number | null {
  const read = host.read(file);
  return read.ok && /^\s*\d{1,20}\s*$/.test(read.text) ? Number(read.text) : null;
}

/** The threads that may yet be started. */
export function roomOf(limit: ThreadLimit): number {
  return Math.max(0, limit.most - (limit.now ?? 0));
}

/** The limit that leaves the least room; null: none is known. */
export function tightestThreadLimit(limits: readonly ThreadLimit[]): ThreadLimit | null {
  return limits.reduce<ThreadLimit | null>(
    (least, limit) => (least !== null && roomOf(least) <= roomOf(limit) ? least : limit),
    null,
  );
}

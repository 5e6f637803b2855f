import type { Host } from '../host/host.ts';
import { hasEnded, type ProcessStat, processStat } from '../host/process-stat.ts';
import { allProcesses, type FoundProcess, treeOf } from './tree.ts';

/** Threads of one process beyond this are not looked at. */
export const MOST_THREADS = 65_536;

/** Bytes of three numbers, and of fifty with a name: a thousand such files are read with small buffers. */
const MOST_TIMES = 256;
const MOST_STAT = 2048;

/**
 * How long a thread has run and how long it has waited for a CPU, in nanoseconds since it began. Beyond 2^53 of them
 * (104 days) a number is off by two or so, which no share shows.
 */
export interface ThreadTimes {
  tid: number;
  /** The thread's own name, where it has one: libraries name theirs. */
  name: string;
  /** When it began, in the kernel's ticks: a number may be another thread's at the next look. */
  began: string;
  /** When it was looked at: of a thousand threads the last is read long after the first. */
  at: bigint;
  /** As proc(5), stat, has it. `R`: it was on a CPU or waited for one at that moment. */
  state: string;
  ran: number;
  waited: number;
}

export interface ProcessTimes {
  pid: number;
  parent: number;
  name: string;
  began: string;
  /** CPU time in ticks of 10 ms, of threads that have ended as well. */
  used: ProcessStat['used'];
  /** Those that have not ended. */
  threads: ThreadTimes[];
}

/** True for one process at two looks: its number may be another's at the later one. */
export function isSame(a: ProcessTimes, b: ProcessTimes): boolean {
  return a.pid === b.pid && a.began === b.began;
}

/** What a process tree has had of the CPUs so far. */
export interface Look {
  /** When it began, in nanoseconds of a clock that only goes forward. */
  at: bigint;
  /** The root first; empty: there is none of this number, or (`hidepid`) not for this user. */
  processes: ProcessTimes[];
  /**
   * True: the kernel keeps no times of threads (without `CONFIG_SCHED_INFO`, before 5.14 with `nodelayacct`, gVisor),
   * or does not show this user the process.
   */
  hidden: boolean;
}

/**
 * Looks once at a process of a running machine and at all below it. Reads only, and what every user may read of every
 * process, except under `hidepid`. What ends while it is looked at is left out, as is what has ended.
 *
 * `schedstat` of each thread has its time on a CPU and its time runnable without one (kernel:
 * `Documentation/scheduler/sched-stats.rst`, `kernel/sched/stats.h`):
 *
 * - The wait is added when it ends, because the thread gets on a CPU or is moved to another queue. One that goes on is
 *   not in the number yet, and one that ends between two looks is so with all of it, also what was before the first.
 * - Waiting is all that keeps a runnable thread off the CPUs: other threads of the job, other programs, and the quota of
 *   a cgroup that is used up (seen with Linux 6.18: with a fifth of a CPU a busy thread runs 0.2 and waits 0.8).
 * - Time asleep is neither: at a lock, a barrier, a file, a GPU. A thread that spins at a barrier runs, like any other.
 * - The time on a CPU is brought up to date at each tick and switch: some milliseconds late, and up to a second where a
 *   CPU has no ticks (`nohz_full`). What the hypervisor or interrupts take of it may be in neither number.
 *
 * @param now a clock that only goes forward, in nanoseconds
 * @param earlier the look before: what has not run since is as it was, and half as much is read of it
 * @param tree the processes, where they are known
 */
export function lookAt(
  host: Host,
  root: number,
  now: () => bigint = process.hrtime.bigint,
  earlier: Look | null = null,
  tree: readonly FoundProcess[] = treeOf(root, allProcesses(host)),
): Look {
  const known = new Map(earlier?.processes.map((process) => [process.pid, process]));
  const at = now();
  const looked = tree.map(({ pid, parent, name, began, used, state }) => ({
    process: { pid, parent, name, began, used },
    living: livingThreads(host, pid, now, hasEnded({ state }) ? new Map() : asleepBefore(known.get(pid), began)),
  }));
  const all = looked.flatMap(({ living }) => living);
  return {
    at,
    processes: looked.map(({ process, living }) => ({
      ...process,
      threads: living.flatMap(({ times }) => times ?? []),
    })),
    // Whoever lives has been on a CPU, but for one thread or another that waits for its first time.
    hidden: tree.length === 0 ? isDenied(host, root) : all.length > 0 && !all.some(({ counted }) => counted),
  };
}

interface LivingThread {
  /** null: not shown. */
  times: ThreadTimes | null;
  /** The kernel counts the times, as far as this thread tells. */
  counted: boolean;
}

/** The threads of a process that neither ran nor waited when they were last looked at. */
function asleepBefore(process: ProcessTimes | undefined, began: string): ReadonlyMap<number, ThreadTimes> {
  const threads = process?.began === began ? process.threads : [];
  return new Map(threads.filter(({ state, ran }) => state !== 'R' && ran > 0).map((thread) => [thread.tid, thread]));
}

function livingThreads(
  host: Host,
  pid: number,
  now: () => bigint,
  asleep: ReadonlyMap<number, ThreadTimes>,
): LivingThread[] {
  const folder = `/proc/${pid}/task`;
  return (host.list(folder, MOST_THREADS) ?? []).flatMap((tid): LivingThread[] => {
    const before = asleep.get(Number(tid));
    if (before !== undefined && hasSlept(host, `${folder}/${tid}`, before))
      return [{ times: { ...before, at: now() }, counted: true }];
    const stat = host.read(`${folder}/${tid}/stat`, MOST_STAT);
    const found = stat.ok ? processStat(stat.text) : null;
    if (found === null || hasEnded(found)) return [];
    const at = now();
    const times = host.read(`${folder}/${tid}/schedstat`, MOST_TIMES);
    // It has ended since; where the kernel has no such file the thread is still there.
    if (!times.ok && host.kind(`${folder}/${tid}`) === null) return [];
    const [, ran, waited, turns] = (times.ok && /^(\d{1,20}) (\d{1,20}) (\d{1,20})\s*$/.exec(times.text)) || [];
    if (turns === undefined) return [{ times: null, counted: false }];
    const { name, began, state } = found;
    const thread = {
      tid: Number(tid),
      name,
      began,
      at,
      state,
      ran: Number(ran),
      waited: Number(waited),
    };
    return [{ times: thread, counted: thread.ran + thread.waited + Number(turns) > 0 }];
  });
}

/** Whoever has not been on a CPU has neither ended nor changed its state. */
function hasSlept(host: Host, folder: string, { ran, waited }: ThreadTimes): boolean {
  const times = host.read(`${folder}/schedstat`, MOST_TIMES);
  return times.ok && times.text.startsWith(`${ran} ${waited} `);
}

function isDenied(host: Host, pid: number): boolean {
  const stat = host.read(`/proc/${pid}/stat`);
  return !stat.ok && stat.reason === 'denied';
}

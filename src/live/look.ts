import type { Host } from '../host/host.ts';
import { processStat } from '../host/process-stat.ts';
import { allProcesses, treeOf } from './tree.ts';

/** Threads of one process beyond this are not looked at. */
const MOST_THREADS = 65_536;

/** How long a thread has run and how long it has waited for a CPU, in nanoseconds since it began. */
export interface ThreadTimes {
  tid: number;
  /** The thread's own name, where it has one: libraries name theirs. */
  name: string;
  /** When it began, in the kernel's ticks: a number may be another thread's at the next look. */
  began: string;
  ran: number;
  waited: number;
}

export interface ProcessTimes {
  pid: number;
  parent: number;
  name: string;
  began: string;
  threads: ThreadTimes[];
}

/** What a process tree has had of the CPUs so far. */
export interface Look {
  /** When it was taken, in nanoseconds of a clock that only goes forward. */
  at: bigint;
  /** The root first. */
  processes: ProcessTimes[];
  /** True: the kernel keeps no times of threads (`CONFIG_SCHED_INFO`), or does not show them to this user. */
  hidden: boolean;
}

/**
 * Looks once at a process and all below it. `schedstat` of each thread has the time on a CPU and the time runnable
 * without one (kernel: `scheduler/sched-stats.rst`); what ends while it is looked at is left out. Reads only.
 *
 * @param now a clock that only goes forward, in nanoseconds
 */
export function lookAt(host: Host, root: number, now: () => bigint = process.hrtime.bigint): Look {
  const tree = treeOf(root, allProcesses(host));
  const at = now();
  const processes = tree.map(({ pid, parent, name, began }) => ({
    pid,
    parent,
    name,
    began,
    threads: threadsOf(host, pid),
  }));
  return { at, processes, hidden: processes.length > 0 && processes.every(({ threads }) => threads.length === 0) };
}

function threadsOf(host: Host, pid: number): ThreadTimes[] {
  const folder = `/proc/${pid}/task`;
  return (host.list(folder, MOST_THREADS) ?? []).flatMap((tid) => {
    const times = host.read(`${folder}/${tid}/schedstat`);
    const stat = host.read(`${folder}/${tid}/stat`);
    if (!times.ok || !stat.ok) return [];
    const [ran, waited] = times.text.split(' ').map(Number);
    const { name, began } = processStat(stat.text) ?? {};
    if (!Number.isFinite(ran) || !Number.isFinite(waited) || name === undefined || began === undefined) return [];
    return [{ tid: Number(tid), name, began, ran: ran as number, waited: waited as number }];
  });
}

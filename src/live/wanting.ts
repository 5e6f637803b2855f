import type { Look, ProcessTimes, ThreadTimes } from './look.ts';

/** A thread that runs or waits for a CPU for a smaller part of the time wants none: it only wakes now and then. */
export const WANTING = 0.05;

/** A thread between two looks, as parts of the time between them. */
export interface ThreadShare {
  tid: number;
  name: string;
  /** On a CPU. */
  ran: number;
  /** Runnable without a CPU. */
  waited: number;
}

/** What a process wanted of the CPUs between two looks. */
export interface ProcessDemand {
  pid: number;
  parent: number;
  name: string;
  /** Threads that ran or waited for a CPU at least WANTING of the time, the busiest first. */
  wanting: ThreadShare[];
  /** All of its threads, asleep or not. */
  threads: number;
  /** Threads on a CPU, in the mean over the time. */
  ran: number;
  /** Threads that waited for one, in the mean over the time. */
  waited: number;
}

/**
 * What each process wanted of the CPUs between two looks at the same tree, from the later one's processes: who has
 * ended is not seen, who has begun meanwhile counts with all that it has had. Empty where no time has passed.
 */
export function demandBetween(before: Look, after: Look): ProcessDemand[] {
  const elapsed = Number(after.at - before.at);
  if (elapsed <= 0) return [];
  return after.processes.map((process) => {
    const earlier = threadsBefore(before, process);
    const shares = process.threads.map((thread) => shareOf(thread, earlier.get(thread.tid), elapsed));
    const sum = (of: (share: ThreadShare) => number) => shares.reduce((total, share) => total + of(share), 0);
    return {
      pid: process.pid,
      parent: process.parent,
      name: process.name,
      wanting: shares
        .filter(({ ran, waited }) => ran + waited >= WANTING)
        .sort((a, b) => b.ran + b.waited - (a.ran + a.waited)),
      threads: shares.length,
      ran: sum(({ ran }) => ran),
      waited: sum(({ waited }) => waited),
    };
  });
}

function threadsBefore({ processes }: Look, { pid, began }: ProcessTimes): Map<number, ThreadTimes> {
  const same = processes.find((process) => process.pid === pid && process.began === began);
  return new Map((same?.threads ?? []).map((thread) => [thread.tid, thread]));
}

function shareOf(thread: ThreadTimes, known: ThreadTimes | undefined, elapsed: number): ThreadShare {
  const before = known?.began === thread.began ? known : { ran: 0, waited: 0 };
  return {
    tid: thread.tid,
    name: thread.name,
    ran: Math.max(0, thread.ran - before.ran) / elapsed,
    waited: Math.max(0, thread.waited - before.waited) / elapsed,
  };
}

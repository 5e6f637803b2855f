import { isSame, type Look, type ProcessTimes, type ThreadTimes } from './look.ts';

/** A thread that runs or waits for a CPU for a smaller part of the time wants none: it only wakes now and then. */
export const WANTING = 0.05;

/** A thread between two looks, as parts of the time between them. */
export interface ThreadShare {
  tid: number;
  name: string;
  /** On a CPU. */
  ran: number;
  /** Runnable without a CPU. More than 1 where a wait has ended that had begun before the earlier look. */
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
 * ended is not seen, who has begun meanwhile counts with all that it has had. Empty where no time has passed, and where
 * the root is gone or its number another process's.
 */
export function demandBetween(before: Look, after: Look): ProcessDemand[] {
  const [root] = before.processes;
  if (after.at <= before.at || root === undefined || !after.processes[0] || !isSame(root, after.processes[0]))
    return [];
  const known = new Map(before.processes.map((process) => [process.pid, process]));
  return after.processes.map((process) => {
    const earlier = threadsBefore(known.get(process.pid), process);
    const all = process.threads.map((thread) => measured(thread, earlier.get(thread.tid), before.at));
    const sum = (of: (share: ThreadShare) => number) => all.reduce((total, { share }) => total + of(share), 0);
    return {
      pid: process.pid,
      parent: process.parent,
      name: process.name,
      wanting: all
        .filter(({ wanted }) => wanted >= WANTING)
        .sort((a, b) => b.wanted - a.wanted)
        .map(({ share }) => share),
      threads: all.length,
      ran: sum(({ ran }) => ran),
      waited: sum(({ waited }) => waited),
    };
  });
}

function threadsBefore(earlier: ProcessTimes | undefined, process: ProcessTimes): Map<number, ThreadTimes> {
  const threads = earlier !== undefined && isSame(earlier, process) ? earlier.threads : [];
  return new Map(threads.map((thread) => [thread.tid, thread]));
}

/** A thread's share, and both parts of it in one: of the sum of both times, so that it is exact. */
function measured(
  thread: ThreadTimes,
  earlier: ThreadTimes | undefined,
  begin: bigint,
): { share: ThreadShare; wanted: number } {
  const known = earlier?.began === thread.began ? earlier : undefined;
  const elapsed = Number(thread.at - (known?.at ?? begin));
  const { ran, waited } = timesSince(thread, known, elapsed);
  const part = (time: number) => (elapsed > 0 ? time / elapsed : 0);
  return {
    share: { tid: thread.tid, name: thread.name, ran: part(ran), waited: part(waited) },
    wanted: part(ran + waited),
  };
}

function timesSince(thread: ThreadTimes, known: ThreadTimes | undefined, elapsed: number): Times {
  if (known === undefined) {
    // With more than there was time for, it is no new one: the earlier look has missed it.
    return thread.ran + thread.waited > elapsed ? NONE : thread;
  }
  const ran = Math.max(0, thread.ran - known.ran);
  const waited = Math.max(0, thread.waited - known.waited);
  // Neither has grown, and yet it was not asleep: a wait that goes on is added only when it ends.
  if (ran === 0 && waited === 0 && known.state === 'R' && thread.state === 'R') return { ran, waited: elapsed };
  return { ran, waited };
}

type Times = Pick<ThreadTimes, 'ran' | 'waited'>;
const NONE: Times = { ran: 0, waited: 0 };

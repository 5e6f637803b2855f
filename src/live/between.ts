import type { LiveFacts, LiveProcess, Role } from './facts.ts';
import { isSame, type Look, type ProcessTimes } from './look.ts';
import type { Counters, Sample } from './sample.ts';
import { demandBetween, type ProcessDemand } from './wanting.ts';

/** What two looks at a job tell by themselves. */
export type Between = Pick<
  LiveFacts,
  | 'seconds'
  | 'processes'
  | 'cpusUsed'
  | 'waitedShare'
  | 'throttledShare'
  | 'states'
  | 'involuntarySwitches'
  | 'others'
  | 'pressure'
  | 'ended'
>;

/** Ticks of a second in what the kernel shows to programs (USER_HZ, the same on all machines that Node runs on). */
const TICKS = 100;

/**
 * What a job did between two looks. null: the main process has ended, or its number is another's.
 *
 * CPU time is that of the threads, to the nanosecond; of threads and processes that ended meanwhile what their process,
 * or who has waited for them, has on its account, in ticks of 10 ms.
 */
export function between(before: Sample, after: Sample, roles: ReadonlyMap<number, Role>): Between | null {
  const [root] = after.look.processes;
  const [old] = before.look.processes;
  const seconds = Number(after.look.at - before.look.at) / 1e9;
  if (root === undefined || old === undefined || !isSame(root, old) || seconds <= 0) return null;
  const hidden = after.look.hidden || before.look.hidden;
  // Without a thread a process has ended, and waits for its parent; its time is its own until then.
  const isThere = (threads: number) => hidden || threads > 0;
  if (!isThere(root.threads.length)) return null;
  const demand = demandBetween(before.look, after.look);
  const earlier = new Map(before.look.processes.map((process) => [process.pid, process]));
  const rows = after.look.processes.map((process, at) => {
    const known = earlier.get(process.pid);
    const ticks = ticksSince(process, known && isSame(known, process) ? known : undefined, seconds);
    const role = roles.get(process.pid) ?? 'other';
    return rowOf(process, role, hidden ? null : (demand[at] ?? null), ticks / TICKS / seconds);
  });
  const wasGone = new Set(before.look.processes.filter(({ threads }) => threads.length === 0).map(({ pid }) => pid));
  const gone = endedBetween(before.look, after.look);
  const all = rows.reduce((sum, { cpusUsed }) => sum + (cpusUsed ?? 0), 0);
  const cpusUsed = all + gone.ticks / TICKS / seconds;
  return {
    seconds,
    processes: rows.filter(({ threads }) => isThere(threads)),
    cpusUsed,
    waitedShare: hidden ? null : shareWaited(demand),
    throttledShare: throttled(before.counters, after.counters),
    states: statesOf(after.look),
    involuntarySwitches: switches(before.counters, after.counters, seconds),
    others: othersOf(before.counters, after.counters, cpusUsed),
    pressure: {
      machine: pressure(before.counters.pressure.machine, after.counters.pressure.machine, seconds),
      cgroup: pressure(before.counters.pressure.cgroup, after.counters.pressure.cgroup, seconds),
    },
    ended: gone.count + rows.filter((row) => !isThere(row.threads) && !wasGone.has(row.pid)).length,
  };
}

/** What a process has had since; one that the earlier look has missed has begun since, or is given no time. */
function ticksSince({ used }: ProcessTimes, known: ProcessTimes | undefined, seconds: number): number {
  if (known !== undefined) return Math.max(0, used.own - known.used.own);
  return used.own > seconds * TICKS * MOST_AT_ONCE ? 0 : used.own;
}

/** More CPUs than one process keeps busy. */
const MOST_AT_ONCE = 4096;

/** So far ticks and the threads' own times may be apart: the ticks at both ends, and the two moments of reading. */
const ROUGH = 0.03;

function rowOf(process: ProcessTimes, role: Role, demand: ProcessDemand | null, byTicks: number): LiveProcess {
  const { pid, threads } = process;
  if (demand === null)
    return { pid, role, threads: threads.length || 1, wanting: null, cpusUsed: byTicks, waitedShare: null };
  // Threads that ended meanwhile have left their time with the process.
  const cpusUsed = byTicks > demand.ran * (1 + ROUGH) + ROUGH ? byTicks : demand.ran;
  return {
    pid,
    role,
    threads: demand.threads,
    wanting: demand.wanting.length,
    cpusUsed,
    waitedShare: shareWaited([demand]),
  };
}

/** 0 where nothing could run, and so nothing has waited. */
function shareWaited(demand: readonly ProcessDemand[]): number {
  const sum = (of: (process: ProcessDemand) => number) => demand.reduce((total, process) => total + of(process), 0);
  const [ran, waited] = [sum((process) => process.ran), sum((process) => process.waited)];
  return ran + waited === 0 ? 0 : waited / (ran + waited);
}

/** Those who were there and are not, and the ticks of all that ended: on the account of who has waited for them. */
function endedBetween(before: Look, after: Look): { count: number; ticks: number } {
  const still = new Map(after.processes.map((process) => [process.pid, process]));
  let count = 0;
  let ticks = 0;
  for (const old of before.processes) {
    const now = still.get(old.pid);
    if (now !== undefined && isSame(old, now)) {
      ticks += now.used.children - old.used.children;
    } else {
      count++;
      ticks -= old.used.own + old.used.children;
    }
  }
  const known = new Set(before.processes.map(({ pid, began }) => `${pid} ${began}`));
  for (const { pid, began, used } of after.processes) if (!known.has(`${pid} ${began}`)) ticks += used.children;
  return { count, ticks: Math.max(0, ticks) };
}

/** Of the groups with a quota the one that was stopped most. */
function throttled(before: Counters, after: Counters): number | null {
  if (before.quotas === null || after.quotas === null || before.quotas.length !== after.quotas.length) return null;
  const shares = after.quotas.map((now, at) => {
    const old = before.quotas?.[at] ?? now;
    const periods = now.periods - old.periods;
    return periods > 0 ? Math.min(1, Math.max(0, (now.throttled - old.throttled) / periods)) : 0;
  });
  return Math.max(...shares);
}

function statesOf({ processes }: Look): LiveFacts['states'] {
  const states = { running: 0, sleeping: 0, blocked: 0, stopped: 0 };
  for (const { threads } of processes)
    for (const { state } of threads) states[STATES[state as keyof typeof STATES] ?? 'sleeping']++;
  return states;
}

/** proc(5): `t` is stopped by a debugger. */
const STATES = { R: 'running', D: 'blocked', T: 'stopped', t: 'stopped' } as const;

/** Of the threads that are there at the later look; those that began meanwhile count with all of theirs. */
function switches(before: Counters, after: Counters, seconds: number): number | null {
  let sum = 0;
  for (const [tid, now] of after.switches) sum += Math.max(0, now - (before.switches.get(tid) ?? 0));
  return after.switches.size === 0 ? null : sum / seconds;
}

function othersOf(before: Counters, after: Counters, own: number): LiveFacts['others'] {
  const [old, now] = [before.machine, after.machine];
  if (old === null || now === null) return null;
  const [busy, idle] = [now.busy - old.busy, now.idle - old.idle];
  // Zeros (gVisor), and a file that is none of the kernel's.
  if (busy < 0 || idle < 0 || busy + idle === 0) return null;
  return {
    used: Math.max(0, (busy / (busy + idle)) * now.cpus - own),
    idle: (idle / (busy + idle)) * now.cpus,
  };
}

function pressure(before: number | null, after: number | null, seconds: number): number | null {
  return before === null || after === null ? null : Math.min(1, Math.max(0, (after - before) / 1e6 / seconds));
}

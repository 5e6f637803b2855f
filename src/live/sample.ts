import type { Group } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { lineAfter, numberAfter } from '../host/lines.ts';
import { type Look, lookAt } from './look.ts';
import type { WatchedTree } from './tree.ts';

/** Counters of a machine beside what threads have had. null: the kernel does not count it, or it may not be read. */
export interface Counters {
  /** Of the groups with quotas, from the job's own up. */
  quotas: { periods: number; throttled: number }[] | null;
  /** Ticks of all CPUs, and how many there are. */
  machine: { busy: number; idle: number; cpus: number } | null;
  /** Microseconds in which somebody waited for a CPU. */
  pressure: { machine: number | null; cgroup: number | null };
  /** Of each thread that has not ended, by its number: switches that were not its own wish. */
  switches: ReadonlyMap<number, number>;
}

export interface Sample {
  look: Look;
  counters: Counters;
}

/** Of a job that is looked at again and again, cheaply. */
interface Again {
  /** The sample before. */
  earlier: Sample | null;
  tree: WatchedTree;
}

/**
 * Looks once at a job. `groups` are the cgroups of the CPU controller, its own first. Where it is looked at again and
 * again, switches are not counted: that takes longer than all else.
 */
export function sampleOf(host: Host, root: number, groups: readonly Group[], again: Again | null = null): Sample {
  const look = lookAt(host, root, undefined, again?.earlier?.look, again?.tree.of(host));
  return {
    look,
    counters: {
      quotas: quotasOf(host, groups),
      machine: machineOf(host),
      pressure: { machine: pressureOf(host, '/proc/pressure/cpu'), cgroup: groupPressure(host, groups) },
      switches: new Map(
        (again === null ? look.processes : []).flatMap(({ pid, threads }) =>
          threads.map(({ tid }): [number, number] => [tid, switchesOf(host, pid, tid)]),
        ),
      ),
    },
  };
}

function quotasOf(host: Host, groups: readonly Group[]): Counters['quotas'] {
  const found = groups.flatMap(({ directory }) => {
    const read = host.read(`${directory}/cpu.stat`);
    const periods = read.ok ? numberAfter(read.text, 'nr_periods ') : null;
    const throttled = read.ok ? numberAfter(read.text, 'nr_throttled ') : null;
    return periods === null || throttled === null ? [] : [{ periods, throttled }];
  });
  return found.length === 0 ? null : found;
}

/** proc(5), stat: user, nice, system, idle, iowait, irq, softirq, steal. */
function machineOf(host: Host): Counters['machine'] {
  const read = host.read('/proc/stat', 4 * 1024 * 1024);
  const fields = read.ok ? lineAfter(read.text, 'cpu ')?.trim().split(' ').map(Number).slice(0, 8) : undefined;
  if (!read.ok || fields === undefined || fields.length < 5 || fields.some(Number.isNaN)) return null;
  const idle = (fields[3] ?? 0) + (fields[4] ?? 0);
  const all = fields.reduce((sum, value) => sum + value, 0);
  return { busy: all - idle, idle, cpus: [...read.text.matchAll(/^cpu\d+ /gm)].length };
}

/** Of version 2 alone. */
function groupPressure(host: Host, groups: readonly Group[]): number | null {
  const [own] = groups;
  return own === undefined ? null : pressureOf(host, `${own.directory}/cpu.pressure`);
}

/** Kernel: `accounting/psi.rst`; the sum of `some`, in microseconds. */
function pressureOf(host: Host, file: string): number | null {
  const read = host.read(file);
  const total = read.ok ? /^some .* total=(\d{1,20})$/m.exec(read.text)?.[1] : undefined;
  return total === undefined ? null : Number(total);
}

function switchesOf(host: Host, pid: number, tid: number): number {
  const status = host.read(`/proc/${pid}/task/${tid}/status`);
  return status.ok ? (numberAfter(status.text, 'nonvoluntary_ctxt_switches:') ?? 0) : 0;
}

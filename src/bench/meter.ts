import { observeHierarchies } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { lineAfter, numberAfter } from '../host/lines.ts';

/** What the kernel counts beside a run: read before and after, the difference is the run's. */
export interface Meter {
  /** Seconds for which the quotas above have held processes back; null: no group counts it. */
  throttledSeconds(): number | null;
  /** Processes killed for want of memory in this group; null: not counted. */
  memoryKills(): number | null;
  /** CPU seconds of everything on the machine since it was started; null: /proc/stat does not tell. */
  busySeconds(): number | null;
}

/** Counters of this process's own cgroup, v1 or v2 (kernel: `cgroup-v2.rst`, `scheduler/sched-bwc.rst`). */
export function meterOf(host: Host): Meter {
  const hierarchies = host.platform === 'linux' ? observeHierarchies(host) : null;
  const cpu = hierarchies?.groups('cpu') ?? [];
  const memory = hierarchies?.groups('memory') ?? [];
  const count = (file: string, name: string): number | null => {
    const read = host.read(file);
    return read.ok ? numberAfter(read.text, `${name} `) : null;
  };
  const total = (values: (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  };
  return {
    throttledSeconds: () =>
      total(
        cpu.map(({ directory, version }) => {
          const value = count(`${directory}/cpu.stat`, version === 2 ? 'throttled_usec' : 'throttled_time');
          return value === null ? null : value / (version === 2 ? 1e6 : 1e9);
        }),
      ),
    memoryKills: () =>
      total(
        memory.map(({ directory, version }) =>
          count(`${directory}/${version === 2 ? 'memory.events' : 'memory.oom_control'}`, 'oom_kill'),
        ),
      ),
    busySeconds() {
      const jiffies = busyJiffies(host);
      return jiffies && jiffies.busy / TICKS;
    },
  };
}

/** CPUs that others keep busy, over a moment; null: /proc/stat does not tell. */
export async function foreignLoad(host: Host, milliseconds = 250): Promise<number | null> {
  const before = busyJiffies(host);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const after = busyJiffies(host);
  if (before === null || after === null || after.total <= before.total) return null;
  return ((after.busy - before.busy) / (after.total - before.total)) * after.cpus;
}

/** Ticks of a second in what the kernel shows to programs (USER_HZ, the same on all machines that Node runs on). */
const TICKS = 100;

/** proc(5): user, nice, system, idle, iowait, irq, softirq, steal. */
function busyJiffies(host: Host): { busy: number; total: number; cpus: number } | null {
  const read = host.read('/proc/stat', 4 * 1024 * 1024);
  const fields = read.ok ? lineAfter(read.text, 'cpu ')?.trim().split(' ').map(Number).slice(0, 8) : undefined;
  if (!read.ok || fields === undefined || fields.length < 5) return null;
  const total = fields.reduce((sum, value) => sum + value, 0);
  const cpus = [...read.text.matchAll(/^cpu\d+ /gm)].length;
  return { busy: total - (fields[3] ?? 0) - (fields[4] ?? 0), total, cpus };
}

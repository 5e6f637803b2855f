import { setTimeout as pause } from 'node:timers/promises';
import type { Group } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { lineAfter } from '../host/lines.ts';
import { between } from './between.ts';
import type { LiveFacts, Role } from './facts.ts';
import { rolesOf } from './known-roles.ts';
import { type Look, MOST_THREADS } from './look.ts';
import { hasLensKit, mappedFiles } from './mapped.ts';
import { memoryOf } from './memory.ts';
import { sampleOf } from './sample.ts';

/** A job to look at: its main process, and the cgroups of the CPU controller from its own up. */
export interface Job {
  pid: number;
  groups: readonly Group[];
}

/** What is true of a job whenever one looks. */
export type Standing = Pick<LiveFacts, 'affinities' | 'loaded' | 'imported'>;

/**
 * Looks twice at a running job, `seconds` apart. Reads only.
 *
 * @param proc this machine, whose `/proc` shows the processes
 * @returns null: it ended meanwhile
 */
export async function observeLive(
  proc: Host,
  job: Job,
  standing: Standing,
  seconds: number,
): Promise<LiveFacts | null> {
  const [facts = null] = await observeAll(proc, [{ ...job, standing }], seconds);
  return facts;
}

/** The same of several jobs within the same time. */
export async function observeAll(
  proc: Host,
  jobs: readonly (Job & { standing: Standing })[],
  seconds: number,
): Promise<(LiveFacts | null)[]> {
  const before = jobs.map(({ pid, groups }) => sampleOf(proc, pid, groups));
  await pause(seconds * 1000);
  return jobs.map(({ pid, groups, standing }, at) => {
    const first = before[at];
    const second = sampleOf(proc, pid, groups);
    const roles = rolesOf(pid, second.look.processes, proc);
    const seen = first === undefined ? null : between(first, second, roles);
    if (seen === null) return null;
    const pids = seen.processes.map((process) => process.pid);
    return {
      pid,
      ...seen,
      ...memoryOf(proc, pids),
      ...standing,
      workersSince: workersSince(proc, second.look, roles),
      warnings: warningsOf(second.look.hidden),
    };
  });
}

/** proc(5): a process began so many ticks of 10 ms after the machine. */
export function workersSince(proc: Host, { processes }: Look, roles: ReadonlyMap<number, Role>): number | null {
  const uptime = proc.read('/proc/uptime');
  const now = uptime.ok ? Number.parseFloat(uptime.text) : Number.NaN;
  const workers = processes.filter(({ pid }) => roles.get(pid) === 'worker');
  if (workers.length === 0 || !(now > 0)) return null;
  return Math.max(0, now - Math.max(...workers.map(({ began }) => Number(began) / 100)));
}

export function warningsOf(hidden: boolean): string[] {
  return hidden
    ? [
        'the kernel keeps no times of threads (schedstat): which of them want a CPU, and how long they waited, is not known',
      ]
    : [];
}

/** What the main process has mapped, and where its threads may run. `host` is the machine as it sees it. */
export function observeStanding(host: Host): Omit<Standing, 'loaded'> & { mapped: string[] } {
  const mapped = mappedFiles(host);
  return { mapped, affinities: affinitiesOf(host), imported: hasLensKit(mapped) };
}

/** Of the files of native thread pools those that are mapped. */
export function loadedOf(pools: readonly string[], mapped: readonly string[], host: Host): string[] {
  const files = new Set(mapped);
  return pools.filter((file) => files.has(host.realpath(file) ?? file));
}

function affinitiesOf(host: Host): LiveFacts['affinities'] {
  const counts = new Map<string, number>();
  for (const tid of host.list('/proc/self/task', MOST_THREADS) ?? []) {
    const status = host.read(`/proc/self/task/${tid}/status`);
    const cpus = status.ok ? lineAfter(status.text, 'Cpus_allowed_list:')?.trim() : undefined;
    if (cpus) counts.set(cpus, (counts.get(cpus) ?? 0) + 1);
  }
  return [...counts].map(([cpus, threads]) => ({ cpus, threads }));
}

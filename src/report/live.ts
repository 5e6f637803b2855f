import { counted, size } from '../checks/check.ts';
import { percent } from '../checks/live/seen.ts';
import type { Report } from '../documents/doctor-report.ts';
import { wantingThreads } from '../live/counts.ts';

type Live = NonNullable<Report['live']>;

/** Bytes that are told as whole megabytes. */
const LEAST_SHOWN = 500_000;

/** More processes are counted, not listed. */
const MOST_LISTED = 12;

/** `PID 4711 for 1.0 s: 1.9 CPUs used of 2, 4 threads want one, waited 48 % of the time`, and what else there is to say. */
export function liveLines({ live, cpus }: Pick<Report, 'live' | 'cpus'>): string[] {
  if (live === null) return [];
  const { pid, seconds, cpusUsed, waitedShare, throttledShare, memoryBytes, sharedBytes, others, pressure, ended } =
    live;
  const first = [
    cpusUsed === null ? null : `${cpusUsed.toFixed(1)} CPUs used of ${cpus.effective}`,
    wantWords(live),
    waitedShare === null ? null : `waited ${percent(waitedShare)} of the time they could run`,
    throttledShare === null || cpus.quota === null
      ? null
      : `stopped by the quota in ${percent(throttledShare)} of periods`,
  ];
  const shared = sharedBytes === null || sharedBytes < LEAST_SHOWN ? '' : ` (${size(sharedBytes)} of it shared)`;
  const second = [
    memoryBytes === null ? null : `${size(memoryBytes)} of memory${shared}`,
    others === null ? null : `others use ${others.used.toFixed(1)} CPUs, ${others.idle.toFixed(1)} idle`,
    pressure.cgroup === null ? null : `its cgroup waited for CPUs ${percent(pressure.cgroup)} of the time`,
    live.involuntarySwitches === null
      ? null
      : `${Math.round(live.involuntarySwitches)} switches a second taken from it`,
    ended === 0 ? null : `${counted(ended, 'process')} ended`,
  ];
  return [
    `PID ${pid} for ${seconds.toFixed(1)} s: ${joined(first)}`,
    joined(second),
    ...(live.imported ? [] : ['LensKit is not loaded yet']),
    ...live.warnings,
  ].filter((line) => line !== '');
}

/** `4 threads want one`, of CPUs; null: the kernel does not tell. */
export function wantWords(live: Pick<Live, 'processes'>): string | null {
  const wanting = wantingThreads(live);
  return wanting === null ? null : `${counted(wanting, 'thread')} ${wanting === 1 ? 'wants' : 'want'} one`;
}

/** The columns of the table of processes. */
export const LIVE_HEAD = ['Process', 'PID', 'Threads', 'Want a CPU', 'CPUs', 'Waited'] as const;

/** Each process that does something, the busiest first, and the others counted. */
export function liveRows(live: Live): string[][] {
  const [main, ...below] = live.processes;
  if (main === undefined) return [];
  const sorted = [...below].sort((a, b) => (b.cpusUsed ?? 0) - (a.cpusUsed ?? 0) || a.pid - b.pid);
  const listed = [main, ...sorted.slice(0, MOST_LISTED - 1)];
  const rest = sorted.slice(MOST_LISTED - 1);
  const row = (process: Live['processes'][number]) => [
    process.role,
    String(process.pid),
    String(process.threads),
    process.wanting === null ? '?' : String(process.wanting),
    process.cpusUsed === null ? '?' : process.cpusUsed.toFixed(2),
    process.waitedShare === null ? '?' : percent(process.waitedShare),
  ];
  const sum = (of: (process: Live['processes'][number]) => number | null) =>
    rest.reduce((total, process) => total + (of(process) ?? 0), 0);
  return [
    ...listed.map(row),
    ...(rest.length === 0
      ? []
      : [
          [
            `${rest.length} more`,
            '',
            String(sum(({ threads }) => threads)),
            String(sum(({ wanting }) => wanting)),
            sum(({ cpusUsed }) => cpusUsed).toFixed(2),
            '',
          ],
        ]),
  ];
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ');
}

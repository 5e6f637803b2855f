import type { BenchResult, Run, Settings, Trial } from '../../documents/bench-result.ts';
import { traitsOf } from '../../rules/generations.ts';

/** `0.482 s`, `12.3 s`, `2 min 05 s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds >= 100) {
    const whole = Math.round(seconds);
    const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    const [hours = 0, minutes = 0, rest = 0] = parts;
    return hours > 0 ? `${hours} h ${pad(minutes)} min` : `${minutes} min ${pad(rest)} s`;
  }
  return `${seconds < 1 ? seconds.toFixed(3) : seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

export function factor(value: number | null): string {
  return value === null ? '' : `${value >= 10 ? value.toFixed(1) : value.toFixed(2)}×`;
}

/** `0.471 – 0.490`. */
export function range(interval: readonly [number, number] | null): string {
  if (interval === null) return '';
  const digits = interval[1] < 1 ? 3 : interval[1] < 10 ? 2 : 1;
  return interval.map((value) => value.toFixed(digits)).join(' – ');
}

/** `1.23 ± 0.05`: mean and standard deviation of the runs that came to their end; nothing: fewer than two did. */
export function meanText(runs: readonly Run[]): string {
  const seconds = runs.filter(({ status }) => status === 'ok').map((run) => run.seconds);
  if (seconds.length < 2) return '';
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
  const deviation = Math.sqrt(seconds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seconds.length - 1));
  const digits = mean < 1 ? 3 : mean < 10 ? 2 : 1;
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

export function bytes(value: number | null): string {
  if (value === null) return '';
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`;
}

/** `1 × 2 × 1`: processes, threads (in workers), backend threads. */
export function settingText({ processes, threads, backendThreads, workerThreads, ray }: Settings): string {
  const own = workerThreads === null ? String(threads) : `${threads},${workerThreads}`;
  return `${processes} × ${own} × ${backendThreads}${ray ? ' Ray' : ''}`;
}

/** What the three numbers of a setting are. */
export function settingTitle(result: Pick<BenchResult, 'generation'>): string {
  const pools = traitsOf(result).pools === 'numba' ? 'Numba threads × OpenBLAS threads' : 'threads × backend threads';
  return `${workersNoun(result)} × ${pools}`;
}

/** What makes lists at the same time. */
export function workersNoun(result: Pick<BenchResult, 'generation'>): string {
  return traitsOf(result).batch === 'tasks' ? 'jobs' : 'processes';
}

/** True if both are the same setting; results that were kept and read again are no longer the same objects. */
export function isSame(
  a: { env: BenchResult['baseline']['env'] },
  b: { env: BenchResult['baseline']['env'] } | null,
): boolean {
  return b !== null && JSON.stringify(a.env) === JSON.stringify(b.env);
}

/**
 * The trials in the order of the table: the best, what is tied with it (LensKit's default, then the fewest threads), the
 * others by their medians, those without one last. The current environment has a row of its own before them.
 */
export function ranked({ trials, best }: BenchResult): Trial[] {
  const group = (trial: Trial): number => (isSame(trial, best) ? 0 : trial.tied ? 1 : 2);
  const tie = ({ roles, settings }: Trial): number =>
    roles.includes('default') ? 0 : settings.processes * settings.threads * settings.backendThreads;
  const place = (trial: Trial): number => trial.median ?? Number.POSITIVE_INFINITY;
  return trials
    .filter(({ roles }) => !roles.includes('current'))
    .toSorted(
      (a, b) =>
        group(a) - group(b) ||
        (group(a) === 1 ? tie(a) - tie(b) : 0) ||
        place(a) - place(b) ||
        lowerBound(a) - lowerBound(b),
    );
}

/** Roles of the current environment beside its own: it is LensKit's default, or what is recommended. */
export function currentRoles({ trials }: Pick<BenchResult, 'trials'>): Trial['roles'] {
  return trials.find(({ roles }) => roles.includes('current'))?.roles ?? [];
}

/** Of a trial whose runs were ended: what they took at least. */
function lowerBound({ runs }: Trial): number {
  return Math.max(0, ...runs.map(({ seconds }) => seconds));
}

/** `0.48 s`, or `> 0.62 s` where its runs were ended. */
export function timeText(trial: Pick<Trial, 'median' | 'runs'>): string {
  if (trial.median !== null) return duration(trial.median);
  const ended = trial.runs.filter(({ status }) => status === 'capped' || status === 'timeout');
  return ended.length > 0 ? `> ${duration(Math.max(...ended.map(({ seconds }) => seconds)))}` : '';
}

/** Why a trial has no part in the ranking, or which it is. */
export function noteText(trial: Pick<Trial, 'status' | 'roles' | 'runs'> & { tied?: boolean }): string {
  const failed = trial.runs.find(({ reason }) => reason !== null);
  const notes = [
    ...(trial.status === 'failed' || trial.status === 'timeout' ? [`${trial.status}: ${failed?.reason ?? ''}`] : []),
    ...(trial.tied ? ['tied'] : []),
    ...trial.roles.flatMap((role) => ROLES[role]),
  ];
  return notes.join(', ');
}

const ROLES: { readonly [role in Trial['roles'][number]]: readonly string[] } = {
  current: [],
  default: ["LensKit's default"],
  recommended: ['recommended'],
};

export function speedup(trial: Pick<Trial, 'median'>, baseline: number | null): number | null {
  return trial.median === null || baseline === null ? null : baseline / trial.median;
}

/** CPU seconds by seconds, of the finished runs: how many CPUs were busy. */
export function cpuUse(runs: readonly Run[]): number | null {
  const known = runs.filter(
    ({ status, cpuSeconds, phases }) => status === 'ok' && cpuSeconds !== null && phases === null,
  );
  if (known.length === 0) return null;
  return known.reduce((sum, { cpuSeconds, seconds }) => sum + (cpuSeconds as number) / seconds, 0) / known.length;
}

export function peakMemory(runs: readonly Run[]): number | null {
  const known = runs.flatMap(({ peakRssBytes, peakTreeBytes }) => [peakRssBytes ?? [], peakTreeBytes ?? []].flat());
  return known.length > 0 ? Math.max(...known) : null;
}

const MOST_SHOWN = 160;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= MOST_SHOWN ? line : `${line.slice(0, MOST_SHOWN)}…`;
}

/** What was measured, in one line. */
export function jobText({ engine, job, objective }: BenchResult): string {
  if (engine === 'command') return oneLine((job.command as string[]).join(' '));
  if (engine === 'builtin') return `builtin scoring of ${job.users} users × ${job.items} items`;
  const found = job.found as { users: number; items: number } | undefined;
  const size = found ? `, ${found.users} users × ${found.items} items` : '';
  return `${job.pipeline ?? job.model}, ${job.task}${size}${objective === 'batch' ? '' : `, ${objective}`}`;
}

/** Why settings of the space were not run; null: there is none. */
export function slowStartWords({ search, generation }: BenchResult): string | null {
  const starts = search.slowStarts ?? [];
  if (starts.length === 0) return null;
  const least = duration(Math.min(...starts.map(({ seconds }) => seconds)));
  return `${starts.length} not run: starting their ${workersNoun({ generation })} alone takes ${least} or more`;
}

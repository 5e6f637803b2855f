import type { Run, Trial } from '../documents/bench-result.ts';
import type { Candidate } from './space.ts';
import { bootstrapInterval, median, outlierIndexes } from './statistics.ts';

/** Of the runs that came to their end; null: there is none. */
export function medianOf(runs: readonly Run[]): number | null {
  const seconds = finished(runs);
  return seconds.length === 0 ? null : median(seconds);
}

/** What runs of one setting come to. */
export function summary(runs: readonly Run[], random: () => number): Pick<Trial, 'median' | 'interval'> {
  const seconds = finished(runs);
  return { median: medianOf(runs), interval: seconds.length === 0 ? null : bootstrapInterval(seconds, random) };
}

/** The seconds of the runs that came to their end. */
export function finished(runs: readonly Run[]): number[] {
  return runs.filter(({ status }) => status === 'ok').map(({ seconds }) => seconds);
}

/** `ok` and still in the race, or why not. */
export function statusOf(runs: readonly Run[], dropped: boolean): Trial['status'] {
  if (runs.some(({ status }) => status === 'failed')) return 'failed';
  if (runs.some(({ status }) => status === 'timeout')) return 'timeout';
  return dropped || finished(runs).length === 0 ? 'dropped' : 'ok';
}

export function trialOf(candidate: Candidate, runs: Run[], dropped: boolean, random: () => number): Trial {
  const { env, settings, roles } = candidate;
  return { env, settings, roles, status: statusOf(runs, dropped), runs, ...summary(runs, random) };
}

/** Runs that took far longer than their setting's others, in words. */
export function outliers(label: string, runs: readonly Run[]): string[] {
  const seconds = finished(runs);
  return outlierIndexes(seconds).map(
    (index) =>
      `${label}: run ${index + 1} took ${(seconds[index] as number).toPrecision(3)} s, the median is ${median(seconds).toPrecision(3)} s`,
  );
}

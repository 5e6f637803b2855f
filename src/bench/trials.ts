import type { Run, Trial } from '../documents/bench-result.ts';
import { median, medianInterval, outlierIndexes } from './statistics/summaries.ts';

/** Seconds of the runs that say something: of one that was ended, infinity stands for "longer than that". */
function timed(runs: readonly Run[]): number[] {
  return runs.flatMap(({ status, seconds }) =>
    status === 'ok' ? [seconds] : status === 'capped' || status === 'timeout' ? [Number.POSITIVE_INFINITY] : [],
  );
}

/** null: none came to its end, or so few that the middle one did not. */
export function medianOf(runs: readonly Run[]): number | null {
  const seconds = timed(runs);
  const middle = seconds.length === 0 ? Number.POSITIVE_INFINITY : median(seconds);
  return Number.isFinite(middle) ? middle : null;
}

/** What runs of one setting come to. */
export function summary(runs: readonly Run[]): Pick<Trial, 'median' | 'interval'> {
  return { median: medianOf(runs), interval: medianInterval(timed(runs)) };
}

/** The seconds of the runs that came to their end. */
export function finished(runs: readonly Run[]): number[] {
  return runs.filter(({ status }) => status === 'ok').map(({ seconds }) => seconds);
}

/** So many runs without one that comes to its end are no accident. */
const FAILURES = 2;

/** True: it fails as a rule. One failing run of a flaky job is none, nor are some among many that come to their end. */
export function isBroken(runs: readonly Run[]): boolean {
  const failures = runs.filter(({ status }) => status === 'failed').length;
  return failures >= FAILURES && 2 * failures > runs.length;
}

/** `ok` and still in the race, or why not. */
export function statusOf(runs: readonly Run[], dropped: boolean): Trial['status'] {
  const ends = runs.filter(({ status }) => status === 'ok').length;
  const failures = runs.filter(({ status }) => status === 'failed').length;
  if (isBroken(runs) || (ends === 0 && failures > 0)) return 'failed';
  if (ends === 0 && runs.some(({ status }) => status === 'timeout')) return 'timeout';
  return dropped || ends === 0 ? 'dropped' : 'ok';
}

/** Runs that took far longer than their setting's others, in words. */
export function outliers(label: string, runs: readonly Run[]): string[] {
  const seconds = finished(runs);
  return outlierIndexes(seconds).map(
    (index) =>
      `${label}: run ${index + 1} took ${(seconds[index] as number).toPrecision(3)} s, the median is ${median(seconds).toPrecision(3)} s`,
  );
}

import type { Verdict } from '../checks/attention.ts';
import type { Fix } from '../checks/check.ts';
import type { SeriesSummary } from '../live/summary.ts';
import type { WatchedFacts } from '../live/watched.ts';

/** The version of each JSON line; raised when a field changes its meaning or goes. */
export const WATCH_VERSION = 1;

/** A look at a job, as one line of `--json` and of `--save`: what `live` is in a doctor's report, and what watching adds. */
export interface WatchLine extends WatchedFacts {
  schemaVersion: typeof WATCH_VERSION;
  /** When the look ended, ISO 8601. */
  time: string;
  /** In seconds since watching began. */
  at: number;
  /** CPUs that the job may use; null: not known. */
  effective: number | null;
}

/** What the doctor says of all that was seen. */
export interface WatchAdvice {
  /** LensKit's version; null: not known. */
  version: string | null;
  /** The worst of the doctor's findings of the running job, from warnings on; null: there is none. */
  verdict: Verdict | null;
  /** What it says to do about it, for the next run; null: nothing. */
  fix: Fix | null;
}

export interface WatchSummary extends SeriesSummary, WatchAdvice {
  /** The main process, of several that were looked at the one with LensKit that was busiest; null: it was gone before. */
  pid: number | null;
  /** What could not be read, and whose summary it is where another process was named. */
  warnings: string[];
  /** Who ended: the job, or only the watching. */
  end: 'job' | 'watching';
  /** Of a command that was started; null: of another's process nobody is told. */
  exitStatus: number | null;
}

/** The last line. */
interface WatchEnd {
  schemaVersion: typeof WATCH_VERSION;
  time: string;
  summary: WatchSummary;
}

/** The summary as a line. */
export function endOf(summary: WatchSummary, now: Date): WatchEnd {
  return { schemaVersion: WATCH_VERSION, time: now.toISOString(), summary };
}

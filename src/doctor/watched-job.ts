import { verdictOf, worstOf } from '../checks/attention.ts';
import { examine } from '../checks/examine.ts';
import { ALL_CHECKS, selected } from '../checks/select.ts';
import type { WatchAdvice } from '../documents/watch.ts';
import type { Host } from '../host/host.ts';
import type { LiveFacts } from '../live/facts.ts';
import type { SeriesSummary } from '../live/summary.ts';
import { WatchedJob } from '../live/watched.ts';
import type { Hide } from '../privacy/secrets.ts';
import { NO_QUESTION } from '../situation/question.ts';
import { situate } from '../situation/situate.ts';
import { reportOf } from './diagnose.ts';
import { factsOf, observeJob, type SeenJob } from './observe-running.ts';

/** A job that is being watched, with what is known of its machine. */
export interface OpenJob {
  seen: SeenJob;
  watched: WatchedJob;
  /** CPUs that it may use. */
  effective: number;
  version: string | null;
}

/** Reads all that is read once, and looks for the first time. @throws ProcessUnreadable */
export async function openJob(proc: Host, pid: number, label: string, hide: Hide): Promise<OpenJob> {
  const seen = await observeJob(proc, pid, label, { hide });
  const { cpus, lenskit } = situate(seen.hide(seen.facts), NO_QUESTION);
  const watched = new WatchedJob(proc, seen.job, seen.standing);
  return { seen, watched, effective: cpus.effective, version: lenskit.version };
}

/**
 * What the doctor says of a job that was watched, as if all of it were one look: shares over the whole time, the processes
 * of its busiest look.
 *
 * @param hasEnded what looks at it once more is no fix then
 */
export function adviceOf(
  { seen, version }: Pick<OpenJob, 'seen' | 'version'>,
  busiest: LiveFacts,
  summary: SeriesSummary,
  { hasEnded, ...program }: { version: string; time: Date; hasEnded: boolean },
): WatchAdvice {
  const { seconds, cpusUsed, waitedShare, throttledShare, peakMemoryBytes } = summary;
  const live: LiveFacts = { ...busiest, seconds, cpusUsed, waitedShare, throttledShare, memoryBytes: peakMemoryBytes };
  const situation = situate(seen.hide(factsOf(seen, live)), NO_QUESTION);
  const { checks } = reportOf(situation, examine(situation, selected({ ...ALL_CHECKS, only: ABOUT })), program);
  const worst = worstOf(checks);
  return {
    version,
    verdict: verdictOf(checks),
    fix: hasEnded && worst?.fix?.commands !== undefined ? null : (worst?.fix ?? null),
  };
}

/** What is about all of a run: that a moment is not as foretold, or idle, says nothing of the next. */
const ABOUT = ['live/waiting', 'live/throttled', 'live/memory', 'live/idle'];

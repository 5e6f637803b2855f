import type { Shortage } from '../documents/bench-result.ts';
import { FEWEST_ROUNDS } from './statistics/signed-rank.ts';

/** What the end of the budget has cut short. */
export interface Cut {
  what: Shortage['what'];
  /** For how long it had run. */
  seconds: number;
}

interface Known {
  /** Seconds of one run, with what it takes beside it; null: none came to its end. */
  run: number | null;
  /** Seconds until the process of a setting is ready for its runs. */
  start: number;
  cut: Cut | null;
  settings: number;
  /** What is left after that run. */
  left: number;
}

/**
 * What the settings need, if the budget is too short for it: a look at each, and the fewest rounds that can show
 * something. null: there is enough, or nothing is known of a run.
 */
export function shortageOf({ run, start, cut, settings, left }: Known): Shortage | null {
  const looks = settings + 2 * FEWEST_ROUNDS;
  if (run === null)
    return cut && { what: cut.what, seconds: cut.seconds, isLonger: true, settings, needed: looks * cut.seconds };
  const needed = looks * run + settings * start;
  return needed - run - start <= left ? null : { what: 'run', seconds: run, isLonger: false, settings, needed };
}

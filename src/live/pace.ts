/** What watching may cost: under a hundredth of one CPU, and so many seconds of it besides, for the first looks. */
export const SHARE = 0.009;
const CREDIT = 0.1;

/** However much a look costs, one is made in so many seconds. */
const LONGEST = 600;

/** What watching has cost so far, in seconds. */
export interface Spent {
  /** CPU time of this program since it began to watch. */
  cpu: number;
  /** Time since then. */
  elapsed: number;
}

/**
 * Seconds until the next look: what was asked for, or longer, until all looks so far have cost no more than their part of
 * the time. Pure.
 */
export function pauseUntilNext(every: number, { cpu, elapsed }: Spent): number {
  const paidFor = (cpu - CREDIT) / SHARE;
  return Math.min(LONGEST, Math.max(every, paidFor - elapsed));
}

import type { Run } from '../documents/bench-result.ts';
import { driftOf, isDrifting } from './statistics/drift.ts';
import { type Difference, estimate, FEWEST_ROUNDS, lookedAt, scatter } from './statistics/signed-rank.ts';

/** A run with its place in the order of all runs. */
export interface Placed {
  run: Run;
  place: number;
}

/** Settings run once each, one behind the other in random order: the runs by setting. */
export type Duel = ReadonlyMap<number, Placed>;

/** Two settings that were run in the same rounds. */
export interface Comparison {
  /** Rounds in which both have a time, or are known to take longer than one. */
  rounds: number;
  /** The logarithm of how many times as fast the second is. */
  estimate: number;
  /** 95 %, of the same, whenever one stops; null: too few rounds. */
  interval: Difference | null;
  /** The standard deviation of a round's difference. */
  scatter: number;
  /** Growth of the logarithm from run to run, where it is beyond chance. */
  drift: number;
}

/** What the rounds say. */
export interface Judgement {
  /** The setting that was shown to be faster than the reference; null: none was. */
  claimed: number | null;
  /** The reference against the setting that was judged: the claimed one, else the most promising. */
  comparison: Comparison;
}

/** Compares two settings by the rounds in which both were run; a drift is taken out. */
export function compare(duels: readonly Duel[], first: number, second: number): Comparison {
  const pairs = duels.flatMap((duel) => {
    const [a, b] = [duel.get(first), duel.get(second)];
    return a && b && says(a.run) && says(b.run) ? [{ a, b }] : [];
  });
  const means = pairs
    .filter(({ a, b }) => a.run.status === 'ok' && b.run.status === 'ok')
    .map(({ a, b }) => ({
      place: (a.place + b.place) / 2,
      value: (Math.log(a.run.seconds) + Math.log(b.run.seconds)) / 2,
    }));
  const drift = driftOf(means);
  const differences = pairs.map(({ a, b }): Difference => {
    const between = Math.log(a.run.seconds) - Math.log(b.run.seconds) - drift * (a.place - b.place);
    return {
      low: b.run.status === 'ok' ? between : Number.NEGATIVE_INFINITY,
      high: a.run.status === 'ok' ? between : Number.POSITIVE_INFINITY,
    };
  });
  return {
    rounds: differences.length,
    estimate: estimate(differences),
    interval: lookedAt(differences),
    scatter: scatter(differences),
    drift: isDrifting(means) ? drift : 0,
  };
}

/** A run that came to its end, or was ended because it took too long. */
function says({ status }: Run): boolean {
  return status === 'ok' || status === 'timeout' || status === 'capped';
}

/**
 * The verdict on the settings that other runs have chosen: what chose them is not what judges them, so that the best of
 * many by luck is not claimed by the same luck. The most promising is judged first and alone; only where it is shown to
 * be faster than the reference one that ties prefer is judged as well, which needs no correction (W. Maurer,
 * L. A. Hothorn and W. Lehmacher, "Multiple comparisons in drug clinical trials and preclinical assays: a-priori ordered
 * hypotheses", 1995).
 */
export function judge(duels: readonly Duel[], reference: number, [leader, favourite]: readonly number[]): Judgement {
  if (leader === undefined) return { claimed: null, comparison: compare([], reference, reference) };
  const comparison = compare(duels, reference, leader);
  if (!isFaster(comparison)) return { claimed: null, comparison };
  if (favourite !== undefined) {
    const second = compare(duels, reference, favourite);
    if (isFaster(second) && !isFaster(compare(duels, favourite, leader)))
      return { claimed: favourite, comparison: second };
  }
  return { claimed: leader, comparison };
}

/** The second is faster than the first, beyond noise. */
export function isFaster({ interval }: Comparison): boolean {
  return interval !== null && interval.low > 0;
}

/** There are enough rounds to say something. */
export function isEnough({ rounds, interval }: Comparison): boolean {
  return rounds >= FEWEST_ROUNDS && interval !== null;
}

/**
 * Figures of one setting's runs alone, for tables.
 *
 * Outliers: B. Iglewicz and D. C. Hoaglin, "How to detect and handle outliers", 1993. The interval of a median by ranks:
 * W. R. Thompson, "On confidence ranges for the median", Annals of Mathematical Statistics 7, 1936. The generator:
 * T. Ettinger's mulberry32.
 */
import { median, medianAbsoluteDeviation } from 'simple-statistics';

export { median };

const ERROR = 0.05;

/**
 * A 95 % interval for the median by ranks, which holds for any distribution; null: too few values (below six), or a
 * bound is infinite. Censored values are given as infinity.
 */
export function medianInterval(values: readonly number[]): [number, number] | null {
  const sorted = values.toSorted((a, b) => a - b);
  // P(at most `below` of n values lie below the median), on both sides.
  let below = -1;
  let tail = 0.5 ** sorted.length;
  for (let sum = tail; 2 * sum <= ERROR; sum += tail) {
    below++;
    tail *= (sorted.length - below) / (below + 1);
  }
  const [low, high] = [sorted[below], sorted[sorted.length - 1 - below]];
  return below < 0 || low === undefined || high === undefined || !Number.isFinite(high) ? null : [low, high];
}

/** How far from the median a run is an outlier: 3.5 deviations, and a fifth at least. */
export function outlierIndexes(values: readonly number[]): number[] {
  if (values.length < 3) return [];
  const middle = median([...values]);
  const far = Math.max((3.5 * medianAbsoluteDeviation([...values])) / 0.6745, 0.2 * middle);
  return values.flatMap((value, index) => (Math.abs(value - middle) > far ? [index] : []));
}

/** Numbers in [0, 1) that a seed decides (mulberry32), so that an interrupted search goes on as it would have. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The difference of two settings that were run in pairs, in random order within each: exact whatever the times look
 * like, since under "no difference" the coin that chose the order decides the signs (R. A. Fisher, "The Design of
 * Experiments", 1935, ch. III). Test: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1,
 * 1945, with its exact distribution. Interval and estimate: J. L. Hodges and E. L. Lehmann, "Estimates of location based
 * on rank tests", Annals of Mathematical Statistics 34, 1963 (the median of the Walsh averages), J. W. Tukey, 1949.
 *
 * Looking again and again: the errors of all looks add up to 5 % at most (Bonferroni), which holds however they depend on
 * one another, so that one may stop at any look (the idea of K. K. G. Lan and D. L. DeMets, "Discrete sequential
 * boundaries for clinical trials", Biometrika 70, 1983; the sum instead of the joint distribution). An e-value for signs
 * (A. Ramdas et al., "Admissible anytime-valid sequential inference must rely on nonnegative martingales", 2020) grows by
 * 2 in a round at most and needs six rounds without a flaw as well, and more with one.
 *
 * Censored runs: a run that was ended at a limit took longer than that. A difference is then known to lie between two
 * bounds; Walsh averages grow with every difference, so that the interval of all possible values has the lower bound
 * of the lower ones and the upper bound of the upper ones.
 */

/** A difference of logarithmic times that lies between these; both are the same where both runs came to their end. */
export interface Difference {
  low: number;
  high: number;
}

/** Fewer pairs never leave "no difference" out. */
export const FEWEST_ROUNDS = 6;
/** The error of the first look: six signs of six, on both sides. The others share what is left of 5 %. */
const FIRST_ERROR = 2 / 2 ** FEWEST_ROUNDS;
const ERROR = 0.05;

/** After so many rounds the pairs are looked at: each time about 1.4 times as many as before. */
const LOOKS = [FEWEST_ROUNDS, 9, 13, 18, 25, 35, 49, 69, 97, 136, 190, 266, 372, 521, 729, 1021];

/** True: after so many rounds it is time to look. */
export function isLook(rounds: number): boolean {
  return LOOKS.includes(rounds);
}

/** The error that is spent at this look (0: the first): 1/2, 1/6, 1/12 … of what is left. */
function errorOf(look: number): number {
  return look === 0 ? FIRST_ERROR : (ERROR - FIRST_ERROR) / (look * (look + 1));
}

/** The largest rank sum at which two-sided `error` is kept; −1: not with so few. */
export function criticalRank(pairs: number, error: number): number {
  // How likely each sum of a random subset of 1 … pairs is.
  const most = (pairs * (pairs + 1)) / 2;
  const likely = new Float64Array(most + 1);
  likely[0] = 1;
  for (let rank = 1; rank <= pairs; rank++) {
    for (let sum = most; sum >= 0; sum--)
      likely[sum] = ((likely[sum] as number) + (sum >= rank ? (likely[sum - rank] as number) : 0)) / 2;
  }
  let tail = 0;
  for (let sum = 0; sum <= most; sum++) {
    tail += likely[sum] as number;
    if (2 * tail > error * (1 + 1e-9)) return sum - 1;
  }
  return most;
}

/** The interval at this error; null: too few pairs for it. */
export function interval(differences: readonly Difference[], error: number): Difference | null {
  const critical = criticalRank(differences.length, error);
  if (critical < 0) return null;
  const lows = walsh(differences.map(({ low }) => low));
  const highs = walsh(differences.map(({ high }) => high));
  return { low: lows[critical] as number, high: highs[highs.length - 1 - critical] as number };
}

/** What all looks so far leave; null: there was none. */
export function lookedAt(differences: readonly Difference[]): Difference | null {
  const looks = LOOKS.flatMap((rounds, look) =>
    rounds <= differences.length ? [interval(differences.slice(0, rounds), errorOf(look))] : [],
  ).filter((one) => one !== null);
  return looks.reduce<Difference | null>((found, now) => {
    const both = { low: Math.max(found?.low ?? now.low, now.low), high: Math.min(found?.high ?? now.high, now.high) };
    return both.low > both.high ? now : both;
  }, null);
}

/** The median of the Walsh averages; of a censored difference its known end counts. NaN: there is none. */
export function estimate(differences: readonly Difference[]): number {
  const known = differences.map(middle).filter((value) => !Number.isNaN(value));
  const averages = walsh(known);
  const half = averages.length >> 1;
  if (averages.length === 0) return Number.NaN;
  return averages.length % 2 === 1
    ? (averages[half] as number)
    : ((averages[half - 1] as number) + (averages[half] as number)) / 2;
}

function middle({ low, high }: Difference): number {
  if (Number.isFinite(low) && Number.isFinite(high)) return (low + high) / 2;
  return Number.isFinite(low) ? low : Number.isFinite(high) ? high : Number.NaN;
}

/** How far the differences scatter: the median of their distances from the estimate, as a standard deviation. */
export function scatter(differences: readonly Difference[]): number {
  const center = estimate(differences);
  const distances = differences.map((one) => Math.abs(middle(one) - center)).filter(Number.isFinite);
  const sorted = distances.sort((a, b) => a - b);
  const robust = 1.4826 * (sorted[sorted.length >> 1] ?? 0);
  const plain = Math.sqrt(sorted.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, sorted.length - 1));
  return Math.max(robust, plain / 2);
}

/** Standard deviations that the errors of a later look and four chances in five of a claim come to. */
const DEVIATIONS = 2.7 + 0.84;

/** About how many rounds it takes until a difference of this size is told from noise. */
export function roundsFor(difference: number, deviation: number): number {
  if (difference <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(FEWEST_ROUNDS, Math.ceil((DEVIATIONS * (deviation / difference)) ** 2));
}

/** The averages of all pairs of values, each with itself, in order. */
function walsh(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    for (let j = i; j < values.length; j++) {
      averages[at++] = ((values[i] as number) + (values[j] as number)) / 2;
    }
  }
  return averages.sort();
}

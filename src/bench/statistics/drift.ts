/**
 * A drift: times that grow or shrink with the number of the run, whatever the setting. The slope is the median of the
 * slopes of all pairs of rounds (H. Theil, "A rank-invariant method of linear and polynomial regression analysis", 1950;
 * P. K. Sen, 1968) through the rounds' means, which do not know which run of a pair was whose: taking it out leaves the
 * test of the signs exact.
 *
 * Whether there is one at all: H. B. Mann, "Nonparametric tests against trend", Econometrica 13, 1945 (Kendall's S).
 */

/** A pair's mean time, as a logarithm, and its mean place in the order of all runs. */
export interface RoundMean {
  place: number;
  value: number;
}

/** How much the logarithm grows from run to run; 0: too few rounds to say. */
export function driftOf(rounds: readonly RoundMean[]): number {
  if (rounds.length < 4) return 0;
  const slopes = rounds.flatMap((a, index) =>
    rounds
      .slice(index + 1)
      .filter((b) => b.place !== a.place)
      .map((b) => (b.value - a.value) / (b.place - a.place)),
  );
  const sorted = slopes.sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** One chance in twenty that as clear a drift comes of nothing. */
const SURE = 1.96;

/** The rounds' times grow or shrink beyond chance. */
export function isDrifting(rounds: readonly RoundMean[]): boolean {
  const count = rounds.length;
  const signs = rounds.flatMap((a, index) => rounds.slice(index + 1).map((b) => Math.sign(b.value - a.value)));
  const score = Math.abs(signs.reduce((sum, sign) => sum + sign, 0)) - 1;
  return score > SURE * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
}

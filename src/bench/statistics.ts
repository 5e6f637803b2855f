import { median, medianAbsoluteDeviation, quantileSorted, sampleWithReplacement } from 'simple-statistics';

export { median };

const RESAMPLES = 1000;

/**
 * A 95 % interval for the median: the percentiles of the medians of resamples (Efron, "Bootstrap methods", 1979).
 * Of one run it is that run.
 */
export function bootstrapInterval(values: readonly number[], random: () => number): [number, number] {
  if (values.length < 2) return [values[0] ?? Number.NaN, values[0] ?? Number.NaN];
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(sampleWithReplacement([...values], values.length, random)),
  ).sort((a, b) => a - b);
  return [quantileSorted(medians, 0.025), quantileSorted(medians, 0.975)];
}

/** How far from the median a run is an outlier: 3.5 deviations (Iglewicz and Hoaglin, 1993), and a fifth at least. */
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

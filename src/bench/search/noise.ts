import { median } from '../statistics/summaries.ts';

/** One measured time as the search sees it. */
export interface Sample {
  /** Logarithm of the seconds. */
  value: number;
  /** It was ended before it was done, so that its time is at least this. */
  censored: boolean;
}

/** How times of one setting scatter, learnt from all of them together. */
export interface Noise {
  /** Standard deviation of the logarithm, without outliers. */
  deviation: number;
  /** The share of runs that are outliers. */
  outliers: number;
}

/** Before anything is known: 3 %, with the weight of so many pairs of runs. */
const PRIOR_DEVIATION = 0.03;
const PRIOR_PAIRS = 6;
const PRIOR_OUTLIERS = 1;
const PRIOR_RUNS = 30;

/** A run so many deviations above its setting's quickest is an outlier: something else had the CPU. */
const OUTLIER_DEVIATIONS = 5;

/** A run that was ended would have taken so much longer, for all one knows: a fifth, give or take as much. */
const BEYOND = 0.2;

/** How far an outlier may lie above the others: half as long again, as a variance. */
const OUTLIER_VARIANCE = 0.4 ** 2;

/** The scatter of all settings together: a setting's few runs alone say little of it. */
export function noiseOf(settings: readonly (readonly Sample[])[]): Noise {
  const finished = settings.map((samples) => samples.filter(({ censored }) => !censored).map(({ value }) => value));
  const differences = finished.flatMap((values) =>
    values.slice(1).map((value, index) => Math.abs(value - (values[index] as number)) / Math.SQRT2),
  );
  const robust = differences.length > 0 ? 1.4826 * median(differences) : 0;
  const deviation = (robust * differences.length + PRIOR_DEVIATION * PRIOR_PAIRS) / (differences.length + PRIOR_PAIRS);
  const repeated = finished.filter((values) => values.length > 1);
  const runs = repeated.reduce((sum, values) => sum + values.length, 0);
  const beyond = repeated.reduce((sum, values) => sum + values.length - clean(values, deviation).length, 0);
  return { deviation, outliers: (beyond + PRIOR_OUTLIERS) / (runs + PRIOR_RUNS) };
}

/** The values that are no outliers. */
function clean(values: readonly number[], deviation: number): number[] {
  const quickest = Math.min(...values);
  return values.filter((value) => value <= quickest + OUTLIER_DEVIATIONS * deviation);
}

/** The setting's logarithmic time and the variance of that figure. One run alone may be an outlier. */
export function location(samples: readonly Sample[], noise: Noise): { value: number; variance: number } {
  const finished = samples.filter(({ censored }) => !censored).map(({ value }) => value);
  const spread = noise.deviation ** 2;
  if (finished.length === 0) {
    // It took longer than this; how much longer is not known.
    const value = Math.max(...samples.map((sample) => sample.value)) + BEYOND;
    return { value, variance: BEYOND ** 2 + (spread + noise.outliers ** samples.length * OUTLIER_VARIANCE) };
  }
  const kept = clean(finished, noise.deviation);
  const value = kept.reduce((sum, item) => sum + item, 0) / kept.length;
  return { value, variance: spread / kept.length + noise.outliers ** kept.length * OUTLIER_VARIANCE };
}

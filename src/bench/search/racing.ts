import type { RunOutcome } from '../../documents/bench-choices.ts';
import { GaussianProcess, type Posterior } from './gaussian-process.ts';
import { location, noiseOf, type Sample } from './noise.ts';
import { shuffled } from './shuffled.ts';

/** What the search needs to know of a run. */
export interface Timing {
  seconds: number;
  outcome: RunOutcome;
}

export interface Race {
  /** Every setting's coordinates, one a knob; neighbours differ by about 1. */
  points: readonly (readonly number[])[];
  /** Settings that are measured whatever happens, first. */
  required: readonly number[];
  /** The leader has been run at least this often at the end. */
  leastRuns: number;
  /** Runs a setting once, with a limit in seconds; null: the budget is spent or the user stopped it. */
  measure(setting: number, limit: number | null): Promise<Timing | null>;
  /** A neighbour of the leader whose run was ended is run again, since one run may be an outlier; else it is too dear. */
  looksAgain?: boolean;
  /** A number in [0, 1), as Math.random. */
  random: () => number;
  /** Says which setting leads, and which cannot win any more. */
  onRound?: (state: RaceState) => void;
  /** Says what is run next, in this order, and what may be run again, the most promising first. */
  onNext?: (next: readonly number[], promising: readonly number[]) => void;
}

export interface RaceState {
  /** The setting that leads; null: none has finished yet. */
  leader: number | null;
  /** Settings of which a bound says that they are no better than the leader. */
  dropped: number[];
  /** No other setting is likely to be better by more than the tolerance. */
  separated: boolean;
  rounds: number;
}

/**
 * A setting is dropped when less than this share of the leader's time may be expected to be won by it: by one that has
 * not come to its end, by one that has. The choice may cost 2 %.
 */
const UNSEEN_GAIN = 0.006;
export const SEEN_GAIN = 0.003;
/** Runs of a round, the leader's apart. */
const CONTENDERS = 3;
/** A run that takes this much longer than the leader has lost, and is ended. */
const LIMIT = 1.15;
/**
 * The race ends when it has taken this share of what a sweep of the whole space, three runs each, would take; and a few
 * runs of the leader more, so that the best of a small space are run again.
 */
const MOST_OF_SWEEP = 0.16;
const SWEEP_RUNS = 3;
const LAST_RUNS = 6;

/**
 * Finds the quickest setting by racing: rounds of a few settings each in random order, the leader among them. A
 * model of all times so far (a Gaussian process) says how likely each setting, run or not, is to beat the leader:
 * the likeliest run next, the unlikely are dropped, and slow runs are ended when they have lost. It ends when
 * nothing is left that may be better by more than 2 %, or when `measure` gives null.
 */
export async function race(options: Race): Promise<RaceState> {
  const { points, required, leastRuns, measure, looksAgain = true, random, onRound, onNext } = options;
  const samples: Sample[][] = points.map(() => []);
  const failed = new Set<number>();
  const model = new GaussianProcess(points, random);
  const state: RaceState = { leader: null, dropped: [], separated: false, rounds: 0 };
  let spent = 0;

  const run = async (setting: number, limit: number | null): Promise<boolean> => {
    const timing = await measure(setting, limit);
    if (timing === null) return false;
    spent += timing.seconds;
    if (isOut(timing)) failed.add(setting);
    else samples[setting]?.push({ value: Math.log(timing.seconds), censored: timing.outcome === 'capped' });
    return true;
  };

  const first = firstSettings(points, required, random);
  onNext?.(first, first);
  for (const setting of first) {
    if (!(await run(setting, limitOf(samples)))) return state;
  }
  for (;;) {
    state.rounds++;
    const belief = believe(model, samples, failed);
    if (belief === null) return state;
    const { leader, gains, leaderSeconds, sweepSeconds } = belief;
    state.leader = leader;
    const unseen = neighbours(points, leader).filter(
      (setting) => isUnknown(samples[setting] ?? [], looksAgain) && !failed.has(setting),
    );
    const open = gains
      .map((gain, setting) => ({ gain, setting }))
      .filter(
        ({ gain, setting }) => gain >= (samples[setting]?.some(({ censored }) => !censored) ? SEEN_GAIN : UNSEEN_GAIN),
      );
    state.dropped = points.flatMap((_, setting) =>
      setting === leader || unseen.includes(setting) || open.some((item) => item.setting === setting) ? [] : [setting],
    );
    onRound?.(state);
    const contenders = open.sort((a, b) => b.gain - a.gain).map(({ setting }) => setting);
    // One place is for what lies beside the leader: contenders that hardly differ would never let it be seen.
    const near = unseen.toSorted((a, b) => (gains[b] as number) - (gains[a] as number));
    const next = [
      ...new Set([...contenders.slice(0, CONTENDERS - 1), ...near.slice(0, 1), ...contenders, ...near]),
    ].slice(0, CONTENDERS);
    const leaderRuns = samples[leader]?.length ?? 0;
    if (next.length === 0 && leaderRuns >= leastRuns) {
      state.separated = true;
      return state;
    }
    const enough = MOST_OF_SWEEP * sweepSeconds + LAST_RUNS * leaderSeconds;
    if (leaderRuns >= leastRuns && spent > enough) return state;
    const most = Math.max(leastRuns, ...next.map((setting) => (samples[setting]?.length ?? 0) + 1));
    const round = shuffled([...next, ...(leaderRuns < most ? [leader] : [])], random);
    onNext?.(round, [leader, ...contenders, ...unseen]);
    for (const setting of round) {
      if (!(await run(setting, setting === leader ? null : limitOf(samples)))) return state;
    }
  }
}

/** Not run, or ended once: one run alone may be an outlier. */
function isUnknown(samples: readonly Sample[], looksAgain: boolean): boolean {
  return samples.length < (looksAgain ? 2 : 1) && samples.every(({ censored }) => censored);
}

/** Nothing that a setting did says how long it takes, or it takes longer than a run may. */
export function isOut({ outcome }: Timing): boolean {
  return outcome === 'failed' || outcome === 'timeout';
}

/** The time at which a run has lost against the quickest so far; null: none has finished yet. */
export function limitOf(samples: readonly (readonly Sample[])[], factor = LIMIT): number | null {
  const noise = noiseOf(samples);
  const finished = samples.filter((list) => list.some(({ censored }) => !censored));
  if (finished.length === 0) return null;
  const quickest = Math.min(...finished.map((list) => location(list, noise).value));
  return Math.exp(quickest + Math.max(Math.log(factor), 4 * noise.deviation));
}

/** The leader, what each setting may be expected to win against it, and the time of a whole sweep. */
function believe(
  model: GaussianProcess,
  samples: readonly (readonly Sample[])[],
  failed: ReadonlySet<number>,
): { leader: number; gains: number[]; leaderSeconds: number; sweepSeconds: number } | null {
  const noise = noiseOf(samples);
  const observations = samples.flatMap((list, at) => (list.length > 0 ? [{ at, ...location(list, noise) }] : []));
  const finished = samples.flatMap((list, at) =>
    !failed.has(at) && list.some(({ censored }) => !censored) ? [at] : [],
  );
  if (finished.length === 0) return null;
  const posterior = model.posterior(observations);
  const known = new Map(observations.map((one) => [one.at, one]));
  // What was run speaks for itself: smoothness says little of a few per cent.
  const value = (at: number): number => known.get(at)?.value ?? Number.POSITIVE_INFINITY;
  const leader = finished.reduce((best, at) => (value(at) < value(best) ? at : best));
  const direct = (at: number): number => {
    const [own, other] = [known.get(at), known.get(leader)];
    return gainOf(value(leader) - value(at), Math.sqrt((own?.variance ?? 0) + (other?.variance ?? 0)));
  };
  const gain = (at: number): number => (finished.includes(at) ? direct(at) : expectedGain(posterior, at, leader));
  return {
    leader,
    gains: samples.map((_, at) => (failed.has(at) || at === leader ? 0 : gain(at))),
    leaderSeconds: Math.exp(value(leader)),
    sweepSeconds: SWEEP_RUNS * posterior.mean.reduce((sum, mean) => sum + Math.exp(mean), 0),
  };
}

/** E[max(0, leader − at)] of the logarithmic times ("expected improvement"): as a share of the leader's time. */
function expectedGain({ mean, covariance }: Posterior, at: number, leader: number): number {
  const ahead = (mean[leader] ?? 0) - (mean[at] ?? 0);
  const deviation = Math.sqrt(
    Math.max(0, covariance(at, at) + covariance(leader, leader) - 2 * covariance(at, leader)),
  );
  return gainOf(ahead, deviation);
}

/** E[max(0, x)] of a normal x. */
export function gainOf(ahead: number, deviation: number): number {
  if (deviation < 1e-6) return Math.max(0, ahead);
  const z = ahead / deviation;
  return ahead * normalCdf(z) + (deviation * Math.exp(-(z ** 2) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The settings one step away in one coordinate, or a step up in one and a step down in another. */
function neighbours(points: Race['points'], from: number): number[] {
  const here = points[from] ?? [];
  const values = here.map((_, axis) => [...new Set(points.map((point) => point[axis] ?? 0))].sort((a, b) => a - b));
  const steps = (point: readonly number[]): number[] =>
    point.map((value, axis) => (values[axis]?.indexOf(value) ?? 0) - (values[axis]?.indexOf(here[axis] ?? 0) ?? 0));
  return points.flatMap((point, at) => {
    const moved = steps(point).filter((step) => step !== 0);
    const single = moved.length === 1 && Math.abs(moved[0] ?? 0) === 1;
    const exchange = moved.length === 2 && Math.abs(moved[0] ?? 0) === 1 && moved[0] === -(moved[1] ?? 0);
    return single || exchange ? [at] : [];
  });
}

/** The standard normal distribution, by Abramowitz and Stegun 26.2.17 (error below 7.5e-8). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) *
    t *
    (Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI));
  return z > 0 ? 1 - tail : tail;
}

/** The required settings, then those that lie farthest from all chosen before, until the space is covered thinly. */
function firstSettings(points: Race['points'], required: readonly number[], random: () => number): number[] {
  const dimensions = points[0]?.length ?? 0;
  const wanted = Math.min(points.length, Math.max(required.length, 2 * dimensions + 2));
  const chosen = [...required];
  while (chosen.length < wanted) {
    const distances = points.map((point, at) =>
      chosen.includes(at)
        ? -1
        : Math.min(...chosen.map((other) => distance(point, points[other] ?? []))) + random() * 0.01,
    );
    chosen.push(distances.indexOf(Math.max(...distances)));
  }
  return chosen;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
}

import { location, noiseOf, type Sample } from './noise.ts';
import { gainOf, isOut, limitOf, type RaceState, SEEN_GAIN, type Timing } from './racing.ts';
import { shuffled } from './shuffled.ts';

export interface Sweep {
  /** How many there are. */
  settings: number;
  /** Runs of each; null: one, and more of those that may be the quickest. */
  runs: number | null;
  measure(setting: number, limit: number | null): Promise<Timing | null>;
  random: () => number;
  /** Says what is run next, in this order. */
  onNext?: (next: readonly number[]) => void;
}

/** So often those that cannot be told apart are run: the rounds against the reference are still to come. */
const MOST_RUNS = 2;
/** A run that takes so many times as long as the quickest is ended: nothing foreign doubles all times from then on. */
const LIMIT = 2;

/**
 * Runs every setting in rounds of random order, so that what changes meanwhile meets all alike. Where no number of runs
 * is given a slow run is ended when it has lost, and only those are run again that may be quicker than the quickest.
 */
export async function sweep({ settings, runs, measure, random, onNext }: Sweep): Promise<RaceState> {
  const state: RaceState = { leader: null, dropped: [], separated: false, rounds: 0 };
  const failed = new Set<number>();
  const samples: Sample[][] = Array.from({ length: settings }, () => []);
  const all = Array.from({ length: settings }, (_, index) => index);
  for (let next = all; next.length > 0 && state.rounds < (runs ?? MOST_RUNS); ) {
    state.rounds++;
    const round = shuffled(next, random);
    onNext?.(round);
    for (const setting of round) {
      const timing = await measure(setting, runs === null ? limitOf(samples, LIMIT) : null);
      if (timing === null) return state;
      if (isOut(timing)) failed.add(setting);
      else samples[setting]?.push({ value: Math.log(timing.seconds), censored: timing.outcome === 'capped' });
    }
    next = (runs === null ? undecided(samples) : all).filter((setting) => !failed.has(setting));
  }
  return { ...state, separated: true };
}

/** The quickest, and those that may be quicker by more than is given away; none: it is decided. */
function undecided(samples: readonly (readonly Sample[])[]): number[] {
  const noise = noiseOf(samples);
  const known = samples.flatMap((list, at) =>
    list.some(({ censored }) => !censored) ? [{ at, ...location(list, noise) }] : [],
  );
  const [leader, ...others] = known.sort((a, b) => a.value - b.value);
  if (leader === undefined) return [];
  const open = others.filter(
    ({ value, variance }) => gainOf(leader.value - value, Math.sqrt(variance + leader.variance)) >= SEEN_GAIN,
  );
  return open.length === 0 ? [] : [leader, ...open].map(({ at }) => at);
}

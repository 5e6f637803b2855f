import { isOut, type RaceState, type Timing } from './racing.ts';
import { shuffled } from './shuffled.ts';

export interface Sweep {
  /** How many there are. */
  settings: number;
  /** Runs of each. */
  runs: number;
  measure(setting: number, limit: null): Promise<Timing | null>;
  random: () => number;
}

/** Runs every setting equally often, in rounds of random order, so that what changes meanwhile meets all alike. */
export async function sweep({ settings, runs, measure, random }: Sweep): Promise<RaceState> {
  const state: RaceState = { leader: null, dropped: [], separated: false, rounds: 0 };
  const failed = new Set<number>();
  const all = Array.from({ length: settings }, (_, index) => index);
  while (state.rounds < runs) {
    state.rounds++;
    for (const setting of shuffled(all, random)) {
      if (failed.has(setting)) continue;
      const timing = await measure(setting, null);
      if (timing === null) return state;
      if (isOut(timing)) failed.add(setting);
    }
  }
  return { ...state, separated: true };
}

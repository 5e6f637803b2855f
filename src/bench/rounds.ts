import type { Run } from '../documents/bench-result.ts';
import { isDisturbed } from './load.ts';
import { reserveOf } from './reserve.ts';
import type { Runner } from './runner.ts';
import { sweep } from './search/exhaustive.ts';
import { fewerUsers, type SampleRun } from './search/fewer-users.ts';
import { location, noiseOf, type Sample } from './search/noise.ts';
import { type RaceState, race, type Timing } from './search/racing.ts';
import { shuffled } from './search/shuffled.ts';
import { leastSeconds } from './slow-start.ts';
import { isLook, roundsFor } from './statistics/signed-rank.ts';
import { median } from './statistics/summaries.ts';
import { finished, isBroken } from './trials.ts';
import { type Duel, judge, type Placed } from './verdict.ts';

export interface RoundsPlan {
  /** What ties prefer (`roles`, `busy`), in the order of the points; the reference may be one more. `workers`: its processes beside the first. */
  settings: readonly { roles: readonly string[]; busy: number; workers: number }[];
  /** Coordinates of the settings to choose among. */
  points: readonly (readonly number[])[];
  reference: number;
  method: 'exhaustive' | 'racing';
  /** Runs of each setting of a sweep, or of a race's leader; null: as many as it takes to choose. */
  runs: number | null;
  /** Rounds against the reference, unless a claim is made before; null: as many as seem worth it. */
  rounds: number | null;
  /** A run that was ended costs no more than the run to make again: no process that was kept ended with it. */
  looksAgain?: boolean;
  /** CPUs of the machine that the job has not anyway. */
  spare: number;
  random: () => number;
  onPhase?: (phase: 'baseline' | 'searching' | 'comparing') => void;
  /** Before each round of a race: which settings cannot win any more. */
  onRace?: (state: RaceState) => void;
}

/** All that was run. */
export interface Rounds {
  /** Of each setting, in order. */
  runs: Run[][];
  race: RaceState;
  /** The settings that are judged: the most promising, and one that ties prefer. */
  finalists: number[];
  duels: Duel[];
  /** Runs for fewer users, which showed settings to be slow. */
  samples: SampleRun[];
  /** Settings that were not run, since starting their workers alone takes longer than a run of another: so many seconds at the least. */
  slowStarts: Map<number, number>;
  /** Rounds that were repeated, since other work disturbed them. */
  disturbed: number;
  /** Nothing was cut short. */
  complete: boolean;
}

/** A race's leader has been run so often at least. */
const RACE_RUNS = 1;
/** A round is repeated so often, and all of them together. */
const REPEATS = 2;
const MOST_REPEATS = 8;
/** Rounds against the reference that seem worth it at most. */
export const MOST_ROUNDS = 25;

/**
 * Runs the settings: first to choose which is the most promising, then that one and the reference in rounds of random
 * order, until the claim is made, or cannot be made within the budget.
 */
export async function runRounds(plan: RoundsPlan, runner: Runner): Promise<Rounds> {
  const { points, reference, method, random, onPhase } = plan;
  const total = Math.max(points.length, reference + 1);
  const runs: Run[][] = Array.from({ length: total }, () => []);
  let place = 0;
  const before = runner.left().seconds;
  /** Runs a setting, and again where it fails as if by accident. */
  const measure = async (setting: number, limit: number | null): Promise<Placed | null> => {
    for (let tries = 0; ; tries++) {
      const run = await runner.run(setting, limit);
      if (run === null) return null;
      runs[setting]?.push(run);
      place++;
      if (run.status !== 'failed' || tries === 1 || isBroken(runs[setting] ?? [])) return { run, place };
    }
  };

  const required = plan.settings.flatMap(({ roles }, index) =>
    roles.length > 0 && index < points.length ? [index] : [],
  );
  onPhase?.('baseline');
  runner.ahead?.(required.filter((setting) => setting !== reference));
  const first = await measure(reference, null);
  const race_: RaceState = { leader: null, dropped: [], separated: false, rounds: 0 };
  const result: Rounds = {
    runs,
    race: race_,
    finalists: [],
    duels: [],
    samples: [],
    slowStarts: new Map(),
    disturbed: 0,
    complete: false,
  };
  if (first === null) return result;
  const reserve = reserveOf(runs, reference, runner, before);

  const { slowStarts } = result;
  const workersOf = (setting: number): number => plan.settings[setting]?.workers ?? 0;
  let cut = false;
  let told = false;
  let coming: readonly number[] = [];
  const timed = async (setting: number, given: number | null): Promise<Timing | null> => {
    onPhase?.('searching');
    // Only what is still to come is got ready beside it.
    coming = coming.filter((other) => other !== setting);
    runner.ahead?.(coming);
    // The reference has been run once, and is never ended: what it takes is asked for.
    const isFirst = setting === reference && !told;
    told ||= isFirst;
    const limit = setting === reference ? null : given;
    const least = leastSeconds(
      workersOf(setting),
      runs.map((own, at) => ({ workers: workersOf(at), runs: own })),
    );
    // What is asked for by its role is to have a time in the table.
    if (limit !== null && least >= limit && !required.includes(setting)) {
      slowStarts.set(setting, least);
      return { seconds: limit, outcome: 'capped' };
    }
    const placed = isFirst ? first : reserve.isTouched(limit) ? null : await measure(setting, limit);
    cut ||= placed === null;
    return placed && { seconds: placed.run.seconds, outcome: placed.run.status };
  };
  const onNext = (next: readonly number[], promising: readonly number[] = next): void => {
    coming = next;
    runner.ahead?.(next);
    // The reference is run again in every round.
    runner.keep?.([reference, ...promising]);
  };
  const all = Array.from({ length: method === 'exhaustive' ? total : points.length }, (_, index) => index);
  const { lost, samples } = await sampled(plan, runner, all, first, (limit) => reserve.isTouched(limit));
  result.samples = samples;
  const among = all.filter((setting) => setting === reference || !lost.includes(setting));
  const within = (settings: readonly number[]): number[] => settings.map((at) => among[at] as number);
  const entered = {
    measure: (at: number, limit: number | null) => timed(among[at] as number, limit),
    onNext: (next: readonly number[], promising = next) => onNext(within(next), within(promising)),
    random,
  };
  const placed = (now: RaceState): RaceState => ({
    ...now,
    leader: now.leader === null ? null : (among[now.leader] as number),
    dropped: [...lost, ...within(now.dropped)],
  });
  const onRound = (now: RaceState): void => {
    Object.assign(race_, placed(now));
    plan.onRace?.(race_);
  };
  const raced =
    method === 'exhaustive'
      ? await sweep({ ...entered, settings: among.length, runs: plan.runs })
      : await race({
          ...entered,
          points: among.map((at) => points[at] as readonly number[]),
          required: among.flatMap((setting, at) => (required.includes(setting) ? [at] : [])),
          leastRuns: plan.runs ?? RACE_RUNS,
          looksAgain: plan.looksAgain ?? true,
          onRound,
        });
  Object.assign(race_, placed(raced));
  const finalists = finalistsOf(plan, result);
  // A third in every round only where there is enough for it.
  result.finalists = finalists.slice(0, reserve.hasRoomFor(finalists.length) ? 2 : 1);
  if (result.finalists.length === 0) return { ...result, complete: !cut };

  onPhase?.('comparing');
  onNext([reference, ...result.finalists]);
  if (isBroken(runs[reference] ?? [])) {
    const ended = await tellFailing(reference, result, measure);
    return { ...result, complete: !cut && ended };
  }
  const ended = await compareInRounds(plan, runner, result, measure);
  return { ...result, complete: !cut && ended };
}

/** Settings that runs for fewer users show to be slow; none where all are to be run equally often. */
async function sampled(
  { runs, reference, random, onPhase }: RoundsPlan,
  { fewer, ahead }: Runner,
  settings: readonly number[],
  first: Placed,
  isTouched: (limit: number | null) => boolean,
): Promise<{ lost: number[]; samples: SampleRun[] }> {
  if (fewer === undefined || runs !== null || first.run.status !== 'ok') return { lost: [], samples: [] };
  onPhase?.('searching');
  ahead?.(settings);
  const { lost, samples } = await fewerUsers({
    settings,
    users: fewer.users,
    wholeSeconds: first.run.seconds,
    startSeconds: fewer.startSeconds(),
    async measure(setting, users, limit) {
      const run = isTouched(limit) ? null : await fewer.run(setting, users, limit);
      return run && { seconds: run.seconds, outcome: run.status };
    },
    random,
  });
  return { lost: lost.filter((setting) => setting !== reference), samples };
}

/** How well each setting did in the search: logarithmic times, and how much one run of them scatters. */
export interface Standing {
  /** null: no run of it says anything. */
  value: number | null;
  variance: number;
}

export function standings(runs: readonly Run[][]): Standing[] {
  const samples = runs.map((own) =>
    own.flatMap(({ status, seconds }): Sample[] =>
      status === 'failed' || status === 'stopped' ? [] : [{ value: Math.log(seconds), censored: status !== 'ok' }],
    ),
  );
  const noise = noiseOf(samples);
  return samples.map((own) =>
    own.some(({ censored }) => !censored) ? location(own, noise) : { value: null, variance: 0 },
  );
}

/** Two settings cannot be told apart by the search: within two standard errors, and a tenth. */
export function isClose(a: Standing, b: Standing): boolean {
  if (a.value === null || b.value === null) return false;
  return Math.abs(a.value - b.value) <= Math.min(0.1, 2 * Math.sqrt(a.variance + b.variance));
}

/** What ties prefer: the current setting, LensKit's default, the fewest threads. */
export function preference({ roles, busy }: RoundsPlan['settings'][number]): number {
  return roles.includes('current') ? -2 : roles.includes('default') ? -1 : busy;
}

/** The most promising setting beside the reference, and the one that a tie with it would prefer. */
function finalistsOf({ settings, reference, points }: RoundsPlan, { runs, race: state }: Rounds): number[] {
  const standing = standings(runs);
  const open = points
    .map((_, index) => index)
    .filter((index) => index !== reference && standing[index]?.value !== null && !isBroken(runs[index] ?? []));
  const value = (index: number): number => standing[index]?.value as number;
  const [quickest] = open.toSorted((a, b) => value(a) - value(b));
  const leader = state.leader !== null && open.includes(state.leader) ? state.leader : quickest;
  if (leader === undefined) return [];
  const rank = (index: number): number => preference(settings[index] as (typeof settings)[number]);
  const [favourite] = open
    .filter((index) => rank(index) < rank(leader))
    .filter((index) => isClose(standing[index] as Standing, standing[leader] as Standing))
    .sort((a, b) => rank(a) - rank(b));
  return [leader, ...(favourite === undefined ? [] : [favourite])];
}

/** As many runs of each tell "always fails" from "always comes to its end": 1 in 20 by chance (R. A. Fisher, 1935). */
export const FAILING_RUNS = 3;

/** Runs a reference that fails and the most promising setting until that is no accident. */
async function tellFailing(
  reference: number,
  { runs, finalists }: Rounds,
  measure: (setting: number, limit: null) => Promise<Placed | null>,
): Promise<boolean> {
  for (const setting of [reference, ...finalists.slice(0, 1)]) {
    while ((runs[setting]?.length ?? 0) < FAILING_RUNS) if ((await measure(setting, null)) === null) return false;
  }
  return true;
}

/** Rounds of the reference and the finalists; true: they came to an end by themselves. */
async function compareInRounds(
  plan: RoundsPlan,
  runner: Runner,
  result: Rounds,
  measure: (setting: number, limit: null) => Promise<Placed | null>,
): Promise<boolean> {
  const { reference, random, spare } = plan;
  const { runs, duels, finalists } = result;
  const entrants = [reference, ...finalists];
  for (;;) {
    if (entrants.some((setting) => isBroken(runs[setting] ?? []))) return true;
    if (isDecided(plan, result, runner)) return true;
    let again = 0;
    for (;;) {
      const duel = new Map<number, Placed>();
      for (const setting of shuffled(entrants, random)) {
        const placed = await measure(setting, null);
        if (placed === null) return false;
        duel.set(setting, placed);
      }
      const earlier = runs.flat();
      const round = [...duel.values()].map(({ run }) => run);
      const repeat = isDisturbed(round, earlier, spare) && again < REPEATS && result.disturbed < MOST_REPEATS;
      if (!repeat) {
        duels.push(duel);
        break;
      }
      again++;
      result.disturbed++;
    }
  }
}

/** At each look: the claim is made, or as many rounds as it would take are too many. */
function isDecided({ reference, rounds }: RoundsPlan, { duels, finalists }: Rounds, runner: Runner): boolean {
  if (rounds !== null && duels.length < rounds) return isLook(duels.length) && isClaimed(duels, reference, finalists);
  if (!isLook(duels.length) && duels.length !== rounds) return false;
  const { claimed, comparison } = judge(duels, reference, finalists);
  if (claimed !== null || duels.length >= (rounds ?? MOST_ROUNDS)) return true;
  const seconds = duels.flatMap((duel) => [...duel.values()].map(({ run }) => run.seconds));
  const { seconds: time, runs } = runner.left();
  const round = seconds.reduce((sum, value) => sum + value, 0) / Math.max(1, duels.length);
  const affordable = Math.min(MOST_ROUNDS, duels.length + Math.min(time / round, runs / (1 + finalists.length)));
  // It may well be larger than it seems, by a standard error.
  const hoped = comparison.estimate + comparison.scatter / Math.sqrt(duels.length);
  return roundsFor(hoped, comparison.scatter) > affordable;
}

function isClaimed(duels: readonly Duel[], reference: number, finalists: readonly number[]): boolean {
  return judge(duels, reference, finalists).claimed !== null;
}

/** What a pair of runs takes; null: no run of the reference came to its end. */
export function pairSeconds({ runs, finalists }: Rounds, reference: number): number | null {
  const now = finished(runs[reference] ?? []);
  if (now.length === 0) return null;
  const other = finalists.flatMap((setting) => finished(runs[setting] ?? []));
  return median(now) + (other.length > 0 ? median(other) : median(now));
}

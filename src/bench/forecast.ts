/**
 * How long a benchmark still takes: from what its runs took so far, and what the plan still needs. Pure, and without a
 * source: the numbers of runs of a race are medians of simulated ones (`test/bench/forecast.test.ts` holds them).
 */
import { BENCH_PHASES, type BenchPhase, type RunOutcome } from '../documents/bench-choices.ts';
import { scaleOf } from './extrapolate.ts';
import { MOST_ROUNDS } from './rounds.ts';
import { noiseOf, type Sample } from './search/noise.ts';
import { FEWEST_ROUNDS, isLook } from './statistics/signed-rank.ts';
import { median } from './statistics/summaries.ts';

/** A run that was made. */
export interface Made {
  phase: BenchPhase;
  /** Which setting of the plan. */
  setting: number;
  status: RunOutcome;
  /** What is compared. */
  seconds: number;
  /** All that passed: starting, importing and clearing up are beside what is compared. */
  took: number;
  /** The part of it that more users would not make longer. */
  spawn: number;
  /** How many times the job's own users. */
  size: number;
}

export interface Race {
  /** Settings that may still win beside the leader. */
  open: number;
  /** How many runs it had made when that was known. */
  after: number;
}

/** What the plan needs besides what was made, and what there is for it. */
export interface Needed {
  phase: BenchPhase;
  settings: number;
  /** Which of them is the current environment. */
  reference: number;
  /** How many can be told from one another by their knobs. */
  dimensions: number;
  method: 'exhaustive' | 'racing';
  /** How far a race is; null: it runs its first settings. */
  race: Race | null;
  /** As asked for; null: as many as it takes. */
  runs: number | null;
  rounds: number | null;
  /** Runs of each setting before the first that counts, and of the current environment. */
  warmup: { each: number; current: number };
  /** Settings that are compared at other sizes; 0: nothing is extrapolated. */
  extrapolated: number;
  left: { seconds: number; runs: number };
}

/** Seconds until the end; null: nothing was run, so that nothing is known. */
export function secondsLeft(made: readonly Made[], needed: Needed): number | null {
  if (made.length === 0) return null;
  const costs = costsOf(made, needed);
  const seconds = BENCH_PHASES.slice(BENCH_PHASES.indexOf(needed.phase)).reduce(
    (sum, phase) => sum + PARTS[phase](costs, needed, made),
    0,
  );
  const mean = made.reduce((sum, { took }) => sum + took, 0) / made.length;
  return Math.max(0, Math.min(seconds, needed.left.seconds, needed.left.runs * mean));
}

type Part = (costs: Costs, needed: Needed, made: readonly Made[]) => number;

const PARTS: { readonly [phase in BenchPhase]: Part } = {
  preparing: () => 0,
  'warming up': (costs, { warmup, reference }, made) =>
    Math.max(0, warmup.current - made.length) * costs.again(reference),
  baseline: (costs, { reference }, made) =>
    made.some(({ phase }) => phase !== 'warming up') ? 0 : costs.again(reference),
  searching: (costs, needed, made) => (needed.method === 'exhaustive' ? swept : raced)(costs, needed, made),
  comparing: compared,
  extrapolating: extrapolated,
};

/** What a run takes, with all that is beside. */
interface Costs {
  /** What is compared: of a setting that was not run what is usual. */
  seconds(setting: number): number;
  /** The first run of a setting, which may load what later ones have; and each later one. */
  first(setting: number): number;
  again(setting: number): number;
  /** Of all that was run. */
  mean: number;
  /** The quickest beside the reference, as it may be expected to be in the end. */
  best: number;
  beside: number;
}

/** What a race finds is so much quicker than the best of its first settings. */
const TO_COME = 0.55;

function costsOf(made: readonly Made[], { reference, method, race }: Needed): Costs {
  const own = made.filter(({ size, status }) => size === 1 && status !== 'failed');
  const typical = [...groups(own.length > 0 ? own : made)].map(([setting, runs]) => ({
    setting,
    seconds: median(runs.map(secondsOf)),
  }));
  const known = new Map(typical.map(({ setting, seconds }) => [setting, seconds]));
  const others = typical.filter(({ setting }) => setting !== reference).map(({ seconds }) => seconds);
  const usual = others.length > 0 ? median(others) : (typical[0]?.seconds ?? 0);
  const seen = new Set<number>();
  const beside = made.map(({ setting, took, seconds }) => {
    const isFirst = !seen.has(setting);
    seen.add(setting);
    return { isFirst, seconds: Math.max(0, took - seconds) };
  });
  const mean = (values: readonly { seconds: number }[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value.seconds, 0) / values.length;
  const later = mean(beside.filter(({ isFirst }) => !isFirst));
  // The very first run fills the machine's caches besides.
  const firsts = beside.filter(({ isFirst }) => isFirst);
  const first = mean(firsts.length > 1 ? firsts.slice(1) : firsts) ?? 0;
  const seconds = (setting: number): number => known.get(setting) ?? usual;
  return {
    seconds,
    first: (setting) => seconds(setting) + first,
    again: (setting) => seconds(setting) + (later ?? first),
    mean: typical.reduce((sum, one) => sum + one.seconds, 0) / Math.max(1, typical.length),
    best: (others.length > 0 ? Math.min(...others) : usual) * (method === 'racing' && race === null ? TO_COME : 1),
    beside: later ?? first,
  };
}

function secondsOf({ seconds }: Made): number {
  return seconds;
}

/** A run of a setting and, the first time, those that warm it up. */
function costOf(setting: number, { first, again }: Costs, made: readonly Made[], { warmup }: Needed): number {
  const isKnown = made.some((run) => run.setting === setting);
  return isKnown ? again(setting) : first(setting) + warmup.each * again(setting);
}

/** Of a small space each is run once, and those again that may still be the quickest: about a third. */
const SWEEP_RUNS = 1.3;

const swept: Part = (costs, needed, made) => {
  const counted = made.filter(({ phase }) => phase !== 'warming up');
  const all = Array.from({ length: needed.settings }, (_, setting) => setting);
  return all.reduce((sum, setting) => {
    const own = counted.filter((run) => run.setting === setting);
    if (own.some(({ status }) => status === 'failed' || status === 'timeout')) return sum;
    const missing = (needed.runs ?? SWEEP_RUNS) - own.length;
    return missing <= 0 ? sum : sum + costOf(setting, costs, made, needed) + (missing - 1) * costs.again(setting);
  }, 0);
};

/** A race begins with so many settings, or all. */
const FIRST = { each: 2, least: 4 };
/** Runs of its rounds: by the number of settings; and, once that is known, by those of them that may still win. */
const ROUNDS = { share: 0.42, least: 7.5, most: 20 };
const OPEN = { each: 1.9, besides: 1 };
/** Before any end. */
const LEAST_RUNS = 8;
/** It ends when it has taken this share of the time of one run of each. */
const MOST_SHARE = 0.78;
/** What a run of a round takes, by the quickest: slow ones are ended. */
const CONTENDER = 1.05;

const raced: Part = (costs, needed, made) => {
  const { settings, dimensions, race, warmup } = needed;
  const own = made.filter((run) => run.phase === 'searching');
  const begun = Math.min(settings, FIRST.each * dimensions + FIRST.least);
  const inRounds = Math.max(0, own.length - begun);
  const usual = Math.max(ROUNDS.least, Math.min(ROUNDS.most, ROUNDS.share * settings)) - inRounds;
  const open = race === null ? usual : OPEN.each * race.open + OPEN.besides - (own.length - race.after);
  const contender = CONTENDER * costs.best;
  const spent = own.reduce((sum, { seconds }) => sum + seconds, 0);
  const most = (MOST_SHARE * settings * costs.mean - spent) / Math.max(contender, 1e-9);
  const runs = Math.max(0, LEAST_RUNS - inRounds, Math.min((Math.max(0, usual) + open) / 2, most));
  const unknown = 1 - new Set(own.map(({ setting }) => setting)).size / settings;
  const first = unknown * (costs.first(-1) - costs.again(-1) + warmup.each * costs.again(-1));
  const beside = costs.beside + (race === null ? first : FEWER * first);
  return Math.max(0, begun - own.length) * (costs.seconds(-1) + beside) + runs * (contender + beside);
};

/** So many of the runs of the rounds are first ones of a setting, by those that are unknown. */
const FEWER = 0.3;

/** How far runs of one setting scatter, as logarithms. */
function scatter(made: readonly Made[]): number {
  const ended = made.filter(({ status, size }) => status === 'ok' && size === 1);
  const samples = [...groups(ended).values()].map((runs) =>
    runs.map(({ seconds }): Sample => ({ value: Math.log(seconds), censored: false })),
  );
  return noiseOf(samples).deviation;
}

/** About the rounds until a claim is made or given up, by the effect in standard deviations of a round (simulated). */
const ROUNDS_BY_EFFECT = [
  [0.45, 7.5],
  [1.4, 8.5],
  [1.8, 7],
] as const;

/** Rounds until a claim is made or given up, as far as the search tells. */
function roundsWanted(costs: Costs, { reference, rounds }: Needed, made: readonly Made[], done: number): number {
  const effect = Math.log(costs.seconds(reference) / costs.best) / (Math.SQRT2 * scatter(made));
  const usual = ROUNDS_BY_EFFECT.find(([most]) => effect < most)?.[1] ?? FEWEST_ROUNDS;
  let look = done + 1;
  while (!isLook(look) && look < MOST_ROUNDS) look++;
  // At a look that decided nothing the next one may not either.
  const wanted = done < FEWEST_ROUNDS ? usual : Math.max(usual, Math.min(MOST_ROUNDS, LATER * look));
  return Math.min(wanted, rounds ?? wanted);
}

const LATER = 1.15;

/** A setting that ties prefer is often run beside the most promising one. */
const FINALISTS = { exhaustive: 1.15, racing: 1.4 };

function compared(costs: Costs, needed: Needed, made: readonly Made[]): number {
  const own = made.filter(({ phase }) => phase === 'comparing');
  const entrants = [...new Set(own.map(({ setting }) => setting))];
  const isBegun = entrants.length > 1;
  const round = isBegun
    ? entrants.reduce((sum, setting) => sum + costs.again(setting), 0)
    : costs.again(needed.reference) + FINALISTS[needed.method] * (costs.best + costs.beside);
  const done = isBegun ? own.length / entrants.length : 0;
  return Math.max(0, roundsWanted(costs, needed, made, Math.floor(done)) - done) * round;
}

function extrapolated(costs: Costs, { extrapolated: settings }: Needed, made: readonly Made[]): number {
  const spawn = Math.max(0, ...made.map((run) => run.spawn));
  const large = scaleOf(spawn, costs.best);
  // One of each, and the quickest once more at twice that.
  const sizes = settings === 0 ? [] : [...Array<number>(settings).fill(large), 2 * large];
  const fixed = Math.min(spawn, costs.best);
  const cost = (size: number): number => costs.beside + fixed + size * (costs.best - fixed);
  const done = made.filter(({ size }) => size > 1).length;
  return sizes.slice(done).reduce((sum, size) => sum + cost(size), 0);
}

function groups(made: readonly Made[]): Map<number, Made[]> {
  const found = new Map<number, Made[]>();
  for (const run of made) found.set(run.setting, [...(found.get(run.setting) ?? []), run]);
  return found;
}

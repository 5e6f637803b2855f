import type { BenchResult, Run, Trial, Verdict } from '../documents/bench-result.ts';
import type { Plan, Setting } from './plan.ts';
import { FAILING_RUNS, isClose, pairSeconds, type Rounds, standings } from './rounds.ts';
import { type Cut, shortageOf } from './shortage.ts';
import { FEWEST_ROUNDS, roundsFor } from './statistics/signed-rank.ts';
import { finished, isBroken, statusOf, summary } from './trials.ts';
import { type Comparison, compare, isEnough, isFaster, judge } from './verdict.ts';

/** What the rounds come to. */
export type Outcome = Pick<BenchResult, 'search' | 'trials' | 'baseline' | 'best' | 'verdict'>;

interface Asked {
  plan: Plan;
  baselineEnv: { [name: string]: string };
  method: 'exhaustive' | 'racing';
  seed: number;
}

/** What the time that was spent says of the time that is wanted. */
interface Spent {
  cut: Cut | null;
  elapsedSeconds: number;
  remainingSeconds: number;
  spentSeconds: number;
  runs: number;
  remainingRuns: number;
}

/** A difference that one would like to know of. */
const RESOLUTION = Math.log(1.05);
const SWEEP_RUNS = 1;
/** A budget as it is asked for: with so much to spare. */
const SPARE = 1.25;

/** The report of the rounds: figures of each setting, the verdict, and what follows from it. Pure. */
export function outcomeOf({ plan, baselineEnv, method, seed }: Asked, rounds: Rounds, spent: Spent): Outcome {
  const { settings, reference, pooled } = plan;
  const { claimed, comparison } = judge(rounds.duels, reference, rounds.finalists);
  const kind = kindOf(rounds, reference, claimed, comparison);
  const changed = kind === 'faster' ? claimed : kind === 'current fails' ? (rounds.finalists[0] ?? null) : null;
  const best = changed ?? reference;
  const current = summary(rounds.runs[reference] ?? []);
  const trials = settings.flatMap((setting, index): Trial[] => {
    const runs = rounds.runs[index] ?? [];
    // The current environment is a trial where it is one of the settings to choose among.
    if (runs.length === 0 || (index === reference && !pooled)) return [];
    const dropped = rounds.race.dropped.includes(index) && !rounds.finalists.includes(index);
    return [
      {
        ...shown(setting),
        status: statusOf(runs, dropped && index !== best),
        runs,
        ...summary(runs),
        tied: isTied(rounds, index, best),
      },
    ];
  });
  return {
    search: {
      method,
      seed,
      rounds: rounds.race.rounds,
      separated: rounds.race.separated,
      complete: rounds.complete,
      slowStarts: [...rounds.slowStarts].map(([setting, seconds]) => ({
        env: (settings[setting] as Setting).env,
        seconds,
      })),
      samples: rounds.samples.map(({ setting, ...sample }) => ({ env: (settings[setting] as Setting).env, ...sample })),
    },
    trials,
    baseline: {
      env: baselineEnv,
      status: statusOf(rounds.runs[reference] ?? [], false),
      runs: rounds.runs[reference] ?? [],
      ...current,
    },
    best: bestOf(
      settings[best] as Setting,
      rounds.runs[best] ?? [],
      current.median,
      changed === null ? null : comparison,
    ),
    verdict: { kind, ...figures(rounds, plan, comparison, kind, spent) },
  };
}

function shown({ env, settings, roles }: Setting): Pick<Trial, 'env' | 'settings' | 'roles'> {
  return { env, settings, roles };
}

function kindOf(
  { runs, finalists }: Rounds,
  reference: number,
  claimed: number | null,
  comparison: Comparison,
): Verdict['kind'] {
  if (runs.every((own) => finished(own).length === 0)) return 'none';
  if (claimed !== null) return 'faster';
  const leader = runs[finalists[0] ?? -1] ?? [];
  const always = (own: readonly Run[], status: Run['status']): boolean =>
    own.length >= FAILING_RUNS && own.every((run) => run.status === status);
  if (always(runs[reference] ?? [], 'failed') && always(leader, 'ok')) return 'current fails';
  return isEnough(comparison) ? 'same' : 'too few';
}

/** The setting to use; `comparison` is null where it is the current one. */
function bestOf(
  setting: Setting,
  runs: readonly Run[],
  current: number | null,
  comparison: Comparison | null,
): BenchResult['best'] {
  const { median, interval } = summary(runs);
  if (median === null) return null;
  const { interval: between, estimate } = comparison ?? { interval: null, estimate: 0 };
  return {
    ...shown(setting),
    median,
    interval,
    speedup: comparison === null ? 1 : current === null ? null : current / median,
    changed: comparison !== null,
    ratio: between && Math.exp(estimate),
    ratioInterval: between && [Math.exp(between.low), Number.isFinite(between.high) ? Math.exp(between.high) : null],
  };
}

/** Neither the rounds nor the search tell it from the best. */
function isTied(rounds: Rounds, index: number, best: number): boolean {
  if (index === best || isBroken(rounds.runs[index] ?? [])) return false;
  const direct = compare(rounds.duels, index, best);
  if (isEnough(direct)) return !isFaster(direct) && !isFaster(compare(rounds.duels, best, index));
  const standing = standings(rounds.runs);
  const [own, other] = [standing[index], standing[best]];
  return own !== undefined && other !== undefined && isClose(own, other);
}

function figures(
  rounds: Rounds,
  { settings, reference }: Plan,
  comparison: Comparison,
  kind: Verdict['kind'],
  spent: Spent,
): Omit<Verdict, 'kind'> {
  const { interval, rounds: made, scatter, drift } = comparison;
  const wanted = kind === 'too few' ? FEWEST_ROUNDS : roundsFor(RESOLUTION, scatter);
  const needed = (kind === 'same' || kind === 'too few') && wanted > made ? wanted : null;
  const pair = pairSeconds(rounds, reference);
  const runs = SWEEP_RUNS * settings.length + 2 * FEWEST_ROUNDS + 1;
  // What a run takes besides what is measured.
  const beside = Math.max(0, spent.elapsedSeconds - spent.spentSeconds) / Math.max(1, spent.runs);
  const short = kind === 'too few' && needed !== null && pair !== null;
  return {
    rounds: made,
    atMost:
      kind === 'same' && interval !== null && Number.isFinite(interval.high)
        ? Math.max(0, Math.exp(interval.high) - 1)
        : null,
    // Where runs were made it is the rounds that are wanting.
    shortage:
      kind === 'none' ? shortageOf({ run: null, start: 0, cut: spent.cut, settings: settings.length, left: 0 }) : null,
    roundsNeeded: needed,
    budgetSeconds: short && spent.remainingRuns > 0 ? SPARE * runs * (pair / 2 + beside) : null,
    runsNeeded: short && spent.remainingRuns <= 0 ? runs : null,
    drift: Math.exp(drift) - 1,
    disturbed: rounds.disturbed,
  };
}

import type { BenchResult } from '../documents/bench-result.ts';
import type { BenchPlan } from './asked.ts';
import type { Engine } from './engines/engine.ts';
import { extrapolate } from './extrapolate.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { methodOf } from './plan.ts';
import { type Rounds, type RoundsPlan, runRounds } from './rounds.ts';
import type { Session } from './session.ts';
import { seeded } from './statistics/summaries.ts';
import { finished } from './trials.ts';
import { warningsOf } from './warnings.ts';
import { Watch } from './watch.ts';

/** A run may take so many times as long as the baseline. */
const TIMEOUT_FACTOR = 10;
const LEAST_TIMEOUT_SECONDS = 5;

/** What a benchmark comes to, without what is known before it. */
export type Benchmark = Outcome & Pick<BenchResult, 'model' | 'spent' | 'interrupted' | 'otherRuns' | 'warnings'>;

/** Plan → rounds → verdict → report: runs what the plan says and tells what that comes to. */
export async function bench(engine: Engine, session: Session, asked: BenchPlan): Promise<Benchmark> {
  const watch = new Watch(session, asked);
  watch.say(engine.name === 'lenskit' ? 'importing LensKit, loading data, training' : engine.name);
  const told = await engine.prepare();
  watch.users = engine.users;
  const rounds = await measured(session, asked, watch);
  const method = methodOf(asked.method, asked.points.length);
  const outcome = outcomeOf({ ...asked, method }, rounds, session);
  const model = await extrapolated(engine, session, asked, outcome, watch);
  return {
    ...outcome,
    model,
    otherRuns: watch.others,
    spent: { seconds: session.elapsedSeconds, runs: session.runs, ...watch.end() },
    interrupted: session.stopped,
    warnings: warningsOf({ engine, session, asked, rounds, told, outcome, model }),
  };
}

/** The rounds of the plan, as processes. */
async function measured(session: Session, asked: BenchPlan, watch: Watch): Promise<Rounds> {
  const { plan, warmup, points } = asked;
  const runs: BenchResult['baseline']['runs'] = [];
  let phase: Parameters<NonNullable<RoundsPlan['onPhase']>>[0] = 'baseline';
  /** How often each was run before what counts. */
  const warmed = plan.settings.map(() => 0);
  const warmUp = async (index: number, times: number, limit: number | null): Promise<void> => {
    if ((warmed[index] ?? 0) >= times) return;
    watch.enter('warming up');
    for (; (warmed[index] ?? 0) < times; warmed[index] = (warmed[index] ?? 0) + 1) await watch.run(index, { limit });
    watch.enter(phase);
  };
  await warmUp(plan.reference, warmup.current, null);
  const roundsPlan: RoundsPlan = {
    ...asked,
    settings: plan.settings,
    reference: plan.reference,
    method: methodOf(asked.method, points.length),
    random: seeded(asked.seed),
    onPhase: (now) => {
      if (now !== phase) watch.enter(now);
      phase = now;
    },
    onRace: (state) => watch.raced(state),
  };
  watch.enter(phase);
  return runRounds(roundsPlan, {
    async run(index, limit) {
      const isReference = index === plan.reference;
      if (!isReference) await warmUp(index, warmup.others, limit);
      const run = await watch.run(index, { limit });
      if (run !== null && isReference) {
        runs.push(run);
        session.timeoutSeconds ??= timeoutFrom(runs);
      }
      return run;
    },
    left: () => ({ seconds: session.exhausted ? 0 : session.remainingSeconds, runs: session.remainingRuns }),
  });
}

function timeoutFrom(baseline: Rounds['runs'][number]): number | null {
  const seconds = finished(baseline);
  return seconds.length === 0 ? null : Math.max(LEAST_TIMEOUT_SECONDS, TIMEOUT_FACTOR * Math.max(...seconds));
}

/** What other numbers of users cost; null: it was not asked for, or cannot be known. */
async function extrapolated(
  { users }: Engine,
  session: Session,
  { plan, forUsers, extrapolate: wanted }: BenchPlan,
  { trials, best }: Outcome,
  watch: Watch,
): Promise<BenchResult['model']> {
  if (best === null || !wanted || users === null || session.exhausted) return null;
  watch.enter('extrapolating');
  return extrapolate({
    users,
    trials,
    forUsers,
    measure: (trial, size) =>
      watch.run(
        plan.settings.findIndex(({ env }) => env === trial.env),
        { users: size },
      ),
  });
}

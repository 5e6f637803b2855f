import { type BenchResult, workersOf } from '../documents/bench-result.ts';
import type { BenchPlan } from './asked.ts';
import type { Engine, Environment } from './engines/engine.ts';
import { extrapolate } from './extrapolate.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { methodOf, type Setting } from './plan.ts';
import { type Rounds, type RoundsPlan, runRounds } from './rounds.ts';
import type { Session } from './session.ts';
import { shortageOf } from './shortage.ts';
import { seeded } from './statistics/summaries.ts';
import { finished } from './trials.ts';
import { warningsOf } from './warnings.ts';
import { Watch } from './watch.ts';

/** A run may take so many times as long as the baseline. */
const TIMEOUT_FACTOR = 10;
const LEAST_TIMEOUT_SECONDS = 5;
/** Where a sweep is asked for, and not how often. */
const SWEEP_RUNS = 2;

/** What a benchmark comes to, without what is known before it. */
export type Benchmark = Outcome & Pick<BenchResult, 'model' | 'spent' | 'interrupted' | 'otherRuns' | 'warnings'>;

/** Plan → rounds → verdict → report: runs what the plan says and tells what that comes to. */
export async function bench(engine: Engine, session: Session, asked: BenchPlan): Promise<Benchmark> {
  const watch = new Watch(session, asked);
  watch.say(engine.name === 'lenskit' ? 'importing LensKit, loading data, training' : engine.name);
  const told = await engine.prepare(session.remainingSeconds);
  watch.users = engine.users;
  const rounds = await measured(engine, session, asked, watch);
  const method = methodOf(asked.method, asked.points.length);
  const outcome = outcomeOf({ ...asked, method }, rounds, session);
  const model = await extrapolated(engine, session, asked, outcome, watch);
  await engine.finish?.();
  return {
    ...outcome,
    model,
    otherRuns: watch.others,
    spent: {
      seconds: session.elapsedSeconds,
      runs: session.runs,
      preparingSeconds: session.preparingSeconds,
      ...watch.end(),
    },
    interrupted: session.stopped,
    warnings: warningsOf({ engine, session, asked, rounds, told, outcome, model }),
  };
}

/** The rounds of the plan, as processes. */
async function measured(engine: Engine, session: Session, asked: BenchPlan, watch: Watch): Promise<Rounds> {
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
  const environmentOf = (index: number): Environment => (plan.settings[index] as Setting).environment;
  const roundsPlan: RoundsPlan = {
    ...asked,
    // As many of each as it takes, unless all are to be run equally often.
    runs: asked.runs ?? (asked.method === 'exhaustive' ? SWEEP_RUNS : null),
    settings: plan.settings.map((setting) => ({ ...setting, workers: workersOf(setting.settings) })),
    reference: plan.reference,
    method: methodOf(asked.method, points.length),
    random: seeded(asked.seed),
    looksAgain: engine.ready === undefined,
    onPhase: (now) => {
      if (now !== phase) watch.enter(now);
      phase = now;
    },
    onRace: (state) => watch.raced(state),
  };
  watch.enter(phase);
  const began = session.elapsedSeconds;
  const shortage = (run: Rounds['runs'][number][number] | null): void => {
    const { cut, remainingSeconds: left } = session;
    const all = session.elapsedSeconds - began;
    // A process that is kept is started once for each setting.
    const own = run === null ? null : run.first === null ? all : run.seconds;
    const known = shortageOf({ run: own, start: all - (own ?? all), cut, settings: plan.settings.length, left });
    if (known !== null && run?.status !== 'failed') asked.onShortage(known);
  };
  let counted = 0;
  return runRounds(roundsPlan, {
    async run(index, limit) {
      const isReference = index === plan.reference;
      if (!isReference) await warmUp(index, warmup.others, limit);
      const run = await watch.run(index, { limit });
      if (run !== null) counted++;
      if (run !== null && isReference) {
        runs.push(run);
        session.timeoutSeconds ??= timeoutFrom(runs);
      }
      if (counted <= 1) shortage(run);
      return run;
    },
    ...(engine.users === null
      ? {}
      : {
          fewer: {
            users: engine.users,
            startSeconds: () => session.preparingSeconds,
            run: (index, users, limit) => watch.run(index, { limit, users }),
          },
        }),
    preparingSeconds: () => session.preparingSeconds,
    ahead: (settings) => {
      session.ahead = settings.map(environmentOf);
    },
    keep: (settings) => engine.keep?.(settings.map(environmentOf)),
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

import { type BenchResult, labelOf } from '../documents/bench-result.ts';
import type { BenchPlan, Progress } from './asked.ts';
import type { Engine, Environment } from './engines/engine.ts';
import { extrapolate } from './extrapolate.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { methodOf, type Plan, type Setting } from './plan.ts';
import { type Rounds, type RoundsPlan, runRounds } from './rounds.ts';
import type { Session } from './session.ts';
import { shortageOf } from './shortage.ts';
import { seeded } from './statistics/summaries.ts';
import { finished, medianOf } from './trials.ts';
import { warningsOf } from './warnings.ts';

/** A run may take so many times as long as the baseline. */
const TIMEOUT_FACTOR = 10;
const LEAST_TIMEOUT_SECONDS = 5;
/** Where a sweep is asked for, and not how often. */
const SWEEP_RUNS = 2;

/** What a benchmark comes to, without what is known before it. */
export type Benchmark = Outcome & Pick<BenchResult, 'model' | 'spent' | 'interrupted' | 'warnings'>;

/** Plan → rounds → verdict → report: runs what the plan says and tells what that comes to. */
export async function bench(engine: Engine, session: Session, asked: BenchPlan): Promise<Benchmark> {
  const watched = watching(session, asked);
  watched.say('getting ready', engine.name === 'lenskit' ? 'importing LensKit, loading data, training' : engine.name);
  const told = await engine.prepare(session.remainingSeconds);
  const rounds = await measured(engine, session, asked, watched);
  const method = methodOf(asked.method, asked.points.length);
  const outcome = outcomeOf({ ...asked, method }, rounds, session);
  const model = await extrapolated(engine, session, asked, outcome, watched);
  await engine.finish?.();
  return {
    ...outcome,
    model,
    ...ending(session),
    warnings: warningsOf({ engine, session, asked, rounds, told, outcome, model }),
  };
}

function ending(session: Session): Pick<BenchResult, 'spent' | 'interrupted'> {
  return {
    spent: { seconds: session.elapsedSeconds, runs: session.runs, preparingSeconds: session.preparingSeconds },
    interrupted: session.stopped,
  };
}

interface Watched {
  runs: BenchResult['baseline']['runs'][];
  say(phase: Progress['phase'], doing: string): void;
}

/** Keeps who watches informed, with the quickest setting so far. */
function watching(session: Session, { plan, onProgress }: BenchPlan): Watched {
  const runs: Watched['runs'] = plan.settings.map(() => []);
  return {
    runs,
    say: (phase, doing) =>
      onProgress({
        phase,
        doing,
        runs: session.runs,
        leader: leaderOf(runs, plan),
        elapsedSeconds: session.elapsedSeconds,
        remainingSeconds: session.remainingSeconds,
      }),
  };
}

/** The rounds of the plan, as processes. */
async function measured(engine: Engine, session: Session, asked: BenchPlan, { runs, say }: Watched): Promise<Rounds> {
  const { plan, warmup } = asked;
  const current = plan.settings[plan.reference] as Setting;
  let phase: Progress['phase'] = 'baseline';
  for (let i = 0; i < warmup; i++) {
    say(phase, 'warming up with the current environment');
    await session.measure(current.key, current.environment);
  }
  const environmentOf = (index: number): Environment => (plan.settings[index] as Setting).environment;
  const roundsPlan: RoundsPlan = {
    ...asked,
    // As many of each as it takes, unless all are to be run equally often.
    runs: asked.runs ?? (asked.method === 'exhaustive' ? SWEEP_RUNS : null),
    settings: plan.settings,
    reference: plan.reference,
    method: methodOf(asked.method, asked.points.length),
    random: seeded(asked.seed),
    looksAgain: engine.ready === undefined,
    onPhase: (now) => {
      phase = now;
    },
  };
  const began = session.elapsedSeconds;
  const shortage = (run: Rounds['runs'][number][number] | null): void => {
    const { cut, remainingSeconds: left } = session;
    const all = session.elapsedSeconds - began;
    // A process that is kept is started once for each setting.
    const own = run === null ? null : run.first === null ? all : run.seconds;
    const known = shortageOf({ run: own, start: all - (own ?? all), cut, settings: plan.settings.length, left });
    if (known !== null && run?.status !== 'failed') asked.onShortage(known);
  };
  return runRounds(roundsPlan, {
    async run(index, limit) {
      const setting = plan.settings[index] as Setting;
      say(phase, index === plan.reference ? 'the current environment' : labelOf(setting.env));
      const run = await session.measure(setting.key, setting.environment, limit);
      if (run !== null) runs[index]?.push(run);
      if (index === plan.reference) session.timeoutSeconds ??= timeoutFrom(runs[index] ?? []);
      if (runs.flat().length <= 1) shortage(run);
      return run;
    },
    ...(engine.users === null
      ? {}
      : {
          fewer: {
            users: engine.users,
            startSeconds: () => session.preparingSeconds,
            run: (index, users, limit) => {
              const setting = plan.settings[index] as Setting;
              say('searching', `${labelOf(setting.env)}, ${users} users`);
              return session.measure(`${setting.key} ${users}`, setting.environment, limit, users);
            },
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

function leaderOf(runs: Watched['runs'], { settings, reference }: Plan): Progress['leader'] {
  const known = runs.flatMap((own, index) => {
    const median = index === reference ? null : medianOf(own);
    return median === null ? [] : [{ label: labelOf(settings[index]?.env ?? {}), median }];
  });
  const leader = known.sort((a, b) => a.median - b.median)[0];
  if (leader === undefined) return null;
  const current = medianOf(runs[reference] ?? []);
  return { ...leader, speedup: current === null ? null : current / leader.median };
}

/** What other numbers of users cost; null: it was not asked for, or cannot be known. */
async function extrapolated(
  { users }: Engine,
  session: Session,
  { plan, forUsers, extrapolate: wanted }: BenchPlan,
  { trials, best }: Outcome,
  { say }: Watched,
): Promise<BenchResult['model']> {
  if (best === null || !wanted || users === null || session.exhausted) return null;
  return extrapolate({
    users,
    trials,
    forUsers,
    measure: (trial, size) => {
      say('extrapolating', `${labelOf(trial.env)}, ${size} users`);
      const setting = plan.settings.find(({ env }) => env === trial.env) as Setting;
      return session.measure(`${setting.key} ${size}`, setting.environment, null, size);
    },
  });
}

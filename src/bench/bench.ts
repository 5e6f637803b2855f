import type { Method } from '../documents/bench-choices.ts';
import { type BenchResult, isGain, labelOf, type Run } from '../documents/bench-result.ts';
import type { Engine, Environment } from './engines/engine.ts';
import { extrapolate } from './extrapolate.ts';
import { sweep } from './search/exhaustive.ts';
import { type RaceState, race, type Timing } from './search/racing.ts';
import type { Session } from './session.ts';
import type { Candidate, Space } from './space.ts';
import { seeded } from './statistics.ts';
import { finished, medianOf, outliers, statusOf, summary, trialOf } from './trials.ts';

export interface BenchPlan {
  space: Space;
  /** The environment that the user has now. */
  environment: Environment;
  /** The part of it that bears on parallelism. */
  baselineEnv: { [name: string]: string };
  method: Method;
  /** Runs of each setting of a sweep, of the leader and of the baseline. */
  runs: number;
  warmup: number;
  seed: number;
  /** Also answer for this many users. */
  forUsers: number | null;
  /** Fit a cost model where the engine can vary the number of users. */
  extrapolate: boolean;
  /** CPUs that others keep busy at the start. */
  foreignLoad: number | null;
  onProgress: (progress: Progress) => void;
}

/** What is going on, for whoever watches. */
export interface Progress {
  phase: 'getting ready' | 'baseline' | 'searching' | 'extrapolating';
  doing: string;
  runs: number;
  leader: { label: string; median: number; speedup: number | null } | null;
  elapsedSeconds: number;
  remainingSeconds: number;
}

/** What a benchmark comes to, without what is known before it. */
export type Outcome = Pick<
  BenchResult,
  'search' | 'trials' | 'baseline' | 'best' | 'model' | 'spent' | 'interrupted' | 'warnings'
>;

/** So few settings are all measured. */
const SMALL_SPACE = 6;
/** A run may take so many times as long as the baseline. */
const TIMEOUT_FACTOR = 10;
const LEAST_TIMEOUT_SECONDS = 5;
/** The baseline's last runs differ from its first by more than this share: the machine has changed meanwhile. */
const DRIFT = 0.15;
/** Busy CPUs of others that make a measurement doubtful. */
const FOREIGN_LOAD = 0.2;

const BASELINE = 'baseline';

/** Measures the current environment, searches the space, and measures the current environment again. */
export async function bench(engine: Engine, session: Session, plan: BenchPlan): Promise<Outcome> {
  const { space, environment } = plan;
  const random = seeded(plan.seed);
  const runs: Run[][] = space.candidates.map(() => []);
  const baseline: Run[] = [];
  const warnings: string[] = [];
  const state: RaceState = { leader: null, dropped: [], separated: false, rounds: 0 };
  const progress = (phase: Progress['phase'], doing: string): void =>
    plan.onProgress({
      phase,
      doing,
      runs: session.runs,
      leader: leaderOf(runs, baseline, space.candidates),
      elapsedSeconds: session.elapsedSeconds,
      remainingSeconds: session.remainingSeconds,
    });

  if (plan.foreignLoad !== null && plan.foreignLoad > FOREIGN_LOAD) {
    warnings.push(`${plan.foreignLoad.toFixed(1)} CPUs were busy with other work at the start: times will scatter`);
  }
  progress('getting ready', engine.name === 'lenskit' ? 'importing LensKit, loading data, training' : engine.name);
  warnings.push(...(await engine.prepare()));

  const measureBaseline = async (doing: string): Promise<Run | null> => {
    progress('baseline', doing);
    return session.measure(BASELINE, environment);
  };
  for (let i = 0; i < plan.warmup; i++) await measureBaseline('warming up with the current environment');
  const addBaseline = async (): Promise<void> => {
    const run = await measureBaseline('the current environment');
    if (run !== null) baseline.push(run);
  };
  await addBaseline();
  session.timeoutSeconds ??= timeoutFrom(baseline);

  const measure = async (index: number, limit: number | null): Promise<Timing | null> => {
    const candidate = space.candidates[index] as Candidate;
    progress('searching', labelOf(candidate.env));
    const run = await session.measure(keyOf(candidate), withCandidate(environment, space, candidate), limit);
    if (run === null) return null;
    runs[index]?.push(run);
    return {
      seconds: run.seconds,
      outcome: run.status === 'ok' ? 'finished' : run.status === 'capped' ? 'capped' : 'failed',
    };
  };
  const required = space.candidates.flatMap(({ roles }, index) => (roles.length > 0 ? [index] : []));
  const method =
    plan.method === 'auto' ? (space.candidates.length <= SMALL_SPACE ? 'exhaustive' : 'racing') : plan.method;
  const onRound = (now: RaceState): void => void Object.assign(state, now);
  Object.assign(
    state,
    method === 'exhaustive'
      ? await sweep({ settings: space.points.length, runs: plan.runs, measure, random })
      : await race({ points: space.points, required, leastRuns: plan.runs, measure, random, onRound }),
  );
  const complete = !session.exhausted;
  while (finished(baseline).length < plan.runs && baseline.every(({ status }) => status === 'ok')) {
    const before = baseline.length;
    await addBaseline();
    if (baseline.length === before) break;
  }

  const trials = space.candidates.flatMap((candidate, index) => {
    const own = runs[index] ?? [];
    return own.length === 0 ? [] : [trialOf(candidate, own, state.dropped.includes(index), random)];
  });
  const baselineSummary = summary(baseline, random);
  // Of those that are still in the race the quickest that has been run often enough: the leader is among them.
  const enough = (own: readonly Run[]): boolean => !complete || finished(own).length >= plan.runs;
  const winner = trials
    .filter(
      ({ status, median, runs: own }) =>
        (status === 'ok' || (!complete && status === 'dropped')) && median !== null && enough(own),
    )
    .sort((a, b) => (a.median as number) - (b.median as number))[0];
  const speedup = (median: number): number | null =>
    baselineSummary.median === null ? null : baselineSummary.median / median;
  const best = winner
    ? {
        env: winner.env,
        settings: winner.settings,
        roles: winner.roles,
        median: winner.median as number,
        interval: winner.interval as [number, number],
        speedup: speedup(winner.median as number),
      }
    : null;
  const model =
    best === null || !plan.extrapolate || engine.users === null || session.exhausted
      ? null
      : await extrapolate({
          users: engine.users,
          trials,
          forUsers: plan.forUsers,
          measure: (trial, users) => {
            progress('extrapolating', `${labelOf(trial.env)}, ${users} users`);
            const candidate = space.candidates.find(({ env }) => env === trial.env) as Candidate;
            return session.measure(
              `${keyOf(candidate)} ${users}`,
              withCandidate(environment, space, candidate),
              null,
              users,
            );
          },
        });
  if (best !== null && plan.extrapolate && engine.users !== null && model === null && !session.stopped)
    warnings.push('no time was left to learn what other numbers of users cost: --budget gives more');
  warnings.push(...drift(baseline), ...outliers('the current environment', baseline));
  for (const trial of trials) warnings.push(...outliers(labelOf(trial.env), trial.runs));
  if (best !== null && !isGain(best)) warnings.push('the current environment is faster than every setting: keep it');
  const left = Math.max(0, ...[...baseline, ...runs.flat()].map((run) => run.left));
  if (left > 0)
    warnings.push(`runs left up to ${left} ${left === 1 ? 'process' : 'processes'} behind, which were ended`);
  warnings.push(...engine.leftovers());
  if (session.paused > 0)
    warnings.push(
      `${session.paused} ${session.paused === 1 ? 'run was' : 'runs were'} stopped by a signal for a while, and not counted`,
    );
  if (session.broken !== null) warnings.push(`nothing more could be measured: ${session.broken}`);
  else if (!complete && !session.stopped) warnings.push('the budget was spent before the search was done');
  return {
    search: { method, seed: plan.seed, rounds: state.rounds, separated: state.separated, complete },
    trials,
    baseline: { env: plan.baselineEnv, status: statusOf(baseline, false), runs: baseline, ...baselineSummary },
    best,
    model,
    spent: { seconds: session.elapsedSeconds, runs: session.runs },
    interrupted: session.stopped,
    warnings,
  };
}

/** A candidate's environment: the user's, without any knob that is set there, with the candidate's. */
function withCandidate(environment: Environment, { unset }: Space, { env }: Candidate): Environment {
  const kept = Object.entries(environment).filter(([name]) => !unset.test(name));
  return { ...Object.fromEntries(kept), ...env };
}

function keyOf({ env }: Candidate): string {
  return JSON.stringify(env);
}

function timeoutFrom(baseline: readonly Run[]): number | null {
  const seconds = finished(baseline);
  return seconds.length === 0 ? null : Math.max(LEAST_TIMEOUT_SECONDS, TIMEOUT_FACTOR * Math.max(...seconds));
}

function leaderOf(
  runs: readonly Run[][],
  baseline: readonly Run[],
  candidates: readonly Candidate[],
): Progress['leader'] {
  const known = runs.flatMap((own, index) => {
    const median = medianOf(own);
    return median === null ? [] : [{ label: labelOf(candidates[index]?.env ?? {}), median }];
  });
  const leader = known.sort((a, b) => a.median - b.median)[0];
  if (leader === undefined) return null;
  const current = medianOf(baseline);
  return { ...leader, speedup: current === null ? null : current / leader.median };
}

function drift(baseline: readonly Run[]): string[] {
  const seconds = finished(baseline);
  const [first, last] = [seconds[0], medianOf(baseline.slice(1))];
  if (first === undefined || last === null || Math.abs(last / first - 1) <= DRIFT) return [];
  return [
    `the current environment took ${first.toPrecision(3)} s at the start and ${last.toPrecision(3)} s at the end: the machine changed meanwhile`,
  ];
}

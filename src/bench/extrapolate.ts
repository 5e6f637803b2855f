import { type CostModel, type Run, type Trial, workersOf } from '../documents/bench-result.ts';
import { finished } from './trials.ts';

export interface Extrapolation {
  /** The job's own number of users. */
  users: number;
  trials: readonly Trial[];
  forUsers: number | null;
  /** Runs a setting with another number of users; null: the budget is spent. */
  measure(trial: Trial, users: number): Promise<Run | null>;
}

/** One measured time of a setting at a size. */
export interface CostPoint {
  setting: number;
  users: number;
  seconds: number;
}

/** So many settings, each the best of its number of workers, are compared at other sizes. */
export const MOST_SETTINGS = 3;
/** The larger size that is fitted: so many times the job's own at least and at most. */
const SCALE = { least: 2, most: 32 };

/**
 * What the job costs at other sizes: seconds = fixed + perWorker × workers + users ÷ throughput, the throughput
 * each setting's own. Fitted at the job's size and at one where the work takes as long as starting the workers,
 * checked at twice that. null: too little could be measured.
 */
export async function extrapolate({ users, trials, forUsers, measure }: Extrapolation): Promise<CostModel | null> {
  const chosen = bestByWorkers(trials);
  const spawn = Math.max(0, ...chosen.flatMap(({ runs }) => runs.map(({ phases }) => phases?.spawn ?? 0)));
  const large = users * scaleOf(spawn, Math.min(...chosen.map(({ median }) => median ?? Number.POSITIVE_INFINITY)));
  const points: CostPoint[] = chosen.flatMap((trial, setting) =>
    finished(trial.runs).map((seconds) => ({ setting, users, seconds })),
  );
  // At the job's size there are runs already.
  for (const [setting, trial] of chosen.entries()) {
    const run = await measure(trial, large);
    if (run === null) return null;
    if (run.status === 'ok') points.push({ setting, users: large, seconds: run.seconds });
  }
  if (chosen.some((_, setting) => !points.some((point) => point.setting === setting && point.users === large)))
    return null;
  const workers = chosen.map(({ settings }) => workersOf(settings));
  const fit = fitCost(points, workers);
  const cost = (setting: number, size: number): number => costOf(fit, workers, setting, size);
  const check: CostModel['check'] = [];
  const quickestFor = (size: number): number =>
    chosen.reduce((best, _, setting) => (cost(setting, size) < cost(best, size) ? setting : best), 0);
  // Of the one whose time is told.
  const checked = quickestFor(2 * large);
  const run = await measure(chosen[checked] as Trial, 2 * large);
  if (run?.status === 'ok') {
    const { env } = chosen[checked] as Trial;
    check.push({ users: 2 * large, env, foretold: cost(checked, 2 * large), measured: run.seconds });
  }
  const errors = points.map(({ setting, users: size, seconds }) => Math.abs(cost(setting, size) - seconds) / seconds);
  const env = (setting: number): { [name: string]: string } => (chosen[setting] as Trial).env;
  return {
    fixedSeconds: fit.fixed,
    perWorkerSeconds: fit.perWorker,
    settings: chosen.map((trial, setting) => ({
      env: trial.env,
      workers: workers[setting] ?? 0,
      usersPerSecond: 1 / Math.max(fit.perUser[setting] ?? 0, 1e-12),
    })),
    error: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    check,
    winners: winners(fit, workers).map(({ from, setting }) => ({ fromUsers: from, env: env(setting) })),
    asked:
      forUsers === null
        ? null
        : { users: forUsers, env: env(quickestFor(forUsers)), seconds: cost(quickestFor(forUsers), forUsers) },
  };
}

/** How many times the users make the work of the quickest as long as the slowest start of workers. */
export function scaleOf(spawn: number, quickest: number): number {
  return Math.max(SCALE.least, Math.min(SCALE.most, Math.round(spawn / quickest)));
}

/** Of each number of workers the quickest setting, the quickest of them first. */
function bestByWorkers(trials: readonly Trial[]): Trial[] {
  const best = new Map<number, Trial>();
  const known = trials.filter(({ median, status }) => median !== null && status !== 'failed' && status !== 'timeout');
  for (const trial of known.sort((a, b) => (a.median as number) - (b.median as number))) {
    const workers = workersOf(trial.settings);
    if (!best.has(workers)) best.set(workers, trial);
  }
  return [...best.values()].slice(0, MOST_SETTINGS);
}

export interface CostFit {
  fixed: number;
  perWorker: number;
  /** Seconds a user, of each setting. */
  perUser: number[];
}

/** Least squares of the relative errors, no part of the cost below 0 (coordinate descent on the normal equations). */
export function fitCost(points: readonly CostPoint[], workers: readonly number[]): CostFit {
  const rows = points.map(({ setting, users, seconds }) =>
    [1, workers[setting] ?? 0, ...workers.map((_, other) => (other === setting ? users : 0))].map(
      (value) => value / seconds,
    ),
  );
  const width = workers.length + 2;
  const normal = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
  );
  const right = Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0));
  const x = Array<number>(width).fill(0);
  for (let sweep = 0; sweep < 20_000; sweep++) {
    for (let i = 0; i < width; i++) {
      const own = normal[i]?.[i] ?? 0;
      if (own === 0) continue;
      const rest = (normal[i] ?? []).reduce((sum, value, j) => sum + value * (x[j] ?? 0), 0);
      x[i] = Math.max(0, (x[i] ?? 0) + ((right[i] ?? 0) - rest) / own);
    }
  }
  const [fixed = 0, perWorker = 0, ...perUser] = x;
  return { fixed, perWorker, perUser };
}

export function costOf(fit: CostFit, workers: readonly number[], setting: number, users: number): number {
  return fit.fixed + fit.perWorker * (workers[setting] ?? 0) + users * (fit.perUser[setting] ?? 0);
}

/** Which setting is the cheapest from which number of users on: the lower envelope of straight lines. */
export function winners(fit: CostFit, workers: readonly number[]): { from: number; setting: number }[] {
  const cheapestAt = (users: number): number =>
    workers.reduce<number>(
      (best, _, setting) =>
        costOf(fit, workers, setting, users) < costOf(fit, workers, best, users) - 1e-12 ? setting : best,
      0,
    );
  const found = [{ from: 1, setting: cheapestAt(1) }];
  for (;;) {
    const { from, setting } = found.at(-1) as { from: number; setting: number };
    const start = fit.perWorker * (workers[setting] ?? 0);
    const crossings = workers.flatMap((count, other) => {
      const faster = (fit.perUser[setting] ?? 0) - (fit.perUser[other] ?? 0);
      const at = Math.ceil((fit.perWorker * count - start) / faster);
      return faster > 0 && at > from && Number.isSafeInteger(at) ? [{ from: at, setting: other, faster }] : [];
    });
    const next = crossings.sort((a, b) => a.from - b.from || b.faster - a.faster)[0];
    if (next === undefined) return found;
    found.push({ from: next.from, setting: next.setting });
  }
}

import { type Made, type Needed, type Race, secondsLeft } from '../../src/bench/forecast.ts';
import { runRounds } from '../../src/bench/rounds.ts';
import { seeded } from '../../src/bench/statistics/summaries.ts';
import type { BenchPhase } from '../../src/documents/bench-choices.ts';
import { made, normal } from './simulated-claims.ts';

/** A job of known cost, as Amdahl has it, with contention and start-up. */
export interface CostJob {
  cpus: number;
  work: number;
  fixed: number;
  spawn: number;
  share: number;
  contention: number;
  noise: number;
  outliers: number;
  /** What a setting's first run takes besides, and each later one. */
  first: number;
  later: number;
}

/** Numbers of processes, threads and backend threads to choose among. */
export const GRIDS = {
  'a sweep of 4': [[1, 2], [1, 2], [1]],
  'a sweep of 6': [[1, 2, 4], [1, 2], [1]],
  'a race of 8': [
    [1, 2],
    [1, 2],
    [1, 2],
  ],
  'a race of 18': [
    [1, 2, 4],
    [1, 2, 4],
    [1, 2],
  ],
  'a race of 48': [
    [1, 2, 4, 8],
    [1, 2, 4, 8],
    [1, 2, 4],
  ],
} as const;

export function costJob(random: () => number): CostJob {
  const pick = (values: readonly number[]): number => values[Math.floor(random() * values.length)] as number;
  const beside = pick([0, 0.5, 3]);
  return {
    cpus: pick([2, 4, 8, 16]),
    work: pick([1, 3, 8]),
    fixed: 0.1 + random(),
    spawn: pick([0, 0.1, 2]),
    share: pick([0.05, 0.4, 0.9]),
    contention: pick([0, 0.1, 0.5]),
    noise: pick([0.01, 0.03, 0.05]),
    outliers: pick([0, 0.05]),
    first: beside,
    later: pick([0, beside]),
  };
}

function truth(job: CostJob, [p, t, b]: readonly [number, number, number]): number {
  const speed = (count: number): number => 1 / (1 - job.share + job.share / count);
  const busy = p * t * b;
  const over = Math.max(0, busy / job.cpus - 1);
  const usable = Math.min(1, job.cpus / busy);
  const work = job.work / (p * speed(t) * speed(b) * usable);
  return job.fixed + (p === 1 ? 0 : job.spawn * (1 + 0.3 * (p - 1))) + work * (1 + job.contention * over);
}

/** What was said of the time left, by what passed: both as shares of all the time. */
export interface Said {
  passed: number;
  /** Said ÷ true. */
  ratio: number;
}

/** A whole search in simulated time, the forecast asked before each run. */
export async function forecastSearch(
  job: CostJob,
  axes: readonly [readonly number[], readonly number[], readonly number[]],
  seed: number,
): Promise<Said[]> {
  const [ps, ts, bs] = axes;
  const settings = ps.flatMap((p) => ts.flatMap((t) => bs.map((b) => [p, t, b] as const)));
  const reference = settings.length;
  const seconds = [...settings, [2, 2, 2] as const].map((setting) => truth(job, setting));
  const random = seeded(seed);
  const log: Made[] = [];
  const asked: { at: number; left: number }[] = [];
  const method = settings.length > 6 ? 'racing' : 'exhaustive';
  let [phase, state, spent]: [BenchPhase, Race | null, number] = ['baseline', null, 0];
  // One warm-up run of the current environment, as by default.
  spent = (seconds[reference] as number) + job.first;
  log.push({
    phase: 'warming up',
    setting: reference,
    status: 'ok',
    seconds: seconds[reference] as number,
    took: spent,
    spawn: 0,
    size: 1,
  });
  await runRounds(
    {
      settings: seconds.map((_, index) => ({ roles: index === reference ? ['current'] : [], busy: index, workers: 0 })),
      points: settings.map((setting) => setting.map(Math.log2)),
      reference,
      method,
      runs: null,
      rounds: null,
      spare: 0,
      random,
      onPhase: (now) => {
        phase = now;
      },
      onRace: ({ dropped }) => {
        const after = log.filter((run) => run.phase === 'searching').length;
        state = { open: settings.length - 1 - dropped.length, after };
      },
    },
    {
      async run(setting, limit) {
        const needed: Needed = {
          phase,
          settings: method === 'racing' ? settings.length : settings.length + 1,
          reference,
          dimensions: axes.filter((values) => values.length > 1).length,
          method,
          race: state,
          runs: null,
          rounds: null,
          warmup: { each: 0, current: 1 },
          extrapolated: 0,
          left: { seconds: 1e6, runs: Number.POSITIVE_INFINITY },
        };
        const left = secondsLeft(log, needed);
        if (left !== null) asked.push({ at: spent, left });
        const slow = random() < job.outliers ? 1 + random() : 1;
        const own = (seconds[setting] as number) * Math.exp(job.noise * normal(random)) * slow;
        const is = {
          ...made(Math.min(own, limit ?? own)),
          status: limit !== null && own > limit ? 'capped' : 'ok',
        } as const;
        const took = is.seconds + (log.some((run) => run.setting === setting) ? job.later : job.first);
        spent += took;
        log.push({ phase, setting, status: is.status, seconds: is.seconds, took, spawn: 0, size: 1 });
        return is;
      },
      left: () => ({ seconds: 1e6, runs: Number.POSITIVE_INFINITY }),
    },
  );
  return asked.map(({ at, left }) => ({ passed: at / spent, ratio: left / (spent - at) }));
}

/** What is said first after this share of the time, by what was true. */
export function ratioAt(said: readonly Said[], share: number): number {
  return said.find(({ passed }) => passed >= share)?.ratio ?? Number.NaN;
}

export function isRight(ratio: number): boolean {
  return ratio < 1.5 && ratio > 1 / 1.5;
}

import { methodOf } from '../../src/bench/plan.ts';
import { type Rounds, runRounds } from '../../src/bench/rounds.ts';
import { sweep } from '../../src/bench/search/exhaustive.ts';
import { median, seeded } from '../../src/bench/statistics/summaries.ts';
import { judge } from '../../src/bench/verdict.ts';
import type { Run } from '../../src/documents/bench-result.ts';

/** A job of known cost: the true seconds of each setting, and what is added to each run. */
export interface SimulatedJob {
  kind: string;
  /** The last one is the current environment. */
  seconds: readonly number[];
  /** A factor for the run of this number. */
  noise: (run: number) => number;
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Ways in which times of one and the same thing scatter. */
export const NOISES: { readonly [kind: string]: (random: () => number) => SimulatedJob['noise'] } = {
  'log-normal, 2–15 %': (random) => {
    const deviation = 0.02 + 0.13 * random();
    return () => Math.exp(deviation * normal(random));
  },
  'heavy-tailed': (random) => {
    // Student's t with two degrees of freedom, above and below.
    const scale = 0.02 + 0.05 * random();
    return () => {
      const chi = Math.sqrt(-Math.log(1 - random()));
      return Math.exp(Math.max(-1, Math.min(3, (scale * normal(random)) / Math.max(chi, 1e-6))));
    };
  },
  outliers: (random) => {
    const share = 0.05 + 0.15 * random();
    return () => (random() < share ? 1.2 + 2 * random() : 1) * Math.exp(0.03 * normal(random));
  },
  drifting: (random) => {
    const step = (random() < 0.3 ? -0.02 : 0.05) * (0.3 + 0.7 * random());
    return (run) => Math.exp(step * run + 0.02 * normal(random));
  },
  bursts: (random) => {
    let busy = false;
    return () => {
      if (random() < (busy ? 0.3 : 0.1)) busy = !busy;
      return (busy ? 1.3 + 0.4 * random() : 1) * Math.exp(0.03 * normal(random));
    };
  },
  'two speeds': (random) => () => (random() < 0.4 ? 1.5 : 1) * Math.exp(0.01 * normal(random)),
  'little noise': (random) => () => Math.exp(0.002 * normal(random)),
};

/** Variables that nobody reads. */
export function nullJob(kind: string, settings: number, random: () => number): SimulatedJob {
  const level = 0.2 + random();
  const noise = (NOISES[kind] as (typeof NOISES)[string])(random);
  return { kind, seconds: Array<number>(settings + 1).fill(level), noise };
}

/** One setting is 1.15 times as fast as the others; log-normal noise of 2 to 5 %, or what is given. */
export function realJob(settings: number, random: () => number, factor = 1.15, deviation?: number): SimulatedJob {
  const level = 0.2 + random();
  const own = deviation ?? 0.02 + 0.03 * random();
  const seconds = Array<number>(settings + 1).fill(level);
  seconds[Math.floor(random() * settings)] = level / factor;
  return { kind: `${factor} times as fast`, seconds, noise: () => Math.exp(own * normal(random)) };
}

export interface Claim {
  /** The setting that is claimed to be faster; null: none. */
  setting: number | null;
  /** Rounds: those of the search, and those of the comparison. */
  rounds: number;
  runs: number;
  /** What the interval says of the ratio; null: none. */
  interval: readonly [number, number] | null;
  /** The true ratio of what the interval is about. */
  truth: number;
}

export const made = (seconds: number): Run => ({
  time: null,
  seconds,
  status: 'ok',
  exitCode: 0,
  signal: null,
  cpuSeconds: null,
  peakRssBytes: null,
  peakTreeBytes: null,
  throttledSeconds: null,
  foreignLoad: null,
  left: 0,
  phases: null,
  reason: null,
  errors: [],
  configuration: null,
  first: null,
});

/** The whole decision, without a process. */
export async function decided(job: SimulatedJob, seed: number, budget = 600): Promise<Claim> {
  const reference = job.seconds.length - 1;
  let count = 0;
  let spent = 0;
  const runner = {
    async run(setting: number, limit: number | null): Promise<Run | null> {
      const took = (job.seconds[setting] as number) * job.noise(count++);
      if (spent + took > budget) return null;
      spent += Math.min(took, limit ?? took);
      return limit !== null && took > limit ? { ...made(limit), status: 'capped' } : made(took);
    },
    left: () => ({ seconds: budget - spent, runs: Number.POSITIVE_INFINITY }),
  };
  const points = job.seconds.slice(0, reference).map((_, index) => [index & 1, index >> 1]);
  const rounds: Rounds = await runRounds(
    {
      settings: job.seconds.map((_, index) => ({
        roles: index === reference ? ['current'] : [],
        busy: index + 1,
        workers: 0,
      })),
      points,
      reference,
      method: methodOf('auto', points.length),
      runs: null,
      rounds: null,
      spare: 0,
      random: seeded(seed),
    },
    runner,
  );
  const { claimed, comparison } = judge(rounds.duels, reference, rounds.finalists);
  const about = claimed ?? rounds.finalists[0] ?? reference;
  return {
    setting: claimed,
    rounds: rounds.race.rounds + rounds.duels.length,
    runs: count,
    interval: comparison.interval && [Math.exp(comparison.interval.low), Math.exp(comparison.interval.high)],
    truth: (job.seconds[reference] as number) / (job.seconds[about] as number),
  };
}

/** The rule before: three runs of each, the baseline's first before and its others behind; the quickest median wins. */
export async function decidedBefore(job: SimulatedJob, seed: number): Promise<Claim> {
  const reference = job.seconds.length - 1;
  let count = 0;
  const take = (setting: number): number => (job.seconds[setting] as number) * job.noise(count++);
  const runs: number[][] = job.seconds.map(() => []);
  runs[reference]?.push(take(reference));
  const measure = async (setting: number) => {
    const seconds = take(setting);
    runs[setting]?.push(seconds);
    return { seconds, outcome: 'ok' as const };
  };
  await sweep({ settings: reference, runs: 3, measure, random: seeded(seed) });
  while ((runs[reference]?.length ?? 0) < 3) runs[reference]?.push(take(reference));
  const medians = runs.map((own) => median(own));
  const others = medians.slice(0, reference);
  const best = others.indexOf(Math.min(...others));
  const ratio = (medians[reference] as number) / (medians[best] as number);
  return {
    // What it printed as a number of times the speed of now.
    setting: ratio >= 1.005 ? best : null,
    rounds: 3,
    runs: count,
    interval: null,
    truth: (job.seconds[reference] as number) / (job.seconds[best] as number),
  };
}

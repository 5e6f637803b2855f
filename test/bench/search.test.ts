import { describe, expect, test } from '@jest/globals';
import { sweep } from '../../src/bench/search/exhaustive.ts';
import { GaussianProcess } from '../../src/bench/search/gaussian-process.ts';
import { noiseOf } from '../../src/bench/search/noise.ts';
import { type RaceState, race, type Timing } from '../../src/bench/search/racing.ts';
import { seeded } from '../../src/bench/statistics/summaries.ts';

/** A job whose time is a known function of processes, threads and backend threads: Amdahl's law, contention, start-up. */
interface Job {
  cpus: number;
  work: number;
  fixed: number;
  spawn: number;
  threadShare: number;
  backendShare: number;
  contention: number;
  noise: number;
  outliers: number;
}

const SETTINGS = [1, 2, 4, 8].flatMap((p) => [1, 2, 4, 8].flatMap((t) => [1, 2, 4].map((b) => [p, t, b] as const)));

function truth(job: Job, [p, t, b]: readonly [number, number, number]): number {
  const speed = (count: number, share: number): number => 1 / (1 - share + share / count);
  const busy = p * t * b;
  const usable = Math.min(1, job.cpus / busy);
  const over = Math.max(0, busy / job.cpus - 1);
  const start = p === 1 ? 0 : job.spawn * (1 + 0.3 * (p - 1));
  return (
    job.fixed +
    start +
    (job.work / (p * speed(t, job.threadShare) * speed(b, job.backendShare) * usable)) * (1 + job.contention * over)
  );
}

function randomJob(random: () => number): Job {
  const pick = (values: number[]): number => values[Math.floor(random() * values.length)] as number;
  return {
    cpus: pick([2, 4, 8, 16, 32]),
    work: pick([0.3, 0.6, 1]),
    fixed: 0.1 + random() * 0.1,
    spawn: pick([0, 0.1, 0.3]),
    threadShare: pick([0, 0.4, 0.9]),
    backendShare: pick([0.05, 0.4, 0.8]),
    contention: pick([0, 0.1, 0.5]),
    noise: pick([0.01, 0.03, 0.05]),
    outliers: pick([0, 0.05, 0.1]),
  };
}

/** Races a job in simulated time. */
async function raced(
  job: Job,
  random: () => number,
): Promise<{ regret: number; share: number; state: RaceState; isBestSeen: boolean }> {
  const times = SETTINGS.map((setting) => truth(job, setting));
  const best = times.indexOf(Math.min(...times));
  let spent = 0;
  let isBestSeen = false;
  const measure = async (setting: number, limit: number | null): Promise<Timing> => {
    const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const slow = random() < job.outliers ? 1 + random() : 1;
    const took = (times[setting] as number) * Math.max(0.5, 1 + job.noise * gauss) * slow;
    spent += Math.min(took, limit ?? took);
    isBestSeen ||= setting === best && took <= (limit ?? took);
    return limit !== null && took > limit ? { seconds: limit, outcome: 'capped' } : { seconds: took, outcome: 'ok' };
  };
  const at = (p: number, t: number, b: number): number => SETTINGS.findIndex((one) => one.join() === [p, t, b].join());
  const state = await race({
    points: SETTINGS.map((setting) => setting.map(Math.log2)),
    required: [at(2, 2, 1), at(1, 2, 1)],
    leastRuns: 3,
    measure,
    random,
  });
  const sum = times.reduce((total, time) => total + time, 0);
  const regret = (times[state.leader ?? -1] as number) / (times[best] as number) - 1;
  return { regret, share: spent / (3 * sum), state, isBestSeen };
}

describe('the race', () => {
  test('within 5 % of the best in 57 of 60 jobs of many kinds, for at most a quarter of a sweep', async () => {
    const random = seeded(20261124);
    const results = [];
    for (let i = 0; i < 60; i++) {
      const job = randomJob(random);
      results.push({ job, ...(await raced(job, random)) });
    }
    expect(results.filter(({ regret }) => regret > 0.05).length).toBeLessThanOrEqual(3);
    expect(results.filter(({ share }) => share > 0.25)).toEqual([]);
  });

  test('what lies beside the leader is run, though three others hardly differ from it', async () => {
    const close = {
      cpus: 32,
      work: 0.6,
      fixed: 0.165,
      spawn: 0,
      threadShare: 0.42,
      backendShare: 0.07,
      contention: 0.1,
    };
    const random = seeded(4);
    let found = 0;
    for (let i = 0; i < 80; i++)
      found += Number((await raced({ ...close, noise: 0.03, outliers: 0.05 }, random)).isBestSeen);
    // Without that place for it: 73 of 80.
    expect(found).toBeGreaterThanOrEqual(78);
  });

  test('takes the same way with the same seed', async () => {
    const job = randomJob(seeded(3));
    const [one, two] = [await raced(job, seeded(7)), await raced(job, seeded(7))];
    expect(one).toEqual(two);
  });

  test('settings that fail are out of it; where all fail there is no leader', async () => {
    const points = [[0], [1], [2], [3]];
    const measure = async (setting: number): Promise<Timing> => ({
      seconds: 1 + setting,
      outcome: setting === 0 ? 'failed' : 'ok',
    });
    const options = { points, required: [0], leastRuns: 2, random: seeded(1) };
    expect(await race({ ...options, measure })).toMatchObject({ leader: 1, separated: true });
    const none = await race({ ...options, measure: async () => ({ seconds: 1, outcome: 'failed' }) });
    expect(none).toMatchObject({ leader: null, separated: false });
  });

  test('ends when the budget does, wherever that is', async () => {
    for (let most = 0; most < 30; most++) {
      let runs = 0;
      const measure = async (setting: number): Promise<Timing | null> =>
        runs++ < most ? { seconds: 1 + setting, outcome: 'ok' } : null;
      const points = SETTINGS.map((setting) => setting.map(Math.log2));
      const state = await race({ points, required: [0], leastRuns: 3, measure, random: seeded(most) });
      expect(state.separated).toBe(runs <= most);
    }
  });

  test('a run is ended at 1.15 times the quickest, or later where the times themselves scatter more', async () => {
    const limitAt = async (scatter: number): Promise<number> => {
      const runs = [0, 0];
      const limits: number[] = [];
      const measure = async (setting: number, limit: number | null): Promise<Timing> => {
        if (limit !== null) limits.push(limit);
        const before = runs[setting] ?? 0;
        runs[setting] = before + 1;
        return { seconds: before % 2 === 1 ? 1 + scatter : 1, outcome: 'ok' };
      };
      await race({ points: [[0], [1]], required: [0, 1], leastRuns: 6, measure, random: seeded(1) });
      return Math.max(...limits);
    };
    expect(await limitAt(0.01)).toBeCloseTo(1.15, 1);
    expect(await limitAt(0.5)).toBeGreaterThan(1.15 * 1.5);
  });

  test('one setting alone is run and wins', async () => {
    let runs = 0;
    const measure = async (): Promise<Timing> => ({ seconds: 1 + 0.001 * runs++, outcome: 'ok' });
    const state = await race({ points: [[0, 0]], required: [0], leastRuns: 3, measure, random: seeded(1) });
    expect([state.leader, state.separated, runs]).toEqual([0, true, 3]);
  });
});

test('a sweep runs every setting equally often, in another order each round, and leaves out what fails', async () => {
  const order: number[] = [];
  const measure = async (setting: number): Promise<Timing> => {
    order.push(setting);
    return { seconds: 1, outcome: setting === 2 ? 'failed' : 'ok' };
  };
  const state = await sweep({ settings: 5, runs: 4, measure, random: seeded(5) });
  const times = [0, 1, 2, 3, 4].map((setting) => order.filter((one) => one === setting).length);
  expect(times).toEqual([4, 4, 1, 4, 4]);
  expect(order.slice(0, 5)).not.toEqual(order.slice(5, 10));
  expect(state.separated).toBe(true);
});

test('noise is learnt from repeated runs, outliers apart', () => {
  const random = seeded(11);
  const settings = Array.from({ length: 30 }, (_, setting) =>
    Array.from({ length: 4 }, () => {
      const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return { value: setting + 0.02 * gauss + (random() < 0.1 ? 0.5 : 0), censored: false };
    }),
  );
  const { deviation, outliers } = noiseOf(settings);
  expect(deviation).toBeGreaterThan(0.014);
  expect(deviation).toBeLessThan(0.035);
  expect(outliers).toBeGreaterThan(0.04);
  expect(outliers).toBeLessThan(0.2);
});

test('the model goes through what it was shown, and doubts what is far from it', () => {
  const points = Array.from({ length: 9 }, (_, index) => [index]);
  const observations = [0, 2, 4, 6].map((at) => ({ at, value: Math.sin(at / 2), variance: 1e-4 }));
  const { mean, covariance } = new GaussianProcess(points, seeded(2)).posterior(observations);
  for (const { at, value } of observations) expect(Math.abs((mean[at] as number) - value)).toBeLessThan(0.05);
  expect(Math.abs((mean[3] as number) - Math.sin(1.5))).toBeLessThan(0.2);
  expect(covariance(8, 8)).toBeGreaterThan(3 * covariance(3, 3));
});

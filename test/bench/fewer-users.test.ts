import { describe, expect, test } from '@jest/globals';
import { fewerUsers, type SampleRun } from '../../src/bench/search/fewer-users.ts';
import type { Timing } from '../../src/bench/search/racing.ts';
import { seeded } from '../../src/bench/statistics/summaries.ts';

/** Fixed cost and cost of a user, of each setting. */
type Job = readonly (readonly [number, number])[];

async function sampled(job: Job, users: number, { noise = 0, start = 1, seed = 1, most = 1e9 } = {}) {
  const random = seeded(seed);
  const time = ([fixed, each]: readonly [number, number], size: number): number => fixed + each * size;
  let [spent, runs] = [0, 0];
  const { lost, samples } = await fewerUsers({
    settings: job.map((_, index) => index),
    users,
    wholeSeconds: time(job[0] as readonly [number, number], users),
    startSeconds: start,
    random,
    async measure(setting, size, limit): Promise<Timing | null> {
      if (runs++ >= most) return null;
      const took = time(job[setting] as readonly [number, number], size) * Math.exp(noise * (random() + random() - 1));
      spent += Math.min(took, limit ?? took);
      return limit !== null && took > limit ? { seconds: limit, outcome: 'capped' } : { seconds: took, outcome: 'ok' };
    },
  });
  return { lost: lost.toSorted(), samples, spent };
}

describe('fewer users first', () => {
  test('slow settings show themselves on a sample; those that are close are left to runs of the whole job', async () => {
    const { lost, spent } = await sampled(
      [
        [1, 0.1],
        [1, 0.02],
        [1, 0.021],
        [1, 0.3],
        [1, 0.05],
      ],
      2000,
    );
    expect(lost).toEqual([0, 3, 4]);
    // A look at each with all users takes 987 s.
    expect(spent).toBeLessThan(100);
  });

  test('workers that take long to start and then are quick lose on no sample: the line says what the whole job takes', async () => {
    const { lost } = await sampled(
      [
        [0, 0.1],
        [20, 0.02],
      ],
      2000,
    );
    expect(lost).toEqual([0]);
  });

  test('a sample that takes longer than the whole job is ended, and has lost', async () => {
    const { lost, samples } = await sampled(
      [
        [1, 0.1],
        [500, 0.001],
      ],
      2000,
    );
    expect(lost).toEqual([1]);
    expect(samples.filter(({ setting }: SampleRun) => setting === 1)).toEqual([]);
  });

  test('a job that is short against starting a process is run as it is', async () => {
    expect(
      await sampled(
        [
          [1, 0.002],
          [1, 0.02],
        ],
        600,
        { start: 4 },
      ),
    ).toEqual({ lost: [], samples: [], spent: 0 });
  });

  test('the best is kept in 97 of 100 jobs of random cost, with noise', async () => {
    const random = seeded(20261126);
    let kept = 0;
    for (let seed = 0; seed < 100; seed++) {
      const job: Job = Array.from({ length: 8 }, () => [random() * 10, 0.01 + 0.1 * random()] as const);
      const whole = job.map(([fixed, each]) => fixed + each * 3000);
      const { lost } = await sampled(job, 3000, { noise: 0.05, seed });
      if (!lost.includes(whole.indexOf(Math.min(...whole)))) kept++;
    }
    expect(kept).toBeGreaterThanOrEqual(97);
  });

  test('ends when the budget does', async () => {
    for (let most = 0; most < 12; most++) {
      const { samples } = await sampled(
        [
          [1, 0.1],
          [1, 0.02],
          [1, 0.03],
        ],
        2000,
        { most },
      );
      expect(samples.length).toBeLessThanOrEqual(most);
    }
  });
});

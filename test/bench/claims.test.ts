import { describe, expect, test } from '@jest/globals';
import { seeded } from '../../src/bench/statistics/summaries.ts';
import { type Claim, decided, decidedBefore, NOISES, nullJob, realJob, type SimulatedJob } from './simulated-claims.ts';

/** The whole decision on simulated jobs of known cost: `npm run bench:claims` has more of them. */
async function decisions(
  count: number,
  make: (random: () => number, index: number) => SimulatedJob,
): Promise<{ job: SimulatedJob; claim: Claim }[]> {
  const random = seeded(7);
  const found = [];
  for (let index = 0; index < count; index++) {
    const job = make(random, index);
    found.push({ job, claim: await decided(job, index) });
  }
  return found;
}

const kinds = Object.keys(NOISES);

describe('the decision', () => {
  test.each([
    ['four settings', 4, 140, 7],
    ['twelve, which race', 12, 60, 3],
  ])(
    'at most 5 % of jobs that ignore every variable are claimed to be faster: %s',
    async (_, settings, count, most) => {
      const found = await decisions(count, (random, index) =>
        nullJob(kinds[index % kinds.length] as string, settings, random),
      );
      expect(found.filter(({ claim }) => claim.setting !== null).length).toBeLessThanOrEqual(most);
    },
  );

  test('the rule before, three runs of each and the quickest median, claimed most of them', async () => {
    const random = seeded(7);
    const claims = await Promise.all(
      Array.from({ length: 70 }, (_, index) =>
        decidedBefore(nullJob(kinds[index % kinds.length] as string, 4, random), index),
      ),
    );
    expect(claims.filter(({ setting }) => setting !== null).length).toBeGreaterThan(35);
  });

  test('the right one of four is named in 90 % within 8 rounds, where it is 1.15 times as fast', async () => {
    const found = await decisions(100, (random) => realJob(4, random));
    const right = found.filter(
      ({ job, claim }) =>
        claim.setting !== null && claim.rounds <= 8 && job.seconds[claim.setting] === Math.min(...job.seconds),
    );
    expect(right.length).toBeGreaterThanOrEqual(90);
    const held = found.filter(
      ({ claim: { interval, truth } }) => interval && interval[0] <= truth && truth <= interval[1],
    );
    expect(held.length).toBeGreaterThanOrEqual(90);
  });

  test('a job that takes 5 % longer with every run gets no claim more often than by chance', async () => {
    const found = await decisions(100, () => ({
      kind: 'drift',
      seconds: [1, 1, 1, 1],
      noise: (run) => 1.05 ** run,
    }));
    expect(found.filter(({ claim }) => claim.setting !== null).length).toBeLessThanOrEqual(5);
  });

  test('a drift hides no difference: it is taken out', async () => {
    const found = await decisions(50, () => ({
      kind: 'drift',
      seconds: [1 / 1.15, 1, 1, 1],
      noise: (run) => 1.05 ** run,
    }));
    expect(found.filter(({ claim }) => claim.setting === 0).length).toBeGreaterThanOrEqual(45);
  });

  test('the same seed decides the same', async () => {
    const job = (): SimulatedJob => realJob(4, seeded(5));
    expect(await decided(job(), 9)).toEqual(await decided(job(), 9));
  });

  test('a budget that ends within the rounds makes no claim of five pairs', async () => {
    for (let budget = 2; budget < 30; budget += 3) {
      const claim = await decided({ kind: 'certain', seconds: [0.5, 1, 1], noise: () => 1 }, 1, budget);
      expect(claim.setting === null || claim.runs >= 12).toBe(true);
    }
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  criticalRank,
  type Difference,
  estimate,
  interval,
  lookedAt,
  roundsFor,
} from '../../../src/bench/statistics/signed-rank.ts';
import { medianInterval, seeded } from '../../../src/bench/statistics/summaries.ts';

const exact = (values: readonly number[]): Difference[] => values.map((value) => ({ low: value, high: value }));

describe('the exact distribution of the signed rank', () => {
  // Wilcoxon 1945, and any table of it: the largest sum that is significant, two-sided.
  test.each([
    [5, 0.05, -1],
    [6, 0.05, 0],
    [7, 0.05, 2],
    [8, 0.05, 3],
    [10, 0.05, 8],
    [20, 0.05, 52],
    [25, 0.05, 89],
    [8, 0.01, 0],
    [20, 0.01, 37],
  ])('of %d pairs at %d: %d', (pairs, error, expected) => {
    expect(criticalRank(pairs, error)).toBe(expected);
  });

  test('is what counting every set of signs gives', () => {
    for (let pairs = 1; pairs <= 10; pairs++) {
      const sums = Array.from({ length: 2 ** pairs }, (_, signs) =>
        Array.from({ length: pairs }, (__, rank) => ((signs >> rank) & 1) * (rank + 1)).reduce((a, b) => a + b, 0),
      );
      for (const error of [0.02, 0.05, 0.2]) {
        const kept = (most: number): boolean => (2 * sums.filter((sum) => sum <= most).length) / 2 ** pairs <= error;
        const critical = criticalRank(pairs, error);
        expect([critical < 0 || kept(critical), kept(critical + 1)]).toEqual([true, false]);
      }
    }
  });
});

describe('estimate and interval', () => {
  test('the median of the Walsh averages, and the extremes of six pairs', () => {
    const differences = exact([0.1, 0.2, 0.3, 0.4, 0.5, 0.9]);
    expect(estimate(differences)).toBeCloseTo(0.35, 9);
    expect(interval(differences, 2 / 64)).toEqual({ low: 0.1, high: 0.9 });
    expect(interval(differences, 0.01)).toBeNull();
  });

  test('one wild run moves neither far', () => {
    const [calm, wild] = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000],
    ].map((values) => ({ at: estimate(exact(values)), ends: interval(exact(values), 0.05) }));
    expect(wild?.at).toBeCloseTo(calm?.at ?? 0, 0);
    expect(wild?.ends?.low).toBeCloseTo(calm?.ends?.low ?? 0, 0);
  });

  test('a censored difference leaves open what is not known, and never says more than the whole one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom('low', 'high', 'none')), {
          minLength: 6,
          maxLength: 14,
        }),
        (given) => {
          const whole = interval(exact(given.map(([value]) => value)), 0.04) as Difference;
          const censored = interval(
            given.map(([value, end]) => ({
              low: end === 'low' ? Number.NEGATIVE_INFINITY : value,
              high: end === 'high' ? Number.POSITIVE_INFINITY : value,
            })),
            0.04,
          ) as Difference;
          expect(censored.low <= whole.low && censored.high >= whole.high).toBe(true);
        },
      ),
    );
  });

  test('fewer than six pairs say nothing; six of one sign do', () => {
    expect(lookedAt(exact([1, 1, 1, 1, 1]))).toBeNull();
    expect(lookedAt(exact([1, 2, 1, 2, 1, 2]))?.low).toBe(1);
    expect(lookedAt(exact([1, 2, 1, 2, 1, -0.1]))?.low).toBe(-0.1);
  });

  test('looking at every look, at most 5 % of what is nothing leaves 0 out: 2,000 times 25 rounds', () => {
    const random = seeded(20261126);
    let wrong = 0;
    for (let i = 0; i < 2000; i++) {
      const values = Array.from({ length: 25 }, () => (random() - 0.5) * (random() < 0.1 ? 20 : 1));
      const looks = [6, 9, 13, 18, 25].map((rounds) => lookedAt(exact(values.slice(0, rounds))));
      if (looks.some((one) => one !== null && (one.low > 0 || one.high < 0))) wrong++;
    }
    expect(wrong / 2000).toBeLessThan(0.05);
  });

  test('more scatter takes more rounds, no difference takes all', () => {
    expect(roundsFor(0.14, 0.05)).toBe(6);
    expect(roundsFor(0.05, 0.2)).toBeGreaterThan(roundsFor(0.05, 0.1));
    expect(roundsFor(0, 0.1)).toBe(Number.POSITIVE_INFINITY);
  });
});

test('the interval of a median by ranks: none of five values, the extremes of six', () => {
  expect(medianInterval([1, 2, 3, 4, 5])).toBeNull();
  expect(medianInterval([6, 1, 2, 3, 4, 5])).toEqual([1, 6]);
  expect(medianInterval([1, 2, 3, 4, 5, Number.POSITIVE_INFINITY])).toBeNull();
  // Order statistics 2 and 8 of 9: 96.1 %.
  expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([2, 8]);
});

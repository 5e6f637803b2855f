import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BatchCosts, batchSeconds } from '../../src/plan/costs.ts';
import { crossing, stepsByUsers } from '../../src/recommend/by-users.ts';

/** From models that answer at once to those that take a second for a list. */
const costs: fc.Arbitrary<BatchCosts> = fc
  .record({
    inProcess: fc.double({ min: 1e-4, max: 1, noNaN: true }),
    slower: fc.double({ min: 1, max: 2, noNaN: true }),
    handing: fc.double({ min: 1e-5, max: 2e-3, noNaN: true }),
    start: fc.double({ min: 0.5, max: 60, noNaN: true }),
  })
  .map(({ inProcess, slower, ...rest }) => ({ ...rest, inProcess, inWorker: inProcess * slower, by: 'pool' }));
const machines = fc.record({
  cpus: fc.oneof(fc.integer({ min: 1, max: 128 }), fc.double({ min: 0.1, max: 128, noNaN: true })),
  affinity: fc.integer({ min: 1, max: 128 }),
});
const sizes = fc.array(fc.double({ min: 0, max: 7, noNaN: true }), { minLength: 20, maxLength: 20 });

describe('workers by the number of users', () => {
  test('are few steps, never slower than what LensKit takes by itself, and within 1.2 of the best', () =>
    fc.assert(
      fc.property(costs, machines, sizes, (cost, { cpus, affinity }, exponents) => {
        const most = Math.max(1, Math.ceil(Math.min(cpus, affinity)));
        const usual = Math.min(affinity, 4);
        const seconds = (workers: number, users: number) => batchSeconds(cost, { workers, cpus }, users);
        const steps = stepsByUsers({ seconds, most, usual });
        expect(steps[0]).toEqual({ fromUsers: 1, workers: 1 });
        expect(steps.length).toBeLessThanOrEqual(4);
        for (const [index, { fromUsers, workers }] of steps.entries()) {
          expect(workers).toBeLessThanOrEqual(most);
          if (index > 0) expect(fromUsers).toBeGreaterThan(steps[index - 1]?.fromUsers ?? 0);
        }
        for (const users of exponents.map((exponent) => Math.round(10 ** exponent))) {
          const { workers } = steps.findLast(({ fromUsers }) => fromUsers <= users) ?? { workers: 0 };
          const best = Math.min(...Array.from({ length: most }, (_, index) => seconds(index + 1, users)));
          expect(seconds(workers, users)).toBeLessThanOrEqual(best * 1.2);
          expect(seconds(workers, users)).toBeLessThanOrEqual(seconds(usual, users) * 1.000001);
        }
      }),
      { numRuns: 300 },
    ));

  test('a step is where the next becomes quicker, to the user', () => {
    const cost: BatchCosts = { inProcess: 0.001, inWorker: 0.0012, handing: 0.0001, start: 3, by: 'pool' };
    const seconds = (workers: number, users: number) => batchSeconds(cost, { workers, cpus: 4 }, users);
    const [, next] = stepsByUsers({ seconds, most: 4, usual: 4 });
    expect(next?.workers).toBe(4);
    const from = next?.fromUsers ?? 0;
    expect(seconds(4, from)).toBeLessThan(seconds(1, from));
    expect(seconds(4, from - 1)).toBeGreaterThanOrEqual(seconds(1, from - 1));
  });

  test('none where workers never win back their start, or where none may be started', () => {
    const cost: BatchCosts = { inProcess: 0.001, inWorker: 0.0012, handing: 0.0001, start: 3, by: 'pool' };
    const steps = (cpus: number, most: number) =>
      stepsByUsers({ seconds: (workers, users) => batchSeconds(cost, { workers, cpus }, users), most, usual: null });
    expect(steps(1, 1)).toHaveLength(1);
    expect(steps(1.2, 2)).toHaveLength(1);
    expect(steps(64, 1)).toHaveLength(1);
    expect(steps(64, 64)).toHaveLength(2);
  });

  test('the crossing of two straight lines; null where they never cross', () => {
    const lines: { [workers: number]: (users: number) => number } = {
      1: (users) => users,
      2: (users) => 100 + users / 2,
    };
    const seconds = (workers: number, users: number) => lines[workers]?.(users) ?? 0;
    expect(crossing({ seconds }, 1, 2)).toBe(201);
    expect(crossing({ seconds }, 2, 1)).toBeNull();
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BatchCosts, batchSeconds } from '../../src/plan/costs.ts';
import { MEASURED } from '../../src/plan/measured-costs.ts';
import { crossing, inRoundNumbers, stepsByUsers } from '../../src/recommend/by-users.ts';

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
        const steps = stepsByUsers({ seconds, task: null, most, usual });
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

  test('with Ray, whose tasks of 2,000 lists make the seconds bend: ordered, never slower than one job, near the best', () => {
    const slow = fc.constantFrom(
      ...Object.values(MEASURED['2026'].models).map((lists) => ({ ...lists, ...MEASURED['2026'].spread })),
    );
    const any = costs.map((cost): BatchCosts => ({ ...cost, by: 'ray' }));
    const cpus = fc.oneof(fc.integer({ min: 1, max: 128 }), fc.double({ min: 1, max: 128, noNaN: true }));
    const near = (cost: BatchCosts, exact: number, exponents: number[], most: number) => {
      const workers = Math.floor(exact);
      const seconds = (count: number, users: number) => batchSeconds(cost, { workers: count, cpus: exact }, users);
      const steps = stepsByUsers({ seconds, task: 2000, most: workers, usual: 1 });
      expect(steps.map(({ fromUsers }) => fromUsers)).toEqual(
        [...new Set(steps.map(({ fromUsers }) => fromUsers))].sort((a, b) => a - b),
      );
      expect(steps[0]).toEqual({ fromUsers: 1, workers: 1 });
      for (const users of exponents.map((exponent) => Math.round(10 ** exponent))) {
        const chosen = seconds(steps.findLast(({ fromUsers }) => fromUsers <= users)?.workers ?? 0, users);
        const best = Math.min(...Array.from({ length: workers }, (_, index) => seconds(index + 1, users)));
        expect(chosen).toBeLessThanOrEqual(best * most);
        expect(chosen).toBeLessThanOrEqual(seconds(1, users) * 1.000001);
      }
    };
    fc.assert(fc.property(slow, cpus, sizes, (cost, exact, exponents) => near(cost, exact, exponents, 1.2)));
    // Workers that pay for two tasks and not for three are taken from where they always pay.
    fc.assert(fc.property(any, cpus, sizes, (cost, exact, exponents) => near(cost, exact, exponents, 1.5)));
  });

  test('a step is where the next becomes quicker, to the user', () => {
    const cost: BatchCosts = { inProcess: 0.001, inWorker: 0.0012, handing: 0.0001, start: 3, by: 'pool' };
    const seconds = (workers: number, users: number) => batchSeconds(cost, { workers, cpus: 4 }, users);
    const [, next] = stepsByUsers({ seconds, task: null, most: 4, usual: 4 });
    expect(next?.workers).toBe(4);
    const from = next?.fromUsers ?? 0;
    expect(seconds(4, from)).toBeLessThan(seconds(1, from));
    expect(seconds(4, from - 1)).toBeGreaterThanOrEqual(seconds(1, from - 1));
  });

  test('none where workers never win back their start, or where none may be started', () => {
    const cost: BatchCosts = { inProcess: 0.001, inWorker: 0.0012, handing: 0.0001, start: 3, by: 'pool' };
    const steps = (cpus: number, most: number) =>
      stepsByUsers({
        seconds: (workers, users) => batchSeconds(cost, { workers, cpus }, users),
        task: null,
        most,
        usual: null,
      });
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
    expect(crossing({ seconds, task: null }, 1, 2)).toBe(201);
    expect(crossing({ seconds, task: null }, 2, 1)).toBeNull();
  });

  test('of several crossings the last one counts', () => {
    const seconds = (workers: number, users: number) => (workers === 1 ? 10 : users >= 40 && users <= 50 ? 20 : 5);
    expect(crossing({ seconds, task: null }, 1, 2)).toBe(51);
  });
});

test('numbers of users are said in two digits, rounded up', () => {
  expect([1, 9, 10, 11, 99, 100, 101, 5133, 99_001, 1_234_567].map(inRoundNumbers)).toEqual([
    1, 9, 10, 11, 99, 100, 110, 5200, 100_000, 1_300_000,
  ]);
});

test('with Ray the seconds bend at every task, and the last crossing counts', () => {
  // Two tasks at once are quicker than one job where there are two; with three the second worker has two of them.
  const seconds = (workers: number, users: number) =>
    workers === 1 ? users / 1000 : 1 + Math.ceil(users / 2000 / workers) * 2.2;
  const from = crossing({ seconds, task: 2000 }, 1, 2);
  expect(from).not.toBeNull();
  for (let users = Number(from); users < 45_000; users += 500)
    expect(seconds(2, users)).toBeLessThan(seconds(1, users));
  expect(seconds(2, Number(from) - 1)).toBeGreaterThanOrEqual(seconds(1, Number(from) - 1));
});

test('a step that the next overtakes before it begins is none', () => {
  const lines: { [workers: number]: (users: number) => number } = {
    1: (users) => users + 100,
    // Quicker for a few users, and for good only behind the third.
    2: (users) => (users >= 12 && users <= 18 ? 50 : users >= 93 ? 90 : 300),
    3: (users) => (users < 41 ? 1000 : 30),
  };
  const seconds = (workers: number, users: number) => lines[workers]?.(users) ?? Number.POSITIVE_INFINITY;
  expect(crossing({ seconds, task: null }, 1, 2)).toBe(93);
  expect(stepsByUsers({ seconds, task: null, most: 3, usual: null })).toEqual([
    { fromUsers: 1, workers: 1 },
    { fromUsers: 41, workers: 3 },
  ]);
});

describe('which number of workers is kept', () => {
  const steps = (seconds: (workers: number, users: number) => number, most: number, usual: number | null = null) =>
    stepsByUsers({ seconds, task: null, most, usual }).map(({ fromUsers, workers }) => [fromUsers, workers]);

  test('of those that are as quick the fewest', () => {
    expect(steps(() => 1, 3)).toEqual([[1, 1]]);
  });

  test('one that is near the best, if it is not slower than what LensKit takes by itself', () => {
    const near = (usual: number) => (workers: number) => ({ 1: 1.05, 2: 1, 4: usual })[workers] ?? 0;
    expect(steps(near(0), 2)).toEqual([[1, 1]]);
    expect(steps(near(2), 2, 4)).toEqual([[1, 1]]);
    expect(steps(near(1.02), 2, 4)).toEqual([[1, 2]]);
    expect(steps(near(0.5), 2, 4)).toEqual([[1, 2]]);
  });

  test('one that is near everywhere, though another is the quicker one in the end', () => {
    expect(steps((workers, users) => (workers === 2 ? 1 : users >= 100 && users <= 1000 ? 2 : 0.95), 2)).toEqual([
      [1, 2],
    ]);
  });

  test('the one before, until another is near up to the end', () => {
    const lines: { [workers: number]: (users: number) => number } = {
      1: (users) => (users <= 3 ? 1 : users <= 10 ? 1.08 : 100),
      2: (users) => (users < 3 ? 50 : users <= 20 ? 1 : 60),
      3: (users) => (users <= 10 ? 100 : 0.95),
    };
    expect(steps((workers, users) => lines[workers]?.(users) ?? 0, 3)).toEqual([
      [1, 1],
      [11, 3],
    ]);
  });

  test('not one that is quicker for a while alone', () => {
    const middle = (users: number) => users >= 100 && users <= 1000;
    expect(steps((workers, users) => (workers === 1 ? (middle(users) ? 2 : 1) : middle(users) ? 1 : 50), 2)).toEqual([
      [1, 1],
    ]);
  });

  test('not one that the next overtakes where it begins', () => {
    const lines: { [workers: number]: (users: number) => number } = {
      1: (users) => users + 100,
      2: (users) => (users >= 12 && users <= 18 ? 50 : users >= 41 ? 90 : 300),
      3: (users) => (users < 41 ? 1000 : 30),
    };
    expect(steps((workers, users) => lines[workers]?.(users) ?? 0, 3)).toEqual([
      [1, 1],
      [41, 3],
    ]);
  });

  test.each([null, 700])('sizes are looked at from one user on, and where tasks of %p lists make them bend', (task) => {
    const asked = new Set<number>();
    const seconds = (_: number, users: number) => {
      asked.add(users);
      return users;
    };
    stepsByUsers({ seconds, task, most: 1, usual: null });
    expect(Math.min(...asked)).toBe(1);
    const bends = Array.from({ length: 21 }, (_, index) => (index + 1) * 700);
    expect(bends.filter((users) => asked.has(users))).toEqual(task === null ? [] : bends);
  });
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CostPoint, costOf, extrapolate, fitCost, winners } from '../../src/bench/extrapolate.ts';
import type { Run, Trial } from '../../src/documents/bench-result.ts';

const cost = fc.double({ min: 0.01, max: 10, noNaN: true });

test('the parts of a cost are found again', () =>
  fc.assert(
    fc.property(
      cost,
      cost,
      fc.array(fc.double({ min: 1e-4, max: 0.01, noNaN: true }), { minLength: 2, maxLength: 3 }),
      (fixed, perWorker, perUser) => {
        const workers = perUser.map((_, index) => (index === 0 ? 0 : 2 * index));
        const truth = { fixed, perWorker, perUser };
        const points: CostPoint[] = perUser.flatMap((_, setting) =>
          [200, 1000, 5000].map((users) => ({ setting, users, seconds: costOf(truth, workers, setting, users) })),
        );
        const fit = fitCost(points, workers);
        for (const { setting, users, seconds } of points)
          expect(Math.abs(costOf(fit, workers, setting, users) / seconds - 1)).toBeLessThan(0.02);
        const far = costOf(truth, workers, 1, 50_000);
        expect(Math.abs(costOf(fit, workers, 1, 50_000) / far - 1)).toBeLessThan(0.05);
      },
    ),
    { numRuns: 50 },
  ));

test('the winners are the cheapest at every size', () =>
  fc.assert(
    fc.property(
      cost,
      cost,
      fc.array(fc.double({ min: 1e-5, max: 0.01, noNaN: true }), { minLength: 1, maxLength: 4 }),
      (fixed, perWorker, perUser) => {
        const workers = perUser.map((_, index) => (index === 0 ? 0 : 2 ** index));
        const fit = { fixed, perWorker, perUser };
        const found = winners(fit, workers);
        for (const users of [1, 7, 100, 5000, 123_456, 10_000_000]) {
          const chosen = found.findLast(({ from }) => from <= users)?.setting ?? -1;
          const best = Math.min(...workers.map((_, setting) => costOf(fit, workers, setting, users)));
          expect(costOf(fit, workers, chosen, users)).toBeLessThanOrEqual(best * (1 + 1e-6) + 1e-6);
        }
      },
    ),
  ));

test('a job of known cost: what is foretold for a size that was not measured', async () => {
  const truth = { fixed: 0.1, perWorker: 3, perUser: [0.001, 0.0004] };
  const run = (seconds: number, spawn: number): Run =>
    ({ seconds, status: 'ok', phases: { spawn, batch: seconds } }) as Run;
  const trial = (processes: number, setting: number): Trial => ({
    env: { LK_NUM_PROCS: String(processes) },
    settings: { processes, threads: 1, backendThreads: 1, workerThreads: null, ray: null },
    roles: [],
    status: 'ok',
    runs: [run(costOf(truth, [0, 4], setting, 600), processes === 1 ? 0 : 12)],
    median: costOf(truth, [0, 4], setting, 600),
    interval: null,
    tied: false,
  });
  const model = await extrapolate({
    users: 600,
    trials: [trial(1, 0), trial(4, 1)],
    forUsers: 100_000,
    measure: async ({ settings }, users) => run(costOf(truth, [0, 4], settings.processes === 1 ? 0 : 1, users), 12),
  });
  expect(model?.error).toBeLessThan(0.01);
  for (const { foretold, measured } of model?.check ?? []) expect(Math.abs(foretold / measured - 1)).toBeLessThan(0.01);
  expect(model?.check).toHaveLength(1);
  // 12 s for four workers, 0.6 ms saved a user
  expect(model?.winners[1]?.fromUsers).toBeGreaterThan(19_000);
  expect(model?.winners[1]?.fromUsers).toBeLessThan(21_000);
  expect(model?.asked).toMatchObject({ users: 100_000, env: { LK_NUM_PROCS: '4' } });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BatchCosts, batchSeconds, startSeconds } from '../../src/plan/costs.ts';

const COSTS: BatchCosts = { inProcess: 0.002, inWorker: 0.003, handing: 0.0005, start: 4, by: 'pool' };

describe('seconds of a batch run', () => {
  test('one process starts nothing, and has one CPU or less', () => {
    expect(batchSeconds(COSTS, { workers: 1, cpus: 8 }, 1000)).toBeCloseTo(2);
    expect(batchSeconds(COSTS, { workers: 1, cpus: 0.5 }, 1000)).toBeCloseTo(4);
    expect(startSeconds(COSTS, { workers: 1, cpus: 8 })).toBe(0);
  });

  test('what is compiled once is compiled in the process too, and in every worker beside the others', () => {
    const compiled = { ...COSTS, compiling: 3 };
    expect(batchSeconds(compiled, { workers: 1, cpus: 8 }, 1000)).toBeCloseTo(2 + 3);
    expect(batchSeconds(compiled, { workers: 1, cpus: 0.5 }, 1000)).toBeCloseTo(4 + 6);
    expect(batchSeconds(compiled, { workers: 2, cpus: 8 }, 1000)).toBeCloseTo(4 + 3 + 1.5);
    expect(startSeconds(compiled, { workers: 4, cpus: 2 })).toBeCloseTo(14);
    expect(batchSeconds(compiled, { workers: 1, cpus: 8 }, 0)).toBe(0);
  });

  test.each([
    ['the workers', { workers: 2, cpus: 8 }, 4 + 1.5],
    ['the main process, beside which no worker helps', { workers: 8, cpus: 64 }, 4 + 0.5],
    ['all the work on the CPUs', { workers: 4, cpus: 2 }, 8 + 1.75],
    ['all the work on a fraction of a CPU', { workers: 2, cpus: 0.5 }, 16 + 7],
  ])('what decides is %s', (_, spread, seconds) => {
    expect(batchSeconds(COSTS, spread, 1000)).toBeCloseTo(seconds);
  });

  test('jobs that no GIL holds up take a CPU each, as far as there are CPUs', () => {
    expect(batchSeconds(COSTS, { workers: 1, cpus: 8, jobs: 4 }, 1000)).toBeCloseTo(0.5);
    expect(batchSeconds(COSTS, { workers: 1, cpus: 3, jobs: 4 }, 1000)).toBeCloseTo(2 / 3);
    expect(batchSeconds(COSTS, { workers: 1, cpus: 0.5, jobs: 4 }, 1000)).toBeCloseTo(4);
    expect(batchSeconds(COSTS, { workers: 2, cpus: 8, jobs: 4 }, 1000)).toBeCloseTo(4 + 1.5);
  });

  test.each([
    ['up to 2,000 lists are one task', 1500, 4 + 4.5],
    ['two tasks beside each other', 4000, 4 + 6],
    ['the third after one of them', 6000, 4 + 12],
    ['what is left beside the third', 6500, 4 + 12],
    ['what is left after four', 8500, 4 + 13.5],
    ['twenty tasks, however many lists', 200_000, 4 + 300],
  ])('Ray, two workers: %s', (_, lists, seconds) => {
    expect(batchSeconds({ ...COSTS, handing: 0, by: 'ray' }, { workers: 2, cpus: 8 }, lists)).toBeCloseTo(seconds);
  });

  test('Ray: a task more than there are workers is waited for, on fewer CPUs than workers longer', () => {
    const ray: BatchCosts = { ...COSTS, handing: 0, by: 'ray' };
    expect(batchSeconds(ray, { workers: 3, cpus: 2 }, 8000)).toBeCloseTo(6 + 18);
  });

  test('Ray: of few lists, which are one task, one worker is started, however many there may be', () => {
    expect(batchSeconds({ ...COSTS, handing: 0, by: 'ray' }, { workers: 2, cpus: 1 }, 1500)).toBeCloseTo(4 + 4.5);
  });

  test('more CPUs never make it longer; as many workers as CPUs start in the time of one', () => {
    const cpus = fc.double({ min: 0.1, max: 128, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 128 }), cpus, cpus, fc.nat(1e6), (workers, a, b, lists) => {
        const [few, many] = a < b ? [a, b] : [b, a];
        const seconds = (count: number) => batchSeconds(COSTS, { workers, cpus: count }, lists);
        expect(seconds(many)).toBeLessThanOrEqual(seconds(few) * (1 + 1e-9));
        if (workers > 1 && workers <= few) expect(startSeconds(COSTS, { workers, cpus: few })).toBe(COSTS.start);
      }),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { type Made, type Needed, secondsLeft } from '../../src/bench/forecast.ts';
import { seeded } from '../../src/bench/statistics/summaries.ts';
import { costJob, forecastSearch, GRIDS, isRight, ratioAt } from './simulated-forecast.ts';

/** How many searches: those of races take long. */
const SEARCHES = { sweep: 60, race: 12 };

describe('the time left, on simulated searches', () => {
  test.each(Object.entries(GRIDS))('%s: right within a factor of 1.5 after a third', async (name, grid) => {
    const random = seeded(20261126);
    const ratios: number[] = [];
    for (let seed = 1; seed <= (name.includes('race') ? SEARCHES.race : SEARCHES.sweep); seed++)
      ratios.push(ratioAt(await forecastSearch(costJob(random), grid, seed), 1 / 3));
    // A few searches take many rounds more than anybody can know before.
    expect(ratios.filter(isRight).length / ratios.length).toBeGreaterThanOrEqual(0.8);
  });
});

const needed: Needed = {
  phase: 'searching',
  settings: 3,
  reference: 2,
  dimensions: 1,
  method: 'exhaustive',
  race: null,
  runs: null,
  rounds: null,
  warmup: { each: 0, current: 0 },
  extrapolated: 0,
  left: { seconds: 1e6, runs: Number.POSITIVE_INFINITY },
};
const run = (phase: Made['phase'], setting: number, seconds: number, took = seconds): Made => ({
  phase,
  setting,
  status: 'ok',
  seconds,
  took,
  spawn: 0,
  size: 1,
});
/** Two runs of each setting: 1, 2 and 4 seconds; the last one is the current environment. */
const swept = [0, 1, 2].flatMap((setting) => [
  run('searching', setting, 2 ** setting),
  run('searching', setting, 2 ** setting),
]);

describe('the time left', () => {
  test('is not known before the first run', () => {
    expect(secondsLeft([], needed)).toBeNull();
  });

  test('is the rounds that are to come: six of them where the difference is plain', () => {
    const comparing = { ...needed, phase: 'comparing' as const };
    const round = [run('comparing', 2, 4), run('comparing', 0, 1)];
    expect(secondsLeft([...swept, ...round], comparing)).toBeCloseTo(5 * 5, 6);
    expect(secondsLeft([...swept, ...round, ...round, ...round, ...round, ...round], comparing)).toBeCloseTo(5, 6);
  });

  test('is no more than what the budget leaves, in seconds and in runs', () => {
    expect(secondsLeft(swept, { ...needed, left: { seconds: 3, runs: 100 } })).toBe(3);
    expect(secondsLeft(swept, { ...needed, left: { seconds: 1000, runs: 2 } })).toBeCloseTo((2 * 14) / 6, 6);
  });

  test('counts what runs take besides what is compared: a first run more than the later ones', () => {
    const made = [run('warming up', 2, 1, 11), run('baseline', 2, 1, 2)];
    // A run of two settings, which both load; six rounds of two.
    const left = secondsLeft(made, needed);
    expect(left).toBeGreaterThan(2 * 11 + 6 * 2 * 2 - 1);
    expect(left).toBeLessThan(2 * 11 + 2 * 2 + 9 * 2.2 * 2 + 1);
  });

  test('counts runs that warm up each setting', () => {
    const made = [run('baseline', 2, 1)];
    const without = secondsLeft(made, needed) ?? 0;
    expect(secondsLeft(made, { ...needed, warmup: { each: 3, current: 3 } })).toBeCloseTo(without + 6, 6);
  });

  test('counts the runs with other numbers of users', () => {
    const asked = { ...needed, phase: 'extrapolating' as const, extrapolated: 2 };
    // Twice as many users, once for each of two settings; four times as many once.
    expect(secondsLeft(swept, asked)).toBeCloseTo(2 * 2 + 4, 6);
    const done = { ...run('extrapolating', 0, 2), size: 2 };
    expect(secondsLeft([...swept, done], asked)).toBeCloseTo(2 + 4, 6);
  });
});

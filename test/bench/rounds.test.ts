import { describe, expect, test } from '@jest/globals';
import { isDisturbed } from '../../src/bench/load.ts';
import { type Rounds, runRounds } from '../../src/bench/rounds.ts';
import { driftOf, isDrifting } from '../../src/bench/statistics/drift.ts';
import { seeded } from '../../src/bench/statistics/summaries.ts';
import { isBroken, medianOf, statusOf } from '../../src/bench/trials.ts';
import { compare, type Duel, judge } from '../../src/bench/verdict.ts';
import type { Run } from '../../src/documents/bench-result.ts';
import { made } from './simulated-claims.ts';

const run = (seconds: number, status: Run['status'] = 'ok', foreignLoad: number | null = null): Run => ({
  ...made(seconds),
  status,
  foreignLoad,
});

/** Two settings and the current environment, whose runs a function gives. */
async function rounds(
  give: (setting: number, count: number) => Run,
  { runs = 1000, seconds = 1e6, workers = [0, 0, 0] } = {},
): Promise<Rounds & { order: number[]; ahead: number[][] }> {
  const order: number[] = [];
  const ahead: number[][] = [];
  let spent = 0;
  const result = await runRounds(
    {
      settings: [0, 1, 2].map((busy) => ({ roles: busy === 2 ? ['current'] : [], busy, workers: workers[busy] ?? 0 })),
      points: [[0], [1]],
      reference: 2,
      method: 'exhaustive',
      runs: null,
      rounds: null,
      spare: 0,
      random: seeded(1),
    },
    {
      async run(setting) {
        if (order.length >= runs || spent >= seconds) return null;
        const one = give(setting, order.filter((other) => other === setting).length);
        spent += one.seconds;
        order.push(setting);
        return one;
      },
      ahead: (next) => ahead.push([...next]),
      left: () => ({ seconds: seconds - spent, runs: runs - order.length }),
    },
  );
  return { ...result, order, ahead };
}

describe('rounds', () => {
  test('the most promising setting meets the current one six times, in both orders', async () => {
    const { duels, finalists, order, complete } = await rounds((setting) => run([1, 2, 3][setting] as number));
    expect([finalists, duels.length, complete]).toEqual([[0], 6, true]);
    const firsts = order.slice(-12).filter((_, index) => index % 2 === 0);
    expect(new Set(firsts).size).toBe(2);
  });

  test('runs for the last rounds are kept back where there are enough, and only there', async () => {
    expect((await rounds((setting) => run(setting + 1), { runs: 16 })).duels).toHaveLength(6);
    const few = await rounds((setting) => run(setting + 1), { runs: 9 });
    expect([few.duels.length, few.complete]).toEqual([3, false]);
    // Thirty seconds: six rounds of 3 s and 1 s are 24.
    expect((await rounds((setting) => run(setting + 1), { seconds: 45 })).duels.length).toBeGreaterThanOrEqual(6);
  });

  test('a round that other work disturbed is repeated, whole', async () => {
    let calls = 0;
    const { duels, disturbed, runs } = await rounds((setting) => {
      calls++;
      return run(setting + 1, 'ok', calls === 10 ? 2 : 0);
    });
    expect([disturbed, duels.length]).toEqual([1, 6]);
    expect(runs.flat()).toHaveLength(calls);
    expect(duels.flatMap((duel) => [...duel.values()]).some((one) => one.run.foreignLoad === 2)).toBe(false);
  });

  test('what is got ready beside a run is still to come', async () => {
    const { ahead, order } = await rounds((setting) => run(setting + 1));
    // The current setting was run for the baseline.
    const [first = -1, second = -1] = order.filter((setting) => setting !== 2);
    expect(ahead).toContainEqual([second]);
    expect(ahead).not.toContainEqual([first]);
  });

  describe('starting workers alone', () => {
    const started = (seconds: number, spawn: number): Run => ({ ...run(seconds), phases: { spawn } });
    /** The other one, which starts none, comes first. */
    const asked = (spawn: number, workers: number[]) =>
      rounds((setting) => (setting === 2 ? started(9, spawn) : run(2 - setting)), { workers });

    test('a setting is not run where it takes longer than a run of another may', async () => {
      const { slowStarts, runs, finalists } = await asked(8, [2, 0, 2]);
      expect([[...slowStarts], runs[0], finalists]).toEqual([[[0, 4]], [], [1]]);
    });

    test.each<[string, number, number[]]>([
      ['it may be quicker than that', 3, [2, 0, 2]],
      ['it starts fewer than were seen', 8, [1, 0, 2]],
      ['it starts none', 8, [0, 0, 2]],
    ])('it is run where %s', async (_, spawn, workers) => {
      const { slowStarts, runs } = await asked(spawn, workers);
      expect([slowStarts.size, runs[0]?.length]).toEqual([0, 1]);
    });
  });

  test('a failing run is made again; what fails twice is out', async () => {
    const { runs, finalists } = await rounds((setting, count) => {
      if (setting === 0) return run(1, 'failed');
      return run(2, setting === 1 && count === 1 ? 'failed' : 'ok');
    });
    expect(runs.map((own) => own.filter(({ status }) => status === 'failed').length)).toEqual([2, 1, 0]);
    expect(finalists).toEqual([1]);
    expect([isBroken(runs[0] ?? []), isBroken(runs[1] ?? [])]).toEqual([true, false]);
  });
});

describe('runs that were ended', () => {
  test('count as longer than that in a median', () => {
    expect(medianOf([run(2.9), run(2.62), run(4.93, 'capped')])).toBe(2.9);
    expect(medianOf([run(2), run(4, 'capped'), run(4, 'timeout')])).toBeNull();
    expect(statusOf([run(4, 'timeout')], false)).toBe('timeout');
  });

  const duel = (place: number, now: Run, other: Run): Duel =>
    new Map([
      [0, { run: now, place }],
      [1, { run: other, place: place + 1 }],
    ]);

  test('of the current environment: at least so many times as fast', () => {
    const duels = Array.from({ length: 6 }, (_, n) => duel(2 * n, run(10, 'timeout'), run(2 + 0.01 * n)));
    const { claimed, comparison } = judge(duels, 0, [1]);
    expect(claimed).toBe(1);
    expect(Math.exp(comparison.interval?.low ?? 0)).toBeCloseTo(10 / 2.05, 6);
    expect(comparison.interval?.high).toBe(Number.POSITIVE_INFINITY);
  });

  test('of the other one: no claim, however quick its others were', () => {
    const duels = Array.from({ length: 6 }, (_, n) => duel(2 * n, run(3), n === 2 ? run(2, 'capped') : run(1)));
    expect(judge(duels, 0, [1]).claimed).toBeNull();
    expect(compare(duels, 0, 1).rounds).toBe(6);
  });

  test('a setting that ties prefer is judged only where the most promising was shown to be faster', () => {
    const three = (now: number, leader: number, favourite: number): Duel =>
      new Map([now, leader, favourite].map((seconds, index) => [index, { run: run(seconds), place: index }]));
    const clear = Array.from({ length: 6 }, (_, n) => three(2, 1 + 0.01 * (n % 2), 1 + 0.01 * ((n + 1) % 2)));
    expect(judge(clear, 0, [1, 2]).claimed).toBe(2);
    const slower = Array.from({ length: 6 }, (_, n) => three(2, 1 + 0.01 * n, 1.5));
    expect(judge(slower, 0, [1, 2]).claimed).toBe(1);
    const unsure = Array.from({ length: 6 }, (_, n) => three(2, n === 0 ? 2.1 : 1, 1));
    expect(judge(unsure, 0, [1, 2]).claimed).toBeNull();
  });
});

test('a drift is told from noise, and its slope found', () => {
  const means = (slope: number) => Array.from({ length: 8 }, (_, n) => ({ place: 2 * n, value: slope * 2 * n }));
  expect(driftOf(means(0.05))).toBeCloseTo(0.05, 9);
  expect([isDrifting(means(0.05)), isDrifting(means(0))]).toEqual([true, false]);
});

test('a disturbance is more than usual, and more than the CPUs that the job has not anyway', () => {
  const all = [run(1, 'ok', 0.1), run(1, 'ok', 0.1), run(1, 'ok', 0.1)];
  expect(isDisturbed([run(1, 'ok', 0.2)], all, 0)).toBe(false);
  expect(isDisturbed([run(1, 'ok', 0.1), run(1, 'ok', 1)], all, 0)).toBe(true);
  expect(isDisturbed([run(1, 'ok', 3)], all, 4)).toBe(false);
  // Too short to know, and not known.
  expect(isDisturbed([run(0.1, 'ok', 3)], all, 0)).toBe(false);
  expect(isDisturbed([run(1)], all, 0)).toBe(false);
});

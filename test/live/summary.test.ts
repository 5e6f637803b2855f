import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { halved, MOST_POINTS, type Point, pointOf, withPoint } from '../../src/live/series.ts';
import { summaryOf } from '../../src/live/summary.ts';
import type { WatchedFacts } from '../../src/live/watched.ts';
import { anyPoints, QUIET, series } from './points.ts';

describe('the summary of looks', () => {
  test('has times, means over time, and what was the most', () => {
    const points = series(
      { seconds: 2, cpusUsed: 2, waiting: 2, memoryBytes: 5, wanting: 4, processes: 3, threads: 9 },
      { seconds: 6, cpusUsed: 1, waiting: 0, memoryBytes: 7, wanting: 1 },
    );
    expect(summaryOf(points)).toMatchObject({
      looks: 2,
      seconds: 8,
      cpuSeconds: 10,
      cpusUsed: 1.25,
      effective: 2,
      waitedShare: 4 / 14,
      throttledShare: null,
      peakMemoryBytes: 7,
      mostWanting: 4,
      mostProcesses: 3,
      mostThreads: 9,
    });
  });

  test.each([
    ['the quota, where it stopped the job', { throttledShare: 0.05, wanting: 4 }, 'quota'],
    ['its own threads, more than there are CPUs', { throttledShare: 0.04, wanting: 3 }, 'ownThreads'],
    ['others, where it has no more than there are', { wanting: 2, others: 0.5 }, 'otherPrograms'],
    ['nobody knows', { wanting: 2, others: 0.4 }, 'unknown'],
    ['nor where its CPUs are not known', { wanting: 9, effective: null, others: null }, 'unknown'],
  ] as const)('waiting is lost to %s', (_, look, cause) => {
    const { waitedSeconds } = summaryOf(series({ seconds: 2, waiting: 3, ...look })).lost;
    expect(waitedSeconds).toEqual({ ownThreads: 0, quota: 0, otherPrograms: 0, unknown: 0, [cause]: 6 });
  });

  test('unused CPU time is what the machine had left, too', () => {
    const lost = (look: Partial<Point>) =>
      summaryOf(series({ seconds: 10, effective: 4, ...look })).lost.idleCpuSeconds;
    expect(lost({ cpusUsed: 1, idle: 8 })).toBe(30);
    expect(lost({ cpusUsed: 1, idle: 0.5 })).toBe(5);
    expect(lost({ cpusUsed: 1, idle: null })).toBe(30);
    expect(lost({ cpusUsed: 5, idle: 8 })).toBe(0);
    expect(lost({ cpusUsed: null })).toBeNull();
  });

  test('phases are in the order in which they came, each once', () => {
    const worker = { workers: 1, workersLoaded: 1, mainWanting: 0 };
    const points = series(
      { imported: false },
      { mainWanting: 2, cpusUsed: 2 },
      worker,
      { mainWanting: 2, cpusUsed: 1 },
      worker,
    );
    expect(summaryOf(points).phases).toMatchObject([
      { phase: 'import', seconds: 1 },
      { phase: 'training', seconds: 2, cpusUsed: 1.5 },
      { phase: 'batch', seconds: 2 },
    ]);
  });

  test('of nothing says nothing', () => {
    expect(summaryOf([])).toMatchObject({ looks: 0, seconds: 0, cpuSeconds: null, waitedShare: null, phases: [] });
    expect(summaryOf([]).lost).toEqual({ idleCpuSeconds: null, waitedSeconds: null });
  });

  test('shares are shares, phases are all of the time, and the causes all of the waiting', () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const { seconds, waitedShare, throttledShare, phases, lost } = summaryOf(points);
        for (const share of [waitedShare, throttledShare]) if (share !== null) expect(share).toBeLessThanOrEqual(1);
        expect(phases.reduce((sum, phase) => sum + phase.seconds, 0)).toBeCloseTo(seconds, 6);
        const waited = points.reduce((sum, point) => sum + (point.waiting ?? 0) * point.seconds, 0);
        const causes = Object.values(lost.waitedSeconds ?? {}).reduce((sum, value) => sum + value, 0);
        expect(causes).toBeCloseTo(waited, 5);
      }),
    );
  });
});

describe('a long series', () => {
  test('joined two by two has the same times and peaks', () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const known = points.map((point) => ({ ...point, cpusUsed: point.cpusUsed ?? 0, waiting: point.waiting ?? 0 }));
        const [whole, few] = [summaryOf(known), summaryOf(halved(known))];
        expect(few.looks).toBe(whole.looks);
        expect(few.seconds).toBeCloseTo(whole.seconds, 5);
        expect(few.cpuSeconds ?? 0).toBeCloseTo(whole.cpuSeconds ?? 0, 4);
        expect(few.waitedShare ?? 0).toBeCloseTo(whole.waitedShare ?? 0, 6);
        expect(few.peakMemoryBytes).toBe(whole.peakMemoryBytes);
        expect(few.mostWanting).toBe(whole.mostWanting);
      }),
    );
  });

  test('never has more points than it may', () => {
    let points: Point[] = [];
    for (let look = 1; look <= MOST_POINTS * 2; look++) points = withPoint(points, { ...QUIET, at: look });
    expect(points.length).toBeLessThan(MOST_POINTS);
    expect(points.at(-1)?.at).toBe(MOST_POINTS * 2);
    expect(summaryOf(points).looks).toBe(MOST_POINTS * 2);
  });
});

describe('a point', () => {
  const process = (pid: number, wanting: number | null, role: 'main' | 'worker') => ({
    pid,
    role,
    threads: 5,
    wanting,
    cpusUsed: 1,
    waitedShare: 0.5,
  });
  const live: WatchedFacts = {
    pid: 7,
    seconds: 1,
    processes: [process(7, 1, 'main'), process(8, 3, 'worker')],
    cpusUsed: 2,
    waitedShare: 0.75,
    throttledShare: 0.1,
    memoryBytes: 9,
    sharedBytes: 0,
    states: { running: 1, sleeping: 0, blocked: 0, stopped: 0 },
    involuntarySwitches: null,
    others: { used: 0.5, idle: 1.5 },
    pressure: { machine: null, cgroup: null },
    affinities: [],
    loaded: [],
    imported: true,
    workersSince: 3,
    ended: 0,
    warnings: [],
    workersLoaded: 1,
  };

  test('is a look in numbers', () => {
    expect(pointOf(live, 2, 5)).toEqual({
      at: 5,
      seconds: 1,
      looks: 1,
      imported: true,
      workers: 1,
      workersLoaded: 1,
      processes: 2,
      threads: 10,
      mainWanting: 1,
      wanting: 4,
      effective: 2,
      cpusUsed: 2,
      waiting: 6,
      throttledShare: 0.1,
      memoryBytes: 9,
      others: 0.5,
      idle: 1.5,
    });
  });

  test('who only waited did so with each thread; who is not known, is not', () => {
    expect(pointOf({ ...live, cpusUsed: 0, waitedShare: 1 }, 2, 5).waiting).toBe(4);
    expect(pointOf({ ...live, waitedShare: null }, 2, 5).waiting).toBeNull();
    expect(pointOf({ ...live, processes: [process(7, null, 'main')] }, 2, 5)).toMatchObject({
      wanting: null,
      mainWanting: null,
    });
  });
});

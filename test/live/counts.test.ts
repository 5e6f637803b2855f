import { describe, expect, test } from '@jest/globals';
import { threadsOf, wantingThreads, workersOf } from '../../src/live/counts.ts';
import type { LiveProcess, Role } from '../../src/live/facts.ts';
import { isStopped } from '../../src/live/stopped.ts';

const process = (pid: number, role: Role, threads: number, wanting: number | null): LiveProcess => ({
  ...{ pid, role, threads, wanting },
  ...{ cpusUsed: null, waitedShare: null },
});
const job = (...wanting: (number | null)[]) => ({
  processes: wanting.map((wants, at) =>
    process(7 + at, at === 0 ? 'main' : at === 1 ? 'worker' : 'ray', 10 + at, wants),
  ),
});

describe('of a job', () => {
  test('threads are those of all its processes', () => {
    expect(threadsOf(job(1, 2, 3))).toBe(33);
    expect(threadsOf(job())).toBe(0);
  });

  test('those that want a CPU are known where they are of each process', () => {
    expect(wantingThreads(job(1, 2, 4))).toBe(7);
    expect(wantingThreads(job(1, null, 4))).toBeNull();
    expect(wantingThreads(job())).toBe(0);
  });

  test('workers are processes of that role', () => {
    expect(workersOf(job(1, 2, 3)).map(({ pid }) => pid)).toEqual([8]);
  });

  test('its quota has stopped it from a twentieth of the periods on', () => {
    expect([null, 0, 0.0499, 0.05, 1].map((throttledShare) => isStopped({ throttledShare }))).toEqual([
      ...[false, false, false],
      ...[true, true],
    ]);
  });
});

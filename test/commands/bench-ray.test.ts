import { expect, test } from '@jest/globals';
import { gaveWay, oneTask } from '../../src/commands/bench/ray-lists.ts';
import type { Run, Trial } from '../../src/documents/bench-result.ts';

const trial = (ray: boolean | null, runs: number): Trial => ({
  env: {},
  settings: { processes: 2, threads: 1, backendThreads: 1, workerThreads: null, ray },
  roles: [],
  status: 'ok',
  runs: Array.from({ length: runs }, () => ({}) as Run),
  median: 1,
  interval: null,
  tied: false,
});

test('with Ray 2,000 lists or fewer are one task, which is said where Ray was tried', () => {
  const trials = [trial(false, 2), trial(true, 1)];
  expect(oneTask({ trials }, 2000)[0]).toMatch(/^with Ray 2000 lists are one task/);
  expect(oneTask({ trials }, 610)).toHaveLength(1);
  expect(oneTask({ trials }, 2001)).toEqual([]);
  expect(oneTask({ trials }, null)).toEqual([]);
  expect(oneTask({ trials: [trial(false, 2), trial(true, 0)] }, 610)).toEqual([]);
  expect(oneTask({ trials: [trial(null, 2)] }, 610)).toEqual([]);
});

test('Ray’s workers give way to other work, which is said where there was some', () => {
  const busy = (ray: boolean, foreignLoad: number | null) => ({ ...trial(ray, 0), runs: [{ foreignLoad } as Run] });
  expect(gaveWay({ trials: [busy(true, 1.94)] }, undefined)[0]).toMatch(/^Ray's workers have niceness 15 .*1\.9 CPUs/);
  expect(gaveWay({ trials: [busy(true, 0.1), busy(false, 2), busy(true, null)] }, undefined)).toEqual([]);
  expect(gaveWay({ trials: [busy(true, 2)] }, '0')).toEqual([]);
});

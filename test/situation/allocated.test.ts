import { expect, test } from '@jest/globals';
import { allocationOf } from '../../src/machine/scheduler/asked-allocation.ts';
import { allocated } from '../../src/situation/allocated.ts';
import { machine } from '../machine.ts';

test("of the limits of threads those of the submit host's control groups stay there, and so do its processes", () => {
  const facts = machine({
    threadLimits: [
      { most: 9, now: 5, name: 'pids.max', file: '/sys/fs/cgroup/pids.max' },
      { most: 400, now: 300, name: 'RLIMIT_NPROC', file: '/proc/self/limits', hard: 500 },
      { most: 1000, now: null, name: 'threads-max', file: '/proc/sys/kernel/threads-max' },
    ],
  });
  expect(allocated(facts, allocationOf(['-c', '4']), 8).cpus.threadLimits).toEqual([
    { most: 400, now: null, name: 'RLIMIT_NPROC', file: '/proc/self/limits', hard: 500 },
    { most: 1000, now: null, name: 'threads-max', file: '/proc/sys/kernel/threads-max' },
  ]);
});

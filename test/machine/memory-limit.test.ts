import { describe, expect, test } from '@jest/globals';
import { memoryLimit } from '../../src/machine/memory-limit.ts';
import { shared } from './scheduler/shared-cpus.ts';

const MB = 1024 ** 2;
const MEMORY = { total: null, available: null, limit: null, shm: null, openFiles: null };
const LIMIT = { bytes: 2000 * MB, used: 5, file: '/cg/memory.max' };
const job = (megabytes: number, tasks: number) =>
  shared({
    ...{ SLURM_JOB_ID: '7', SLURM_STEP_ID: '0', SLURM_CPUS_ON_NODE: '8' },
    ...{ SLURM_MEM_PER_NODE: String(megabytes), SLURM_STEP_TASKS_PER_NODE: String(tasks) },
  });

describe('the least of what bounds the memory', () => {
  test.each([
    ["the cgroup's", 9000, 3000, 1, { bytes: 2000 * MB, used: 5, where: '/cg/memory.max', said: null }],
    ["the machine's", 1000, 3000, 1, { bytes: 1000 * MB, used: null, where: '/proc/meminfo', said: null }],
    ["the scheduler's", 9000, 500, 1, { bytes: 500 * MB, used: null, where: 'SLURM_MEM_PER_NODE', said: null }],
    [
      "the scheduler's, shared by the tasks of the step",
      9000,
      4003,
      3,
      { bytes: Math.floor((4003 * MB) / 3), used: null, where: 'SLURM_MEM_PER_NODE', said: 'for 3 processes' },
    ],
    ["the cgroup's where others are the same", 2000, 2000, 1, { bytes: 2000 * MB, where: '/cg/memory.max' }],
  ])('%s', (_, total, granted, tasks, least) => {
    const memory = { ...MEMORY, total: total * MB, limit: LIMIT };
    expect(memoryLimit(memory, job(granted, tasks))).toMatchObject(least);
  });

  test('each alone, and none', () => {
    expect(memoryLimit({ ...MEMORY, limit: LIMIT }, shared({}))?.where).toBe('/cg/memory.max');
    expect(memoryLimit({ ...MEMORY, total: 5 }, shared({ NSLOTS: '2' }))?.where).toBe('/proc/meminfo');
    expect(memoryLimit(MEMORY, job(10, 1))?.where).toBe('SLURM_MEM_PER_NODE');
    expect(memoryLimit(MEMORY, shared({}))).toBeNull();
  });
});

import { expect, test } from '@jest/globals';
import { observeThreadLimits } from '../../src/cpus/process-limits.ts';
import { memoryHost } from '../memory-host.ts';

const GROUPS = ['b', 'a'].map((name) => ({ version: 2 as const, cgroup: `/${name}`, directory: `/cg/${name}` }));
const limits = (files: { [file: string]: string }) => observeThreadLimits(memoryHost(files), GROUPS);

test('every limit of threads there is, the groups from the process up', () => {
  const processes =
    'Limit Soft Hard Units\nMax processes             7823                 9000                 processes\n';
  expect(
    limits({
      '/cg/a/pids.max': '100\n',
      '/cg/b/pids.max': ' 50 \n',
      '/cg/b/pids.current': '7\n',
      '/proc/self/limits': processes,
      '/proc/sys/kernel/threads-max': '15647\n',
    }),
  ).toEqual([
    { most: 50, now: 7, name: 'pids.max', file: '/cg/b/pids.max' },
    { most: 100, now: null, name: 'pids.max', file: '/cg/a/pids.max' },
    { most: 7823, now: null, name: 'RLIMIT_NPROC', file: '/proc/self/limits' },
    { most: 15_647, now: null, name: 'threads-max', file: '/proc/sys/kernel/threads-max' },
  ]);
});

test.each([
  ['nothing there', {}],
  [
    'no limit',
    { '/cg/a/pids.max': 'max\n', '/proc/self/limits': 'Max processes   unlimited   unlimited   processes\n' },
  ],
  ['text around a number', { '/cg/a/pids.max': '10 processes', '/proc/sys/kernel/threads-max': 'about 10' }],
  ['too many digits', { '/cg/a/pids.max': '123456789012345678901' }],
  ['another limit', { '/proc/self/limits': 'Max pending signals  7823  7823  signals\n' }],
  ['a number that does not end', { '/proc/self/limits': 'Max processes   12x   12   processes\n' }],
  ['a number that begins late', { '/proc/self/limits': 'Max processes   x 12   12   processes\n' }],
])('no limit: %s', (_, files) => {
  expect(limits(files)).toEqual([]);
});

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
    { most: 7823, now: null, name: 'RLIMIT_NPROC', file: '/proc/self/limits', hard: 9000 },
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

const NPROC = 'Max processes             100                 unlimited                 processes\n';
const IDENTITY = '         0          0 4294967295\n';
const status = (uid: number, threads: number, effective = '0000000000000000') =>
  `Name:\tx\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nThreads:\t${threads}\nCapEff:\t${effective}\n`;

test("RLIMIT_NPROC counts all threads of the user's, without those of this program", () => {
  const files = {
    '/proc/self/limits': NPROC,
    '/proc/self/status': status(1000, 11),
    '/proc/7/status': status(1000, 11),
    '/proc/8/status': status(1000, 30),
    '/proc/9/status': status(0, 500),
    '/proc/x/status': status(1000, 70),
  };
  expect(limits(files)).toEqual([{ most: 100, now: 30, name: 'RLIMIT_NPROC', file: '/proc/self/limits', hard: null }]);
});

test.each([
  ['root', IDENTITY, status(0, 1), false],
  ["a user namespace's root", '         0       1000          1\n', status(0, 1, 'ffffffffffffffff'), true],
  ['a user', IDENTITY, status(1000, 1), true],
  ['a user with CAP_SYS_RESOURCE', IDENTITY, status(1000, 1, '0000000001000000'), false],
  ['a user with CAP_SYS_ADMIN', IDENTITY, status(1000, 1, '0000000000200000'), false],
  ['a user with another capability', IDENTITY, status(1000, 1, '0000000000400000'), true],
])('RLIMIT_NPROC holds for %s', (_, map, own, holds) => {
  const files = { '/proc/self/limits': NPROC, '/proc/self/uid_map': map, '/proc/self/status': own };
  expect(limits(files)).toHaveLength(holds ? 1 : 0);
});

test('the threads of this program are not those of the job', () => {
  const files = { '/cg/b/pids.max': '50\n', '/cg/b/pids.current': '20\n', '/proc/self/status': status(0, 11) };
  expect(limits(files)).toEqual([{ most: 50, now: 9, name: 'pids.max', file: '/cg/b/pids.max' }]);
});

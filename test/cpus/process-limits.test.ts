import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  hasCapability,
  observeThreadLimits,
  roomOf,
  type ThreadLimit,
  tightestThreadLimit,
} from '../../src/cpus/process-limits.ts';
import { DENIED, memoryHost } from '../memory-host.ts';

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
  ['a limit whose name ends so', { '/proc/self/limits': 'My Max processes   12   12   processes\n' }],
  ['limits that may not be read', { '/proc/self/limits': DENIED, '/cg/a/pids.max': DENIED }],
  ['a number that begins late', { '/proc/self/limits': 'Max processes   x 12   12   processes\n' }],
])('no limit: %s', (_, files) => {
  expect(limits(files)).toEqual([]);
});

const NPROC = 'Max processes             100                 unlimited                 processes\n';
const IDENTITY = '         0          0 4294967295\n';
const status = (uid: number, threads: number, effective = '0000000000000000') =>
  `Name:\tx\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nThreads:\t${threads}\nCapEff:\t${effective}\n`;

describe('how many threads a user has', () => {
  const files = {
    '/proc/self/limits': NPROC,
    '/proc/self/status': status(1000, 1),
    '/proc/12/status': status(1000, 5),
  };
  const now = (more: { [file: string]: string }) =>
    limits({ ...files, ...more }).find(({ name }) => name === 'RLIMIT_NPROC')?.now;
  const most = (count: number) => ({
    '/proc/self/limits': `Max processes             ${String(count).padEnd(20)} unlimited            processes\n`,
  });

  test('only folders that are numbers are processes', () => {
    const others = ['x7', '7x', 'self', 'thread-self', '-1', '1.5'].map((name) => [
      `/proc/${name}/status`,
      status(1000, 100),
    ]);
    expect(now({ ...Object.fromEntries(others), '/proc/self/status': status(1000, 1) })).toBe(4);
  });

  test('a process that does not say has one, one that is gone or whose user is not told has none', () => {
    const ofUser = 'Uid:\t1000\t1000\t1000\t1000\n';
    expect(now({ '/proc/13/status': ofUser })).toBe(5);
    expect(now({ '/proc/13/status': DENIED, '/proc/14/stat': '14 (x) Z' })).toBe(4);
    for (const text of ['Threads:\t9\n', `X${ofUser}Threads:\t9\n`, 'Uid:\tx\t1000\t\nThreads:\t9\n'])
      expect(now({ '/proc/13/status': text })).toBe(4);
  });

  test('never fewer than none', () => expect(now({ '/proc/self/status': status(1000, 9) })).toBe(0));

  test('is not known without the own user, without processes, and where so many may be started that counting takes too long', () => {
    expect(now({ '/proc/self/status': 'Threads:\t1\n', '/proc/12/status': 'Threads:\t5\n' })).toBeNull();
    expect(limits({ '/proc/self/limits': NPROC, '/proc/self/status': status(1000, 1) })[0]?.now).toBeNull();
    expect(now(most(8192))).toBe(4);
    expect(now(most(8193))).toBeNull();
  });

  test('nor where /proc cannot be listed', () => {
    const host = { ...memoryHost(files), list: () => null };
    expect(observeThreadLimits(host, GROUPS)).toMatchObject([{ name: 'RLIMIT_NPROC', now: null }]);
  });
});

describe('capabilities, as proc(5) has them: 16 digits of a mask', () => {
  test('are the bits of the mask', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 63n }), (mask, bit) => {
        const text = `CapPrm:\tffffffffffffffff\nCapEff:\t${mask.toString(16).padStart(16, '0')}\nCapBnd:\tffffffffffffffff\n`;
        expect(hasCapability(text, [bit])).toBe((mask & (1n << bit)) !== 0n);
      }),
    );
  });

  test.each([
    [[], false],
    [[3n], false],
    [[3n, 24n], true],
    [[24n, 3n], true],
  ])('of several one is enough: %p', (bits, has) => {
    expect(hasCapability('CapEff:\t0000000001000000\n', bits)).toBe(has);
  });

  test.each(['', 'CapEff:\t\n', 'CapEff:\tall\n', 'XCapEff:\tffffffffffffffff\n', `CapEff:\t${'f'.repeat(17)}\n`])(
    'where they are not told there are none: %j',
    (text) => expect(hasCapability(text, [24n])).toBe(false),
  );
});

const limit = (most: number, now: number | null): ThreadLimit => ({ most, now, name: 'pids.max', file: `/${most}` });

test.each([
  [100, 30, 70],
  [100, null, 100],
  [100, 100, 0],
  [100, 130, 0],
])('of %j threads with %j there is room for %j', (most, now, room) => {
  expect(roomOf(limit(most, now))).toBe(room);
});

test('the limit that leaves the least room counts, of equal ones the first', () => {
  const one = fc.tuple(fc.nat(6), fc.option(fc.nat(6), { nil: null })).map(([most, now]) => limit(most, now));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), (all) => {
      const rooms = all.map(({ most, now }) => (now !== null && now > most ? 0 : most - (now ?? 0)));
      expect(tightestThreadLimit(all)).toBe(all[rooms.indexOf(Math.min(...rooms))] ?? null);
    }),
  );
});

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
  ["root of a user namespace that begins as the machine's", '         0          0          1\n', status(0, 1), true],
  ['root of a user namespace of two ranges', `${IDENTITY}         1          1          1\n`, status(0, 1), true],
  [
    'root of a user namespace with another user before',
    `         1          1          1\n${IDENTITY}`,
    status(0, 1),
    true,
  ],
  ['root, where the map may not be read', DENIED, status(0, 1), true],
  ['who has a user that is not told', IDENTITY, 'Threads:\t1\n', true],
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

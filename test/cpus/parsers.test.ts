import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCpuList, parseCpuList } from '../../src/cpus/cpu-list.ts';
import { effectiveCpus } from '../../src/cpus/effective.ts';
import { observeHierarchies } from '../../src/cpus/hierarchy.ts';
import { parseMembership } from '../../src/cpus/membership.ts';
import { cgroupMounts, parseMountinfo } from '../../src/cpus/mountinfo.ts';
import { observeLinux } from '../../src/cpus/observe.ts';
import { memoryHost } from '../memory-host.ts';

describe('CPU lists', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(9000), { maxLength: 300 }), (cpus) => {
        expect(parseCpuList(formatCpuList(new Set(cpus)))).toEqual(new Set(cpus));
      }),
    );
  });

  test.each([
    ['0-3,8-11', [0, 1, 2, 3, 8, 9, 10, 11]],
    ['0-7:1/2', [0, 2, 4, 6]],
    ['0-9:2/4', [0, 1, 4, 5, 8, 9]],
    ['5\n', [5]],
    ['', []],
  ])('%j', (text, cpus) => {
    expect([...(parseCpuList(text) ?? [])]).toEqual(cpus);
  });

  test.each(['3-1', 'x', '0-', '-3', '0,,1', '0-99999999', '1-2:0/2', '0x1'])('%j is none', (text) => {
    expect(parseCpuList(text)).toBeNull();
  });
});

test('a mount point with a blank and a dash is unescaped, with any number of optional fields', () => {
  const line = String.raw`33 25 0:29 /a\040b /mnt/a\040-\040b rw shared:1 master:2 - cgroup cgroup rw,cpu`;
  expect(cgroupMounts(parseMountinfo(line).mounts)).toEqual([
    { version: 1, controllers: ['rw', 'cpu'], root: '/a b', point: '/mnt/a - b' },
  ]);
});

test('whatever the files hold, there is an answer of at least one CPU and no exception', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '0::/a/b\n',
      '0::/../..\n',
      '2:cpu:/x\n',
      'max\n',
      '100000 100000',
      '-1',
      '0-3\n',
      'Cpus_allowed_list:\t0-3\n',
    ),
    fc.constantFrom(
      '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      '33 25 0:29 /x /sys/fs/cgroup rw - cgroup c rw,cpu\n',
    ),
  );
  fc.assert(
    fc.property(
      fc.record({
        status: text,
        online: text,
        cgroup: text,
        mountinfo: text,
        max: text,
        quota: text,
        period: text,
        stat: text,
      }),
      (content) => {
        const { status, online, cgroup, mountinfo, max, quota, period, stat } = content;
        const files = {
          '/proc/self/status': status,
          '/sys/devices/system/cpu/online': online,
          '/proc/self/cgroup': cgroup,
          '/proc/self/mountinfo': mountinfo,
          '/sys/fs/cgroup/cpu.max': max,
          '/sys/fs/cgroup/cpu.cfs_quota_us': quota,
          '/sys/fs/cgroup/cpu.cfs_period_us': period,
          '/sys/fs/cgroup/cpu.stat': stat,
          '/sys/fs/cgroup/pids.max': stat,
        };
        const host = memoryHost(files);
        const { effective, floor } = effectiveCpus(observeLinux(host, observeHierarchies(host)));
        expect(effective).toBeGreaterThanOrEqual(1);
        expect(floor).toBeGreaterThanOrEqual(1);
        expect(floor).toBeLessThanOrEqual(effective);
      },
    ),
  );
});

test('the parsers take any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseCpuList(text);
      parseMountinfo(text);
      parseMembership(text);
    }),
  );
});

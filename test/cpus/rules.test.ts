import os from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { cpu } from 'systeminformation';
import { cpusAtLoad } from '../../src/cpus/at-load.ts';
import { formatCpuList, parseCpuList } from '../../src/cpus/cpu-list.ts';
import { effectiveCpus, usableCpus } from '../../src/cpus/effective.ts';
import { observeHierarchies } from '../../src/cpus/hierarchy.ts';
import { observeIsolated } from '../../src/cpus/isolated.ts';
import { isAffinityKnown, lenskitCount } from '../../src/cpus/lenskit-count.ts';
import { parseMembership } from '../../src/cpus/membership.ts';
import { cgroupMounts, type Mount, mountOver, parseMountinfo } from '../../src/cpus/mountinfo.ts';
import { type CpuFacts, observeLinux } from '../../src/cpus/observe.ts';
import { believed, readOnline } from '../../src/cpus/online.ts';
import { ownCount } from '../../src/cpus/own-count.ts';
import { observePlatformCpus } from '../../src/cpus/platform.ts';
import { observeQuotas, type Quota } from '../../src/cpus/quota.ts';
import { machine, quota as quotaOf } from '../machine.ts';
import { memoryHost } from '../memory-host.ts';

const FACTS: CpuFacts = machine({ cpus: 8 }).cpus;

const quota = (cpus: number): Quota => quotaOf(cpus * 100_000);

describe('what limits the CPUs', () => {
  test.each([
    [{}, 8, 'none'],
    [{ quotas: [quota(7.5)] }, 8, 'quota'],
    // As many as there are limits nothing.
    [{ quotas: [quota(8)] }, 8, 'none'],
    [{ isolated: '6-7' }, 6, 'isolated'],
    [{ isolated: '0-7' }, 1, 'isolated'],
    [{ isolated: '8-9' }, 8, 'none'],
    [{ isolated: 'x' }, 8, 'none'],
    [{ isolated: '6-7', quotas: [quota(3)] }, 3, 'quota'],
    [{ affinity: '0-3' }, 4, 'affinity'],
    [{ affinity: '0-3', cpuset: { cpus: '0-3', file: '/f' } }, 4, 'cpuset'],
    [{ affinity: '0-1', cpuset: { cpus: '0-3', file: '/f' } }, 2, 'affinity'],
    [{ affinity: null, cpuset: { cpus: '0-3', file: '/f' } }, 4, 'cpuset'],
    [{ online: null, affinity: '0-3' }, 4, 'none'],
    [{ online: 4, affinity: '0-3' }, 4, 'none'],
  ] as const)('%j: %i, %s', (more, effective, limitedBy) => {
    const found = effectiveCpus({ ...FACTS, ...(more as Partial<CpuFacts>) });
    expect([found.effective, found.limitedBy]).toEqual([effective, limitedBy]);
  });

  test('how many are isolated, beside others', () => {
    expect(effectiveCpus({ ...FACTS, isolated: '2,5-6' })).toMatchObject({ isolated: 3, effective: 5, exact: 5 });
    expect(effectiveCpus({ ...FACTS, affinity: null, isolated: '2' })).toMatchObject({ isolated: 0, effective: 8 });
  });
});

describe('the CPUs that threads are spread over', () => {
  test.each([
    ['all that are allowed, in order', { affinity: '10-11,2' }, [2, 10, 11]],
    ['within the cpuset', { affinity: '0-3', cpuset: { cpus: '2-9', file: '/f' } }, [2, 3]],
    [
      'the affinity, where the cpuset is another moment’s',
      { affinity: '0-1', cpuset: { cpus: '4', file: '/f' } },
      [0, 1],
    ],
    ['none that is isolated', { affinity: '0-3', isolated: '1-2' }, [0, 3]],
    ['of isolated ones alone the first', { affinity: '5-7', isolated: '4-7' }, [5]],
    ['of a single one that one', { affinity: '6', isolated: null }, [6]],
    ['the cpuset, where no affinity is known', { affinity: null, cpuset: { cpus: '3', file: '/f' } }, [3]],
    ['not known', { affinity: null }, null],
    ['an empty list says nothing', { affinity: '' }, null],
    ['nor does what is no list', { affinity: 'x' }, null],
  ] as const)('%s', (_, more, cpus) => {
    expect(usableCpus({ ...FACTS, ...(more as Partial<CpuFacts>) })).toEqual(cpus);
  });
});

test.each([
  [{ affinity: 2, online: 8 }, 2],
  [{ affinity: null, online: 8 }, 8],
  [{ affinity: null, online: null }, 1],
])('a library counts the affinity as it is loaded, else all CPUs, else one: %j', (cpus, count) => {
  expect(cpusAtLoad(cpus)).toBe(count);
});

test.each([
  ['linux', '0-3', true],
  ['linux', null, false],
  ['darwin', null, true],
  ['win32', null, true],
])('what LensKit counts is not known where Linux hides the affinity: %s, %s', (platform, affinity, known) => {
  expect(isAffinityKnown({ platform, affinity })).toBe(known);
});

describe('isolated CPUs', () => {
  const FILE = '/sys/devices/system/cpu/isolated';
  const of = (text: string, mounts: Mount[] = [], warnings: string[] = []) =>
    observeIsolated(memoryHost({ [FILE]: text }), mounts, warnings);
  test.each([
    ['\n', null],
    ['3,1-2\n', '1-3'],
    ['x', null],
  ])('%j: %s', (text, wanted) => expect(of(text)).toBe(wanted));
  test('without the file none are known', () => expect(observeIsolated(memoryHost({}), [], [])).toBeNull());
  test('a file in the place of the kernel’s does not count', () => {
    const mount = (type: string, point: string, root = '/'): Mount => ({ type, point, root, superOptions: '' });
    const warnings: string[] = [];
    expect(of('1', [mount('ext4', '/'), mount('sysfs', '/sys'), mount('ext4', FILE, '/f')], warnings)).toBeNull();
    expect(warnings).toEqual([`${FILE} says 1: a mount of ext4 at ${FILE} hides the kernel's, and it does not count`]);
    expect(of('1', [mount('ext4', '/'), mount('sysfs', '/sys')], warnings)).toBe('1');
    expect(of('', [mount('ext4', FILE, '/f')], warnings)).toBeNull();
    expect(warnings).toHaveLength(1);
  });
});

test('what a library has bound counts before the affinity, and after PYTHON_CPU_COUNT', () => {
  const cpus = effectiveCpus(FACTS);
  const bound = { cpus: 3, why: 'OMP_PROC_BIND' };
  expect(lenskitCount(cpus, { version: [3, 13], cpuCount: undefined }, bound)).toEqual({ count: 3, why: bound.why });
  expect(lenskitCount(cpus, { version: [3, 13], cpuCount: '5' }, bound).count).toBe(5);
  expect(lenskitCount(cpus, { version: null, cpuCount: '5' }).count).toBe(8);
});

describe('lists of CPUs', () => {
  test.each([
    ['0-39:10/20', 20],
    ['0-65535', 65_536],
    ['65536', null],
    ['0-65535,0-65535,0-65535,0-65531', 65_536],
    ['0-65535,0-65535,0-65535,0-65532', null],
    ['9-9', 1],
    ['5-4', null],
    ['0-3:0/2', null],
    ['0-3:3/2', null],
    ['0-3:2/2', 4],
    // Numbers may be high: it is how many there are that a list is too long by.
    ['65530-65535,60000-60001,50000-50001', 10],
  ])('%s', (text, size) => expect(parseCpuList(text)?.size ?? null).toBe(size));
});

describe('lines of /proc/self/cgroup', () => {
  test.each(['x4:cpu:/a', '4:cpu:a', ':cpu:/', '1::/a', '4:cpu', 'cpu'])('%s makes no sense', (line) =>
    expect(parseMembership(`${line}\n`)).toEqual({ memberships: [], malformed: [line] }),
  );

  test('numbers of several digits, paths with anything in them', () => {
    expect(parseMembership('12:cpu,cpuacct:/a:b\n\n0::/c d\n')).toEqual({
      memberships: [
        { version: 1, controllers: ['cpu', 'cpuacct'], path: '/a:b' },
        { version: 2, controllers: [], path: '/c d' },
      ],
      malformed: [],
    });
  });

  test('a group may have any name that has no slash and no line end', () => {
    const paths = ['/a\rb', '/a\u2028b', '/a:b:c', '/ ', '/a\\134b'];
    const lines = paths.map((path) => `0::${path}\n4:cpu:${path}\n`).join('');
    expect(parseMembership(lines)).toEqual({
      memberships: paths.flatMap((path) => [
        { version: 2, controllers: [], path },
        { version: 1, controllers: ['cpu'], path },
      ]),
      malformed: [],
    });
  });

  test('a path as long as the kernel takes none, and more hierarchies than there are, make no sense', () => {
    const path = (length: number): string => `/${'x'.repeat(length - 1)}`;
    const of = (text: string): number => parseMembership(text).memberships.length;
    expect([of(`0::${path(4095)}`), of(`0::${path(4096)}`)]).toEqual([1, 0]);
    expect([of('4:cpu:/\n'.repeat(128)), of('4:cpu:/\n'.repeat(129))]).toEqual([128, 128]);
    expect(parseMembership('4:cpu:/\n'.repeat(129)).malformed).toHaveLength(1);
  });
});

describe('mounts', () => {
  test.each(['1 2 0:3', '1 2 0:3 / /p rw', '1 2 0:3 / /p rw -', '1 2 0:3 x /p rw - t', '1 2 0:3 / p rw - t', '- t'])(
    '%s makes no sense',
    (line) => expect(parseMountinfo(line)).toEqual({ mounts: [], malformed: [line] }),
  );

  test('optional fields, or none; no super options; blanks in names', () => {
    expect(
      parseMountinfo('1 2 0:3 / /a\\040b rw shared:1 master:2 - ext4 /dev/x rw,y\n1 2 0:3 /r /p rw - t\n'),
    ).toEqual({
      mounts: [
        { root: '/', point: '/a b', type: 'ext4', superOptions: 'rw,y' },
        { root: '/r', point: '/p', type: 't', superOptions: '' },
      ],
      malformed: [],
    });
  });

  const mount = (type: string, point: string, root = '/', superOptions = 'rw,cpu') => ({
    type,
    point,
    root,
    superOptions,
  });

  test('those of cgroups, with what they control', () => {
    const mounts = [mount('cgroup', '/one'), mount('tmpfs', '/t'), mount('cgroup2', '/two', '/x')];
    expect(cgroupMounts(mounts)).toEqual([
      { version: 1, controllers: ['rw', 'cpu'], root: '/', point: '/one' },
      { version: 2, controllers: [], root: '/x', point: '/two' },
    ]);
  });

  test('the one that a path lies on: the last of those on it or above it', () => {
    const [root, a, ab] = [mount('t', '/'), mount('t', '/a'), mount('t', '/a/b')];
    expect(mountOver([root, a, ab], '/a/b/c')).toBe(ab);
    expect(mountOver([root, ab, a], '/a/b/c')).toBe(a);
    expect(mountOver([root, a, ab], '/a/bc')).toBe(a);
    expect(mountOver([a, root], '/a')).toBe(root);
    expect(mountOver([root], '/x')).toBe(root);
    expect(mountOver([a], '/x')).toBeNull();
  });
});

describe('the groups of a process', () => {
  const line = (root: string, point: string, type = 'cgroup2', options = 'rw'): string =>
    `30 23 0:26 ${root} ${point} rw - ${type} none ${options}`;
  const groups = (cgroup: string, mounts: string[], files: { [file: string]: string } = {}, controller = 'cpu') =>
    observeHierarchies(memoryHost({ '/proc/self/cgroup': cgroup, '/proc/self/mountinfo': mounts.join('\n'), ...files }))
      .groups(controller)
      .map(({ directory }) => directory);

  test('a mount that another one hides does not count', () => {
    expect(groups('0::/a/x', [line('/a', '/cg'), line('/b', '/cg')])).toEqual(['/cg']);
    expect(groups('0::/a/x', [line('/a', '/m/cg'), line('/', '/m', 'tmpfs')])).toEqual([]);
    expect(groups('0::/a/x', [line('/', '/m', 'tmpfs'), line('/a', '/m/cg')])).toEqual(['/m/cg/x', '/m/cg']);
  });

  const stat = { '/proc/self/stat': '42 (lk) R 1' };
  const procs = (group: string, text: string) => ({ [`/cg${group}/cgroup.procs`]: text });

  test('where the names in between are written nowhere it is the group that has this process', () => {
    const files = { ...stat, ...procs('/a/b/x', '1\n42\n'), ...procs('/a/c/x', '7\n'), ...procs('/d/x', '142\n') };
    expect(groups('0::/x', [line('/../..', '/cg')], files)).toEqual(['/cg/a/b/x', '/cg/a/b', '/cg/a', '/cg']);
    const own = { ...stat, ...procs('/a/b', '42\n'), ...procs('/a', '7\n'), '/cg/file': '' };
    expect(groups('0::/', [line('/../..', '/cg')], own)).toEqual(['/cg/a/b', '/cg/a', '/cg']);
    const beside = { ...stat, ...procs('/a/y', '42\n'), ...procs('/b/y', '43\n') };
    expect(groups('0::/../y', [line('/../..', '/cg')], beside)).toEqual(['/cg/a/y', '/cg/a', '/cg']);
  });

  test('files, of which every group has dozens, are no groups to look at', () => {
    const group = (name: string): { [file: string]: string } =>
      Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`/cg${name}/cpu.file${n}`, '']));
    const files = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => Object.entries({ ...group(`/g${n}`), ...procs(`/g${n}/h`, '1\n') })).flat(),
    );
    expect(groups('0::/', [line('/../..', '/cg')], { ...stat, ...files, ...procs('/g9/own', '42\n') })).toEqual([
      '/cg/g9/own',
      '/cg/g9',
      '/cg',
    ]);
  });

  test('a group that may not be listed has none to be seen in it', () => {
    const files = { ...stat, ...procs('/a/own', '42\n'), ...procs('/b/own', '7\n') };
    const mount = line('/../..', '/cg');
    const host = memoryHost({ '/proc/self/cgroup': '0::/', '/proc/self/mountinfo': mount, ...files });
    const closed = (group: string) => ({
      ...host,
      list: (folder: string, most?: number) => (folder === group ? null : host.list(folder, most)),
    });
    const of = (group: string) =>
      observeHierarchies(closed(group))
        .groups('cpu')
        .map(({ directory }) => directory);
    expect(of('/cg/a')).toEqual(['/cg']);
    expect(of('/cg/b')).toEqual(['/cg/a/own', '/cg/a', '/cg']);
  });

  test('where it is not found, the mount’s root has to do', () => {
    const files = procs('/a/x', '42\n');
    expect(groups('0::/x', [line('/..', '/cg')], files)).toEqual(['/cg']);
    expect(groups('0::/x', [line('/..', '/cg')], { ...stat, ...procs('/a/x', '420\n') })).toEqual(['/cg']);
    expect(groups('0::/x', [line('/y', '/cg')], { ...stat, ...procs('/a/x', '42\n') })).toEqual(['/cg']);
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) =>
        Array.from({ length: 30 }, (_, m) => [`/cg/g${n}/h${m}/x/cgroup.procs`, '1']),
      ).flat(),
    );
    expect(groups('0::/x', [line('/../..', '/cg')], { ...stat, ...many, ...procs('/g1/h1/x', '42\n') })).toEqual([
      '/cg',
    ]);
  });

  test('a process outside all that a mount shows has no group there', () => {
    expect(groups('0::/../x', [line('/', '/cg')])).toEqual([]);
    expect(groups('0::/../x', [line('/..', '/cg')])).toEqual(['/cg/x', '/cg']);
  });

  test('each controller in its own hierarchy', () => {
    const mounts = [line('/', '/one', 'cgroup', 'rw,cpu'), line('/', '/two', 'cgroup', 'rw,pids')];
    const cgroup = '2:pids:/p\n3:cpu:/c\n';
    expect(groups(cgroup, mounts)).toEqual(['/one/c', '/one']);
    expect(groups(cgroup, mounts, {}, 'pids')).toEqual(['/two/p', '/two']);
    expect(groups(cgroup, mounts, {}, 'cpuset')).toEqual([]);
  });
});

test('each limit is read in the hierarchy of its controller', () => {
  const v1 = (controller: string): string => `30 23 0:26 / /cg/${controller} rw - cgroup none rw,${controller}`;
  const host = memoryHost({
    '/proc/self/status': 'Cpus_allowed_list:\t0-7\n',
    '/sys/devices/system/cpu/online': '0-7\n',
    '/proc/self/cgroup': '2:pids:/p\n3:cpu:/c\n4:cpuset:/s\n',
    '/proc/self/mountinfo': ['pids', 'cpu', 'cpuset'].map(v1).join('\n'),
    '/cg/pids/p/pids.max': '100\n',
    '/cg/cpuset/s/cpuset.cpus': '0-3\n',
    '/cg/cpu/c/cpu.cfs_quota_us': '250000\n',
    '/cg/cpu/c/cpu.cfs_period_us': '100000\n',
    '/cg/cpu/c/cpu.stat': 'nr_periods 10\nnr_throttled 5\nthrottled_time 2000000000\n',
    // No quota of its own: whoever is stopped there is stopped for another reason.
    '/cg/cpu/cpu.stat': 'nr_periods 10\nnr_throttled 9\nthrottled_time 1\n',
  });
  expect(observeLinux(host, observeHierarchies(host))).toMatchObject({
    online: 8,
    affinity: '0-7',
    cpuset: { cpus: '0-3', file: '/cg/cpuset/s/cpuset.cpus' },
    quotas: [{ cpus: 2.5, ceil: 3, floor: 2, cgroup: '/c' }],
    throttling: { throttled: 5, seconds: 2, cgroup: '/c' },
    threadLimits: [{ most: 100, name: 'pids.max' }],
    cgroupView: 'whole',
  });
});

test('only the group whose quota it is has been stopped by it', () => {
  const stat = (times: number) => `nr_periods 10\nnr_throttled ${times}\nthrottled_time 0\n`;
  const host = memoryHost({
    '/proc/self/status': 'Cpus_allowed_list:\t0-7\n',
    '/proc/self/cgroup': '0::/a\n3:cpu:/a/b\n',
    '/proc/self/mountinfo': '30 23 0:26 / /two rw - cgroup2 none rw\n31 23 0:27 / /one rw - cgroup none rw,cpu\n',
    // Two with a quota, one of which was stopped less; and one of the same name, in the other hierarchy, without.
    '/one/a/b/cpu.cfs_quota_us': '50000\n',
    '/one/a/b/cpu.cfs_period_us': '100000\n',
    '/one/a/b/cpu.stat': stat(2),
    '/one/a/cpu.cfs_quota_us': '100000\n',
    '/one/a/cpu.cfs_period_us': '100000\n',
    '/one/a/cpu.stat': stat(1),
    '/two/a/cpu.stat': stat(9),
  });
  const { quotas, throttling } = observeLinux(host, observeHierarchies(host));
  expect(quotas.map(({ file }) => file)).toEqual(['/one/a/b/cpu.cfs_quota_us', '/one/a/cpu.cfs_quota_us']);
  expect(throttling).toMatchObject({ throttled: 2, file: '/one/a/b/cpu.stat' });
});

test('where no file has the affinity this process itself is asked, of this machine', () => {
  const host = { ...memoryHost({ '/proc/self/status': 'Name:\tx\n' }), live: true };
  const own = ownCount({ live: true });
  const { affinity, warnings } = observeLinux(host, observeHierarchies(host));
  const count = typeof own === 'number' ? own : null;
  const why = typeof own === 'number' ? '' : own.why;
  expect(affinity).toBe(count === null ? null : formatCpuList(new Set(Array.from({ length: count }, (_, cpu) => cpu))));
  expect(warnings[0]).toBe(
    count === null
      ? `/proc/self/status: no Cpus_allowed_list, and ${why}: the affinity is not known`
      : `/proc/self/status: no Cpus_allowed_list; this process itself may run on ${count}, which counts`,
  );
});

test('an affinity with CPUs that are not plugged in is what is left of it', () => {
  const host = memoryHost({
    '/proc/self/status': 'Cpus_allowed_list:\t0-7\n',
    '/sys/devices/system/cpu/online': '0-3\n',
  });
  expect(observeLinux(host, observeHierarchies(host))).toMatchObject({ online: 4, affinity: '0-3' });
});

test('quotas are rounded from the exact fraction', () => {
  const group = { version: 2, cgroup: '/', directory: '/g' } as const;
  const of = (text: string) => observeQuotas(memoryHost({ '/g/cpu.max': text }), [group]).quotas[0];
  expect(of('199999 100000')).toMatchObject({ ceil: 2, floor: 1 });
  expect(of('200000 100000')).toMatchObject({ ceil: 2, floor: 2 });
  expect(of('200001 100000')).toMatchObject({ ceil: 3, floor: 2 });
  expect(of('')).toBeUndefined();
  const one = { ...group, version: 1 } as const;
  const unlimited = memoryHost({ '/g/cpu.cfs_quota_us': '-1000\n', '/g/cpu.cfs_period_us': '100000' });
  expect(observeQuotas(unlimited, [one])).toEqual({ quotas: [], warnings: [] });
});

describe('the CPUs online', () => {
  const cpuinfo = (text: string): number[] | null => {
    const cpus = readOnline(memoryHost({ '/proc/cpuinfo': text }), []);
    return cpus && [...cpus];
  };

  test('by /proc/cpuinfo, where there is no list', () => {
    expect(cpuinfo('processor\t: 0\nmodel\nprocessor : 12\n')).toEqual([0, 12]);
    expect(cpuinfo('processor\t: 0x\n processor: 5\n')).toBeNull();
  });

  const said = (online: string, type: string | null): string[] => {
    const warnings: string[] = [];
    const point = '/sys/devices/system/cpu/online';
    const mounts = type === null ? [] : [{ type, point, root: '/', superOptions: '' }];
    believed(parseCpuList(online), parseCpuList('0-3'), mounts, warnings);
    return warnings;
  };

  test('what cannot be believed is told with why', () => {
    const told =
      "/sys/devices/system/cpu/online says 0-1, the kernel allows 0-3: a mount of fuse.lxcfs at /sys/devices/system/cpu/online hides the kernel's, and the kernel's list counts";
    expect(said('0-1', 'fuse.lxcfs')).toEqual([told]);
    expect(said('2-5', null)).toEqual([
      "/sys/devices/system/cpu/online says 2-5, the kernel allows 0-3: they contradict each other, and the kernel's list counts",
    ]);
    expect(said('0-3', 'fuse.lxcfs')).toEqual([]);
  });
});

test('the platform’s own CPUs', async () => {
  const found = await observePlatformCpus();
  expect(found).toEqual(await observePlatformCpus(() => cpu()));
  expect(found.logical).toBe(os.cpus().length);
  for (const cores of [found.physical, found.performance])
    expect(cores === null || (Number.isInteger(cores) && cores > 0)).toBe(true);
  if (found.model !== null) expect(found.model).toMatch(/^\S.*\S$/);
});

describe('the platform’s own CPUs, by what systeminformation says', () => {
  const logical = os.cpus().length;
  test.each([
    [
      { physicalCores: 10, performanceCores: 8, manufacturer: 'Apple', brand: 'M1 Max' },
      { physical: 10, performance: 8, model: 'Apple M1 Max' },
    ],
    [
      { physicalCores: 4, performanceCores: 0, manufacturer: '', brand: 'Core i5' },
      { physical: 4, performance: null, model: 'Core i5' },
    ],
    [
      { physicalCores: 0, performanceCores: 0, manufacturer: '', brand: '' },
      { physical: null, performance: null, model: null },
    ],
  ])('%j', async (said, wanted) => {
    expect(await observePlatformCpus(async () => said)).toEqual({ logical, ...wanted });
  });

  test('where it fails, what Node says', async () => {
    const fails = () => Promise.reject(new Error('no wmic'));
    const model = os.cpus()[0]?.model ?? null;
    expect(await observePlatformCpus(fails)).toEqual({ logical, physical: null, performance: null, model });
  });
});

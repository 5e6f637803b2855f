import os from 'node:os';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCpuList } from '../../src/cpus/cpu-list.ts';
import { observeCpuset } from '../../src/cpus/cpuset.ts';
import { effectiveCpus } from '../../src/cpus/effective.ts';
import { observeHierarchies } from '../../src/cpus/hierarchy.ts';
import { lenskitCount, obeysCpuCount } from '../../src/cpus/lenskit-count.ts';
import { observeCpus, observeLinux } from '../../src/cpus/observe.ts';
import { machine, quota } from '../machine.ts';
import { DENIED, memoryHost } from '../memory-host.ts';

const BASE = {
  '/proc/self/status': 'Name:\tx\nCpus_allowed_list:\t0-3\n',
  '/sys/devices/system/cpu/online': '0-3\n',
};

function observed(files: { [file: string]: string }) {
  const host = memoryHost(files);
  return observeLinux(host, observeHierarchies(host));
}

describe('the effective CPUs', () => {
  const set = fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 8 });
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

  test('are those that affinity, cpuset and every quota leave', () => {
    fc.assert(
      fc.property(
        maybe(set),
        maybe(set),
        fc.array(fc.integer({ min: 1, max: 130 }), { maxLength: 3 }),
        (a, c, tenths) => {
          const facts = machine({
            affinity: a && formatCpuList(new Set(a)),
            online: 13,
            cpuset: c && { cpus: formatCpuList(new Set(c)), file: '/cpuset.cpus' },
            quotas: tenths.map((tenth) => quota(tenth * 10_000)),
          }).cpus;
          const both = a && c ? a.filter((cpu) => c.includes(cpu)) : (a ?? c);
          const usable = both?.length || a?.length || 13;
          const least = Math.min(Number.POSITIVE_INFINITY, ...tenths) / 10;
          const found = effectiveCpus(facts);
          expect(found).toMatchObject({
            online: 13,
            affinity: a?.length ?? null,
            cpuset: c?.length ?? null,
            effective: Math.max(1, Math.min(usable, Math.ceil(least))),
            floor: Math.max(1, Math.min(usable, Math.floor(least))),
            exact: Math.min(usable, least),
          });
          const cause = a === null || (c !== null && c.length <= a.length) ? 'cpuset' : 'affinity';
          expect(found.limitedBy).toBe(least < usable ? 'quota' : usable >= 13 ? 'none' : cause);
        },
      ),
    );
  });

  test('where nothing is known, one', () => {
    const facts = machine({ affinity: null }).cpus;
    expect(effectiveCpus({ ...facts, online: null })).toEqual({
      online: null,
      affinity: null,
      cpuset: null,
      quota: null,
      isolated: 0,
      effective: 1,
      floor: 1,
      exact: 1,
      limitedBy: 'none',
    });
  });
});

describe("LensKit's own count", () => {
  const cpus = effectiveCpus(machine({ affinity: '0-1', online: 8 }).cpus);
  const count = (cpuCount: string | undefined, version: readonly [number, number] | null = [3, 13]) =>
    lenskitCount(cpus, { version, cpuCount });

  test.each([
    [[3, 13], true],
    [[3, 14], true],
    [[4, 0], true],
    [[3, 12], false],
    [[2, 14], false],
    [null, false],
  ] as const)('Python %j reads PYTHON_CPU_COUNT: %p', (version, obeys) => {
    expect(obeysCpuCount(version)).toBe(obeys);
    expect(count('5', version)).toEqual(
      obeys ? { count: 5, why: 'PYTHON_CPU_COUNT=5' } : { count: 2, why: 'it reads affinity, not quotas' },
    );
  });

  test.each([
    ['5', 5],
    [' +005 ', 5],
    ['10', 10],
    ['123456789', 123_456_789],
  ])('%j counts', (text, wanted) => {
    expect(count(text)).toEqual({ count: wanted, why: `PYTHON_CPU_COUNT=${text.trim()}` });
  });

  test.each([undefined, '', '0', '-5', 'default', '5x', 'x5', '5 5', '++5', '1234567890'])('%j does not', (text) => {
    expect(count(text)).toEqual({ count: 2, why: 'it reads affinity, not quotas' });
  });

  test('without affinity all CPUs, and one where they are not known either', () => {
    const unknown = { ...cpus, affinity: null };
    const python = { version: null, cpuCount: undefined };
    expect(lenskitCount(unknown, python)).toEqual({ count: 8, why: 'it counts all CPUs' });
    expect(lenskitCount({ ...unknown, online: null }, python).count).toBe(1);
  });
});

describe('the cpuset', () => {
  const groups = ['own', 'parent'].map((name) => ({
    version: 2 as const,
    cgroup: `/${name}`,
    directory: `/cg/${name}`,
  }));
  const cpuset = (files: { [file: string]: string }) => observeCpuset(memoryHost(files), groups);

  test('is that of the nearest group that has one; what is effective before what was asked for', () => {
    const names = ['cpuset.cpus.effective', 'cpuset.effective_cpus', 'cpuset.cpus'];
    const places = ['own', 'parent'].flatMap((group) => names.map((name) => `/cg/${group}/${name}`));
    const text = fc.constantFrom(null, '\n', '1', '2-3');
    fc.assert(
      fc.property(fc.tuple(text, text, text, text, text, text), (texts) => {
        const files: { [file: string]: string } = {};
        for (const [index, place] of places.entries()) {
          const content = texts[index];
          if (typeof content === 'string') files[place] = content;
        }
        const first = places.find((place) => /\d/.test(files[place] ?? ''));
        const { cpuset: found, warnings } = cpuset(files);
        expect(warnings).toEqual([]);
        expect(found && { file: found.file, cpus: formatCpuList(found.cpus) }).toEqual(
          first === undefined ? null : { file: first, cpus: files[first] },
        );
      }),
    );
  });

  test('what makes no sense or may not be read is warned of and passed over', () => {
    const found = cpuset({
      '/cg/own/cpuset.cpus.effective': DENIED,
      '/cg/own/cpuset.cpus': `x${'y'.repeat(50)}`,
      '/cg/parent/cpuset.cpus': '7',
    });
    expect(found.cpuset).toEqual({ cpus: new Set([7]), file: '/cg/parent/cpuset.cpus' });
    expect(found.warnings).toEqual([
      '/cg/own/cpuset.cpus.effective: permission denied',
      `/cg/own/cpuset.cpus: no CPU list in "x${'y'.repeat(39)}"`,
    ]);
  });
});

describe('a Linux machine', () => {
  test('all of its facts', () => {
    const cgroup = (name: string) => `/sys/fs/cgroup/${name}`;
    const facts = observed({
      ...BASE,
      '/proc/self/cgroup': '0::/a/b\n',
      '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      [cgroup('a/cpu.max')]: '150000 100000',
      [cgroup('a/cpu.stat')]: 'nr_periods 10\nnr_throttled 2\n',
      [cgroup('a/b/cpu.max')]: 'max',
      [cgroup('a/b/cpu.stat')]: 'nr_periods 10\nnr_throttled 9\n',
      [cgroup('a/b/cpuset.cpus.effective')]: '0,2\n',
      [cgroup('a/b/pids.max')]: '99\n',
    });
    expect(facts).toMatchObject({
      platform: 'linux',
      online: 4,
      affinity: '0-3',
      cpuset: { cpus: '0,2', file: cgroup('a/b/cpuset.cpus.effective') },
      quotas: [{ cpus: 1.5, cgroup: '/a' }],
      cgroup: 2,
      // Only a group with a quota is stopped by it.
      throttling: { cgroup: '/a', throttled: 2 },
      threadLimits: [{ most: 99, name: 'pids.max' }],
      physicalCores: null,
      performanceCores: null,
      model: null,
      warnings: [],
    });
  });

  test('without a list of what is online the processors of /proc/cpuinfo', () => {
    const files = { '/proc/self/status': 'Cpus_allowed_list:\t0-1\n' };
    const cpuinfo = 'processor\t: 0\nmodel: x\nprocessor : 1\n\nprocessor:5\nprocessor : x\nmy processor : 7\n';
    expect(observed({ ...files, '/proc/cpuinfo': cpuinfo })).toMatchObject({
      online: 3,
      affinity: '0-1',
      warnings: [],
    });
    expect(observed({ ...files, '/proc/cpuinfo': 'processor : 123456\n' }).online).toBeNull();
    expect(observed(files)).toMatchObject({
      online: null,
      affinity: '0-1',
      warnings: ['the number of CPUs is not known: neither /sys/devices/system/cpu/online nor /proc/cpuinfo tells'],
    });
  });

  test.each([
    ['x', '/sys/devices/system/cpu/online: no CPU list in "x"'],
    ['\n', '/sys/devices/system/cpu/online: no CPU list in "\\n"'],
    ['y'.repeat(41), `/sys/devices/system/cpu/online: no CPU list in "${'y'.repeat(40)}"`],
    [DENIED, '/sys/devices/system/cpu/online: permission denied'],
  ])('a list of what is online that does not serve is warned of: %j', (text, warning) => {
    const files = {
      ...BASE,
      '/sys/devices/system/cpu/online': text,
      '/proc/cpuinfo': 'processor : 0\nprocessor : 1\n',
    };
    const facts = observed({ ...files, '/proc/self/status': 'Cpus_allowed_list:\t0\n' });
    expect(facts).toMatchObject({ online: 2, affinity: '0', warnings: [warning] });
  });

  test.each([
    ['not there', null, '/proc/self/status: not there'],
    ['without the list', 'Name:\tx\n', '/proc/self/status: no Cpus_allowed_list'],
    ['an empty list', 'Cpus_allowed_list:\t\n', '/proc/self/status: no Cpus_allowed_list'],
    ['no list', 'Cpus_allowed_list:\tx\n', '/proc/self/status: no Cpus_allowed_list'],
    ['a longer name', 'XCpus_allowed_list:\t0\n', '/proc/self/status: no Cpus_allowed_list'],
  ])('the affinity is not known: %s', (_, text, warning) => {
    const files: { [file: string]: string } = { '/sys/devices/system/cpu/online': '0-3' };
    if (text !== null) files['/proc/self/status'] = text;
    const why = 'it is another machine, which cannot be asked: the affinity is not known';
    expect(observed(files)).toMatchObject({ online: 4, affinity: null, warnings: [`${warning}, and ${why}`] });
  });

  test('warnings of every part, each once', () => {
    const { warnings } = observed({
      ...BASE,
      '/proc/self/cgroup': '0::/\nnonsense\n',
      '/proc/self/mountinfo': '30 23 0:26 / /cg rw - cgroup2 cgroup2 rw\n',
      '/cg/cpu.max': 'x',
      '/cg/cpuset.cpus': 'y',
    });
    expect(warnings).toEqual([
      '/proc/self/cgroup: not understood: "nonsense"',
      '/cg/cpuset.cpus: no CPU list in "y"',
      '/cg/cpu.max: no quota in "x"',
    ]);
  });
});

test.each([
  ['win32', 'affinity and job limits cannot be read on Windows: all CPUs are assumed'],
  ['darwin', 'there is no affinity and no quota to read on darwin: all CPUs are assumed'],
])('elsewhere (%s) all CPUs count, with a warning', async (platform, warning) => {
  const host = { ...memoryHost(BASE), platform };
  expect(await observeCpus(host, observeHierarchies(host))).toMatchObject({
    platform,
    online: os.cpus().length,
    affinity: null,
    cpuset: null,
    quotas: [],
    cgroup: null,
    throttling: null,
    threadLimits: [],
    warnings: [warning],
  });
});

test('on Linux the same with or without waiting', async () => {
  const host = memoryHost(BASE);
  expect(await observeCpus(host, observeHierarchies(host))).toEqual(observed(BASE));
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Hierarchies, observeHierarchies } from '../../src/cpus/hierarchy.ts';
import { DENIED, memoryHost } from '../memory-host.ts';

interface At {
  version: 1 | 2;
  root: string;
  point: string;
  controllers?: string;
  /** Another than that of cgroups. */
  type?: string;
}

const line = ({ version, root, point, controllers = 'rw', type }: At): string =>
  `30 23 0:26 ${root} ${point} rw - ${type ?? (version === 2 ? 'cgroup2' : 'cgroup')} none ${controllers}`;

/** The hierarchies of a process with these lines of `/proc/self/cgroup` and these mounts; null: not to be read. */
function observed(cgroup: string, mounts: At[] | null, files: { [file: string]: string } = {}): Hierarchies {
  return observeHierarchies(
    memoryHost({
      ...files,
      '/proc/self/cgroup': cgroup,
      ...(mounts === null ? {} : { '/proc/self/mountinfo': mounts.map(line).join('\n') }),
    }),
  );
}

const directories = (found: Hierarchies, controller = 'cpu'): string[] =>
  found.groups(controller).map(({ directory }) => directory);

const names = (maxLength: number) => fc.array(fc.constantFrom('a', 'b', 'a-x', 'job.slice'), { maxLength });
const joined = (parts: readonly string[]): string => parts.map((part) => `/${part}`).join('');

describe('the groups of a process', () => {
  test.each([1, 2] as const)('from its own up to the root of the mount, v%d', (version) => {
    fc.assert(
      fc.property(names(4), names(4), fc.constantFrom('', '/sys/fs/cgroup'), (above, below, point) => {
        const id = version === 2 ? '0:' : '4:cpuacct,cpu';
        const mount = { version, root: joined(above) || '/', point: point || '/', controllers: 'rw,cpuacct,cpu' };
        const found = observed(`${id}:${joined([...above, ...below]) || '/'}\n`, [mount]);
        const wanted = Array.from({ length: below.length + 1 }, (_, up) => below.slice(0, below.length - up));
        expect(found.groups('cpu')).toEqual(
          wanted.map((part) => ({
            version,
            cgroup: joined([...above, ...part]) || '/',
            directory: `${point}${joined(part)}` || '/',
          })),
        );
        expect(found.warnings).toEqual([]);
      }),
    );
  });

  test('by the mount that shows its path most closely, in whatever order the mounts are listed', () => {
    const depths = fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(depths, (roots) => {
        const path = ['a', 'b', 'c', 'd'];
        const mounts = roots.map((depth) => ({
          version: 2 as const,
          root: joined(path.slice(0, depth)) || '/',
          point: `/mnt/m${depth}`,
        }));
        const closest = Math.max(...roots);
        expect(directories(observed(`0::${joined(path)}`, mounts))[0]).toBe(
          `/mnt/m${closest}${joined(path.slice(closest))}`,
        );
      }),
    );
  });

  test('a group whose name begins alike is no parent', () => {
    const mounts = [
      { version: 2 as const, root: '/docker/01', point: '/near' },
      { version: 2 as const, root: '/', point: '/all' },
    ];
    expect(directories(observed('0::/docker/01-x', mounts))[0]).toBe('/all/docker/01-x');
    expect(directories(observed('0::/docker/01/x', mounts))[0]).toBe('/near/x');
    expect(directories(observed('0::/docker/01', mounts))).toEqual(['/near']);
  });

  test('where no mount covers its path, the root of one that is there', () => {
    expect(directories(observed('0::/elsewhere', [{ version: 2, root: '/docker/01', point: '/cg' }]))).toEqual(['/cg']);
  });

  test('only those that have the controller, of the version in which the process is', () => {
    const mounts = [
      { version: 1 as const, root: '/', point: '/memory', controllers: 'rw,memory' },
      { version: 1 as const, root: '/', point: '/cpu', controllers: 'rw,cpu' },
      { version: 2 as const, root: '/', point: '/unified' },
    ];
    const found = observed('3:memory:/m\n2:cpu:/c\n', mounts);
    expect(directories(found, 'cpu')).toEqual(['/cpu/c', '/cpu']);
    expect(directories(found, 'memory')).toEqual(['/memory/m', '/memory']);
    expect(directories(found, 'pids')).toEqual([]);
    expect(directories(observed('2:cpu:/c', [mounts[0] as At]))).toEqual([]);
    expect(directories(observed('0::/c', [mounts[1] as At]))).toEqual([]);
    expect(directories(observed('2:cpu:/c', [mounts[2] as At]))).toEqual([]);
    expect(directories(observed('0::/c\n2:cpu:/d', mounts))).toEqual(['/cpu/d', '/cpu']);
  });

  test('a mount on top of another hides it', () => {
    const lower = { version: 2 as const, root: '/', point: '/cg' };
    expect(directories(observed('0::/a/b', [lower, { ...lower, root: '/a' }]))).toEqual(['/cg/b', '/cg']);
  });
});

describe('how much of a hierarchy can be seen', () => {
  const cg: At = { version: 2, root: '/', point: '/cg' };
  const v1: At = { ...cg, version: 1, controllers: 'rw,cpu' };
  const inside: At = { ...cg, root: '/a' };
  test.each([
    ['a root has no type', '0::/a', cg, ['cgroup.procs'], 'whole'],
    ['the root of a namespace has one', '0::/a', cg, ['cgroup.type'], 'parents-hidden'],
    ['a mount from below the root', '0::/a/b', inside, ['cgroup.procs'], 'parents-hidden'],
    ['an empty mount', '0::/a', cg, [], 'none'],
    ['v1: its root has a release agent', '2:cpu:/a', v1, ['cgroup.procs', 'release_agent'], 'whole'],
    ['v1: the root of a namespace has none', '2:cpu:/a', v1, ['cgroup.procs'], 'parents-hidden'],
    ['v1: a file system that only looks like one', '2:cpu:/a', v1, ['cpu.cfs_quota_us'], 'whole'],
    ['v1: a mount from below the root', '2:cpu:/a', { ...v1, root: '/a' }, ['release_agent'], 'parents-hidden'],
    ['beside the namespace', '0::/../b', cg, ['cgroup.procs'], 'none'],
    ['not joined', '3:pids:/a', cg, ['cgroup.procs'], 'none'],
  ] as const)('%s', (_, cgroup, mount, names, view) => {
    const files = Object.fromEntries(names.map((name) => [`/cg/${name}`, '']));
    expect(observed(cgroup, [mount], files).view('cpu')).toBe(view);
  });

  test('of a hybrid the hierarchy that has the controller, wherever the other can be seen', () => {
    const files = { '/cg/cgroup.procs': '', '/v1/cgroup.procs': '', '/v1/release_agent': '' };
    const view = (point: string) => observed('0::/a\n2:cpu:/a', [cg, { ...v1, point }], files).view('cpu');
    expect([view('/v1'), view('/empty')]).toEqual(['whole', 'none']);
    expect(observed('0::/a\n2:cpu:/a', [cg], files).view('cpu')).toBe('none');
  });

  test('a hierarchy of which a group is named and no mount is there is said', () => {
    const warned = (memberships: string, mounts: At[]) =>
      observed(memberships, mounts).warnings.filter((one) => /no mount shows it/.test(one));
    expect(warned('0::/\n2:cpu:/a\n3:pids:/\n4:devices:/d', [cg])).toEqual([
      '/proc/self/cgroup names "/a" for cpu, and no mount shows it: its limits are not known',
    ]);
    expect(warned('0::/\n2:cpu:/a', [cg, v1])).toEqual([]);
    expect(warned('0::/\n2:cpu:/a', [])).toEqual([]);
  });

  test.each<[string, Partial<At>, string[], string]>([
    ['a folder on the group', { point: '/cg/a/b' }, ['/cg/a', '/cg'], 'parents-hidden'],
    ['a folder above it', { point: '/cg/a' }, ['/cg'], 'parents-hidden'],
    ['a file in it', { point: '/cg/a/b/cpu.max' }, ['/cg/a', '/cg'], 'parents-hidden'],
    ['a file in a parent', { point: '/cg/a/cpu.max' }, ['/cg/a/b', '/cg'], 'parents-hidden'],
    ['another group', { point: '/cg/a/b2' }, ['/cg/a/b', '/cg/a', '/cg'], 'whole'],
    ['a group of cgroups', { point: '/cg/a', type: 'cgroup2' }, ['/cg/a/b', '/cg/a', '/cg'], 'whole'],
    ['beside the hierarchy', { point: '/cg2' }, ['/cg/a/b', '/cg/a', '/cg'], 'whole'],
  ])('what is mounted over it is not the kernel’s: %s', (_, mount, wanted, view) => {
    const over = { version: 2 as const, root: '/', point: '', type: 'tmpfs', ...mount };
    const found = observed('0::/a/b', [cg, over], { '/cg/cgroup.procs': '' });
    expect([directories(found), found.view('cpu')]).toEqual([wanted, view]);
  });
});

describe('in a cgroup namespace', () => {
  const above: At = { version: 2, root: '/..', point: '/cg' };
  const processes = (own: string[]) => ({
    '/proc/self/stat': '42 (node) S',
    ...Object.fromEntries(own.map((g) => [`/cg${g}/cgroup.procs`, '7\n42\n'])),
  });

  test('a path beside its root lies beside it in a mount from above', () => {
    expect(directories(observed('0::/../b/c', [above]))).toEqual(['/cg/b/c', '/cg/b', '/cg']);
    expect(directories(observed('0::/../../b', [above]))).toEqual([]);
    expect(directories(observed('0::/../b', [{ ...above, root: '/' }]))).toEqual([]);
  });

  test('in a mount from further above the group is the one that names this process', () => {
    const others = { '/cg/x/cgroup.procs': '421\n', '/cg/y/z/cgroup.procs': '4\n', '/cg/file': '' };
    expect(directories(observed('0::/', [above], { ...others, ...processes(['/own']) }))).toEqual(['/cg/own', '/cg']);
    expect(directories(observed('0::/t', [above], { ...others, ...processes(['/own/t']) }))).toEqual([
      '/cg/own/t',
      '/cg/own',
      '/cg',
    ]);
    const two = { ...above, root: '/../..' };
    expect(directories(observed('0::/', [two], { ...others, ...processes(['/p/own']) }))).toEqual([
      '/cg/p/own',
      '/cg/p',
      '/cg',
    ]);
    expect(directories(observed('0::/../t', [two], { ...others, ...processes(['/own/t']) }))[0]).toBe('/cg/own/t');
    expect(observed('0::/', [above], processes(['/own'])).view('cpu')).toBe('parents-hidden');
  });

  test('a mount that the process is outside of is passed over for one that shows it', () => {
    const inside: At = { version: 2, root: '/', point: '/inside' };
    const outside: At = { version: 2, root: '/../..', point: '/cg' };
    const files = processes(['/p/own', '/own/t']);
    for (const mounts of [
      [inside, outside],
      [outside, inside],
    ]) {
      expect(directories(observed('0::/../t', mounts, files))).toEqual(['/cg/own/t', '/cg/own', '/cg']);
      expect(directories(observed('0::/', mounts, files))).toEqual(['/inside']);
    }
  });

  test('where none names it, the root of the mount is left', () => {
    expect(directories(observed('0::/', [above], { '/cg/x/cgroup.procs': '42' }))).toEqual(['/cg']);
    expect(directories(observed('0::/', [above], { ...processes([]), '/cg/x/cgroup.procs': '421' }))).toEqual(['/cg']);
    expect(directories(observed('0::/', [{ ...above, root: '/../x' }], processes(['/own'])))).toEqual(['/cg']);
  });

  test('not among more groups than are worth reading', () => {
    const many = (count: number) => {
      const others = Array.from({ length: count - 1 }, (_, index) => [`/cg/g${index}/x`, '']);
      return { ...Object.fromEntries(others), ...processes(['/h']) };
    };
    expect(directories(observed('0::/', [above], many(512)))).toEqual(['/cg/h', '/cg']);
    expect(directories(observed('0::/', [{ ...above, root: '/../..' }], many(8)))).toEqual(['/cg']);
  });
});

describe('without a list of mounts the usual places', () => {
  test.each([
    ['/sys/fs/cgroup', 'cgroup.procs'],
    ['/sys/fs/cgroup', 'cgroup.controllers'],
    ['/sys/fs/cgroup', 'cpu.max'],
    ['/sys/fs/cgroup/unified', 'cgroup.procs'],
  ])('v2: %s, known by %s', (point, file) => {
    const found = observed('0::/a', null, { [`${point}/${file}`]: '' });
    expect(directories(found)).toEqual([`${point}/a`, point]);
    expect(found.version).toBe(2);
  });

  test.each(['cpu', 'cpu,cpuacct'])('v1: /sys/fs/cgroup/%s', (name) => {
    const found = observed('2:cpu,cpuacct:/a', null, { [`/sys/fs/cgroup/${name}/a/x`]: '' });
    expect(directories(found)).toEqual([`/sys/fs/cgroup/${name}/a`, `/sys/fs/cgroup/${name}`]);
    expect(found.groups('cpu')[0]?.version).toBe(1);
  });

  test('a mount there is taken for the whole hierarchy, of which a process beside the namespace sees nothing', () => {
    const files = { '/sys/fs/cgroup/cgroup.procs': '' };
    expect(observed('0::/a', null, files).view('cpu')).toBe('whole');
    expect(observed('0::/../a', null, files).view('cpu')).toBe('none');
  });

  test('nothing there, no groups', () => {
    expect(directories(observed('0::/a\n', null, { '/sys/fs/cgroup/other': '' }))).toEqual([]);
    expect(directories(observed('2:cpu:/a\n', null))).toEqual([]);
  });
});

test.each([
  ['both', '0::/a\n2:cpu:/a\n', ['2', '1cpu'], 'hybrid'],
  ['v2', '0::/a\n', ['2', '1cpu'], 2],
  ['v1', '2:cpu:/a\n', ['2', '1cpu'], 1],
  ['joined, not mounted', '0::/a\n2:cpu:/a\n', ['1cpu'], 1],
  ['of another controller', '0::/a\n2:cpu:/a\n', ['2', '1pids'], 2],
  ['one of several controllers', '2:cpu,pids:/a\n', ['1pids'], 1],
  ['none mounted', '0::/a\n', [], null],
  ['none joined', '', ['2'], null],
] as const)('the version is what is both joined and mounted: %s', (_, cgroup, mounts, version) => {
  const at = mounts.map((mount) => ({
    version: Number(mount[0]) as 1 | 2,
    root: '/',
    point: `/${mount}`,
    controllers: `rw,${mount.slice(1)}`,
  }));
  expect(observed(cgroup, at).version).toBe(version);
});

describe('warnings', () => {
  test('none where the files are not there', () => {
    expect(observeHierarchies(memoryHost({}))).toMatchObject({ version: null, warnings: [], mounts: [] });
  });

  test('files that may not be read', () => {
    const files = { '/proc/self/cgroup': DENIED, '/proc/self/mountinfo': DENIED };
    expect(observeHierarchies(memoryHost(files)).warnings).toEqual([
      '/proc/self/cgroup: permission denied',
      '/proc/self/mountinfo: permission denied',
    ]);
  });

  test('the first three lines that make no sense, cut after 60 characters', () => {
    const long = 'y'.repeat(61);
    const text = ['one', 'z'.repeat(60), long, 'four'].join('\n');
    const said = `not understood: "one", "${'z'.repeat(60)}", "${'y'.repeat(60)}…"`;
    expect(
      observeHierarchies(memoryHost({ '/proc/self/cgroup': text, '/proc/self/mountinfo': text })).warnings,
    ).toEqual([`/proc/self/cgroup: ${said}`, `/proc/self/mountinfo: ${said}`]);
  });

  test.each([
    ['/proc/self/cgroup', '1:cpu:x'],
    ['/proc/self/cgroup', '1::/a'],
    ['/proc/self/cgroup', 'x:cpu:/a'],
    ['/proc/self/cgroup', '1x:cpu:/a'],
    ['/proc/self/mountinfo', '30 23 0:26 / /cg rw cgroup2 cgroup2 rw'],
    ['/proc/self/mountinfo', '30 23 0:26 x /cg rw - cgroup2 cgroup2 rw'],
    ['/proc/self/mountinfo', '30 23 0:26 / cg rw - cgroup2 cgroup2 rw'],
    ['/proc/self/mountinfo', '30 23 0:26 / /cg rw -'],
  ])('%s: %s', (file, text) => {
    expect(observeHierarchies(memoryHost({ [file]: `${text}\n \n` })).warnings).toEqual([
      `${file}: not understood: ${JSON.stringify(text)}`,
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { observeMemory } from '../../src/machine/memory.ts';
import { memoryHost } from '../memory-host.ts';

const groups = (version: 1 | 2, depth: number) =>
  Array.from({ length: depth }, (_, index) => ({ version, cgroup: `/g${index}`, directory: `/cg/g${index}` }));
const observed = (files: { [file: string]: string }, version: 1 | 2 = 2, depth = 1) =>
  observeMemory(memoryHost(files), groups(version, depth));

describe.each([
  [1, 'memory.limit_in_bytes', 'memory.usage_in_bytes', '9223372036854771712'],
  [2, 'memory.max', 'memory.current', 'max'],
] as const)('v%d', (version, max, current, unlimited) => {
  test('the tightest limit of all levels counts, of equal ones the nearest to the process, with what it uses', () => {
    const level = fc.option(fc.record({ bytes: fc.nat(6), used: fc.option(fc.nat(6), { nil: null }) }), { nil: null });
    fc.assert(
      fc.property(fc.array(level, { maxLength: 7 }), (levels) => {
        const files: { [file: string]: string } = {};
        for (const [index, one] of levels.entries()) {
          files[`/cg/g${index}/${max}`] = `${one ? one.bytes : unlimited}\n`;
          if (one?.used != null) files[`/cg/g${index}/${current}`] = `${one.used}\n`;
        }
        const least = Math.min(...levels.map((one) => one?.bytes ?? Number.POSITIVE_INFINITY));
        const at = levels.findIndex((one) => one?.bytes === least);
        expect(observed(files, version, levels.length).limit).toEqual(
          at < 0 ? null : { bytes: least, used: levels[at]?.used, file: `/cg/g${at}/${max}` },
        );
      }),
    );
  });

  test('2⁶² and more is no limit', () => {
    expect(observed({ [`/cg/g0/${max}`]: String(2n ** 62n) }, version).limit).toBeNull();
    expect(observed({ [`/cg/g0/${max}`]: String(2n ** 61n) }, version).limit).toMatchObject({ bytes: 2 ** 61 });
  });

  test.each(['x1', '1x', '', '1 2', '123456789012345678901'])('%j is no limit', (text) => {
    expect(observed({ [`/cg/g0/${max}`]: text }, version).limit).toBeNull();
  });
});

test.each([
  ['v2', 'memory.max', 'memory.current', 'anon 5\ninactive_file 300\nactive_file 100\ninactive_anon 7\n', 600],
  [
    'v1',
    'memory.limit_in_bytes',
    'memory.usage_in_bytes',
    'inactive_file 1\ntotal_inactive_file 400\ntotal_active_file 50\n',
    550,
  ],
  ['more in the cache than is counted', 'memory.max', 'memory.current', 'inactive_file 2000\n', 0],
  ['nothing of it', 'memory.max', 'memory.current', 'anon 5\n', 1000],
])('what is cached of files is not used: %s', (_, max, current, stat, used) => {
  const version = max === 'memory.max' ? 2 : 1;
  const host = memoryHost({ [`/cg/${max}`]: '5000\n', [`/cg/${current}`]: '1000\n', '/cg/memory.stat': stat });
  expect(observeMemory(host, [{ version, cgroup: '/', directory: '/cg' }]).limit?.used).toBe(used);
});

describe('/dev/shm', () => {
  const meminfo = { '/proc/meminfo': 'MemFree: 1 kB\nMemTotal:  1000 kB\nMemAvailable:   10 kB\n' };
  const shm = (line: string, files: { [file: string]: string } = meminfo) =>
    observed({ ...files, '/proc/self/mounts': `proc /proc proc rw 0 0\n${line}\n` }).shm;

  test.each([
    ['size=7', 7, 'size=7'],
    ['size=7k', 7 * 1024, 'size=7k'],
    ['rw,size=7M', 7 * 1024 ** 2, 'size=7M'],
    ['size=7g,inode64', 7 * 1024 ** 3, 'size=7g'],
    ['size=25%', 256_000, 'size=25%'],
    ['rw,size=0k', 1_024_000, 'size=0k, no limit'],
    ['rw', 512_000, 'half of the memory, the default'],
    ['maxsize=7', 512_000, 'half of the memory, the default'],
    ['size=7q', 512_000, 'half of the memory, the default'],
  ])('%s', (options, bytes, source) => {
    expect(shm(`shm /dev/shm tmpfs ${options} 0 0`)).toEqual({ bytes, source });
  });

  test('read-only, absent, a folder of its own, and hidden under another /dev', () => {
    expect(shm('shm /dev/shm tmpfs size=7,ro 0 0')).toMatchObject({ unusable: 'read-only' });
    expect(shm('shm /dev/shm tmpfs ro,size=7 0 0')).toEqual({ bytes: 7, source: 'size=7', unusable: 'read-only' });
    expect(shm('shm /dev/shm tmpfs relatime,errors=remount-ro,size=7 0 0')).toEqual({ bytes: 7, source: 'size=7' });
    expect(shm('x / ext4 rw 0 0', { '/dev/null': '' })).toEqual({ bytes: 0, source: 'not there', unusable: 'absent' });
    expect(shm('x / ext4 rw 0 0', { '/dev/shm/x': '' })).toBeNull();
    const hidden = 'shm /dev/shm tmpfs size=7 0 0\nnone /dev tmpfs rw 0 0';
    expect(shm(hidden, { '/dev/null': '' })).toMatchObject({ unusable: 'absent' });
  });

  test('what is free is said where the machine says it', () => {
    const space = (line: string, files: { [file: string]: string } = meminfo) => {
      const host = memoryHost({ ...files, '/proc/self/mounts': `${line}\n` });
      const asked = (path: string) => (path === '/dev/shm' ? { bytes: 900, free: 300 } : null);
      return observeMemory({ ...host, space: asked }, []).shm;
    };
    expect(space('shm /dev/shm tmpfs size=7k 0 0')).toEqual({ bytes: 7 * 1024, source: 'size=7k', free: 300 });
    expect(space('shm /dev/shm tmpfs rw 0 0')).toMatchObject({ bytes: 512_000, free: 300 });
    // A file system without a limit says of its space nothing that is true.
    expect(space('shm /dev/shm tmpfs size=0 0 0')).toMatchObject({ bytes: 1_024_000, free: 1_024_000 });
    const folder = { bytes: 900, free: 300, source: 'no tmpfs of its own' };
    expect(space('x / ext4 rw 0 0', { '/dev/shm/x': '' })).toEqual(folder);
    expect(space('x / ext4 rw 0 0', { '/x': '' })).toEqual(folder);
  });

  test('a share of memory that is not known is not known', () => {
    expect(shm('shm /dev/shm tmpfs size=25% 0 0', {})).toBeNull();
    expect(shm('shm /dev/shm tmpfs rw 0 0', {})).toBeNull();
    expect(shm('shm /dev/shm tmpfs size=0 0 0', {})).toBeNull();
    expect(shm('shm /dev/shm tmpfs size=25 0 0', {})).toMatchObject({ bytes: 25 });
  });

  test.each(['shm /dev/shmx tmpfs size=7 0 0', 'shm /dev/shm ext4 size=7 0 0', 'x shm /dev/shm tmpfs size=7 0 0'])(
    'not: %s',
    (line) => {
      expect(shm(line)).toBeNull();
    },
  );
});

test.each([
  ['Max open files            1024       4096         files\n', 1024],
  ['Max open files            unlimited  unlimited    files\n', null],
  ['Max open filesx           1024       4096         files\n', null],
  ['Max open files            1024x      4096         files\n', null],
  ['No limit\nMax open files  7          4096         files\n', 7],
])('open files: %j', (text, most) => {
  expect(observed({ '/proc/self/limits': text }).openFiles).toBe(most);
});

test('memory in kilobytes, each by its own name', () => {
  const text = 'MemTotal:       16 kB\nMemFree:   3 kB\nMemAvailable:    5 kB\n';
  expect(observed({ '/proc/meminfo': text })).toMatchObject({ total: 16 * 1024, available: 5 * 1024 });
  expect(observed({ '/proc/meminfo': 'MemTotal: 16 MB\nMemAvailable: x kB\n' })).toMatchObject({
    total: null,
    available: null,
  });
});

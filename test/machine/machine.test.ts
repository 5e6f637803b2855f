import { describe, expect, test } from '@jest/globals';
import { observeHierarchies } from '../../src/cpus/hierarchy.ts';
import { FileSystemHost } from '../../src/host/filesystem.ts';
import { observeMachine } from '../../src/machine/observe.ts';
import { type FileTree, withTree } from '../file-tree.ts';

const observed = (files: FileTree, env: { [name: string]: string } = {}) =>
  withTree({ '/x': '', ...files }, (root) => {
    const host = new FileSystemHost({ root, platform: 'linux', env, cwd: '/', home: '', live: false });
    return observeMachine(host, observeHierarchies(host), '0-3');
  });

describe('memory', () => {
  const v2 = {
    '/proc/self/cgroup': '0::/a/b\n',
    '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    '/proc/meminfo': 'MemTotal:       16000000 kB\nMemAvailable:   12000000 kB\n',
  };

  test('the tightest limit of the hierarchy, v2', async () => {
    const { memory } = await observed({
      ...v2,
      '/sys/fs/cgroup/a/memory.max': '1000000000\n',
      '/sys/fs/cgroup/a/memory.current': '400000000\n',
      '/sys/fs/cgroup/a/b/memory.max': 'max\n',
    });
    expect(memory).toMatchObject({
      total: 16_384_000_000,
      available: 12_288_000_000,
      limit: { bytes: 1e9, used: 4e8, file: '/sys/fs/cgroup/a/memory.max' },
    });
  });

  test('v1 writes no limit as a very large one', async () => {
    const { memory } = await observed({
      '/proc/self/cgroup': '4:memory:/a\n',
      '/proc/self/mountinfo': '35 25 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n',
      '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '500000000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    });
    expect(memory.limit).toMatchObject({ bytes: 5e8 });
  });

  test.each([
    ['size=65536k', 64 * 1024 ** 2],
    ['rw,nosuid,size=2g,inode64', 2 * 1024 ** 3],
    ['rw,size=50%', 8_192_000_000],
    ['rw,nosuid', 8_192_000_000],
  ])('/dev/shm with %s', async (options, bytes) => {
    const { memory } = await observed({ ...v2, '/proc/self/mounts': `shm /dev/shm tmpfs ${options} 0 0\n` });
    expect(memory.shm?.bytes).toBe(bytes);
  });

  test('a mount on top of another hides it', async () => {
    const mounts = 'tmpfs /dev/shm tmpfs rw,size=8g 0 0\nshm /dev/shm tmpfs rw,size=64m 0 0\n';
    const { memory } = await observed({ ...v2, '/proc/self/mounts': mounts });
    expect(memory.shm?.bytes).toBe(64 * 1024 ** 2);
  });

  test('what is not there is not known', async () => {
    const { memory } = await observed({});
    expect(memory).toEqual({ total: null, available: null, limit: null, shm: null, openFiles: null });
  });

  test('the soft limit of open files', async () => {
    const { memory } = await observed({
      '/proc/self/limits': 'Max open files            1024                 524288               files\n',
    });
    expect(memory.openFiles).toBe(1024);
  });
});

test("GPUs and their MIG instances from the driver's files", async () => {
  const { gpus } = await observed({
    '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA H200\nIRQ: 1\n',
    '/proc/driver/nvidia/gpus/0000:02:00.0/information': 'nothing',
    '/proc/driver/nvidia/capabilities/gpu0/mig/gi1/access': '',
  });
  expect(gpus).toEqual([
    { model: 'NVIDIA H200', mig: true },
    { model: null, mig: false },
  ]);
});

test('hardware threads and cores', async () => {
  const siblings = (cpu: number, list: string) =>
    [`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, list] as const;
  const two = Object.fromEntries([
    siblings(0, '0,2\n'),
    siblings(1, '1,3\n'),
    siblings(2, '0,2\n'),
    siblings(3, '1,3\n'),
  ]);
  expect((await observed(two)).topology).toEqual({ cpus: 4, cores: 2 });
  expect((await observed({})).topology).toBeNull();
});

test('what a container of Kubernetes requested', async () => {
  const files = {
    '/proc/self/cgroup': '0::/\n',
    '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    '/sys/fs/cgroup/cpu.weight': '20\n',
  };
  const { request } = await observed(files, { KUBERNETES_SERVICE_HOST: 'x' });
  expect(request).toEqual({ cpus: null, either: { since: 0.12, before: 0.5 }, file: '/sys/fs/cgroup/cpu.weight' });
  expect((await observed(files)).request).toBeNull();
});

test('what is around the process', async () => {
  const { surroundings } = await observed(
    { '/.dockerenv': '' },
    { KUBERNETES_SERVICE_HOST: '10.0.0.1', GITHUB_ACTIONS: 'true' },
  );
  expect(surroundings).toEqual(['Kubernetes', 'Docker', 'GitHub Actions']);
});

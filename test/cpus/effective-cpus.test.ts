import { describe, expect, test } from '@jest/globals';
import { parseCpuList } from '../../src/cpus/cpu-list.ts';
import { doctorJson } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { type Case, readCases, sharedFile } from '../shared.ts';

interface MachineCase extends Case {
  files: FileTree;
  expect: {
    affinity: number;
    quotaCpus: number | null;
    version?: 1 | 2 | 'hybrid' | null;
    effective: number;
    floor: number;
    warning?: boolean;
  };
}

const status = (list: string) => `Name:\tpython\nCpus_allowed_list:\t${list}\n`;
const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n';
const V1_MOUNTS =
  '33 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n34 25 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n';

/** The situations that matter most, so that the suite means something on its own. */
const OWN: MachineCase[] = [
  {
    id: 'v2: half a CPU in the parent group',
    files: {
      '/proc/self/status': status('0-3'),
      '/sys/devices/system/cpu/online': '0-3\n',
      '/proc/self/cgroup': '0::/pod/container\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/pod/cpu.max': '50000 100000\n',
      '/sys/fs/cgroup/pod/container/cpu.max': 'max 100000\n',
    },
    expect: { affinity: 4, quotaCpus: 0.5, version: 2, effective: 1, floor: 1 },
  },
  {
    id: 'v1: 1.5 CPUs, cpuset of two',
    files: {
      '/proc/self/status': status('2-3'),
      '/sys/devices/system/cpu/online': '0-7\n',
      '/proc/self/cgroup': '4:cpu,cpuacct:/job\n3:cpuset:/job\n',
      '/proc/self/mountinfo': V1_MOUNTS,
      '/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us': '150000\n',
      '/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpuset/job/cpuset.cpus': '2-3\n',
    },
    expect: { affinity: 2, quotaCpus: 1.5, version: 1, effective: 2, floor: 1 },
  },
  {
    id: 'a mask with CPUs that do not exist',
    files: {
      '/proc/self/status': status('0-127'),
      '/sys/devices/system/cpu/online': '0-7\n',
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': V2_MOUNT,
    },
    expect: { affinity: 8, quotaCpus: null, version: 2, effective: 8, floor: 8 },
  },
  {
    id: 'a quota that is no number',
    files: {
      '/proc/self/status': status('0-1'),
      '/sys/devices/system/cpu/online': '0-1\n',
      '/proc/self/cgroup': '0::/x\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/x/cpu.max': '\n',
    },
    expect: { affinity: 2, quotaCpus: null, version: 2, effective: 2, floor: 2, warning: true },
  },
];

const isolated = (allowed: string, apart: string, effective: number, quota: number | null = null): MachineCase => ({
  id: `isolated ${apart || 'none'} of ${allowed}${quota === null ? '' : `, a quota of ${quota}`}`,
  files: {
    '/proc/self/status': status(allowed),
    '/sys/devices/system/cpu/online': '0-7\n',
    '/sys/devices/system/cpu/isolated': `${apart}\n`,
    '/proc/self/cgroup': '0::/x\n',
    '/proc/self/mountinfo': V2_MOUNT,
    ...(quota === null ? {} : { '/sys/fs/cgroup/x/cpu.max': `${quota * 100_000} 100000\n` }),
  },
  expect: {
    affinity: [...(parseCpuList(allowed) ?? [])].length,
    quotaCpus: quota,
    version: 2,
    effective,
    floor: effective,
  },
});
OWN.push(
  isolated('0-7', '', 8),
  isolated('0-7', '4-7', 4),
  isolated('0-3', '4-7', 4),
  isolated('4-7', '4-7', 1),
  isolated('3-7', '4-7', 1),
  isolated('2-7', '4-7', 2),
  isolated('0-7', '4-7', 3, 3),
  isolated('0-7', '4-7', 4, 4),
);

const file = sharedFile('effective-cpus', 'cases.jsonl');
const cases = [...OWN, ...(file ? readCases<MachineCase>(file) : [])];

describe('machines as file trees, through the command line', () => {
  test.each(cases.map((machine) => [machine.id, machine] as const))('%s', async (_, { files, expect: expected }) => {
    await withTree(files, (root) => {
      const { report } = doctorJson(['--sysroot', root, '--lenskit', '2025.8.1']);
      const { affinity, quota, effective, floor, cgroup, warnings, lenskit } = report.cpus;
      expect({ affinity, quotaCpus: quota?.cpus ?? null, effective, floor, warnings, lenskit }).toEqual({
        affinity: expected.affinity,
        quotaCpus: expected.quotaCpus,
        effective: expected.effective,
        floor: expected.floor ?? floor,
        warnings: expected.warning ? expect.arrayContaining([expect.any(String)]) : [],
        lenskit: expected.affinity,
      });
      if ('version' in expected) expect(cgroup).toBe(expected.version);
    });
  });
});

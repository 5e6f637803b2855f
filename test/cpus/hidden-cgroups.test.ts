import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/documents/doctor-report.ts';
import { BIN, doctorJson, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const CPU = '/sys/fs/cgroup/cpu';
const NAME = `lk-hidden-${process.pid}`;
const PARENT = path.join(CPU, NAME);
const CHILD = path.join(PARENT, 'child');

/** Real cgroups v1 and namespaces of one's own: root alone can make them. */
function canHide(): boolean {
  try {
    accessSync(path.join(CPU, 'cpu.cfs_quota_us'), constants.W_OK);
    return process.getuid?.() === 0 && spawnSync('unshare', ['-m', '-C', 'true']).status === 0;
  } catch {
    return false;
  }
}

/** What `lk doctor` finds in the child group, in namespaces of its own, after `script` has changed what it sees. */
function doctorHidden(unshare: string[], script: string): Report {
  const command = `${script}\nexec "$0" "$1" doctor --json --lenskit 2025.8.1 --fail-on never`;
  const inner = ['unshare', ...unshare, '/bin/sh', '-ec', command, START, BIN];
  return JSON.parse(
    execFileSync('/bin/sh', ['-ec', `echo $$ > "$0/cgroup.procs"; exec "$@"`, CHILD, ...inner], { encoding: 'utf8' }),
  ) as Report;
}

const finding = ({ checks }: Report) => checks.find(({ id }) => id === 'cpu/quota-ignored');

const real = canHide();

describe('what a namespace or a mount hides (root, cgroup v1)', () => {
  beforeAll(() => {
    if (!real) return;
    mkdirSync(CHILD, { recursive: true });
    writeFileSync(path.join(PARENT, 'cpu.cfs_quota_us'), '50000');
  });
  afterAll(() => {
    if (!real) return;
    rmdirSync(CHILD);
    rmdirSync(PARENT);
  });
  const when = real ? test : test.skip;

  when('nothing hidden: the parent’s quota', () => {
    const report = doctorHidden(['-m'], '');
    expect(report.cpus).toMatchObject({ cgroupView: 'whole', effective: 1, quota: { cpus: 0.5 } });
  });

  when('no cgroup mount in the namespace: nothing can be seen, which is no pass', () => {
    const report = doctorHidden(['-m'], `umount -R /sys/fs/cgroup`);
    expect(report.cpus).toMatchObject({ cgroupView: 'none', quota: null });
    expect(finding(report)).toMatchObject({ status: 'skip', title: expect.stringContaining('no cgroup can be read') });
  });

  when.each([
    ['its hierarchy is mounted nowhere', `umount ${CPU}`, 'none'],
    ['a folder lies on its hierarchy', `d=$(mktemp -d); mount --bind $d ${CPU}; rmdir $d`, 'none'],
    ['a folder lies on the parent', `mount -t tmpfs none ${PARENT}; mkdir ${CHILD}`, 'parents-hidden'],
  ])('%s: the quota cannot be seen, which is no pass', (_, script, view) => {
    const report = doctorHidden(['-m'], script);
    expect(report.cpus).toMatchObject({ cgroupView: view, quota: null });
    expect(finding(report)?.status).toBe('skip');
  });

  when('hierarchies of threads and memory that no mount shows let nothing pass', () => {
    const [pids, memory] = ['pids', 'memory'].map((name) => `/sys/fs/cgroup/${name}`);
    const groups = [pids, memory].map((controller) => `${controller}/${NAME}`);
    for (const group of groups) mkdirSync(group);
    try {
      const join = groups.map((group) => `echo $$ > ${group}/cgroup.procs`).join('; ');
      const command = `${join}; exec unshare -m /bin/sh -ec 'umount ${pids} ${memory}; exec "$0" "$1" doctor --json --lenskit 2025.8.1 --fail-on never' "$0" "$1"`;
      const report = JSON.parse(execFileSync('/bin/sh', ['-ec', command, START, BIN], { encoding: 'utf8' })) as Report;
      const status = (id: string) => report.checks.find((one) => one.id === id)?.status;
      for (const id of [
        'limits/processes',
        'plan/too-many-threads',
        'memory/process-does-not-fit',
        'memory/workers-do-not-fit',
      ])
        expect([id, status(id)]).toEqual([id, 'skip']);
    } finally {
      for (const group of groups) rmdirSync(group);
    }
  });

  when('an empty /sys', () => {
    const report = doctorHidden(['-m'], 'mount -t tmpfs none /sys');
    expect(report.cpus).toMatchObject({ cgroupView: 'none', quota: null });
    expect(finding(report)?.status).toBe('skip');
  });

  when('the quota is on a parent above the mount’s root', () => {
    const report = doctorHidden(['-m'], `mount --bind ${CHILD} ${CPU}`);
    expect(report.cpus).toMatchObject({ cgroupView: 'parents-hidden', quota: null });
    expect(finding(report)).toMatchObject({ status: 'skip', title: 'no quota can be seen, parents are hidden' });
  });

  when('the kernel counts what a hidden parent’s quota stops, and that is said', () => {
    if (!existsSync(path.join(CHILD, 'cpu.stat.local'))) return; // Linux before 6.6
    const busy = 'timeout 0.5 sh -c "while :; do :; done" || true';
    // So little that they are stopped also where others keep the machine busy.
    writeFileSync(path.join(PARENT, 'cpu.cfs_quota_us'), '5000');
    const report = doctorHidden(['-m'], `mount --bind ${CHILD} ${CPU}; ${busy} & ${busy}; wait`);
    writeFileSync(path.join(PARENT, 'cpu.cfs_quota_us'), '50000');
    expect(report.checks.find(({ id }) => id === 'cpu/throttled')).toMatchObject({
      status: 'warn',
      title: expect.stringMatching(/^a quota of a parent that is hidden has stopped this cgroup, for \d+ m?s so far$/),
    });
  });

  when('a cgroup namespace with a mount of its own', () => {
    const report = doctorHidden(['-m', '-C'], `umount ${CPU}; mount -t cgroup -o cpu none ${CPU}`);
    expect(report.cpus).toMatchObject({ cgroupView: 'parents-hidden', quota: null });
    expect(finding(report)?.status).toBe('skip');
  });

  when('a cgroup namespace that sees the mount from before it: the group is found by its processes', () => {
    const report = doctorHidden(['-m', '-C'], '');
    expect(report.cpus).toMatchObject({ quota: { cpus: 0.5 }, effective: 1 });
  });

  when('a neighbour’s namespace: its path begins with /.., and so does the mount’s root', () => {
    // The namespace is that of another group; the process then joins the one with the quota.
    const other = path.join(CPU, `${NAME}-other`);
    mkdirSync(other);
    try {
      const script = `echo $$ > "${CHILD}/cgroup.procs"; exec "$0" "$1" doctor --json --lenskit 2025.8.1 --fail-on never`;
      const outer = 'echo $$ > "$0/cgroup.procs"; exec "$@"';
      const inner = ['unshare', '-m', '-C', '/bin/sh', '-ec', script, START, BIN];
      const report = JSON.parse(
        execFileSync('/bin/sh', ['-ec', outer, other, ...inner], { encoding: 'utf8' }),
      ) as Report;
      expect(report.cpus).toMatchObject({ quota: { cpus: 0.5 }, effective: 1, cgroupView: 'parents-hidden' });
    } finally {
      rmdirSync(other);
    }
  });
});

const V2 = 'cgroup2 cgroup2 rw';
const TREE = { '/proc/self/status': 'Cpus_allowed_list:\t0-3\n', '/sys/devices/system/cpu/online': '0-3\n' };

test.each([
  [
    'the root of all',
    '0::/a',
    `30 23 0:26 / /sys/fs/cgroup rw - ${V2}`,
    { '/sys/fs/cgroup/cgroup.procs': '' },
    'whole',
    null,
  ],
  [
    'a namespace’s root',
    '0::/',
    `30 23 0:26 / /sys/fs/cgroup rw - ${V2}`,
    { '/sys/fs/cgroup/cgroup.type': 'domain\n' },
    'parents-hidden',
    null,
  ],
  [
    'a mount’s root',
    '0::/a/b',
    `30 23 0:26 /a /sys/fs/cgroup rw - ${V2}`,
    { '/sys/fs/cgroup/b/cpu.max': '100000 100000\n' },
    'parents-hidden',
    1,
  ],
  [
    'beside the namespace, mounted from above',
    '0::/../b',
    `30 23 0:26 /.. /sys/fs/cgroup rw - ${V2}`,
    { '/sys/fs/cgroup/b/cpu.max': '50000 100000\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' },
    'parents-hidden',
    0.5,
  ],
  [
    'beside the namespace, mounted from its root',
    '0::/../b',
    `30 23 0:26 / /sys/fs/cgroup rw - ${V2}`,
    { '/sys/fs/cgroup/cpu.max': '50000 100000\n' },
    'none',
    null,
  ],
  ['an empty mount', '0::/a', `30 23 0:26 / /sys/fs/cgroup rw - ${V2}`, {}, 'none', null],
  ['no mount', '0::/a', '30 23 0:26 / /proc rw - proc proc rw', {}, 'none', null],
  [
    'hidden by a later mount',
    '0::/a',
    `30 23 0:26 / /sys/fs/cgroup rw - ${V2}\n31 30 0:27 / /sys rw - tmpfs tmpfs rw`,
    { '/sys/fs/cgroup/a/cpu.max': '50000 100000\n' },
    'none',
    null,
  ],
])('%s', (_, membership, mounts, files, view, quota) =>
  withTree(
    { ...TREE, '/proc/self/cgroup': `${membership}\n`, '/proc/self/mountinfo': `${mounts}\n`, ...(files as object) },
    (root) => {
      const { report } = doctorJson(['--sysroot', root, '--lenskit', '2025.8.1']);
      expect({ view: report.cpus.cgroupView, quota: report.cpus.quota?.cpus ?? null }).toEqual({ view, quota });
    },
  ),
);

import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../src/documents/doctor-report.ts';
import { measureCpuShare, readCpuShare } from '../../src/probe/cpu-share.ts';
import { BIN, expectValid, PROJECT, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';
import { remaining } from '../processes.ts';

const SCRIPT = path.join(PROJECT, 'probe/cpu_share.py');
const CPU = '/sys/fs/cgroup/cpu';
const PARENT = path.join(CPU, `lk-share-${process.pid}`);
const CHILD = path.join(PARENT, 'child');

const python = findPython();
const owner = python === null ? null : { python, script: path.join(PROJECT, 'bench/launcher.py') };
const onLinux = process.platform === 'linux' && owner !== null;

/** Real cgroups v1 and namespaces of one's own: root alone can make them. */
function canHide(): boolean {
  try {
    accessSync(path.join(CPU, 'cpu.cfs_quota_us'), constants.W_OK);
    return onLinux && process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
  } catch {
    return false;
  }
}

/** `lk doctor --probe` in the child group, in a mount namespace that `script` has changed. Its Python is a fake. */
function probed(script: string): Promise<Report> {
  const files = { '/env/bin/python3': '#!/bin/sh\necho \'lk-probe:{"python": "3.11.7"}\'\n' };
  return withTree(files, (root) => {
    chmodSync(path.join(root, 'env/bin/python3'), 0o755);
    const command = `${script}\nexec "$0" "$1" doctor --json --probe --python "$2" --fail-on never`;
    const doctor = [START, BIN, path.join(root, 'env')];
    const inner = ['unshare', '-m', '/bin/sh', '-ec', command, ...doctor];
    const { stdout } = spawnSync('/bin/sh', ['-ec', 'echo $$ > "$0/cgroup.procs"; exec "$@"', CHILD, ...inner], {
      encoding: 'utf8',
    });
    const report = JSON.parse(stdout) as Report;
    expectValid(report);
    return report;
  });
}

const finding = ({ checks }: Report) => checks.find(({ id }) => id === 'probe/cpu-share');

describe('busy loops in real cgroups (root, cgroup v1)', () => {
  const real = canHide();
  const when = real ? test : test.skip;
  const quota = (microseconds: number) => writeFileSync(path.join(PARENT, 'cpu.cfs_quota_us'), String(microseconds));
  beforeAll(() => {
    if (real) mkdirSync(CHILD, { recursive: true });
  });
  afterAll(() => {
    if (!real) return;
    rmdirSync(CHILD);
    rmdirSync(PARENT);
  });

  when(
    'a quota of half a CPU that nothing shows: told by the CPUs that are idle',
    async () => {
      quota(50_000);
      // Where all CPUs are busy with other work all the time nothing is idle, and nothing can be told but that.
      for (let tries = 0; tries < 6; tries++) {
        const report = await probed('umount -R /sys/fs/cgroup');
        const { observed, quota: read, affinity } = report.cpus;
        expect([read, observed?.of, observed?.stopped]).toEqual([null, affinity, null]);
        expect(observed?.cpus).toBeGreaterThan(0);
        expect(observed?.cpus).toBeLessThan(0.7);
        if (finding(report)?.status === 'info') continue;
        expect(finding(report)).toMatchObject({
          status: 'warn',
          title: expect.stringMatching(/^observed 0\.\d CPUs of \d+: a limit holds here that cannot be read$/),
          fix: { commands: [['lk', 'doctor', '--cpus', '1']] },
        });
        return;
      }
    },
    60_000,
  );

  when(
    'the same on a parent that is hidden: told by the kernel, where it stopped the loops',
    async () => {
      quota(50_000);
      // Where others leave them less than the quota the kernel has no reason to.
      for (let tries = 0; tries < 6; tries++) {
        const report = await probed(`mount --bind ${CHILD} ${CPU}`);
        // Older kernels do not count it.
        if (report.cpus.observed?.stopped === null) return;
        expect(report.cpus).toMatchObject({ quota: null, cgroupView: 'parents-hidden' });
        if (report.cpus.observed?.stopped === 0) continue;
        expect(finding(report)).toMatchObject({ status: 'warn', title: expect.stringContaining('cannot be read') });
        return;
      }
    },
    60_000,
  );

  when('a quota that can be read is no finding', async () => {
    quota(50_000);
    const report = await probed('');
    expect(report.cpus.quota?.cpus).toBe(0.5);
    expect(finding(report)?.status).not.toBe('warn');
  });

  when('no quota, and twice as many loops of others as there are CPUs: a busy neighbour is no limit', async () => {
    quota(-1);
    const script = 'process.stdout.write("on"); for (;;);';
    const neighbours = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    try {
      await Promise.all(neighbours.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))));
      const report = await probed('umount -R /sys/fs/cgroup');
      expect(report.cpus.observed).not.toBeNull();
      expect(['info', 'pass']).toContain(finding(report)?.status);
    } finally {
      for (const child of neighbours) child.kill('SIGKILL');
    }
  });
});

describe('the measurement', () => {
  const measure = (cpus: number[] | null, isKernelsStat = true) =>
    measureCpuShare({ owner, script: SCRIPT, env: {}, cpus, isKernelsStat, stopped: () => null });

  (onLinux ? test : test.skip)('one CPU, and those of its own affinity', async () => {
    expect(await measure([0])).toMatchObject({ ok: true, loops: 1, stopped: null });
    const all = await measure(null);
    if (!all.ok) throw new Error(all.why);
    expect(all.got).toBeGreaterThan(0);
    expect(all.got).toBeLessThanOrEqual(all.loops * 1.05);
  });

  (onLinux ? test : test.skip)('a /proc/stat that is not the kernel’s tells nothing', async () => {
    expect(await measure([0], false)).toMatchObject({ ok: true, idle: null, stolen: null });
  });

  test('what cannot be measured is said', async () => {
    expect(await measure([70_000])).toMatchObject({ ok: expect.any(Boolean) });
    expect(
      await measureCpuShare({
        owner: null,
        script: SCRIPT,
        env: {},
        cpus: null,
        isKernelsStat: true,
        stopped: () => null,
      }),
    ).toEqual({ ok: false, why: 'there is no Python to run busy loops with' });
    if (owner === null) return;
    const missing = await measureCpuShare({
      owner,
      script: '/nowhere/cpu_share.py',
      env: {},
      cpus: [0],
      isKernelsStat: true,
      stopped: () => null,
    });
    expect(missing).toMatchObject({ ok: false, why: expect.stringMatching(/came to nothing: .*No such file/) });
  });

  test('gVisor’s /proc/stat, zeros alone, tells nothing', () => {
    const line = (total: number) =>
      `lk-cpus:{"loops": [[0.5, 1.0], [0.5, 1.0]], "machine": {"idle": 0, "stolen": 0, "total": ${total}}}`;
    expect(readCpuShare(line(0))).toEqual({ loops: 2, got: 1, seconds: 1, idle: null, stolen: null });
    expect(readCpuShare(line(2))).toEqual({ loops: 2, got: 1, seconds: 1, idle: 0, stolen: 0 });
  });

  test('whatever is answered is understood or refused', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void readCpuShare(`lk-cpus:${JSON.stringify(value)}`)));
    fc.assert(fc.property(fc.string(), (text) => void readCpuShare(`lk-cpus:${text}`)));
    for (const text of ['{"loops": [[1, 0]]}', '{"loops": []}', 'null', '{"loops": [["1", 1]]}'])
      expect(readCpuShare(`lk-cpus:${text}`)).toBeNull();
  });
});

/** Numbers of the processes that run the loops and have this in their environment. */
function loopsOf(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
      return /^\d+$/.test(pid) && read('cmdline').includes('cpu_share.py') && read('environ').includes(mark);
    } catch {
      return false;
    }
  });
}

(onLinux ? test : test.skip).each([
  ['SIGTERM', 143],
  ['SIGKILL', null],
] as const)('%s ends the loops with lk: exit %s', (signal, status) =>
  withTree({ '/env/bin/python3': '#!/bin/sh\nsleep 300\n' }, async (root) => {
    chmodSync(path.join(root, 'env/bin/python3'), 0o755);
    const mark = `LK_MARK=${randomUUID()}`;
    const args = [BIN, 'doctor', '--probe', '--python', path.join(root, 'env')];
    const child = spawn(START, args, {
      env: { PATH: process.env.PATH, LK_MARK: mark.slice('LK_MARK='.length) },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    let seen: string[] = [];
    while (seen.length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen = loopsOf(mark);
    }
    child.kill(signal);
    expect(await ended).toBe(status);
    expect(await remaining(seen)).toEqual([]);
    expect(loopsOf(mark)).toEqual([]);
  }),
);

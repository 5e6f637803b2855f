import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ownCount } from '../../src/cpus/own-count.ts';
import type { Report } from '../../src/documents/doctor-report.ts';
import { BIN, doctorJson, expectValid, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const GVISOR = {
  '/proc/version': 'Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n',
  '/proc/self/status': 'Name:\tnode\nPid:\t7\nSeccomp:\t0\nMems_allowed:\t1\n',
  '/proc/cpuinfo': Array.from({ length: 4 }, (_, cpu) => `processor\t: ${cpu}\nvendor_id\t: x\n\n`).join(''),
  '/proc/self/cgroup': '2:cpu:/\n',
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup/cpu rw - cgroup none rw,cpu\n',
  '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
  '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  '/sys/fs/cgroup/cpu/release_agent': '\n',
};

test('gVisor: no affinity is read, which is said; a quota that it shows as unlimited is no pass', () =>
  withTree(GVISOR, (root) => {
    const { report } = doctorJson(['--sysroot', root, '--lenskit', '2025.8.1']);
    expect(report.machine.surroundings).toEqual(['gVisor']);
    expect(report.cpus).toMatchObject({ online: 4, affinity: null, lenskit: null, quota: null, cgroupView: 'whole' });
    expect(report.cpus.warnings).toEqual([expect.stringMatching(/no Cpus_allowed_list.*the affinity is not known$/)]);
    expect(report.checks.find(({ id }) => id === 'cpu/quota-ignored')).toMatchObject({
      status: 'skip',
      title: expect.stringContaining('gVisor hides its own'),
    });
  }));

function canMount(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
}

/** Node as in gVisor: /proc/self/status without the list (a bind mount; the affinity is real). */
describe('a status without Cpus_allowed_list, of this very process (root)', () => {
  (canMount() ? test : test.skip)('the process itself is asked', () =>
    withTree({ '/status': 'Name:\tnode\n' }, (root) => {
      const status = path.join(root, 'status');
      writeFileSync(status, GVISOR['/proc/self/status']);
      const script = `mount --bind "${status}" /proc/$$/status; exec "$@"`;
      const doctor = [START, BIN, 'doctor', '--json', '--fail-on', 'never'];
      const command = ['unshare', '-m', 'taskset', '-c', '0', '/bin/sh', '-ec', script, 'sh', ...doctor];
      const [file = '', ...args] = command;
      const report = JSON.parse(execFileSync(file, args, { encoding: 'utf8' })) as Report;
      expectValid(report);
      const isAsked = typeof ownCount({ live: true }) === 'number';
      expect(report.cpus.affinity).toBe(isAsked ? 1 : null);
      expect(report.cpus.lenskit).toBe(isAsked ? 1 : null);
      expect(report.cpus.warnings[0]).toMatch(isAsked ? /may run on 1, which counts$/ : /the affinity is not known$/);
    }),
  );
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/documents/doctor-report.ts';
import { BIN, expectValid, START } from '../cli.ts';

const PIDS = '/sys/fs/cgroup/pids';
const NAME = `lk-limits-${process.pid}`;
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** Mounts in a namespace of one's own: the machine's /dev/shm is never touched. */
const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;

/** A cgroup v1 with the pids controller. */
function canLimitPids(): boolean {
  try {
    mkdirSync(path.join(PIDS, NAME));
    rmdirSync(path.join(PIDS, NAME));
    return isRoot;
  } catch {
    return false;
  }
}

/** `lk doctor --json` at the end of a command line. */
function doctorUnder(command: string[], env: { [name: string]: string } = { LK_NUM_PROCS: '2' }): Report {
  const [program = '', ...args] = command;
  const doctor = [START, BIN, 'doctor', '--json', '--lenskit', '2025.8.1', '--fail-on', 'never'];
  const options = { encoding: 'utf8', cwd: '/', env: { PATH: process.env.PATH, ...env } } as const;
  const report = JSON.parse(execFileSync(program, [...args, ...doctor], options)) as Report;
  expectValid(report);
  return report;
}

const finding = ({ checks }: Report, wanted: string) => checks.find(({ id }) => id === wanted);

describe('a /dev/shm of its own (root, mount namespaces)', () => {
  const when = canMount ? test : test.skip;
  const mounted = (script: string) =>
    doctorUnder(['unshare', '-m', '/bin/sh', '-ec', `mount --make-rprivate /; ${script}; exec "$@"`, 'sh']);
  // What devices a program needs to start, and nothing else.
  const bareDev =
    'mount -t tmpfs none /mnt; for d in null urandom; do touch /mnt/$d; mount --bind /dev/$d /mnt/$d; done; mount --move /mnt /dev';

  when.each([
    ['read-only, made so', 'mount -t tmpfs shm /dev/shm; mount -o remount,ro,bind /dev/shm', 'fail', 'read-only'],
    ['read-only from the first', 'mount -t tmpfs -o ro shm /dev/shm', 'fail', 'read-only'],
    ['absent', bareDev, 'fail', 'there is no /dev/shm'],
    ['there', 'mount -t tmpfs shm /dev/shm', 'pass', 'is there'],
  ])('%s', (_, script, status, title) => {
    expect(finding(mounted(script), 'memory/shared-memory-unusable')).toMatchObject({
      status,
      title: expect.stringContaining(title),
    });
  });

  when.each([
    ['size=64m', 'mount -t tmpfs -o size=64m shm /dev/shm', 'warn', 'has 67 MB'],
    [
      'full',
      'mount -t tmpfs -o size=200m shm /dev/shm; head -c 150000000 /dev/zero > /dev/shm/full',
      'warn',
      'free of 210 MB',
    ],
    ['size=0, which is no limit', 'mount -t tmpfs -o size=0 shm /dev/shm', 'pass', 'has '],
    ['a folder, and no tmpfs', `${bareDev}; mkdir /dev/shm`, 'pass', 'has '],
  ])('%s', (_, script, status, title) => {
    const report = mounted(script);
    expect(finding(report, 'memory/shared-memory-small')).toMatchObject({
      status,
      title: expect.stringContaining(title),
    });
    expect(finding(report, 'memory/shared-memory-unusable')?.status).toBe('pass');
  });
});

describe('limits of a process (prlimit)', () => {
  const when = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0 ? test : test.skip;
  const nobody = isRoot ? ['setpriv', '--reuid=65534', '--clear-groups', '--inh-caps=-all', '--no-new-privs'] : [];

  when('hard limits are read, and a fix goes no further', () => {
    // Node raises its own limit when it starts: what counts is the shell's.
    const shell = ['/bin/sh', '-c', 'ulimit -S -n 45; ulimit -H -n 47; "$@"; exit $?', 'sh'];
    const report = doctorUnder([...shell, ...nobody]);
    expect(report.machine.limits).toMatchObject({ openFiles: { soft: 45, hard: 47 }, mayRaise: false });
    expect(report.machine.memory.openFiles).toBe(45);
    expect(finding(report, 'limits/open-files')).toMatchObject({ status: 'fail', fix: { text: expect.any(String) } });
    expect(finding(doctorUnder(['prlimit', '--nofile=256:256']), 'limits/open-files')?.status).toBe('pass');
  });

  (isRoot ? when : test.skip)('RLIMIT_NPROC holds for a user and not for root', () => {
    const limits = (prefix: string[]) =>
      finding(doctorUnder(['prlimit', '--nproc=40:40', ...prefix], { LK_NUM_PROCS: '20' }), 'limits/processes');
    expect(limits(nobody)).toMatchObject({ evidence: [{ where: '/proc/self/limits' }, {}, {}] });
    expect(JSON.stringify(limits([]))).not.toContain('RLIMIT_NPROC');
  });

  when('RLIMIT_AS: 3 GB are too little to import Torch', () => {
    const limits = (size: string) =>
      finding(doctorUnder(['prlimit', `--as=${size}`, ...nobody]), 'memory/address-space');
    expect(limits(`${3 * 1024 ** 3}`)).toMatchObject({ status: 'fail' });
    expect(limits(`${40 * 1024 ** 3}`)?.status).toBe('pass');
  });
});

describe('a cgroup with pids.max (root, cgroup v1)', () => {
  (canLimitPids() ? test : test.skip)('what importing starts goes beyond it, and the recommendation does not', () => {
    const group = path.join(PIDS, NAME);
    mkdirSync(group);
    try {
      writeFileSync(path.join(group, 'pids.max'), '40');
      const inside = ['/bin/sh', '-ec', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh'];
      const report = doctorUnder(inside, { LK_NUM_PROCS: '20' });
      // The group holds lk alone, whose own threads are not the job's.
      expect(finding(report, 'limits/processes')).toMatchObject({
        status: expect.stringMatching(/fail|warn/),
        title: expect.stringContaining('pids.max leaves room for 40'),
      });
      expect(finding(doctorUnder(inside, report.recommendation?.env), 'limits/processes')?.status).toBe('pass');
    } finally {
      rmdirSync(group);
    }
  });
});

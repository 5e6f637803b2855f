import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/documents/doctor-report.ts';
import { BIN, doctorJson, START } from '../cli.ts';

const CPU = '/sys/fs/cgroup/cpu';
const NAME = `lk-test-${process.pid}`;

/** True where real cgroup v1 limits can be made: root, and a controller that may be written. */
function canLimit(): boolean {
  try {
    accessSync(path.join(CPU, 'cpu.cfs_quota_us'), constants.R_OK);
    mkdirSync(path.join(CPU, NAME));
    rmdirSync(path.join(CPU, NAME));
    return true;
  } catch {
    return false;
  }
}

/** `lk doctor --json` in a process that joined a group with this quota. */
function doctorUnder(quota: number, below: boolean): Report {
  const parent = path.join(CPU, NAME);
  const child = path.join(parent, 'child');
  mkdirSync(child, { recursive: true });
  try {
    writeFileSync(path.join(parent, 'cpu.cfs_period_us'), '100000');
    writeFileSync(path.join(parent, 'cpu.cfs_quota_us'), String(quota));
    const group = below ? child : parent;
    const script = 'echo $$ > "$1/cgroup.procs" && exec "$2" "$3" doctor --json --lenskit 2025.8.1 --fail-on never';
    return JSON.parse(execFileSync('/bin/sh', ['-c', script, 'sh', group, START, BIN], { encoding: 'utf8' })) as Report;
  } finally {
    rmdirSync(child);
    rmdirSync(parent);
  }
}

describe('real limits', () => {
  (canLimit()
    ? test.each([
        [100_000, false],
        [150_000, false],
        [50_000, true],
      ])
    : test.skip.each([[0, false]]))('a quota of %d µs in 100 ms, in the parent group: %s', (quota, below) => {
    const { cpus } = doctorUnder(quota, below);
    expect(cpus.quota?.cpus).toBe(quota / 100_000);
    expect(cpus.effective).toBe(Math.max(1, Math.min(cpus.affinity ?? 1, Math.ceil(quota / 100_000))));
    expect(cpus.lenskit).toBe(cpus.affinity);
  });

  (process.platform === 'linux' ? test : test.skip)('the affinity is that of nproc, in a narrower one too', () => {
    const nproc = (prefix: string[]): number =>
      Number(
        execFileSync(prefix[0] ?? 'nproc', [...prefix.slice(1), ...(prefix.length > 0 ? ['nproc'] : [])], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH },
        }),
      );
    const { report } = doctorJson(['--lenskit', '2025.8.1']);
    expect(report.cpus.affinity).toBe(nproc([]));
    const first = (report.cpus.affinity ?? 0) > 0 ? '0' : '';
    const narrow = JSON.parse(
      execFileSync('taskset', ['-c', first, START, BIN, 'doctor', '--json', '--lenskit', '2025.8.1'], {
        encoding: 'utf8',
      }),
    ) as Report;
    expect(narrow.cpus.affinity).toBe(nproc(['taskset', '-c', first]));
  });
});

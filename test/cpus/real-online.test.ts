import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/documents/doctor-report.ts';
import { BIN, START } from '../cli.ts';

const root = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

/** The report where a file of sysfs's CPUs has another content than the kernel's. */
function withFaked(name: string, content: string): Report {
  const script = `f=$(mktemp) && echo ${content} > $f && mount --bind $f /sys/devices/system/cpu/${name} && rm $f && exec "$0" "$1" doctor --json --lenskit 2025.8.1 --fail-on never`;
  const argv = ['-m', '/bin/sh', '-c', script, START, BIN];
  return JSON.parse(execFileSync('unshare', argv, { encoding: 'utf8' })) as Report;
}

const allowedCpus = (): number => Number(execFileSync('nproc', { encoding: 'utf8', env: { PATH: process.env.PATH } }));

describe('a file in the place of the kernel’s (root and a mount namespace)', () => {
  (root ? test : test.skip)('LensKit counts by affinity, and so do we', () => {
    const { cpus } = withFaked('online', '0');
    const allowed = allowedCpus();
    expect(cpus).toMatchObject({ affinity: allowed, lenskit: allowed });
    if (allowed > 1) expect(cpus.warnings.join()).toMatch(/cpu\/online says 0, the kernel allows/);
  });

  (root ? test : test.skip)('a list of isolated CPUs that is not the kernel’s isolates none', () => {
    const { cpus } = withFaked('isolated', '0-7');
    expect(cpus.warnings.join()).toMatch(/cpu\/isolated says 0-7: a mount of \S+ at \S+ hides the kernel's/);
    expect(cpus.lenskit).toBe(allowedCpus());
  });
});

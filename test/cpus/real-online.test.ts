import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/documents/doctor-report.ts';
import { PROJECT } from '../cli.ts';

const root = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

describe('a file in the place of the kernel’s (root and a mount namespace)', () => {
  (root ? test : test.skip)('LensKit counts by affinity, and so do we', () => {
    const script =
      'f=$(mktemp) && echo 0 > $f && mount --bind $f /sys/devices/system/cpu/online && rm $f && exec "$0" "$1" doctor --json --lenskit 2025.8.1 --fail-on never';
    const { cpus } = JSON.parse(
      execFileSync('unshare', ['-m', '/bin/sh', '-c', script, process.execPath, path.join(PROJECT, 'bin/lk.cjs')], {
        encoding: 'utf8',
      }),
    ) as Report;
    const allowed = Number(execFileSync('nproc', { encoding: 'utf8', env: { PATH: process.env.PATH } }));
    expect(cpus).toMatchObject({ affinity: allowed, lenskit: allowed });
    if (allowed > 1) expect(cpus.warnings.join()).toMatch(/cpu\/online says 0, the kernel allows/);
  });

  (root ? test : test.skip)('a list of isolated CPUs that is not the kernel’s isolates none', () => {
    const script =
      'f=$(mktemp) && echo 0-7 > $f && mount --bind $f /sys/devices/system/cpu/isolated && rm $f && exec "$0" "$1" doctor --json --lenskit 2025.8.1 --fail-on never';
    const { cpus } = JSON.parse(
      execFileSync('unshare', ['-m', '/bin/sh', '-c', script, process.execPath, path.join(PROJECT, 'bin/lk.cjs')], {
        encoding: 'utf8',
      }),
    ) as Report;
    expect(cpus.warnings.join()).toMatch(/cpu\/isolated says 0-7: a mount of \S+ at \S+ hides the kernel's/);
    expect(cpus.lenskit).toBe(Number(execFileSync('nproc', { encoding: 'utf8', env: { PATH: process.env.PATH } })));
  });
});

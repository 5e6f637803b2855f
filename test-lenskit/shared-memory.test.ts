import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../src/documents/doctor-report.ts';
import { BIN, PROJECT, START } from '../test/cli.ts';
import { CACHE } from './cache.ts';

const PREFIX = path.join(CACHE, 'lenskit-2025.8.1');
const canMount =
  process.getuid?.() === 0 &&
  existsSync('/dev/shm') &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/dev/shm']).status === 0;
const when = canMount && existsSync(path.join(PREFIX, 'complete')) ? test : test.skip;

/** A /dev with what a program needs, but for /dev/shm. Its folder is in a mount of its own. */
const OTHER_DEV = `mount -t tmpfs tmpfs /dev/shm
mkdir /dev/shm/dev
for one in null zero full random urandom tty; do touch /dev/shm/dev/$one; mount --bind /dev/$one /dev/shm/dev/$one; done
mount --rbind /dev/shm/dev /dev`;

/** Runs a program where the lines of sh were run before, in mounts of its own; with it ends what it leaves behind. */
function run(before: string, argv: string[], env: { [name: string]: string }) {
  return spawnSync('unshare', ['-mpf', '--mount-proc', '--kill-child', 'sh', '-ec', `${before}\n"$@"`, 'sh', ...argv], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    encoding: 'utf8',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
}

function doctor(before: string, env: { [name: string]: string }): Report {
  const argv = [START, BIN, 'doctor', '--json', '--fail-on', 'never'];
  const { stdout, stderr } = run(before, [...argv, '--python', PREFIX], env);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

const statuses = ({ checks }: Report): (string | undefined)[] =>
  ['memory/shared-memory-unusable', 'memory/shared-memory-small'].map(
    (wanted) => checks.find(({ id }) => id === wanted)?.status,
  );

describe('what is said of /dev/shm, and what LensKit makes of it', () => {
  when.each<[string, string, [unusable: string, small: string], ends: RegExp | null]>([
    ['as it is', ':', ['pass', 'pass'], null],
    ['read-only', 'mount -t tmpfs -o ro tmpfs /dev/shm', ['fail', 'skip'], /Errno 30/],
    ['absent', OTHER_DEV, ['fail', 'skip'], /Errno 2|FileNotFoundError/],
    [
      'full',
      'mount -t tmpfs -o size=1m tmpfs /dev/shm\ndd if=/dev/zero of=/dev/shm/x bs=4k 2>&- || :',
      ['pass', 'warn'],
      /Bus error/,
    ],
    ['of no size, which is no limit', 'mount -t tmpfs -o size=0 tmpfs /dev/shm', ['pass', 'pass'], null],
  ])('%s', (_, before, expected, ends) => {
    const two = { LK_NUM_PROCS: '2' };
    const report = doctor(before, two);
    expect(statuses(report)).toEqual(expected);
    const job = [path.join(PREFIX, 'bin/python'), path.join(PROJECT, 'test-lenskit/experiment.py')];
    const alone = run(before, job, two);
    expect({ ends: alone.status !== 0, said: alone.stderr }).toEqual({
      ends: ends !== null,
      said: expect.stringMatching(ends ?? /.*/),
    });
    const followed = run(before, job, { ...two, ...report.recommendation?.env });
    expect([followed.status, followed.stdout.trim()]).toEqual([0, '200']);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JobsReport } from '../src/documents/jobs-report.ts';
import { doctorJson, lk } from '../test/cli.ts';
import { CACHE } from './cache.ts';

jest.setTimeout(600_000);

const GROUP = `/sys/fs/cgroup/cpu/lk-live-${process.pid}`;
let started: ChildProcess[] = [];
let hasGroup = false;

beforeAll(() => {
  try {
    mkdirSync(GROUP);
    // So little that it is used up, whatever else runs here.
    writeFileSync(`${GROUP}/cpu.cfs_quota_us`, '5000');
    hasGroup = true;
  } catch {
    // No root, or another hierarchy.
  }
});
afterEach(async () => {
  await Promise.all(
    started.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }),
  );
  started = [];
});
afterAll(() => {
  if (hasGroup) rmdirSync(GROUP);
});

/** Both counters of all threads of a process, in nanoseconds. */
function threadTimes(pid: number): { ran: number; waited: number; threads: number } {
  let [ran, waited] = [0, 0];
  const threads = readdirSync(`/proc/${pid}/task`);
  for (const tid of threads) {
    const [own = 0, queued = 0] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ').map(Number);
    ran += own;
    waited += queued;
  }
  return { ran, waited, threads: threads.length };
}

const periods = (): { nr_periods: number; nr_throttled: number } =>
  Object.fromEntries(
    readFileSync(`${GROUP}/cpu.stat`, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]),
  );

describe.each([
  ['2025.8.1', { LK_NUM_PROCS: '2' }],
  ['2026.4.0', {}],
  ['0.14.4', {}],
])('a job that runs, LensKit %s', (version, env) => {
  const prefix = path.join(CACHE, `lenskit-${version}`);
  const there = process.platform === 'linux' && existsSync(path.join(prefix, 'complete'));

  /** Busy in LensKit's own process once it has said so. */
  async function job(): Promise<number> {
    const code = `import ${version.startsWith('0.') ? 'lenskit.algorithms.item_knn' : 'lenskit._accel, lenskit.als'}
print('ready', flush=True)
while True: pass`;
    const child = spawn(path.join(prefix, 'bin/python'), ['-c', code], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    await once(child.stdout as object as NodeJS.EventEmitter, 'data');
    return child.pid as number;
  }

  (there ? test : test.skip)('is seen as ps and /proc see it, and listed', async () => {
    const pid = await job();
    const before = threadTimes(pid);
    const { report } = doctorJson(['--pid', String(pid), '--for', '2s']);
    const after = threadTimes(pid);
    expect(report.lenskit.version).toBe(version);
    expect(report.python.interpreter).toContain(`lenskit-${version}/bin/python`);
    expect(report.live).toMatchObject({ pid, imported: true, processes: [{ pid, role: 'main' }] });
    expect(Math.abs((report.live?.processes[0]?.threads ?? 0) - after.threads)).toBeLessThanOrEqual(1);
    expect(report.live?.processes[0]?.wanting).toBe(1);
    expect(report.pools.filter(({ loaded }) => loaded).length).toBeGreaterThan(0);
    // What it had within the look is no more than what it had around it.
    const had = (report.live?.cpusUsed ?? 0) * (report.live?.seconds ?? 0) * 1e9;
    expect(had).toBeGreaterThan(0);
    expect(had).toBeLessThanOrEqual((after.ran - before.ran) * 1.02);
    const { jobs } = JSON.parse(lk(['ps', '--json']).stdout) as JobsReport;
    expect(jobs.find((one) => one.pid === pid)).toMatchObject({ version, wanting: 1 });
  });

  (there ? test : test.skip)('under a quota, the kernel counts the same periods', async () => {
    if (!hasGroup) return;
    const pid = await job();
    writeFileSync(`${GROUP}/cgroup.procs`, String(pid));
    for (let tries = 0; periods().nr_throttled === 0 && tries < 200; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const before = periods();
    const { report } = doctorJson(['--pid', String(pid), '--for', '3s']);
    const after = periods();
    const share = (after.nr_throttled - before.nr_throttled) / (after.nr_periods - before.nr_periods);
    expect(report.cpus.quota?.cpus).toBe(0.05);
    expect(Math.abs((report.live?.throttledShare ?? 0) - share)).toBeLessThan(0.1);
    expect(report.checks.find(({ id }) => id === 'live/throttled')?.status).toBe('warn');
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JobsReport } from '../../src/documents/jobs-report.ts';
import { expectValid, lk } from '../cli.ts';
import { CHILD, type Jobs, LOADED, madeJobs } from '../running-jobs.ts';

jest.setTimeout(240_000);

const onLinux = process.platform === 'linux' ? describe : describe.skip;

let jobs: Jobs;
beforeAll(() => {
  jobs = madeJobs();
});
afterEach(() => jobs.end());
afterAll(() => jobs.remove());

/** What `lk ps --json` says. Other jobs may run on this machine as well. */
function listed(): JobsReport {
  const { status, stdout } = lk(['ps', '--json']);
  const report = JSON.parse(stdout) as JobsReport;
  expectValid(report, 'ps');
  expect(status).toBe(0);
  return report;
}

onLinux('lk ps', () => {
  test('has a line of each job that has LensKit loaded, of all its processes one', async () => {
    const env = { LK_NUM_PROCS: '3', LK_NUM_THREADS: '2' };
    const busy = "new (require('node:worker_threads').Worker)('for (;;);', { eval: true });";
    const code = `${LOADED(jobs.folder)}${CHILD(['--multiprocessing-fork'])}${busy}`;
    const one = await jobs.start(code, { env, by: ['taskset', '-c', '0'] });
    const worker = Number(readFileSync(path.join(jobs.folder, 'work/child'), 'utf8'));
    const without = await jobs.start('');
    const report = listed();
    expect(report.jobs.find(({ pid }) => pid === one.pid)).toMatchObject({
      version: '2025.8.1',
      generation: '2025.3',
      plan: { workers: 3 },
      processes: 2,
      wanting: 1,
      effective: 1,
      verdict: { status: expect.stringMatching(/^(fail|warn)$/) },
    });
    const others = report.jobs.map(({ pid }) => pid);
    expect(others).not.toContain(without.pid);
    expect(others).not.toContain(worker);
    const text = lk(['ps']).stdout;
    expect(text).toMatch(new RegExp(`^ ?${one.pid} +2025\\.8\\.1 +2025\\.3 +3 workers.* \\d of 1 `, 'm'));
  });

  test('says so where there is none, and what is asked wrongly', () => {
    expect(lk(['ps', '--for', 'x'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('--for x: no time'),
    });
    expect(lk(['ps', '--json', '--for', 'x']).stdout).toContain('"error"');
  });
});

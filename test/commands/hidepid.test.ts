import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JobsReport } from '../../src/documents/jobs-report.ts';
import { BIN, expectValid, START } from '../cli.ts';
import { type Jobs, LOADED, madeJobs } from '../running-jobs.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

jest.setTimeout(240_000);

const PRIVATE = ['unshare', '--mount', 'sh', '-ec'];
const MOUNT = (hidepid: number) => `mount -t proc -o hidepid=${hidepid} proc /proc; exec "$@"`;
const can =
  process.platform === 'linux' &&
  unprivileged.length > 0 &&
  canBeUnprivileged &&
  spawnSync(PRIVATE[0] ?? '', [...PRIVATE.slice(1), MOUNT(2), 'sh', 'true']).status === 0;

let jobs: Jobs;
beforeAll(() => {
  jobs = madeJobs();
});
afterEach(() => jobs.end());
afterAll(() => jobs.remove());

/** `lk` as another user, where /proc shows that one no processes of others. */
function hidden(hidepid: number, args: string[]): { status: number | null; stdout: string; stderr: string } {
  const [program = '', ...words] = [...PRIVATE, MOUNT(hidepid), 'sh', ...unprivileged, START, BIN, ...args];
  return spawnSync(program, words, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
    timeout: 120_000,
  });
}

(can ? describe : describe.skip).each([1, 2])('another user, with hidepid=%d', (hidepid) => {
  const where = "no such process, or another user's, which /proc hides (hidepid)";

  test('is told that a process may be there', async () => {
    const job = await jobs.start(LOADED(jobs.folder));
    for (const [args, label] of [
      [['watch', String(job.pid)], `watch ${job.pid}`],
      [['doctor', '--pid', String(job.pid)], `--pid ${job.pid}`],
    ] as const)
      expect(hidden(hidepid, [...args])).toMatchObject({ status: 2, stdout: '', stderr: `lk: ${label}: ${where}\n` });
  });

  test('sees their own jobs, and is told that others would not be seen', async () => {
    const others = await jobs.start(LOADED(jobs.folder));
    const own = await jobs.start(LOADED(jobs.folder), { by: [...unprivileged] });
    const ps = hidden(hidepid, ['ps', '--json']);
    const report = JSON.parse(ps.stdout) as JobsReport;
    expectValid(report, 'ps');
    expect(ps.status).toBe(0);
    const seen = report.jobs.map(({ pid }) => pid);
    expect(seen).toContain(own.pid);
    expect(seen).not.toContain(others.pid);
    expect(report).toMatchObject({ hidden: true });
    expect(hidden(hidepid, ['ps']).stdout).toContain('(hidepid)');
    const watched = hidden(hidepid, ['watch', '--json', '--every', '100ms', '--', 'sleep', '1']);
    expect(watched.status).toBe(0);
    const lines = watched.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    for (const line of lines) expectValid(line, 'watch');
    expect(lines[0]).toMatchObject({ processes: [{ role: 'main', threads: 1 }] });
    const doctor = hidden(hidepid, ['doctor', '--pid', String(own.pid), '--json', '--fail-on', 'never']);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ live: { pid: own.pid, imported: true } });
  });
});

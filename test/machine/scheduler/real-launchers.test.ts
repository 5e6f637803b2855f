import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../../src/documents/doctor-report.ts';
import { PROJECT } from '../../cli.ts';

/** The first of these programs that is installed. */
const installed = (...names: string[]): string | null =>
  names.find((name) => spawnSync(name, ['--version']).status === 0) ?? null;

const ROOT = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

/** What `lk` says in one of the processes that a launcher starts. */
function within(launcher: string, ...args: string[]): Report {
  const lk = 'doctor --json --fail-on never --lenskit 2025.8.1';
  // Only the first process prints: the others' documents would run into its own.
  const first = `[ "\${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" != 0 ] || exec "$0" bin/lk.cjs ${lk}`;
  const { stdout, stderr } = spawnSync(launcher, [...args, 'sh', '-c', first, process.execPath], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent-home', ...ROOT },
    timeout: 60_000,
  });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

const openMpi = installed('mpirun.openmpi');
const hydra = installed('mpiexec.hydra');
const mismatch = ({ checks }: Report) => checks.find(({ id }) => id === 'cpu/scheduler-mismatch');

(openMpi === null ? describe.skip : describe)('Open MPI (skipped where mpirun.openmpi is not installed)', () => {
  const mpirun = (...args: string[]) => within(openMpi ?? '', '--oversubscribe', ...args);

  test('processes that are not bound share the CPUs', () => {
    const report = mpirun('--bind-to', 'none', '-np', '2');
    expect(report.machine.launchers).toMatchObject([{ launcher: 'Open MPI', siblings: 2 }]);
    expect(report.machine.share).toBe(Math.max(1, Math.floor(report.cpus.effective / 2)));
  });

  test('a process that is bound to fewer CPUs than there are is told how not to be', () => {
    const report = mpirun('--bind-to', 'core', '-np', '1');
    const { affinity, online } = report.cpus;
    if (affinity !== null && online !== null && affinity < online) {
      expect(mismatch(report)?.fix?.text).toContain('--bind-to none');
    } else expect(mismatch(report)?.status).toBe('pass');
    expect(mismatch(mpirun('--bind-to', 'none', '-np', '1'))?.status).toBe('pass');
  });
});

(hydra === null ? test.skip : test)('MPICH (skipped where mpiexec.hydra is not installed)', () => {
  const report = within(hydra ?? '', '-n', '2');
  expect(report.machine.launchers).toMatchObject([{ launcher: 'MPICH', siblings: 2, variable: 'MPI_LOCALNRANKS' }]);
  expect(report.machine.share).toBe(Math.max(1, Math.floor(report.cpus.effective / 2)));
});

import { expect, test } from '@jest/globals';
import { writeSnapshot } from '../../src/doctor/snapshot.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { doctorJson, lk } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { machine } from '../machine.ts';

const memory = {
  total: 256e9,
  available: 1e9,
  limit: { bytes: 2e9, used: null, file: '/sys/fs/cgroup/login/memory.max' },
  shm: null,
  openFiles: 1024,
};
/** A node of 64 CPUs, on which the snapshot was taken in a narrow place. */
const NODE = writeSnapshot(
  machine({ cpus: 2, online: 64, env: { PBS_JOBID: '7', NCPUS: '2' }, machine: { memory } }),
  NO_QUESTION,
  '0.0.0',
  new Date(0),
);

test("what if, before a job is submitted: plan, memory and the script's lines, on a recorded node", () =>
  withTree({ '/node.json': NODE }, (root) => {
    const from = ['--from', `${root}/node.json`];
    const { report, status } = doctorJson([...from, '--allocation', '-n 2 -c 16 --mem=32G']);
    expect(status).toBe(0);
    expect(report.machine.scheduler).toMatchObject({
      scheduler: 'Slurm',
      onNode: true,
      inStep: true,
      cpus: 16,
      tasksOnNode: 2,
      memoryBytes: 32 * 1024 ** 3,
    });
    expect(report.cpus).toMatchObject({ online: 64, effective: 16, lenskit: 16 });
    expect(report.machine.memory).toMatchObject({ total: 256e9, limit: null });
    expect(report.hypothetical).toEqual(['--allocation --ntasks=2 --cpus-per-task=16 --mem=32G']);
    const { stdout } = lk(['doctor', ...from, '--allocation', '-n 2 -c 16 --mem=32G']);
    expect(stdout).toContain('one of 2 identical copies');
    expect(stdout).toMatch(
      / {2}job {3}#SBATCH --ntasks=2\n +#SBATCH --cpus-per-task=16\n +#SBATCH --mem=32G\n +export SRUN_CPUS_PER_TASK=16 LK_NUM_PROCS=1 LK_NUM_THREADS=8 LK_NUM_BACKEND_THREADS=2\n/,
    );
    // Little memory for one of two tasks with four workers each.
    const small = doctorJson([...from, '--allocation', '-n 2 -c 16 --mem=2G']).report.checks;
    expect(small.find(({ id }) => id === 'memory/workers-do-not-fit')).toMatchObject({ status: 'fail' });
  }));

test("the lines of a job's file, with the words over them, as on sbatch's command line", () =>
  withTree(
    { '/node.json': NODE, '/job.sh': '#!/bin/sh\n#SBATCH -c 8 --mem=4G\nsrun python x.py\n', '/plain.sh': 'true\n' },
    (root) => {
      const from = ['--from', `${root}/node.json`];
      const job = (...args: string[]) =>
        doctorJson([...from, '--job', `${root}/job.sh`, ...args]).report.machine.scheduler;
      expect(job()).toMatchObject({ cpus: 8, memoryBytes: 4 * 1024 ** 3 });
      expect(job('--allocation', '-c 4')).toMatchObject({ cpus: 4, memoryBytes: 4 * 1024 ** 3 });
      const none = lk(['doctor', ...from, '--job', `${root}/plain.sh`]);
      expect([none.status, none.stderr]).toEqual([
        2,
        `lk: --job ${root}/plain.sh: no #SBATCH line asks for CPUs, tasks, nodes or memory\n`,
      ]);
      expect(lk(['doctor', ...from, '--job', `${root}/absent`])).toMatchObject({
        status: 2,
        stderr: `lk: --job ${root}/absent: not there\n`,
      });
    },
  ));

test('words that are not sbatch’s are wrong usage', () => {
  const { status, stdout, stderr } = lk(['doctor', '--allocation', '-n many']);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe('lk: --allocation "-n many": --ntasks many: no number; write a whole number, 1 or more\n');
});

test('a snapshot keeps what was asked, and what the share needs', () =>
  withTree({ '/x': '' }, (root) => {
    const file = `${root}/kept.json`;
    const env = {
      SLURM_JOB_ID: '7',
      SLURM_STEP_ID: '0',
      SLURM_NODEID: '0',
      SLURM_CPUS_ON_NODE: '4',
      SLURM_STEP_TASKS_PER_NODE: '4',
      SLURM_MEM_PER_NODE: '4096',
    };
    const { report } = doctorJson(['--snapshot', file, '--fail-on', 'never'], { env });
    expect(report.machine.scheduler).toMatchObject({ cpus: 1, tasksOnNode: 4, memoryBytes: 4 * 1024 ** 3 });
    expect(doctorJson(['--from', file, '--fail-on', 'never']).report.machine.scheduler).toEqual(
      report.machine.scheduler,
    );
    doctorJson(['--snapshot', file, '--allocation', '-c 2', '--fail-on', 'never']);
    expect(doctorJson(['--from', file, '--fail-on', 'never']).report.machine.scheduler).toMatchObject({
      cpus: 2,
      variable: 'SLURM_CPUS_PER_TASK',
    });
  }));

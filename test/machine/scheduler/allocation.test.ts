import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Allocation, directivesOf, place, variablesOf } from '../../../src/machine/scheduler/allocation.ts';
import { allocationOf } from '../../../src/machine/scheduler/asked-allocation.ts';
import { parseSbatch, sbatchLines } from '../../../src/machine/scheduler/sbatch.ts';
import { allocated } from '../../../src/situation/allocated.ts';
import { machine, quota, report } from '../../machine.ts';

/** As a shell would, as far as these tests go. */
const parseArgsStringToArgv = (text: string): string[] =>
  (text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));
const asked = (text: string): Allocation => allocationOf(parseArgsStringToArgv(text));
const G = 1024 ** 3;

describe("sbatch's words", () => {
  test.each<[string, Partial<Allocation>]>([
    ['-n 2 -c 16 --mem 32G', { tasks: 2, cpusPerTask: 16, memoryPerNode: 32 * G }],
    ['-n2 -c16 --mem=32768', { tasks: 2, cpusPerTask: 16, memoryPerNode: 32 * G }],
    ['--ntasks=2 --cpus-per-task 16', { tasks: 2, cpusPerTask: 16 }],
    ['--ntasks-per-n 2 --cpus-per-t=16', { tasksPerNode: 2, cpusPerTask: 16 }],
    ['-HN2-4 --ntasks-per-node=3', { nodes: 2, tasksPerNode: 3 }],
    ['-c 1 -c 4', { cpusPerTask: 4 }],
    ['--mem=0 -c2', { memoryPerNode: 0, cpusPerTask: 2 }],
    ['--mem-per-cpu=2G', { memoryPerCpu: 2 * G }],
    ['--gres=gpu:a100:2,shard:1 --mem-per-gpu 8G', { gpusPerNode: 2, memoryPerGpu: 8 * G }],
    ['-G a100:4 --cpus-per-gpu 8', { gpus: 4, cpusPerGpu: 8 }],
    ['--tres-per-task=cpu:4,gres/gpu:1', { cpusPerTask: 4 }],
    ['--exclusive -J "a b" -t 10:00 --nice -n1', { exclusive: true, tasks: 1 }],
    // The node is shared with the user's other jobs, so that the job has no more than it asks for.
    ['--exclusive=user', { exclusive: false }],
    ['--exclusive=mcs', { exclusive: false }],
    ['--exclusive=user --exclusive', { exclusive: true }],
    ['--exclusive=Allocation', { exclusive: true }],
    ['-n1', { exclusive: false }],
    ['--mem-per-cpu 512M --mem-per-gpu 1T', { memoryPerCpu: 512 * 1024 ** 2, memoryPerGpu: 1024 * G }],
    ['--mem " 0 "', { memoryPerNode: 0 }],
    ['--mem=100', { memoryPerNode: 100 * 1024 ** 2 }],
    ['-N "2 " -n " 4"', { nodes: 2, tasks: 4 }],
    ['-N 100000-200000', { nodes: 100_000 }],
    ['--tasks-per-node 4', { tasksPerNode: 4 }],
    ['--gpus=volta:3,kepler:1', { gpus: 4, gpusPerNode: null, gpusPerTask: null }],
    ['--gpus-per-node=gpu:a100:2', { gpus: null, gpusPerNode: 2, gpusPerTask: null }],
    ['--gpus-per-task=h100-80gb.x_1:3', { gpus: null, gpusPerNode: null, gpusPerTask: 3 }],
    ['--gpus-per-node=2 --gres=gpu:4', { gpusPerNode: 2 }],
    ['-G a100:16', { gpus: 16 }],
    ['--gres=gpu', { gpusPerNode: 1 }],
    ['--gres=gpu:2g.20gb', { gpusPerNode: 1 }],
    ['--gres=gpu:h100', { gpusPerNode: 1 }],
    ['--gres=gpu:a100:12', { gpusPerNode: 12 }],
    ['--gres="shard:1, gpu:2 "', { gpusPerNode: 2 }],
    ['--gres=gpu:kepler:2,shard:1,gpu:volta:1', { gpusPerNode: 3 }],
    ['--gres=gpu:0', { gpusPerNode: null }],
    ['--gres=shard:4,license:gpu', { gpusPerNode: null }],
    ['--tres-per-task=cpu=4,gres/gpu:a100:2', { cpusPerTask: 4, gpusPerTask: 2, gpusPerNode: null }],
    ['--tres-per-task=cpu:4 -c 2 --gpus-per-task 1', { cpusPerTask: 2, gpusPerTask: 1 }],
    ['--comment=none', { nodes: null, tasks: null, tasksPerNode: null, cpusPerTask: null, cpusPerGpu: null }],
    ['--comment=none', { memoryPerNode: null, memoryPerCpu: null, memoryPerGpu: null, gpus: null }],
    ['-n 2 -- -c 4', { tasks: 2, cpusPerTask: null }],
  ])('%s', (text, fields) => expect(asked(text)).toMatchObject(fields));

  test.each([
    ['-n x', /--ntasks x: no number/],
    ['-n 0', /--ntasks 0: no number/],
    ['-n 1000000', /--ntasks 1000000: no number/],
    ['-c 2x', /--cpus-per-task 2x: no number; write a whole number/],
    ['-c x2', /--cpus-per-task x2: no number/],
    ['--ntasks-per-node=-1', /--ntasks-per-node -1: no number/],
    ['--cpus-per-gpu=', /--cpus-per-gpu : no number/],
    ['-N 2-', /--nodes 2-: no number/],
    ['-N x2', /--nodes x2: no number/],
    ['-N 2-4x', /--nodes 2-4x: no number/],
    ['-G a100', /--gpus a100: no number/],
    ['-G a100:2,x', /--gpus x: no number/],
    ['--gpus-per-task=a:b:c:2', /--gpus-per-task a:b:c:2: no number/],
    ['--gpus-per-node=2x', /--gpus-per-node 2x: no number/],
    ['--mem-per-gpu=x0', /--mem-per-gpu x0: no amount of memory; write one such as 32G/],
    ['--mem=0x', /--mem 0x: no amount/],
    ['--mem=4B', /--mem 4B: no amount/],
    ['--mem-per-cpu=1.5G', /--mem-per-cpu 1.5G: no amount/],
    ['-n', /-n wants a value/],
    ['--mem', /--mem wants a value/],
    ['--mem=3Q', /--mem 3Q: no amount/],
    ['--foo', /--foo: no option/],
    ['-Z', /-Z: no option/],
    ['--n 2', /--n: --.*--nice or|--n: .* or --nice/],
    ['--hold=yes', /--hold takes no value/],
    ['job.sh', /job.sh: no option/],
    ['-n 2 : -n 3', /heterogeneous/],
    ['--', /^$/],
  ])('%s is refused', (text, message) => {
    if (text === '--') expect(asked(text)).toEqual(asked(''));
    else expect(() => asked(text)).toThrow(message);
  });

  test('any words end in an allocation or in its own error', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.string().map((text) => `--${text}`),
            fc.string().map((text) => `-${text}`),
          ),
        ),
        (words) => {
          try {
            allocationOf(words);
          } catch (error) {
            expect((error as Error).name).toBe('AllocationError');
          }
        },
      ),
    );
  });
});

test("the lines of a job's file are read as sbatch reads them", () => {
  const text = `#!/bin/bash
#SBATCH --job-name="my job"
##SBATCH -n 99
# SBATCH -n 98
#SBATCH --cpus-per-task=8   # many

#SBATCH\t--mem=4G
module load x
#SBATCH -n 50
`;
  const words = sbatchLines(text, parseArgsStringToArgv);
  expect(Object.fromEntries(parseSbatch(words))).toEqual({ 'job-name': 'my job', 'cpus-per-task': '8', mem: '4G' });
});

describe('where the tasks go', () => {
  test.each<[string, object]>([
    ['-n 2 -c 16', { nodes: 1, tasks: 2, tasksOnNode: 2, cpusPerTask: 16, cpusOnNode: 32 }],
    ['-n 8 -c 16', { nodes: 2, tasks: 8, tasksOnNode: 4, cpusPerTask: 16, cpusOnNode: 64 }],
    ['-n 65', { nodes: 2, tasksOnNode: 33, cpusOnNode: 33 }],
    ['-N 2', { nodes: 2, tasks: 2, tasksOnNode: 1, cpusOnNode: 1 }],
    ['-N 2-4 -n 6', { nodes: 2, tasks: 6, tasksOnNode: 3 }],
    ['-N 2 -n 5', { nodes: 2, tasks: 5, tasksOnNode: 3 }],
    // sbatch: can't run 2 processes on 4 nodes, setting nnodes to 2
    ['-N 4 -n 2', { nodes: 2, tasks: 2, tasksOnNode: 1 }],
    ['-N 2 --ntasks-per-node 3 -c 2', { nodes: 2, tasks: 6, tasksOnNode: 3, cpusOnNode: 6 }],
    ['--ntasks-per-node 3', { nodes: 1, tasks: 3, tasksOnNode: 3 }],
    ['-n 6 --ntasks-per-node 3', { nodes: 2, tasksOnNode: 3 }],
    ['-n 7 --ntasks-per-node 3', { nodes: 3, tasksOnNode: 3 }],
    ['-N 1 -n 9 --ntasks-per-node 3', { nodes: 1, tasksOnNode: 3 }],
    ['-c 4', { nodes: 1, tasks: 1, cpusPerTask: 4, cpusOnNode: 4 }],
    ['-c 4 --exclusive', { cpusPerTask: 4, cpusOnNode: 64 }],
    ['-c 128', { nodes: 1, tasksOnNode: 1, cpusOnNode: 128 }],
    ['-c 128 --exclusive', { cpusOnNode: 128 }],
    ['-c 48 -n 2', { nodes: 2, tasksOnNode: 1, cpusOnNode: 48 }],
    ['--cpus-per-gpu 8', { cpusPerTask: 8 }],
    ['--cpus-per-gpu 8 -c 2', { cpusPerTask: 2 }],
    ['--cpus-per-gpu 8 --gpus-per-node 2', { cpusPerTask: 16 }],
    ['--cpus-per-gpu 8 --gpus-per-task 3 -n 2', { cpusPerTask: 24, cpusOnNode: 48 }],
    ['--cpus-per-gpu 8 --gpus 4', { cpusPerTask: 32 }],
    ['--cpus-per-gpu 8 --gpus 4 -n 2', { cpusPerTask: 16, cpusOnNode: 32 }],
    ['--cpus-per-gpu 8 --gpus 2 -n 4', { cpusPerTask: 8 }],
    // The tasks of a node share its GPUs.
    ['--cpus-per-gpu 8 --gpus-per-node 4 --ntasks-per-node 4', { cpusPerTask: 8, cpusOnNode: 32 }],
    ['--cpus-per-gpu 8 --gpus-per-node 4 -N 2 -n 4', { cpusPerTask: 16, cpusOnNode: 32 }],
    ['--gpus-per-task 3', { cpusPerTask: 1 }],
  ])('%s on nodes of 64 CPUs', (text, fields) => expect(place(asked(text), 64)).toMatchObject(fields));

  test('tasks that are larger than a node have one each', () => {
    expect(place(asked('-n 3 -c 16'), 8)).toMatchObject({ nodes: 3, tasksOnNode: 1, cpusOnNode: 16 });
  });
});

describe('what Slurm says in the job (sbatch(1), srun(1): output environment variables)', () => {
  const PLACE = { SLURM_NODEID: '0', SLURM_PROCID: '0', SLURM_STEP_ID: '0' };

  test.each<[string, object]>([
    [
      '-n 8 -c 16',
      {
        ...{ SLURM_NTASKS: '8', SLURM_STEP_NUM_TASKS: '8', SLURM_STEP_TASKS_PER_NODE: '4(x2)' },
        ...{ SLURM_NNODES: '2', SLURM_STEP_NUM_NODES: '2' },
        ...{ SLURM_CPUS_ON_NODE: '64', SLURM_JOB_CPUS_PER_NODE: '64(x2)' },
        ...{ SLURM_CPUS_PER_TASK: '16', SRUN_CPUS_PER_TASK: '16' },
      },
    ],
    ['--cpus-per-gpu 8 --gpus 2', { SLURM_CPUS_PER_TASK: '16', SRUN_CPUS_PER_TASK: '16', SLURM_GPUS_ON_NODE: '2' }],
    ['--mem=4G', { SLURM_MEM_PER_NODE: '4096' }],
    ['--mem-per-cpu=500', { SLURM_MEM_PER_CPU: '500' }],
    ['--mem-per-gpu=1025K', { SLURM_MEM_PER_GPU: '2' }],
    ['--gpus-per-node=2 -N 2', { SLURM_GPUS_ON_NODE: '2' }],
    ['--gpus-per-task=2 -n 3', { SLURM_GPUS_ON_NODE: '6' }],
    ['--gpus=4 -N 2', { SLURM_GPUS_ON_NODE: '2' }],
    ['--gpus=3 -N 2', { SLURM_GPUS_ON_NODE: '2' }],
  ])('%s on nodes of 64 CPUs', (text, variables) => {
    expect(variablesOf(asked(text), 64)).toMatchObject({ ...PLACE, SLURM_JOB_ID: '0', ...variables });
  });

  test('what was not asked for is not said', () => {
    const names = Object.keys(variablesOf(asked('-n 2'), 64));
    expect(names.filter((name) => /CPUS_PER_TASK|GPU|MEM/.test(name))).toEqual([]);
  });
});

test.each([
  ['-n2 -c16 --mem=32G', ['--ntasks=2', '--cpus-per-task=16', '--mem=32G']],
  ['-HN2-4 --tasks-per-node 3 -J x', ['--nodes=2', '--ntasks-per-node=3']],
  ['-G a100:4 --cpus-per-gpu 8 --mem-per-gpu=1536M', ['--cpus-per-gpu=8', '--gpus=4', '--mem-per-gpu=1536M']],
  ['--gres=gpu:2 --mem-per-cpu=3000K', ['--gpus-per-node=2', '--mem-per-cpu=3000K']],
  ['--gpus-per-task=1 --exclusive', ['--gpus-per-task=1', '--exclusive']],
  ['--mem=2048G', ['--mem=2T']],
  ['--mem=1024T', ['--mem=1024T']],
  ['--mem=1', ['--mem=1M']],
  ['--mem=0 --exclusive=user', ['--mem=0']],
])("%s is in sbatch's own words", (text, words) => expect(directivesOf(asked(text))).toEqual(words));

/** Every allocation that sbatch's own words can say. */
const allocations: fc.Arbitrary<Allocation> = fc
  .record(
    {
      nodes: fc.integer({ min: 1, max: 8 }),
      ntasks: fc.integer({ min: 1, max: 64 }),
      'cpus-per-task': fc.integer({ min: 1, max: 64 }),
      'ntasks-per-node': fc.integer({ min: 1, max: 16 }),
      mem: fc.constantFrom('512M', '4G', '0', '3000'),
      'mem-per-cpu': fc.constantFrom('512M', '2G'),
      gpus: fc.integer({ min: 1, max: 8 }),
      'cpus-per-gpu': fc.integer({ min: 1, max: 8 }),
      exclusive: fc.constantFrom('', 'user'),
    },
    { requiredKeys: [] },
  )
  .map((options) => allocationOf(Object.entries(options).map(([name, value]) => `--${name}=${value}`)));

test("limits of where lk runs are none of the job's, and srun is told what the job asked for", () => {
  const memory = {
    total: 64e9,
    available: 1e9,
    limit: { bytes: 1e9, used: 9e8, file: '/memory.max' },
    shm: null,
    openFiles: 9,
  };
  const facts = machine({ online: 8, cpus: 2, quotas: [quota(50_000)], machine: { memory } });
  const { cpus, checks, machine: found } = report(facts, { allocation: asked('-c 4') });
  expect(cpus).toMatchObject({ online: 8, effective: 4, quota: null });
  expect(found.memory).toMatchObject({ limit: null, available: 64e9 });
  expect(checks.find(({ id }) => id === 'memory/workers-do-not-fit')?.status).toBe('pass');
  // With --cpus the node is another one.
  expect(report(facts, { allocation: asked('-c 4'), cpus: 3 }).cpus).toMatchObject({ online: 3, effective: 3 });
});

test("the user's own variables count in the job as well; those of the job that lk is in do not", () => {
  const { env } = allocated(
    machine({
      env: { OMP_NUM_THREADS: '3', LK_NUM_THREADS: '2', PBS_JOBID: '1', NCPUS: '2', PYTEST_XDIST_WORKER_COUNT: '2' },
    }),
    asked('-c 4'),
    null,
  );
  expect(env).toMatchObject({ OMP_NUM_THREADS: '3', LK_NUM_THREADS: '2', SLURM_CPUS_PER_TASK: '4' });
  for (const name of ['PBS_JOBID', 'NCPUS', 'PYTEST_XDIST_WORKER_COUNT']) expect(env).not.toHaveProperty(name);
});

test('what is printed for a script asks for the same', () => {
  fc.assert(
    fc.property(allocations, (allocation) => expect(allocationOf(directivesOf(allocation))).toEqual(allocation)),
  );
});

test('a plan for a job is that of its task, and what is advised fits it', () => {
  fc.assert(
    fc.property(allocations, fc.integer({ min: 1, max: 128 }), (allocation, online) => {
      const found = report(machine({ cpus: 2, online, env: { PBS_JOBID: '1', NCPUS: '2' } }), { allocation });
      const { cpusPerTask } = place(allocation, online);
      const { scheduler } = found.machine;
      expect(scheduler).toMatchObject({ scheduler: 'Slurm', onNode: true, inStep: true });
      if (allocation.cpusPerTask !== null) expect(scheduler?.cpus).toBe(cpusPerTask);
      expect(found.cpus.effective).toBe(Math.min(online, scheduler?.cpus ?? 0));
      const advised = found.recommendation?.env ?? {};
      expect(Number(advised.LK_NUM_THREADS) * Number(advised.LK_NUM_BACKEND_THREADS)).toBeLessThanOrEqual(
        found.cpus.effective,
      );
      expect(Object.keys(variablesOf(allocation, online)).every((name) => /^S(LURM|RUN)_/.test(name))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

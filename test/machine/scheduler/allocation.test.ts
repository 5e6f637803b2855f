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
    ['--mem=0 -c2', { memoryPerNode: null, cpusPerTask: 2 }],
    ['--mem-per-cpu=2G', { memoryPerCpu: 2 * G }],
    ['--gres=gpu:a100:2,shard:1 --mem-per-gpu 8G', { gpusPerNode: 2, memoryPerGpu: 8 * G }],
    ['-G a100:4 --cpus-per-gpu 8', { gpus: 4, cpusPerGpu: 8 }],
    ['--tres-per-task=cpu:4,gres/gpu:1', { cpusPerTask: 4 }],
    ['--exclusive=user -J "a b" -t 10:00 --nice -n1', { exclusive: true, tasks: 1 }],
    ['-n 2 -- -c 4', { tasks: 2, cpusPerTask: null }],
  ])('%s', (text, fields) => expect(asked(text)).toMatchObject(fields));

  test.each([
    ['-n x', /--ntasks x: no number/],
    ['-n 0', /--ntasks 0: no number/],
    ['-n', /-n wants a value/],
    ['--mem', /--mem wants a value/],
    ['--mem=3Q', /--mem 3Q: no amount/],
    ['--foo', /--foo: no option/],
    ['-Z', /-Z: no option/],
    ['--n 2', /--n: --nice or/],
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
    ['-n 2 -c 16', { nodes: 1, tasksOnNode: 2, cpusPerTask: 16, cpusOnNode: 32 }],
    ['-n 8 -c 16', { nodes: 2, tasksOnNode: 4, cpusOnNode: 64 }],
    ['-N 2', { nodes: 2, tasks: 2, tasksOnNode: 1, cpusOnNode: 1 }],
    ['-N 2 --ntasks-per-node 3 -c 2', { nodes: 2, tasks: 6, tasksOnNode: 3, cpusOnNode: 6 }],
    ['-n 6 --ntasks-per-node 3', { nodes: 2, tasksOnNode: 3 }],
    ['-c 4 --exclusive', { cpusPerTask: 4, cpusOnNode: 64 }],
    ['--cpus-per-gpu 8 --gpus-per-node 2', { cpusPerTask: 16 }],
    ['-c 128', { nodes: 1, cpusOnNode: 128 }],
  ])('%s on nodes of 64 CPUs', (text, fields) => expect(place(asked(text), 64)).toMatchObject(fields));
});

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

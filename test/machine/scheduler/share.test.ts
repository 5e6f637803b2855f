import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { observeJobFile } from '../../../src/machine/scheduler/job-file.ts';
import { SHARE_MARKERS, SHARE_VARIABLES } from '../../../src/machine/scheduler/share.ts';
import { keptVariables } from '../../../src/situation/kept-variables.ts';
import { check, machine, report } from '../../machine.ts';
import { memoryHost } from '../../memory-host.ts';
import { type Env, shared } from './shared-cpus.ts';

describe('schedulers', () => {
  test.each<[string, Env, object]>([
    ['Torque', { PBS_JOBID: '7.host', PBS_NUM_PPN: '8', PBS_NUM_NODES: '2', PBS_NP: '16' }, { cpus: 8, nodes: 2 }],
    ['Torque on one host', { PBS_JOBID: '7', PBS_NP: '6', PBS_NUM_NODES: '1' }, { cpus: 6, variable: 'PBS_NP' }],
    ['PBS', { PBS_JOBID: '7', NCPUS: '4' }, { scheduler: 'PBS', cpus: 4, variable: 'NCPUS' }],
    [
      'LSF counts per host',
      { LSB_JOBID: '7', LSB_MCPU_HOSTS: 'a 4 b 8 ', LSB_DJOB_NUMPROC: '12' },
      { cpus: 4, nodes: 2 },
    ],
    ['LSF in one word', { LSB_JOBID: '7', LSB_MCPU_HOSTS: 'node1_4_node2_8' }, { cpus: 4, nodes: 2 }],
    ['LSF by slots', { LSB_JOBID: '7', LSB_HOSTS: 'a a a b' }, { cpus: 3, nodes: 2 }],
    ['LSF in all', { LSB_JOBID: '7', LSB_DJOB_NUMPROC: '12' }, { cpus: 12, nodes: 1 }],
    ['LSF, no list', { LSB_JOBID: '7', LSB_MCPU_HOSTS: 'a x' }, { cpus: null }],
    ['SGE', { NSLOTS: '3' }, { scheduler: 'SGE', cpus: 3 }],
    ['SGE on one host', { NSLOTS: '3', NHOSTS: '1' }, { cpus: 3 }],
    ['SGE on several', { NSLOTS: '6', NHOSTS: '2' }, { cpus: null, nodes: 2 }],
    ['HTCondor', { _CONDOR_SLOT: 'slot1_1', CUBACORES: '4', OMP_NUM_THREADS: '2' }, { scheduler: 'HTCondor', cpus: 4 }],
    ['HTCondor, one thread', { _CONDOR_SLOT: 'slot1_1', OMP_NUM_THREADS: '1' }, { cpus: null }],
    [
      'HTCondor within Slurm',
      { SLURM_JOB_ID: '7', SLURM_CPUS_ON_NODE: '8', _CONDOR_SLOT: 'x', GOMAXPROCS: '2' },
      { scheduler: 'HTCondor', cpus: 2 },
    ],
    [
      'the one that says how many',
      { SLURM_JOB_ID: '7', SLURM_CPUS_ON_NODE: '8', FLUX_JOB_ID: 'f' },
      { scheduler: 'Slurm', cpus: 8 },
    ],
    ['Flux, not bound', { FLUX_JOB_ID: 'f', FLUX_JOB_SIZE: '4' }, { scheduler: 'Flux', cpus: null }],
    ['OAR, not bound', { OAR_JOB_ID: '7' }, { scheduler: 'OAR', cpus: null }],
  ])('%s', (_, env, grant) => {
    expect(shared(env).grant).toMatchObject(grant);
  });

  test('Flux holds the tasks of a node to its cores, which they share', () => {
    const env = { FLUX_JOB_ID: 'f', FLUX_JOB_SIZE: '4', FLUX_JOB_NNODES: '2', FLUX_TASK_RANK: '1' };
    expect(shared(env, { affinity: '0-7' }).grant).toMatchObject({ cpus: 4, tasksOnNode: 2, inStep: true });
  });

  test('OAR holds the job to a cpuset', () => {
    expect(shared({ OAR_JOB_ID: '7' }, { affinity: '0-3', cpuset: '0-3' })).toMatchObject({ cpus: 4, bound: true });
  });

  test('none', () => {
    expect(shared({ SLURM_CPUS_PER_TASK: '4', LSB_HOSTS: 'a' })).toMatchObject({ grant: null, cpus: null });
  });

  test('what a newer Slurm says of each task', () => {
    const env = { SLURM_JOB_ID: '7', SLURM_STEP_ID: '0', SLURM_CPUS_ON_NODE: '8', SLURM_STEP_TASKS_PER_NODE: '2' };
    for (const raw of ['cpu:3', 'cpu=3', 'gres/gpu=1,cpu=3'])
      expect(shared({ ...env, SLURM_TRES_PER_TASK: raw }).grant).toMatchObject({
        cpus: 3,
        variable: 'SLURM_TRES_PER_TASK',
      });
    expect(shared({ ...env, SLURM_TRES_PER_TASK: 'gres/gpu=1' }).cpus).toBe(4);
  });

  test.each<[Env, number | null]>([
    [{ SLURM_MEM_PER_NODE: '4096' }, 4 * 1024 ** 3],
    [{ SLURM_MEM_PER_NODE: '4G' }, 4 * 1024 ** 3],
    [{ SLURM_MEM_PER_NODE: '0' }, null],
    [{ SLURM_MEM_PER_CPU: '500' }, 8 * 500 * 1024 ** 2],
    [{ SLURM_MEM_PER_GPU: '1G', SLURM_GPUS_ON_NODE: '2' }, 2 * 1024 ** 3],
    [{ SLURM_MEM_PER_GPU: '1G' }, null],
    [{ SLURM_MEM_PER_CPU: '1X' }, null],
  ])('memory by %j', (env, memoryBytes) => {
    expect(shared({ SLURM_JOB_ID: '7', SLURM_CPUS_ON_NODE: '8', ...env }).grant?.memoryBytes).toBe(memoryBytes);
  });
});

describe('the rule for the tasks of a step', () => {
  test('each has what was asked for it, or its part; all of them never more than the step', () => {
    const tasks = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        tasks,
        fc.nat(5),
        fc.integer({ min: 1, max: 128 }),
        fc.option(fc.integer({ min: 1, max: 128 })),
        (counts, at, onNode, perTask) => {
          const node = at % counts.length;
          const own = counts[node] ?? 1;
          const { grant } = shared({
            SLURM_JOB_ID: '7',
            SLURM_STEP_ID: '3',
            SLURM_NODEID: String(node),
            SLURM_CPUS_ON_NODE: String(onNode),
            SLURM_STEP_TASKS_PER_NODE: shortened(counts),
            ...(perTask === null ? {} : { SLURM_CPUS_PER_TASK: String(perTask) }),
          });
          expect(grant).toMatchObject({
            onNode: true,
            inStep: true,
            tasksOnNode: own,
            cpus: perTask === null ? Math.max(1, Math.floor(onNode / own)) : Math.min(perTask, onNode),
          });
        },
      ),
    );
  });

  test('any value of any variable', () => {
    const env = fc.dictionary(
      fc.constantFrom(...SHARE_MARKERS, ...SHARE_VARIABLES),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('4', '3(x2),1', 'a 4 b 2', '1000000', '-1', '4G', 'cpu=2'),
      ),
    );
    fc.assert(
      fc.property(env, (variables) => {
        const { cpus, siblings, grant } = shared(variables);
        expect(cpus === null || (Number.isSafeInteger(cpus) && cpus > 0)).toBe(true);
        expect(siblings).toBeGreaterThan(0);
        expect(grant?.memoryBytes ?? 1).toBeGreaterThan(0);
      }),
    );
  });
});

/** Slurm's way to write a list over nodes. */
function shortened(counts: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const count of counts) {
    const last = parts.at(-1);
    if (last?.[0] === count) last[1]++;
    else parts.push([count, 1]);
  }
  return parts.map(([count, times]) => (times === 1 ? `${count}` : `${count}(x${times})`)).join(',');
}

describe('launchers', () => {
  const BATCH = { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '8' };

  test.each<[string, Env, number | null]>([
    ['Open MPI', { OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, 8],
    ['MPICH', { MPI_LOCALNRANKS: '4', PMI_SIZE: '8' }, 4],
    ['MVAPICH2', { MV2_COMM_WORLD_LOCAL_SIZE: '4' }, 4],
    ['PMI', { PMI_SIZE: '2' }, 8],
    ['torchrun', { LOCAL_WORLD_SIZE: '2' }, 8],
    ['pytest-xdist', { PYTEST_XDIST_WORKER_COUNT: '4' }, 4],
    ['more than there are CPUs', { PYTEST_XDIST_WORKER_COUNT: '40' }, 1],
    ['tests within MPI', { OMPI_COMM_WORLD_LOCAL_SIZE: '2', PYTEST_XDIST_WORKER_COUNT: '4' }, 2],
    ['one process', { OMPI_COMM_WORLD_LOCAL_SIZE: '1' }, null],
    ['no number', { OMPI_COMM_WORLD_LOCAL_SIZE: 'x' }, null],
    ['joblib', { ENABLE_IPC: '1' }, null],
    ['Open MPI in a job', { ...BATCH, OMPI_COMM_WORLD_LOCAL_SIZE: '4' }, 2],
    ['PMI over two nodes', { ...BATCH, SLURM_JOB_NUM_NODES: '2', PMI_SIZE: '8' }, 2],
    ['MPI in the only task of a step', { ...BATCH, SLURM_STEP_ID: '0', PMI_LOCAL_SIZE: '4' }, 2],
    ['PMI of the step itself', { ...BATCH, SLURM_STEP_ID: '0', SLURM_STEP_TASKS_PER_NODE: '4', PMI_SIZE: '4' }, 2],
    [
      'tests in a task',
      { ...BATCH, SLURM_STEP_ID: '0', SLURM_STEP_TASKS_PER_NODE: '2', PYTEST_XDIST_WORKER_COUNT: '2' },
      2,
    ],
    [
      'with -c each has its own',
      {
        ...BATCH,
        SLURM_STEP_ID: '0',
        SLURM_STEP_TASKS_PER_NODE: '1',
        SLURM_CPUS_PER_TASK: '2',
        OMPI_COMM_WORLD_LOCAL_SIZE: '3',
      },
      2,
    ],
  ])('%s', (_, env, cpus) => {
    expect(shared(env).cpus).toBe(cpus);
  });

  test('the tasks of a step are not counted twice', () => {
    const step = { ...BATCH, SLURM_STEP_ID: '0', SLURM_STEP_TASKS_PER_NODE: '4' };
    expect(shared({ ...step, PMI_SIZE: '4' }).siblings).toBe(4);
    expect(shared({ ...step, PYTEST_XDIST_WORKER_COUNT: '2' }).siblings).toBe(8);
  });

  test('what MPI has bound it has divided; tests are never bound', () => {
    expect(shared({ OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, { affinity: '0-2' })).toMatchObject({ cpus: 3, bound: true });
    expect(shared({ PYTEST_XDIST_WORKER_COUNT: '2' }, { affinity: '0-3' })).toMatchObject({ cpus: 2, bound: false });
    const both = { OMPI_COMM_WORLD_LOCAL_SIZE: '2', PYTEST_XDIST_WORKER_COUNT: '2' };
    expect(shared(both, { affinity: '0-3' })).toMatchObject({ cpus: 2, siblings: 4, bound: false });
  });

  test('tests that share what they may run on are told to keep to their part, in a job as well', () => {
    const job = { SLURM_JOB_ID: '7', SLURM_CPUS_ON_NODE: '4' };
    for (const around of [{}, job]) {
      const env = { ...around, PYTEST_XDIST_WORKER_COUNT: '2' };
      const facts = machine({ cpus: 16, online: 16, affinity: '0-3', env });
      expect(check('cpu/scheduler-mismatch', facts)).toMatchObject({ status: 'warn', fix: expect.anything() });
      const fixed = { ...facts, env: { ...env, ...report(facts).recommendation?.env } };
      expect(report(fixed).plan?.peakThreads).toBeLessThanOrEqual(2);
      expect(check('cpu/scheduler-mismatch', fixed).status).toBe('info');
    }
  });

  test.each<[string, Env, string | null, boolean]>([
    ['as many as were granted', { NSLOTS: '4' }, '0-3', true],
    ['more than were granted', { NSLOTS: '4' }, '0-7', false],
    ['all', { NSLOTS: '16' }, '0-15', false],
    ['not known', { NSLOTS: '4' }, null, false],
    ['of nobody knows how many', { NSLOTS: '4', NHOSTS: '2' }, '0-3', false],
    ['its part of a step', { ...BATCH, SLURM_STEP_ID: '0', SLURM_STEP_TASKS_PER_NODE: '2' }, '0-3', true],
    ['more than its part', { ...BATCH, SLURM_STEP_ID: '0', SLURM_STEP_TASKS_PER_NODE: '2' }, '0-4', false],
    ['its part by MPI', { OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, '0-7', true],
    ['more than its part by MPI', { OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, '0-8', false],
    ['MPI binds nothing', { OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, null, false],
    ['nobody shares', {}, '0-3', false],
  ])('the affinity is its own: %s', (_, env, affinity, bound) => expect(shared(env, { affinity }).bound).toBe(bound));

  test("in a job MPI's processes divide what the job has, and no more is theirs than was asked for each", () => {
    const job = { FLUX_JOB_ID: 'f', FLUX_JOB_SIZE: '4', PMI_LOCAL_SIZE: '2' };
    expect(shared(job, { affinity: '0-7' }).cpus).toBe(2);
    expect(shared({ NSLOTS: '6', OMPI_COMM_WORLD_LOCAL_SIZE: '4' }).cpus).toBe(1);
    expect(shared({ NSLOTS: '8', OMPI_COMM_WORLD_LOCAL_SIZE: '2', PYTEST_XDIST_WORKER_COUNT: '2' })).toMatchObject({
      cpus: 2,
      siblings: 4,
      grant: { cpus: 2, cpusOnNode: 8 },
    });
  });

  test("a container's cpuset binds nobody", () => {
    const around = { affinity: '0-3', cpuset: '0-3' };
    expect(shared({ OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, around)).toMatchObject({ cpus: 2, bound: false });
  });

  test('those that give no count are named without their values', () => {
    expect(keptVariables({ DASK_INTERNAL_INHERIT_CONFIG: 'c2VjcmV0' })).toEqual({ DASK_INTERNAL_INHERIT_CONFIG: '…' });
    expect(shared({ DASK_INTERNAL_INHERIT_CONFIG: 'c2VjcmV0' }).launchers).toEqual([
      { launcher: 'Dask', siblings: null, variable: 'DASK_INTERNAL_INHERIT_CONFIG', raw: null },
    ]);
  });
});

describe('files of a job', () => {
  const HOST = { '/proc/sys/kernel/hostname': 'node2.x.org\n' };
  const OAR = { OAR_JOB_ID: '7', OAR_NODEFILE: '/n' };
  const PBS = { PBS_JOBID: '7', PBS_NODEFILE: '/n' };
  const SGE = { NSLOTS: '6', NHOSTS: '2', PE_HOSTFILE: '/n' };
  const CONDOR = { _CONDOR_SLOT: 's', _CONDOR_MACHINE_AD: '/ad', _CONDOR_JOB_AD: '/job' };
  const NODES = 'node1\nnode1\nnode2\nnode2\nnode2\n';

  test.each<[string, Env, { [path: string]: string }, object | null]>([
    ['a line for each core', OAR, { '/n': NODES }, { variable: 'OAR_NODEFILE', cpus: 3 }],
    ['with whole names', OAR, { '/n': 'node1.x.org\nnode2.y.org\nnode2.y.org\n' }, { cpus: 2 }],
    ['its own name without a domain', OAR, { '/n': NODES, '/proc/sys/kernel/hostname': 'node2\n' }, { cpus: 3 }],
    ['of this host nothing: those of the first', OAR, { '/n': 'node7\nnode7\nnode8\n' }, { cpus: 2 }],
    ['its own name is not known', OAR, { '/n': NODES, '/proc/sys/kernel/hostname': '' }, { cpus: 2 }],
    ['blank lines', OAR, { '/n': '\nnode2\n\n \nnode2' }, { cpus: 2 }],
    [
      'a line for each host, with its slots',
      SGE,
      { '/n': 'node1.x.org 4 all.q@a UNDEFINED\nnode2.x.org  12\tall.q@b UNDEFINED\n' },
      { variable: 'PE_HOSTFILE', cpus: 12 },
    ],
    ['two queues of one host', SGE, { '/n': 'node2 4 all.q\nnode2 3 long.q\n' }, { cpus: 7 }],
    ['what is no number is one slot', SGE, { '/n': 'node2 x4\nnode2 4x\n' }, { cpus: 2 }],
    // Of OpenPBS it lists the processes of MPI, so that one says nothing of CPUs.
    ['PBS', PBS, { '/n': 'node2\nnode2\n' }, { variable: 'PBS_NODEFILE', cpus: 2 }],
    ['PBS, one process of MPI', PBS, { '/n': 'node2\n' }, null],
    ['OAR, one core', OAR, { '/n': 'node2\n' }, { cpus: 1 }],
    [
      "HTCondor's slot",
      CONDOR,
      { '/ad': 'Arch = "X86_64"\nCpus = 4\nMemory = 2048\nTotalCpus = 64\n', '/job': 'RequestCpus = 2\n' },
      { variable: '_CONDOR_MACHINE_AD', cpus: 4, memoryBytes: 2048 * 1024 ** 2 },
    ],
    [
      "HTCondor's job",
      CONDOR,
      { '/job': 'RequestCpus = 2\nRequestMemory = 512\n' },
      { variable: '_CONDOR_JOB_AD', cpus: 2, memoryBytes: 512 * 1024 ** 2 },
    ],
    ['HTCondor, no numbers', CONDOR, { '/ad': 'Cpus = x\nMemory = 0\n' }, { cpus: null, memoryBytes: null }],
    ['none in this job', { PE_HOSTFILE: '/n' }, { '/n': 'node2 2\n' }, null],
    ['a path that is not whole', { ...OAR, OAR_NODEFILE: 'n' }, { n: NODES }, null],
    ['no path', { OAR_JOB_ID: '7' }, { '/n': NODES }, null],
    ['the second variable', { OAR_JOB_ID: '7', OAR_NODE_FILE: '/n' }, { '/n': NODES }, { variable: 'OAR_NODE_FILE' }],
    ['not there', OAR, {}, null],
    ['empty', OAR, { '/n': '\n' }, null],
  ])('%s', (_, env, files, found) => {
    const file = observeJobFile(memoryHost({ ...HOST, ...files }, env));
    if (found === null) expect(file).toBeNull();
    else expect(file).toMatchObject(found);
    if (file !== null) expect(shared(env, { file }).grant?.cpus).toBe(file.cpus);
  });

  test('that may be large, up to 16 MB', () => {
    const lines = (bytes: number) => 'node2\n'.repeat(Math.floor(bytes / 6));
    const observed = (bytes: number) => observeJobFile(memoryHost({ ...HOST, '/n': lines(bytes) }, OAR));
    expect(observed(2 * 1024 ** 2)?.cpus).toBe(349_525);
    expect(observed(16 * 1024 ** 2 + 6)).toBeNull();
  });
});

test('a snapshot names no hosts', () => {
  const kept = keptVariables({ LSB_MCPU_HOSTS: 'secret1 4 secret2 8', LSB_HOSTS: 'secret1 secret1 secret2' });
  expect(kept).toEqual({ LSB_MCPU_HOSTS: 'host1 4 host2 8', LSB_HOSTS: 'host1 host1 host2' });
});

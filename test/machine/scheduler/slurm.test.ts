import { describe, expect, test } from '@jest/globals';
import { keptVariables } from '../../../src/situation/kept-variables.ts';
import { type Env, NOTHING, shared } from './shared-cpus.ts';

const grant = (env: Env) => shared(env).grant;
const GB = 1024 ** 3;

describe('where a process runs', () => {
  /** What `salloc`'s shell on the submit host has: `salloc -N 2 -n 8`. */
  const ALLOCATED = { SLURM_JOB_NUM_NODES: '2', SLURM_NTASKS: '8', SLURM_JOB_CPUS_PER_NODE: '4(x2)' };

  test.each<[string, Env]>([
    ['SLURM_JOB_ID', { ...ALLOCATED, SLURM_JOB_ID: '7' }],
    ['SLURM_JOBID, its older name', { ...ALLOCATED, SLURM_JOBID: '7' }],
    ['older names of the numbers', { SLURM_JOB_ID: '7', SLURM_NNODES: '2', SLURM_NPROCS: '8' }],
    ['newer names first', { ...ALLOCATED, SLURM_JOB_ID: '7', SLURM_NNODES: '3', SLURM_NPROCS: '9' }],
  ])("salloc's shell is on no node: %s", (_, env) => {
    expect(grant(env)).toEqual({ ...NOTHING, scheduler: 'Slurm', onNode: false, tasks: 8, nodes: 2 });
  });

  test.each(['SLURM_NODEID', 'SLURM_PROCID', 'SLURM_LOCALID', 'SLURM_CPUS_ON_NODE', 'SLURM_STEP_ID'])(
    '%s alone shows a node',
    (name) => expect(grant({ ...ALLOCATED, SLURM_JOB_ID: '7', [name]: '1' })?.onNode).toBe(true),
  );

  test.each<[string, Env, boolean]>([
    ['the batch script, before it had a number', {}, false],
    ['the batch script', { SLURM_STEP_ID: '4294967291' }, false],
    ['the first of the special steps', { SLURM_STEP_ID: '4294967280' }, false],
    ['the last of the others', { SLURM_STEP_ID: '4294967279' }, true],
    ['the first step', { SLURM_STEP_ID: '0' }, true],
    ['its older name', { SLURM_STEPID: '0' }, true],
    ['the older name of the batch script', { SLURM_STEPID: '4294967291' }, false],
    ['the newer name first', { SLURM_STEP_ID: '4294967291', SLURM_STEPID: '0' }, false],
    ['no number', { SLURM_STEP_ID: 'batch' }, true],
    ['a number and more', { SLURM_STEP_ID: 'x4294967291' }, true],
    ['a longer number', { SLURM_STEP_ID: '4294967291000' }, true],
  ])('in a step: %s', (_, env, inStep) => {
    expect(grant({ SLURM_JOB_ID: '7', SLURM_NODEID: '0', ...env })?.inStep).toBe(inStep);
  });
});

describe('a heterogeneous step: srun -n1 -c2 : -n2 -c1, as Slurm 22.05 tells its tasks', () => {
  const STEP = {
    ...{ SLURM_JOB_ID: '1', SLURM_STEP_ID: '0', SLURM_HET_SIZE: '2', SLURM_STEP_TASKS_PER_NODE: '1,2' },
    // The last part's, for all.
    ...{ SLURM_CPUS_ON_NODE: '2', SLURM_CPUS_PER_TASK: '1' },
  };
  test.each([
    ['0', 2, 1],
    ['1', 1, 2],
  ])('node %s: each task has its part of the CPUs there', (SLURM_NODEID, cpus, tasksOnNode) => {
    const found = grant({ ...STEP, SLURM_NODEID });
    expect(found).toMatchObject({ cpus, tasksOnNode, variable: 'SLURM_CPUS_ON_NODE' });
    expect(keptVariables(STEP).SLURM_HET_SIZE).toBe('2');
  });

  test('one part alone is as any step', () => {
    expect(grant({ ...STEP, SLURM_NODEID: '0', SLURM_HET_SIZE: '1' })?.variable).toBe('SLURM_CPUS_PER_TASK');
  });
});

describe('the batch script has all of the CPUs on its node', () => {
  const BATCH = { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_NTASKS: '4', SLURM_JOB_NUM_NODES: '2' };
  const BASE = { ...NOTHING, scheduler: 'Slurm', tasks: 4, nodes: 2, tasksOnNode: 1 };

  test.each<[string, Env, object]>([
    ['SLURM_CPUS_ON_NODE', { SLURM_CPUS_ON_NODE: '8' }, { variable: 'SLURM_CPUS_ON_NODE', raw: '8' }],
    [
      'SLURM_JOB_CPUS_PER_NODE, of its node',
      { SLURM_JOB_CPUS_PER_NODE: '8,4' },
      { variable: 'SLURM_JOB_CPUS_PER_NODE', raw: '8,4' },
    ],
    [
      'what is asked for each task counts in steps',
      { SLURM_CPUS_ON_NODE: '8', SLURM_CPUS_PER_TASK: '2' },
      { variable: 'SLURM_CPUS_ON_NODE', raw: '8' },
    ],
    [
      'the tasks and nodes of a step are none of its own',
      { SLURM_CPUS_ON_NODE: '8', SLURM_STEP_NUM_TASKS: '9', SLURM_STEP_NUM_NODES: '9', SLURM_TASKS_PER_NODE: '3' },
      { variable: 'SLURM_CPUS_ON_NODE', raw: '8' },
    ],
  ])('%s', (_, env, fields) => {
    expect(grant({ ...BATCH, ...env })).toEqual({ ...BASE, cpus: 8, cpusOnNode: 8, ...fields });
  });

  test('what is asked for each task, where nothing says how many the node has', () => {
    const fields = { cpus: 2, variable: 'SLURM_CPUS_PER_TASK', raw: '2' };
    expect(grant({ ...BATCH, SLURM_CPUS_PER_TASK: '2' })).toEqual({ ...BASE, ...fields });
    expect(grant(BATCH)).toEqual(BASE);
  });
});

describe('a task of a step', () => {
  const STEP = { SLURM_JOB_ID: '7', SLURM_STEP_ID: '0', SLURM_NODEID: '1', SLURM_CPUS_ON_NODE: '8' };

  test.each<[string, Env, number]>([
    ['SLURM_STEP_TASKS_PER_NODE, of its node', { SLURM_STEP_TASKS_PER_NODE: '1,4' }, 4],
    ['SLURM_TASKS_PER_NODE', { SLURM_TASKS_PER_NODE: '2(x2)' }, 2],
    ['the step before the job', { SLURM_STEP_TASKS_PER_NODE: '4(x2)', SLURM_TASKS_PER_NODE: '2(x2)' }, 4],
    ['SLURM_GTIDS, the numbers of the tasks on the node', { SLURM_GTIDS: '3,5,7' }, 3],
    ['the counts before their numbers', { SLURM_TASKS_PER_NODE: '2(x2)', SLURM_GTIDS: '3,5,7' }, 2],
    ['none of them', {}, 1],
  ])('tasks on the node by %s', (_, env, tasks) => {
    expect(grant({ ...STEP, ...env })).toMatchObject({
      tasksOnNode: tasks,
      cpus: Math.floor(8 / tasks),
      cpusOnNode: 8,
      variable: 'SLURM_CPUS_ON_NODE',
      raw: '8',
    });
  });

  test.each<[string, Env, object]>([
    ['its own', { SLURM_STEP_NUM_TASKS: '6', SLURM_STEP_NUM_NODES: '3' }, { tasks: 6, nodes: 3 }],
    ["the job's", {}, { tasks: 8, nodes: 2 }],
  ])('tasks and nodes of the step: %s', (_, env, fields) => {
    expect(grant({ ...STEP, SLURM_NTASKS: '8', SLURM_JOB_NUM_NODES: '2', ...env })).toMatchObject(fields);
  });

  test.each<[string, Env, object]>([
    ['what srun was asked for', { SLURM_CPUS_PER_TASK: '4' }, { cpus: 4, variable: 'SLURM_CPUS_PER_TASK', raw: '4' }],
    ['as many as there are', { SLURM_CPUS_PER_TASK: '8' }, { cpus: 8, variable: 'SLURM_CPUS_PER_TASK' }],
    // It is inherited from sbatch, and this step has less.
    ['more than there are', { SLURM_CPUS_PER_TASK: '9' }, { cpus: 8, variable: 'SLURM_CPUS_ON_NODE', raw: '8' }],
    ['TRES of more than nine', { SLURM_CPUS_ON_NODE: '32', SLURM_TRES_PER_TASK: 'cpu:16' }, { cpus: 16 }],
    [
      'TRES',
      { SLURM_TRES_PER_TASK: 'cpu=4,gres/gpu=1' },
      { cpus: 4, variable: 'SLURM_TRES_PER_TASK', raw: 'cpu=4,gres/gpu=1' },
    ],
    ['its own variable before TRES', { SLURM_CPUS_PER_TASK: '2', SLURM_TRES_PER_TASK: 'cpu=4' }, { cpus: 2 }],
    ['TRES that count no CPUs', { SLURM_TRES_PER_TASK: 'gres/xcpu=4,gres/gpu:cpu=2' }, { cpus: 8 }],
    ['TRES that are no number', { SLURM_TRES_PER_TASK: 'cpu=4x,cpu=' }, { cpus: 8 }],
  ])('CPUs: %s', (_, env, fields) => expect(grant({ ...STEP, ...env })).toMatchObject(fields));

  test('what was asked for each task, where nothing says how many the node has', () => {
    const { SLURM_CPUS_ON_NODE: _, ...step } = STEP;
    expect(grant({ ...step, SLURM_CPUS_PER_TASK: '4' })).toMatchObject({ cpus: 4, cpusOnNode: null });
    expect(grant({ ...step, SLURM_JOB_CPUS_PER_NODE: '2,6', SLURM_TASKS_PER_NODE: '1,3' })).toMatchObject({
      cpus: 2,
      cpusOnNode: 6,
      variable: 'SLURM_JOB_CPUS_PER_NODE',
      raw: '2,6',
    });
  });
});

describe('memory on the node', () => {
  const BATCH = { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '8' };

  test.each<[Env, number | null, string | null]>([
    [{ SLURM_MEM_PER_NODE: '4096' }, 4 * GB, 'SLURM_MEM_PER_NODE'],
    [{ SLURM_MEM_PER_CPU: '512' }, 4 * GB, 'SLURM_MEM_PER_CPU'],
    [{ SLURM_MEM_PER_GPU: '1G', SLURM_GPUS_ON_NODE: '2' }, 2 * GB, 'SLURM_MEM_PER_GPU'],
    [{ SLURM_MEM_PER_NODE: '1G', SLURM_MEM_PER_CPU: '512' }, GB, 'SLURM_MEM_PER_NODE'],
    [{ SLURM_MEM_PER_NODE: '0', SLURM_MEM_PER_CPU: '512' }, 4 * GB, 'SLURM_MEM_PER_CPU'],
    [{ SLURM_MEM_PER_GPU: '1G' }, null, null],
    [{}, null, null],
  ])('%j', (env, memoryBytes, memoryVariable) => {
    expect(grant({ ...BATCH, ...env })).toMatchObject({ memoryBytes, memoryVariable });
  });

  test('for each CPU of a number that is not known', () => {
    expect(grant({ SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_MEM_PER_CPU: '512' })).toMatchObject({
      memoryBytes: null,
      memoryVariable: null,
    });
  });
});

test('whether srun was asked for the CPUs of each task is kept in a snapshot', () => {
  expect(keptVariables({ SRUN_CPUS_PER_TASK: '4' })).toEqual({ SRUN_CPUS_PER_TASK: '4' });
});

import { describe, expect, test } from '@jest/globals';
import type { JobFile } from '../../../src/machine/scheduler/grant.ts';
import { lsf } from '../../../src/machine/scheduler/lsf.ts';
import { type Env, NOTHING, shared } from './shared-cpus.ts';

const GB = 1024 ** 3;
const FILE: JobFile = { variable: '', cpus: 6, memoryBytes: null };

/** The grant of a process that has all of its job's CPUs here, said by a variable or a file. */
const all = (scheduler: string, cpus: number, variable: string | null, raw: string | null) => ({
  ...NOTHING,
  ...{ scheduler, tasksOnNode: 1, cpus, cpusOnNode: cpus, variable, raw },
});
const none = (scheduler: string) => ({ ...NOTHING, scheduler, tasksOnNode: 1 });

describe('PBS Professional, OpenPBS and Torque', () => {
  const JOB = { PBS_JOBID: '7.host' };

  test.each<[string, Env, object]>([
    ['NCPUS is of this host', { NCPUS: '4' }, all('PBS', 4, 'NCPUS', '4')],
    [
      'so is PBS_NUM_PPN',
      { PBS_NUM_PPN: '8', NCPUS: '4', PBS_NUM_NODES: '2', PBS_NP: '16' },
      { ...all('PBS', 8, 'PBS_NUM_PPN', '8'), nodes: 2 },
    ],
    [
      'PBS_NP is of all hosts: of one',
      { PBS_NP: '6', PBS_NUM_NODES: '1' },
      { ...all('PBS', 6, 'PBS_NP', '6'), nodes: 1 },
    ],
    ['of several', { PBS_NP: '6', PBS_NUM_NODES: '2' }, { ...none('PBS'), nodes: 2 }],
    ['of nobody knows how many', { PBS_NP: '6' }, none('PBS')],
    ['nothing', {}, none('PBS')],
  ])('%s', (_, env, grant) => expect(shared({ ...JOB, ...env }).grant).toEqual(grant));

  test('the file counts where no variable does', () => {
    const file = { ...FILE, variable: 'PBS_NODEFILE' };
    expect(shared(JOB, { file }).grant).toEqual(all('PBS', 6, 'PBS_NODEFILE', '6'));
    expect(shared({ ...JOB, NCPUS: '4' }, { file }).grant).toEqual(all('PBS', 4, 'NCPUS', '4'));
  });
});

describe('LSF', () => {
  const JOB = { LSB_JOBID: '7' };
  const HOSTS = 'LSB_MCPU_HOSTS';

  test.each<[string, Env, object]>([
    [
      'pairs of a host and its slots',
      { [HOSTS]: 'a 4 b 8 ' },
      { ...all('LSF', 4, HOSTS, 'host1 4 host2 8'), nodes: 2 },
    ],
    [
      'a host without a number at the end',
      { [HOSTS]: 'a 4 b' },
      { ...all('LSF', 4, HOSTS, 'host1 4 host2'), nodes: 1 },
    ],
    ['one pair', { [HOSTS]: 'node1 16' }, { ...all('LSF', 16, HOSTS, 'host1 16'), nodes: 1 }],
    ['pairs in one word', { [HOSTS]: 'n1_4__n2_8_' }, { ...all('LSF', 4, HOSTS, 'host1 4 host2 8'), nodes: 2 }],
    ['names with underscores', { [HOSTS]: 'n_1 4\tn_2  8' }, { ...all('LSF', 4, HOSTS, 'host1 4 host2 8'), nodes: 2 }],
    [
      'pairs before slots, slots before all',
      { [HOSTS]: 'a 4', LSB_HOSTS: 'a a', LSB_DJOB_NUMPROC: '8' },
      { ...all('LSF', 4, HOSTS, 'host1 4'), nodes: 1 },
    ],
    [
      'a host for each slot',
      { LSB_HOSTS: 'a b a a', LSB_DJOB_NUMPROC: '4' },
      { ...all('LSF', 3, 'LSB_HOSTS', 'host1 host2 host1 host1'), nodes: 2 },
    ],
    ['all', { LSB_DJOB_NUMPROC: '12' }, { ...all('LSF', 12, 'LSB_DJOB_NUMPROC', '12'), nodes: 1 }],
    [
      'a pair without a number',
      { [HOSTS]: 'a 4 b x', LSB_DJOB_NUMPROC: '8' },
      { ...all('LSF', 8, 'LSB_DJOB_NUMPROC', '8'), nodes: 1 },
    ],
    ['empty lists', { [HOSTS]: '', LSB_HOSTS: ' ' }, none('LSF')],
    ['nothing', {}, none('LSF')],
  ])('%s', (_, env, grant) => expect(shared({ ...JOB, ...env }).grant).toEqual(grant));
});

test("LSF's words with what a shell leaves around them", () => {
  const grant = (raw: string) => lsf.grant({ LSB_MCPU_HOSTS: raw }, { file: null, bound: null });
  expect(grant('n1_4_n2_8\n')).toMatchObject({ cpus: 4, nodes: 2 });
  expect(grant(' n_1  4\tn_2 8 ')).toMatchObject({ cpus: 4, nodes: 2 });
});

describe('SGE and its heirs', () => {
  const file = { ...FILE, variable: 'PE_HOSTFILE' };

  test.each<[string, Env, object]>([
    ['slots', { NSLOTS: '3' }, all('SGE', 3, 'NSLOTS', '3')],
    ['slots of one host', { NSLOTS: '3', NHOSTS: '1' }, { ...all('SGE', 3, 'NSLOTS', '3'), nodes: 1 }],
    ['slots of several hosts', { NSLOTS: '6', NHOSTS: '2' }, { ...none('SGE'), nodes: 2 }],
    ['no number', { NSLOTS: 'x' }, none('SGE')],
  ])('%s', (_, env, grant) => expect(shared(env).grant).toEqual(grant));

  test('its file counts where there are several hosts', () => {
    const several = shared({ NSLOTS: '8', NHOSTS: '2' }, { file }).grant;
    expect(several).toEqual({ ...all('SGE', 6, 'PE_HOSTFILE', '6'), nodes: 2 });
    expect(shared({ NSLOTS: '8' }, { file }).grant).toEqual(all('SGE', 8, 'NSLOTS', '8'));
    expect(shared({ NSLOTS: '8', NHOSTS: '2' }, { file: { ...file, cpus: null } }).grant).toEqual({
      ...none('SGE'),
      nodes: 2,
    });
  });
});

describe('HTCondor', () => {
  test.each(['_CONDOR_SLOT', '_CONDOR_JOB_AD', '_CONDOR_SCRATCH_DIR'])('a job has %s', (name) => {
    expect(shared({ [name]: 'x' }).grant).toEqual(none('HTCondor'));
    expect(shared({ [name]: '' }).grant).toBeNull();
  });

  // The starter's STARTER_NUM_THREADS_ENV_VARS.
  test.each(['CUBACORES', 'GOMAXPROCS', 'JULIA_NUM_THREADS', 'ROOT_MAX_THREADS', 'TF_NUM_THREADS'])(
    '%s is the CPUs of the slot, rather than OMP_NUM_THREADS',
    (name) => {
      const env = { _CONDOR_SLOT: 'slot1_1', OMP_NUM_THREADS: '2', [name]: '4' };
      expect(shared(env).grant).toEqual(all('HTCondor', 4, name, '4'));
    },
  );

  test('OMP_NUM_THREADS counts from 2 on: 1 is what users set', () => {
    const openMp = (raw: string) => shared({ _CONDOR_SLOT: 'slot1_1', OMP_NUM_THREADS: raw }).grant;
    expect(openMp('2')).toEqual(all('HTCondor', 2, 'OMP_NUM_THREADS', '2'));
    expect(openMp('1')).toEqual(none('HTCondor'));
    expect(openMp('x')).toEqual(none('HTCondor'));
  });

  test.each(['_CONDOR_MACHINE_AD', '_CONDOR_JOB_AD'])('the file of %s comes first, for memory as well', (variable) => {
    const env = { _CONDOR_SLOT: 'slot1_1', CUBACORES: '4' };
    const memory = { memoryBytes: 2 * GB, memoryVariable: variable };
    expect(shared(env, { file: { variable, cpus: 6, memoryBytes: 2 * GB } }).grant).toEqual({
      ...all('HTCondor', 6, variable, '6'),
      ...memory,
    });
    expect(shared(env, { file: { variable, cpus: null, memoryBytes: 2 * GB } }).grant).toEqual({
      ...all('HTCondor', 4, 'CUBACORES', '4'),
      ...memory,
    });
    expect(shared(env, { file: { variable, cpus: 6, memoryBytes: null } }).grant).toEqual(
      all('HTCondor', 6, variable, '6'),
    );
  });
});

describe('OAR', () => {
  test.each(['OAR_JOB_ID', 'OAR_JOBID'])('a job has %s, and is held to its cores', (name) => {
    expect(shared({ [name]: '7' }).grant).toEqual(none('OAR'));
    expect(shared({ [name]: '7' }, { affinity: '0-3' }).grant).toEqual(all('OAR', 4, null, null));
    expect(shared({ [name]: '7' }, { affinity: null }).grant).toEqual(none('OAR'));
  });

  test.each(['OAR_NODEFILE', 'OAR_NODE_FILE', 'OAR_FILE_NODES'])('the file of %s counts first', (variable) => {
    const found = shared({ OAR_JOB_ID: '7' }, { affinity: '0-3', file: { ...FILE, variable } }).grant;
    expect(found).toEqual(all('OAR', 6, variable, '6'));
  });

  test('the file of another scheduler does not', () => {
    const file = { ...FILE, variable: 'PE_HOSTFILE' };
    expect(shared({ OAR_JOB_ID: '7' }, { file }).grant).toEqual(none('OAR'));
  });
});

describe('Flux', () => {
  const JOB = { FLUX_JOB_ID: 'f', FLUX_JOB_SIZE: '5', FLUX_JOB_NNODES: '2', FLUX_TASK_RANK: '1' };
  const FOUND = { ...NOTHING, scheduler: 'Flux', inStep: true, tasks: 5, nodes: 2, tasksOnNode: 3 };

  test('the tasks of a node share the cores that they are held to', () => {
    const said = { cpus: 2, cpusOnNode: 8, variable: 'FLUX_JOB_SIZE', raw: '5' };
    expect(shared(JOB, { affinity: '0-7' }).grant).toEqual({ ...FOUND, ...said });
  });

  test('where they are not held nothing says how many', () => expect(shared(JOB).grant).toEqual(FOUND));

  test('without a number of tasks there is one, without one of nodes one node', () => {
    const { FLUX_JOB_SIZE: _, FLUX_TASK_RANK: __, ...shell } = JOB;
    const held = { ...NOTHING, scheduler: 'Flux', nodes: 2, cpus: 8, cpusOnNode: 8 };
    expect(shared(shell, { affinity: '0-7' }).grant).toEqual(held);
    expect(shared({ FLUX_JOB_ID: 'f', FLUX_JOB_SIZE: '4' }).grant).toMatchObject({ nodes: null, tasksOnNode: 4 });
  });
});

describe('several at once', () => {
  const GRANTS: { readonly [scheduler: string]: Env } = {
    HTCondor: { _CONDOR_SLOT: 'x', CUBACORES: '2' },
    Slurm: { SLURM_JOB_ID: '7', SLURM_CPUS_ON_NODE: '3' },
    PBS: { PBS_JOBID: '7', NCPUS: '4' },
    LSF: { LSB_JOBID: '7', LSB_DJOB_NUMPROC: '5' },
    SGE: { NSLOTS: '6' },
  };

  test.each(Object.entries(GRANTS))('%s alone', (scheduler, env) => {
    expect(shared(env).grant?.scheduler).toBe(scheduler);
  });

  test('the innermost counts of those that say how many: pilots run within jobs of the others', () => {
    const names = Object.keys(GRANTS);
    for (const [index, inner] of names.entries())
      for (const outer of names.slice(index))
        expect(shared({ ...GRANTS[outer], ...GRANTS[inner] }).grant?.scheduler).toBe(inner);
    // Flux says it by the affinity alone.
    expect(shared({ ...GRANTS.Slurm, FLUX_JOB_ID: 'f' }).grant?.scheduler).toBe('Slurm');
    expect(shared({ ...GRANTS.Slurm, FLUX_JOB_ID: 'f' }, { affinity: '0-1' }).grant?.scheduler).toBe('Flux');
    expect(shared({ OAR_JOB_ID: '7', FLUX_JOB_ID: 'f' }).grant?.scheduler).toBe('Flux');
  });
});

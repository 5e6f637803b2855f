import { describe, expect, test } from '@jest/globals';
import { LAUNCHER_MARKERS, LAUNCHER_VARIABLES, launchersOf } from '../../../src/machine/scheduler/launchers.ts';
import { keptVariables } from '../../../src/situation/kept-variables.ts';
import { type Env, shared } from './shared-cpus.ts';

const found = (env: Env, nodes: number | null = null) => launchersOf(keptVariables(env), nodes);

describe('what each sets for its processes', () => {
  test.each([
    ['Open MPI', 'OMPI_COMM_WORLD_LOCAL_SIZE', 'MPI'],
    ['MVAPICH2', 'MV2_COMM_WORLD_LOCAL_SIZE', 'MPI'],
    ['MPICH', 'MPI_LOCALNRANKS', 'MPI'],
    ['PMI', 'PMI_LOCAL_SIZE', 'MPI'],
    ['PMI', 'PALS_LOCAL_SIZE', 'MPI'],
    ['torchrun', 'LOCAL_WORLD_SIZE', 'MPI'],
    ['pytest-xdist', 'PYTEST_XDIST_WORKER_COUNT', 'tests'],
  ])('%s: %s is the number of processes here', (launcher, variable, role) => {
    expect(found({ [variable]: '4' }, 2)).toEqual([{ launcher, siblings: 4, variable, raw: '4', role }]);
    expect(found({ [variable]: 'x' })).toEqual([]);
    expect(found({ [variable]: '' })).toEqual([]);
  });

  test('PMI_SIZE is the number on all nodes, spread over them', () => {
    const siblings = (nodes: number | null) => found({ PMI_SIZE: '5' }, nodes)[0]?.siblings;
    expect([siblings(null), siblings(1), siblings(2), siblings(8)]).toEqual([5, 5, 3, 1]);
  });

  test.each([
    ['joblib', 'ENABLE_IPC'],
    ['joblib', 'LOKY_MAX_CPU_COUNT'],
    ['Dask', '__DASK_PARENT_PID'],
    ['Dask', 'DASK_INTERNAL_INHERIT_CONFIG'],
  ])('%s: %s says of how many nothing, whatever it holds', (launcher, variable) => {
    for (const value of ['1', 'x'])
      expect(found({ [variable]: value })).toEqual([{ launcher, siblings: null, variable, raw: null, role: 'tasks' }]);
  });
});

test('a value is kept where it is looked at, and else that there is one', () => {
  const known = [...LAUNCHER_VARIABLES, ...LAUNCHER_MARKERS];
  const kept = keptVariables(Object.fromEntries(known.map((name) => [name, '7'])));
  expect(known.filter((name) => kept[name] === '7')).toEqual(LAUNCHER_VARIABLES);
  expect(known.filter((name) => kept[name] === '…')).toEqual(LAUNCHER_MARKERS);
});

describe('several of them', () => {
  const names = (env: Env) => found(env).map(({ launcher }) => launcher);

  test.each<[string, Env, string[]]>([
    ["an MPI's own variable comes before PMI's", { MPI_LOCALNRANKS: '4', PMI_SIZE: '8' }, ['MPICH']],
    ['one that holds no number is none', { MPI_LOCALNRANKS: 'x', PMI_SIZE: '8' }, ['PMI']],
    ['MPI around tests', { PYTEST_XDIST_WORKER_COUNT: '2', PMI_SIZE: '8' }, ['PMI', 'pytest-xdist']],
    ['tasks of two kinds', { ENABLE_IPC: '1', __DASK_PARENT_PID: '7' }, ['joblib', 'Dask']],
  ])('%s', (_, env, launchers) => expect(names(env)).toEqual(launchers));

  test('of two variables of one launcher the first that is set', () => {
    expect(found({ PMI_LOCAL_SIZE: '', PALS_LOCAL_SIZE: '3' })[0]).toMatchObject({ siblings: 3 });
    expect(found({ PMI_LOCAL_SIZE: '2', PALS_LOCAL_SIZE: '3' })[0]).toMatchObject({ siblings: 2 });
  });

  test('a report says nothing of roles', () => {
    expect(shared({ PMI_SIZE: '2' }).launchers).toEqual([
      { launcher: 'PMI', siblings: 2, variable: 'PMI_SIZE', raw: '2' },
    ]);
  });
});

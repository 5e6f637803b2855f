import { expect, test } from '@jest/globals';
import { readSnapshot, writeSnapshot } from '../../src/doctor/snapshot.ts';
import { readObserved } from '../../src/probe/observed.ts';
import type { Facts } from '../../src/situation/facts.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { check, machine, report } from '../machine.ts';

const pool = (owner: string, threads: number) => ({
  family: 'openblas',
  api: 'blas',
  file: `/site/${owner}.libs/libopenblas.so`,
  threads,
});
/** What probe/probe_numba.py printed of 0.14.4 with LK_NUM_PROCS=2 on 2 CPUs. */
const PRINTED = {
  python: '3.8.18',
  lenskit: '0.14.4',
  cudaDevices: [],
  cpus: 2,
  main: {
    pools: [pool('numpy', 2), pool('scipy', 2)],
    torchThreads: 0,
    torchInteropThreads: 0,
    importStarted: 3,
    numba: { threads: 2, config: 2, layer: 'omp', atWork: 2 },
    atWork: { rayon: null, numpy: 2, scipy: 2 },
    config: { numba_threads: 2, numba_knn: true, processes: 2, in_process: false },
  },
  worker: {
    pools: [pool('numpy', 2), pool('scipy', 2)],
    torchThreads: 0,
    torchInteropThreads: 0,
    importStarted: 3,
    numba: { threads: 2, config: 1, layer: 'omp', atWork: 2 },
    atWork: { rayon: null, numpy: 2, scipy: 2 },
    config: { numba_threads: 2, numba_knn: false, processes: 2, threads: 1, numba_config: 1 },
  },
  workerError: null,
};

/** Facts of that machine, with what was printed changed. */
function probed(
  changed: object = {},
  env: { [name: string]: string } = {},
  temp?: Facts['machine']['lenskitTemp'],
): Facts {
  const observed = readObserved(JSON.stringify({ ...PRINTED, ...changed }));
  if (observed === null) throw new Error('not read');
  const pools = ['numpy', 'scipy'].map((owner) => ({
    family: 'OpenBLAS' as const,
    api: 'blas' as const,
    owner,
    file: pool(owner, 1).file,
    version: null,
  }));
  const environment = {
    packages: { numba: '0.58.1' },
    pools,
    numbaLayers: [{ layer: 'omp' as const, file: '/lib/libgomp.so.1' }],
  };
  return {
    ...machine({
      cpus: 2,
      lenskit: '0.14.4',
      python: '3.8.18',
      env: { LK_NUM_PROCS: '2', ...env },
      environment,
      machine: temp === undefined ? {} : { lenskitTemp: temp },
    }),
    probe: { ok: true, interpreter: '/venv/bin/python3', observed, gpus: [] },
  };
}

const differing = (facts: Facts) =>
  report(facts).probe?.comparisons.flatMap(({ what, agrees }) => (agrees ? [] : [what]));

test('a real process and a real worker of 0.14.4 are as foretold, value by value', () => {
  const { probe } = report(probed());
  expect(probe?.comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
  expect(probe?.comparisons.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'CPUs that LensKit counts',
      'main: in_process',
      'main: Numba (omp)',
      'main: OpenBLAS (scipy)',
      'worker: exception',
      'worker: numba_config',
      'worker: Numba (omp)',
      'worker: threads at import',
      'worker: OpenBLAS (numpy)',
    ]),
  );
});

test.each<[object, string]>([
  [{ cpus: 1 }, 'CPUs that LensKit counts'],
  [{ main: { ...PRINTED.main, config: { in_process: true } } }, 'main: in_process'],
  [{ main: { ...PRINTED.main, numba: { ...PRINTED.main.numba, atWork: 1 } } }, 'main: Numba (omp)'],
  [{ worker: { ...PRINTED.worker, config: { numba_config: 2 } } }, 'worker: numba_config'],
  [{ worker: null, workerError: { type: 'BrokenProcessPool', message: '' } }, 'worker: exception'],
  [{ error: { type: 'ValueError', message: '' } }, 'exception'],
])('what is not so is noticed: %j', (changed, what) => {
  expect(differing(probed(changed))).toEqual([what]);
});

test('workers that die are foretold', () => {
  const dead = { worker: null, workerError: { type: 'BrokenProcessPool', message: '' } };
  expect(differing(probed(dead, { NUMBA_NUM_THREADS: 'x' }))).toEqual([]);
  expect(check('probe/differs', probed({}, { NUMBA_NUM_THREADS: 'x' })).status).toBe('warn');
});

test.each([
  ['absent', 'FileNotFoundError'],
  ['not writable', 'PermissionError'],
] as const)('a folder of LK_TEMP_DIR that is %s: %s is foretold', (unusable, type) => {
  const temp = { folder: '/scratch', unusable };
  const facts = probed({ error: { type, message: '' } }, { LK_TEMP_DIR: '…' }, temp);
  expect(differing(facts)).toEqual([]);
});

test('a snapshot keeps all of it: the report is the same', () => {
  const facts = probed({}, { LK_TEMP_DIR: '…' }, { folder: '/scratch', unusable: null });
  const question = { ...NO_QUESTION, params: { nJobs: '2' } };
  const read = readSnapshot(writeSnapshot(facts, question, '0.0.0', new Date(0)), 'x.json');
  expect(report(read.facts, read.question)).toEqual(report(facts, question));
  expect(read.facts.machine.lenskitTemp?.folder).toBe('/scratch');
});

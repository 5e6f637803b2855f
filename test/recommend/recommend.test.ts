import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/python-values/settings-file.ts';
import { applied, fittingJobs, type RecommendFor, recommend } from '../../src/recommend/recommend.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import type { Parameters } from '../../src/rules/resolution.ts';

interface Asked extends Partial<RecommendFor> {
  lenskit?: string;
  env?: { [name: string]: string | undefined };
  params?: Parameters;
  file?: string;
  workers?: number;
}

/** What is to be set on 16 CPUs, unless it is said otherwise. */
function advice({ lenskit = '2025.8.1', env = {}, params = {}, file, workers = 1, ...machine }: Asked = {}) {
  const rules = rulesFor(lenskit);
  if (typeof rules === 'string') throw new Error(rules);
  const files = file === undefined ? [] : [readSettings(file, 'lenskit.toml', '/project/lenskit.toml')];
  const effective = machine.effective ?? 16;
  return recommend(
    { rules, cpus: 16n, affinity: 16n, numba: null, env, params, files, freeThreaded: false },
    {
      effective,
      floor: effective,
      rayMissing: false,
      jobsAtOnce: false,
      limitBlas: false,
      blasInOpenmp: false,
      unset: [],
      ...machine,
    },
    workers,
  );
}

/** The variables as one would type them; `!` for those that are taken out. */
const typed = (asked: Asked): string => {
  const { env, unset } = advice(asked);
  const short = (name: string) => name.replace(/^LK_NUM_/, '').replace(/^(OMP|MKL|OPENBLAS|NUMBA)_NUM_THREADS$/, '$1*');
  return [
    ...Object.entries(env).map(([name, value]) => `${short(name)}=${value}`),
    ...unset.map((name) => `!${name}`),
  ].join(' ');
};

test.each([
  [1, 1, 1, 1],
  [3, 3, 3, 1],
  [8, 8, 8, 1],
  [16, 16, 8, 2],
  [16, 15, 8, 1],
  [15, 16, 8, 1],
  [32, 32, 8, 4],
  [256, 256, 8, 4],
  [1, 0, 1, 1],
])('%d effective CPUs, %d whole ones: %d threads and %d backend threads', (effective, floor, threads, backend) => {
  const { env, why } = advice({ effective, floor });
  expect(env).toEqual({
    LK_NUM_PROCS: '1',
    LK_NUM_THREADS: String(threads),
    LK_NUM_BACKEND_THREADS: String(backend),
  });
  expect(why).toBe(`${threads} × ${backend} threads fit ${effective} effective CPU${effective === 1 ? '' : 's'}`);
});

test.each([
  ['jobs that wait for each other are one', 6, false, 1],
  ['one for each CPU', 6, true, 6],
  ['no more than LensKit has threads', 64, true, 8],
  ['one at the least', 1, true, 1],
])('jobs of a batch run: %s', (_, effective, jobsAtOnce, jobs) => {
  expect(fittingJobs({ effective, jobsAtOnce })).toBe(jobs);
});

describe('workers', () => {
  test.each([
    ['share the CPUs', { workers: 8 }, 'PROCS=8 THREADS=8,2 BACKEND_THREADS=2,1'],
    ['have no more than LensKit gives them', { workers: 2 }, 'PROCS=2 THREADS=8,4 BACKEND_THREADS=2,1'],
    ['have one at the least', { workers: 32 }, 'PROCS=32 THREADS=8,1 BACKEND_THREADS=2,1'],
    [
      'are bound by the variables of the backends as the process is',
      { workers: 8, env: { OMP_NUM_THREADS: '3' } },
      'PROCS=8 THREADS=8,2 BACKEND_THREADS=1,1 OMP*=1',
    ],
    ['one process is not', { env: { OMP_NUM_THREADS: '3' } }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2 OMP*=2'],
    [
      'are Ray’s tasks',
      { lenskit: '2026.4.0', workers: 8 },
      'THREADS=8 BACKEND_THREADS=1 BATCH_JOBS=8 LK_USE_RAY=true',
    ],
    ['are processes of 0.14', { lenskit: '0.14.4', workers: 8 }, 'PROCS=8 NUMBA*=8 OPENBLAS*=1'],
  ])('%s', (_, asked, expected) => {
    expect(typed(asked)).toBe(expected);
  });
});

describe('variables of the backends', () => {
  test.each([
    [
      'are set where they are set',
      { env: { OMP_NUM_THREADS: '9', MKL_NUM_THREADS: '9' } },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2 OMP*=2 MKL*=2 OPENBLAS*=2',
    ],
    [
      'MKL’s alone leaves OpenBLAS without a limit',
      { env: { MKL_NUM_THREADS: '9' } },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2 MKL*=2 OPENBLAS*=2',
    ],
    ['OpenBLAS’s alone', { env: { OPENBLAS_NUM_THREADS: '9' } }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2 OPENBLAS*=2'],
    ['what is started by importing', { limitBlas: true }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2 OPENBLAS*=2'],
    ['an OpenBLAS for OpenMP', { blasInOpenmp: true }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2 OMP*=2'],
    [
      'both',
      { blasInOpenmp: true, limitBlas: true, env: { OMP_NUM_THREADS: '1' } },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2 OMP*=2 OPENBLAS*=2',
    ],
    ['of 0.14', { lenskit: '0.14.4', env: { MKL_NUM_THREADS: '9' } }, 'PROCS=1 NUMBA*=8 OPENBLAS*=2 MKL*=2'],
    [
      'limits of OpenMP go',
      { env: { OMP_THREAD_LIMIT: '1', OMP_DYNAMIC: 'true' } },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2 !OMP_THREAD_LIMIT !OMP_DYNAMIC',
    ],
    ['limits that are wide enough stay', { env: { OMP_THREAD_LIMIT: '2' } }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2'],
    [
      'of 0.14 the limit of Numba',
      { lenskit: '0.14.4', env: { OMP_THREAD_LIMIT: '4' } },
      'PROCS=1 NUMBA*=8 OPENBLAS*=2 !OMP_THREAD_LIMIT',
    ],
    [
      'a limit that is wide enough for Ray’s tasks stays',
      { lenskit: '2026.4.0', workers: 8, env: { OMP_THREAD_LIMIT: '1' } },
      'THREADS=8 BACKEND_THREADS=1 BATCH_JOBS=8 LK_USE_RAY=true',
    ],
    ['of 0.14 any', { lenskit: '0.14.4', env: { OMP_THREAD_LIMIT: '64' } }, 'PROCS=1 NUMBA*=8 OPENBLAS*=2'],
  ])('%s', (_, asked, expected) => {
    expect(typed(asked)).toBe(expected);
  });
});

describe('Ray', () => {
  const of2026 = (asked: Asked): Asked => ({ lenskit: '2026.4.0', ...asked });
  test.each([
    ['is not used for one worker', {}, 'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1'],
    ['is left where it is used', { env: { LK_USE_RAY: '1' } }, 'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1'],
    [
      'is not used where it is not installed',
      { env: { LK_USE_RAY: '1' }, rayMissing: true },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1 LK_USE_RAY=false',
    ],
    [
      'its jobs are processes, whatever the GIL',
      { env: { LK_USE_RAY: '1' }, jobsAtOnce: true },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1',
    ],
    [
      'without it jobs are threads',
      { env: { LK_USE_RAY: '1' }, jobsAtOnce: true, rayMissing: true },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=8 LK_USE_RAY=false',
    ],
    ['jobs that run at once', { jobsAtOnce: true }, 'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=8'],
    [
      'jobs that run at once, and workers',
      { jobsAtOnce: true, workers: 4 },
      'THREADS=8 BACKEND_THREADS=1 BATCH_JOBS=4 LK_USE_RAY=true',
    ],
    [
      'by a file',
      { file: '[parallel]\nuse_ray = true\n', rayMissing: true },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1 LK_PARALLEL__USE_RAY=false',
    ],
    [
      'by a file, with workers',
      { file: '[parallel]\nuse_ray = false\n', workers: 4 },
      'THREADS=8 BACKEND_THREADS=1 BATCH_JOBS=4 LK_PARALLEL__USE_RAY=true',
    ],
    [
      'shows once a refusal is gone',
      { env: { LK_USE_RAY: '1', LK_NUM_THREADS: 'x' }, rayMissing: true },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1 LK_USE_RAY=false',
    ],
  ])('%s', (_, asked, expected) => {
    expect(typed(of2026(asked))).toBe(expected);
  });
});

describe('files and variables of a higher rank', () => {
  const of2026 = (asked: Asked): Asked => ({ lenskit: '2026.4.0', ...asked });
  test.each([
    ['a file', { file: '[parallel]\nnum_threads = 64\n' }, 'LK_PARALLEL__NUM_THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1'],
    [
      'a file and the flat variable',
      { file: '[parallel]\nnum_threads = 64\n', env: { LK_NUM_THREADS: '3' } },
      'LK_PARALLEL__NUM_THREADS=8 THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1',
    ],
    [
      'a file, and the flat variable taken out',
      { file: '[parallel]\nnum_threads = 64\n', env: { LK_NUM_THREADS: undefined } },
      'LK_PARALLEL__NUM_THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1',
    ],
    [
      'a file and the flat variable in small letters',
      { file: '[parallel]\nnum_threads = 64\n', env: { lk_num_threads: '3' } },
      'LK_PARALLEL__NUM_THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1 !lk_num_threads',
    ],
    [
      'the nested variable',
      { env: { LK_PARALLEL__NUM_THREADS: '3' } },
      'LK_PARALLEL__NUM_THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1',
    ],
    [
      'the nested variable and the flat one',
      { env: { LK_PARALLEL__NUM_THREADS: '3', LK_NUM_THREADS: '5' } },
      'LK_PARALLEL__NUM_THREADS=8 THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1',
    ],
    ['the flat one alone', { env: { LK_NUM_THREADS: '5' } }, 'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1'],
    [
      'a flat variable that a file beats, and that is not set here',
      { file: '[parallel]\nnum_cpus = 4\n', env: { LK_NUM_CPUS: '2' } },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1 !LK_NUM_CPUS',
    ],
    ['a flat variable that nothing beats', { env: { LK_NUM_CPUS: '2' } }, 'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1'],
    [
      'a nested one before a file',
      { file: '[parallel]\nnum_cpus = 4\n', env: { LK_NUM_CPUS: '2', LK_PARALLEL__NUM_CPUS: '3' } },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1',
    ],
  ])('%s', (_, asked, expected) => {
    expect(typed(of2026(asked))).toBe(expected);
  });
});

describe('what does harm', () => {
  test.each([
    ['a misspelt variable', { env: { LK_NUM_THREAD: '3' } }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2 !LK_NUM_THREAD'],
    ['one that is taken out', { env: { LK_NUM_THREAD: undefined } }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2'],
    [
      'one of another generation',
      { env: { LK_NUM_BATCH_JOBS: '3' } },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2 !LK_NUM_BATCH_JOBS',
    ],
    ['one that nobody knows', { env: { LK_SOMETHING_ELSE: '3' } }, 'PROCS=1 THREADS=8 BACKEND_THREADS=2'],
    [
      'one that is deprecated',
      { env: { LK_NUM_CHILD_THREADS: '3' } },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2 !LK_NUM_CHILD_THREADS',
    ],
    [
      'one for reasons of its own, where it is set',
      { env: { OMP_PROC_BIND: 'true' }, unset: ['OMP_PROC_BIND', 'GOMP_CPU_AFFINITY'] },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2 !OMP_PROC_BIND',
    ],
    [
      'not one that is set anew',
      { env: { LK_NUM_THREADS: '3' }, unset: ['LK_NUM_THREADS'] },
      'PROCS=1 THREADS=8 BACKEND_THREADS=2',
    ],
    [
      'one that LensKit refuses',
      { lenskit: '2026.4.0', env: { LK_TUNE_JOBS: 'x' } },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1 !LK_TUNE_JOBS',
    ],
    [
      'several that LensKit refuses',
      { lenskit: '2026.4.0', env: { LK_PARALLEL__BOGUS: '1', LK_PARALLEL: '{' } },
      'THREADS=8 BACKEND_THREADS=2 BATCH_JOBS=1 !LK_PARALLEL !LK_PARALLEL__BOGUS',
    ],
  ])('%s', (_, asked, expected) => {
    expect(typed(asked)).toBe(expected);
  });

  test('however many LensKit refuses, all of them', () => {
    const names = Array.from({ length: 60 }, (_, index) => `LK_PARALLEL__BOGUS_${index}`);
    const { unset, why } = advice({
      lenskit: '2026.4.0',
      env: Object.fromEntries(names.map((name) => [name, '1'])),
    });
    expect([[...unset].sort(), why]).toEqual([[...names].sort(), '8 × 2 threads fit 16 effective CPUs']);
  });

  test('what no variable mends is said', () => {
    expect(advice({ lenskit: '2026.4.0', file: '[parallel' }).why).toBe(
      "/project/lenskit.toml:1:10: expected ']' at the end of a declaration; correct that first",
    );
    expect(advice({ lenskit: '2026.4.0', file: '[parallel]\nbogus = 1\n', env: { LK_TUNE_JOBS: 'x' } })).toEqual({
      env: { LK_NUM_THREADS: '8', LK_NUM_BACKEND_THREADS: '2', LK_NUM_BATCH_JOBS: '1' },
      unset: ['LK_TUNE_JOBS'],
      parameters: {},
      why: '/project/lenskit.toml:2: parallel.bogus is no setting of LensKit; remove it or correct its name; correct that first',
    });
  });
});

test('parameters that are given and beat the environment', () => {
  const given = (params: Parameters, over: Asked = {}) => advice({ params, ...over }).parameters;
  expect(given({})).toEqual({});
  expect(given({ processes: 4 })).toEqual({ processes: 1 });
  expect(given({ threads: 9, backendThreads: 9 })).toEqual({ threads: 8, backend_threads: 2 });
  expect(given({ threads: 9, backendThreads: 9 }, { workers: 8 })).toEqual({
    threads: [8, 2],
    backend_threads: [2, 1],
  });
  expect(given({ nJobs: 9 }, { lenskit: '0.14.4', workers: 3 })).toEqual({ n_jobs: 3 });
});

test('an environment with a recommendation put into it', () => {
  const env = { A: '1', B: '2', C: undefined };
  expect(applied(env, { env: { B: '3', D: '4' }, unset: ['A'] })).toEqual({ B: '3', C: undefined, D: '4' });
});

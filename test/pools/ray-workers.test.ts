import { describe, expect, test } from '@jest/globals';
import type { PythonFacts } from '../../src/python/facts.ts';
import { machine, report } from '../machine.ts';
import { type Case, readCases, sharedFile } from '../shared.ts';

const LIBRARY = { file: '/x.so', version: null } as const;

/** The pools of pip's wheels. */
const ENVIRONMENT: Partial<PythonFacts> = {
  packages: { ray: '2.60.0' },
  torch: { version: '2.15.0', cuda: null },
  pools: [
    { family: 'Rayon', api: 'tasks', owner: 'lenskit', ...LIBRARY },
    { family: 'OpenBLAS', api: 'blas', owner: 'numpy', ...LIBRARY },
    { family: 'libgomp', api: 'openmp', owner: 'torch', ...LIBRARY },
    { family: 'Arrow', api: 'tasks', owner: 'pyarrow', ...LIBRARY },
  ],
};

interface Given {
  cpus?: number;
  lenskit?: string;
  env: { [name: string]: string };
  existing?: boolean;
  environment?: Partial<PythonFacts>;
}

/** Every pool of a machine with Ray by its name. */
function pools({ cpus = 2, lenskit = '2026.4.0', env, existing = false, environment = {} }: Given) {
  const facts = machine({
    cpus,
    lenskit,
    python: '3.13.0',
    env: { LK_USE_RAY: '1', ...env },
    environment: { ...ENVIRONMENT, ...environment },
    machine: { rayCluster: existing ? '/tmp/ray/ray_current_cluster' : null },
  });
  return Object.fromEntries(report(facts).pools.map((row) => [row.pool, row]));
}

const workers = (given: Given) =>
  Object.fromEntries(Object.entries(pools(given)).map(([pool, { worker }]) => [pool, worker]));

interface Process {
  rayon: number;
  torch: number;
  torchInterop: number;
  openblas: number[];
}

interface RayCase extends Case {
  case: string;
  lenskit: string;
  affinity: number;
  how: string;
  env: { [name: string]: string };
  observed: { driver?: Process; workers?: Process[] };
}

const file = sharedFile('real-jobs', 'ray.jsonl');
// What a program does before its batch cannot be seen from outside.
const cases = (file ? readCases<RayCase>(file) : []).filter(
  ({ how, observed }) => observed.workers && (/users/.test(how) || !/user/.test(how)),
);

describe('workers of real Ray', () => {
  (file ? test : test.skip)('every pool has the foretold threads', () => {
    expect(cases.length).toBeGreaterThanOrEqual(9);
    for (const { case: name, affinity, lenskit, how, env, observed } of cases) {
      const foretold = pools({ cpus: affinity, lenskit, env, existing: /cluster|nodes/.test(how) });
      const row = (column: 'main' | 'worker') => ({
        name,
        rayon: foretold['Rayon (LensKit)']?.[column],
        torch: foretold['Torch intra-op']?.[column],
        torchInterop: foretold['Torch inter-op']?.[column],
        openblas: foretold['OpenBLAS (numpy)']?.[column],
      });
      const seen = ({ rayon, torch, torchInterop, openblas: [openblas] }: Process) => ({
        name,
        rayon,
        torch,
        torchInterop,
        openblas,
      });
      // That numpy's copy of the driver has OPENBLAS_NUM_THREADS=3 cut to the CPUs is another test's.
      if (observed.driver) expect(row('main')).toEqual(seen(observed.driver));
      for (const worker of observed.workers ?? []) expect(row('worker')).toEqual(seen(worker));
    }
  });

  // Seen with Ray 2.60 on a machine with 2 CPUs.
  test.each<[what: string, given: Given, expected: [rayon: number, torch: number, blas: number, arrow: number]]>([
    ['LensKit starts Ray', { env: { LK_NUM_THREADS: '3', LK_NUM_BACKEND_THREADS: '2' } }, [3, 2, 2, 2]],
    ['one backend thread', { env: { LK_NUM_THREADS: '3' } }, [3, 1, 1, 1]],
    ['OMP_NUM_THREADS is not handed over', { env: { OMP_NUM_THREADS: '3' } }, [2, 1, 1, 3]],
    [
      '2026.1.0 is not set up in workers',
      { env: { LK_NUM_THREADS: '3', LK_NUM_BACKEND_THREADS: '2' }, lenskit: '2026.1.0' },
      [2, 2, 2, 2],
    ],
    [
      'a cluster that runs already',
      { env: { LK_NUM_THREADS: '3', LK_NUM_BACKEND_THREADS: '1' }, existing: true },
      [2, 1, 1, 1],
    ],
    ['more CPUs for a task than are here', { env: { LK_NUM_BACKEND_THREADS: '4' }, existing: true }, [2, 2, 2, 4]],
    [
      'variables of the driver',
      { env: { OMP_NUM_THREADS: '3', OPENBLAS_NUM_THREADS: '3' }, existing: true },
      [2, 1, 1, 1],
    ],
  ])('%s', (_, given, [rayon, torch, blas, arrow]) => {
    expect(workers(given)).toEqual({
      'Rayon (LensKit)': rayon,
      'Torch intra-op': torch,
      'Torch inter-op': 2,
      'OpenBLAS (numpy)': blas,
      'Arrow CPU (pyarrow)': arrow,
      'Arrow I/O (pyarrow)': 8,
    });
  });

  test.each<[what: string, given: Given]>([
    ['no task fits', { env: { LK_NUM_BACKEND_THREADS: '3' } }],
    ['Ray refuses the task', { env: { LK_NUM_BACKEND_THREADS: '-1' } }],
    ['and on a cluster', { env: { LK_NUM_BACKEND_THREADS: '-1' }, existing: true }],
    ['no Ray', { env: {}, environment: { packages: {} } }],
    ['Ray is not asked for', { env: { LK_USE_RAY: '0' } }],
  ])('%s: there is no worker', (_, given) => {
    expect(new Set(Object.values(workers(given)))).toEqual(new Set([null]));
  });

  test('what decides in a worker is said where it is something else', () => {
    const own = pools({ env: {} });
    expect(Object.values(own).map(({ workerBy }) => workerBy)).toEqual([
      null,
      null,
      null,
      null,
      'LK_NUM_BACKEND_THREADS',
      null,
    ]);
    const existing = pools({ env: {}, existing: true });
    expect(existing['Rayon (LensKit)']?.workerBy).toBe('all CPUs: LensKit not set up');
    expect(existing['Torch intra-op']?.workerBy).toBe("Ray, by the task's CPUs");
  });
});

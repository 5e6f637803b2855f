import { describe, expect, test } from '@jest/globals';
import { poolThreads } from '../../src/pools/pool-threads.ts';
import { NO_PYTHON } from '../../src/python/facts.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import { resolveConfig } from '../../src/rules/resolve.ts';
import { machine, quota, report } from '../machine.ts';
import { type Case, readCases, sharedFile } from '../shared.ts';

interface RealCase extends Case {
  env: { [name: string]: string };
  imports: string;
  taskset?: string;
  observed?: {
    lenskit: string;
    affinity: number;
    config?: object;
    torch: { threads: number; interopThreads: number };
    rayonThreads: number;
    pools: { prefix: string; num_threads: number }[];
  };
}

const LIBRARY = { file: '/x.so', version: null } as const;

/** What real processes of LensKit had after `ensure_parallel_init()`, against what is foretold from files. */
describe.each(['real-2025.3', 'real-2026.1'])('%s', (name) => {
  const file = sharedFile('oracle', `${name}.jsonl`);
  // A process that loads SciPy later, and one that LensKit refuses, have no answer to compare.
  const cases = (file ? readCases<RealCase>(file) : []).filter(
    ({ imports, observed }) => imports === 'models' && observed?.config,
  );

  (file ? test : test.skip)('every pool has the foretold threads', () => {
    expect(cases.length).toBeGreaterThan(20);
    for (const { env, observed } of cases) {
      if (!observed) continue;
      const rules = rulesFor(observed.lenskit);
      if (typeof rules === 'string') throw new Error(rules);
      // PYTHON_CPU_COUNT counts from Python 3.13 on, which 2026 ran with.
      const asked = rules.generation === '2026.1' ? Number(env.PYTHON_CPU_COUNT ?? 0) : 0;
      const count = asked || observed.affinity;
      const outcome = resolveConfig({ rules, cpus: BigInt(count), env, params: {}, files: [], freeThreaded: false });
      if (!outcome.ok) throw outcome.error;
      const rows = poolThreads({
        resolution: outcome.resolution,
        ray: null,
        rules,
        env,
        cpus: { affinity: observed.affinity, online: observed.affinity, floor: observed.affinity },
        binding: { cpus: observed.affinity },
        machine: { topology: null },
        python: {
          ...NO_PYTHON,
          torch: { version: '2', cuda: null },
          pools: [
            { family: 'OpenBLAS', api: 'blas', owner: 'numpy', ...LIBRARY },
            { family: 'Rayon', api: 'tasks', owner: 'lenskit', ...LIBRARY },
          ],
        },
      });
      const main = (pool: string) => rows.find((row) => row.pool === pool)?.main;
      expect({
        env,
        intra: main('Torch intra-op'),
        inter: main('Torch inter-op'),
        rayon: main('Rayon (LensKit)'),
        blas: main('OpenBLAS (numpy)'),
      }).toEqual({
        env,
        intra: observed.torch.threads,
        inter: observed.torch.interopThreads,
        rayon: observed.rayonThreads,
        blas: observed.pools.find(({ prefix }) => prefix === 'libscipy_openblas')?.num_threads,
      });
    }
  });
});

/** Rows of a machine with 8 CPUs and the pools of pip's wheels: main and worker. */
function rows(env: { [name: string]: string }, options: Parameters<typeof machine>[0] = {}) {
  const pools = (
    [
      ['OpenBLAS', 'blas', 'numpy'],
      ['libgomp', 'openmp', 'torch'],
      ['libgomp', 'openmp', 'scikit-learn'],
      ['Arrow', 'tasks', 'pyarrow'],
      ['Polars', 'tasks', 'polars'],
      ['MKL', 'blas', 'environment'],
    ] as const
  ).map(([family, api, owner]) => ({ family, api, owner, ...LIBRARY }));
  const environment = { torch: { version: '2', cuda: null }, pools };
  const found = report(machine({ cpus: 8, environment, env, ...options })).pools;
  return Object.fromEntries(found.map(({ pool, main, worker }) => [pool, [main, worker]]));
}

describe('what each library takes from the environment', () => {
  test.each<[pool: string, env: { [name: string]: string }, expected: (number | null)[]]>([
    ['Arrow CPU (pyarrow)', {}, [8, 8]],
    ['Arrow I/O (pyarrow)', {}, [8, 8]],
    ['Arrow CPU (pyarrow)', { OMP_NUM_THREADS: '12' }, [12, 12]],
    ['Arrow CPU (pyarrow)', { OMP_NUM_THREADS: '5', OMP_THREAD_LIMIT: '3' }, [3, 3]],
    ['Arrow CPU (pyarrow)', { OMP_THREAD_LIMIT: '1' }, [1, 1]],
    ['Arrow I/O (pyarrow)', { ARROW_IO_THREADS: '3' }, [3, 3]],
    ['Arrow I/O (pyarrow)', { ARROW_IO_THREADS: '0' }, [8, 8]],
    ['Polars (polars)', { POLARS_MAX_THREADS: '2' }, [2, 2]],
    ['Torch intra-op', { LK_NUM_BACKEND_THREADS: '4,4', OMP_THREAD_LIMIT: '2' }, [2, 2]],
    ['Torch intra-op', { LK_NUM_BACKEND_THREADS: '4', OMP_DYNAMIC: 'TRUE' }, [null, null]],
    ['Torch intra-op', { LK_NUM_BACKEND_THREADS: '0', MKL_NUM_THREADS: '3', OMP_NUM_THREADS: '2' }, [3, 3]],
    ['Torch intra-op', { LK_NUM_BACKEND_THREADS: '0', OMP_NUM_THREADS: '12' }, [8, 8]],
    ['Torch intra-op', { LK_NUM_BACKEND_THREADS: '0', OMP_NUM_THREADS: '12', MKL_DYNAMIC: 'false' }, [12, 12]],
    ['OpenBLAS (numpy)', { OPENBLAS_NUM_THREADS: '3.9' }, [3, 3]],
    ['OpenBLAS (numpy)', { OPENBLAS_NUM_THREADS: 'x', OMP_NUM_THREADS: '2,4' }, [2, 2]],
    ['libgomp (scikit-learn)', { OMP_NUM_THREADS: '1.5' }, [8, 8]],
    ['MKL (environment)', { MKL_DOMAIN_NUM_THREADS: 'MKL_DOMAIN_BLAS=2', MKL_NUM_THREADS: '' }, [2, 2]],
  ])('%s with %j: %j', (pool, env, expected) => {
    expect(rows({ LK_NUM_PROCS: '2', ...env })[pool]).toEqual(expected);
  });

  test('bound to one CPU, what is loaded before counts all of them, what comes later one, and a worker one', () => {
    const bound = rows({ OMP_PROC_BIND: 'true', LK_NUM_PROCS: '2', LK_NUM_BACKEND_THREADS: '0' });
    expect(bound['OpenBLAS (numpy)']).toEqual([8, 1]);
    expect(bound['Torch intra-op']).toEqual([8, 1]);
    expect(bound['Arrow CPU (pyarrow)']).toEqual([1, 1]);
  });

  test('Polars rounds a quota down', () => {
    expect(rows({}, { quotas: [quota(250_000)] })['Polars (polars)']?.[0]).toBe(2);
  });
});

describe('an OpenBLAS that is built for OpenMP, beside Torch', () => {
  const openblas = {
    family: 'OpenBLAS',
    api: 'blas',
    owner: 'numpy',
    file: '/x.so',
    most: null,
    threading: 'openmp',
    needs: 'libgomp.so.1',
  } as const;
  const torchs = (file: string) => ({ family: 'libgomp', api: 'openmp', owner: 'torch', file, version: null }) as const;
  const main = (version: string | null, env: { [name: string]: string }, ...others: ReturnType<typeof torchs>[]) => {
    const pools = [{ ...openblas, version }, ...others];
    const facts = machine({ cpus: 8, environment: { torch: { version: '2', cuda: null }, pools }, env });
    return report(facts).pools.find(({ pool }) => pool === 'OpenBLAS (numpy)')?.main;
  };
  const OWN = torchs('/site/torch/lib/libgomp-a34b3233.so.1');
  const SAME = torchs('/site/torch/lib/libgomp.so.1');

  // Counted in /proc with LensKit 2026.4.0 and Debian's 0.3.29, and with threadpoolctl and 0.3.21.
  test.each<[what: string, expected: number | null, seen: number | null | undefined]>([
    ['0.3.21 hands the number on to OpenMP', 2, main('0.3.21', { LK_NUM_BACKEND_THREADS: '2' }, OWN)],
    ['0.3.29 has forgotten it with the next product', 8, main('0.3.29', { LK_NUM_BACKEND_THREADS: '2' }, OWN)],
    ['and takes what OpenMP has', 3, main('0.3.29', { LK_NUM_BACKEND_THREADS: '2', OMP_NUM_THREADS: '3' }, OWN)],
    ['also above the CPUs', 12, main('0.3.29', { LK_NUM_BACKEND_THREADS: '2', OMP_NUM_THREADS: '12' }, OWN)],
    [
      'but a list that OpenMP refuses is none',
      8,
      main('0.3.29', { LK_NUM_BACKEND_THREADS: '2', OMP_NUM_THREADS: '3x' }, OWN),
    ],
    ['of a newer one it is not known', null, main('0.3.33', { LK_NUM_BACKEND_THREADS: '2' }, OWN)],
    ['unless both come to the same', 2, main('0.3.33', { LK_NUM_BACKEND_THREADS: '2', OMP_NUM_THREADS: '2' }, OWN)],
    ["in Torch's OpenMP it has Torch's number", 2, main('0.3.29', { LK_NUM_BACKEND_THREADS: '2' }, SAME)],
    [
      'whatever keeps LensKit from limiting BLAS',
      2,
      main('0.3.29', { LK_NUM_BACKEND_THREADS: '2', OPENBLAS_NUM_THREADS: '1' }, SAME),
    ],
    ['as where Torch brings none', 2, main(null, { LK_NUM_BACKEND_THREADS: '2' })],
  ])('%s: %j', (_, expected, seen) => {
    expect(seen).toBe(expected);
  });
});

test.each<[env: { [name: string]: string }, threads: number]>([
  [{}, 1],
  [{ BLIS_NUM_THREADS: '3' }, 3],
  [{ OMP_NUM_THREADS: '2' }, 2],
])('BLIS, left alone, has one thread unless it is told: %j', (env, threads) => {
  const pools = [{ family: 'BLIS', api: 'blas', owner: 'Debian', ...LIBRARY }] as const;
  const facts = machine({
    lenskit: '2026.4.0',
    environment: { pools: [...pools] },
    env: { ...env, LK_NUM_BACKEND_THREADS: '-1' },
  });
  expect(report(facts).pools[0]?.main).toBe(threads);
});

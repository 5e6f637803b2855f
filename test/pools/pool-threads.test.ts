import { describe, expect, test } from '@jest/globals';
import { rulesFor } from '../../src/config/generation.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { poolThreads } from '../../src/pools/pool-threads.ts';
import { NO_PYTHON } from '../../src/python/facts.ts';
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

import { describe, expect, test } from '@jest/globals';
import { poolThreads } from '../../src/checks/pool-threads.ts';
import { rulesFor } from '../../src/config/generation.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { NO_PYTHON } from '../../src/python/facts.ts';
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

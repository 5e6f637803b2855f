import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planOf } from '../../src/bench/plan.ts';
import { type SpaceInput, spaceOf } from '../../src/bench/space.ts';
import { labelOf } from '../../src/documents/bench-result.ts';
import { snippet } from '../../src/report/bench/snippets.ts';
import { resolveParallelism } from '../../src/rules/resolve.ts';

const input = (over: Partial<SpaceInput> = {}): SpaceInput => ({
  rules: { generation: '0.14', release: [0, 14, 4] },
  cpus: 8,
  libraryCpus: 4,
  effective: 4,
  freeThreaded: false,
  ray: false,
  ranges: { processes: [], threads: [], backendThreads: [], maxOversubscription: 2 },
  objective: 'total',
  models: ['implicit-mf'],
  recommended: { LK_NUM_PROCS: '4', NUMBA_NUM_THREADS: '4', OPENBLAS_NUM_THREADS: '1' },
  nested: false,
  ...over,
});

describe('the settings of LensKit 0.14', () => {
  test('LensKit makes of every setting what it says, and the default and the recommendation are among them', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (cpus, libraryCpus) => {
        const { candidates } = spaceOf(input({ cpus, libraryCpus, effective: libraryCpus }));
        for (const { env, settings } of candidates) {
          const { main } = resolveParallelism({ lenskit: '0.14.4', cpus, affinity: libraryCpus, env });
          expect(main).toMatchObject({ processes: settings.processes, numbaThreads: settings.threads });
          expect(env.OPENBLAS_NUM_THREADS).toBe(String(settings.backendThreads));
        }
        const of = (role: string) => candidates.find(({ roles }) => roles.includes(role as 'default'))?.settings;
        const main = resolveParallelism({ lenskit: '0.14.4', cpus, affinity: libraryCpus }).main;
        expect(of('default')).toMatchObject({
          processes: 'processes' in main && main.processes,
          threads: libraryCpus,
          backendThreads: libraryCpus,
        });
        expect(of('recommended')).toMatchObject({ processes: 4, threads: 4, backendThreads: 1 });
      }),
      { numRuns: 50 },
    ));

  test.each<[{ [name: string]: string }, string[]]>([
    [{}, ['current', 'default']],
    [{ LK_NUM_PROCS: '4' }, ['current', 'default']],
    [{ OPENBLAS_NUM_THREADS: '1', LK_NUM_PROCS: '4', NUMBA_NUM_THREADS: '4' }, ['current', 'recommended']],
    [{ OMP_NUM_THREADS: '1', LK_NUM_PROCS: '4,2' }, ['current', 'recommended']],
    [{ OPENBLAS_NUM_THREADS: '3' }, ['current']],
    [{ LK_NUM_PROCS: '3' }, ['current']],
  ])('%j is the same as a setting that LensKit resolves to the same: %j', (relevant, roles) => {
    const resolution = resolveParallelism({ lenskit: '0.14.4', cpus: 8, affinity: 4, env: relevant });
    const plan = planOf(spaceOf(input()), input(), { environment: relevant, relevant, resolution }, true);
    expect(plan.settings[plan.reference]?.roles).toEqual(roles);
    expect(plan.pooled).toBe(roles.length > 1);
  });

  test('what is busy: processes with BLAS in each, Numba in training', () => {
    const busy = (objective: SpaceInput['objective'], processes: number, threads: number, backend: number) => {
      const ranges = {
        processes: [processes],
        threads: [threads],
        backendThreads: [backend],
        maxOversubscription: 100,
      };
      const { candidates } = spaceOf(input({ objective, ranges, recommended: {} }));
      return candidates.at(-1)?.busy;
    };
    expect([busy('batch', 2, 1, 3), busy('batch', 1, 4, 3), busy('train', 1, 4, 3)]).toEqual([6, 3, 4]);
  });

  test('names and lines to paste', () => {
    const env = spaceOf(input()).candidates[0]?.env ?? {};
    expect(labelOf(env)).toBe('LK_NUM_PROCS=4 NUMBA_NUM_THREADS=4 OPENBLAS_NUM_THREADS=4');
    expect(snippet(env, 'slurm')).toMatch(
      /^#SBATCH --cpus-per-task=16\nexport LK_NUM_PROCS=4\nexport NUMBA_NUM_THREADS=4\n/,
    );
  });
});

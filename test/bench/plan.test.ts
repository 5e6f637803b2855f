import { describe, expect, test } from '@jest/globals';
import { planOf } from '../../src/bench/plan.ts';
import { type SpaceInput, spaceOf } from '../../src/bench/space.ts';
import { resolveParallelism } from '../../src/rules/resolve.ts';

const RULES = [
  { lenskit: '2025.2.0', rules: { generation: '2025.2', release: [2025, 2, 0] } },
  { lenskit: '2025.8.1', rules: { generation: '2025.3', release: [2025, 8, 1] } },
  { lenskit: '2026.4.0', rules: { generation: '2026.1', release: [2026, 4, 0] } },
] as const;

describe.each(RULES)('the configurations of LensKit $lenskit', ({ lenskit, rules }) => {
  const input: SpaceInput = {
    rules,
    cpus: 2,
    effective: 2,
    freeThreaded: false,
    ray: false,
    ranges: { processes: [], threads: [], backendThreads: [], maxOversubscription: 2 },
    objective: 'batch',
    models: [],
    recommended: {},
    nested: false,
  };
  const space = spaceOf(input);
  const plan = (env: { [name: string]: string }, resolves: boolean) =>
    planOf(
      space,
      input,
      {
        environment: { PATH: '/bin', ...env },
        relevant: env,
        resolution: resolveParallelism({ lenskit, cpus: 2, env }),
      },
      resolves,
    );

  test("nothing set is LensKit's default, where LensKit is asked; its runs are of the environment as it is", () => {
    const { settings, reference, pooled } = plan({}, true);
    expect([settings.length, pooled]).toEqual([space.candidates.length, true]);
    expect(settings[reference]?.roles).toEqual(expect.arrayContaining(['current', 'default']));
    expect(settings[reference]?.environment).toEqual({ PATH: '/bin' });
    expect(settings[reference]?.env).toEqual(space.candidates[reference]?.env);
  });

  test('of a command, where only the same environment is; it names every knob all the same', () => {
    const { settings, reference, pooled } = plan({}, false);
    expect([settings.length, reference, pooled]).toEqual([space.candidates.length + 1, space.candidates.length, false]);
    expect(Object.keys(settings[reference]?.env ?? {})).toEqual(Object.keys(space.candidates[0]?.env ?? {}));
    const own = space.candidates.at(-1)?.env ?? {};
    expect(plan(own, false)).toMatchObject({ reference: space.candidates.length - 1, pooled: true });
  });

  test('a backend variable that says something else is another configuration, and is named as it is', () => {
    const { settings, reference, pooled } = plan({ OMP_NUM_THREADS: '7' }, true);
    expect(pooled).toBe(false);
    expect(settings[reference]?.env.OMP_NUM_THREADS).toBe('7');
  });
});

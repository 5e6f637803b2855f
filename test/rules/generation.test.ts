import { describe, expect, test } from '@jest/globals';
import { backendThreadsOf } from '../../src/rules/backend-threads.ts';
import { ConfigError, quoted } from '../../src/rules/errors.ts';
import {
  ASSUMED_GENERATION,
  assumedFrom,
  GENERATIONS,
  type Rules,
  releaseOf,
  rulesFor,
  since,
} from '../../src/rules/generation.ts';
import { ruleSetOf, traitsOf } from '../../src/rules/generations.ts';
import {
  givenThreads,
  isConfig014,
  isConfig2025,
  isConfig2026,
  parameterText,
  processesOf,
  pythonName,
  sourceOf,
  usesRay,
} from '../../src/rules/resolution.ts';
import { resolveConfig, resolveParallelism } from '../../src/rules/resolve.ts';
import { nearestRules, whatDiffers } from '../../src/rules/unknown-releases.ts';

function rulesOf(version: string): Rules {
  const rules = rulesFor(version);
  if (typeof rules === 'string') throw new Error(`${version}: ${rules}`);
  return rules;
}

describe('which rules a version has', () => {
  test('the generations, the oldest first, and the one that is assumed', () => {
    expect(GENERATIONS).toEqual(['0.14', '2025.2', '2025.3', '2026.1']);
    expect(ASSUMED_GENERATION).toBe('2025.3');
    expect(GENERATIONS.map((generation) => ruleSetOf({ generation }).generation)).toEqual(GENERATIONS);
    expect(GENERATIONS.map((generation) => traitsOf({ generation }).api)).toEqual([
      'algorithms',
      'pipelines',
      'pipelines',
      'pipelines',
    ]);
  });

  test.each([
    ['0.10.1', '0.14', [0, 10, 1]],
    ['0.14.4', '0.14', [0, 14, 4]],
    ['0.99', '0.14', [0, 99, 0]],
    ['2025.1', '2025.2', [2025, 1, 0]],
    ['2025.2.9', '2025.2', [2025, 2, 9]],
    ['2025.3.0', '2025.3', [2025, 3, 0]],
    ['2025.12.1', '2025.3', [2025, 12, 1]],
    ['2025.3.10', '2025.3', [2025, 3, 10]],
    ['2027', '2026.1', [2027, 0, 0]],
    ['2026.1.0rc1', '2026.1', [2026, 1, 0]],
    ['2031.1.0', '2026.1', [2031, 1, 0]],
    [' v2025.8.1 ', '2025.3', [2025, 8, 1]],
    ['V2025.8.1+local.1', '2025.3', [2025, 8, 1]],
    ['2025.8.1.dev3', '2025.3', [2025, 8, 1]],
    ['2025.8.1-4_x', '2025.3', [2025, 8, 1]],
    ['2025.8post1', '2025.3', [2025, 8, 0]],
  ])('%j', (version, generation, release) => {
    expect(rulesFor(version)).toEqual({ generation, release });
  });

  test.each(GENERATIONS)('%s by name means its newest rules', (generation) => {
    expect(rulesFor(generation)).toEqual({ generation, release: null });
  });

  // 2025.3.0a2.post2 and 2025.3.0a3.post1 were looked at.
  test.each([
    ['2025.3.0a1', '2025.2'],
    ['2025.3.0a2.post2', '2025.2'],
    ['2025.3.0.dev12', '2025.2'],
    ['2025.3.0dev1', '2025.2'],
    ['2025.3.0alpha2', '2025.2'],
    ['2025.3.0-alpha.1', '2025.2'],
    ['2025.3.0_a_0', '2025.2'],
    ['2025.3.0A', '2025.2'],
    ['2025.3a2', '2025.2'],
    ['2025.3.0a3', '2025.3'],
    ['2025.3.0a3.post1', '2025.3'],
    ['2025.3.0a12', '2025.3'],
    ['2025.3.0b1', '2025.3'],
    ['2025.3.0rc1', '2025.3'],
    ['2025.3.0.post1', '2025.3'],
    ['2025.3.0+local.a1', '2025.3'],
    ['2025.3.1a1', '2025.3'],
    ['2025.4.0a1', '2025.3'],
  ])('of the alphas of 2025.3.0 the first had the rules before: %s', (version, generation) => {
    const rules = rulesOf(version);
    expect(rules.generation).toBe(generation);
    if (generation === '2025.2') expect(rules.release).toEqual([2025, 2, 0]);
  });

  test.each(['0.10.0', '0.10', '0.9.0', '0.3.1', '0.1', '0', '2025', '1.0.0', '2024.12.1', '2025.0.9'])(
    '%s is too old',
    (version) => {
      expect(rulesFor(version)).toBe('too-old');
    },
  );

  test.each(['', 'latest', '2025.', '2025..1', '2025.3.0.', 'x2025.3', '2025.3 x', '1234567.1', '-1', '2025.3.0 a1'])(
    '%j is no version',
    (version) => {
      expect(rulesFor(version)).toBe('invalid');
      expect([releaseOf(version), nearestRules(version)]).toEqual([null, null]);
      expect(whatDiffers(version)).toBe('its rules are not known, which begin with 0.10.1');
    },
  );

  test.each([
    ['0.14.4', null],
    ['0.15.0', '0.14.4'],
    ['2025.2.0', null],
    ['2025.2.1', '2025.2.0'],
    ['2025.8.1', null],
    ['2025.8.2', '2025.8.1'],
    ['2025.9.0', '2025.8.1'],
    ['2026.4.0', null],
    ['2026.4.1', '2026.4.0'],
    ['2027.1.0', '2026.4.0'],
    ['2026.1', null],
  ])('the sources of %s were compared, or else those of an older one', (version, newest) => {
    expect(assumedFrom(rulesOf(version))).toBe(newest);
  });

  test.each([
    ['2026.2.0', '2026.2.0', true],
    ['2026.1.9', '2026.2.0', false],
    ['2026.2.1', '2026.2.0', true],
    ['2026.2.0', '2026.2.1', false],
    ['2027.1.0', '2026.2', true],
    ['2026.1.0', '2026', true],
    // By name: the newest of its rules.
    ['2026.1', '2026.9.0', true],
    ['2025.3', '2025.9.0', true],
    ['2025.3', '2026.1.0', false],
    ['2025.2', '2025.2.9', true],
    ['2025.2', '2025.3.0', false],
    ['0.14', '0.99.0', true],
    ['0.14', '1.0.0', false],
  ])('%s has what came with %s: %s', (version, wanted, has) => {
    expect(since(rulesOf(version), wanted)).toBe(has);
  });
});

/** LensKit 0.3.0 to 0.10.0 as released. */
test.each([
  ['0.2.0', 'what makes its processes was not looked at', '0.10.1'],
  ['0.3.0', 'it reads no variable: only the argument of a batch call', '0.10.1'],
  ['0.8.4', '(nprocs, later n_jobs) makes processes', '0.10.1'],
  [
    '0.9.0',
    'LK_NUM_PROCS is one whole number there, which joblib gets, and without it a batch call makes one',
    '0.10.1',
  ],
  ['0.10.0', 'a worker sets Numba whatever NUMBA_NUM_THREADS says', '0.10.1'],
  ['0.10.0', 'item-kNN stays parallel in it, and a model without arrays cannot be handed to workers', '0.10.1'],
  ['1.0.0', 'it stands between 0.14 and 2025.1', '2025.1.0'],
  ['2025.0.9', 'it stands between 0.14 and 2025.1', '2025.1.0'],
])('what differs in %s: %s', (version, differs, nearest) => {
  expect(whatDiffers(version)).toContain('its rules are not known, which begin with 0.10.1: ');
  expect(whatDiffers(version)).toContain(differs);
  expect(nearestRules(version)).toBe(nearest);
});

test('of a release whose rules are known nothing differs', () => {
  expect([nearestRules('2025.1.0'), nearestRules('2026.4.0')]).toEqual([null, null]);
  expect(whatDiffers('2025.1.0')).toBe('its rules are not known, which begin with 0.10.1');
});

describe('a refusal', () => {
  test('has what is known of it', () => {
    const error = new ConfigError({ type: 'ValueError', message: 'x' });
    expect({ ...error, message: error.message }).toEqual({
      name: 'ConfigError',
      message: 'x',
      type: 'ValueError',
      stage: 'main',
      knob: null,
      source: null,
      value: null,
      tooFew: false,
      others: [],
    });
    const source = { kind: 'env', name: 'X' } as const;
    const given = { type: 'TypeError', stage: 'import', knob: 'k', source, value: 0, tooFew: true } as const;
    expect(new ConfigError({ ...given, message: 'y' })).toMatchObject(given);
  });

  test.each([
    ['a"b', '"a\\"b"'],
    [3n, '"3"'],
    [null, '"null"'],
    ['x'.repeat(60), `"${'x'.repeat(60)}"`],
    ['x'.repeat(61), `"${'x'.repeat(60)}…" (61 characters)`],
  ])('%j is quoted', (value, expected) => expect(quoted(value)).toBe(expected));
});

test.each<[Parameters<typeof resolveParallelism>[0], string]>([
  [{ cpus: 0 }, 'cpus: "0" is no number of CPUs; write 1 or more'],
  [{ cpus: 0n }, 'cpus: "0" is no number of CPUs; write 1 or more'],
  [{ cpus: 1.5 }, 'cpus: "1.5" is no number of CPUs; write 1 or more'],
  [{ cpus: 2 ** 53 }, 'cpus: "9007199254740992" is no number of CPUs; write 1 or more'],
  [{ cpus: '4' as unknown as number }, 'cpus: "4" is no number of CPUs; write 1 or more'],
  [{ cpus: 4, affinity: -1 }, 'affinity: "-1" is no number of CPUs; write 1 or more'],
  [{ cpus: 4, lenskit: '0.10.0' }, 'LensKit 0.10.0 has rules that are not known; they begin with 0.10.1'],
  [{ cpus: 4, lenskit: 'new' }, 'lenskit: "new" is no version; write one such as 2025.8.1'],
])('%p is a range error', (options, message) => {
  expect(() => resolveParallelism(options)).toThrow(new RangeError(message));
});

test('what is no refusal of LensKit’s is none here', () => {
  const input = { cpus: 4n, params: {}, files: [], freeThreaded: false };
  const env = { LK_NUM_PROCS: 3 as unknown as string };
  for (const generation of ['0.14', '2025.3'] as const)
    expect(() => resolveConfig({ ...input, env, rules: { generation, release: null } })).toThrow(TypeError);
  const inProcess = { ...input, env, params: { nJobs: 1 }, rules: rulesOf('0.14') };
  expect(() => resolveConfig(inProcess)).toThrow(TypeError);
});

test('what is not said has its default', () => {
  expect(resolveParallelism({ cpus: 2n ** 60n }).main).toEqual({
    processes: 4,
    threads: 8,
    backendThreads: 4,
    totalThreads: 32,
  });
  expect(resolveParallelism({ cpus: 1 }).generation).toBe('2025.3');
  for (const generation of GENERATIONS)
    expect(resolveParallelism({ cpus: 1, lenskit: generation }).generation).toBe(generation);
  expect(resolveParallelism({ cpus: 16, affinity: 2, lenskit: '0.14' }).main).toMatchObject({ numbaThreads: 2 });
  expect(resolveParallelism({ cpus: 16, affinity: 2, lenskit: '0.14', numba: '0.53.1' }).main).toMatchObject({
    numbaThreads: 16,
  });
});

describe('what the configurations of all generations have in common', () => {
  const of = (lenskit: string, env: { [name: string]: string } = {}) => resolveParallelism({ lenskit, cpus: 16, env });
  const old = of('0.14');
  const ray = of('2026.1', { LK_USE_RAY: '1', LK_NUM_THREADS: '3' });

  test('whose a configuration is', () => {
    const mains = [old, of('2025.2'), of('2025.3'), ray].map(({ main }) => main);
    expect(mains.map(isConfig014)).toEqual([true, false, false, false]);
    expect(mains.map(isConfig2025)).toEqual([false, true, true, false]);
    expect(mains.map(isConfig2026)).toEqual([false, false, false, true]);
  });

  test('the threads that LensKit gives: 0.14 gives none', () => {
    expect(givenThreads(old.main)).toEqual({ threads: null, backend: null });
    expect(givenThreads(of('2025.3', { LK_NUM_THREADS: '5' }).main)).toEqual({ threads: 5, backend: 3 });
    expect(givenThreads(ray.main)).toEqual({ threads: 3, backend: 4 });
    expect([old, of('2025.3'), ray].map(backendThreadsOf)).toEqual([null, 2, 4]);
    expect(backendThreadsOf(of('2026.1', { LK_NUM_BACKEND_THREADS: '-1' }))).toBeNull();
    expect(backendThreadsOf(of('2025.3', { LK_NUM_BACKEND_THREADS: '0' }))).toBeNull();
  });

  test('processes of a batch run: 2026 has none of its own, and Ray’s only where it is asked for', () => {
    expect([old, of('2025.2'), of('2025.3'), ray].map(({ main }) => processesOf(main))).toEqual([4, 4, 4, 1]);
    expect([old, of('2025.3'), of('2026.1'), ray].map(({ main }) => usesRay(main))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test('a parameter as it would be written, and its name', () => {
    expect([[4, 2n], 3, '4,2', true, []].map((value) => parameterText(value))).toEqual([
      '[4, 2]',
      '3',
      '4,2',
      'true',
      '[]',
    ]);
    expect([pythonName('backendThreads'), pythonName('numCpusX'), pythonName('threads')]).toEqual([
      'backend_threads',
      'num_cpus_x',
      'threads',
    ]);
  });
});

test('a source has no field for what is not known of it', () => {
  expect(sourceOf({ kind: 'default', set: true })).toStrictEqual({ kind: 'default' });
});

test('settings that are given as text have the names of their files', () => {
  const { knobs } = resolveParallelism({ cpus: 8, lenskit: '2026.4.0', localToml: '[parallel]\nnum_threads = 3\n' });
  expect(knobs.find(({ name }) => name === 'numThreads')?.source).toMatchObject({
    name: 'lenskit.local.toml',
    line: 2,
  });
});

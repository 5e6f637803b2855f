import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSettings } from '../../src/python-values/settings-file.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import type { ConfigInput, Knob } from '../../src/rules/resolution.ts';
import { resolveConfig } from '../../src/rules/resolve.ts';

interface Given {
  env?: { [name: string]: string };
  toml?: string;
  local?: string;
  version?: string;
}

function inputOf({ env = {}, toml, local, version = '2026.4.0' }: Given): ConfigInput {
  const rules = rulesFor(version);
  if (typeof rules === 'string') throw new Error(version);
  const files = [
    ...(local === undefined ? [] : [readSettings(local, 'lenskit.local.toml')]),
    ...(toml === undefined ? [] : [readSettings(toml, 'lenskit.toml')]),
  ];
  return { rules, cpus: 8n, env, params: {}, files, freeThreaded: false };
}

function knobs(given: Given): Knob[] {
  const outcome = resolveConfig(inputOf(given));
  return outcome.ok ? outcome.resolution.knobs : outcome.knobs;
}

const knob = (name: string, given: Given): Knob => knobs(given).find((one) => one.name === name) as Knob;

describe('where a value comes from (2026)', () => {
  test.each([
    [
      'null in JSON leaves it to [tuning]',
      { LK_PARALLEL: '{"tune_jobs": null}', LK_TUNING__JOBS: '3' },
      3,
      'LK_TUNING__JOBS',
    ],
    ['both set: [parallel]', { LK_TUNE_JOBS: '2', LK_TUNING__JOBS: '3' }, 2, 'LK_TUNE_JOBS'],
    ['JSON of [tuning]', { LK_TUNING: '{"jobs": 5}' }, 5, 'LK_TUNING'],
    ['null alone', { LK_PARALLEL: '{"tune_jobs": null}' }, null, 'LK_PARALLEL'],
  ])('%s', (_, env, value, name) => {
    expect(knob('tuneJobs', { env })).toMatchObject({ value, source: { kind: 'env', name } });
  });

  test.each([
    [
      'a nested variable before JSON',
      { env: { LK_PARALLEL: '{"num_threads": 2}', LK_PARALLEL__NUM_THREADS: '3' } },
      3,
      'LK_PARALLEL__NUM_THREADS',
    ],
    ['JSON in other letters', { env: { LK_PARALLEL: '{"NUM_THREADS": 2}' } }, 2, 'LK_PARALLEL'],
    [
      'JSON null switches off what is below it',
      { env: { LK_PARALLEL: 'null', LK_PARALLEL__NUM_THREADS: '3', LK_NUM_THREADS: '4' } },
      4,
      'LK_NUM_THREADS',
    ],
    [
      'a file before the flat variable',
      { env: { LK_NUM_THREADS: '4' }, toml: '[parallel]\nnum_threads = 5\n' },
      5,
      'lenskit.toml',
    ],
    [
      'the local file before the shared one',
      { toml: '[parallel]\nnum_threads = 5\n', local: '[parallel]\nnum_threads = 6\n' },
      6,
      'lenskit.local.toml',
    ],
    [
      'the other key of the shared file',
      { toml: '[parallel]\nnum_threads = 5\n', local: '[parallel]\nnum_cpus = 6\n' },
      5,
      'lenskit.toml',
    ],
  ])('%s', (_, given, value, name) => {
    expect(knob('numThreads', given)).toMatchObject({ value, source: { name } });
  });

  test('a key’s line is that of its own file', () => {
    expect(knob('numThreads', { toml: '\n[PARALLEL]\n\nnum_threads = 5\n' }).source).toEqual({
      kind: 'file',
      name: 'lenskit.toml',
      raw: '5',
      line: 4,
    });
  });

  const count = fc.integer({ min: 1, max: 7 });
  const fields = {
    num_threads: 'numThreads',
    num_cpus: 'numCpus',
    num_batch_jobs: 'numBatchJobs',
    num_procs: 'numProcs',
  };
  const field = fc.constantFrom(...(Object.keys(fields) as (keyof typeof fields)[]));
  const setting = fc.tuple(fc.constantFrom('flat', 'nested', 'json', 'toml', 'local'), field, count);

  test('the source named is the one whose number it is', () => {
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 10 }), (settings) => {
        const env: { [name: string]: string } = {};
        const tables = { json: {}, toml: {}, local: {} } as { [place: string]: { [key: string]: number } };
        for (const [place, key, value] of settings) {
          if (place === 'flat') env[`LK_${key.toUpperCase()}`] = String(value);
          else if (place === 'nested') env[`LK_PARALLEL__${key.toUpperCase()}`] = String(value);
          else (tables[place] as { [key: string]: number })[key] = value;
        }
        if (Object.keys(tables.json as object).length > 0) env.LK_PARALLEL = JSON.stringify(tables.json);
        const file = (place: string): string =>
          ['[parallel]', ...Object.entries(tables[place] as object).map(([key, value]) => `${key} = ${value}`)].join(
            '\n',
          );
        for (const { name, value, source, candidates } of knobs({ env, toml: file('toml'), local: file('local') })) {
          const used = candidates.filter((candidate) => candidate.used);
          if (name === 'numBackendThreads' || name === 'useRay' || name === 'tuneJobs') continue;
          expect(used).toHaveLength(1);
          if (source?.kind === 'default') continue;
          expect({ name, value: String(value) }).toEqual({ name, value: source?.raw });
          expect(used[0]).toMatchObject({ set: true, name: source?.name });
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('where LensKit refuses, what else is set is still shown as set', () => {
  const given = { env: { LK_NUM_THREADS: 'x', LK_NUM_BATCH_JOBS: '3' }, toml: '[parallel]\nnum_cpus = 4\n' };
  const sources = Object.fromEntries(knobs(given).map(({ name, source }) => [name, source?.name ?? null]));
  expect(sources).toMatchObject({
    numThreads: 'LK_NUM_THREADS',
    numBatchJobs: 'LK_NUM_BATCH_JOBS',
    numCpus: 'lenskit.toml',
    useRay: null,
  });
  const rules = rulesFor('2025.8.1');
  if (typeof rules === 'string') throw new Error('2025.8.1');
  const env = { LK_NUM_PROCS: 'x', LK_NUM_THREADS: '3' };
  const outcome = resolveConfig({
    rules,
    cpus: 8n,
    env,
    params: { backendThreads: 2 },
    files: [],
    freeThreaded: false,
  });
  expect(outcome.ok).toBe(false);
  expect(outcome.ok ? [] : outcome.knobs).toMatchObject([
    { name: 'processes', source: { name: 'LK_NUM_PROCS' } },
    { name: 'threads', source: { kind: 'env', name: 'LK_NUM_THREADS', raw: '3' } },
    { name: 'backendThreads', source: { kind: 'parameter', name: 'backend_threads' } },
    { name: 'childThreads', source: null },
  ]);
});

/** Seen with LensKit 2026.1.0, 2026.2.1 and 2026.3.0. */
test.each([
  ['2026.1.0', '[tuning]\nmax_points = "x"\n', false],
  ['2026.1.0', '[tuning]\ndefaults = 3\n', true],
  ['2026.2.1', '[tuning]\nmax_points = "x"\n', false],
  ['2026.2.1', '[tuning]\ndefaults = 3\n', true],
  ['2026.2.1', '[tuning.defaults]\nmax_points = "x"\n', true],
  ['2026.3.0', '[tuning]\nmax_points = "x"\n', true],
  ['2026.3.0', '[tuning]\ndefaults = 3\n', false],
  ['2026.3.0', '[tuning.defaults]\nmax_points = "x"\n', false],
  ['2026.4.0', '[tuning]\ndefaults = 3\n', false],
])('LensKit %s and %j: taken: %s', (version, toml, taken) => {
  expect(resolveConfig(inputOf({ version, toml })).ok).toBe(taken);
});

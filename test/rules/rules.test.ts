import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/rules/errors.ts';
import { type ResolveOptions, resolveParallelism } from '../../src/rules/resolve.ts';

/** Written from LensKit's rules in words; the larger set of its own answers is beside the checkout. */

type Main = { [key: string]: unknown };
const main = (options: ResolveOptions): Main => ({ ...resolveParallelism(options).main });

function refusal(options: ResolveOptions): ConfigError {
  try {
    resolveParallelism(options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('not refused');
}

describe('2025.3', () => {
  const of = (cpus: number, env: { [name: string]: string } = {}, params = {}) =>
    resolveParallelism({ lenskit: '2025.8.1', cpus, env, params });

  test.each([
    [1, { processes: 1, threads: 1, backendThreads: 1, totalThreads: 1 }],
    [2, { processes: 2, threads: 2, backendThreads: 1, totalThreads: 2 }],
    [16, { processes: 4, threads: 8, backendThreads: 2, totalThreads: 16 }],
    [96, { processes: 4, threads: 8, backendThreads: 4, totalThreads: 32 }],
  ])('defaults on %d CPUs', (cpus, expected) => {
    expect(of(cpus).main).toEqual(expected);
  });

  test('a list gives nesting depths; workers are not capped by the number of processes', () => {
    expect(of(4).workers[0]).toEqual({ processes: 1, threads: 4, backendThreads: 1, totalThreads: 4 });
    const { workers } = of(4, { LK_NUM_PROCS: '2,3', LK_NUM_THREADS: '4,2,1' });
    expect(workers.map((worker) => ('threads' in worker ? [worker.processes, worker.threads] : worker))).toEqual([
      [3, 2],
      [1, 1],
      [1, 1],
    ]);
  });

  test('child threads end the list of backend threads, with the warning of their kind', () => {
    const byVariable = of(8, { LK_NUM_CHILD_THREADS: '3' });
    expect(byVariable.workers[0]).toMatchObject({ backendThreads: 3 });
    expect(byVariable.warnings).toEqual([
      { category: 'DeprecationWarning', message: expect.stringContaining('LK_NUM_CHILD_THREADS') },
    ]);
    expect(of(8, {}, { childThreads: 3 }).warnings[0]?.message).toContain('child_theads');
  });

  test('a parameter beats a variable, a string may be a list, and an empty variable is unset', () => {
    expect(of(8, { LK_NUM_THREADS: '3' }, { threads: '5,1' }).main).toMatchObject({ threads: 5 });
    expect(of(8, { LK_NUM_THREADS: 'x' }, { threads: 5 }).main).toMatchObject({ threads: 5 });
    expect(of(8, { LK_NUM_THREADS: '' }).main).toMatchObject({ threads: 8 });
  });

  test.each([
    [{ LK_NUM_THREADS: '4,' }, 'ValueError'],
    [{ LK_NUM_THREADS: ' ' }, 'ValueError'],
    [{ LK_NUM_PROCS: '1.5' }, 'ValueError'],
    [{ LK_NUM_THREADS: '0' }, 'ZeroDivisionError'],
    [{ LK_NUM_THREADS: '9'.repeat(4301) }, 'ValueError'],
  ])('refuses %p', (env, type) => {
    const error = refusal({ lenskit: '2025.8.1', cpus: 4, env });
    expect(error).toMatchObject({ type, source: { kind: 'env', name: Object.keys(env)[0] } });
    expect(error.message.length).toBeLessThan(300);
  });

  test('refuses an empty list and an empty parameter', () => {
    expect(refusal({ lenskit: '2025.8.1', cpus: 4, params: { processes: [] } }).type).toBe('IndexError');
    expect(refusal({ lenskit: '2025.8.1', cpus: 4, params: { threads: '' } }).type).toBe('ValueError');
  });

  test('what makes no sense resolves as LensKit resolves it', () => {
    expect(of(2, { LK_NUM_THREADS: '-1' }).main).toMatchObject({ threads: -1, backendThreads: 1 });
    expect(of(2, { LK_NUM_PROCS: '2,4' }).workers[0]).toMatchObject({ processes: 4, threads: 0, backendThreads: 0 });
    expect(of(2, { LK_NUM_PROCS: '4,0' }).workers).toEqual([
      { error: { type: 'ZeroDivisionError', message: 'integer division or modulo by zero' } },
    ]);
    expect(of(2, { LK_NUM_THREADS: '99999999999999999999' }).main).toMatchObject({
      totalThreads: 99999999999999999999n,
    });
  });

  test('children inherit what is not set already', () => {
    expect(of(2, { OPENBLAS_NUM_THREADS: '' }).childEnv).toEqual({
      LK_NUM_PROCS: '2',
      LK_NUM_THREADS: '2',
      LK_NUM_BACKEND_THREADS: '1',
      OMP_NUM_THREADS: '1',
      MKL_NUM_THREADS: '1',
    });
  });
});

describe('2025.2', () => {
  test('single integers, child threads with a default, workers with one thread', () => {
    const { main: own, workers } = resolveParallelism({ lenskit: '2025.2.0', cpus: 16 });
    expect(own).toEqual({ processes: 4, threads: 8, backendThreads: 2, totalThreads: 16, childThreads: 4 });
    expect(workers[0]).toEqual({ processes: 1, threads: 1, backendThreads: 4, totalThreads: 4, childThreads: 1 });
  });

  test('a list is refused', () => {
    expect(refusal({ lenskit: '2025.2', cpus: 4, env: { LK_NUM_THREADS: '4,2' } }).type).toBe('ValueError');
    expect(refusal({ lenskit: '2025.2', cpus: 4, params: { threads: [4, 2] } }).type).toBe('ValueError');
  });
});

describe('2026.1', () => {
  const of = (options: Partial<ResolveOptions>) => main({ lenskit: '2026.4.0', cpus: 8, ...options });
  const refused = (options: Partial<ResolveOptions>) => refusal({ lenskit: '2026.4.0', cpus: 8, ...options });

  test('defaults, with the GIL, free-threaded, with Ray', () => {
    expect(of({})).toMatchObject({ numCpus: 8, numThreads: 8, numBackendThreads: 1, numBatchJobs: 1, tuneJobs: null });
    expect(of({ freeThreaded: true })).toMatchObject({ numBatchJobs: 8 });
    expect(of({ env: { LK_USE_RAY: 'yes', LK_NUM_THREADS: '3' } })).toMatchObject({ useRay: true, numBatchJobs: 3 });
  });

  test('precedence: nested variable, JSON, local file, file, flat variable, default', () => {
    const all = {
      env: { LK_PARALLEL__NUM_THREADS: '1', LK_PARALLEL: '{"num_threads": 2}', LK_NUM_THREADS: '5' },
      localToml: '[parallel]\nnum_threads = 3\n',
      toml: '[parallel]\nnum_threads = 4\n',
    };
    expect(of(all).numThreads).toBe(1);
    expect(of({ ...all, env: { LK_PARALLEL: '{"num_threads": 2}', LK_NUM_THREADS: '5' } }).numThreads).toBe(2);
    expect(of({ ...all, env: { LK_NUM_THREADS: '5' } }).numThreads).toBe(3);
    expect(of({ toml: all.toml, env: { LK_NUM_THREADS: '5' } }).numThreads).toBe(4);
    expect(of({ env: { LK_NUM_THREADS: '5' } }).numThreads).toBe(5);
  });

  test('the knob says who won, and at which line', () => {
    const { knobs } = resolveParallelism({
      lenskit: '2026.4.0',
      cpus: 8,
      env: { LK_NUM_THREADS: '5' },
      toml: '# ours\n[parallel]\nnum_threads = 4\n',
    });
    const knob = knobs.find(({ name }) => name === 'numThreads');
    expect(knob?.source).toEqual({ kind: 'file', name: 'lenskit.toml', raw: '4', line: 3 });
    expect(knob?.candidates.filter(({ set }) => set).map(({ kind, used = false }) => [kind, used])).toEqual([
      ['file', true],
      ['env', false],
      ['default', false],
    ]);
  });

  test('names in any case, the later of two spellings; LK_PARALLEL=null switches the nested ones off', () => {
    expect(of({ env: { lk_num_threads: '3' } }).numThreads).toBe(3);
    expect(of({ env: { LK_NUM_THREADS: '3', lk_num_threads: '4' } }).numThreads).toBe(4);
    expect(of({ env: { LK_PARALLEL: 'null', LK_PARALLEL__NUM_THREADS: '3' } }).numThreads).toBe(8);
  });

  test('0 and negative numbers stand for the default and for all CPUs', () => {
    expect(of({ env: { LK_NUM_THREADS: '-1', LK_NUM_BATCH_JOBS: '-1', LK_NUM_BACKEND_THREADS: '-1' } })).toMatchObject({
      numThreads: 8,
      numBatchJobs: 8,
      numBackendThreads: -1,
      totalThreads: 8,
    });
  });

  test.each([
    [
      'a bad flat variable, even where a file sets the key',
      { env: { LK_NUM_THREADS: 'x' }, toml: '[parallel]\nnum_threads = 2\n' },
      'ValidationError',
    ],
    ['a list', { env: { LK_NUM_THREADS: '4,2' } }, 'ValidationError'],
    ['an unknown key', { toml: '[parallel]\nbogus = 1\n' }, 'ValidationError'],
    ['JSON that is none', { env: { LK_PARALLEL: '{' } }, 'SettingsError'],
    ['a file that does not parse', { toml: '[parallel' }, 'TOMLDecodeError'],
    ['another setting', { env: { LK_TUNING__GPU_MULT: '2' } }, 'ValidationError'],
    ['another setting in a file', { toml: 'machine = 3\n' }, 'ValidationError'],
    ['TOML 1.1, which tomllib does not read', { toml: 'parallel = {num_threads = 2,}\n' }, 'TOMLDecodeError'],
  ])('refuses %s', (_, options, type) => {
    expect(refused(options).type).toBe(type);
  });

  test('a refusal in a file names file and line', () => {
    const error = refused({ toml: '[parallel]\nuse_ray = true\nnum_threads = "x"\n' });
    expect(error).toMatchObject({ knob: 'num_threads', source: { kind: 'file', name: 'lenskit.toml', line: 3 } });
    expect(error.message).toBe(
      'lenskit.toml:3: parallel.num_threads must be one whole number such as 4, not "\\"x\\""',
    );
  });

  test('tune_jobs came with 2026.2.0', () => {
    expect(main({ lenskit: '2026.2.0', cpus: 2, toml: '[parallel]\ntune_jobs = 3\n' }).tuneJobs).toBe(3);
    expect(refusal({ lenskit: '2026.1.0', cpus: 2, toml: '[parallel]\ntune_jobs = 3\n' }).type).toBe('ValidationError');
    expect(main({ lenskit: '2026.1.0', cpus: 2, env: { LK_TUNE_JOBS: 'x', LK_TUNING__JOBS: '2' } }).tuneJobs).toBe(2);
    expect(main({ lenskit: '2026.1', cpus: 2, env: { LK_TUNE_JOBS: '4' } }).tuneJobs).toBe(4);
  });

  test('a key of the prototype is a key like any other', () => {
    expect(refused({ env: { LK_PARALLEL: '{"__proto__": 1}' } }).type).toBe('ValidationError');
    expect(refused({ toml: '[parallel]\nconstructor = 1\n' }).type).toBe('ValidationError');
  });
});

test('what is given may be changed by whoever has it: the next one is whole', () => {
  const options = { lenskit: '2025.8.1', cpus: 4, env: { LK_NUM_PROCS: '3' } };
  const given = resolveParallelism(options);
  const before = structuredClone(given);
  Object.assign(given.main, { processes: 77 });
  given.knobs.length = 0;
  expect(resolveParallelism(options)).toEqual(before);
});

test('options that make no sense are range errors', () => {
  expect(() => resolveParallelism({ cpus: 0 })).toThrow(RangeError);
  expect(() => resolveParallelism({ cpus: 4, lenskit: '0.10.0' })).toThrow(RangeError);
  expect(() => resolveParallelism({ cpus: 4, lenskit: 'latest' })).toThrow(RangeError);
});

test('whatever is set, LensKit refuses it or there is a plan', () => {
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.integer().map(String),
    fc.constantFrom('', '4,2', '{}', '[]', 'null', '{"num_threads": 1e999}', 'true'),
  );
  const name = fc.constantFrom(
    'LK_NUM_PROCS',
    'LK_NUM_THREADS',
    'LK_NUM_BACKEND_THREADS',
    'LK_NUM_CHILD_THREADS',
    'LK_PARALLEL',
    'LK_PARALLEL__NUM_THREADS',
    'lk_parallel__use_ray',
    'LK_TUNING',
    'LK_TUNING__DEFAULTS__NUM_CPUS',
    'LK_MACHINES__A__POWER_QUERIES',
    'LK_RANDOM',
    'LK_PARALLEL__NUM_THREADS__X',
  );
  fc.assert(
    fc.property(
      fc.constantFrom('2025.2', '2025.3', '2026.1'),
      fc.dictionary(name, value),
      fc.option(
        fc.oneof(
          fc.string(),
          value.map((text) => `[parallel]\nnum_threads = ${text}\n`),
        ),
        { nil: null },
      ),
      fc.integer({ min: 1, max: 300 }),
      (lenskit, env, toml, cpus) => {
        try {
          expect(resolveParallelism({ lenskit, env, toml, cpus }).main).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

import { describe, expect, test } from '@jest/globals';
import { notUtf8, readSettings } from '../../src/python-values/settings-file.ts';
import type { ConfigError } from '../../src/rules/errors.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import type { Config2026, ConfigInput, Knob, Outcome, Resolution } from '../../src/rules/resolution.ts';
import { resolveConfig } from '../../src/rules/resolve.ts';
import { knobText } from './knob-text.ts';

interface Given {
  env?: { [name: string]: string | undefined };
  toml?: string;
  local?: string;
  /** Where the files were found. */
  folder?: string;
  version?: string;
  cpus?: bigint;
  freeThreaded?: boolean;
}

function inputOf({ env = {}, toml, local, folder, version = '2026.4.0', cpus = 16n, freeThreaded = false }: Given) {
  const rules = rulesFor(version);
  if (typeof rules === 'string') throw new Error(rules);
  const file = (text: string | undefined, name: string) =>
    text === undefined ? [] : [readSettings(text, name, folder === undefined ? null : `${folder}/${name}`)];
  // Whatever their order is, the local file goes first.
  const files = [...file(toml, 'lenskit.toml'), ...file(local, 'lenskit.local.toml')];
  return { rules, cpus, env, params: {}, files, freeThreaded } satisfies ConfigInput;
}

const outcomeOf = (given: Given): Outcome => resolveConfig(inputOf(given));

function resolved(given: Given): Resolution {
  const outcome = outcomeOf(given);
  if (!outcome.ok) throw outcome.error;
  return outcome.resolution;
}

const mainOf = (given: Given) => resolved(given).main as Config2026;

function refusal(given: Given): ConfigError {
  const outcome = outcomeOf(given);
  if (outcome.ok) throw new Error('not refused');
  return outcome.error;
}

const messages = (given: Given): string[] => {
  const error = refusal(given);
  return [error, ...error.others].map(({ message }) => message);
};

function knobsOf(given: Given): { [name: string]: string[] } {
  const outcome = outcomeOf(given);
  const knobs = outcome.ok ? outcome.resolution.knobs : outcome.knobs;
  return Object.fromEntries(knobs.map((knob) => [knob.name, knobText(knob).split('\n')]));
}

/** The places of a knob of `[parallel]` that nothing sets, the highest first. */
const places = (key: string) => [
  `- env LK_PARALLEL__${key.toUpperCase()}`,
  '- env LK_PARALLEL',
  `- file lenskit.local.toml parallel.${key}`,
  `- file lenskit.toml parallel.${key}`,
  `- env LK_${key.toUpperCase()}`,
];
const TUNING_PLACES = [
  '- env LK_TUNING__JOBS',
  '- env LK_TUNING',
  '- file lenskit.local.toml tuning.jobs',
  '- file lenskit.toml tuning.jobs',
];

describe('the knobs', () => {
  test('by default', () => {
    expect(knobsOf({})).toEqual({
      numCpus: [
        'numCpus (LK_NUM_CPUS, num_cpus; in use): 16, default',
        ...places('num_cpus'),
        '* default: 16: NCPUS: 16 CPUs',
        'documented 16: NCPUS',
      ],
      numThreads: [
        'numThreads (LK_NUM_THREADS, num_threads; in use): 8, default',
        ...places('num_threads'),
        '* default: 8: min(num_cpus, 8): min(16 CPUs, 8)',
        'documented 8: min(num_cpus, 8)',
      ],
      numBackendThreads: [
        'numBackendThreads (LK_NUM_BACKEND_THREADS, num_backend_threads; in use): 2, default',
        ...places('num_backend_threads'),
        '* default: 2: max(min(num_cpus // num_threads, 4), 1): max(min(16 ÷ 8, 4), 1)',
        'documented 2: max(min(num_cpus // num_threads, 4), 1)',
      ],
      numBatchJobs: [
        'numBatchJobs (LK_NUM_BATCH_JOBS, num_batch_jobs; in use): 1, default',
        ...places('num_batch_jobs'),
        '* default: 1: 1: 1, with the GIL',
      ],
      useRay: [
        'useRay (LK_USE_RAY, use_ray; in use): false, default',
        ...places('use_ray'),
        '* default: false: false: false',
      ],
      tuneJobs: [
        'tuneJobs (LK_TUNE_JOBS, tune_jobs; in use): null, from nowhere',
        ...places('tune_jobs'),
        ...TUNING_PLACES,
        '- default',
      ],
      numProcs: [
        'numProcs (LK_NUM_PROCS, num_procs; unused): 0, default',
        ...places('num_procs'),
        '* default: 0: 0: 0',
      ],
    });
  });

  test('0 stands for the default, and a negative number for all CPUs or for no limit', () => {
    const env = {
      LK_NUM_CPUS: '-2',
      LK_NUM_THREADS: ' +0 ',
      LK_NUM_BACKEND_THREADS: '-3',
      LK_NUM_BATCH_JOBS: '-1',
      LK_USE_RAY: 'on',
      LK_NUM_PROCS: '-1',
    };
    const knobs = knobsOf({ env, cpus: 1n });
    const set = (name: string, key: string, value: string, meaning: string) => [
      `${name} (LK_${key.toUpperCase()}, ${key}; in use): ${value}`,
      ...places(key).slice(0, 4),
      `* env LK_${key.toUpperCase()}=${meaning}`,
    ];
    expect(knobs).toMatchObject({
      numCpus: [
        ...set('numCpus', 'num_cpus', '1, env LK_NUM_CPUS=-2', '-2: all CPUs'),
        '+ default: 1: NCPUS: 1 CPU',
        'documented 1: NCPUS',
      ],
      numThreads: [
        ...set('numThreads', 'num_threads', '1, env LK_NUM_THREADS= +0 ', ' +0 : default'),
        '+ default: 1: min(num_cpus, 8): min(1 CPU, 8)',
        'documented 1: min(num_cpus, 8)',
      ],
      numBackendThreads: [
        ...set('numBackendThreads', 'num_backend_threads', '-3, env LK_NUM_BACKEND_THREADS=-3', '-3: not limited'),
        '+ default: 1: max(min(num_cpus // num_threads, 4), 1): max(min(1 ÷ 1, 4), 1)',
        'documented 1: max(min(num_cpus // num_threads, 4), 1)',
      ],
      numBatchJobs: [
        ...set('numBatchJobs', 'num_batch_jobs', '1, env LK_NUM_BATCH_JOBS=-1', '-1: all CPUs'),
        '+ default: 1: num_threads: threads, with Ray',
      ],
      useRay: [...set('useRay', 'use_ray', 'true, env LK_USE_RAY=on', 'on'), '+ default: false: false: false'],
      numProcs: [
        'numProcs (LK_NUM_PROCS, num_procs; unused): -1, env LK_NUM_PROCS=-1',
        ...places('num_procs').slice(0, 4),
        '* env LK_NUM_PROCS=-1',
        '+ default: 0: 0: 0',
      ],
    });
    expect(knobsOf({ env: { LK_NUM_BACKEND_THREADS: '0' } }).numBackendThreads).toContain(
      '* env LK_NUM_BACKEND_THREADS=0: default',
    );
    expect(knobsOf({ env: { LK_NUM_THREADS: '3' } }).numThreads).toContain('* env LK_NUM_THREADS=3');
  });

  test.each([
    ['num_threads', '0.0', ': default'],
    ['num_threads', '-1_0', ': all CPUs'],
    ['num_threads', '1_0', ''],
    ['num_threads', '4.0', ''],
    ['num_batch_jobs', '0', ': default'],
    ['num_cpus', '0', ': default'],
    ['num_procs', '0', ''],
    ['use_ray', '0', ''],
    // Without, there is no limit; of a negative number nobody has a meaning.
    ['tune_jobs', '0', ': default'],
    ['tune_jobs', '-1', ''],
  ])('%s = %s stands for%s', (key, raw, meaning) => {
    const name = `LK_${key.toUpperCase()}`;
    expect(Object.values(knobsOf({ env: { [name]: raw } })).flat()).toContain(`* env ${name}=${raw}${meaning}`);
  });

  test('each from its own place, in the letters and on the line of that place', () => {
    const knobs = knobsOf({
      env: {
        LK_PARALLEL: '{"Num_Threads": 2, "NUM_THREADS": 3, "use_ray": true}',
        LK_PARALLEL__num_cpus: '12',
        LK_TUNING__JOBS: '4',
      },
      local: '[Parallel]\nnum_batch_jobs = 5\n[tuning]\njobs = 6\n',
      toml: '\n[parallel]\nnum_procs = 7\nnum_threads = "8"\n',
      folder: '/p',
    });
    expect(knobs).toEqual({
      numCpus: [
        'numCpus (LK_NUM_CPUS, num_cpus; in use): 12, env LK_PARALLEL__num_cpus=12',
        '* env LK_PARALLEL__num_cpus=12',
        '- env LK_PARALLEL',
        '- file /p/lenskit.local.toml parallel.num_cpus',
        '- file /p/lenskit.toml parallel.num_cpus',
        '- env LK_NUM_CPUS',
        '+ default: 16: NCPUS: 16 CPUs',
        'documented 16: NCPUS',
      ],
      numThreads: [
        'numThreads (LK_NUM_THREADS, num_threads; in use): 3, env LK_PARALLEL=3',
        '- env LK_PARALLEL__NUM_THREADS',
        '* env LK_PARALLEL=3',
        '- file /p/lenskit.local.toml parallel.num_threads',
        '+ file /p/lenskit.toml parallel.num_threads:4=8',
        '- env LK_NUM_THREADS',
        '+ default: 8: min(num_cpus, 8): min(12 CPUs, 8)',
        'documented 8: min(num_cpus, 8)',
      ],
      numBackendThreads: [
        'numBackendThreads (LK_NUM_BACKEND_THREADS, num_backend_threads; in use): 4, default',
        '- env LK_PARALLEL__NUM_BACKEND_THREADS',
        '- env LK_PARALLEL',
        '- file /p/lenskit.local.toml parallel.num_backend_threads',
        '- file /p/lenskit.toml parallel.num_backend_threads',
        '- env LK_NUM_BACKEND_THREADS',
        '* default: 4: max(min(num_cpus // num_threads, 4), 1): max(min(12 ÷ 3, 4), 1)',
        'documented 4: max(min(num_cpus // num_threads, 4), 1)',
      ],
      numBatchJobs: [
        'numBatchJobs (LK_NUM_BATCH_JOBS, num_batch_jobs; in use): 5, file /p/lenskit.local.toml:2=5',
        '- env LK_PARALLEL__NUM_BATCH_JOBS',
        '- env LK_PARALLEL',
        '* file /p/lenskit.local.toml parallel.num_batch_jobs:2=5',
        '- file /p/lenskit.toml parallel.num_batch_jobs',
        '- env LK_NUM_BATCH_JOBS',
        '+ default: 3: num_threads: threads, with Ray',
      ],
      useRay: [
        'useRay (LK_USE_RAY, use_ray; in use): true, env LK_PARALLEL=True',
        '- env LK_PARALLEL__USE_RAY',
        '* env LK_PARALLEL=True',
        '- file /p/lenskit.local.toml parallel.use_ray',
        '- file /p/lenskit.toml parallel.use_ray',
        '- env LK_USE_RAY',
        '+ default: false: false: false',
      ],
      tuneJobs: [
        'tuneJobs (LK_TUNE_JOBS, tune_jobs; in use): 4, env LK_TUNING__JOBS=4',
        '- env LK_PARALLEL__TUNE_JOBS',
        '- env LK_PARALLEL',
        '- file /p/lenskit.local.toml parallel.tune_jobs',
        '- file /p/lenskit.toml parallel.tune_jobs',
        '- env LK_TUNE_JOBS',
        '* env LK_TUNING__JOBS=4',
        '- env LK_TUNING',
        '+ file /p/lenskit.local.toml tuning.jobs:4=6',
        '- file /p/lenskit.toml tuning.jobs',
        '- default',
      ],
      numProcs: [
        'numProcs (LK_NUM_PROCS, num_procs; unused): 7, file /p/lenskit.toml:3=7',
        '- env LK_PARALLEL__NUM_PROCS',
        '- env LK_PARALLEL',
        '- file /p/lenskit.local.toml parallel.num_procs',
        '* file /p/lenskit.toml parallel.num_procs:3=7',
        '- env LK_NUM_PROCS',
        '+ default: 0: 0: 0',
      ],
    });
  });

  test('refused: what is set is shown, without values', () => {
    const env = { LK_NUM_THREADS: 'x', LK_USE_RAY: '2' };
    const knobs = knobsOf({ env, toml: '[parallel]\nnum_cpus = 4\nuse_ray = true\n' });
    expect(knobs.numCpus).toEqual([
      'numCpus (LK_NUM_CPUS, num_cpus; in use): null, file lenskit.toml:2=4',
      ...places('num_cpus').slice(0, 3),
      '+ file lenskit.toml parallel.num_cpus:2=4',
      '- env LK_NUM_CPUS',
      '- default',
    ]);
    // The one at fault is not the highest here.
    expect(knobs.useRay?.[0]).toBe('useRay (LK_USE_RAY, use_ray; in use): null, env LK_USE_RAY=2');
    expect(knobs.numThreads?.[0]).toBe('numThreads (LK_NUM_THREADS, num_threads; in use): null, env LK_NUM_THREADS=x');
    expect(knobs.numProcs).toEqual([
      'numProcs (LK_NUM_PROCS, num_procs; unused): null, from nowhere',
      ...places('num_procs'),
      '- default',
    ]);
  });

  test('2026.1.0 has the number of tuning jobs in [tuning] alone', () => {
    expect(knobsOf({ version: '2026.1.0', env: { LK_TUNE_JOBS: '2' }, toml: '[tuning]\njobs = 3\n' }).tuneJobs).toEqual(
      [
        'tuneJobs (LK_TUNE_JOBS, tune_jobs; in use): 3, file lenskit.toml:2=3',
        '- env LK_TUNING__JOBS',
        '- env LK_TUNING',
        '- file lenskit.local.toml tuning.jobs',
        '* file lenskit.toml tuning.jobs:2=3',
        '- default',
      ],
    );
  });

  test('LK_PARALLEL=null switches off what is below it; JSON that is no table sets nothing', () => {
    const env = { LK_PARALLEL: 'null', LK_PARALLEL__NUM_THREADS: '3' };
    expect(knobsOf({ env }).numThreads?.slice(0, 3)).toEqual([
      'numThreads (LK_NUM_THREADS, num_threads; in use): 8, default',
      '- env LK_PARALLEL__NUM_THREADS',
      '- env LK_PARALLEL',
    ]);
    expect(knobsOf({ env: { LK_PARALLEL: '[]' } }).numThreads?.slice(0, 3)).toEqual([
      'numThreads (LK_NUM_THREADS, num_threads; in use): null, from nowhere',
      '- env LK_PARALLEL__NUM_THREADS',
      '- env LK_PARALLEL',
    ]);
  });

  test('free-threaded Python has as many jobs as threads by default', () => {
    expect(knobsOf({ freeThreaded: true }).numBatchJobs).toContain(
      '* default: 8: num_threads: threads, with free-threaded',
    );
  });

  test('null in [parallel] leaves the tuning jobs to [tuning], beside what is set there in the same file', () => {
    const { source, value } = resolved({
      env: { LK_PARALLEL: '{"tune_jobs": null}' },
      toml: '[parallel]\ntune_jobs = 4\n[tuning]\njobs = 2\n',
    }).knobs.find(({ name }) => name === 'tuneJobs') as Knob;
    expect([value, source]).toEqual([2, { kind: 'file', name: 'lenskit.toml', raw: '2', line: 4 }]);
  });

  test('a key in an inline table has no line of its own, but that of its table', () => {
    expect(knobsOf({ toml: '\nparallel = {num_threads = 3}\n' }).numThreads).toContain(
      '* file lenskit.toml parallel.num_threads=3',
    );
    expect(refusal({ toml: '\nPARALLEL = {num_threads = "x"}\n' }).source).toEqual({
      kind: 'file',
      name: 'lenskit.toml',
      line: 2,
    });
  });
});

describe('what LensKit makes of it', () => {
  test.each<[string, Given, Partial<Config2026>]>([
    ['all by default', {}, { numCpus: 16, numThreads: 8, numBackendThreads: 2, numBatchJobs: 1, totalThreads: 16 }],
    ['few CPUs', { cpus: 3n }, { numCpus: 3, numThreads: 3, numBackendThreads: 1, totalThreads: 3 }],
    ['many CPUs', { cpus: 96n }, { numThreads: 8, numBackendThreads: 4, totalThreads: 32 }],
    ['fewer CPUs than threads', { env: { LK_NUM_THREADS: '32' } }, { numThreads: 32, numBackendThreads: 1 }],
    ['CPUs of its own', { env: { LK_NUM_CPUS: '4' } }, { numCpus: 4, numThreads: 4, numBackendThreads: 1 }],
    ['all CPUs', { env: { LK_NUM_CPUS: '-1' } }, { numCpus: 16 }],
    ['a thread a CPU', { env: { LK_NUM_THREADS: '-1' } }, { numThreads: 16, numBackendThreads: 1 }],
    ['a job a CPU', { env: { LK_NUM_BATCH_JOBS: '-1', LK_NUM_THREADS: '2' } }, { numBatchJobs: 16 }],
    ['some jobs', { env: { LK_NUM_BATCH_JOBS: '3' } }, { numBatchJobs: 3 }],
    ['free-threaded', { freeThreaded: true, env: { LK_NUM_THREADS: '5' } }, { numBatchJobs: 5 }],
    ['with Ray', { env: { LK_USE_RAY: 'true', LK_NUM_THREADS: '5' } }, { useRay: true, numBatchJobs: 5 }],
    ['backends by number', { env: { LK_NUM_BACKEND_THREADS: '3' } }, { numBackendThreads: 3, totalThreads: 24 }],
    ['backends left alone', { env: { LK_NUM_BACKEND_THREADS: '-1' } }, { numBackendThreads: -1, totalThreads: 8 }],
    ['processes, which nothing uses', { env: { LK_NUM_PROCS: '3' } }, { numProcs: 3 }],
    ['tuning jobs', { env: { LK_TUNE_JOBS: '3' } }, { tuneJobs: 3 }],
    ['no tuning jobs', { env: { LK_TUNE_JOBS: '0', LK_TUNING__JOBS: '3' } }, { tuneJobs: 0 }],
    ['tuning jobs of [tuning]', { env: { LK_TUNING__JOBS: '3' } }, { tuneJobs: 3 }],
  ])('%s', (_, given, expected) => expect(mainOf(given)).toMatchObject(expected));

  test('what children inherit', () => {
    const { childEnv, workers, warnings, generation } = resolved({
      env: { LK_NUM_THREADS: '4', LK_NUM_BATCH_JOBS: '2', OMP_NUM_THREADS: '' },
    });
    expect(childEnv).toEqual({
      LK_NUM_BATCH_JOBS: '2',
      LK_NUM_THREADS: '4',
      LK_NUM_BACKEND_THREADS: '4',
      OPENBLAS_NUM_THREADS: '4',
      MKL_NUM_THREADS: '4',
    });
    expect([workers, warnings, generation]).toEqual([[], [], '2026.1']);
    expect(resolved({ env: { LK_NUM_BACKEND_THREADS: '-2' } }).childEnv).toMatchObject({
      LK_NUM_BACKEND_THREADS: '-2',
      OMP_NUM_THREADS: '-2',
    });
  });

  test('it warns where both keys of the tuning jobs are set', () => {
    const warning = 'parallel.tune_jobs and tuning.jobs both set, using parallel.tune_jobs';
    expect(resolved({ env: { LK_TUNE_JOBS: '2', LK_TUNING__JOBS: '3' } }).warnings).toEqual([
      { category: 'UserWarning', message: warning },
    ]);
    expect(resolved({ env: { LK_TUNE_JOBS: '2' } }).warnings).toEqual([]);
    expect(resolved({ env: { LK_TUNING__JOBS: '3' } }).warnings).toEqual([]);
  });
});

describe('where settings come from', () => {
  test.each<[string, Given, Partial<Config2026>]>([
    [
      'JSON and nested variables go together',
      { env: { LK_PARALLEL: '{"num_threads": 2}', LK_PARALLEL__NUM_CPUS: '3' } },
      { numThreads: 2, numCpus: 3 },
    ],
    [
      'JSON and files go together',
      { env: { LK_PARALLEL: '{"num_threads": 2}' }, toml: '[parallel]\nnum_cpus = 3\n' },
      { numThreads: 2, numCpus: 3 },
    ],
    [
      'both files go together',
      { local: '[parallel]\nnum_threads = 2\n', toml: '[parallel]\nnum_threads = 4\nnum_cpus = 3\n' },
      { numThreads: 2, numCpus: 3 },
    ],
    [
      'the local file goes first',
      { local: '[parallel]\nnum_threads = 2\n', toml: '[parallel]\nnum_threads = 4\n' },
      { numThreads: 2 },
    ],
    ['a table in other letters', { toml: '[PARALLEL]\nnum_threads = 2\n' }, { numThreads: 2 }],
    [
      'the first of two spellings',
      { toml: '[parallel]\nnum_threads = 2\n[Parallel]\nnum_threads = 4\n' },
      { numThreads: 2 },
    ],
    ['a key in other letters is none', { toml: '[parallel]\nNUM_THREADS = 2\n' }, { numThreads: 8 }],
    [
      'null in JSON is the default',
      { env: { LK_PARALLEL: 'null' }, toml: '[parallel]\nnum_threads = 2\n' },
      { numThreads: 2 },
    ],
    ['keys of JSON in other letters', { env: { LK_PARALLEL: '{"USE_RAY": true}' } }, { useRay: true }],
    ['nested variables in other letters', { env: { lk_PARALLEL__Use_Ray: '1' } }, { useRay: true }],
    [
      'a table is laid over no table',
      { env: { LK_PARALLEL__NUM_THREADS: '2' }, toml: 'parallel = 3\n' },
      { numThreads: 2 },
    ],
    ['unknown sections are ignored', { toml: '[other]\nx = 1\n', env: { LK_OTHER__X: '1' } }, { numThreads: 8 }],
    [
      'other sections of the environment',
      { env: { LK_MACHINE: 'm', LK_RANDOM__SEED: '3', LK_PROMETHEUS__URL: 'u' } },
      { numThreads: 8 },
    ],
    ['a table of machines as JSON', { env: { LK_MACHINES: '{"a": {"description": "d"}}' } }, { numThreads: 8 }],
    ['a machine as JSON', { env: { LK_MACHINES__A: '{"description": "d"}' } }, { numThreads: 8 }],
    ['a machine’s queries as JSON', { env: { LK_MACHINES__A__POWER_QUERIES: '{"cpu": "q"}' } }, { numThreads: 8 }],
    ['defaults of the search as JSON', { env: { LK_TUNING__DEFAULTS: '{"Max_Points": 3}' } }, { numThreads: 8 }],
    ['no defaults of the search', { env: { LK_TUNING__DEFAULTS: 'null' } }, { numThreads: 8 }],
  ])('%s', (_, given, expected) => expect(mainOf(given)).toMatchObject(expected));

  test.each<[string, Given, string[]]>([
    [
      'every flat variable that is wrong, in the order of the fields',
      { env: { LK_NUM_THREADS: 'x', lk_num_batch_jobs: '3.5', LK_USE_RAY: '2' } },
      [
        'LK_USE_RAY="2": use_ray must be true or false, not "\\"2\\""',
        'lk_num_batch_jobs="3.5": num_batch_jobs must be one whole number such as 4, not "\\"3.5\\""',
        'LK_NUM_THREADS="x": num_threads must be one whole number such as 4, not "\\"x\\""',
      ],
    ],
    [
      'every other one, in the order of the settings, unknown keys after the others of their table',
      {
        env: {
          LK_PARALLEL__X: '1',
          LK_PARALLEL__NUM_THREADS: '1e3',
          LK_TUNING__GPU_MULT: '2',
          LK_TUNING__DEFAULTS: '{"list_length": 1.5}',
        },
        toml: 'machines = 3\n[random]\nseed = inf\n',
      },
      [
        'lenskit.toml:3: random.seed must be a finite number, not "inf"',
        'LK_PARALLEL__NUM_THREADS="1e3": parallel.num_threads must be one whole number such as 4, not "\\"1e3\\""',
        'LK_PARALLEL__X="1": parallel.x is no setting of LensKit; remove it or correct its name',
        'lenskit.toml:1: machines must be a table, not "3"',
        'LK_TUNING__GPU_MULT="2": tuning.gpu_mult must be at most 1, not "\\"2\\""',
        'LK_TUNING__DEFAULTS="{\\"list_length\\": 1.5}": tuning.defaults.list_length must be a whole number, without a fraction, not "1.5"',
      ],
    ],
    [
      'types of a file',
      {
        toml: [
          'machine = 3',
          'random = 4',
          '[parallel]',
          'num_threads = []',
          'use_ray = []',
          'num_cpus = 1e300',
          'num_procs = 1.5',
          '[tuning]',
          'gpu_mult = 0',
          'jobs = true',
          '[tuning.defaults]',
          'method = "x"',
          'num_gpus = "x"',
          'plateau_min_rel_improvement = []',
        ].join('\n'),
      },
      [
        'lenskit.toml:2: random must be a table, not "4"',
        'lenskit.toml:6: parallel.num_cpus has too many digits; write a whole number such as 4, not "1e+300"',
        'lenskit.toml:5: parallel.use_ray must be true or false, not "[]"',
        'lenskit.toml:7: parallel.num_procs must be a whole number, without a fraction, not "1.5"',
        'lenskit.toml:4: parallel.num_threads must be a whole number such as 4, not "[]"',
        'lenskit.toml:1: machine must be text, in quotes, not "3"',
        'lenskit.toml:9: tuning.gpu_mult must be greater than 0, not "0"',
        'lenskit.toml:12: tuning.defaults.method is none of the values that LensKit knows, not "\\"x\\""',
        'lenskit.toml:13: tuning.defaults.num_gpus must be a number, not "\\"x\\""',
        'lenskit.toml:14: tuning.defaults.plateau_min_rel_improvement must be a number, not "[]"',
      ],
    ],
    [
      'a machine that is none',
      { toml: '[machines]\na = 3\n[machines.b]\ndescription = 4\npower_queries = 5\n' },
      [
        'lenskit.toml:2: machines.a must be a table, not "3"',
        'lenskit.toml:4: machines.b.description must be text, in quotes, not "4"',
        'lenskit.toml:5: machines.b.power_queries must be a table, not "5"',
      ],
    ],
    ['JSON of another kind', { env: { LK_PARALLEL: '3' } }, ['LK_PARALLEL="3": parallel must be a table, not "3"']],
    [
      'a table below a number',
      { env: { LK_PARALLEL__NUM_THREADS__X: '3' } },
      ['LK_PARALLEL__NUM_THREADS__X="3": parallel.num_threads must be a whole number such as 4, not "{x: \\"3\\"}"'],
    ],
    [
      'with the folder of the file',
      { toml: '[parallel]\nbogus = 1\n', folder: '/p' },
      ['/p/lenskit.toml:2: parallel.bogus is no setting of LensKit; remove it or correct its name'],
    ],
  ])('what is refused is told with its place: %s', (_, given, expected) => expect(messages(given)).toEqual(expected));

  test.each([
    ['LK_PARALLEL', '{', 'parallel'],
    ['lk_random', 'x', 'random'],
    ['LK_MACHINES', '', 'machines'],
    ['LK_MACHINES__A__POWER_QUERIES', '{', 'machines'],
  ])('JSON that is none: %s=%s', (name, raw, knob) => {
    const error = refusal({ env: { [name]: raw } });
    expect(error).toMatchObject({
      type: 'SettingsError',
      knob,
      source: { kind: 'env', name, raw },
      value: raw,
      message: `${name}=${JSON.stringify(raw)} is not JSON; write an object such as {"num_threads": 4}`,
    });
  });

  test('JSON that is none, where it may be text, is the wrong kind of value', () => {
    const env = { LK_MACHINES__A: '{', LK_TUNING__DEFAULTS: '[' };
    expect(messages({ env })).toEqual([
      'LK_MACHINES__A="{": machines.a must be a table, not "\\"{\\""',
      'LK_TUNING__DEFAULTS="[": tuning.defaults must be a table, not "\\"[\\""',
    ]);
  });

  test('what nothing is known of, and what is not looked into, may be any text', () => {
    expect(mainOf({ env: { LK_NUM_THREADS: undefined } }).numThreads).toBe(8);
    expect(mainOf({ env: { LK_PARALLEL__NUM_THREADS: '4', LK_PARALLEL__NUM_THREADS__X: '3' } }).numThreads).toBe(4);
    expect(outcomeOf({ env: { LK_MACHINES__A__POWER_QUERIES__SYSTEM: 'x' } }).ok).toBe(true);
    // pydantic-settings reads it as JSON below a dict, where it knows no field.
    expect(messages({ env: { LK_MACHINES__A__POWER_QUERIES__SYSTEM: '3' } })).toEqual([
      'LK_MACHINES__A__POWER_QUERIES__SYSTEM="3": machines.a.power_queries.system must be text, in quotes, not "3"',
    ]);
    expect(messages({ env: { LK_MACHINES__A__POWER_QUERIES: '' } })).toEqual([
      'LK_MACHINES__A__POWER_QUERIES="": machines.a.power_queries must be a table, not "\\"\\""',
    ]);
    expect(messages({ env: { LK_PARALLEL__FOO__BAR: '1' } })).toEqual([
      'LK_PARALLEL__FOO__BAR="1": parallel.foo is no setting of LensKit; remove it or correct its name',
    ]);
  });

  test('of variables of several levels each keeps what it says', () => {
    expect(messages({ env: { LK_MACHINES__A: '1', LK_MACHINES__A__B__C: '2' } })).toEqual([
      'LK_MACHINES__A="1": machines.a must be a table, not "1"',
    ]);
    expect(messages({ env: { LK_MACHINES__A__POWER_QUERIES: '3', LK_MACHINES__A__DESCRIPTION: 'x' } })).toEqual([
      'LK_MACHINES__A__POWER_QUERIES="3": machines.a.power_queries must be a table, not "3"',
    ]);
    expect(messages({ env: { LK_MACHINES__A: '{"power_queries": 3}', LK_MACHINES__A__POWER_QUERIES: '4' } })).toEqual([
      'LK_MACHINES__A__POWER_QUERIES="4": machines.a.power_queries must be a table, not "4"',
    ]);
  });

  test('keys in JSON may be written in any case, down to the last', () => {
    expect(messages({ env: { LK_TUNING: '{"Defaults": {"Max_Points": "x"}}' } })).toEqual([
      'LK_TUNING="{\\"Defaults\\": {\\"Max_Points\\": \\"x\\"}}": tuning.defaults.max_points must be one whole number such as 4, not "\\"x\\""',
    ]);
  });

  test('a variable that is right stands for what is wrong in a file', () => {
    expect(outcomeOf({ toml: 'machine = 3\n' }).ok).toBe(false);
    expect(outcomeOf({ toml: 'machine = 3\n', env: { LK_MACHINE: 'm' } }).ok).toBe(true);
  });

  test('a key that is too long to know its line is told by its file', () => {
    const key = 'k'.repeat(201);
    expect(messages({ toml: `[parallel]\n${key} = 1\n` })).toEqual([
      `lenskit.toml: parallel.${key} is no setting of LensKit; remove it or correct its name`,
    ]);
  });

  test('a file that does not parse is refused before the environment', () => {
    const given = { toml: 'a = 1\nb', local: '\n = 1', env: { LK_PARALLEL: '{' } };
    expect(refusal({ ...given, folder: '/p' })).toMatchObject({
      type: 'TOMLDecodeError',
      source: { kind: 'file', name: '/p/lenskit.local.toml', line: 2, column: 2 },
      message: '/p/lenskit.local.toml:2:2: invalid statement or key',
    });
    expect(refusal({ toml: given.toml })).toMatchObject({
      source: { kind: 'file', name: 'lenskit.toml', line: 2, column: 2 },
      message: "lenskit.toml:2:2: expected '=' after a key",
    });
    const outcome = resolveConfig({ ...inputOf({}), files: [notUtf8('lenskit.toml', '/p/lenskit.toml')] });
    expect(outcome).toMatchObject({
      ok: false,
      error: { type: 'UnicodeDecodeError', message: '/p/lenskit.toml:1:1: is not UTF-8' },
    });
  });

  test('of a thousand errors all are told, and no more', () => {
    const toml = `[parallel]\n${Array.from({ length: 1200 }, (_, index) => `k${index} = 1\n`).join('')}`;
    expect(refusal({ toml }).others).toHaveLength(999);
  });

  test('an error has its knob, and of the environment the value as it was written', () => {
    expect(refusal({ env: { LK_NUM_THREADS: 'x' } })).toMatchObject({
      type: 'ValidationError',
      stage: 'main',
      knob: 'num_threads',
      value: 'x',
      source: { kind: 'env', name: 'LK_NUM_THREADS', raw: 'x' },
    });
    expect(refusal({ toml: '[parallel]\nnum_threads = "x"\n' })).toMatchObject({
      knob: 'num_threads',
      value: '"x"',
      source: { kind: 'file', name: 'lenskit.toml', line: 2 },
    });
  });
});

/** `lenskit/schemas/settings.py` and `tuning.py` of 2026.4.0: a wrong value of any of them keeps LensKit from starting. */
describe('the settings beside [parallel]', () => {
  test.each<[table: string, key: string, right: string[], wrong: string[]]>([
    ['random', 'seed', ['3', '"4"'], ['"x"']],
    ['prometheus', 'url', ['"u"'], ['3']],
    ['tuning', 'jobs', ['3'], ['"x"']],
    ['tuning', 'gpu_mult', ['1', '0.5', '"0.1"'], ['0', '1.1', '"x"']],
    ['machines.m', 'description', ['"d"'], ['3']],
    ['machines.m.power_queries', 'system', ['"q"'], ['3']],
    ['machines.m.power_queries', 'cpu', ['"q"'], ['3']],
    ['machines.m.power_queries', 'gpu', ['"q"'], ['3']],
    ['tuning.defaults', 'method', ['"tpe"', '"random"', '"hyperopt"'], ['"x"', '3']],
    ['tuning.defaults', 'max_points', ['3'], ['"x"']],
    ['tuning.defaults', 'default_points', ['3'], ['"x"']],
    ['tuning.defaults', 'error_action', ['"abort"', '"continue"'], ['"x"', '3']],
    ['tuning.defaults', 'metric', ['"ndcg"'], ['3']],
    ['tuning.defaults', 'list_length', ['3'], ['"x"']],
    ['tuning.defaults', 'num_cpus', ['3', '"threads"', '"backend-threads"', '"all-threads"'], ['"x"']],
    ['tuning.defaults', 'num_gpus', ['0.5'], ['"x"']],
    ['tuning.defaults', 'max_epochs', ['3'], ['"x"']],
    ['tuning.defaults', 'min_epochs', ['3'], ['"x"']],
    ['tuning.defaults', 'median_min_trials', ['3'], ['"x"']],
    ['tuning.defaults', 'plateau_check_iters', ['3'], ['"x"']],
    ['tuning.defaults', 'plateau_min_rel_improvement', ['0.5'], ['"x"']],
    ['tuning.defaults', 'checkpoint_iters', ['3'], ['"x"']],
    // What they do not know is nobody's.
    ['random', 'other', ['[]'], []],
    ['prometheus', 'other', ['[]'], []],
    ['tuning', 'other', ['[]'], []],
    ['tuning.defaults', 'other', ['[]'], []],
    ['machines.m', 'other', ['[]'], []],
    ['machines.m.power_queries', 'other', ['[]'], []],
  ])('[%s] %s', (table, key, right, wrong) => {
    const taken = (value: string) => outcomeOf({ toml: `[${table}]\n${key} = ${value}\n` }).ok;
    expect([...right, ...wrong].filter(taken)).toEqual(right);
  });

  test('those of a release that did not know them', () => {
    const toml = '[tuning]\nmax_points = "x"\n';
    expect(outcomeOf({ toml, version: '2026.2.1' }).ok).toBe(false);
    expect(outcomeOf({ toml: '[tuning]\nmax_points = 3\n', version: '2026.2.1' }).ok).toBe(true);
    expect(outcomeOf({ toml }).ok).toBe(true);
  });
});

import { describe, expect, test } from '@jest/globals';
import { importFaults, type Libraries } from '../../src/rules/0.14/read-when-imported.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import type { ConfigInput, Knob, Outcome, Resolution } from '../../src/rules/resolution.ts';
import { resolveConfig } from '../../src/rules/resolve.ts';
import { knobText } from './knob-text.ts';

/** Answers of real LensKit 0.14.4 with Numba 0.58.1; the larger set of them is beside the checkout. */

type Env = { [name: string]: string };
type NJobs = ConfigInput['params']['nJobs'];
interface Given {
  env?: Env;
  nJobs?: NJobs;
  cpus?: bigint;
  affinity?: bigint;
  numba?: string;
}

function outcomeOf({ env = {}, nJobs, cpus = 16n, affinity, numba }: Given): Outcome {
  const rules = rulesFor('0.14.4');
  if (typeof rules === 'string') throw new Error(rules);
  return resolveConfig({
    rules,
    cpus,
    affinity,
    ...(numba === undefined ? {} : { numba }),
    env,
    params: { nJobs },
    files: [],
    freeThreaded: false,
  });
}

function resolved(given: Given = {}): Resolution {
  const outcome = outcomeOf(given);
  if (!outcome.ok) throw outcome.error;
  return outcome.resolution;
}

function refused(given: Given) {
  const outcome = outcomeOf(given);
  if (outcome.ok) throw new Error('not refused');
  return outcome;
}

function texts(knobs: readonly Knob[]): { [name: string]: string[] } {
  return Object.fromEntries(knobs.map((knob) => [knob.name, knobText(knob).split('\n')]));
}

describe('processes', () => {
  test.each([
    [1n, 1],
    [2n, 1],
    [3n, 1],
    [4n, 2],
    [6n, 3],
    [8n, 4],
    [64n, 4],
  ])('on %p CPUs of the machine: %d', (cpus, processes) => {
    expect(resolved({ cpus }).main).toMatchObject({ processes, inProcess: processes === 1 });
  });

  test.each<[Given, number]>([
    [{ env: { LK_NUM_PROCS: '3' } }, 3],
    [{ env: { LK_NUM_PROCS: ' +3 ' } }, 3],
    [{ env: { LK_NUM_PROCS: '٣,2' } }, 3],
    [{ env: { LK_NUM_PROCS: '3' }, nJobs: 2 }, 2],
    [{ env: { LK_NUM_PROCS: '3' }, nJobs: null }, 3],
    [{ nJobs: 2n }, 2],
    [{ nJobs: true }, 1],
    [{ nJobs: 2147483646 }, 2147483646],
  ])('%p: %d', (given, processes) => expect(resolved(given).main).toMatchObject({ processes }));

  test('whatever is set, one process does all itself, and no level is looked at', () => {
    const { main, workers, childEnv, levels } = resolved({ nJobs: 1, env: { LK_NUM_PROCS: 'x', LK_TEMP_DIR: '/t' } });
    expect(main).toEqual({ processes: 1, inProcess: true, numbaThreads: 16, numbaKnn: true });
    expect([workers, childEnv]).toEqual([[], {}]);
    const message = 'LK_NUM_PROCS="x": "x" is no integer; write whole numbers such as 2 or 2,1, or unset it';
    expect(levels).toEqual(Array(4).fill({ error: { type: 'ValueError', message } }));
  });

  test('workers get the second level, and LensKit’s mark; Numba’s own threads stay', () => {
    expect(resolved()).toMatchObject({
      generation: '0.14',
      main: { processes: 4, inProcess: false, numbaThreads: 16, numbaKnn: true, sharing: 'shm' },
      levels: [4, 2, 1, 1],
      workers: [{ processes: 4, threads: 2, numbaThreads: 16, numbaKnn: false, numbaConfig: 2, mklThreads: 2 }],
      childEnv: { _LK_IN_MP: 'yes' },
      warnings: [],
    });
    const env = { LK_NUM_PROCS: '3,5,6,7,8', NUMBA_NUM_THREADS: '2', LK_TEMP_DIR: '', _LK_IN_MP: 'yes' };
    expect(resolved({ env })).toMatchObject({
      main: { processes: 3, numbaThreads: 2, numbaKnn: false, sharing: 'binpickle' },
      levels: [3, 5, 6, 7],
      workers: [{ processes: 3, threads: 5, numbaThreads: 2, numbaConfig: 2, mklThreads: 5 }],
    });
    expect(resolved({ env: { LK_NUM_PROCS: '3', NUMBA_NUM_THREADS: '4', _LK_IN_MP: 'YES' } })).toMatchObject({
      main: { numbaKnn: true },
      levels: [3, 1, 1, 1],
      workers: [{ processes: 3, threads: 1, numbaThreads: 4, numbaConfig: 1, mklThreads: 1 }],
    });
    // What a worker counts is the variable's, whatever the script asks for.
    expect(resolved({ nJobs: 2, env: { LK_NUM_PROCS: '3' } })).toMatchObject({
      main: { processes: 2 },
      workers: [{ processes: 3 }],
    });
  });

  test.each<[Given, object]>([
    [
      { env: { LK_NUM_PROCS: '' } },
      {
        type: 'ValueError',
        tooFew: false,
        value: '',
        message: 'LK_NUM_PROCS="": set to nothing; write whole numbers such as 2 or 2,1, or unset it',
      },
    ],
    [
      { env: { LK_NUM_PROCS: '2,x' }, nJobs: 3 },
      {
        type: 'ValueError',
        knob: 'processes',
        source: { kind: 'env', name: 'LK_NUM_PROCS', raw: '2,x' },
        value: '2,x',
        message: 'LK_NUM_PROCS="2,x": "x" is no integer; write whole numbers such as 2 or 2,1, or unset it',
      },
    ],
    [
      { env: { LK_NUM_PROCS: '4,' } },
      {
        type: 'ValueError',
        message: 'LK_NUM_PROCS="4,": "" is no integer; write whole numbers such as 2 or 2,1, or unset it',
      },
    ],
    [
      { env: { LK_NUM_PROCS: '0' } },
      {
        type: 'ValueError',
        source: { kind: 'env', name: 'LK_NUM_PROCS', raw: '0' },
        value: '0',
        tooFew: true,
        message: 'LK_NUM_PROCS="0": LensKit wants 1 process or more; write a whole number such as 2',
      },
    ],
    [
      { nJobs: false },
      {
        type: 'ValueError',
        knob: 'processes',
        source: { kind: 'parameter', name: 'n_jobs', raw: 'false' },
        tooFew: true,
        message: 'n_jobs="false": LensKit wants 1 process or more; write a whole number such as 2',
      },
    ],
    [
      { nJobs: '2' },
      { type: 'TypeError', tooFew: false, message: 'n_jobs="2": no integer; write a whole number such as 2' },
    ],
    [{ nJobs: [2] }, { type: 'TypeError' }],
    [{ nJobs: 1.5 }, { type: 'TypeError' }],
    [
      { nJobs: 2147483647 },
      {
        type: 'OverflowError',
        tooFew: false,
        message: 'n_jobs="2147483647": more processes than can be counted; write a whole number such as 2',
      },
    ],
  ])('%p is refused by the call', (given, expected) => {
    const { error } = refused(given);
    expect(error).toMatchObject({ stage: 'main', knob: 'processes', ...expected });
  });
});

describe('Numba’s threads', () => {
  test.each<[Given, number]>([
    [{}, 16],
    [{ affinity: 4n }, 4],
    [{ affinity: 4n, numba: '0.58.1' }, 4],
    [{ affinity: 4n, numba: '0.54.0' }, 4],
    [{ affinity: 4n, numba: '0.53.1' }, 16],
    [{ affinity: 4n, numba: '1.2.0' }, 4],
    [{ affinity: 4n, numba: '10.53' }, 4],
    [{ affinity: 4n, numba: '0.530' }, 4],
    [{ affinity: 4n, numba: 'dev' }, 4],
    [{ affinity: 4n, numba: 'x0.53.1' }, 4],
    [{ affinity: 4n, env: { NUMBA_NUM_THREADS: '64' } }, 64],
    [{ env: { NUMBA_NUM_THREADS: ' 1_0 ' } }, 10],
    [{ env: { NUMBA_NUM_THREADS: '1' } }, 1],
  ])('%p: %d', (given, numbaThreads) => expect(resolved(given).main).toMatchObject({ numbaThreads }));

  test.each(['0', '-1'])('%s: LensKit cannot be imported', (raw) => {
    expect(refused({ env: { NUMBA_NUM_THREADS: raw, LK_NUM_PROCS: 'x' } }).error).toMatchObject({
      type: 'ValueError',
      stage: 'import',
      knob: 'numbaThreads',
      source: { kind: 'env', name: 'NUMBA_NUM_THREADS', raw },
      value: raw,
      message: `NUMBA_NUM_THREADS="${raw}": LensKit cannot be imported, since Numba wants 1 thread or more; write 1 or more`,
    });
  });

  test('of what is no integer Numba warns, and every worker dies', () => {
    const { main, workers, warnings } = resolved({ env: { NUMBA_NUM_THREADS: "y'" } });
    const unread = `invalid literal for int() with base 10: "y'"`;
    expect(main).toMatchObject({ numbaThreads: 16 });
    expect(workers).toEqual([{ error: { stage: 'worker', type: 'ValueError', message: unread } }]);
    expect(warnings).toEqual([
      {
        category: 'RuntimeWarning',
        message: `Environment variable 'NUMBA_NUM_THREADS' is defined but its associated value 'y'' could not be parsed.\nThe parse failed with exception: ${unread}.`,
      },
    ]);
    expect(resolved({ nJobs: 1, env: { NUMBA_NUM_THREADS: '' } }).workers).toEqual([]);
  });
});

describe('the knobs', () => {
  const PROCESSES_DEFAULT = 'default: 4: min(max(CPUs of the machine // 2, 1), 4): min(max(16 ÷ 2, 1), 4)';
  const SECOND_DEFAULT = '2, or 1 where LK_NUM_PROCS has one number';

  test('by default', () => {
    expect(texts(resolved().knobs)).toEqual({
      processes: [
        'processes (LK_NUM_PROCS, n_jobs; in use): 4, default',
        '- parameter n_jobs',
        '- env LK_NUM_PROCS',
        `* ${PROCESSES_DEFAULT}`,
        'documented 8: half the number of cores',
      ],
      workerThreads: [
        'workerThreads (LK_NUM_PROCS; unused): 2, default',
        '- env LK_NUM_PROCS',
        `* default: 2: ${SECOND_DEFAULT}: 2`,
        'in workers 2: the second number of LK_NUM_PROCS: 2',
      ],
      numbaThreads: [
        'numbaThreads (NUMBA_NUM_THREADS; in use): 16, default',
        '- env NUMBA_NUM_THREADS',
        '* default: 16: CPUs of the affinity: 16 CPUs',
        'in workers 16: as in the main process: as in the main process',
      ],
      numbaThreadingLayer: [
        'numbaThreadingLayer (NUMBA_THREADING_LAYER; in use): default, default',
        '- env NUMBA_THREADING_LAYER',
        '* default: default',
      ],
      tempDir: ['tempDir (LK_TEMP_DIR; in use): null, default', '- env LK_TEMP_DIR'],
      inMp: ['inMp (_LK_IN_MP; in use): null, default', '- env _LK_IN_MP'],
      csrKernel: ['csrKernel (CSR_KERNEL; in use): null, default', '- env CSR_KERNEL'],
    });
  });

  test('set by variables, be it to nothing', () => {
    const env = {
      LK_NUM_PROCS: '3,5',
      NUMBA_NUM_THREADS: '2',
      NUMBA_THREADING_LAYER: 'omp',
      LK_TEMP_DIR: '',
      _LK_IN_MP: 'yes',
      CSR_KERNEL: 'scipy',
    };
    expect(texts(resolved({ env, affinity: 1n }).knobs)).toEqual({
      processes: [
        'processes (LK_NUM_PROCS, n_jobs; in use): 3, env LK_NUM_PROCS=3,5',
        '- parameter n_jobs',
        '* env LK_NUM_PROCS=3,5',
        `+ ${PROCESSES_DEFAULT}`,
        'documented 8: half the number of cores',
      ],
      workerThreads: [
        'workerThreads (LK_NUM_PROCS; unused): 5, env LK_NUM_PROCS=3,5',
        '* env LK_NUM_PROCS=3,5',
        `+ default: 1: ${SECOND_DEFAULT}: 1`,
        'in workers 5: the second number of LK_NUM_PROCS: 5',
      ],
      numbaThreads: [
        'numbaThreads (NUMBA_NUM_THREADS; in use): 2, env NUMBA_NUM_THREADS=2',
        '* env NUMBA_NUM_THREADS=2',
        '+ default: 1: CPUs of the affinity: 1 CPU',
        'in workers 2: as in the main process: as in the main process',
      ],
      numbaThreadingLayer: [
        'numbaThreadingLayer (NUMBA_THREADING_LAYER; in use): omp, env NUMBA_THREADING_LAYER=omp',
        '* env NUMBA_THREADING_LAYER=omp',
        '+ default: default',
      ],
      tempDir: ['tempDir (LK_TEMP_DIR; in use): , env LK_TEMP_DIR=', '* env LK_TEMP_DIR='],
      inMp: ['inMp (_LK_IN_MP; in use): yes, env _LK_IN_MP=yes', '* env _LK_IN_MP=yes'],
      csrKernel: ['csrKernel (CSR_KERNEL; in use): scipy, env CSR_KERNEL=scipy', '* env CSR_KERNEL=scipy'],
    });
  });

  test('in one process there are no workers; an old Numba counts all CPUs', () => {
    const env = { LK_NUM_PROCS: 'x', NUMBA_NUM_THREADS: 'y' };
    const knobs = texts(resolved({ env, nJobs: 1, cpus: 1n, affinity: 1n, numba: '0.53.1' }).knobs);
    expect(knobs.processes).toEqual([
      'processes (LK_NUM_PROCS, n_jobs; in use): 1, parameter n_jobs=1',
      '* parameter n_jobs=1',
      '+ env LK_NUM_PROCS=x',
      '+ default: 1: min(max(CPUs of the machine // 2, 1), 4): min(max(1 ÷ 2, 1), 4)',
      'documented 1: half the number of cores',
    ]);
    expect(knobs.workerThreads?.[0]).toBe('workerThreads (LK_NUM_PROCS; unused): null, from nowhere');
    expect(knobs.workerThreads).toHaveLength(3);
    expect(knobs.numbaThreads).toEqual([
      'numbaThreads (NUMBA_NUM_THREADS; in use): 1, default',
      '+ env NUMBA_NUM_THREADS=y',
      '* default: 1: CPUs of the machine: 1 CPU',
    ]);
    expect(texts(resolved({ nJobs: 1 }).knobs).workerThreads).toEqual([
      'workerThreads (LK_NUM_PROCS; unused): 2, default',
      '- env LK_NUM_PROCS',
      `* default: 2: ${SECOND_DEFAULT}: 2`,
    ]);
  });

  test('refused: what is set is shown, without values', () => {
    const env = { LK_NUM_PROCS: '2,x', NUMBA_NUM_THREADS: '3', LK_TEMP_DIR: '/t' };
    const knobs = texts(refused({ env, nJobs: 2 }).knobs);
    expect(knobs.processes).toEqual([
      'processes (LK_NUM_PROCS, n_jobs; in use): null, env LK_NUM_PROCS=2,x',
      '+ parameter n_jobs=2',
      '+ env LK_NUM_PROCS=2,x',
      `+ ${PROCESSES_DEFAULT}`,
      'documented 8: half the number of cores',
    ]);
    expect(knobs.workerThreads?.[0]).toBe('workerThreads (LK_NUM_PROCS; unused): null, from nowhere');
    expect(knobs.workerThreads?.filter((line) => line.startsWith('in workers'))).toEqual([]);
    expect(knobs.numbaThreads).toEqual([
      'numbaThreads (NUMBA_NUM_THREADS; in use): null, env NUMBA_NUM_THREADS=3',
      '+ env NUMBA_NUM_THREADS=3',
      '+ default: 16: CPUs of the affinity: 16 CPUs',
    ]);
    expect(knobs.tempDir).toEqual(['tempDir (LK_TEMP_DIR; in use): /t, env LK_TEMP_DIR=/t', '* env LK_TEMP_DIR=/t']);
    const parameter = texts(refused({ nJobs: 0 }).knobs);
    expect(parameter.processes?.slice(0, 2)).toEqual([
      'processes (LK_NUM_PROCS, n_jobs; in use): null, parameter n_jobs=0',
      '+ parameter n_jobs=0',
    ]);
    expect(parameter.numbaThreads?.[0]).toBe('numbaThreads (NUMBA_NUM_THREADS; in use): null, from nowhere');
  });
});

/** Seen with csr 0.5.2 and Numba 0.58.1. */
describe('what is read when a library is imported', () => {
  const NONE = { mkl: false, tbb: false };
  const ALL = { mkl: true, tbb: true };
  const kernel = (raw: string, certain: boolean, says: string) => [{ variable: 'CSR_KERNEL', raw, certain, says }];
  const layer = (raw: string, certain: boolean, what: string) => [
    {
      variable: 'NUMBA_THREADING_LAYER',
      raw,
      certain,
      says: `a model stops when Numba's threads start: NUMBA_THREADING_LAYER="${raw}": ${what}; write omp or workqueue, or unset it`,
    },
  ];
  const NO_TBB = 'no TBB is installed here that Numba can load';

  test.each<[Env, Libraries, object[]]>([
    [{}, NONE, []],
    [{ CSR_KERNEL: 'numba' }, NONE, []],
    [{ CSR_KERNEL: 'scipy' }, NONE, []],
    [{ CSR_KERNEL: 'mkl' }, ALL, []],
    [{ CSR_KERNEL: 'mkl' }, null, []],
    [
      { CSR_KERNEL: 'mkl' },
      NONE,
      kernel(
        'mkl',
        false,
        'importing item-kNN stops with ImportError: CSR_KERNEL="mkl": no MKL is installed here; write numba, or unset it',
      ),
    ],
    [
      { CSR_KERNEL: 'x' },
      ALL,
      kernel(
        'x',
        true,
        'importing item-kNN stops with ModuleNotFoundError: CSR_KERNEL="x": no kernel of csr; write numba or scipy, or unset it',
      ),
    ],
    [{ NUMBA_THREADING_LAYER: 'omp' }, NONE, []],
    [{ NUMBA_THREADING_LAYER: 'forksafe' }, NONE, []],
    [{ NUMBA_THREADING_LAYER: 'tbb' }, ALL, []],
    [{ NUMBA_THREADING_LAYER: 'tbb' }, null, []],
    [{ NUMBA_THREADING_LAYER: 'tbb' }, NONE, layer('tbb', false, NO_TBB)],
    [{ NUMBA_THREADING_LAYER: 'safe' }, NONE, layer('safe', false, NO_TBB)],
    [{ NUMBA_THREADING_LAYER: 'x' }, null, layer('x', true, 'no threading layer of Numba')],
    [{ NUMBA_THREADING_LAYER: '' }, ALL, layer('', true, 'set to nothing')],
  ])('%j %j', (env, has, faults) => expect(importFaults(env, has)).toEqual(faults));

  test('both at once', () => {
    const faults = importFaults({ CSR_KERNEL: '', NUMBA_THREADING_LAYER: 'y' }, ALL);
    expect(faults.map(({ variable }) => variable)).toEqual(['CSR_KERNEL', 'NUMBA_THREADING_LAYER']);
  });
});

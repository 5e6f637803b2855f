import { expect, test } from '@jest/globals';
import type { Status } from '../../src/checks/check.ts';
import type { ScriptReport } from '../../src/script/judge.ts';
import type { Facts } from '../../src/situation/facts.ts';
import type { Question } from '../../src/situation/question.ts';
import { library, MKL, on, V014 } from '../lenskit-0.14-machine.ts';
import { check, machine, quota, report } from '../machine.ts';
import { wordsOf } from './words.ts';

/** What the checks say of LensKit 0.10.1 to 0.14.4, which limits nothing and counts the machine's CPUs. */

const script = (verdict: ScriptReport['verdict'], call: string): ScriptReport => ({
  file: 'job.py',
  verdict,
  why: 'why',
  findings:
    verdict === 'unprotected'
      ? [
          {
            id: 'script/import-unprotected',
            level: 'error',
            place: { line: 3, column: 1, endLine: 3, endColumn: 9 },
            cell: null,
            source: '',
            message: 'it runs again',
            via: [{ name: call, file: 'job.py', line: 3 }],
            fix: null,
          },
        ]
      : [],
  ignored: [],
  models: [],
});
const withScript = (
  verdict: ScriptReport['verdict'],
  env: { [name: string]: string },
  call = 'lenskit.batch.recommend()',
): Facts => ({
  ...on(env),
  script: script(verdict, call),
});
const MEMORY = machine().machine.memory;
const shared = (shm: Partial<NonNullable<typeof MEMORY.shm>>) => ({
  memory: { ...MEMORY, shm: { bytes: 8e9, source: 'size=8g', ...shm } },
});

type Row = [id: string, what: string, status: Status, facts: Facts, title: RegExp, question?: Partial<Question>];

const ROWS: Row[] = [
  [
    'config/invalid-value',
    'an empty number of processes',
    'fail',
    on({ LK_NUM_PROCS: '' }),
    /ValueError: LK_NUM_PROCS="": set to nothing/,
  ],
  [
    'config/invalid-value',
    'a level that is missing',
    'fail',
    on({ LK_NUM_PROCS: '4,' }),
    /ValueError: LK_NUM_PROCS="4,"/,
  ],
  ['config/invalid-value', 'a later level', 'fail', on({ LK_NUM_PROCS: '4,x' }), /"x" is no integer/],
  ['config/invalid-value', 'no thread of Numba', 'fail', on({ NUMBA_NUM_THREADS: '0' }), /LensKit cannot be imported/],
  [
    'config/invalid-value',
    'a number that workers die of',
    'fail',
    on({ NUMBA_NUM_THREADS: 'x', LK_NUM_PROCS: '2' }),
    /every worker dies with ValueError, and a batch run with BrokenProcessPool/,
  ],
  [
    'config/invalid-value',
    'the same in process',
    'warn',
    on({ NUMBA_NUM_THREADS: 'x', LK_NUM_PROCS: '1' }),
    /^Numba warns and takes its default/,
  ],
  [
    'config/invalid-value',
    'a kernel that csr has not',
    'fail',
    on({ CSR_KERNEL: 'x' }),
    /item-kNN stops with ModuleNotFoundError: CSR_KERNEL="x"/,
  ],
  ['config/invalid-value', 'a kernel that is empty', 'fail', on({ CSR_KERNEL: '' }), /CSR_KERNEL=""/],
  ['config/invalid-value', 'a kernel that wants MKL', 'warn', on({ CSR_KERNEL: 'mkl' }), /no MKL is installed/],
  ['config/invalid-value', 'a kernel that has MKL', 'pass', on({ CSR_KERNEL: 'mkl' }, { environment: MKL }), /takes/],
  ['config/invalid-value', 'a kernel that is there', 'pass', on({ CSR_KERNEL: 'scipy' }), /takes/],
  [
    'config/invalid-value',
    'a layer that Numba has not',
    'fail',
    on({ NUMBA_THREADING_LAYER: 'openmp' }),
    /no threading layer of Numba/,
  ],
  ['config/invalid-value', 'a layer that is empty', 'fail', on({ NUMBA_THREADING_LAYER: '' }), /set to nothing/],
  [
    'config/invalid-value',
    'a layer without its library',
    'warn',
    on({ NUMBA_THREADING_LAYER: 'TBB' }),
    /no TBB is installed/,
  ],
  [
    'config/invalid-value',
    'a layer with its library',
    'pass',
    on({ NUMBA_THREADING_LAYER: 'tbb' }, { environment: { pools: [library('TBB', 'tasks', 'environment')] } }),
    /takes/,
  ],
  ['config/invalid-value', 'a layer in capitals', 'pass', on({ NUMBA_THREADING_LAYER: 'OMP' }), /takes/],
  ['config/invalid-value', 'what another check says', 'skip', on({ LK_NUM_PROCS: '0' }), /config\/non-positive/],
  [
    'config/invalid-value',
    'a kernel under later rules',
    'pass',
    machine({ env: { CSR_KERNEL: 'x', NUMBA_THREADING_LAYER: 'x' } }),
    /takes/,
  ],
  [
    'config/non-positive',
    'no process',
    'fail',
    on({ LK_NUM_PROCS: '0' }),
    /^LK_NUM_PROCS=0: a batch run stops with ValueError: max_workers/,
  ],
  ['config/non-positive', 'fewer than none, and a list', 'fail', on({ LK_NUM_PROCS: '-1,2' }), /^LK_NUM_PROCS=-1,2: /],
  ['config/non-positive', 'no thread of a worker', 'info', on({ LK_NUM_PROCS: '2,0' }), /for MKL alone/],
  ['config/non-positive', 'of a worker that there is not', 'pass', on({ LK_NUM_PROCS: '1,0' }), /1 or more/],
  ['config/non-positive', 'another refusal', 'skip', on({ LK_NUM_PROCS: 'x' }), /no plan/],
  [
    'config/unknown-variable',
    'of 2025',
    'warn',
    on({ LK_NUM_THREADS: '4' }),
    /LK_NUM_THREADS belongs to LensKit from 2025.1 on .*: use NUMBA_NUM_THREADS$/,
  ],
  [
    'config/unknown-variable',
    'of 2026',
    'warn',
    on({ LK_USE_RAY: '1' }),
    /LK_USE_RAY belongs to LensKit from 2026.1 on/,
  ],
  [
    'config/unknown-variable',
    'for other purposes of later releases',
    'info',
    on({ LK_LOG_LEVEL: '…' }),
    /does not read LK_LOG_LEVEL/,
  ],
  ['config/unknown-variable', 'its own', 'pass', on({ LK_NUM_PROCS: '2', LK_TEMP_DIR: '…' }), /every/],
  ['config/deprecated-child-threads', 'never known', 'skip', on({}), /before 2025.1/],
  [
    'config/documentation-differs',
    'half the cores, and Numba',
    'info',
    on({}, { cpus: 16 }),
    /^4 processes by default, not 8/,
  ],
  [
    'config/documentation-differs',
    'Numba in workers',
    'info',
    on({ LK_NUM_PROCS: '2,1' }),
    /a worker has 4 threads of Numba, not 1/,
  ],
  [
    'config/documentation-differs',
    'a lower number of Numba',
    'pass',
    on({ LK_NUM_PROCS: '2,4', NUMBA_NUM_THREADS: '2' }),
    /agree/,
  ],
  ['config/documentation-differs', 'in process', 'pass', on({ LK_NUM_PROCS: '1' }), /agree/],
  ['config/worker-zero-threads', 'handed down by no one', 'skip', on({}), /before 2025.1/],
  ['config/file-beats-env', 'no files', 'skip', on({}), /no settings file/],
  [
    'backend/blas-not-limited',
    'workers with all CPUs each',
    'warn',
    on({ LK_NUM_PROCS: '3' }),
    /nothing limits OpenBLAS: 3 workers with 4 threads each \(all CPUs\), on 4 effective CPUs/,
  ],
  [
    'backend/blas-not-limited',
    'one thread each',
    'pass',
    on({ LK_NUM_PROCS: '9', OPENBLAS_NUM_THREADS: '1' }),
    /9 workers with 1 thread each/,
  ],
  ['backend/blas-not-limited', 'one process', 'pass', on({ LK_NUM_PROCS: '1' }), /in the one process/],
  ['backend/blas-not-limited', 'MKL', 'info', on({ LK_NUM_PROCS: '3' }, { environment: MKL }), /nothing limits MKL/],
  ['backend/blas-not-limited', 'no BLAS', 'pass', on({ LK_NUM_PROCS: '3' }, { environment: {} }), /no BLAS/],
  ['backend/blas-not-limited', 'no plan', 'skip', on({ LK_NUM_PROCS: 'x' }), /no plan/],
  [
    'backend/openblas-unbounded',
    'a quota',
    'warn',
    on({ LK_NUM_PROCS: '1' }, { quotas: [quota(200_000)] }),
    /OpenBLAS has 4 threads/,
  ],
  ['backend/openblas-unbounded', 'workers', 'skip', on({ LK_NUM_PROCS: '2' }), /blas-not-limited/],
  ['backend/late-loaded-blas', 'nothing is limited', 'pass', on({}), /limits no BLAS/],
  [
    'backend/conflicting-threads',
    'numbers of different libraries',
    'pass',
    on({ OMP_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: '1' }),
    /each is for its own library/,
  ],
  ['backend/conflicting-threads', 'no number', 'warn', on({ OMP_NUM_THREADS: 'x' }), /no number of threads to OpenMP/],
  [
    'backend/conflicting-threads',
    "OpenMP's limit under Numba",
    'warn',
    on({ OMP_THREAD_LIMIT: '2' }),
    /OMP_THREAD_LIMIT=2: Numba says 4 threads and starts 2/,
  ],
  [
    'backend/conflicting-threads',
    'a layer without OpenMP',
    'pass',
    on({ OMP_THREAD_LIMIT: '2', NUMBA_THREADING_LAYER: 'workqueue' }),
    /no thread variable/,
  ],
  [
    'backend/pinned-openmp',
    'workers after training',
    'warn',
    on({ OMP_PROC_BIND: 'true', LK_NUM_PROCS: '2' }),
    /2 workers started after training in the same process share 1 CPU of 4/,
  ],
  [
    'backend/pinned-openmp',
    'one process',
    'info',
    on({ OMP_PROC_BIND: 'true', LK_NUM_PROCS: '1' }),
    /binds the main thread to CPU 0/,
  ],
  [
    'backend/pinned-openmp',
    'a layer without OpenMP',
    'pass',
    on({ OMP_PROC_BIND: 'true', LK_NUM_PROCS: '2', NUMBA_THREADING_LAYER: 'workqueue' }),
    /no such effect/,
  ],
  ['backend/rayon-variable-ignored', 'no Rayon', 'pass', on({ RAYON_NUM_THREADS: '2' }), /no Rayon/],
  [
    'memory/shared-memory-small',
    'workers',
    'warn',
    on({ LK_NUM_PROCS: '2' }, { machine: shared({ bytes: 64e6 }) }),
    /has 64 MB/,
  ],
  [
    'memory/shared-memory-unusable',
    'read-only',
    'fail',
    on({ LK_NUM_PROCS: '2' }, { machine: shared({ unusable: 'read-only' }) }),
    /read-only/,
  ],
  ['python/start-method', 'workers', 'info', on({ LK_NUM_PROCS: '2' }), /2 workers are spawned/],
  ['python/gil-batch', 'processes', 'pass', on({}), /processes before 2026.1/],
  ['ray/unsupported', 'not used', 'pass', on({}, { environment: { packages: { ray: '2.60.0' } } }), /does not use Ray/],
  [
    'gpu/driver-too-old',
    'no Torch',
    'pass',
    on({}, { environment: { torch: { version: '2.9.0', cuda: '13.0' } } }),
    /no Torch/,
  ],
  [
    'gpu/shared-model',
    'no Torch',
    'pass',
    on({ LK_NUM_PROCS: '2' }, { environment: { torch: { version: '2.9.0', cuda: '13.0' } } }),
    /no Torch/,
  ],
  ['gpu/visible-devices', 'no Torch', 'pass', on({ CUDA_VISIBLE_DEVICES: '' }), /no Torch/],
  [
    'script/import-unprotected',
    'with workers',
    'fail',
    withScript('unprotected', { LK_NUM_PROCS: '2' }),
    /^job.py:3: it runs again$/,
  ],
  ['script/import-unprotected', 'in process', 'info', withScript('unprotected', { LK_NUM_PROCS: '1' }), /^job.py:3: /],
  [
    'script/import-unprotected',
    'a call that starts a process whatever is set',
    'fail',
    withScript('unprotected', { LK_NUM_PROCS: '1' }, 'lenskit.batch.train_isolated()'),
    /^job.py:3: /,
  ],
  ['script/import-unprotected', 'protected', 'pass', withScript('protected', { LK_NUM_PROCS: '2' }), /^job.py: why$/],
  [
    'script/import-unprotected',
    'nothing that starts workers',
    'pass',
    withScript('no parallelism', { LK_NUM_PROCS: '2' }),
    /^job.py: why$/,
  ],
];

test.each(ROWS)('%s, %s: %s', (id, what, status, facts, title, question = {}) => {
  const found = check(id, facts, question);
  expect({ status: found.status, title: found.title }).toEqual({ status, title: expect.stringMatching(title) });
  if (status === 'fail' || status === 'warn') {
    expect(found.fix).not.toBeNull();
    expect(found.evidence.length).toBeGreaterThan(0);
  }
  expect(found).toEqual({ id, ...wordsOf(id, `0.14, ${what}`, found) });
});

test('one process, and workers, of a script that is not protected: what to type, and whether it matters as it is set', () => {
  const told = (processes: string, call?: string, question: Partial<Question> = {}) => {
    const { detail, fix } = check(
      'script/import-unprotected',
      withScript('unprotected', { LK_NUM_PROCS: processes }, call),
      question,
    );
    return [detail, fix?.commands?.[0]?.join(' ')];
  };
  const again = 'with more than one process each worker imports the script again';
  expect(told('2')).toEqual([again, 'lk check script --fix job.py']);
  expect(told('1')).toEqual([`${again}; as it is set now, there is one`, 'lk check script --fix job.py']);
  expect(told('1', 'lenskit.util.parallel.run_sp()')[0]).toBe(again);
  expect(told('2', undefined, { lenskit: '0.13.1' })[1]).toBe('lk check script --lenskit 0.13.1 --fix job.py');
});

test('without an environment pip’s OpenBLAS is assumed, which is built for 64 threads', () => {
  const { status, title } = check('backend/blas-not-limited', machine({ lenskit: null, cpus: 128 }), { lenskit: V014 });
  expect({ status, title }).toEqual({
    status: 'warn',
    title: 'nothing limits OpenBLAS: 4 workers with 64 threads each (it is built for 64), on 128 effective CPUs',
  });
});

test('all that is refused is told, and the worst counts', () => {
  const found = check('config/invalid-value', on({ LK_NUM_PROCS: 'x', CSR_KERNEL: 'y', NUMBA_THREADING_LAYER: 'tbb' }));
  expect(found.status).toBe('fail');
  expect(found.title).toMatch(/LK_NUM_PROCS/);
  expect(found.detail).toMatch(/CSR_KERNEL.*NUMBA_THREADING_LAYER/);
  expect(found.fix?.unset).toEqual(expect.arrayContaining(['CSR_KERNEL', 'NUMBA_THREADING_LAYER']));
  expect(found.evidence.map(({ where }) => where)).toEqual(['LK_NUM_PROCS', 'CSR_KERNEL', 'NUMBA_THREADING_LAYER']);
});

test('half the cores: up to 9 CPUs the documentation and the code agree on the processes', () => {
  for (const cpus of [1, 2, 8, 9, 10, 64]) {
    const { detail, title } = check('config/documentation-differs', on({}, { cpus }));
    expect([cpus, /processes by default/.test(`${title} ${detail}`)]).toEqual([cpus, cpus > 9]);
  }
});

test('what is busy is told with the BLAS that no knob limits', () => {
  const { evidence, status } = check(
    'plan/oversubscribed',
    on({ NUMBA_NUM_THREADS: '16', NUMBA_THREADING_LAYER: 'omp' }),
  );
  expect(status).toBe('warn');
  expect(evidence).toEqual(
    expect.arrayContaining([
      { where: 'NUMBA_NUM_THREADS', said: 'numba_num_threads = 16' },
      { where: 'all CPUs', said: 'threads of OpenBLAS = 4' },
    ]),
  );
  expect(evidence.some(({ said }) => said.includes('layer'))).toBe(false);
});

/** pip's `tbb` lies where the dynamic linker does not look: seen with Numba 0.58.1, which takes OpenMP beside it. */
test('a TBB that Numba cannot load is none', () => {
  const pools = [
    {
      family: 'TBB' as const,
      api: 'tasks' as const,
      owner: 'environment',
      file: '/venv/lib/libtbb.so.12',
      version: null,
    },
  ];
  const omp = { layer: 'omp' as const, file: '/lib/libgomp.so.1' };
  const tbb = { layer: 'tbb' as const, file: '/lib/libtbb.so.12' };
  const statusOf = (id: string, env: { [name: string]: string }, numbaLayers: (typeof omp | typeof tbb)[]) => {
    const environment = { packages: { numba: '0.58.1' }, pools, numbaLayers };
    return report(on({ LK_NUM_PROCS: '2', ...env }, { environment })).checks.find((one) => one.id === id)?.status;
  };
  expect(statusOf('config/invalid-value', { NUMBA_THREADING_LAYER: 'tbb' }, [omp])).toBe('warn');
  expect(statusOf('config/invalid-value', { NUMBA_THREADING_LAYER: 'tbb' }, [tbb, omp])).toBe('pass');
  expect(statusOf('backend/pinned-openmp', { OMP_PROC_BIND: 'true' }, [omp])).toBe('warn');
  expect(statusOf('backend/pinned-openmp', { OMP_PROC_BIND: 'true' }, [tbb, omp])).toBe('pass');
});

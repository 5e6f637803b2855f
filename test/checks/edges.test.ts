import { expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import { aboutSeconds, counted, type Status, size } from '../../src/checks/check.ts';
import { examine } from '../../src/checks/examine.ts';
import { ALL_CHECKS, selected } from '../../src/checks/select.ts';
import { allocationOf } from '../../src/machine/scheduler/asked-allocation.ts';
import type { CpuShare } from '../../src/probe/cpu-share.ts';
import type { NativePool } from '../../src/python/pools.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';
import type { Facts } from '../../src/situation/facts.ts';
import { NO_QUESTION, type Question } from '../../src/situation/question.ts';
import { situate } from '../../src/situation/situate.ts';
import { library } from '../lenskit-0.14-machine.ts';
import { check, machine, quota } from '../machine.ts';
import { wordsOf } from './words.ts';

/** What each check says at the edges of its rule; the whole of its words is in test/fixtures/check-words.jsonl. */
type Row = [id: string, what: string, status: Status, facts: Facts, question?: Partial<Question>];

const V014 = '0.14.4';
const V2026 = '2026.4.0';
const UNKNOWN = '0.9.0';
const NO_PLAN = { LK_NUM_THREADS: 'x' };
const FIT = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '1' };
const MEMORY = machine().machine.memory;
const pools = (...found: NativePool[]) => ({ pools: found });
const NUMPY = library('OpenBLAS', 'blas', 'numpy');
const SCIPY = library('OpenBLAS', 'blas', 'scipy');
const ofOpenmp = (pool: NativePool): NativePool => ({ ...pool, threading: 'openmp' });
const file = (text: string, name = 'lenskit.toml') => readSettings(text, name, `/project/${name}`);
const GPU = { model: 'NVIDIA H200', mig: false };
const CUDA = { version: '2.15.0+cu132', cuda: '13.2' };
const limit = (most: number, over: object = {}) => [
  { most, now: null, name: 'pids.max', file: '/sys/fs/cgroup/pids.max', ...over },
];
const got = (share: Partial<CpuShare>, quotas: Facts['cpus']['quotas'] = [], over: object = {}): Facts => ({
  ...machine({ quotas, ...over }),
  cpuShare: { ok: true, loops: 4, got: 4, seconds: 1, idle: 0, stolen: 0, stopped: null, ...share },
});
const NODE = { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '8' };
const STEP = { ...NODE, SLURM_STEP_ID: '0', SLURM_STEP_NUM_TASKS: '4', SLURM_STEP_TASKS_PER_NODE: '4' };
const throttled = (periods: number, share: number, seconds = 12.3) => ({
  quotas: [quota(100_000)],
  throttling: { periods, throttled: share, seconds, cgroup: '/job', file: '/sys/fs/cgroup/job/cpu.stat' },
});
const driver = (version: string, cuda: string | null, over: object = {}) =>
  machine({
    machine: { gpus: [GPU], driver: { version, file: '/proc/driver/nvidia/version', compatibility: null } },
    environment: { torch: { version: '2.9.0', cuda } },
    ...over,
  });
const gpus = (...found: { model: string | null; mig: boolean }[]) => ({
  machine: { gpus: found },
  environment: { torch: CUDA },
});

const ROWS: Row[] = [
  [
    'backend/blas-not-limited',
    'both variables',
    'warn',
    machine({ env: { MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '3' } }),
  ],
  [
    'backend/blas-not-limited',
    'both say what LensKit would',
    'pass',
    machine({ env: { MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } }),
  ],
  [
    'backend/blas-not-limited',
    'told to leave it alone',
    'pass',
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1', MKL_NUM_THREADS: '1' } }),
  ],
  [
    'backend/blas-not-limited',
    'more than there are CPUs',
    'pass',
    machine({ env: { OPENBLAS_NUM_THREADS: '9', LK_NUM_BACKEND_THREADS: '9' } }),
  ],
  [
    'backend/blas-not-limited',
    'one of two copies is for OpenMP',
    'warn',
    machine({ env: { OPENBLAS_NUM_THREADS: '4' }, environment: pools(ofOpenmp(NUMPY), SCIPY) }),
  ],
  [
    'backend/blas-not-limited',
    '0.14, for OpenMP',
    'warn',
    machine({ lenskit: V014, env: { LK_NUM_PROCS: '3' }, environment: pools(ofOpenmp(NUMPY)) }),
  ],
  [
    'backend/blas-not-limited',
    '0.14, MKL with a variable',
    'info',
    machine({
      lenskit: V014,
      env: { LK_NUM_PROCS: '3', MKL_NUM_THREADS: '2' },
      environment: pools(library('MKL', 'blas', 'environment')),
    }),
  ],
  [
    'backend/blas-not-limited',
    '0.14, MKL in one process',
    'pass',
    machine({ lenskit: V014, env: { LK_NUM_PROCS: '1' }, environment: pools(library('MKL', 'blas', 'environment')) }),
  ],
  [
    'backend/blas-not-limited',
    '0.14, OpenBLAS before MKL',
    'warn',
    machine({
      lenskit: V014,
      env: { LK_NUM_PROCS: '3' },
      environment: pools(library('MKL', 'blas', 'environment'), NUMPY),
    }),
  ],
  [
    'backend/blas-not-limited',
    '0.14, as many as there are CPUs',
    'pass',
    machine({
      lenskit: V014,
      cpus: 8,
      env: { LK_NUM_PROCS: '2', OPENBLAS_NUM_THREADS: '4' },
      environment: pools(NUMPY),
    }),
  ],
  [
    'backend/blas-not-limited',
    '0.14, one more',
    'warn',
    machine({
      lenskit: V014,
      cpus: 8,
      env: { LK_NUM_PROCS: '3', OPENBLAS_NUM_THREADS: '3' },
      environment: pools(NUMPY),
    }),
  ],
  [
    'backend/conflicting-threads',
    'MKL, which makes one of what is no number',
    'pass',
    machine({ env: { MKL_NUM_THREADS: 'x' } }),
  ],
  [
    'backend/conflicting-threads',
    'another library and no number',
    'warn',
    machine({ env: { OPENBLAS_NUM_THREADS: 'x' } }),
  ],
  [
    'backend/conflicting-threads',
    'nothing limited, and one number',
    'pass',
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1', OMP_NUM_THREADS: '3' } }),
  ],
  [
    'backend/conflicting-threads',
    'nothing limited, and two numbers',
    'warn',
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1', OMP_NUM_THREADS: '3', MKL_NUM_THREADS: '2' } }),
  ],
  [
    'backend/conflicting-threads',
    'nothing limited, and a limit',
    'pass',
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1', OMP_THREAD_LIMIT: '2' } }),
  ],
  [
    'backend/conflicting-threads',
    'a contradiction and a limit',
    'warn',
    machine({ env: { OMP_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '3', OMP_THREAD_LIMIT: '2' } }),
  ],
  [
    'backend/conflicting-threads',
    'a limit and a dynamic number',
    'warn',
    machine({ env: { OMP_THREAD_LIMIT: '2', OMP_DYNAMIC: 'true', LK_NUM_BACKEND_THREADS: '3' } }),
  ],
  ['backend/conflicting-threads', 'set to nothing', 'pass', machine({ env: { OMP_NUM_THREADS: '' } })],
  [
    'backend/conflicting-threads',
    '0.14, no plan, but a limit',
    'pass',
    machine({ lenskit: V014, env: { LK_NUM_PROCS: 'x', OMP_THREAD_LIMIT: '2' } }),
  ],
  [
    'backend/flexiblas',
    'one that it was built with, and a variable that leads nowhere',
    'warn',
    machine({
      environment: pools({
        ...library('FlexiBLAS', 'blas', 'numpy'),
        backend: { name: null, file: null, by: 'its default', ignored: 'FLEXIBLAS=x', threads: null },
      }),
    }),
  ],
  [
    'backend/flexiblas',
    'a library without OpenBLAS behind it',
    'pass',
    machine({
      environment: pools(
        {
          ...library('FlexiBLAS', 'blas', 'numpy'),
          backend: { name: 'BLIS', file: '/x.so', by: 'FLEXIBLAS', ignored: null, threads: 'of a pool' },
        },
        SCIPY,
      ),
    }),
  ],
  [
    'backend/flexiblas',
    'a library that is not known',
    'info',
    machine({
      environment: pools({
        ...library('FlexiBLAS', 'blas', 'numpy'),
        backend: { name: 'OTHER', file: '/x.so', by: 'FLEXIBLAS', ignored: null, threads: null },
      }),
    }),
  ],
  ['backend/late-loaded-blas', 'none', 'pass', machine()],
  [
    'backend/late-loaded-blas',
    'a late one for OpenMP',
    'info',
    machine({ environment: pools(NUMPY, ofOpenmp(SCIPY)) }),
  ],
  ['backend/late-loaded-blas', 'two of numpy', 'info', machine({ environment: pools(NUMPY, NUMPY) })],
  [
    'backend/late-loaded-blas',
    'nothing is limited',
    'pass',
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1' }, environment: pools(NUMPY, SCIPY) }),
  ],
  ['backend/mixed-openmp', 'none', 'pass', machine({ environment: pools(NUMPY) })],
  [
    'backend/mixed-openmp',
    'two with one thread each',
    'info',
    machine({
      env: { OMP_NUM_THREADS: '1' },
      environment: pools(library('libgomp', 'openmp', 'torch'), library('libiomp5', 'openmp', 'environment')),
    }),
  ],
  [
    'backend/mixed-openmp',
    'two that crash, with one thread each',
    'warn',
    machine({
      env: { OMP_NUM_THREADS: '1' },
      environment: pools(library('libomp', 'openmp', 'torch'), library('libiomp5', 'openmp', 'environment')),
    }),
  ],
  [
    'backend/mixed-openmp',
    'libomp and libgomp',
    'warn',
    machine({ environment: pools(library('libomp', 'openmp', 'torch'), library('libgomp', 'openmp', 'scipy')) }),
  ],
  [
    'backend/mixed-openmp',
    '0.14',
    'warn',
    machine({
      lenskit: V014,
      environment: pools(library('libgomp', 'openmp', 'numba'), library('libiomp5', 'openmp', 'environment')),
    }),
  ],
  [
    'backend/openblas-openmp',
    'two limits of OpenMP',
    'fail',
    machine({
      env: { OMP_THREAD_LIMIT: '2', OMP_DYNAMIC: 'true' },
      environment: pools(ofOpenmp(library('OpenBLAS', 'blas', 'Debian'))),
    }),
  ],
  [
    'backend/openblas-openmp',
    'nothing is limited',
    'pass',
    machine({
      lenskit: V2026,
      env: { LK_NUM_BACKEND_THREADS: '-1' },
      environment: pools(ofOpenmp(library('OpenBLAS', 'blas', 'Debian'))),
    }),
  ],
  [
    'backend/openblas-openmp',
    'an older one, and a variable that keeps LensKit from it',
    'info',
    machine({
      env: { OPENBLAS_NUM_THREADS: '1' },
      environment: pools({ ...ofOpenmp(library('OpenBLAS', 'blas', 'Debian')), version: '0.3.21' }),
    }),
  ],
  [
    'backend/openblas-openmp',
    'an older one, and MKL’s variable',
    'info',
    machine({
      env: { MKL_NUM_THREADS: '1' },
      environment: pools({ ...ofOpenmp(library('OpenBLAS', 'blas', 'Debian')), version: '0.3.21' }),
    }),
  ],
  [
    'backend/openblas-openmp',
    '2025.2 limits it whatever is set',
    'pass',
    machine({
      lenskit: '2025.2.0',
      env: { MKL_NUM_THREADS: '1', LK_NUM_BACKEND_THREADS: '1' },
      environment: pools({ ...ofOpenmp(library('OpenBLAS', 'blas', 'Debian')), version: '0.3.21' }),
    }),
  ],
  [
    'backend/pinned-openmp',
    '0.14, LLVM’s runtime',
    'pass',
    machine({ lenskit: V014, env: { KMP_AFFINITY: 'compact', LK_NUM_PROCS: '2' } }),
  ],
  [
    'backend/pinned-openmp',
    '0.14, a place of all CPUs',
    'pass',
    machine({ lenskit: V014, env: { OMP_PROC_BIND: 'true', OMP_PLACES: '{0:4}', LK_NUM_PROCS: '2' } }),
  ],
  ['backend/pinned-openmp', '0.14, nothing set', 'pass', machine({ lenskit: V014 })],
  ['backend/pinned-openmp', 'two variables', 'warn', machine({ env: { OMP_PROC_BIND: 'true', OMP_PLACES: 'cores' } })],
  ['backend/rayon-variable-ignored', 'no number', 'warn', machine({ env: { RAYON_NUM_THREADS: 'x' } })],
  ['backend/several-openblas', 'none', 'pass', machine()],
  [
    'backend/several-openblas',
    'three',
    'info',
    machine({ environment: pools(NUMPY, SCIPY, library('OpenBLAS', 'blas', 'Debian')) }),
  ],
  [
    'backend/mkl-threading-layer',
    'to use Intel’s',
    'warn',
    machine({
      env: { MKL_THREADING_LAYER: 'INTEL' },
      environment: pools(library('MKL', 'blas', 'environment'), library('libgomp', 'openmp', 'torch')),
    }),
  ],
  [
    'backend/mkl-threading-layer',
    'MKL alone',
    'pass',
    machine({ environment: pools(library('MKL', 'blas', 'environment')) }),
  ],

  [
    'config/deprecated-child-threads',
    'with a list of the backends',
    'warn',
    machine({ env: { LK_NUM_CHILD_THREADS: '3', LK_NUM_BACKEND_THREADS: '2,1' } }),
  ],
  [
    'config/deprecated-child-threads',
    'no plan',
    'warn',
    machine({ env: { LK_NUM_CHILD_THREADS: '3', LK_NUM_PROCS: 'x' } }),
  ],
  [
    'config/deprecated-child-threads',
    'a parameter, no plan',
    'warn',
    machine({ env: NO_PLAN }),
    { params: { childThreads: 3 } },
  ],
  ['config/deprecated-child-threads', 'set to nothing', 'pass', machine({ env: { LK_NUM_CHILD_THREADS: '' } })],
  [
    'config/documentation-differs',
    'child threads behind a list',
    'info',
    machine({ env: { ...FIT, LK_NUM_BACKEND_THREADS: '1,2', LK_NUM_CHILD_THREADS: '3' } }),
  ],
  [
    'config/documentation-differs',
    'child threads that agree',
    'info',
    machine({ env: { ...FIT, LK_NUM_BACKEND_THREADS: '1,3', LK_NUM_CHILD_THREADS: '3' } }),
  ],
  [
    'config/documentation-differs',
    'a list of threads',
    'pass',
    machine({
      env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4,2', LK_NUM_BACKEND_THREADS: '2,1', LK_NUM_CHILD_THREADS: '1' },
    }),
  ],
  ['config/documentation-differs', '2026, processes', 'info', machine({ lenskit: V2026, env: { LK_NUM_PROCS: '4' } })],
  ['config/documentation-differs', '2026, parameters', 'info', machine({ lenskit: V2026 }), { params: { threads: 4 } }],
  [
    'config/documentation-differs',
    '2026, inter-op threads',
    'info',
    machine({ lenskit: V2026, env: { LK_NUM_THREADS: '2' }, environment: { torch: CUDA } }),
  ],
  [
    'config/documentation-differs',
    '2026, inter-op threads that agree',
    'pass',
    machine({ lenskit: V2026, environment: { torch: CUDA } }),
  ],
  ['config/documentation-differs', '2026, no Torch', 'pass', machine({ lenskit: V2026, env: { LK_NUM_THREADS: '2' } })],
  [
    'config/documentation-differs',
    '2026, Ray',
    'info',
    machine({ lenskit: V2026, env: { LK_USE_RAY: '1' }, environment: { packages: { ray: '2.60.0' } } }),
  ],
  [
    'config/documentation-differs',
    '2026, Ray elsewhere',
    'pass',
    machine({ lenskit: V2026, env: { LK_USE_RAY: '1', RAY_ADDRESS: '…' } }),
  ],
  [
    'config/documentation-differs',
    '2026, Ray, no node large enough',
    'pass',
    machine({ lenskit: V2026, env: { LK_USE_RAY: '1', LK_NUM_BACKEND_THREADS: '9' } }),
  ],
  ['config/documentation-differs', 'OpenBLAS is left alone', 'info', machine({ env: { MKL_NUM_THREADS: '1' } })],
  [
    'config/documentation-differs',
    'OpenBLAS is told the same',
    'info',
    machine({ env: { OPENBLAS_NUM_THREADS: '1' } }),
  ],
  ['config/documentation-differs', '2025.2', 'pass', machine({ lenskit: '2025.2.0' })],
  ['config/documentation-differs', '2025.2, many CPUs', 'pass', machine({ lenskit: '2025.2.0', cpus: 64 })],
  ['config/documentation-differs', 'many CPUs', 'pass', machine({ cpus: 64 })],
  ['config/documentation-differs', 'a quota under 2025', 'info', machine({ quotas: [quota(100_000)] })],
  [
    'config/file-beats-env',
    'two of them',
    'warn',
    machine({
      lenskit: V2026,
      env: { LK_NUM_THREADS: '5', LK_NUM_BATCH_JOBS: '3' },
      settings: [file('[parallel]\nnum_threads = 3\nnum_batch_jobs = 2\n')],
    }),
  ],
  ['config/file-beats-env', 'no file', 'pass', machine({ lenskit: V2026, env: { LK_NUM_THREADS: '5' } })],
  ['config/file-not-read', 'two files', 'warn', machine({ settings: [file('', 'lenskit.local.toml'), file('')] })],
  ['config/file-not-read', '0.14', 'warn', machine({ lenskit: V014, settings: [file('')] })],
  [
    'config/file-not-read',
    'a file whose place is not known',
    'info',
    machine({ lenskit: V2026, settings: [readSettings('', 'lenskit.toml')] }),
  ],
  ['config/file-not-read', 'none', 'pass', machine()],
  [
    'config/invalid-value',
    'several variables',
    'fail',
    machine({ env: { LK_NUM_THREADS: 'x', LK_NUM_BACKEND_THREADS: 'y' } }),
  ],
  [
    'config/invalid-value',
    '2026, several',
    'fail',
    machine({ lenskit: V2026, env: { LK_NUM_THREADS: 'x', LK_NUM_BACKEND_THREADS: 'y', LK_TUNE_JOBS: 'z' } }),
  ],
  [
    'config/invalid-value',
    '2026, a variable that is not recommended',
    'fail',
    machine({ lenskit: V2026, env: { LK_TUNE_JOBS: 'z' } }),
  ],
  [
    'config/invalid-value',
    '0.14, no Python',
    'pass',
    machine({ lenskit: null, env: { CSR_KERNEL: 'mkl' }, environment: { interpreter: null } }),
    { lenskit: V014 },
  ],
  [
    'config/invalid-value',
    '0.14, two of them',
    'fail',
    machine({ lenskit: V014, env: { NUMBA_NUM_THREADS: 'x', LK_NUM_PROCS: '1', CSR_KERNEL: 'x' } }),
  ],
  ['config/non-positive', '0.14, a parameter', 'fail', machine({ lenskit: V014 }), { params: { nJobs: 0 } }],
  ['config/rules-unknown', 'no version', 'warn', machine({ lenskit: 'unknown' })],
  ['config/rules-unknown', 'chosen', 'warn', machine({ lenskit: null }), { lenskit: '0.9.0' }],
  ['config/shadowed', 'several', 'info', machine({ env: FIT }), { params: { threads: 4, processes: 2 } }],
  [
    'config/shadowed',
    'a file',
    'info',
    machine({ lenskit: V2026, env: { LK_NUM_THREADS: '5' }, settings: [file('[parallel]\nnum_threads = 3\n')] }),
  ],
  [
    'config/unknown-variable',
    'several',
    'warn',
    machine({ env: { LK_SOMETHING: '…', LK_NUM_THREAD: '4', LK_USE_RAY: '1' } }),
  ],
  [
    'config/unknown-variable',
    'misspelt, and the right one is there',
    'warn',
    machine({ env: { LK_NUM_THREAD: '4', LK_NUM_THREADS: '2' } }),
  ],
  ['config/unknown-variable', 'misspelt, and its value is not kept', 'warn', machine({ env: { LK_LOG_LEVE: '…' } })],
  ['config/worker-zero-threads', 'in one process', 'warn', machine({ cpus: 2, env: { LK_NUM_PROCS: '1,0' } })],
  [
    'config/worker-zero-threads',
    'the process itself has none',
    'skip',
    machine({ env: { LK_NUM_THREADS: '-1', LK_NUM_BACKEND_THREADS: '1' } }),
  ],
  [
    'config/worker-zero-threads',
    'the process itself has no backend threads',
    'skip',
    machine({ env: { LK_NUM_BACKEND_THREADS: '0' } }),
  ],
  [
    'config/worker-zero-threads',
    'a list of threads',
    'warn',
    machine({ env: { LK_NUM_PROCS: '2', LK_NUM_THREADS: '4,0', LK_NUM_BACKEND_THREADS: '2,1' } }),
  ],
  [
    'config/worker-zero-threads',
    'a list of backend threads',
    'warn',
    machine({ env: { LK_NUM_PROCS: '2', LK_NUM_THREADS: '4,1', LK_NUM_BACKEND_THREADS: '2,0' } }),
  ],
  [
    'config/temp-dir',
    'one worker that is a process',
    'pass',
    machine({
      lenskit: V014,
      env: { LK_TEMP_DIR: '…', LK_NUM_PROCS: '2' },
      machine: { lenskitTemp: { folder: '/scratch', unusable: null } },
    }),
  ],

  [
    'cpu/affinity-ignored',
    'no plan',
    'skip',
    machine({ lenskit: V014, cpus: 8, affinity: '0-1', online: 8, env: { LK_NUM_PROCS: 'x' } }),
  ],
  ['cpu/affinity-narrow', 'the one CPU', 'pass', machine({ cpus: 1 })],
  ['cpu/affinity-narrow', '0.14', 'info', machine({ lenskit: V014, affinity: '0-3', online: 8 })],
  [
    'cpu/affinity-narrow',
    'rules that are not known',
    'info',
    machine({ lenskit: UNKNOWN, affinity: '0-3', online: 8 }),
  ],
  ['cpu/affinity-narrow', 'online not known', 'skip', machine({ online: null })],
  ['cpu/identical-copies', 'of another scheduler', 'pass', machine({ env: { PBS_JOBID: '7', NCPUS: '4' } })],
  ['cpu/identical-copies', 'a single process of MPI', 'pass', machine({ env: { PMI_LOCAL_SIZE: '1' } })],
  [
    'cpu/identical-copies',
    'a shell on the submit host',
    'pass',
    machine({ env: { SLURM_JOB_ID: '7', SLURM_NTASKS: '6' } }),
  ],
  [
    'cpu/mixed-cores',
    '0.14',
    'info',
    machine({ lenskit: V014, machine: { coreKinds: { fast: 16, slow: 8, file: '/sys/devices/cpu_atom/cpus' } } }),
  ],
  [
    'cpu/mixed-cores',
    'a job that is asked about',
    'skip',
    machine(),
    { allocation: { ...allocationOf([]), cpusPerTask: 2 } },
  ],
  ['cpu/mixed-cores', 'fast cores alone are known', 'pass', machine({ platform: 'darwin', performanceCores: 4 })],
  ['cpu/nodes-idle', 'several nodes', 'info', machine({ env: { ...NODE, SLURM_JOB_NUM_NODES: '3' } })],
  [
    'cpu/nodes-idle',
    'Ray on them',
    'pass',
    machine({ lenskit: V2026, env: { ...NODE, SLURM_JOB_NUM_NODES: '3', LK_USE_RAY: '1', RAY_ADDRESS: '…' } }),
  ],
  [
    'cpu/nodes-idle',
    'a Ray of its own',
    'info',
    machine({ lenskit: V2026, env: { ...NODE, SLURM_JOB_NUM_NODES: '3', LK_USE_RAY: '1' } }),
  ],
  ['cpu/nodes-idle', 'the submit host', 'pass', machine({ env: { SLURM_JOB_ID: '7', SLURM_JOB_NUM_NODES: '3' } })],
  ['cpu/python-cpu-count', 'the default', 'pass', machine({ env: { PYTHON_CPU_COUNT: 'default' } })],
  [
    'cpu/python-cpu-count',
    'no version',
    'skip',
    { ...machine({ env: { PYTHON_CPU_COUNT: '2' } }), python: { ...machine().python, version: null } },
  ],
  ['cpu/python-cpu-count', 'with a sign', 'info', machine({ python: '3.13.0', env: { PYTHON_CPU_COUNT: ' +2' } })],
  ['cpu/python-cpu-count', 'a fraction', 'fail', machine({ python: '3.13.0', env: { PYTHON_CPU_COUNT: '2.0' } })],
  ['cpu/python-cpu-count', 'none', 'fail', machine({ python: '3.13.0', env: { PYTHON_CPU_COUNT: '0' } })],
  ['cpu/quota-ignored', 'no cgroup can be read', 'skip', machine({ cgroupView: 'none' })],
  ['cpu/quota-ignored', 'parents are hidden', 'skip', machine({ cgroupView: 'parents-hidden' })],
  [
    'cpu/quota-ignored',
    'several CPUs',
    'fail',
    machine({ cpus: 8, quotas: [quota(250_000)], env: { LK_NUM_THREADS: '8' } }),
  ],
  ['cpu/quota-ignored', 'affinity not known', 'fail', machine({ affinity: null, online: 4, quotas: [quota(100_000)] })],
  [
    'cpu/scheduler-mismatch',
    'MPICH binds',
    'warn',
    machine({ affinity: '0', online: 8, env: { MPI_LOCALNRANKS: '2' } }),
  ],
  [
    'cpu/scheduler-mismatch',
    'MVAPICH2 binds',
    'warn',
    machine({ affinity: '0', online: 8, env: { MV2_COMM_WORLD_LOCAL_SIZE: '2' } }),
  ],
  [
    'cpu/scheduler-mismatch',
    'Open MPI within a cpuset',
    'pass',
    machine({
      affinity: '0-1',
      online: 8,
      cpuset: { cpus: '0-3', file: '/cpuset.cpus' },
      env: { OMPI_COMM_WORLD_LOCAL_SIZE: '2' },
    }),
  ],
  [
    'cpu/scheduler-mismatch',
    'workers of pytest',
    'warn',
    machine({ cpus: 8, env: { PYTEST_XDIST_WORKER_COUNT: '4' } }),
  ],
  [
    'cpu/scheduler-mismatch',
    'workers of pytest, and a plan that keeps to it',
    'info',
    machine({ cpus: 8, env: { ...FIT, PYTEST_XDIST_WORKER_COUNT: '2' } }),
  ],
  ['cpu/scheduler-mismatch', 'no plan', 'skip', machine({ cpus: 16, env: { PBS_JOBID: '7', NCPUS: '4', ...NO_PLAN } })],
  [
    'cpu/scheduler-mismatch',
    'rules that are not known',
    'skip',
    machine({ lenskit: UNKNOWN, cpus: 16, env: { PBS_JOBID: '7', NCPUS: '4' } }),
  ],
  [
    'cpu/scheduler-mismatch',
    'srun was told',
    'warn',
    machine({
      cpus: 1,
      online: 8,
      env: { ...NODE, SLURM_STEP_ID: '0', SLURM_CPUS_PER_TASK: '8', SRUN_CPUS_PER_TASK: '8' },
    }),
  ],
  [
    'cpu/scheduler-mismatch',
    'a batch script, not a step',
    'warn',
    machine({ cpus: 1, online: 8, env: { ...NODE, SLURM_CPUS_PER_TASK: '8' } }),
  ],
  [
    'cpu/scheduler-mismatch',
    'the script of a job with several tasks',
    'pass',
    machine({ cpus: 8, env: { ...NODE, SLURM_NTASKS: '4', SLURM_CPUS_PER_TASK: '2' } }),
  ],
  [
    'cpu/scheduler-mismatch',
    'tasks, one with more than its part',
    'warn',
    machine({ cpus: 8, env: { ...STEP, LK_NUM_THREADS: '3', LK_NUM_PROCS: '1', LK_NUM_BACKEND_THREADS: '1' } }),
  ],
  ['cpu/smt-siblings', 'each a core', 'pass', machine({ machine: { topology: { cpus: 4, cores: 4 } } })],
  ['cpu/smt-siblings', 'cannot be seen', 'skip', machine()],
  ['cpu/smt-siblings', '0.14', 'info', machine({ lenskit: V014, machine: { topology: { cpus: 4, cores: 2 } } })],
  [
    'cpu/smt-siblings',
    'nothing is limited',
    'info',
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1' }, machine: { topology: { cpus: 4, cores: 2 } } }),
  ],
  ['cpu/smt-siblings', 'no plan', 'info', machine({ env: NO_PLAN, machine: { topology: { cpus: 4, cores: 2 } } })],
  ['cpu/throttled', 'just noteworthy', 'warn', machine(throttled(100, 5, 0.25))],
  ['cpu/throttled', 'not quite', 'pass', machine(throttled(1000, 49))],
  ['cpu/throttled', 'no period yet', 'pass', machine(throttled(0, 0))],
  ['cpu/throttled', 'a second', 'warn', machine(throttled(100, 50, 1))],
  ['cpu/throttled', 'rules that are not known', 'warn', machine({ lenskit: UNKNOWN, ...throttled(100, 40) })],
  [
    'cpu/throttled',
    'a plan that just fits',
    'info',
    machine({ ...throttled(100, 40), env: { ...FIT, LK_NUM_THREADS: '1' } }),
  ],
  ['cpu/throttled', 'no plan', 'warn', machine({ ...throttled(100, 40), env: NO_PLAN })],
  ['cpu/throttled', 'no cgroup', 'skip', machine({ cgroupView: 'none' })],
  [
    'cpu/throttled',
    'something was unreadable',
    'skip',
    machine({ warnings: ['/proc/self/cgroup: permission denied'] }),
  ],
  ['cpu/throttled', 'hidden, and never stopped', 'skip', machine({ cgroupView: 'parents-hidden', stopped: null })],

  ['gpu/driver-too-old', 'a part more', 'warn', driver('525.60', '12.0')],
  ['gpu/driver-too-old', 'a later part', 'pass', driver('525.61', '12.0')],
  ['gpu/driver-too-old', 'Torch for CPUs', 'pass', driver('525.61', null)],
  [
    'gpu/shared-model',
    'no Torch with CUDA',
    'pass',
    machine({ machine: { gpus: [GPU] }, environment: { torch: { version: '2.9.0', cuda: null } } }),
  ],
  ['gpu/shared-model', 'no Python', 'skip', machine({ machine: { gpus: [GPU] }, environment: { interpreter: null } })],
  ['gpu/shared-model', 'one process', 'pass', machine({ ...gpus(GPU), env: FIT })],
  ['gpu/shared-model', 'several, one of them divided', 'warn', machine(gpus(GPU, { model: null, mig: true }))],
  ['gpu/shared-model', 'WSL without Torch', 'pass', machine({ machine: { gpus: null } })],
  ['gpu/visible-devices', 'none hidden', 'pass', machine(gpus(GPU, GPU))],
  ['gpu/visible-devices', 'no GPU', 'pass', machine()],
  [
    'gpu/visible-devices',
    'all of several hidden',
    'info',
    machine({ ...gpus(GPU, GPU), env: { CUDA_VISIBLE_DEVICES: '-1' } }),
  ],
  ['gpu/visible-devices', 'blanks hide all', 'info', machine({ ...gpus(GPU), env: { CUDA_VISIBLE_DEVICES: ' ' } })],
  [
    'gpu/visible-devices',
    'hidden where there is none',
    'pass',
    machine({ ...gpus(), env: { CUDA_VISIBLE_DEVICES: '' } }),
  ],
  [
    'gpu/visible-devices',
    'those that are there',
    'pass',
    machine({ ...gpus(GPU, GPU), env: { CUDA_VISIBLE_DEVICES: '1, 0' } }),
  ],
  [
    'gpu/visible-devices',
    'the one behind the last',
    'warn',
    machine({ ...gpus(GPU, GPU), env: { CUDA_VISIBLE_DEVICES: '1, 2,x' } }),
  ],
  [
    'gpu/visible-devices',
    'one where there is none',
    'warn',
    machine({ ...gpus(), env: { CUDA_VISIBLE_DEVICES: '0' } }),
  ],
  ['gpu/visible-devices', 'by name', 'pass', machine({ ...gpus(GPU), env: { CUDA_VISIBLE_DEVICES: 'GPU-1234567' } })],
  [
    'gpu/visible-devices',
    'no Torch with CUDA',
    'skip',
    machine({ machine: { gpus: [GPU] }, env: { CUDA_VISIBLE_DEVICES: '0' } }),
  ],
  [
    'gpu/visible-devices',
    'no Python',
    'warn',
    machine({ machine: { gpus: [GPU] }, environment: { interpreter: null }, env: { CUDA_VISIBLE_DEVICES: '1' } }),
  ],
  ['gpu/visible-devices', 'WSL', 'skip', machine({ machine: { gpus: null } })],

  [
    'limits/job-size',
    'online not known',
    'skip',
    machine({ online: null }),
    { allocation: { ...allocationOf([]), cpusPerTask: 2 } },
  ],
  [
    'limits/job-size',
    'memory not known',
    'pass',
    machine({ machine: { memory: { ...MEMORY, total: null } } }),
    { allocation: { ...allocationOf([]), cpusPerTask: 2, memoryBytes: 1e12 } as Question['allocation'] },
  ],
  [
    'limits/job-size',
    'tasks that share a node',
    'pass',
    machine({ cpus: 8 }),
    { allocation: { ...allocationOf([]), tasks: 4, cpusPerTask: 4 } },
  ],
  ['limits/job-size', 'all of its CPUs', 'pass', machine(), { allocation: { ...allocationOf([]), cpusPerTask: 4 } }],
  ['limits/open-files', 'none that is known', 'skip', machine({ machine: { memory: { ...MEMORY, openFiles: null } } })],
  ['limits/open-files', 'rules that are not known', 'skip', machine({ lenskit: UNKNOWN })],
  ['limits/open-files', 'no plan', 'skip', machine({ env: NO_PLAN })],
  ['limits/open-files', '0.14', 'skip', machine({ lenskit: V014 })],
  ['limits/open-files', 'Ray', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } })],
  [
    'limits/open-files',
    'just enough for one process',
    'pass',
    machine({ env: FIT, machine: { memory: { ...MEMORY, openFiles: 36 } } }),
  ],
  ['limits/open-files', 'one fewer', 'warn', machine({ env: FIT, machine: { memory: { ...MEMORY, openFiles: 35 } } })],
  [
    'limits/open-files',
    'as many as a small job takes',
    'warn',
    machine({ env: FIT, machine: { memory: { ...MEMORY, openFiles: 18 } } }),
  ],
  [
    'limits/open-files',
    'a hard limit',
    'fail',
    machine({
      machine: {
        memory: { ...MEMORY, openFiles: 50 },
        limits: { openFiles: { soft: 50, hard: 50 }, addressSpace: null, mayRaise: false },
      },
    }),
  ],
  [
    'limits/processes',
    'rules that are not known, and room',
    'skip',
    machine({ lenskit: UNKNOWN, threadLimits: limit(1000) }),
  ],
  [
    'limits/processes',
    'rules that are not known, and none',
    'fail',
    machine({
      lenskit: UNKNOWN,
      cpus: 128,
      threadLimits: limit(64, { now: 2 }),
      environment: pools({ ...NUMPY, most: 64 }),
    }),
  ],
  ['limits/processes', 'rules that are not known, and no limit', 'skip', machine({ lenskit: UNKNOWN })],
  ['limits/processes', 'a limit of systemd', 'fail', machine({ env: FIT, threadLimits: limit(3, { now: 1 }) })],
  [
    'limits/processes',
    'a limit of another name',
    'fail',
    machine({ env: FIT, threadLimits: limit(3, { name: 'threads-max', file: '/proc/sys/kernel/threads-max' }) }),
  ],
  [
    'limits/processes',
    'a hard limit that can be raised',
    'fail',
    machine({ env: FIT, threadLimits: limit(3, { name: 'RLIMIT_NPROC', file: '/proc/self/limits', hard: null }) }),
  ],
  [
    'limits/processes',
    'a hard limit that cannot',
    'fail',
    machine({ env: FIT, threadLimits: limit(3, { name: 'RLIMIT_NPROC', file: '/proc/self/limits', hard: 3 }) }),
  ],
  ['limits/processes', 'Ray', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' }, threadLimits: limit(9000) })],
  [
    'limits/processes',
    'no worker comes to its work',
    'skip',
    machine({ env: { LK_NUM_PROCS: '4,0' }, threadLimits: limit(9000) }),
  ],
  ['limits/processes', 'unseen', 'skip', machine({ threadLimits: limit(9000), unmounted: ['pids'] })],

  [
    'memory/address-space',
    '0.14',
    'skip',
    machine({
      lenskit: V014,
      machine: { limits: { openFiles: null, addressSpace: { soft: 4e9, hard: null }, mayRaise: false } },
    }),
  ],
  [
    'memory/address-space',
    'no plan',
    'pass',
    machine({
      env: NO_PLAN,
      machine: { limits: { openFiles: null, addressSpace: { soft: 4e9, hard: null }, mayRaise: false } },
    }),
  ],
  [
    'memory/workers-do-not-fit',
    'one worker',
    'fail',
    machine({
      env: { LK_NUM_PROCS: '2' },
      machine: { memory: { ...MEMORY, limit: { bytes: 300e6, used: null, file: '/memory.max' } } },
    }),
  ],
  [
    'memory/workers-do-not-fit',
    '0.14, not even one',
    'fail',
    machine({
      lenskit: V014,
      env: { LK_NUM_PROCS: '2' },
      machine: { memory: { ...MEMORY, limit: { bytes: 100e6, used: null, file: '/memory.max' } } },
    }),
  ],
  ['memory/workers-do-not-fit', 'Ray', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } })],
  [
    'memory/workers-do-not-fit',
    'nothing known',
    'skip',
    machine({ machine: { memory: { ...MEMORY, total: null, available: null } } }),
  ],
  ['memory/workers-do-not-fit', 'no plan', 'skip', machine({ env: NO_PLAN })],
  ['memory/workers-do-not-fit', 'unseen', 'skip', machine({ unmounted: ['memory'] })],
  ['memory/shared-memory-small', 'not known', 'skip', machine({ machine: { memory: { ...MEMORY, shm: null } } })],
  ['memory/process-does-not-fit', '0.14', 'skip', machine({ lenskit: V014 })],
  [
    'memory/process-does-not-fit',
    'Torch for CPUs',
    'warn',
    machine({
      environment: { torch: { version: '2.9.0', cuda: null } },
      machine: { memory: { ...MEMORY, limit: { bytes: 150e6, used: null, file: '/max' } } },
    }),
  ],

  [
    'plan/oversubscribed',
    '0.14, without an OpenBLAS',
    'warn',
    machine({ lenskit: V014, env: { LK_NUM_PROCS: '9' }, environment: pools(library('MKL', 'blas', 'environment')) }),
  ],
  [
    'plan/oversubscribed',
    '2026, what is text is no number',
    'warn',
    machine({ lenskit: V2026, env: { LK_NUM_THREADS: '9' } }),
  ],
  ['plan/oversubscribed', 'a quota', 'warn', machine({ quotas: [quota(150_000)] })],
  [
    'plan/too-many-threads',
    'just as many as make sense',
    'pass',
    machine({ env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '256', LK_NUM_BACKEND_THREADS: '1' } }),
  ],
  [
    'plan/too-many-threads',
    'one more',
    'fail',
    machine({ env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '257', LK_NUM_BACKEND_THREADS: '1' } }),
  ],
  [
    'plan/too-many-threads',
    'more on many CPUs',
    'pass',
    machine({ cpus: 16, env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '512', LK_NUM_BACKEND_THREADS: '1' } }),
  ],
  [
    'plan/too-many-threads',
    'two limits',
    'fail',
    machine({ threadLimits: [...limit(15), ...limit(10, { name: 'RLIMIT_NPROC', file: '/proc/self/limits' })] }),
  ],
  ['plan/too-many-threads', 'no room at all', 'fail', machine({ threadLimits: limit(5, { now: 9 }) })],
  [
    'plan/too-many-threads',
    'within two limits',
    'pass',
    machine({
      threadLimits: [
        ...limit(1500),
        ...limit(1000, { name: 'RLIMIT_NPROC', file: '/proc/self/limits' }),
        ...limit(9000),
      ],
    }),
  ],
  ['plan/too-many-threads', 'unseen', 'skip', machine({ unmounted: ['pids'] })],
  [
    'plan/underused',
    '0.14',
    'warn',
    machine({ lenskit: V014, cpus: 16, env: { LK_NUM_PROCS: '1', NUMBA_NUM_THREADS: '1' }, environment: pools(NUMPY) }),
  ],
  [
    'plan/underused',
    'a share of the CPUs',
    'pass',
    machine({ cpus: 16, env: { ...FIT, LK_NUM_THREADS: '1', OMPI_COMM_WORLD_LOCAL_SIZE: '8' } }),
  ],
  [
    'plan/underused',
    'workers, and more of them are quicker',
    'warn',
    machine({ cpus: 16, env: { LK_NUM_PROCS: '2', LK_NUM_THREADS: '8', LK_NUM_BACKEND_THREADS: '1' } }),
    { users: 1_000_000, model: 'item-knn' },
  ],
  [
    'plan/underused',
    'workers enough',
    'pass',
    machine({ cpus: 8, env: { LK_NUM_PROCS: '8', LK_NUM_THREADS: '8,1', LK_NUM_BACKEND_THREADS: '1,1' } }),
    { users: 1_000_000, model: 'item-knn' },
  ],
  ['plan/worker-start', '0.14', 'warn', machine({ lenskit: V014, cpus: 8 })],
  ['plan/worker-start', 'Ray is not there', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } })],
  [
    'plan/worker-start',
    'Ray',
    'info',
    machine({
      lenskit: V2026,
      cpus: 8,
      env: { LK_USE_RAY: '1', LK_NUM_BATCH_JOBS: '4' },
      environment: { packages: { ray: '2.60.0' } },
    }),
  ],
  [
    'plan/worker-start',
    'a fraction of CPUs',
    'warn',
    machine({ env: { LK_NUM_PROCS: '2' }, quotas: [quota(55_500)] }),
    { users: 10 },
  ],
  [
    'plan/worker-start',
    'more are advised than there are',
    'pass',
    machine({ cpus: 64, env: { LK_NUM_PROCS: '2' } }),
    { users: 100_000, model: 'item-knn' },
  ],

  ['probe/cpu-share', 'more than was read', 'warn', got({ got: 3.9, loops: 8 }, [], { cpus: 2 })],
  [
    'probe/cpu-share',
    'a job that is asked about',
    'skip',
    got({ got: 1 }),
    { allocation: { ...allocationOf([]), cpusPerTask: 2 } },
  ],
  ['probe/cpu-share', 'the affinity is not known', 'pass', got({ got: 3.9 }, [], { affinity: null, online: null })],
  ['probe/cpu-share', 'just enough', 'pass', got({ got: 3.4 })],
  ['probe/cpu-share', 'a little less', 'info', got({ got: 3.39 })],
  ['probe/cpu-share', 'a small part', 'warn', got({ got: 0.04, idle: 3.96 })],
  ['probe/cpu-share', 'a quota of a second’s half', 'pass', got({ got: 2, idle: 2 }, [quota(1_000_000, 500_000)])],
  [
    'probe/cpu-share',
    'stopped by a quota that was read',
    'pass',
    got({ got: 2, idle: 2, stopped: 1 }, [quota(200_000)]),
  ],
  ['probe/cpu-share', 'stopped, and all was got', 'warn', got({ got: 4, stopped: 0.1 })],
  ['probe/cpu-share', 'a quota that is wider than the loops', 'pass', got({ got: 4 }, [quota(900_000)], { cpus: 4 })],

  [
    'python/gil-batch',
    'several of a file',
    'warn',
    machine({ lenskit: V2026, settings: [file('[parallel]\nnum_batch_jobs = 3\n')] }),
  ],
  [
    'python/gil-batch',
    'no Python',
    'skip',
    machine({ lenskit: null, environment: { interpreter: null } }),
    { lenskit: V2026 },
  ],
  [
    'python/gil-batch',
    'two models without the GIL',
    'pass',
    {
      ...machine({ lenskit: V2026, env: { LK_NUM_BATCH_JOBS: '4' } }),
      script: {
        file: 'job.py',
        verdict: 'protected',
        why: '',
        findings: [],
        ignored: [],
        models: ['item-knn', 'ease'],
      },
    },
  ],
  [
    'python/hidden-lenskit',
    'Apptainer',
    'warn',
    machine({
      machine: { surroundings: ['Apptainer'] },
      environment: { hidden: { version: '2026.4.0', file: '/usr/lib/lenskit.dist-info/METADATA', by: 'user site' } },
    }),
  ],
  [
    'python/hidden-lenskit',
    'Apptainer, by a variable',
    'warn',
    machine({
      machine: { surroundings: ['Apptainer'] },
      environment: { hidden: { version: '2026.4.0', file: '/usr/lib/lenskit.dist-info/METADATA', by: 'PYTHONPATH' } },
    }),
  ],
  [
    'python/hidden-lenskit',
    'a checkout, and its version is chosen',
    'info',
    machine({ environment: { unversioned: { file: '/c/lenskit/__init__.py', by: 'user site', hides: null } } }),
    { lenskit: '2025.8.1' },
  ],
  [
    'python/lenskit-missing',
    'its version is chosen',
    'info',
    machine({ lenskit: null, environment: { notes: ['a note', 'another'] } }),
    { lenskit: '2025.8.1' },
  ],
  [
    'python/lenskit-missing',
    'without a prefix',
    'warn',
    machine({ lenskit: null, environment: { prefix: null, foundBy: null } }),
  ],
  [
    'python/lenskit-missing',
    'a checkout, with notes',
    'warn',
    machine({
      lenskit: null,
      environment: {
        notes: ['a note'],
        unversioned: { file: '/c/lenskit/__init__.py', by: 'PYTHONPATH', hides: null },
      },
    }),
  ],
  [
    'python/missing',
    'its version is chosen',
    'info',
    machine({ environment: { interpreter: null, notes: ['a note', 'another'] } }),
    { lenskit: '2025.8.1' },
  ],
  ['python/missing', 'a Python without a version', 'pass', machine({ environment: { version: null } })],
  ['python/start-method', 'elsewhere', 'info', machine({ platform: 'darwin' })],
  ['python/start-method', 'a later Python', 'info', machine({ python: '3.14.0' })],
  ['python/start-method', 'no version', 'info', machine({ environment: { version: null } })],
  [
    'python/two-environments',
    'the same LensKit',
    'info',
    machine({ environment: { competing: { interpreter: '/usr/bin/python3', lenskit: '2025.8.1' } } }),
  ],
  [
    'python/two-environments',
    'no LensKit in either',
    'info',
    machine({ lenskit: null, environment: { competing: { interpreter: '/usr/bin/python3', lenskit: null } } }),
  ],

  ['ray/backend-threads', 'no plan', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1', ...NO_PLAN } })],
  [
    'ray/cpus-differ',
    'one thread of one job',
    'warn',
    machine({
      lenskit: V2026,
      env: { LK_USE_RAY: '1', LK_NUM_THREADS: '1', LK_NUM_BATCH_JOBS: '1' },
      quotas: [quota(100_000)],
    }),
  ],
  ['ray/missing', 'by a file', 'fail', machine({ lenskit: V2026, settings: [file('[parallel]\nuse_ray = true\n')] })],
  [
    'ray/missing',
    'no Python',
    'skip',
    machine({ lenskit: null, env: { LK_USE_RAY: '1' }, environment: { interpreter: null } }),
    { lenskit: V2026 },
  ],
  ['ray/missing', '2025', 'pass', machine()],
  [
    'ray/one-task',
    'few lists',
    'info',
    machine({ lenskit: V2026, env: { LK_USE_RAY: '1' }, environment: { packages: { ray: '2.60.0' } } }),
    { users: 2000 },
  ],
  [
    'ray/one-task',
    'one list more',
    'pass',
    machine({ lenskit: V2026, env: { LK_USE_RAY: '1' }, environment: { packages: { ray: '2.60.0' } } }),
    { users: 2001 },
  ],
  [
    'ray/one-task',
    'a cluster elsewhere',
    'pass',
    machine({ lenskit: V2026, env: { LK_USE_RAY: '1', RAY_ADDRESS: '…' } }),
    { users: 100_000 },
  ],
  ['ray/unsupported', 'not installed', 'pass', machine()],
  ['ray/unsupported', 'newer than is wanted', 'warn', machine({ environment: { packages: { ray: '3.0.0' } } })],
  [
    'script/import-unprotected',
    'a file that was not read',
    'skip',
    {
      ...machine(),
      script: { file: 'job.py', verdict: 'skipped', why: 'not text', findings: [], ignored: [], models: [] },
    },
  ],
  [
    'backend/conflicting-threads',
    'nothing limited, and as the load is',
    'warn',
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1', OMP_DYNAMIC: 'true' } }),
  ],
  [
    'backend/conflicting-threads',
    '0.14, as the load is',
    'warn',
    machine({ lenskit: V014, env: { OMP_DYNAMIC: 'true' } }),
  ],
  [
    'memory/address-space',
    'smaller stacks and what is recommended',
    'fail',
    machine({
      cpus: 128,
      environment: pools({ ...NUMPY, most: 64 }, { ...SCIPY, most: 64 }),
      machine: {
        limits: {
          openFiles: null,
          addressSpace: { soft: 9_252_634_624, hard: null },
          stack: { soft: 1e9, hard: null },
          mayRaise: false,
        },
      },
    }),
  ],
  [
    'memory/address-space',
    'no stack is that small',
    'fail',
    machine({
      cpus: 128,
      environment: pools({ ...NUMPY, most: 64 }, { ...SCIPY, most: 64 }),
      machine: {
        limits: {
          openFiles: null,
          addressSpace: { soft: 2e9, hard: 2e9 },
          stack: { soft: 1e9, hard: null },
          mayRaise: false,
        },
      },
    }),
  ],
  [
    'memory/address-space',
    'stacks without a limit',
    'fail',
    machine({
      machine: {
        limits: {
          openFiles: null,
          addressSpace: { soft: 2e9, hard: null },
          stack: { soft: null, hard: null },
          mayRaise: false,
        },
      },
    }),
  ],
  [
    'memory/address-space',
    'just enough',
    'pass',
    machine({
      env: FIT,
      machine: { limits: { openFiles: null, addressSpace: { soft: 20e9, hard: null }, mayRaise: false } },
    }),
  ],
  ['memory/shared-memory-small', 'one process', 'pass', machine({ env: FIT })],
  ['memory/shared-memory-unusable', 'one process', 'pass', machine({ env: FIT })],
  [
    'ray/cpus-differ',
    'a plan that fits',
    'info',
    machine({
      lenskit: V2026,
      env: { LK_USE_RAY: '1', LK_NUM_THREADS: '1', LK_NUM_BATCH_JOBS: '1', LK_NUM_BACKEND_THREADS: '1' },
      quotas: [quota(100_000)],
    }),
  ],
  [
    'limits/job-size',
    'one task that is larger than a node',
    'fail',
    machine(),
    { allocation: { ...allocationOf([]), tasks: 2, cpusPerTask: 5 } },
  ],
  ['python/gil-batch', 'no plan', 'skip', machine({ lenskit: V2026, env: NO_PLAN })],
  ['config/shadowed', 'no plan', 'skip', machine({ env: NO_PLAN })],
  ['backend/rayon-variable-ignored', '0.14 has none', 'pass', machine({ lenskit: V014 })],
];

test.each(ROWS)('%s, %s: %s', (id, what, status, facts, question = {}) => {
  const found = check(id, facts, question);
  expect(found).toEqual({ id, ...wordsOf(id, `edge, ${what}`, found) });
  expect(found.status).toBe(status);
});

test('the ids of all checks are unique, in groups, and each has a title', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, title } of CHECKS) {
    expect(id).toMatch(/^[a-z]+\/[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/^\S.+\S$/);
  }
});

test('checks are selected by their ids and by their groups', () => {
  const ids = (only: string[], skip: string[] = []) => selected({ only, skip }).map(({ id }) => id);
  const all = CHECKS.map(({ id }) => id);
  const group = (name: string) => all.filter((id) => id.startsWith(`${name}/`));
  expect(selected(ALL_CHECKS)).toEqual(CHECKS);
  expect(ids(['cpu'])).toEqual(group('cpu'));
  expect(ids(['cpu/'])).toEqual(group('cpu'));
  expect(ids(['cpu/throttled'])).toEqual(['cpu/throttled']);
  expect(ids(['ray', 'cpu/throttled'])).toEqual(['cpu/throttled', ...group('ray')]);
  expect(ids([], ['cpu'])).toEqual(all.filter((id) => !id.startsWith('cpu/')));
  expect(ids(['cpu'], ['cpu/throttled'])).toEqual(group('cpu').filter((id) => id !== 'cpu/throttled'));
});

test.each([
  [{ only: ['cpu/throtled'], skip: [] }, 'no check cpu/throtled: did you mean cpu/throttled? lk explain lists them'],
  [{ only: [], skip: ['cp'] }, /^no check cp: did you mean [a-z-]+(\/[a-z-]+)?\? lk explain lists them$/],
])('what names no check is refused: %j', (selection, message) => {
  expect(() => selected(selection)).toThrow(expect.objectContaining({ name: 'UnknownCheck' }));
  expect(() => selected(selection)).toThrow(message);
});

test('a check that fails itself is a result, and the others run', () => {
  const situation = situate(machine(), NO_QUESTION);
  const broken = (thrown: unknown) => ({
    id: 'x/broken',
    title: 'broken',
    run: () => {
      throw thrown;
    },
  });
  const fine = { id: 'x/fine', title: 'fine', run: () => ({ status: 'pass' as const, title: 'well' }) };
  const rest = { detail: null, evidence: [], fix: null };
  const says = (text: string) => `this check failed itself, please report it: ${text}`;
  expect(examine(situation, [broken(new Error('no')), broken('a word'), fine])).toEqual([
    { id: 'x/broken', status: 'error', title: says('no'), ...rest },
    { id: 'x/broken', status: 'error', title: says('a word'), ...rest },
    { id: 'x/fine', status: 'pass', title: 'well', ...rest },
  ]);
  const unknown = situate(machine({ lenskit: UNKNOWN }), NO_QUESTION);
  expect(examine(unknown, [fine, { ...fine, needsNoRules: true } as typeof fine])).toMatchObject([
    { status: 'skip', title: 'the rules of this LensKit are not known' },
    { status: 'pass' },
  ]);
});

test('numbers in words', () => {
  expect([counted(1, 'CPU'), counted(2, 'CPU'), counted(1n, 'CPU'), counted(2n, 'CPU'), counted(0, 'process')]).toEqual(
    ['1 CPU', '2 CPUs', '1 CPU', '2 CPUs', '0 processes'],
  );
  expect([0.04, 0.44, 1.94, 2, 2.5, 9.4].map(aboutSeconds)).toEqual(['0.04 s', '0.4 s', '2 s', '2 s', '3 s', '9 s']);
  expect([0, 1e6, 999_499_999, 999_500_000, 1e9, 1.55e9].map(size)).toEqual([
    '0 MB',
    '1 MB',
    '999 MB',
    '1000 MB',
    '1 GB',
    '1.6 GB',
  ]);
});

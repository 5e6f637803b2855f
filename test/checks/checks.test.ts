import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import type { Status } from '../../src/checks/check.ts';
import { readSettings } from '../../src/config/toml.ts';
import { allocationOf } from '../../src/machine/scheduler/allocation.ts';
import type { Observed, ObservedRay } from '../../src/probe/observed.ts';
import type { NativePool } from '../../src/python/pools.ts';
import type { ScriptReport } from '../../src/script/judge.ts';
import type { Facts } from '../../src/situation/facts.ts';
import type { Question } from '../../src/situation/question.ts';
import { check, machine, quota, report } from '../machine.ts';

type Row = [what: string, status: Status, facts: Facts, title: RegExp, question?: Partial<Question>];

const V2025 = '2025.8.1';
const V2026 = '2026.4.0';
const STEP_OF_FOUR = {
  SLURM_JOB_ID: '7',
  SLURM_STEP_ID: '0',
  SLURM_NODEID: '0',
  SLURM_CPUS_ON_NODE: '8',
  SLURM_STEP_NUM_TASKS: '4',
  SLURM_STEP_TASKS_PER_NODE: '4',
};
const NOTHING = allocationOf([]);
const RAY_ELSEWHERE = machine({ lenskit: V2026, env: { LK_USE_RAY: '1', RAY_ADDRESS: '…' } });
const throttled = (share: number) => ({
  periods: 100,
  throttled: share,
  seconds: 12.3,
  cgroup: '/job',
  file: '/sys/fs/cgroup/job/cpu.stat',
});
const pids = (most: number, now: number | null = null) => [
  { most, now, name: 'pids.max', file: '/sys/fs/cgroup/pids.max' },
];
const file = (text: string) => [readSettings(text, 'lenskit.toml', '/project/lenskit.toml')];
const pool = (family: NativePool['family'], api: NativePool['api'], owner: string): NativePool => ({
  family,
  api,
  owner,
  file: `/venv/${owner}/${family}.so`,
  version: null,
});
const blas = (owner: string) => pool('OpenBLAS', 'blas', owner);
const SEEN: Observed = {
  python: '3.11.7',
  lenskit: '2025.8.1',
  cpus: 4,
  main: null,
  worker: null,
  cudaDevices: [],
  error: null,
};
/** A cluster that runs already, and what the probe's task came to there. */
const rayProbed = (seen: Partial<ObservedRay>) => ({
  ...RAY_ELSEWHERE,
  probe: {
    ok: true as const,
    interpreter: '/venv/bin/python3',
    observed: {
      ...SEEN,
      ray: {
        cluster: 'existing' as const,
        foundBy: 'RAY_ADDRESS',
        nodes: [],
        asked: 1,
        assigned: null,
        cause: null,
        error: null,
        ...seen,
      },
    },
    gpus: [],
  },
});
const MEMORY = machine().machine.memory;
const GPU = { model: 'NVIDIA H200', mig: false };
const CUDA = { version: '2.15.0+cu132', cuda: '13.2' };
/** A plan that fits 4 CPUs. */
const FIT = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '1' };

const PLACE: ScriptReport['findings'][number] = {
  id: 'script/import-unprotected',
  level: 'error',
  place: { line: 3, column: 1, endLine: 3, endColumn: 9 },
  cell: null,
  source: '',
  message: 'it runs again',
  via: [{ name: 'lenskit.batch.recommend()', file: 'job.py', line: 3 }],
  fix: null,
};
const SCRIPT: ScriptReport = { file: 'job.py', verdict: 'unprotected', why: 'it runs again', findings: [PLACE] };

const ROWS: { [id: string]: Row[] } = {
  'cpu/quota-ignored': [
    [
      'fires',
      'fail',
      machine({ quotas: [quota(100_000)] }),
      /^LensKit will start 16 busy threads where 1 CPU is allowed$/,
    ],
    ['no quota', 'pass', machine(), /no CPU quota/],
    [
      'the plan fits',
      'pass',
      machine({ quotas: [quota(200_000)], env: { ...FIT, LK_NUM_THREADS: '2' } }),
      /fits the quota of 2/,
    ],
    ['LensKit counts fewer', 'pass', machine({ cpus: 1, quotas: [quota(150_000)] }), /within the quota of 1.5/],
    [
      'no quota, but something was unreadable',
      'skip',
      machine({ warnings: ['/proc/self/cgroup: permission denied'] }),
      /permission denied/,
    ],
    ['another platform', 'skip', machine({ platform: 'darwin' }), /darwin/],
    ['no plan', 'skip', machine({ quotas: [quota(100_000)], env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'cpu/throttled': [
    [
      'fires',
      'warn',
      machine({ quotas: [quota(100_000)], throttling: throttled(40) }),
      /40 % of its periods so far, for 12 s/,
    ],
    ['the plan fits now', 'info', machine({ quotas: [quota(400_000)], throttling: throttled(40), env: FIT }), /40 %/],
    ['hardly ever', 'pass', machine({ quotas: [quota(100_000)], throttling: throttled(2) }), /2 % of 100/],
    ['no quota', 'pass', machine(), /no throttling/],
    ['no cpu.stat', 'skip', machine({ quotas: [quota(100_000)] }), /no cpu.stat/],
    ['another platform', 'skip', machine({ platform: 'win32' }), /no quota could be read/],
  ],
  'config/rules-unknown': [
    ['an old LensKit', 'warn', machine({ lenskit: '0.14.4' }), /rules of LensKit 0.14.4 are not known/],
    ['a LensKit of today', 'pass', machine(), /2025.3/],
  ],
  'config/invalid-value': [
    ['a variable', 'fail', machine({ env: { LK_NUM_THREADS: 'x' } }), /ValueError: LK_NUM_THREADS="x"/],
    [
      'a file',
      'fail',
      machine({ lenskit: V2026, settings: file('[parallel]\nbogus = 1\n') }),
      /ValidationError: \/project\/lenskit.toml:2: parallel.bogus/,
    ],
    [
      'a file that does not parse',
      'fail',
      machine({ lenskit: V2026, settings: file('[parallel') }),
      /TOMLDecodeError: \/project\/lenskit.toml:1:10: /,
    ],
    ['a parameter', 'fail', machine(), /ZeroDivisionError: threads=0/, { params: { threads: '0' } }],
    ['a file that 2025 does not read', 'pass', machine({ settings: file('[parallel') }), /takes/],
    ['nothing set', 'pass', machine(), /takes/],
  ],
  'config/non-positive': [
    ['no process', 'fail', machine({ env: { LK_NUM_PROCS: '0' } }), /LK_NUM_PROCS=0: .*max_workers/],
    ['fewer than no threads', 'fail', machine({ env: { LK_NUM_THREADS: '-1' } }), /OverflowError/],
    ['no backend threads', 'warn', machine({ env: { LK_NUM_BACKEND_THREADS: '0' } }), /BLAS keeps all CPUs/],
    ['a parameter', 'fail', machine(), /processes=-2/, { params: { processes: -2 } }],
    ['numbers of 1 and more', 'pass', machine({ env: FIT }), /1 or more/],
    ['-1 in 2026', 'pass', machine({ lenskit: V2026, env: { LK_NUM_THREADS: '-1' } }), /have a meaning/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'config/worker-zero-threads': [
    [
      'more worker processes than CPUs',
      'warn',
      machine({ cpus: 2, env: { LK_NUM_PROCS: '2,4' } }),
      /a worker gets 0 threads/,
    ],
    [
      'a worker that LensKit cannot set up',
      'fail',
      machine({ env: { LK_NUM_PROCS: '4,0' } }),
      /ZeroDivisionError when it sets up a worker$/,
    ],
    ['deeper', 'warn', machine({ env: { LK_NUM_PROCS: '2,2,0' } }), /a worker at depth 2/],
    ['every worker has some', 'pass', machine(), /at least one/],
    ['2026', 'skip', machine({ lenskit: V2026 }), /since 2026.1/],
    ['no plan', 'skip', machine({ env: { LK_NUM_PROCS: 'x' } }), /no plan/],
  ],
  'config/unknown-variable': [
    ['misspelt', 'warn', machine({ env: { LK_NUM_THREAD: '4' } }), /did you mean LK_NUM_THREADS/],
    ['misspelt in case', 'warn', machine({ env: { lk_num_threads: '4' } }), /did you mean LK_NUM_THREADS/],
    ['of a later generation', 'warn', machine({ env: { LK_NUM_BATCH_JOBS: '4' } }), /use LK_NUM_PROCS/],
    [
      'nested, of a later generation',
      'warn',
      machine({ env: { LK_PARALLEL__NUM_THREADS: '4' } }),
      /use LK_NUM_THREADS/,
    ],
    [
      'of an earlier generation',
      'warn',
      machine({ lenskit: V2026, env: { LK_NUM_PROCS: '4' } }),
      /use LK_NUM_BATCH_JOBS/,
    ],
    ['nobody knows it', 'info', machine({ env: { LK_SOMETHING_ELSE: '…' } }), /does not read LK_SOMETHING_ELSE/],
    ['any case in 2026', 'pass', machine({ lenskit: V2026, env: { lk_num_threads: '4' } }), /every/],
    ['for other purposes', 'pass', machine({ env: { LK_LOG_LEVEL: '…', LK_DEVICE: '…' } }), /every/],
  ],
  'config/deprecated-child-threads': [
    ['the variable', 'warn', machine({ env: { LK_NUM_CHILD_THREADS: '2' } }), /LK_NUM_CHILD_THREADS is deprecated/],
    ['the parameter', 'warn', machine(), /child_threads is deprecated/, { params: { childThreads: 2 } }],
    ['not set', 'pass', machine(), /not set/],
    ['2025.2', 'pass', machine({ lenskit: '2025.2.0', env: { LK_NUM_CHILD_THREADS: '2' } }), /not deprecated before/],
    ['2026', 'skip', machine({ lenskit: V2026 }), /no child threads/],
  ],
  'config/file-beats-env': [
    [
      'fires',
      'warn',
      machine({ lenskit: V2026, env: { LK_NUM_THREADS: '5' }, settings: file('[parallel]\nnum_threads = 3\n') }),
      /lenskit.toml:2 beats LK_NUM_THREADS=5: num_threads is 3/,
    ],
    [
      'the nested variable wins',
      'pass',
      machine({
        lenskit: V2026,
        env: { LK_PARALLEL__NUM_THREADS: '5' },
        settings: file('[parallel]\nnum_threads = 3\n'),
      }),
      /no variable/,
    ],
    ['2025', 'skip', machine({ env: { LK_NUM_THREADS: '5' } }), /reads no settings file/],
    ['no plan', 'skip', machine({ lenskit: V2026, env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'config/documentation-differs': [
    ["a worker's threads", 'info', machine(), /a worker has 4 threads, not at most 1/],
    [
      'a worker has as many threads as the main process, not as it has backend threads',
      'info',
      machine({
        env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '2', LK_NUM_BACKEND_THREADS: '1', LK_NUM_CHILD_THREADS: '1' },
      }),
      /a worker has 2 threads, not 1 as it has backend threads/,
    ],
    [
      'as many as documented',
      'pass',
      machine({
        env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '2', LK_NUM_BACKEND_THREADS: '2', LK_NUM_CHILD_THREADS: '2' },
      }),
      /agree/,
    ],
    ['2026 and a quota', 'info', machine({ lenskit: V2026, quotas: [quota(100_000)] }), /counts 4 CPUs, not 1/],
    ['2026', 'pass', machine({ lenskit: V2026 }), /agree/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'plan/too-many-threads': [
    [
      'for the group',
      'fail',
      machine({ threadLimits: pids(20, 10) }),
      /16 threads are planned, and pids.max leaves room for 10/,
    ],
    ['for any machine', 'fail', machine({ env: { LK_NUM_THREADS: '100000' } }), /are planned on 4 CPUs/],
    [
      'for any number',
      'fail',
      machine({ env: { LK_NUM_THREADS: '99999999999999999999' } }),
      /^99999999999999999999 threads/,
    ],
    ['within the limits', 'pass', machine({ threadLimits: pids(1000, 10) }), /within pids.max/],
    ['no limit known', 'pass', machine(), /no limit could be read/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'plan/oversubscribed': [
    ['in batch', 'warn', machine(), /16 busy threads on 4 CPUs: 4.0 for each/],
    ['with Ray', 'warn', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /16 busy threads/],
    [
      'backend threads not limited',
      'warn',
      machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1' } }),
      /16 busy threads/,
    ],
    [
      'by one thread',
      'warn',
      machine({ env: { ...FIT, LK_NUM_THREADS: '5' } }),
      /5 busy threads on 4 CPUs: 1.3 for each/,
    ],
    ['it fits', 'pass', machine({ env: FIT }), /4 threads on 4 CPUs/],
    ['free-threaded jobs share a pool', 'pass', machine({ lenskit: V2026, freeThreaded: true }), /4 threads on 4 CPUs/],
    ['no plan', 'skip', machine({ env: { LK_NUM_PROCS: '0' } }), /no plan/],
  ],
  'plan/underused': [
    [
      'fires',
      'warn',
      machine({ cpus: 16, env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '1', LK_NUM_BACKEND_THREADS: '1' } }),
      /1 thread at most on 16 CPUs/,
    ],
    [
      'LensKit counts fewer',
      'warn',
      machine({ cpus: 16, lenskit: V2026, python: '3.13.1', env: { PYTHON_CPU_COUNT: '1' } }),
      /1 thread at most/,
    ],
    ['defaults', 'pass', machine({ cpus: 256, lenskit: V2026 }), /half/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'backend/blas-not-limited': [
    [
      'MKL alone leaves OpenBLAS with all CPUs',
      'warn',
      machine({ env: { MKL_NUM_THREADS: '1' } }),
      /OpenBLAS has 4 threads \(all CPUs\), not 1/,
    ],
    ['an empty variable counts', 'warn', machine({ env: { OPENBLAS_NUM_THREADS: '' } }), /not limit BLAS/],
    [
      'fewer than LensKit would set',
      'info',
      machine({ env: { OPENBLAS_NUM_THREADS: '1', LK_NUM_BACKEND_THREADS: '4' } }),
      /has 1 thread /,
    ],
    ['the same', 'pass', machine({ env: { OPENBLAS_NUM_THREADS: '1' } }), /say what LensKit would set/],
    ['unset', 'pass', machine(), /unset/],
    [
      '2025.2 limits it regardless',
      'pass',
      machine({ lenskit: '2025.2.0', env: { MKL_NUM_THREADS: '1' } }),
      /before 2025.3/,
    ],
    ['no plan', 'skip', machine({ env: { MKL_NUM_THREADS: '1', LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'backend/conflicting-threads': [
    [
      'against each other',
      'warn',
      machine({ env: { OMP_NUM_THREADS: '2', MKL_NUM_THREADS: '1' } }),
      /each library follows its own/,
    ],
    ['against LensKit', 'warn', machine({ env: { OMP_NUM_THREADS: '4' } }), /gives Torch 1/],
    ['no number', 'warn', machine({ env: { OMP_NUM_THREADS: 'all' } }), /no number/],
    [
      "OpenMP's own limit",
      'warn',
      machine({ env: { OMP_THREAD_LIMIT: '1', LK_NUM_BACKEND_THREADS: '2' } }),
      /Torch says 2 backend threads and starts 1$/,
    ],
    ['a limit that is wide enough', 'pass', machine({ env: { OMP_THREAD_LIMIT: '1' } }), /no thread variable/],
    [
      'as the load is',
      'warn',
      machine({ env: { OMP_DYNAMIC: 'true', LK_NUM_BACKEND_THREADS: '2' } }),
      /starts fewer where the machine is busy/,
    ],
    [
      'with something behind the number, which OpenBLAS does not mind',
      'pass',
      machine({ env: { OPENBLAS_NUM_THREADS: '1x' } }),
      /agree/,
    ],
    ['the same as LensKit', 'pass', machine({ env: { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } }), /agree/],
    ['none', 'pass', machine(), /no thread variable/],
    ['no plan', 'skip', machine({ env: { OMP_NUM_THREADS: '1', LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'cpu/affinity-narrow': [
    ['one CPU of many', 'warn', machine({ cpus: 1, affinity: '3', online: 8 }), /^1 CPU of 8 allowed, by affinity$/],
    [
      'one CPU, which a scheduler granted',
      'info',
      machine({ affinity: '3', online: 8, env: { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_PER_TASK: '1' } }),
      /^1 CPU of 8 allowed, by affinity$/,
    ],
    ['one CPU of two', 'info', machine({ affinity: '1', online: 2 }), /^1 CPU of 2/],
    [
      'one CPU, by MPI',
      'info',
      machine({ affinity: '3', online: 8, env: { OMPI_COMM_WORLD_LOCAL_SIZE: '1' } }),
      /^1 CPU of 8/,
    ],
    ['one CPU of three', 'warn', machine({ affinity: '1', online: 3 }), /^1 CPU of 3/],
    ['some', 'info', machine({ affinity: '0-3', online: 8 }), /4 CPUs of 8/],
    [
      'one, by the cpuset',
      'info',
      machine({ affinity: '3', online: 8, cpuset: { cpus: '3', file: '/cpuset.cpus' } }),
      /by the cpuset/,
    ],
    ['all', 'pass', machine(), /all 4/],
    ['not known', 'skip', machine({ affinity: null }), /not known/],
  ],
  'cpu/scheduler-mismatch': [
    [
      'fewer were granted',
      'warn',
      machine({ cpus: 16, env: { SLURM_JOB_ID: '…', SLURM_NODEID: '0', SLURM_JOB_CPUS_PER_NODE: '4(x2),2' } }),
      /Slurm granted 4 CPUs, and LensKit will use 32 threads on 16/,
    ],
    [
      'srun does not inherit',
      'warn',
      machine({ cpus: 1, online: 8, env: { SLURM_JOB_ID: '…', SLURM_STEP_ID: '0', SLURM_CPUS_PER_TASK: '8' } }),
      /granted 8 CPUs, and the process may run on 1/,
    ],
    ['more were granted', 'warn', machine({ env: { NSLOTS: '8' } }), /SGE granted 8 CPUs/],
    [
      'tasks that share an affinity',
      'warn',
      machine({ cpus: 8, env: STEP_OF_FOUR }),
      /^Slurm granted 2 CPUs, and LensKit will use 16 threads on 8$/,
    ],
    [
      'more than the step may use, within what LensKit uses',
      'info',
      machine({
        cpus: 8,
        env: { ...STEP_OF_FOUR, LK_NUM_THREADS: '2', LK_NUM_PROCS: '1', LK_NUM_BACKEND_THREADS: '1' },
      }),
      /granted 2 CPUs of the 8 .* keeps to it/,
    ],
    [
      'bound tasks of a step that has less for each than the job asked for',
      'pass',
      machine({
        affinity: '0',
        online: 8,
        env: { ...STEP_OF_FOUR, SLURM_CPUS_ON_NODE: '4', SLURM_CPUS_PER_TASK: '2' },
      }),
      /this step divides them/,
    ],
    ['bound tasks', 'pass', machine({ affinity: '2-3', online: 8, env: STEP_OF_FOUR }), /granted 2 CPUs/],
    [
      'whole cores where single CPUs were asked for',
      'pass',
      machine({
        affinity: '0-1',
        online: 8,
        env: { ...STEP_OF_FOUR, SLURM_STEP_TASKS_PER_NODE: '4', SLURM_CPUS_PER_TASK: '1' },
      }),
      /granted 1 CPU/,
    ],
    [
      'salloc on the submit host',
      'info',
      machine({ env: { SLURM_JOB_ID: '7', SLURM_CPUS_PER_TASK: '2', SLURM_JOB_CPUS_PER_NODE: '2' } }),
      /does not run on a node/,
    ],
    [
      'processes of MPI',
      'warn',
      machine({ cpus: 8, env: { OMPI_COMM_WORLD_LOCAL_SIZE: '2' } }),
      /^2 processes of Open MPI share the CPUs: 4 CPUs for each, and LensKit will use 16 threads on 8$/,
    ],
    [
      'bound by MPI',
      'warn',
      machine({ affinity: '0', online: 8, env: { OMPI_COMM_WORLD_LOCAL_SIZE: '2' } }),
      /^Open MPI started 2 processes on 8 CPUs, and the process may run on 1$/,
    ],
    [
      'a single one, bound by MPI',
      'warn',
      machine({ affinity: '0', online: 8, env: { OMPI_COMM_WORLD_LOCAL_SIZE: '1' } }),
      /^Open MPI started 1 process on 8 CPUs, and the process may run on 1$/,
    ],
    [
      'bound by MPI to its part',
      'pass',
      machine({ affinity: '0-3', online: 8, env: { OMPI_COMM_WORLD_LOCAL_SIZE: '2' } }),
      /4 CPUs for each/,
    ],
    ['a worker of joblib', 'info', machine({ env: { ENABLE_IPC: '…' } }), /^ENABLE_IPC is set, which joblib does/],
    ['more than a node has', 'skip', machine(), /smaller than the job/, { allocation: { ...NOTHING, cpusPerTask: 8 } }],
    ['as granted', 'pass', machine({ cpus: 16, env: { PBS_JOBID: '…', NCPUS: '16' } }), /PBS granted 16 CPUs/],
    ['no scheduler', 'pass', machine(), /no batch scheduler/],
    ['no number', 'skip', machine({ env: { LSB_JOBID: '…', LSB_DJOB_NUMPROC: 'x' } }), /LSF runs this/],
  ],
  'cpu/nodes-idle': [
    [
      'a script of two nodes',
      'info',
      machine({ env: { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '4', SLURM_JOB_NUM_NODES: '2' } }),
      /^1 of 2 nodes stays idle/,
    ],
    [
      'a step on both',
      'pass',
      machine({ env: { ...STEP_OF_FOUR, SLURM_CPUS_ON_NODE: '4', SLURM_STEP_NUM_NODES: '2' } }),
      /runs on 2 nodes/,
    ],
    [
      'one node',
      'pass',
      machine({ env: { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '4', SLURM_JOB_NUM_NODES: '1' } }),
      /one node/,
    ],
    ['no job', 'pass', machine(), /no job/],
  ],
  'cpu/identical-copies': [
    ['a task of four', 'info', machine({ env: STEP_OF_FOUR }), /one of 4 identical copies/],
    [
      'what srun would start',
      'info',
      machine({ env: { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '4', SLURM_NTASKS: '6' } }),
      /^srun starts 6 identical copies/,
    ],
    ['MPI', 'info', machine({ env: { PMI_LOCAL_SIZE: '2' } }), /^PMI starts 2 identical copies/],
    ['tests are no copies', 'pass', machine({ env: { PYTEST_XDIST_WORKER_COUNT: '2' } }), /started once/],
    ['nobody', 'pass', machine(), /started once/],
  ],
  'limits/job-size': [
    ['no job', 'pass', machine(), /no job/],
    ['it fits', 'pass', machine(), /has the 4 CPUs/, { allocation: { ...NOTHING, tasks: 2, cpusPerTask: 2 } }],
    ['more CPUs', 'fail', machine(), /asks for 8 CPUs/, { allocation: { ...NOTHING, cpusPerTask: 8 } }],
    ['more memory', 'fail', machine(), /asks for 32 GB/, { allocation: { ...NOTHING, memoryPerNode: 32e9 } }],
    ['not known', 'skip', machine({ online: null }), /not known/, { allocation: { ...NOTHING, tasks: 2 } }],
  ],
  'cpu/python-cpu-count': [
    ['not read before 3.13', 'warn', machine({ env: { PYTHON_CPU_COUNT: '2' } }), /does nothing: Python 3.11.7/],
    ['no number', 'fail', machine({ python: '3.13.0', env: { PYTHON_CPU_COUNT: 'x' } }), /does not start/],
    ['it counts', 'info', machine({ python: '3.13.0', env: { PYTHON_CPU_COUNT: '2' } }), /counts 2 CPUs/],
    ['as many as are effective', 'pass', machine({ python: '3.13.0', env: { PYTHON_CPU_COUNT: '4' } }), /effective/],
    ['not set', 'pass', machine(), /not set/],
    ['no version', 'skip', machine({ environment: { version: null }, env: { PYTHON_CPU_COUNT: '2' } }), /not known/],
  ],
  'cpu/smt-siblings': [
    ['two a core', 'info', machine({ machine: { topology: { cpus: 4, cores: 2 } } }), /4 CPUs are 2 cores/],
    ['one a core', 'pass', machine({ machine: { topology: { cpus: 4, cores: 4 } } }), /a core of its own/],
    ['not known', 'skip', machine(), /cannot be seen/],
  ],
  'config/file-not-read': [
    ['2025', 'warn', machine({ settings: file('') }), /reads no \/project\/lenskit.toml/],
    ['2026', 'info', machine({ lenskit: V2026, settings: file('') }), /configure/],
    ['no file', 'pass', machine(), /no settings file/],
  ],
  'config/shadowed': [
    [
      'a parameter before a variable',
      'info',
      machine({ env: { LK_NUM_THREADS: '3' } }),
      /LK_NUM_THREADS=3 does not count: parameter threads=4 does/,
      { params: { threads: 4 } },
    ],
    [
      'a nested variable before a flat one',
      'info',
      machine({ lenskit: V2026, env: { LK_NUM_THREADS: '3', LK_PARALLEL__NUM_THREADS: '2' } }),
      /LK_NUM_THREADS=3 does not count/,
    ],
    ['nothing', 'pass', machine({ env: FIT }), /nothing/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'backend/late-loaded-blas': [
    [
      'scipy may come late',
      'info',
      machine({ environment: { pools: [blas('numpy'), blas('scipy')] } }),
      /scipy's OpenBLAS keeps 4 threads/,
    ],
    [
      'a variable bounds it',
      'pass',
      machine({ env: { OPENBLAS_NUM_THREADS: '1' }, environment: { pools: [blas('numpy'), blas('scipy')] } }),
      /no more than/,
    ],
    ['one', 'pass', machine({ environment: { pools: [blas('numpy')] } }), /one OpenBLAS/],
    [
      'no plan',
      'skip',
      machine({ env: { LK_NUM_THREADS: 'x' }, environment: { pools: [blas('numpy'), blas('scipy')] } }),
      /no plan/,
    ],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'backend/several-openblas': [
    [
      'two',
      'info',
      machine({ environment: { pools: [blas('numpy'), blas('scipy')] } }),
      /2 copies of OpenBLAS.*: numpy, scipy/,
    ],
    ['one', 'pass', machine({ environment: { pools: [blas('numpy')] } }), /one/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'backend/mixed-openmp': [
    [
      'two runtimes',
      'warn',
      machine({
        environment: { pools: [pool('libgomp', 'openmp', 'torch'), pool('libiomp5', 'openmp', 'environment')] },
      }),
      /libgomp of torch, libiomp5 of environment/,
    ],
    ['one', 'pass', machine({ environment: { pools: [pool('libgomp', 'openmp', 'torch')] } }), /libgomp/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'backend/mkl-threading-layer': [
    [
      'MKL beside libgomp',
      'warn',
      machine({ environment: { pools: [pool('MKL', 'blas', 'environment'), pool('libgomp', 'openmp', 'torch')] } }),
      /is not set/,
    ],
    [
      'told to use GNU',
      'pass',
      machine({
        env: { MKL_THREADING_LAYER: 'GNU' },
        environment: { pools: [pool('MKL', 'blas', 'environment'), pool('libgomp', 'openmp', 'torch')] },
      }),
      /GNU/,
    ],
    ['no MKL', 'pass', machine(), /no MKL/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'backend/pinned-openmp': [
    ['a list of CPUs', 'warn', machine({ env: { GOMP_CPU_AFFINITY: '0-3' } }), /binds LensKit to CPU 0: .* 1 CPU of 4/],
    ['binding to cores', 'warn', machine({ env: { ...FIT, OMP_PROC_BIND: 'true' } }), /OMP_PROC_BIND=true binds/],
    ['no list of CPUs', 'fail', machine({ env: { GOMP_CPU_AFFINITY: 'x' } }), /importing Torch never ends/],
    ['another CPU', 'warn', machine({ affinity: '1', cpus: 2, env: { GOMP_CPU_AFFINITY: '0-1' } }), /leaves CPU 1 for/],
    ['a place of all CPUs', 'pass', machine({ env: { OMP_PLACES: '{0:4}' } }), /allowed anyway/],
    ['under a quota of as many', 'info', machine({ quotas: [quota(1e5)], env: { OMP_PROC_BIND: 'true' } }), /as many/],
    [
      "LLVM's runtime",
      'info',
      machine({ env: { KMP_AFFINITY: 'compact' }, environment: { pools: [pool('libiomp5', 'openmp', 'torch')] } }),
      /not known here/,
    ],
    ['switched off', 'pass', machine({ env: { OMP_PROC_BIND: 'false' } }), /no such effect/],
    ["another runtime's", 'pass', machine({ env: { KMP_AFFINITY: 'compact' } }), /no such effect/],
    ['nothing set', 'pass', machine(), /binds nothing$/],
  ],
  'backend/openblas-unbounded': [
    [
      'left alone under a quota',
      'warn',
      machine({
        lenskit: V2026,
        quotas: [quota(100_000)],
        env: { LK_NUM_BACKEND_THREADS: '-1' },
        environment: { pools: [blas('numpy')] },
      }),
      /OpenBLAS has 4 threads/,
    ],
    [
      'left alone, it fits',
      'pass',
      machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '-1' }, environment: { pools: [blas('numpy')] } }),
      /has 4/,
    ],
    ['limited', 'pass', machine({ environment: { pools: [blas('numpy')] } }), /is to limit/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' }, environment: { pools: [blas('numpy')] } }), /no plan/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'backend/rayon-variable-ignored': [
    [
      'another number',
      'warn',
      machine({ env: { RAYON_NUM_THREADS: '1' } }),
      /does not reach LensKit, whose pool has 4/,
    ],
    ['the same', 'pass', machine({ env: { RAYON_NUM_THREADS: '4' } }), /anyway/],
    ['2025.2', 'pass', machine({ lenskit: '2025.2.0', env: { RAYON_NUM_THREADS: '1' } }), /no Rayon/],
    ['not set', 'pass', machine(), /not set/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x', RAYON_NUM_THREADS: '1' } }), /no plan/],
  ],
  'memory/workers-do-not-fit': [
    [
      'beyond the limit',
      'fail',
      machine({ machine: { memory: { ...MEMORY, limit: { bytes: 1e9, used: null, file: '/memory.max' } } } }),
      /4 workers need 2 GB at the least, and there are 1 GB/,
    ],
    [
      'beyond what the scheduler granted',
      'fail',
      machine({ env: { SLURM_JOB_ID: '7', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '4', SLURM_MEM_PER_CPU: '300' } }),
      /4 workers need 2 GB at the least, and there are 1.3 GB/,
    ],
    [
      'beyond the part of one task',
      'fail',
      machine({ env: { ...STEP_OF_FOUR, SLURM_MEM_PER_NODE: '4G' } }),
      /4 workers need 2 GB at the least, and there are 1.1 GB/,
    ],
    [
      'beyond what is free',
      'warn',
      machine({ machine: { memory: { ...MEMORY, available: 1e9 } } }),
      /1 GB are free now/,
    ],
    [
      'beyond what the others of the limit leave',
      'warn',
      machine({ machine: { memory: { ...MEMORY, limit: { bytes: 12e9, used: 11e9, file: '/memory.max' } } } }),
      /and 1 GB are free now/,
    ],
    [
      'within a limit of which nothing is used',
      'pass',
      machine({ machine: { memory: { ...MEMORY, limit: { bytes: 12e9, used: 0, file: '/memory.max' } } } }),
      /of 12 GB/,
    ],
    ['they fit', 'pass', machine(), /of 16 GB/],
    ['no worker', 'pass', machine({ env: FIT }), /no worker/],
    ['Ray', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /not measured/],
    ['not known', 'skip', machine({ machine: { memory: { ...MEMORY, total: null } } }), /known/],
  ],
  'memory/shared-memory-small': [
    [
      "Docker's default",
      'warn',
      machine({ machine: { memory: { ...MEMORY, shm: { bytes: 64 * 1024 ** 2, source: 'size=65536k' } } } }),
      /has 67 MB/,
    ],
    ['enough', 'pass', machine(), /has 8 GB/],
    ['no worker', 'pass', machine({ env: FIT }), /no worker/],
    ['not known', 'skip', machine({ machine: { memory: { ...MEMORY, shm: null } } }), /not known/],
  ],
  'limits/open-files': [
    [
      'few, with workers',
      'warn',
      machine({ machine: { memory: { ...MEMORY, openFiles: 256 } } }),
      /256 open files.*4 worker/,
    ],
    ['few', 'info', machine({ env: FIT, machine: { memory: { ...MEMORY, openFiles: 256 } } }), /256/],
    ['enough', 'pass', machine(), /20000/],
    ['not known', 'skip', machine({ machine: { memory: { ...MEMORY, openFiles: null } } }), /not known/],
  ],
  'limits/processes': [
    [
      'the helpers do not fit',
      'warn',
      machine({ threadLimits: pids(30, 0) }),
      /about 46 threads in 5 processes, and pids.max leaves room for 30/,
    ],
    ['they fit', 'pass', machine({ threadLimits: pids(1000) }), /may be started/],
    ['not known', 'skip', machine(), /could be read/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'python/missing': [
    ['none', 'warn', machine({ lenskit: null, environment: { interpreter: null } }), /no Python was found/],
    ['one', 'pass', machine(), /Python 3.11.7/],
  ],
  'python/lenskit-missing': [
    ['no LensKit', 'warn', machine({ lenskit: null }), /not installed in \/venv/],
    ['LensKit', 'pass', machine(), /2025.8.1/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'python/two-environments': [
    [
      'another LensKit on the PATH',
      'warn',
      machine({ environment: { competing: { interpreter: '/usr/bin/python3', lenskit: '2026.4.0' } } }),
      /VIRTUAL_ENV with LensKit 2025.8.1 was read; python on the PATH is \/usr\/bin\/python3, with LensKit 2026.4.0/,
    ],
    [
      '.venv',
      'info',
      machine({ environment: { foundBy: '.venv', competing: { interpreter: '/usr/bin/python3', lenskit: null } } }),
      /without LensKit/,
    ],
    ['one', 'pass', machine(), /one/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'python/gil-batch': [
    [
      'several jobs with the GIL',
      'warn',
      machine({ lenskit: V2026, env: { LK_NUM_BATCH_JOBS: '4' } }),
      /4 batch jobs are threads/,
    ],
    ['one job', 'info', machine({ lenskit: V2026 }), /one batch job/],
    ['free-threaded', 'pass', machine({ lenskit: V2026, freeThreaded: true }), /free-threaded/],
    ['Ray', 'pass', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /Ray/],
    ['2025', 'pass', machine(), /processes/],
    ['no plan', 'skip', machine({ lenskit: V2026, env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'python/start-method': [
    ['workers', 'info', machine(), /4 workers are spawned/],
    ['no worker', 'pass', machine({ env: FIT }), /no worker/],
    ['2026', 'pass', machine({ lenskit: V2026 }), /2026.1/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'ray/missing': [
    ['asked for', 'fail', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /Ray is not installed/],
    [
      'installed',
      'pass',
      machine({ lenskit: V2026, env: { LK_USE_RAY: '1' }, environment: { packages: { ray: '2.50.0' } } }),
      /Ray 2.50/,
    ],
    ['not asked for', 'pass', machine({ lenskit: V2026 }), /not asked/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'ray/unsupported': [
    ['too old', 'warn', machine({ environment: { packages: { ray: '2.9.0' } } }), /wants 2.42/],
    [
      'a Python too old',
      'info',
      machine({ environment: { packages: { ray: '2.50.0' } } }),
      /Python 3.12 and newer, not on 3.11.7/,
    ],
    ['fine', 'pass', machine({ python: '3.12.1', environment: { packages: { ray: '2.50.0' } } }), /2.50/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'ray/existing-cluster': [
    ['an address', 'warn', RAY_ELSEWHERE, /settings do not reach/],
    [
      'a session file',
      'warn',
      machine({ lenskit: V2026, env: { LK_USE_RAY: '1' }, machine: { rayCluster: '/tmp/ray/ray_current_cluster' } }),
      /settings do not reach/,
    ],
    ['its own', 'pass', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /starts Ray itself/],
    ['not asked for', 'pass', machine({ lenskit: V2026 }), /not asked/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'ray/backend-threads': [
    [
      'more than there are',
      'fail',
      machine({ lenskit: V2026, env: { LK_USE_RAY: '1', LK_NUM_BACKEND_THREADS: '5' } }),
      /never ends: a task asks for 5 CPUs, and Ray has 4/,
    ],
    [
      'as many as there are',
      'pass',
      machine({ lenskit: V2026, env: { LK_USE_RAY: '1', LK_NUM_BACKEND_THREADS: '4' } }),
      /4 CPUs a task, of 4/,
    ],
    [
      'a negative number',
      'fail',
      machine({ lenskit: V2026, env: { LK_USE_RAY: '1', LK_NUM_BACKEND_THREADS: '-1' } }),
      /ValueError/,
    ],
    ['another cluster', 'skip', RAY_ELSEWHERE, /not seen unless --probe/],
    [
      'the probe has seen the nodes',
      'fail',
      { ...rayProbed({ nodes: [2, 4] }), env: { LK_USE_RAY: '1', RAY_ADDRESS: '…', LK_NUM_BACKEND_THREADS: '8' } },
      /8 CPUs, and the largest node has 4/,
    ],
    ['the probe has seen that it fits', 'pass', rayProbed({ nodes: [2, 4] }), /1 CPU a task, of 4/],
    ['not asked for', 'pass', machine({ lenskit: V2026 }), /not asked/],
  ],
  'ray/task-not-run': [
    ['busy', 'warn', rayProbed({ nodes: [4], cause: 'busy' }), /no 1 CPU free/],
    ['nothing answers', 'fail', rayProbed({ cause: 'no answer' }), /no Ray answers/],
    ['it does not end', 'fail', rayProbed({ nodes: [4], cause: 'no end' }), /did not end/],
    [
      'an exception',
      'fail',
      rayProbed({ cause: 'error', error: { type: 'RuntimeError', message: 'Version mismatch\nmore' } }),
      /RuntimeError: Version mismatch$/,
    ],
    ['no node', 'skip', rayProbed({ nodes: [4], cause: 'no node' }), /backend-threads/],
    ['it ran', 'pass', rayProbed({ nodes: [4], assigned: 1 }), /ran with 1 CPU/],
    ['not probed', 'skip', RAY_ELSEWHERE, /not probed/],
    ['not asked for', 'pass', machine({ lenskit: V2026 }), /not asked/],
  ],
  'ray/one-task': [
    ['by default', 'info', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /up to 2,000 lists/],
    ['many lists', 'pass', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /100,000 lists/, { users: 100_000 }],
    ['not asked for', 'pass', machine({ lenskit: V2026 }), /not asked/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'ray/cpus-differ': [
    [
      'a quota',
      'warn',
      machine({ lenskit: V2026, quotas: [quota(100_000)], env: { LK_USE_RAY: '1' } }),
      /started with 4 CPUs where 1/,
    ],
    ['another cluster', 'pass', RAY_ELSEWHERE, /joins a cluster/],
    ['no quota', 'pass', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /started with 4/],
    ['not asked for', 'pass', machine(), /not asked/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'gpu/visible-devices': [
    [
      'one that is not there',
      'warn',
      machine({ env: { CUDA_VISIBLE_DEVICES: '0,3' }, machine: { gpus: [GPU] }, environment: { torch: CUDA } }),
      /names 3, and there is 1 GPU/,
    ],
    [
      'all hidden',
      'info',
      machine({ env: { CUDA_VISIBLE_DEVICES: '' }, machine: { gpus: [GPU] }, environment: { torch: CUDA } }),
      /hides the GPU/,
    ],
    [
      'those that are there',
      'pass',
      machine({ env: { CUDA_VISIBLE_DEVICES: '0' }, machine: { gpus: [GPU] }, environment: { torch: CUDA } }),
      /=0/,
    ],
    ['unset', 'pass', machine({ machine: { gpus: [GPU] } }), /1 GPU/],
    ['Torch for CPUs', 'skip', machine({ env: { CUDA_VISIBLE_DEVICES: '0' } }), /no Torch with CUDA/],
  ],
  'script/import-unprotected': [
    ['work at the top', 'fail', { ...machine(), script: SCRIPT }, /job\.py:3: it runs again/],
    [
      'costly work at the top',
      'warn',
      { ...machine(), script: { ...SCRIPT, findings: [{ ...PLACE, level: 'warning' }] } },
      /job\.py:3/,
    ],
    ['a LensKit that starts no processes', 'info', { ...machine({ lenskit: V2026 }), script: SCRIPT }, /job\.py:3/],
    [
      'protected',
      'pass',
      { ...machine(), script: { ...SCRIPT, verdict: 'protected', why: 'fine', findings: [] } },
      /fine/,
    ],
    ['none named', 'skip', machine(), /no script was named/],
  ],
  'probe/differs': [
    [
      'a difference',
      'warn',
      { ...machine(), probe: { ok: true, interpreter: '/p', gpus: [], observed: { ...SEEN, cpus: 99 } } },
      /CPUs that LensKit counts: foretold 4, observed 99/,
    ],
    [
      'it came to nothing',
      'fail',
      {
        ...machine(),
        probe: { ok: false, interpreter: '/p', gpus: [], why: 'it ended with status 1', lastLines: ['ImportError'] },
      },
      /it ended with status 1/,
    ],
    [
      'a refusal that was foretold',
      'pass',
      {
        ...machine({ env: { LK_NUM_THREADS: 'x' } }),
        probe: {
          ok: true,
          interpreter: '/p',
          gpus: [],
          observed: { ...SEEN, error: { type: 'ValueError', message: '' } },
        },
      },
      /as foretold/,
    ],
    [
      'a refusal that was not',
      'warn',
      {
        ...machine(),
        probe: {
          ok: true,
          interpreter: '/p',
          gpus: [],
          observed: { ...SEEN, error: { type: 'ImportError', message: '' } },
        },
      },
      /exception: foretold none, observed ImportError/,
    ],
    [
      'as foretold',
      'pass',
      { ...machine(), probe: { ok: true, interpreter: '/p', gpus: [], observed: SEEN } },
      /all 3 values/,
    ],
    ['not probed', 'skip', machine(), /--probe/],
  ],
  'gpu/shared-model': [
    ['workers', 'info', machine({ machine: { gpus: [GPU] }, environment: { torch: CUDA } }), /4 workers would share/],
    ['MIG', 'warn', machine({ machine: { gpus: [{ ...GPU, mig: true }] }, environment: { torch: CUDA } }), /4 workers/],
    ['no GPU', 'pass', machine(), /no GPU/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
};

describe.each(Object.entries(ROWS))('%s', (id, rows) => {
  test.each(rows.map(([what, status, facts, title, question = {}]) => [what, status, facts, title, question] as const))(
    '%s: %s',
    (_, status, facts, title, question) => {
      const result = check(id, facts, question);
      expect({ status: result.status, title: result.title }).toEqual({ status, title: expect.stringMatching(title) });
      if (status === 'fail' || status === 'warn') {
        expect(result.fix).not.toBeNull();
        if (id !== 'config/rules-unknown') expect(result.evidence.length).toBeGreaterThan(0);
      }
    },
  );
});

test('a step that has less than its tasks would need is never told to ask for as much: srun refuses it', () => {
  const env = { ...STEP_OF_FOUR, SLURM_CPUS_ON_NODE: '7', SLURM_CPUS_PER_TASK: '4' };
  const { status, fix } = check('cpu/scheduler-mismatch', machine({ affinity: '0-1', online: 8, env }));
  expect([status, fix?.env]).toEqual(['warn', undefined]);
  const enough = { ...env, SLURM_CPUS_ON_NODE: '16' };
  expect(check('cpu/scheduler-mismatch', machine({ affinity: '0-1', online: 16, env: enough })).fix).toEqual({
    env: { SRUN_CPUS_PER_TASK: '4' },
  });
});

test('every check is shown firing, passing and, where it can, skipping', () => {
  expect(Object.keys(ROWS).sort()).toEqual(CHECKS.map(({ id }) => id).sort());
  for (const [id, rows] of Object.entries(ROWS)) {
    const statuses = new Set(rows.map(([, status]) => status));
    expect([
      id,
      statuses.has('pass'),
      ['fail', 'warn', 'info'].some((status) => statuses.has(status as Status)),
    ]).toEqual([id, true, true]);
  }
});

test('a LensKit whose rules are not known: one finding, everything else skipped', () => {
  const { checks, plan, knobs, recommendation, lenskit } = report(machine({ lenskit: '0.14.4' }));
  expect(checks.filter(({ status }) => status !== 'skip').map(({ id }) => id)).toEqual(['config/rules-unknown']);
  expect([plan, knobs, recommendation, lenskit.generation]).toEqual([null, [], null, null]);
});

test('without a LensKit the rules are assumed, and that is said', () => {
  const { lenskit } = report(machine({ lenskit: null }));
  expect(lenskit).toEqual({ version: null, generation: '2025.3', why: expect.stringContaining('assumed') });
});

test.each([V2025, V2026, '2025.2.0'])('every fix of a variable mends its finding (%s)', (lenskit) => {
  const facts = machine({ lenskit, env: { MKL_NUM_THREADS: '1', LK_NUM_THREAD: '3', OMP_NUM_THREADS: '3' } });
  for (const id of ['config/unknown-variable', 'backend/blas-not-limited', 'backend/conflicting-threads']) {
    const { fix, status } = check(id, facts);
    if (status === 'pass') continue;
    const env: { [name: string]: string } = { ...facts.env, ...fix?.env };
    for (const name of fix?.unset ?? []) delete env[name];
    expect(check(id, { ...facts, env }).status).toBe('pass');
  }
});

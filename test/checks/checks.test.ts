import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import type { Status } from '../../src/checks/check.ts';
import type { ResourceLimit } from '../../src/machine/resource-limits.ts';
import { allocationOf } from '../../src/machine/scheduler/asked-allocation.ts';
import type { CpuShare } from '../../src/probe/cpu-share.ts';
import type { Observed, ObservedProcess, ObservedRay } from '../../src/probe/observed.ts';
import type { Unread } from '../../src/python/path-files.ts';
import type { NativePool } from '../../src/python/pools.ts';
import type { SiteKind } from '../../src/python/site.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';
import type { ScriptReport } from '../../src/script/judge.ts';
import type { Facts } from '../../src/situation/facts.ts';
import type { Question } from '../../src/situation/question.ts';
import { check, machine, quota, report } from '../machine.ts';
import { wordsOf } from './words.ts';

type Row = [what: string, status: Status, facts: Facts, title: RegExp, question?: Partial<Question>];

const V2025 = '2025.8.1';
const V2026 = '2026.4.0';
const V014 = '0.14.4';
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
/** Debian's libopenblas0-openmp of a version. */
const openmp = (version: string | null): Partial<Facts['python']> => ({
  pools: [{ ...blas('Debian'), version, most: null, threading: 'openmp' }],
});
const flexiblas = (
  backend: Partial<NonNullable<NativePool['backend']>>,
  ...behind: NativePool[]
): Partial<Facts['python']> => ({
  pools: [
    {
      ...pool('FlexiBLAS', 'blas', 'numpy'),
      backend: {
        name: 'OPENBLAS',
        file: '/x.so',
        by: 'default in /etc/flexiblasrc',
        ignored: null,
        threads: 'of a pool',
        ...backend,
      },
    },
    ...behind,
  ],
});
const SEEN: Observed = {
  python: '3.11.7',
  lenskit: '2025.8.1',
  cpus: 4,
  main: null,
  worker: null,
  cudaDevices: [],
  error: null,
};
/** A LensKit after the newest that is known, and what a probe saw of its main process. */
const probedNext = (seen: Partial<ObservedProcess>): Facts => ({
  ...machine({ lenskit: '2026.9.0' }),
  probe: {
    ok: true,
    interpreter: '/venv/bin/python3',
    gpus: [],
    observed: {
      ...SEEN,
      lenskit: '2026.9.0',
      main: { pools: [], torchThreads: 1, torchInteropThreads: 4, rayonThreads: null, config: {}, ...seen },
    },
  },
});
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
const MAIN = { pid: 7, role: 'main', threads: 12, wanting: 1, cpusUsed: 0.9, waitedShare: 0 } as const;
const WORKER = { pid: 8, role: 'worker', threads: 4, wanting: 1, cpusUsed: 1, waitedShare: 0 } as const;
const STATES = { running: 3, sleeping: 17, blocked: 0, stopped: 0 };
/** A running job of two workers, all of it at work, unless it is said otherwise. */
const live = (seen: Partial<NonNullable<Facts['live']>>, around: Parameters<typeof machine>[0] = {}): Facts =>
  machine({
    ...around,
    live: {
      pid: 7,
      seconds: 1,
      processes: [MAIN, WORKER, { ...WORKER, pid: 9 }],
      cpusUsed: 2.9,
      waitedShare: 0.02,
      throttledShare: 0,
      memoryBytes: 1e9,
      sharedBytes: 1e8,
      states: STATES,
      involuntarySwitches: 12,
      others: { used: 0.1, idle: 1 },
      pressure: { machine: 0.02, cgroup: null },
      affinities: [{ cpus: '0-3', threads: 12 }],
      loaded: [],
      imported: true,
      workersSince: 60,
      ended: 0,
      warnings: [],
      ...seen,
    },
  });
const MEMORY = machine().machine.memory;
const READ_ONLY = { bytes: 8e9, source: 'size=8g', unusable: 'read-only' as const };
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const limited = (addressSpace: ResourceLimit, mayRaise = false) => ({ openFiles: null, addressSpace, mayRaise });
/** 7 GB of address space, and stacks of a size. */
const stacked = (soft: number | null) => ({
  ...limited({ soft: 7_000_000 * 1024, hard: null }),
  stack: { soft, hard: null },
});
/** numpy and scipy as pip brings them. */
const WHEELS = { pools: [{ ...blas('numpy'), most: 64 }, blas('scipy')] };
const GPU = { model: 'NVIDIA H200', mig: false };
const CUDA = { version: '2.15.0+cu132', cuda: '13.2' };
/** A plan that fits 4 CPUs. */
const FIT8 = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '8', LK_NUM_BACKEND_THREADS: '1' };
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
const SCRIPT: ScriptReport = {
  file: 'job.py',
  verdict: 'unprotected',
  why: 'it runs again',
  findings: [PLACE],
  ignored: [],
  models: [],
};

const MIXED = { fast: 16, slow: 8, file: '/sys/devices/cpu_atom/cpus' };
/** A machine with this driver and a Torch that is built for this CUDA. */
const driver = (version: string, cuda: string, compatibility: string | null = null) =>
  machine({
    machine: { gpus: [GPU], driver: { version, file: '/proc/driver/nvidia/version', compatibility } },
    environment: { torch: { version: '2.9.0', cuda } },
  });

/** An environment whose own LensKit is hidden. */
const hiding = (version: string, by: 'PYTHONPATH' | 'user site') =>
  machine({ environment: { hidden: { version, file: '/usr/lib/lenskit.dist-info/METADATA', by } } });

const checkout = (by: SiteKind) => ({ file: '/c/lenskit/__init__.py', by, hides: '/venv/lenskit/__init__.py' });
const unread = (what: Unread['what']): Unread => ({ file: '/x', what, why: 'not looked into' });

/** A machine with 4 CPUs whose busy loops got so much. */
const got = (share: Partial<CpuShare>, quotas: Facts['cpus']['quotas'] = []): Facts => ({
  ...machine({ quotas }),
  cpuShare: { ok: true, loops: 4, got: 4, seconds: 1, idle: 0, stolen: 0, stopped: null, ...share },
});

/** LensKit 0.14 with two workers and a folder for their model. */
function withTemp(unusable: 'absent' | 'no folder' | 'not writable' | null, env: { [name: string]: string } = {}) {
  return machine({
    lenskit: V014,
    env: { LK_TEMP_DIR: '…', LK_NUM_PROCS: '2', ...env },
    machine: { lenskitTemp: { folder: '/scratch/models', unusable } },
  });
}

/** A Python whose count of the machine is 8, on 2 CPUs. */
const COUNTING_EIGHT = machine({
  cpus: 8,
  affinity: '0-1',
  online: 8,
  lenskit: V014,
  python: '3.13.0',
  env: { PYTHON_CPU_COUNT: '8' },
});

const ROWS: { [id: string]: Row[] } = {
  'cpu/quota-ignored': [
    [
      'fires',
      'fail',
      machine({ quotas: [quota(100_000)] }),
      /^LensKit will start 4 busy threads where 1 CPU is allowed$/,
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
    ...['AWS Lambda', 'AWS Fargate', 'Cloud Run', 'gVisor'].map(
      (name): Row => [
        name,
        'skip',
        machine({ machine: { surroundings: [name] } }),
        new RegExp(`${name} hides its own`),
      ],
    ),
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
    ['none that can be seen', 'skip', machine({ cgroupView: 'parents-hidden' }), /no quota can be seen/],
    [
      'a hidden parent’s',
      'warn',
      machine({ cgroupView: 'parents-hidden', stopped: { seconds: 3.2, file: '/cg/cpu.stat.local' } }),
      /^a quota of a parent that is hidden has stopped this cgroup, for 3 s so far$/,
    ],
    [
      'a hidden parent’s that never did',
      'skip',
      machine({ cgroupView: 'parents-hidden', stopped: { seconds: 0, file: '/cg/cpu.stat.local' } }),
      /no quota can be seen/,
    ],
    [
      'one of which nothing is left',
      'pass',
      machine({ stopped: { seconds: 3, file: '/cg/cpu.stat.local' } }),
      /no throttling/,
    ],
    ['in gVisor', 'skip', machine({ machine: { surroundings: ['gVisor'] } }), /no quota can be seen/],
    ['no cpu.stat', 'skip', machine({ quotas: [quota(100_000)] }), /no cpu.stat/],
    ['another platform', 'skip', machine({ platform: 'win32' }), /no quota could be read/],
  ],
  'config/rules-unknown': [
    ['an old LensKit', 'warn', machine({ lenskit: '0.10.0' }), /rules of LensKit 0.10.0 are not known/],
    ['a LensKit of today', 'pass', machine(), /2025.3/],
  ],
  'config/rules-assumed': [
    [
      'a LensKit of tomorrow',
      'warn',
      machine({ lenskit: '2026.9.0' }),
      /^rules of 2026.4.0 assumed for 2026.9.0: not checked$/,
    ],
    ['its pre-release', 'warn', machine({ lenskit: '2026.5.0b1' }), /2026.4.0 assumed for 2026.5.0b1/],
    ['a late release of an older series', 'warn', machine({ lenskit: '2025.9.0' }), /2025.8.1 assumed for 2025.9.0/],
    ['of 2025.1 and 2025.2', 'warn', machine({ lenskit: '2025.2.1' }), /2025.2.0 assumed for 2025.2.1/],
    ['of 0.14', 'warn', machine({ lenskit: '0.14.5' }), /0.14.4 assumed for 0.14.5/],
    ['asked about', 'warn', machine(), /2026.4.0 assumed for 2027.1.0/, { lenskit: '2027.1.0' }],
    ['its probe agrees', 'info', probedNext({ config: { num_threads: 4 } }), /assumed for 2026.9.0: not checked/],
    ['its probe differs', 'warn', probedNext({ config: { num_threads: 3 } }), /assumed for 2026.9.0: not checked/],
    [
      'another was probed than is asked about',
      'warn',
      probedNext({ config: { num_threads: 4 } }),
      /assumed for 2026.8.0/,
      { lenskit: '2026.8.0' },
    ],
    ...['2025.8.1', '2025.3.0', '2026.4.0', '2026.4.0.post1', '2026.1.0b1', '2025.2.0', '0.14.4', '0.10.1'].map(
      (lenskit): Row => [`${lenskit} is known`, 'pass', machine({ lenskit }), /were read from the sources/],
    ),
    ['a generation by name', 'pass', machine(), /rules 2026.1/, { lenskit: '2026.1' }],
    ['no LensKit', 'pass', machine({ lenskit: null }), /rules 2025.3/],
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
    [
      'a list of a parameter',
      'warn',
      machine(),
      /backend_threads=\[0, 1\]: Torch/,
      { params: { backendThreads: [0, 1] } },
    ],
    [
      'a parameter that is to be a list',
      'fail',
      machine({ env: { LK_NUM_BACKEND_THREADS: '0' } }),
      /threads=-1: Rayon/,
      { params: { threads: -1 } },
    ],
    [
      'children of a parameter',
      'warn',
      machine({ env: { LK_NUM_BACKEND_THREADS: '1' } }),
      /child_threads=0: Torch refuses it in workers/,
      { params: { childThreads: 0 } },
    ],
    [
      'no threads',
      'warn',
      machine({ env: { LK_NUM_THREADS: '0', LK_NUM_BACKEND_THREADS: '1' } }),
      /take all CPUs instead/,
    ],
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
  'config/temp-dir': [
    ['a folder that is not there', 'fail', withTemp('absent'), /is not there: .*2 workers ends with FileNotFoundError/],
    ['a file', 'fail', withTemp('no folder'), /is no folder.*NotADirectoryError/],
    ['one that cannot be written', 'fail', withTemp('not writable'), /PermissionError/],
    ['in process', 'info', withTemp('absent', { LK_NUM_PROCS: '1' }), /would end/],
    ['a folder', 'pass', withTemp(null), /models for workers go through files/],
    ['not set', 'pass', machine({ lenskit: V014 }), /not set/],
    [
      'a LensKit that does not read it',
      'pass',
      { ...withTemp('absent'), ...machine({ env: { LK_TEMP_DIR: '…' } }) },
      /0.14 alone/,
    ],
    ['not looked at', 'skip', machine({ lenskit: V014, env: { LK_TEMP_DIR: '…' } }), /not looked at/],
    ['no plan', 'skip', withTemp('absent', { LK_NUM_PROCS: 'x' }), /no plan/],
  ],
  'config/worker-mark': [
    ['set by hand', 'warn', machine({ lenskit: V014, env: { _LK_IN_MP: 'yes' } }), /item-kNN trains with one thread/],
    ['another word', 'pass', machine({ lenskit: V014, env: { _LK_IN_MP: 'YES' } }), /only yes does/],
    ['not set', 'pass', machine({ lenskit: V014 }), /not set/],
    ['2025', 'skip', machine({ env: { _LK_IN_MP: 'yes' } }), /no workers since 2025.1/],
  ],
  'cpu/affinity-ignored': [
    [
      'more processes than CPUs',
      'warn',
      COUNTING_EIGHT,
      /counts 8 CPUs where the affinity allows 2: 4 processes by default/,
    ],
    [
      'no more processes than CPUs',
      'info',
      { ...COUNTING_EIGHT, cpus: { ...COUNTING_EIGHT.cpus, affinity: '0-3' } },
      /allows 4: 4 processes/,
    ],
    [
      'a number that is set',
      'pass',
      { ...COUNTING_EIGHT, env: { ...COUNTING_EIGHT.env, LK_NUM_PROCS: '4' } },
      /decides nothing/,
    ],
    ['all CPUs allowed', 'pass', machine({ lenskit: V014 }), /all of them allowed/],
    ['2025', 'pass', machine({ affinity: '0', online: 4 }), /counts the CPUs of the affinity/],
    ['no affinity', 'skip', machine({ lenskit: V014, affinity: null }), /not known/],
    ['no plan', 'skip', { ...COUNTING_EIGHT, env: { ...COUNTING_EIGHT.env, LK_NUM_PROCS: 'x' } }, /no plan/],
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
      /20 threads are to be started, and pids.max leaves room for 10/,
    ],
    ['for any machine', 'fail', machine({ env: { LK_NUM_THREADS: '100000' } }), /are to be started on 4 CPUs/],
    [
      'for any number',
      'fail',
      machine({ env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '99999999999999999999' } }),
      /^99999999999999999999 threads/,
    ],
    ['within the limits', 'pass', machine({ threadLimits: pids(1000, 10) }), /within pids.max/],
    ['as many as there is room for', 'pass', machine({ threadLimits: pids(30, 10) }), /^20 threads, within/],
    ['idle pools of every process', 'fail', machine({ threadLimits: pids(29, 10) }), /^20 threads .* room for 19/],
    ['no limit known', 'pass', machine(), /no limit could be read/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'plan/oversubscribed': [
    ['a worker keeps one CPU busy', 'pass', machine(), /^4 busy threads on 4 CPUs$/],
    ['in batch', 'warn', machine({ env: { LK_NUM_PROCS: '8' } }), /8 busy threads on 4 CPUs: 2.0 for each/],
    [
      'in training',
      'warn',
      machine({ env: { ...FIT, LK_NUM_THREADS: '5' } }),
      /5 busy threads on 4 CPUs: 1.3 for each/,
    ],
    ['with Ray a task keeps one busy', 'pass', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /^4 busy/],
    [
      'with some models alone',
      'info',
      machine({ env: { LK_NUM_BACKEND_THREADS: '4' } }),
      /^4 busy threads on 4 CPUs; up to 16 with ease, implicit-mf/,
    ],
    [
      'with the model that is asked about',
      'warn',
      machine({ env: { LK_NUM_BACKEND_THREADS: '4' } }),
      /^16 busy threads on 4 CPUs/,
      { model: 'implicit-mf' },
    ],
    [
      'with another model it is not',
      'pass',
      machine({ env: { LK_NUM_BACKEND_THREADS: '4' } }),
      /^4 busy threads on 4 CPUs$/,
      { model: 'item-knn' },
    ],
    ['it fits', 'pass', machine({ env: FIT }), /4 busy threads on 4 CPUs/],
    ['free-threaded jobs', 'pass', machine({ lenskit: V2026, freeThreaded: true }), /4 busy threads on 4 CPUs/],
    ['no plan', 'skip', machine({ env: { LK_NUM_PROCS: '0' } }), /no plan/],
  ],
  'plan/worker-start': [
    [
      'the default, whose users nobody knows',
      'warn',
      machine({ cpus: 8 }),
      /^4 workers cost about .* s at every batch; from about/,
    ],
    [
      'who has set it has decided',
      'info',
      machine({ cpus: 8, env: { LK_NUM_PROCS: '4' } }),
      /from about .* users on they pay/,
    ],
    ['too few users', 'warn', machine({ cpus: 8, env: { LK_NUM_PROCS: '4' } }), /from about/, { users: 600 }],
    ['enough of them', 'pass', machine({ cpus: 8 }), /users on they pay/, { users: 10_000_000 }],
    [
      'on one CPU never',
      'warn',
      machine({ env: { LK_NUM_PROCS: '2' }, quotas: [quota(100_000)] }),
      /2 workers cost about .* s at every batch, and never pay on 1 CPU/,
      { users: 10_000_000 },
    ],
    ['one process', 'pass', machine({ env: FIT }), /no worker process/],
    ['2026 has none', 'pass', machine({ lenskit: V2026 }), /no worker process/],
    ['a Ray that runs already has them', 'skip', RAY_ELSEWHERE, /runs already/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
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
    ['half of eight', 'pass', machine({ cpus: 64, env: { LK_NUM_PROCS: '4', LK_NUM_THREADS: '4' } }), /half/],
    [
      'less than that',
      'warn',
      machine({ cpus: 64, env: { LK_NUM_PROCS: '3', LK_NUM_THREADS: '3' } }),
      /^3 threads at most/,
    ],
    ['a model that has no parallelism', 'pass', machine({ cpus: 8, env: FIT8 }), /half/, { model: 'popular' }],
    [
      'one process for many users',
      'warn',
      machine({ cpus: 8, env: FIT8 }),
      /^1,000,000 users by one process on 8 CPUs: \d+ workers are about \d/,
      { users: 1_000_000, model: 'item-knn' },
    ],
    ['one process for few', 'pass', machine({ cpus: 8, env: FIT8 }), /half/, { users: 100, model: 'item-knn' }],
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
    [
      'an OpenBLAS that reads neither',
      'pass',
      machine({ env: { OPENBLAS_NUM_THREADS: '4' }, environment: openmp('0.3.29') }),
      /built for OpenMP/,
    ],
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
      /Slurm granted 4 CPUs, and LensKit will use 8 threads on 16/,
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
      /^Slurm granted 2 CPUs, and LensKit will use 8 threads on 8$/,
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
      /^2 processes of Open MPI share the CPUs: 4 CPUs for each, and LensKit will use 8 threads on 8$/,
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
  'backend/flexiblas': [
    [
      'behind it OpenMP',
      'pass',
      machine({ environment: flexiblas({}, { ...blas('numpy'), threading: 'openmp' }, blas('scipy')) }),
      /hands to OPENBLAS \(default in \/etc\/flexiblasrc\), which reads OMP_NUM_THREADS, and/,
    ],
    [
      'a variable that leads nowhere',
      'warn',
      machine({ environment: flexiblas({ ignored: 'FLEXIBLAS=mkl' }) }),
      /FLEXIBLAS=mkl leads to no BLAS/,
    ],
    [
      'a default that leads nowhere',
      'fail',
      machine({ environment: flexiblas({ name: 'MKL', file: null, threads: null }) }),
      /ends the process/,
    ],
    [
      'built in',
      'info',
      machine({ environment: flexiblas({ name: null, file: null, by: 'its default', threads: null }) }),
      /not known which BLAS/,
    ],
    [
      'the reference BLAS',
      'info',
      machine({ environment: flexiblas({ name: 'NETLIB', threads: 'one' }) }),
      /NETLIB .* one thread/,
    ],
    ['none', 'pass', machine({ environment: { pools: [blas('numpy')] } }), /no FlexiBLAS/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'backend/openblas-openmp': [
    [
      'a limit of OpenMP',
      'fail',
      machine({ env: { OMP_THREAD_LIMIT: '1' }, environment: openmp('0.3.29') }),
      /never ends: .* OMP_THREAD_LIMIT/,
    ],
    [
      'OpenMP is free to start fewer',
      'fail',
      machine({ env: { OMP_DYNAMIC: 'true' }, environment: openmp('0.3.29') }),
      /never ends: .* OMP_DYNAMIC/,
    ],
    [
      'one thread has nothing to wait for',
      'pass',
      machine({
        env: { OMP_THREAD_LIMIT: '1', OMP_DYNAMIC: 'true', OMP_NUM_THREADS: '1' },
        environment: openmp('0.3.29'),
      }),
      /has 1 \(OMP_NUM_THREADS=1\)/,
    ],
    [
      "LensKit's number is lost",
      'info',
      machine({ environment: openmp('0.3.29') }),
      /has 4 threads \(all CPUs\), not 1/,
    ],
    ['and under a quota', 'warn', machine({ quotas: [quota(1e5)], environment: openmp('0.3.22') }), /has 4 threads/],
    ['nor is it known of a newer one', 'info', machine({ environment: openmp('0.3.33') }), /has 4 threads/],
    ['it reaches an older one', 'pass', machine({ environment: openmp('0.3.21') }), /has 1 \(LK_NUM_BACKEND_THREADS\)/],
    [
      'but not past a variable',
      'info',
      machine({ env: { OPENBLAS_NUM_THREADS: '1' }, environment: openmp('0.3.21') }),
      /has 4 threads/,
    ],
    ["OpenBLAS's own threads", 'pass', machine({ environment: { pools: [blas('numpy')] } }), /no OpenBLAS computes/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' }, environment: openmp('0.3.29') }), /no plan/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
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
  'memory/process-does-not-fit': [
    [
      'beyond the limit, with one process',
      'fail',
      machine({ env: FIT, machine: { memory: { ...MEMORY, limit: { bytes: 350 * MIB, used: null, file: '/max' } } } }),
      /one process takes 380 MB at the least, and there are 367 MB/,
    ],
    [
      'the same of the other generation',
      'fail',
      machine({ lenskit: V2026, machine: { memory: { ...MEMORY, limit: { bytes: 150e6, used: 0, file: '/max' } } } }),
      /there are 150 MB/,
    ],
    [
      'beyond what is asked of Slurm',
      'fail',
      machine({ env: FIT }),
      /there are 105 MB/,
      { allocation: allocationOf(['-n1', '--mem', '100M']) },
    ],
    [
      'beyond what is granted for one of four tasks',
      'fail',
      machine({ env: { ...STEP_OF_FOUR, SLURM_MEM_PER_NODE: '1G' } }),
      /there are 268 MB/,
    ],
    [
      'beyond what is available',
      'fail',
      machine({ env: FIT, machine: { memory: { ...MEMORY, available: 300e6 } } }),
      /300 MB of the machine are available/,
    ],
    [
      "Torch without CUDA, which was not measured, isn't certain to end",
      'warn',
      machine({
        environment: { torch: { version: '2.9.0', cuda: null } },
        machine: { memory: { ...MEMORY, limit: { bytes: 300e6, used: null, file: '/max' } } },
      }),
      /there are 300 MB/,
    ],
    [
      'others leave little, which may be caches',
      'warn',
      machine({ env: FIT, machine: { memory: { ...MEMORY, limit: { bytes: 4e9, used: 3.9e9, file: '/max' } } } }),
      /others leave 100 MB of the limit/,
    ],
    [
      'just enough',
      'pass',
      machine({ env: FIT, machine: { memory: { ...MEMORY, limit: { bytes: 362 * MIB, used: null, file: '/max' } } } }),
      /of 380 MB/,
    ],
    ['whatever LensKit makes of its variables', 'pass', machine({ env: { LK_NUM_THREADS: 'x' } }), /of 16 GB/],
    ['not known', 'skip', machine({ machine: { memory: { ...MEMORY, total: null } } }), /known/],
  ],
  'memory/address-space': [
    [
      'import fails',
      'fail',
      machine({ machine: { limits: limited({ soft: 3 * GIB, hard: null }) } }),
      /importing LensKit takes 3.5 GB/,
    ],
    [
      'the job fails',
      'warn',
      machine({ machine: { limits: limited({ soft: 3700 * 1024 ** 2, hard: null }) } }),
      /a small job takes/,
    ],
    // Seen to live with 8824 MiB.
    [
      'the threads of many CPUs',
      'fail',
      machine({ cpus: 64, environment: WHEELS, machine: { limits: limited({ soft: 8 * GIB, hard: 8 * GIB }) } }),
      /8.6 GB of address space are allowed/,
    ],
    [
      'the threads of many CPUs and of the pools',
      'warn',
      machine({ cpus: 64, environment: WHEELS, machine: { limits: limited({ soft: 8824 * MIB, hard: null }) } }),
      /9.3 GB of address space are allowed/,
    ],
    [
      'importing succeeds, and 2025.8.1 was seen to hang with two threads (ulimit -v 3600000)',
      'fail',
      machine({ cpus: 2, environment: WHEELS, machine: { limits: limited({ soft: 3_600_000 * 1024, hard: null }) } }),
      /a small job takes/,
    ],
    [
      'the same of 2026.4.0',
      'fail',
      machine({
        cpus: 2,
        lenskit: V2026,
        environment: WHEELS,
        machine: { limits: limited({ soft: 3_600_000 * 1024, hard: null }) },
      }),
      /a small job takes/,
    ],
    ...([V2025, V2026] as const).map(
      (lenskit): Row => [
        `stacks of a gigabyte (ulimit -s 1000000; ulimit -v 7000000), ${lenskit}`,
        'fail',
        machine({ cpus: 2, lenskit, environment: WHEELS, machine: { limits: stacked(1_000_000 * 1024) } }),
        /7.2 GB of address space are allowed/,
      ],
    ),
    [
      'stacks without a limit, which have 2 MiB',
      'pass',
      machine({ cpus: 2, environment: WHEELS, machine: { limits: stacked(null) } }),
      /7.2 GB/,
    ],
    ['enough', 'pass', machine({ machine: { limits: limited({ soft: 4 * GIB, hard: 4 * GIB }) } }), /4.3 GB/],
    ['no limit', 'pass', machine({ machine: { limits: limited({ soft: null, hard: null }) } }), /not limited/],
    ['not known', 'skip', machine(), /not known/],
  ],
  'memory/shared-memory-small': [
    [
      "Docker's default",
      'warn',
      machine({ machine: { memory: { ...MEMORY, shm: { bytes: 64 * 1024 ** 2, source: 'size=65536k' } } } }),
      /has 67 MB/,
    ],
    [
      'full',
      'warn',
      machine({ machine: { memory: { ...MEMORY, shm: { bytes: 8e9, source: 'size=8g', free: 1e6 } } } }),
      /has 1 MB free of 8 GB/,
    ],
    ['enough', 'pass', machine(), /has 8 GB/],
    ['no worker', 'pass', machine({ env: FIT }), /no worker/],
    ['not known', 'skip', machine({ machine: { memory: { ...MEMORY, shm: null } } }), /not known/],
    ['read-only', 'skip', machine({ machine: { memory: { ...MEMORY, shm: READ_ONLY } } }), /cannot be written/],
  ],
  'memory/shared-memory-unusable': [
    [
      'read-only',
      'fail',
      machine({ machine: { memory: { ...MEMORY, shm: READ_ONLY } } }),
      /mounted read-only.*4 workers/,
    ],
    [
      'absent',
      'fail',
      machine({ machine: { memory: { ...MEMORY, shm: { bytes: 0, source: 'not there', unusable: 'absent' } } } }),
      /there is no \/dev\/shm/,
    ],
    ['there', 'pass', machine(), /is there/],
    ['no worker', 'pass', machine({ env: FIT, machine: { memory: { ...MEMORY, shm: READ_ONLY } } }), /no worker/],
    ['not known', 'skip', machine({ machine: { memory: { ...MEMORY, shm: null } } }), /not known/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'limits/open-files': [
    [
      'less than four workers took',
      'fail',
      machine({ machine: { memory: { ...MEMORY, openFiles: 50 } } }),
      /4 worker processes.* takes 54/,
    ],
    ['close to it', 'warn', machine({ machine: { memory: { ...MEMORY, openFiles: 100 } } }), /100 open files/],
    ["macOS's default", 'pass', machine({ machine: { memory: { ...MEMORY, openFiles: 256 } } }), /256/],
    ['no worker', 'pass', machine({ env: FIT, machine: { memory: { ...MEMORY, openFiles: 50 } } }), /50/],
    ['few, no worker', 'fail', machine({ env: FIT, machine: { memory: { ...MEMORY, openFiles: 12 } } }), /takes 18/],
    ['enough', 'pass', machine(), /20000/],
    ['not known', 'skip', machine({ machine: { memory: { ...MEMORY, openFiles: null } } }), /not known/],
    ['Ray', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } }), /Ray/],
  ],
  'limits/processes': [
    [
      'the helpers do not fit',
      'warn',
      machine({ threadLimits: pids(40, 0) }),
      /about 55 threads in 5 processes, and pids.max leaves room for 40/,
    ],
    // With three threads at import in each, 2025.8.1 was seen to end in 19, and to live in 20.
    [
      'what two workers have at the least goes beyond it',
      'fail',
      machine({
        cpus: 2,
        env: { LK_NUM_PROCS: '2', LK_NUM_THREADS: '1' },
        environment: WHEELS,
        threadLimits: pids(19),
      }),
      /^at the least 20 threads in 3 processes, and pids.max leaves room for 19$/,
    ],
    [
      'what two workers have at the least fits',
      'warn',
      machine({
        cpus: 2,
        env: { LK_NUM_PROCS: '2', LK_NUM_THREADS: '1' },
        environment: WHEELS,
        threadLimits: pids(20),
      }),
      /^about \d+ threads in 3 processes, and pids.max leaves room for 20$/,
    ],
    // With four threads of LensKit it was seen to end in 8 and 10, and to live in 9 and 11.
    [
      "Rayon's threads go beyond it",
      'fail',
      machine({ cpus: 2, env: { ...FIT, LK_NUM_THREADS: '4' }, environment: WHEELS, threadLimits: pids(8) }),
      /^at the least 9 threads in 1 process, and pids.max leaves room for 8$/,
    ],
    [
      'the same of 2026.4.0',
      'fail',
      machine({ cpus: 2, lenskit: V2026, env: FIT, environment: WHEELS, threadLimits: pids(9) }),
      /^at the least 10 threads in 1 process, and pids.max leaves room for 9$/,
    ],
    [
      'importing alone goes beyond it, whatever the knobs',
      'fail',
      machine({ cpus: 128, quotas: [quota(400_000)], env: FIT, threadLimits: pids(128, 4), environment: WHEELS }),
      /^importing starts 127 threads in 1 process, and pids.max leaves room for 124$/,
    ],
    [
      "pip's wheels are assumed",
      'fail',
      machine({ cpus: 128, lenskit: null, env: FIT, threadLimits: pids(128, 4) }),
      /^importing starts 127 threads/,
    ],
    [
      'OpenBLAS is told',
      'pass',
      machine({
        cpus: 128,
        env: { ...FIT, OPENBLAS_NUM_THREADS: '1' },
        threadLimits: pids(128, 4),
        environment: WHEELS,
      }),
      /about 10 threads/,
    ],
    ['they fit', 'pass', machine({ threadLimits: pids(1000) }), /may be started/],
    ['not known', 'skip', machine(), /could be read/],
    ['Ray', 'skip', machine({ lenskit: V2026, env: { LK_USE_RAY: '1' }, threadLimits: pids(9) }), /Ray/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
  'python/missing': [
    ['none', 'warn', machine({ lenskit: null, environment: { interpreter: null } }), /no Python was found/],
    ['one', 'pass', machine(), /Python 3.11.7/],
  ],
  'python/lenskit-missing': [
    ['no LensKit', 'warn', machine({ lenskit: null }), /not installed in \/venv/],
    [
      'no LensKit, as far as can be seen',
      'warn',
      machine({ lenskit: null, environment: { unread: [unread('code')] } }),
      /^no LensKit was found in \/venv, but not all that it may be imported from was looked into$/,
    ],
    [
      'a checkout that is not installed',
      'warn',
      machine({ lenskit: null, environment: { unversioned: { ...checkout('PYTHONPATH'), hides: null } } }),
      /^LensKit is imported without metadata/,
    ],
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
      'a kernel beside the environment of its server',
      'info',
      machine({
        environment: { foundBy: 'Jupyter kernel', competing: { interpreter: '/server/bin/python3', lenskit: null } },
      }),
      /^Jupyter kernel with LensKit 2025.8.1 was read; python on the PATH is \/server\/bin\/python3, without LensKit$/,
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
  'python/hidden-lenskit': [
    [
      'by the user site',
      'warn',
      hiding('2026.4.0', 'user site'),
      /^LensKit 2025.8.1 of the user's own folder hides 2026/,
    ],
    ['by PYTHONPATH', 'warn', hiding('2026.4.0', 'PYTHONPATH'), /^LensKit 2025.8.1 of PYTHONPATH hides 2026.4.0/],
    ['the same version', 'info', hiding('2025.8.1', 'user site'), /hides 2025.8.1 of the environment/],
    [
      'by a checkout on PYTHONPATH',
      'warn',
      machine({ environment: { unversioned: checkout('PYTHONPATH') } }),
      /^a LensKit without metadata of PYTHONPATH hides the one that is installed, 2025.8.1$/,
    ],
    [
      'by a copy in the environment',
      'warn',
      machine({ environment: { unversioned: checkout('environment') } }),
      /^a LensKit without metadata of the environment hides/,
    ],
    [
      'by what an archive may have',
      'info',
      machine({ environment: { unread: [unread('archive')] } }),
      /^LensKit 2025.8.1 is imported, unless what comes before it has another: \/x$/,
    ],
    [
      'code of a .pth is no LensKit',
      'pass',
      machine({ environment: { unread: [unread('code')] } }),
      /no LensKit is hidden/,
    ],
    ['none', 'pass', machine(), /no LensKit is hidden/],
    ['no LensKit', 'skip', machine({ lenskit: null }), /not installed/],
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
    [
      'one job of a model without the GIL',
      'warn',
      machine({ lenskit: V2026 }),
      /1 batch job on 4 CPUs, and item-knn lets go of the GIL/,
      { model: 'item-knn' },
    ],
    [
      'as many jobs as CPUs of a model without the GIL',
      'pass',
      machine({ lenskit: V2026, env: { LK_NUM_BATCH_JOBS: '4' } }),
      /4 batch jobs: item-knn lets go/,
      { model: 'item-knn' },
    ],
    [
      'several jobs of a model with it',
      'warn',
      machine({ lenskit: V2026, env: { LK_NUM_BATCH_JOBS: '4' } }),
      /4 batch jobs are threads/,
      { model: 'implicit-mf' },
    ],
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
    ['not known in WSL', 'skip', machine({ machine: { gpus: null } }), /cannot be seen in WSL/],
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
      'killed under a limit',
      'fail',
      {
        ...machine({
          machine: { memory: { ...MEMORY, limit: { bytes: 150 * MIB, used: null, file: '/memory.max' } } },
        }),
        probe: { ok: false, interpreter: '/p', gpus: [], why: 'it was killed by SIGKILL', lastLines: [] },
      },
      /killed by SIGKILL/,
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
  'live/differs': [
    ['nobody named a job', 'skip', machine(), /--pid PID/],
    ['LensKit is not loaded yet', 'skip', live({ imported: false }), /not loaded yet/],
    ['LensKit refuses the configuration', 'skip', live({}, { env: { LK_NUM_PROCS: 'x' } }), /no plan/],
    ['as foretold', 'pass', live({}), /worker processes: 2.*as foretold/, { params: { processes: 2 } }],
    ['between batches there are no workers', 'pass', live({ processes: [MAIN] }), /^threads: 12/],
    ['other workers', 'warn', live({}), /^worker processes: foretold 4, there are 2$/],
    [
      'workers that are still being started',
      'pass',
      live({ workersSince: 9 }),
      /^worker processes: 2, .*: as foretold$/,
    ],
    [
      'more workers than there will be',
      'warn',
      live({ workersSince: 9 }, { env: { LK_NUM_PROCS: '1' } }),
      /^worker processes: foretold at most 0, there are 2$/,
    ],
    [
      'more threads than all pools together',
      'warn',
      live({ processes: [{ ...MAIN, threads: 300 }] }),
      /^threads: foretold at most \d+, there are 300$/,
    ],
    [
      'more at work than any model keeps busy',
      'warn',
      live({ processes: [{ ...MAIN, wanting: 12 }] }),
      /^threads that want a CPU: foretold at most \d+, there are 12$/,
    ],
    [
      "Ray's own processes, and what the script calls",
      'pass',
      live({
        processes: [MAIN, { ...WORKER, role: 'ray', wanting: 30 }, { ...WORKER, pid: 9, role: 'other', wanting: 30 }],
      }),
      /threads that want a CPU: 1: as foretold$/,
    ],
    [
      'threads that are bound, though nothing says so',
      'warn',
      live({
        processes: [MAIN],
        affinities: [
          { cpus: '0-3', threads: 11 },
          { cpus: '0', threads: 1 },
        ],
      }),
      /^CPUs of the threads: foretold all on 0-3, there are 11 on 0-3, 1 on 0$/,
    ],
  ],
  'live/waiting': [
    ['nobody named a job', 'skip', machine(), /--pid PID/],
    ['the kernel does not tell', 'skip', live({ waitedShare: null }), /does not tell/],
    ['the kernel tells nothing of threads', 'skip', live({ processes: [{ ...MAIN, wanting: null }] }), /does not tell/],
    [
      'nothing to do',
      'pass',
      live({ processes: [{ ...MAIN, wanting: 0 }], cpusUsed: 0.01, waitedShare: 0.9 }),
      /hardly/,
    ],
    ['a little', 'pass', live({ waitedShare: 0.19 }), /they waited 19 %/],
    ['too many of its own', 'warn', live({ waitedShare: 0.48 }, { cpus: 1 }), /they waited 48 %: 3 threads for 1 CPU$/],
    ['most of the time', 'fail', live({ waitedShare: 0.5 }, { cpus: 1 }), /they waited 50 %/],
    [
      'too many, and others besides',
      'warn',
      live({ waitedShare: 0.4, others: { used: 1.5, idle: 0 } }, { cpus: 1 }),
      /they waited 40 %/,
    ],
    [
      'most of the time, because others use more of its CPUs than it does',
      'warn',
      live({ waitedShare: 0.9, cpusUsed: 0.3, others: { used: 0.7, idle: 0 } }, { cpus: 1 }),
      /they waited 90 %: 3 threads for 1 CPU, and other programs use 0.7 of the machine's$/,
    ],
    [
      'most of the time in its quota, whatever others use',
      'fail',
      live({ waitedShare: 0.9, cpusUsed: 0.3, others: { used: 0.7, idle: 0 } }, { quotas: [quota(100_000)] }),
      /they waited 90 %: 3 threads for 1 CPU$/,
    ],
    [
      'others on its CPUs',
      'warn',
      live({ waitedShare: 0.6, others: { used: 3.1, idle: 0 } }),
      /3 threads for 4 CPUs: other programs use 3.1 CPUs$/,
    ],
    ['others, who cannot be seen', 'warn', live({ waitedShare: 0.6, others: null }), /others use them$/],
    [
      'processes of its own that have ended',
      'warn',
      live({ waitedShare: 0.65, ended: 11, cpusUsed: 0.8, processes: [{ ...MAIN, wanting: 1, cpusUsed: 0.16 }] }),
      /they waited 65 %: processes of its own that ended meanwhile \(11\) used 0.6 CPUs$/,
    ],
    [
      'some of its own have ended, and others use more',
      'warn',
      live({
        waitedShare: 0.65,
        ended: 1,
        cpusUsed: 0.8,
        processes: [{ ...MAIN, wanting: 1, cpusUsed: 0.16 }],
        others: { used: 0.7, idle: 1 },
      }),
      /1 thread for 4 CPUs: other programs use 0.7 CPUs$/,
    ],
    ['stopped by its quota', 'warn', live({ waitedShare: 0.6, throttledShare: 0.9 }), /3 threads for 4 CPUs$/],
  ],
  'live/throttled': [
    ['nobody named a job', 'skip', machine(), /--pid PID/],
    ['no counter', 'skip', live({ throttledShare: null }), /no counter/],
    ['no quota', 'pass', live({}), /^no CPU quota$/],
    ['within its quota', 'pass', live({ throttledShare: 0.04 }, { quotas: [quota(100_000)] }), /in 4 % of periods/],
    [
      'over its quota',
      'warn',
      live({ throttledShare: 0.91 }, { quotas: [quota(100_000)] }),
      /^its quota of 1 CPUs stopped it in 91 % of periods$/,
    ],
    ['by a quota that is hidden', 'warn', live({ throttledShare: 0.05 }), /^its quota stopped it in 5 % of periods$/],
  ],
  'live/idle': [
    ['nobody named a job', 'skip', machine(), /--pid PID/],
    ['the kernel does not tell', 'skip', live({ processes: [{ ...MAIN, wanting: null }] }), /does not tell/],
    ['all at work', 'pass', live({}), /^it uses 2.9 of 4 CPUs$/],
    [
      'one CPU cannot be idle beside itself',
      'pass',
      live({ processes: [MAIN], cpusUsed: 1 }, { cpus: 1 }),
      /1.0 of 1 CPU/,
    ],
    [
      'others have them',
      'pass',
      live({ processes: [MAIN], cpusUsed: 0.3, waitedShare: 0.7 }),
      /^it uses 0.3 of 4 CPUs$/,
    ],
    [
      'the last worker',
      'warn',
      live({ processes: [{ ...MAIN, wanting: 0 }, WORKER, { ...WORKER, pid: 9, wanting: 0 }], cpusUsed: 1 }),
      /^one of 2 workers is at work, and the others wait for it: it uses 1.0 of 4 CPUs$/,
    ],
    [
      'a worker alone',
      'warn',
      live({ processes: [{ ...MAIN, wanting: 0 }, WORKER], cpusUsed: 1 }),
      /^one of 16 threads is at work, in the worker/,
    ],
    [
      'one thread of many',
      'warn',
      live({ processes: [MAIN], cpusUsed: 1 }),
      /^one of 12 threads is at work, in the main/,
    ],
    ['importing', 'warn', live({ processes: [MAIN], cpusUsed: 1, imported: false }), /^one of 12 threads/],
    [
      'asleep',
      'warn',
      live({ processes: [{ ...MAIN, wanting: 0 }], cpusUsed: 0 }),
      /^none of its 12 .* something else$/,
    ],
    [
      'at a disk',
      'warn',
      live({ processes: [{ ...MAIN, wanting: 0 }], cpusUsed: 0, states: { ...STATES, blocked: 2 } }),
      /2 threads in wait for a disk/,
    ],
    [
      'stopped',
      'warn',
      live({ processes: [{ ...MAIN, wanting: 0 }], cpusUsed: 0, states: { ...STATES, stopped: 12 } }),
      /^12 threads of 12 stopped/,
    ],
  ],
  'live/memory': [
    ['nobody named a job', 'skip', machine(), /--pid PID/],
    ['not to be read', 'skip', live({ memoryBytes: null }), /cannot be read/],
    ['enough', 'pass', live({}), /have 1 GB of 16 GB, 11 GB are left$/],
    [
      'nearly all that its cgroup has',
      'warn',
      live({ memoryBytes: 3.7e9 }, { machine: { memory: { ...MEMORY, limit: { bytes: 4e9, used: 0, file: '/x' } } } }),
      /^its 3 processes have 3.7 GB of 4 GB, 300 MB are left \(8 %\)$/,
    ],
    [
      'nearly all that the machine has',
      'warn',
      live({ memoryBytes: 6e9 }, { machine: { memory: { ...MEMORY, available: 7e9 } } }),
      /1 GB are left/,
    ],
  ],
  'probe/cpu-share': [
    ['as was read', 'pass', got({ got: 3.9 }), /^observed 3.9 CPUs of 4, as was read$/],
    ['under a quota, as was read', 'pass', got({ got: 0.52, idle: 3.4, stopped: 2 }, [quota(50_000)]), /as was read/],
    ['a little less is noise', 'pass', got({ got: 3.5, idle: 0.5 }), /as was read/],
    ['CPUs were idle', 'warn', got({ got: 0.52, idle: 3.4 }), /^observed 0.5 CPUs of 4: a limit holds here/],
    ['of a busy machine a part was idle', 'warn', got({ got: 0.52, idle: 0.6 }), /a limit holds here/],
    [
      'the kernel stopped them',
      'warn',
      got({ got: 3.8, idle: null, stolen: null, stopped: 0.3 }),
      /a limit holds here/,
    ],
    ['a tighter quota than was read', 'warn', got({ got: 0.5, idle: 3.5 }, [quota(150_000)]), /a limit holds here/],
    ['a busy neighbour', 'info', got({ got: 1.8, idle: 0.02 }), /other work on this machine had 2.2/],
    [
      'a busy neighbour, and a quota',
      'info',
      got({ got: 1, idle: 1, stopped: 1 }, [quota(300_000)]),
      /other work .* had 2/,
    ],
    ['the hypervisor', 'info', got({ got: 1.8, stolen: 2 }), /the hypervisor gave 2 to other machines/],
    ['nothing tells', 'info', got({ got: 0.5, idle: null, stolen: null }), /or by other work on this machine/],
    ['more than a quota', 'warn', got({ got: 3.9 }, [quota(50_000)]), /^observed 3.9 CPUs of 4, and 0.5 by a quota/],
    [
      'a quota with a long period',
      'skip',
      got({ got: 1.9 }, [quota(500_000, 1_000_000)]),
      /longer than the measurement/,
    ],
    ['a sample of the CPUs', 'pass', { ...got({ got: 63.5, loops: 64 }), cpus: machine({ cpus: 128 }).cpus }, /of 64/],
    ['what if', 'skip', got({ got: 1 }), /what-if/, { cpus: 8 }],
    ['it came to nothing', 'skip', { ...machine(), cpuShare: { ok: false, why: 'no Python' } }, /no Python/],
    ['not measured', 'skip', machine(), /--probe/],
  ],
  'cpu/mixed-cores': [
    [
      'P and E cores',
      'info',
      machine({ cpus: 24, machine: { coreKinds: MIXED } }),
      /^8 of 24 CPUs are on slower cores$/,
    ],
    ['no plan', 'info', machine({ machine: { coreKinds: MIXED }, env: { LK_NUM_THREADS: 'x' } }), /8 of 24/],
    [
      'Apple silicon',
      'info',
      machine({ platform: 'darwin', affinity: null, physicalCores: 10, performanceCores: 8 }),
      /^2 of 10 CPUs are on slower cores$/,
    ],
    ['all alike', 'pass', machine(), /no slower cores/],
    [
      'all alike, elsewhere',
      'pass',
      machine({ platform: 'darwin', physicalCores: 4, performanceCores: 4 }),
      /no slower/,
    ],
    ['what if', 'skip', machine({ machine: { coreKinds: MIXED } }), /what-if/, { cpus: 8 }],
  ],
  'gpu/driver-too-old': [
    [
      'CUDA 13',
      'warn',
      driver('575.57.08', '13.0'),
      /built for CUDA 13.0, which needs driver 580 or newer; this is 575/,
    ],
    ['CUDA 12', 'warn', driver('525.60.12', '12.8'), /needs driver 525.60.13 or newer; this is 525.60.12$/],
    ['CUDA 11', 'warn', driver('440.33', '11.8'), /needs driver 450.80.02/],
    ['a compatibility package', 'info', driver('535.54.03', '13.0', '/usr/local/cuda/compat/libcuda.so.1'), /13.0/],
    ['an older driver of the family', 'pass', driver('535.54.03', '12.8'), /CUDA 12.8 needs 525.60.13/],
    ['just that', 'pass', driver('525.60.13', '12.0'), /525/],
    ['a newer family', 'pass', driver('580.65.06', '11.8'), /driver 580.65.06/],
    ['the first of 580', 'pass', driver('580.10', '13.2'), /needs 580/],
    ['a CUDA of the future', 'skip', driver('700.1', '14.0'), /CUDA 14.0 needs is not known/],
    ['no driver', 'pass', machine({ environment: { torch: CUDA } }), /not loaded/],
    ['Torch for CPUs', 'pass', machine(), /no Torch with CUDA/],
    ['WSL', 'skip', machine({ machine: { gpus: null }, environment: { torch: CUDA } }), /cannot be seen in WSL/],
    ['no Python', 'skip', machine({ environment: { interpreter: null } }), /no Python/],
  ],
  'gpu/shared-model': [
    ['workers', 'info', machine({ machine: { gpus: [GPU] }, environment: { torch: CUDA } }), /4 workers would share/],
    ['MIG', 'warn', machine({ machine: { gpus: [{ ...GPU, mig: true }] }, environment: { torch: CUDA } }), /4 workers/],
    ['no GPU', 'pass', machine(), /no GPU/],
    ['not known in WSL', 'skip', machine({ machine: { gpus: null }, environment: { torch: CUDA } }), /seen in WSL/],
    ['no plan', 'skip', machine({ env: { LK_NUM_THREADS: 'x' } }), /no plan/],
  ],
};

describe.each(Object.entries(ROWS))('%s', (id, rows) => {
  test.each(rows.map(([what, status, facts, title, question = {}]) => [what, status, facts, title, question] as const))(
    '%s: %s',
    (what, status, facts, title, question) => {
      const result = check(id, facts, question);
      expect({ status: result.status, title: result.title }).toEqual({ status, title: expect.stringMatching(title) });
      if (status === 'fail' || status === 'warn') {
        expect(result.fix).not.toBeNull();
        if (id !== 'config/rules-unknown') expect(result.evidence.length).toBeGreaterThan(0);
      }
      expect(result).toEqual({ id, ...wordsOf(id, what, result) });
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

test('what importing starts is limited by the recommendation where it goes beyond a limit, and only there', () => {
  const facts = (most: number) =>
    machine({ cpus: 128, quotas: [quota(400_000)], threadLimits: pids(most, 4), environment: WHEELS });
  expect(report(facts(1000)).recommendation?.env).not.toHaveProperty('OPENBLAS_NUM_THREADS');
  const { plan, recommendation } = report(facts(128));
  expect(plan?.atImport).toMatchObject({ main: 127, worker: 127, assumed: false });
  expect(recommendation?.env).toEqual({ ...FIT, OPENBLAS_NUM_THREADS: '1' });
  const followed = { ...facts(128), env: recommendation?.env ?? {} };
  expect(check('limits/processes', followed).status).toBe('pass');
  expect(check('backend/blas-not-limited', followed).status).toBe('pass');
  // Room for fewer threads than there are CPUs.
  const { env } = report(facts(4 + 8)).recommendation ?? { env: {} };
  expect(env).toMatchObject({ LK_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: '1' });
  expect(check('limits/processes', { ...facts(4 + 8), env }).status).toBe('pass');
});

test.each([
  ['a hard limit that is far', { hard: 4096 }, [['ulimit', '-u', expect.stringMatching(/^\d+$/)]], undefined],
  ['a hard limit that is near', { hard: 12 }, undefined, /ulimit -u does not go beyond 12 here/],
])('RLIMIT_NPROC, %s: a fix that cannot be done is not printed', (_, { hard }, commands, text) => {
  const threadLimits = [{ most: 12, now: 9, name: 'RLIMIT_NPROC', file: '/proc/self/limits', hard }];
  const { fix } = check('limits/processes', machine({ threadLimits }));
  expect(fix?.commands).toEqual(commands);
  if (text === undefined) expect(fix?.text).toBeUndefined();
  else expect(fix?.text).toMatch(text);
});

test.each([
  [{ soft: 50, hard: 100_000 }, false, [['ulimit', '-n', '4096']]],
  [{ soft: 50, hard: 512 }, false, [['ulimit', '-n', '512']]],
  [{ soft: 50, hard: 50 }, false, undefined],
  [{ soft: 50, hard: 50 }, true, [['ulimit', '-n', '4096']]],
])('open files %j, may raise %s: %j', (openFiles, mayRaise, commands) => {
  const limits = { openFiles, addressSpace: null, mayRaise };
  const { fix } = check('limits/open-files', machine({ machine: { memory: { ...MEMORY, openFiles: 50 }, limits } }));
  expect(fix?.commands).toEqual(commands);
});

test.each([
  [{ soft: 3 * GIB, hard: null }, false, [['ulimit', '-v', 'unlimited']]],
  [{ soft: 3 * GIB, hard: 5 * GIB }, false, [['ulimit', '-v', String(5 * 1024 ** 2)]]],
  [{ soft: 3 * GIB, hard: 3 * GIB }, false, undefined],
  [{ soft: 3 * GIB, hard: 3 * GIB }, true, [['ulimit', '-v', 'unlimited']]],
])('address space %j, may raise %s: %j', (addressSpace, mayRaise, commands) => {
  const { fix } = check('memory/address-space', machine({ machine: { limits: limited(addressSpace, mayRaise) } }));
  expect(fix?.commands).toEqual(commands);
});

test.each([
  ['SIGKILL', { bytes: 150 * MIB, used: null, file: '/memory.max' }, {}, '/memory.max'],
  ['SIGKILL', null, { SLURM_JOB_ID: '7', SLURM_CPUS_ON_NODE: '2', SLURM_MEM_PER_NODE: '150' }, 'SLURM_MEM_PER_NODE'],
  ['SIGKILL', null, {}, null],
  ['SIGSEGV', { bytes: 150 * MIB, used: null, file: '/memory.max' }, {}, null],
])('a probe that is killed by %s names what limits the memory, if anything: %j, %j', (signal, limit, env, where) => {
  const { detail, evidence, fix } = check('probe/differs', {
    ...machine({ env, machine: { memory: { ...MEMORY, limit } } }),
    probe: { ok: false, interpreter: '/p', gpus: [], why: `it was killed by ${signal}`, lastLines: [] },
  });
  expect(evidence?.slice(1)).toEqual(where === null ? [] : [{ where, said: '157 MB' }]);
  expect(detail ?? null).toEqual(where === null ? null : expect.stringContaining('157 MB'));
  expect(fix?.text).toMatch(where === null ? /probe\.py/ : /allow more memory/);
});

test.each([
  ['large', 1_000_000 * 1024, [['ulimit', '-S', '-s', '8192']]],
  ['usual', 8 * MIB, undefined],
])('a smaller stack is the fix where stacks are %s, if it helps', (_, soft, commands) => {
  const small = { ...stacked(soft), addressSpace: { soft: soft > GIB / 2 ? 7e9 : 3.6e9, hard: 7e9 } };
  const { fix } = check('memory/address-space', machine({ cpus: 2, environment: WHEELS, machine: { limits: small } }));
  expect(fix?.commands?.filter((command) => command.includes('-s'))).toEqual(commands ?? []);
});

test.each([
  ['limit', { limit: { bytes: 300e6, used: null, file: '/memory.max' } }],
  ['free memory', { available: 300e6 }],
])('no variable is said to mend a %s that is too small for one process', (_, memory) => {
  const { checks } = report(machine({ machine: { memory: { ...MEMORY, ...memory } } }));
  const fixes = checks.filter(({ id }) => /^memory\/(workers|process)-do/.test(id)).map(({ fix }) => fix);
  expect(fixes).toEqual([{ text: expect.any(String) }, { text: expect.any(String) }]);
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

test.each([
  [undefined, '/venv/lib/python3.11/site-packages/lenskit.dist-info/METADATA', '2026.9.0'],
  ['2026.8.0', '--lenskit', '2026.8.0'],
])('assumed rules say where the version was read (--lenskit %s)', (lenskit, where, said) => {
  const { evidence } = check('config/rules-assumed', machine({ lenskit: '2026.9.0' }), lenskit ? { lenskit } : {});
  expect(evidence).toEqual([
    { where, said },
    { where: 'newest LensKit of the rules 2026.1', said: '2026.4.0' },
  ]);
});

test('a LensKit whose rules are not known: what needs them is skipped, and nothing else', () => {
  const { checks, plan, knobs, recommendation, lenskit } = report(machine({ lenskit: '0.10.0' }));
  const told = checks.filter(({ status }) => status !== 'skip');
  expect(told.filter(({ status }) => status !== 'pass').map(({ id }) => id)).toEqual(['config/rules-unknown']);
  expect(told.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['cpu/throttled', 'cpu/scheduler-mismatch', 'python/two-environments', 'limits/job-size']),
  );
  expect(checks.filter(({ status }) => status === 'skip').map(({ id }) => id)).toEqual(
    expect.arrayContaining(['plan/oversubscribed', 'config/invalid-value', 'limits/open-files']),
  );
  expect([plan, knobs, recommendation, lenskit.generation]).toEqual([null, [], null, null]);
});

test('where rules are not known, what the machine shows is said all the same', () => {
  const old = { lenskit: '0.9.0' };
  const throttling = { periods: 100, throttled: 40, seconds: 3, cgroup: '/job', file: '/sys/fs/cgroup/job/cpu.stat' };
  expect(check('cpu/throttled', machine({ ...old, quotas: [quota(100_000)], throttling })).status).toBe('warn');
  const slurm = { SLURM_JOB_ID: '7', SLURM_STEP_ID: '0', SLURM_PROCID: '0', SLURM_CPUS_PER_TASK: '4' };
  const narrow = check('cpu/scheduler-mismatch', machine({ ...old, cpus: 8, affinity: '0', env: slurm }));
  expect(narrow.title).toMatch(/Slurm granted 4 CPUs, and the process may run on 1/);
  const threadLimits = [{ most: 9, now: 8, name: 'pids.max', file: '/sys/fs/cgroup/pids.max' }];
  expect(check('limits/processes', machine({ ...old, threadLimits, environment: WHEELS })).status).toBe('fail');
});

test.each([
  ['0.10.0', /NUMBA_NUM_THREADS/, '0.10.1'],
  ['0.9.0', /joblib/, '0.10.1'],
  ['0.8.4', /no variable/, '0.10.1'],
  ['0.2.0', /not looked at/, '0.10.1'],
  ['2024.1.0', /between 0.14 and 2025.1/, '2025.1.0'],
])('LensKit %s: what is different there, and the nearest rules', (lenskit, differs, nearest) => {
  const { detail, fix } = check('config/rules-unknown', machine({ lenskit }));
  expect(detail).toMatch(differs);
  expect(fix?.text).toContain(`--lenskit ${nearest} `);
  expect(report(machine({ lenskit: nearest })).lenskit.generation).not.toBeNull();
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

test.each([['0.3.21'], ['0.3.29'], [null]])(
  'what is recommended with an OpenBLAS %s for OpenMP ends its findings',
  (version) => {
    for (const env of [
      {},
      { OMP_THREAD_LIMIT: '2' },
      { OMP_DYNAMIC: 'true' },
      { OPENBLAS_NUM_THREADS: '1' },
      { OMP_NUM_THREADS: '9' },
    ]) {
      const facts = machine({ cpus: 16, quotas: [quota(4e5)], env, environment: openmp(version) });
      const { recommendation } = report(facts);
      const followed: { [name: string]: string } = { ...facts.env, ...recommendation?.env };
      for (const name of recommendation?.unset ?? []) delete followed[name];
      expect(check('backend/openblas-openmp', { ...facts, env: followed }).status).toBe('pass');
    }
  },
);

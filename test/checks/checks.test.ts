import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import type { Status } from '../../src/checks/check.ts';
import { readSettings } from '../../src/config/toml.ts';
import type { Facts } from '../../src/doctor/facts.ts';
import type { Question } from '../../src/doctor/question.ts';
import { check, machine, quota, report } from '../machine.ts';

type Row = [what: string, status: Status, facts: Facts, title: RegExp, question?: Partial<Question>];

const V2025 = '2025.8.1';
const V2026 = '2026.4.0';
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
const file = (text: string) => [readSettings(text, 'lenskit.toml', '/work/lenskit.toml')];
/** A plan that fits 4 CPUs. */
const FIT = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '1' };

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
      /ValidationError: \/work\/lenskit.toml:2: parallel.bogus/,
    ],
    [
      'a file that does not parse',
      'fail',
      machine({ lenskit: V2026, settings: file('[parallel') }),
      /TOMLDecodeError: \/work\/lenskit.toml:1:2/,
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
    ['the same as LensKit', 'pass', machine({ env: { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } }), /agree/],
    ['none', 'pass', machine(), /no thread variable/],
    ['no plan', 'skip', machine({ env: { OMP_NUM_THREADS: '1', LK_NUM_THREADS: 'x' } }), /no plan/],
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

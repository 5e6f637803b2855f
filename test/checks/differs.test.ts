import { describe, expect, test } from '@jest/globals';
import { comparisons } from '../../src/checks/probe/differs.ts';
import type { Observed, ObservedProcess, ObservedRay } from '../../src/probe/observed.ts';
import type { NativePool } from '../../src/python/pools.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { situate } from '../../src/situation/situate.ts';
import { machine } from '../machine.ts';

/** What is compared of a probe, one a line: `what: foretold`, or `what: foretold ≠ observed`. */
function compared(options: Parameters<typeof machine>[0], observed: Partial<Observed>): string[] {
  const lenskit = options?.lenskit ?? '2025.8.1';
  const situation = situate(machine({ lenskit, ...options }), NO_QUESTION);
  if (situation.rules === null) throw new Error('rules are not known');
  const seen: Observed = {
    python: '3.11.7',
    lenskit,
    cpus: 4,
    main: null,
    worker: null,
    cudaDevices: [],
    error: null,
    ...observed,
  };
  return comparisons(situation, seen).map(({ what, foretold, observed: actual, agrees }) => {
    expect(agrees).toBe(foretold === actual);
    return agrees ? `${what}: ${foretold}` : `${what}: ${foretold} ≠ ${actual}`;
  });
}

const library = (family: NativePool['family'], owner: string): NativePool => ({
  family,
  api: 'blas',
  owner,
  file: `/venv/${owner}.libs/lib${family}.so`,
  version: null,
});
const loaded = (owner: string, threads: number) => ({
  family: 'openblas',
  api: 'blas',
  file: `/other/lib${owner}.so`,
  threads,
});
const process = (seen: Partial<ObservedProcess> = {}): ObservedProcess => ({
  pools: [],
  torchThreads: 1,
  torchInteropThreads: 4,
  rayonThreads: 4,
  config: {},
  ...seen,
});
const WHEELS = {
  pools: [
    { ...library('OpenBLAS', 'numpy'), most: 64 },
    { ...library('OpenBLAS', 'scipy'), most: 64 },
  ],
};
/** A whole environment: LensKit's Rayon and Torch as well. */
const SITE = {
  pools: [{ ...library('Rayon', 'lenskit'), api: 'tasks' as const }, ...WHEELS.pools],
  torch: { version: '2.9.0', cuda: null },
};
const BOTH = ['LensKit: 2025.8.1', 'Python: 3.11.7'];

describe('LensKit 2025', () => {
  test('versions, the count of CPUs, and nothing of processes that were not seen', () => {
    expect(compared({}, {})).toEqual([...BOTH, 'CPUs that LensKit counts: 4']);
    expect(compared({}, { lenskit: '2025.7.0', python: '3.12.0', cpus: 8 })).toEqual([
      'LensKit: 2025.8.1 ≠ 2025.7.0',
      'Python: 3.11.7 ≠ 3.12.0',
      'CPUs that LensKit counts: 4 ≠ 8',
    ]);
    expect(compared({}, { cpus: null })).toEqual(BOTH);
    // Where the affinity is not known nothing was foretold.
    expect(compared({ affinity: null }, {})).toEqual(BOTH);
    expect(compared({ environment: { lenskit: null, version: null } }, {})).toEqual(['CPUs that LensKit counts: 4']);
  });

  test('an exception, and then no more', () => {
    const error = { type: 'ValueError', message: 'no', stage: 'import' };
    expect(compared({}, { error } as Partial<Observed>)).toEqual([...BOTH, 'exception: none ≠ ValueError']);
    const env = { LK_NUM_THREADS: 'x' };
    expect(compared({ env }, { error } as Partial<Observed>)).toEqual([...BOTH, 'exception: ValueError']);
    expect(compared({ env }, {})).toEqual([...BOTH, 'exception: ValueError ≠ none']);
  });

  test('its configuration by its own names, its pools, and what importing started', () => {
    const main = process({
      config: { processes: 4, threads: 4, backend_threads: 1, other: 7 },
      importStarted: 7,
      torchStarted: 2,
      rayonThreads: 3,
      pools: [loaded('OpenBLAS', 1)],
    });
    const worker = process({ config: { threads: 4 }, torchInteropThreads: 5, importStarted: 6 });
    expect(compared({ environment: SITE }, { main, worker })).toEqual([
      ...BOTH,
      'CPUs that LensKit counts: 4',
      'main: processes: 4',
      'main: threads: 4',
      'main: backend_threads: 1',
      'main: threads at import: 7',
      'main: Rayon (LensKit): 4 ≠ 3',
      'main: Torch intra-op: 1 ≠ 2',
      'main: Torch inter-op: 4',
      'main: OpenBLAS (numpy): 1',
      'main: OpenBLAS (scipy): 1',
      'worker: threads: 4',
      'worker: threads at import: 7 ≠ 6',
      'worker: Rayon (LensKit): 4',
      'worker: Torch intra-op: 1',
      'worker: Torch inter-op: 4 ≠ 5',
    ]);
  });

  test('what was counted at work is next to what a library says the better', () => {
    const main = process({
      rayonThreads: 4,
      atWork: { rayon: 2, numpy: 3, scipy: null },
      arrow: { cpu: 4, io: 9 },
      pools: [loaded('OpenBLAS', 1)],
    });
    const arrow = { ...SITE, pools: [...SITE.pools, library('Arrow', 'pyarrow')] };
    expect(compared({ environment: arrow }, { main }).slice(3)).toEqual([
      'main: Rayon (LensKit): 4 ≠ 2',
      'main: Torch intra-op: 1',
      'main: Torch inter-op: 4',
      'main: OpenBLAS (numpy): 1 ≠ 3',
      'main: OpenBLAS (scipy): 1',
      'main: Arrow CPU (pyarrow): 4',
      'main: Arrow I/O (pyarrow): 8 ≠ 9',
    ]);
    expect(compared({ environment: arrow }, { main: { ...main, arrow: null } }).slice(3)).toEqual([
      'main: Rayon (LensKit): 4 ≠ 2',
      'main: Torch intra-op: 1',
      'main: Torch inter-op: 4',
      'main: OpenBLAS (numpy): 1 ≠ 3',
      'main: OpenBLAS (scipy): 1',
    ]);
  });

  test('Debian’s BLAS is numpy’s, or scipy’s where numpy brings its own', () => {
    const atWork = { rayon: 4, numpy: 2, scipy: 3 };
    const main = process({ atWork });
    const rows = (...found: NativePool[]) =>
      compared({ environment: { pools: found } }, { main })
        .slice(3)
        .filter((row) => !/Rayon|Torch/.test(row));
    expect(rows(library('OpenBLAS', 'Debian'))).toEqual(['main: OpenBLAS (Debian): 1 ≠ 2']);
    expect(rows(library('OpenBLAS', 'numpy'), library('OpenBLAS', 'Debian'))).toEqual([
      'main: OpenBLAS (numpy): 1 ≠ 2',
      'main: OpenBLAS (Debian): 1 ≠ 3',
    ]);
  });
});

describe('LensKit 2026', () => {
  const V2026 = '2026.4.0';
  const env = { LK_USE_RAY: '1', LK_NUM_BATCH_JOBS: '2' };
  const seen: ObservedRay = {
    cluster: 'own',
    foundBy: null,
    nodes: [4],
    asked: 1,
    assigned: 1,
    cause: null,
    error: null,
  };
  const head = ['LensKit: 2026.4.0', 'Python: 3.11.7', 'CPUs that LensKit counts: 4'];
  const ray = (
    over: Partial<ObservedRay>,
    set: { [name: string]: string } = {},
    worker: ObservedProcess | null = null,
  ) =>
    compared(
      { lenskit: V2026, env: { ...env, ...set }, environment: { ...SITE, packages: { ray: '2.60.0' } } },
      { ray: { ...seen, ...over }, worker },
    ).slice(head.length);

  test('without Ray', () => {
    expect(
      compared({ lenskit: V2026, environment: SITE }, { main: process({ config: { num_threads: 4, use_ray: true } }) }),
    ).toEqual([
      ...head,
      'main: use_ray: false ≠ true',
      'main: num_threads: 4',
      'main: Rayon (LensKit): 4',
      'main: Torch intra-op: 1',
      'main: Torch inter-op: 4',
    ]);
    expect(compared({ lenskit: V2026 }, { ray: seen })).toEqual(head);
  });

  test('what a task came to', () => {
    expect(ray({})).toEqual(['Ray: cluster: own', 'Ray: CPUs: 4', 'Ray: task: runs', 'Ray: CPUs of a task: 1']);
    expect(ray({ nodes: [4, 3], assigned: 2 })).toEqual([
      'Ray: cluster: own',
      'Ray: CPUs: 4 ≠ 7',
      'Ray: task: runs',
      'Ray: CPUs of a task: 1 ≠ 2',
    ]);
    expect(ray({ nodes: [], assigned: null, cause: 'busy' })).toEqual(['Ray: cluster: own', 'Ray: task: runs ≠ busy']);
    expect(ray({ cause: 'no node', assigned: null }, { LK_NUM_BACKEND_THREADS: '9' })).toEqual([
      'Ray: cluster: own',
      'Ray: CPUs: 4',
      'Ray: task: no node',
    ]);
    const error = { type: 'ValueError', message: 'no' } as ObservedRay['error'];
    expect(ray({ cause: 'error', error, assigned: null }, { LK_NUM_BACKEND_THREADS: '-1' })).toEqual([
      'Ray: cluster: own',
      'Ray: CPUs: 4',
      'Ray: task: ValueError',
    ]);
  });

  test('of a cluster that runs already nothing is foretold but what LensKit asks it for', () => {
    const elsewhere = { RAY_ADDRESS: '…' };
    expect(ray({ cluster: 'existing', nodes: [64], cause: 'busy', assigned: null }, elsewhere)).toEqual([
      'Ray: cluster: existing',
    ]);
    expect(ray({ cluster: 'existing' }, { ...elsewhere, LK_NUM_BACKEND_THREADS: '-1' })).toEqual([
      'Ray: cluster: existing',
      'Ray: task: ValueError ≠ runs',
      'Ray: CPUs of a task: null ≠ 1',
    ]);
  });

  test('a worker of Ray has the configuration of the main process, and LensKit is set up there since 2026.2', () => {
    const worker = process({ setUp: true, config: { num_threads: 4 } });
    expect(ray({}, {}, worker).slice(4)).toEqual([
      'Ray worker: LensKit set up: true',
      'Ray worker: num_threads: 4',
      'Ray worker: Rayon (LensKit): 4',
      'Ray worker: Torch intra-op: 1',
      'Ray worker: Torch inter-op: 4',
    ]);
    const before = compared({ lenskit: '2026.1.0', env }, { ray: seen, worker });
    expect(before).toContain('Ray worker: LensKit set up: false ≠ true');
  });
});

describe('LensKit 0.14', () => {
  const V014 = '0.14.4';
  const head = ['LensKit: 0.14.4', 'Python: 3.11.7', 'CPUs that LensKit counts: 4'];
  const of014 = (env: { [name: string]: string }, observed: Partial<Observed>, unusable?: 'absent') =>
    compared(
      {
        lenskit: V014,
        env,
        environment: { ...WHEELS, packages: { numba: '0.58.1' } },
        ...(unusable ? { machine: { lenskitTemp: { folder: '/scratch', unusable } } } : {}),
      },
      observed,
    );

  test('its workers, which may not come to be', () => {
    expect(of014({ LK_NUM_PROCS: '1' }, {})).toEqual(head);
    expect(of014({ LK_NUM_PROCS: '2' }, {})).toEqual([...head, 'worker: exception: none']);
    const workerError = { type: 'BrokenProcessPool', message: '' } as Observed['workerError'];
    expect(of014({ LK_NUM_PROCS: '2' }, { workerError } as Partial<Observed>)).toEqual([
      ...head,
      'worker: exception: none ≠ BrokenProcessPool',
    ]);
    expect(of014({ LK_NUM_PROCS: '2', NUMBA_NUM_THREADS: 'x' }, { workerError } as Partial<Observed>)).toEqual([
      ...head,
      'worker: exception: BrokenProcessPool',
    ]);
  });

  test('a folder that is not there keeps the model from workers, and from them alone', () => {
    const error = { type: 'FileNotFoundError', message: '' } as Observed['error'];
    const env = { LK_TEMP_DIR: '…', LK_NUM_PROCS: '2' };
    expect(of014(env, { error }, 'absent')).toEqual([...head.slice(0, 2), 'exception: FileNotFoundError']);
    expect(of014(env, { error })).toEqual([...head.slice(0, 2), 'exception: none ≠ FileNotFoundError']);
    expect(of014({ ...env, LK_NUM_PROCS: '1' }, { error }, 'absent')[2]).toBe('exception: none ≠ FileNotFoundError');
    expect(of014({ LK_NUM_PROCS: '2' }, { error }, 'absent')[2]).toBe('exception: none ≠ FileNotFoundError');
  });

  test('Numba’s threads, counted at work or else as it says, and OpenBLAS’s', () => {
    const numba = { threads: 4, config: 1, layer: 'omp', atWork: 3 };
    const rows = (main: Partial<ObservedProcess>) =>
      of014({ LK_NUM_PROCS: '1' }, { main: process({ rayonThreads: null, ...main }) }).slice(head.length);
    expect(rows({ numba, config: { processes: 1, in_process: true, numba_threads: 4 } })).toEqual([
      'main: processes: 1',
      'main: in_process: true',
      'main: numba_threads: 4',
      expect.stringMatching(/^main: Numba.*: 4 ≠ 3$/),
    ]);
    expect(rows({ numba: { ...numba, atWork: null } })).toEqual([expect.stringMatching(/^main: Numba.*: 4$/)]);
    expect(rows({ atWork: { rayon: null, numpy: 4, scipy: 2 } })).toEqual([
      'main: OpenBLAS (numpy): 4',
      'main: OpenBLAS (scipy): 4 ≠ 2',
    ]);
  });
});

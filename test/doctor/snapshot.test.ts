import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keptSettings, withoutHome } from '../../src/doctor/privacy.ts';
import { readSnapshot, writeSnapshot } from '../../src/doctor/snapshot.ts';
import { renderJson } from '../../src/escape/json.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';
import type { Facts } from '../../src/situation/facts.ts';
import { keptVariables } from '../../src/situation/kept-variables.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { expectValid, lk, PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { machine, PROGRAM, quota, report } from '../machine.ts';

const TREE = {
  '/proc/self/status': 'Cpus_allowed_list:\t0-3\n',
  '/sys/devices/system/cpu/online': '0-3\n',
  '/proc/self/cgroup': '0::/job\n',
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
  '/sys/fs/cgroup/job/cpu.max': '150000 100000\n',
  '/sys/fs/cgroup/job/cpu.stat': 'nr_periods 10\nnr_throttled 9\nthrottled_usec 12345\n',
  '/home/u/env/bin/python3': '',
  '/home/u/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.13.0\n',
  '/home/u/env/lib/python3.13/site-packages/lenskit-2026.4.0.dist-info/METADATA': 'Version: 2026.4.0\n',
  '/home/u/lenskit.toml': '[parallel]\nnum_threads = 3\n[prometheus]\nurl = "https://user:hunter2@host"\n',
};
const ENV = {
  HOME: '/home/u',
  VIRTUAL_ENV: '/home/u/env',
  LK_NUM_THREADS: '5',
  LK_PROJECT_ROOT: '/home/u',
  AWS_SECRET: 'hunter2',
  LK_API_KEY: 'hunter2',
};

const withoutTime = (text: string) => text.replace(/"time": "[^"]*"/, '"time": ""');

describe('through the command line', () => {
  test.each([[['--json']], [['--format', 'text', '--verbose']], [['--format', 'markdown']], [['--format', 'github']]])(
    '%p: the same report from the snapshot',
    (format) =>
      withTree(TREE, (root) => {
        const file = path.join(root, 'snapshot.json');
        const there = lk(['doctor', '--sysroot', root, '--snapshot', file, ...format], { env: ENV });
        const here = lk(['doctor', '--from', file, ...format]);
        expect(there.stdout).toContain(format.includes('github') ? 'cpu/throttled' : '2026.4.0');
        expect(withoutTime(here.stdout)).toBe(withoutTime(there.stdout));
        expect(here.status).toBe(there.status);
      }),
  );

  test('no secret and no home directory is in the snapshot or the report', () =>
    withTree(TREE, (root) => {
      const file = path.join(root, 'snapshot.json');
      const { stdout } = lk(['doctor', '--sysroot', root, '--snapshot', file, '--json'], { env: ENV });
      for (const text of [stdout, readFileSync(file, 'utf8')]) {
        expect(text).not.toMatch(/hunter2|AWS_SECRET|\/home\/u/);
        expect(text).toContain('~/env/bin/python3');
      }
    }));

  test('what-if flags are part of it, and may be added', () =>
    withTree(TREE, (root) => {
      const file = path.join(root, 'snapshot.json');
      lk(['doctor', '--sysroot', root, '--snapshot', file, '--env', 'LK_NUM_CPUS=7', '--fail-on', 'never'], {
        env: { HOME: '/home/u' },
      });
      const asked = JSON.parse(
        lk(['doctor', '--from', file, '--json', '--lenskit', '2026.1', '--env', 'LK_NUM_THREADS=2']).stdout,
      ) as ReturnType<typeof report>;
      expect(asked.plan?.main).toMatchObject({ numCpus: 7, numThreads: 2 });
      expect(asked.hypothetical).toEqual(['--lenskit 2026.1', '--env LK_NUM_CPUS', '--env LK_NUM_THREADS']);
    }));

  test.each([
    [
      'another version',
      '{"kind": "lenskit-doctor snapshot", "schemaVersion": 99}',
      'a snapshot of version 99, and this program reads version 1',
    ],
    ['something else', '{}', 'no snapshot'],
    ['no JSON', 'x', 'not JSON'],
    ['nothing', '', 'not JSON'],
  ])('%s is refused with the file: exit 2', (_, content, message) =>
    withTree({ '/snapshot.json': content }, (root) => {
      const file = path.join(root, 'snapshot.json');
      const { status, stdout, stderr } = lk(['doctor', '--from', file]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^lk: .*snapshot.json: ${message}`));
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }),
  );
});

test('everything of the facts comes back', () => {
  const facts = machine({
    quotas: [quota(150_000)],
    env: { LK_NUM_THREADS: '4,2' },
    settings: [
      readSettings(
        '[parallel]\nnum_threads = 3\nnum_cpus = 3.0\nuse_ray = 2020-01-01\n[random]\nseed = 99999999999999999999\n',
        'lenskit.toml',
        '~/lenskit.toml',
      ),
    ],
  });
  const question = { ...NO_QUESTION, params: { threads: '4' } };
  const back = readSnapshot(writeSnapshot(facts, question, '1.0.0', PROGRAM.time), 'file');
  expect(back).toEqual({ facts, question });
});

type Json = { [key: string]: unknown };

const PROCESS = {
  pools: [{ family: 'MKL', api: 'blas', file: '/x.so', threads: 4 }],
  torchThreads: 4,
  torchInteropThreads: 2,
  torchStarted: 4,
  importStarted: 3,
  arrow: { cpu: 4, io: 8 },
  atWork: { rayon: null, numpy: 4, scipy: 4 },
  setUp: true,
  rayonThreads: null,
  config: { num_threads: 4, use_ray: false },
};

/** A machine of which every part is there. */
const FULL = machine({
  quotas: [quota(150_000)],
  cpuset: { cpus: '0-3', file: '/sys/fs/cgroup/job/cpuset.cpus' },
  throttling: { periods: 10, throttled: 5, seconds: 1.5, cgroup: '/job', file: '/sys/fs/cgroup/job/cpu.stat' },
  stopped: { seconds: 1.5, file: '/sys/fs/cgroup/job/cpu.stat.local' },
  threadLimits: [{ most: 100, now: 5, name: 'pids.max', file: '/sys/fs/cgroup/job/pids.max' }],
  warnings: ['/proc/x: permission denied'],
  env: { LK_NUM_THREADS: '4,2', OMP_NUM_THREADS: '3', SLURM_JOB_ID: '…', SLURM_CPUS_PER_TASK: '2' },
  settings: [
    readSettings(
      '[parallel]\nnum_threads = 3\n[random]\nseed = 1.5\n[[tuning.x]]\nd = 2020-01-01',
      'lenskit.toml',
      '~/lenskit.toml',
    ),
    readSettings('x', 'lenskit.local.toml', '~/lenskit.local.toml'),
  ],
  machine: {
    surroundings: ['Docker', 'Kubernetes'],
    memory: {
      total: 16e9,
      available: 12e9,
      limit: { bytes: 4e9, used: 1e9, file: '/sys/fs/cgroup/job/memory.max' },
      shm: { bytes: 64e6, source: 'size=64m' },
      openFiles: 1024,
    },
    gpus: [{ model: 'NVIDIA H200', mig: false }],
    driver: { version: '580.65.06', file: '/proc/driver/nvidia/version', compatibility: '/c/libcuda.so.1' },
    request: { cpus: null, either: { since: 1, before: 2.55 }, file: '/sys/fs/cgroup/job/cpu.weight' },
    topology: { cpus: 4, cores: 2 },
    coreKinds: { fast: 2, slow: 2, file: '/sys/devices/cpu_atom/cpus' },
    siblings: { core: '0,2', socket: '0-3' },
  },
  environment: {
    packages: { numpy: '2.4.6', torch: '2.15.0' },
    torch: { version: '2.15.0', cuda: '13.2' },
    pools: [
      { family: 'OpenBLAS', api: 'blas', owner: 'numpy', file: '/venv/libopenblas.so', version: '0.3.30' },
      { family: 'Arrow', api: 'tasks', owner: 'pyarrow', file: '/venv/libarrow.so.2400', version: null },
      { family: 'Polars', api: 'tasks', owner: 'polars', file: '/venv/polars.abi3.so', version: null },
    ],
    competing: { interpreter: '/usr/bin/python3', lenskit: null },
    notes: ['CONDA_PREFIX=/x: no Python there'],
  },
});

const PROBED = {
  ok: true as const,
  interpreter: '/venv/bin/python3',
  observed: {
    python: '3.11.7',
    lenskit: '2025.8.1',
    cpus: 4,
    main: PROCESS,
    worker: null,
    ray: {
      cluster: 'existing' as const,
      foundBy: 'RAY_ADDRESS',
      nodes: [4],
      asked: 8,
      assigned: null,
      cause: 'no node' as const,
      error: null,
    },
    cudaDevices: ['0'],
    error: { type: 'ValueError', message: 'x' },
  },
  gpus: [{ model: 'NVIDIA H200', mig: true }],
};

const SCRIPT = {
  file: 'run.py',
  verdict: 'unprotected' as const,
  why: 'it starts workers when it is imported',
  findings: [
    {
      id: 'script/import-unprotected' as const,
      level: 'error' as const,
      place: { line: 1, column: 1, endLine: 1, endColumn: 5 },
      cell: null,
      source: '',
      message: 'x',
      via: [{ name: 'main', file: 'run.py', line: 3 }],
      fix: null,
    },
  ],
  ignored: [{ id: 'script/repeated-work' as const, line: 4, by: 4 }],
  models: ['item-knn'],
};

const SHARE: Facts['cpuShare'] = { ok: true, loops: 4, got: 2.5, seconds: 1, idle: 1.5, stolen: 0, stopped: 0.5 };

/** Runs with the snapshot's document, every value of which may be reached by its path. */
const document = (facts = { ...FULL, probe: PROBED, cpuShare: SHARE, script: SCRIPT }) =>
  JSON.parse(writeSnapshot(facts, { ...NO_QUESTION, params: { threads: '4' } }, '1', PROGRAM.time)) as Json;

function pathsOf(value: unknown, at: string[] = []): string[][] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [at, ...below.flatMap(([key, item]) => pathsOf(item, [...at, key]))];
}

function changed(at: readonly string[], value: unknown): string {
  const copy = document();
  const parent = at.slice(0, -1).reduce<Json>((here, key) => here[key] as Json, copy);
  parent[at.at(-1) ?? ''] = value;
  return JSON.stringify(copy);
}

/** What a snapshot is answered with: a report that is valid, or one line of words. */
function answer(text: string): string {
  try {
    const { facts, question } = readSnapshot(text, 'file');
    expectValid(JSON.parse(renderJson(report(facts, question))));
    return 'a report';
  } catch (error) {
    if (!['SnapshotError', 'UsageError', 'FlagError'].includes((error as Error).name)) throw error;
    return (error as Error).message;
  }
}

describe('whatever a file holds', () => {
  const paths = pathsOf(document()).slice(1);
  const number = fc.oneof(fc.constantFrom(0, -1, 1.5, 1e300, 65_536, 2 ** 53), fc.integer(), fc.double());
  const any = fc.oneof(fc.jsonValue(), number, fc.constantFrom('', 'x', '0-3', '9'.repeat(5000), null, [], {}, true));

  test('the one that the others are made of is a snapshot', () => {
    expect(answer(JSON.stringify(document()))).toBe('a report');
    expect(answer(changed(['later'], 1))).toBe('a report');
  });

  test('one from before the models of a script were looked for builds none', () => {
    const { facts } = readSnapshot(JSON.stringify(document()), 'file');
    expect(facts.script?.models).toEqual(['item-knn']);
    const { models: _, ignored: _ignored, ...before } = SCRIPT;
    const old = readSnapshot(changed(['facts', 'script'], before), 'file');
    expect(old.facts.script?.models).toEqual([]);
  });

  test('it is a snapshot whose report is valid, or it is refused in one line', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), any, (at, value) => {
        expect(answer(changed(at, value))).not.toContain('\n');
      }),
      { numRuns: 3000 },
    );
  });

  test('every part may be missing, and every part may be something else', () => {
    for (const at of paths) for (const value of [undefined, {}, [], 'x', -1, null]) answer(changed(at, value));
  });

  test.each<[string[], unknown]>([
    [['question', 'params', 'threads'], {}],
    [['question', 'params', 'childThreads'], ['4']],
    [['facts', 'cpus', 'quotas', '0', 'quotaMicroseconds'], '0'],
    [['facts', 'cpus', 'affinity'], '0-65535,'.repeat(1000)],
    [['facts', 'python', 'pools', '0', 'family'], 'x'],
    [['facts', 'script', 'findings', '0', 'place', 'line'], 0],
    [['facts', 'settings', '0', 'content'], { $int: '1' }],
    [['facts', 'settings', '0', 'lines', 'parallel.num_threads'], {}],
    [['facts', 'cpus', 'warnings'], Array(20_000).fill('x')],
  ])('%j is named', (at, value) => {
    expect(answer(changed(at, value))).toBe(`file: ${at.join('.')} is not what a snapshot holds`);
  });

  test.each<[string, () => string]>([
    ['five million parts', () => changed(['facts', 'cpus', 'affinity'], `0${',0'.repeat(5_000_000)}`)],
    ['five million warnings', () => changed(['facts', 'cpus', 'warnings'], Array(5_000_000).fill(''))],
    [
      'a million names',
      () => changed(['facts', 'env'], Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`LK_${i}`, '']))),
    ],
    [
      'brackets',
      () => changed(['facts'], 0).replace('"facts":0', `"facts":${'['.repeat(8_000_000)}${']'.repeat(8_000_000)}`),
    ],
    [
      'a deep table',
      () =>
        changed(['facts', 'settings', '0', 'content'], 0).replace(
          '"content":0',
          `"content":${'{"$table":[["a",'.repeat(100_000)}1${']]}'.repeat(100_000)}`,
        ),
    ],
    [
      'a table as deep as may be',
      () =>
        changed(['facts', 'settings', '0', 'content'], 0).replace(
          '"content":0',
          `"content":${'{"$table":[["a",'.repeat(1300)}true${']]}'.repeat(1300)}`,
        ),
    ],
    [
      'digits',
      () =>
        changed(['facts', 'settings', '0', 'content'], {
          $table: [['parallel', { $table: [['num_threads', { $int: `0x${'f'.repeat(1_000_000)}` }]] }]],
        }),
    ],
    ['unset', () => changed(['question', 'unset'], Array(10_000).fill('LK_X'))],
  ])('%s end at once', (_, made) => {
    const text = made();
    const started = performance.now();
    expect(answer(text).split('\n')).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});

test('whatever is written is read back', () => {
  const facts = { ...FULL, probe: PROBED, cpuShare: SHARE, script: SCRIPT };
  const question = { ...NO_QUESTION, params: { threads: '4' } };
  const back = readSnapshot(writeSnapshot(facts, question, '1.0.0', PROGRAM.time), 'file');
  expect(back).toEqual({ facts, question });
});

test('snapshots that were kept are read still', () => {
  const folder = path.join(PROJECT, 'docs/pictures');
  const kept = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((file) => file.endsWith('.json') && readFileSync(file, 'utf8').includes('lenskit-doctor snapshot'));
  expect(kept.length).toBeGreaterThan(0);
  for (const file of kept) expect(answer(readFileSync(file, 'utf8'))).toBe('a report');
});

describe('privacy', () => {
  test('only variables that checks use are kept; of others that LensKit owns, the name', () => {
    expect(
      keptVariables({
        PATH: '/bin',
        LK_NUM_THREADS: '4',
        lk_parallel__x: '1',
        LK_MACHINE: 'host17',
        LK_PROMETHEUS: '{"url": "u", "n": 1}',
        OMP_NUM_THREADS: '2',
        TOKEN: 't',
      }),
    ).toEqual({
      LK_NUM_THREADS: '4',
      lk_parallel__x: '1',
      LK_MACHINE: '…',
      LK_PROMETHEUS: '{"url":"…","n":1}',
      OMP_NUM_THREADS: '2',
    });
  });

  test('settings that bear on nothing lose their text, not their shape', () => {
    const kept = keptSettings(
      readSettings(
        'machine = "m"\nkey = "secret"\n[machines.a]\ndescription = "d"\nn = 3\n[parallel]\nnum_threads = "x"\n',
        'lenskit.toml',
      ),
    );
    expect(JSON.stringify(kept.content, (_, value) => (typeof value === 'bigint' ? String(value) : value))).toBe(
      '{"machine":"…","machines":{"a":{"description":"…","n":"3"}},"parallel":{"num_threads":"x"}}',
    );
  });

  test('the home directory is shortened where it is one, and nowhere else', () => {
    expect(withoutHome('/home/u/x, /home/u: /home/user /mnt/home/u/x', '/home/u')).toBe(
      '~/x, ~: /home/user /mnt/home/u/x',
    );
    expect(withoutHome('/x', '/')).toBe('/x');
  });
});

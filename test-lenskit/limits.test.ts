import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CheckResult } from '../src/checks/examine.ts';
import type { Report } from '../src/documents/doctor-report.ts';
import { addressSpaceNeeded } from '../src/situation/limits.ts';
import { threadStacks } from '../src/situation/thread-stacks.ts';
import { BIN, doctorJson, START } from '../test/cli.ts';
import { CACHE, FULL } from './cache.ts';

const PIDS = '/sys/fs/cgroup/pids';
const NAME = `lk-real-limits-${process.pid}`;
const JOB = path.join(__dirname, 'limits_job.py');
const cpus = 32;
/** 32 CPUs, importing: 31 + 31 + 1 threads. */
const MOST_PIDS = 48;

const MEMORY = '/sys/fs/cgroup/memory';
const MIB = 1024 ** 2;

function canMakeGroup(controller: string): boolean {
  try {
    mkdirSync(path.join(controller, NAME));
    rmdirSync(path.join(controller, NAME));
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

const compiler = spawnSync('cc', ['--version']).status === 0;
const contained = process.getuid?.() === 0 && spawnSync('unshare', ['-p', '-m', '-f', 'true']).status === 0;
let folder = '';
let preload = '';

/** More CPUs than there are, for all that asks the C library: OpenBLAS, Python, Torch. */
beforeAll(() => {
  if (!compiler) return;
  folder = mkdtempSync(path.join(tmpdir(), 'lk-limits-'));
  preload = path.join(folder, 'cpus.so');
  spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', preload, path.join(__dirname, 'more_cpus.c'), '-ldl']);
});
afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

describe.each(['2025.8.1', '2026.4.0'])('LensKit %s', (version) => {
  const prefix = path.join(CACHE, `lenskit-${version}`);
  const there = process.platform === 'linux' && existsSync(path.join(prefix, 'complete')) && compiler && contained;
  const when = there ? test : test.skip;

  /** Ends with all its processes: nothing of a job that failed is left. */
  const run = (env: { [name: string]: string }, before: string, limits: string[] = []) => {
    const inside = ['unshare', '-p', '-m', '-f', '--mount-proc', '--kill-child', 'prlimit', ...limits];
    const python = [path.join(prefix, 'bin/python'), JOB];
    return spawnSync('/bin/sh', ['-ec', `${before}\nexec "$@"`, 'sh', ...inside, ...python], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      encoding: 'utf8',
      timeout: 45_000,
      // With too little address space it may never end.
      killSignal: 'SIGKILL',
    });
  };
  const moreCpus = () => ({ LD_PRELOAD: preload, LK_TEST_CPUS: String(cpus) });

  /** The report of a machine with so many CPUs that is otherwise as `lk` finds this one. */
  const foretell = (
    threadLimits: object[],
    env: { [name: string]: string },
    limits: object | null = null,
    openFiles = 20_000,
  ): Report => {
    const snapshot = path.join(folder, `${version}.json`);
    doctorJson(['--python', prefix, '--snapshot', snapshot, '--fail-on', 'never']);
    const node = JSON.parse(readFileSync(snapshot, 'utf8')) as {
      facts: { cpus: object; env: object; machine: { memory: object; limits: object | null } };
    };
    node.facts.cpus = { ...node.facts.cpus, online: cpus, affinity: `0-${cpus - 1}`, cpuset: null, threadLimits };
    const memory = { ...node.facts.machine.memory, openFiles };
    node.facts.machine = { ...node.facts.machine, memory, limits };
    node.facts.env = env;
    writeFileSync(snapshot, JSON.stringify(node));
    return doctorJson(['--from', snapshot, '--fail-on', 'never']).report;
  };
  const finding = (report: Report, wanted: string): CheckResult | undefined =>
    report.checks.find(({ id }) => id === wanted);
  const OF_2025 = { processes: 1n, threads: 2n, backendThreads: 1n, totalThreads: 2n };
  const OF_2026 = {
    ...{ numCpus: 32n, useRay: false, numBatchJobs: 1n, numProcs: 1n },
    ...{ numThreads: 2n, numBackendThreads: 1n, totalThreads: 2n, tuneJobs: null },
  };
  const ALONE = {
    LK_NUM_PROCS: '1',
    LK_NUM_THREADS: '2',
    LK_NUM_BACKEND_THREADS: '1',
    ...(version === '2026.4.0' ? { LK_NUM_BATCH_JOBS: '1' } : {}),
  };

  when.each([{}, { OPENBLAS_NUM_THREADS: '5' }, { OMP_NUM_THREADS: '1' }])(
    'the threads at import are those in /proc: %j',
    (env) => {
      const { plan } = foretell([], { ...ALONE, ...env });
      const seen = run({ ...ALONE, ...env, ...moreCpus() }, ':');
      expect({ seen: /imported (\d+)/.exec(seen.stdout)?.[1], stderr: seen.stderr }).toMatchObject({
        seen: String(plan?.atImport.main),
      });
    },
  );

  (canMakeGroup(PIDS) ? when : test.skip)(
    'pids.max: it ends where that is foretold, and runs as is recommended',
    () => {
      const file = path.join(PIDS, NAME, 'pids.max');
      const report = foretell([{ most: MOST_PIDS, now: 2, name: 'pids.max', file }], ALONE);
      expect(finding(report, 'limits/processes')).toMatchObject({ status: 'fail' });
      mkdirSync(path.dirname(file));
      try {
        writeFileSync(file, String(MOST_PIDS));
        const join = `echo $$ > ${path.dirname(file)}/cgroup.procs`;
        expect(run({ ...ALONE, ...moreCpus() }, join).status).not.toBe(0);
        const recommended = run({ ...report.recommendation?.env, ...moreCpus() }, join);
        expect({ status: recommended.status, stderr: recommended.stderr }).toMatchObject({ status: 0 });
      } finally {
        rmdirSync(path.dirname(file));
      }
    },
  );

  (version === '2025.8.1' && canMakeGroup(PIDS) ? when : test.skip)(
    'pids.max: two workers end where what they have at the least does not fit, and live where all fit (root, cgroup v1)',
    () => {
      const file = path.join(PIDS, NAME, 'pids.max');
      const env = { ...ALONE, LK_NUM_PROCS: '2', LK_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '2' };
      mkdirSync(path.dirname(file));
      // One is unshare(1).
      try {
        for (const [most, status, lives] of [
          [20, 'fail', false],
          [40, 'pass', true],
        ] as const) {
          expect(finding(foretell([{ most, now: 1, name: 'pids.max', file }], env), 'limits/processes')?.status).toBe(
            status,
          );
          writeFileSync(file, String(most));
          const { status: ended, stderr } = run(env, `echo $$ > ${path.dirname(file)}/cgroup.procs`);
          expect({ lives: ended === 0, stderr }).toMatchObject({ lives });
        }
      } finally {
        rmdirSync(path.dirname(file));
      }
    },
  );

  (canMakeGroup(MEMORY) ? when : test.skip)(
    'memory for one process: killed where that is foretold, and by the probe explained; alive where it passes (root, cgroup v1)',
    () => {
      const group = path.join(MEMORY, NAME);
      const join = `echo $$ > ${group}/cgroup.procs`;
      const lk = (...flags: string[]): Report => {
        const args = [BIN, 'doctor', '--json', '--fail-on', 'never', '--python', prefix];
        const program = ['-ec', `${join}; exec "$@"`, 'sh', START, ...args, ...flags];
        const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...ALONE };
        return JSON.parse(spawnSync('/bin/sh', program, { env, encoding: 'utf8' }).stdout) as Report;
      };
      mkdirSync(group);
      try {
        for (const [mebibytes, status, lives] of [
          [250, 'fail', false],
          [500, 'pass', true],
        ] as const) {
          writeFileSync(path.join(group, 'memory.limit_in_bytes'), String(mebibytes * MIB));
          expect(finding(lk(), 'memory/process-does-not-fit')?.status).toBe(status);
          const { status: ended, stderr } = run(ALONE, join);
          expect({ lives: ended === 0, stderr }).toMatchObject({ lives });
        }
        writeFileSync(path.join(group, 'memory.limit_in_bytes'), String(200 * MIB));
        expect(finding(lk('--probe'), 'probe/differs')).toMatchObject({
          status: 'fail',
          title: expect.stringContaining('SIGKILL'),
          detail: expect.stringContaining('210 MB are allowed'),
        });
      } finally {
        rmdirSync(group);
      }
    },
  );

  describe.each(FULL ? [8, 64, 256] : [8])('with stacks of %i MiB, RLIMIT_AS', (mebibytes) => {
    const stack = { soft: mebibytes * MIB, hard: mebibytes * MIB };
    // Three threads at import, as two CPUs have.
    const env = { ...ALONE, OPENBLAS_NUM_THREADS: '2' };
    const under = (bytes: number) => {
      const addressSpace = { soft: bytes, hard: bytes };
      const report = foretell([], env, { openFiles: null, addressSpace, stack, mayRaise: false });
      const { status, stderr } = run({ ...env, ...moreCpus() }, ':', [`--stack=${stack.soft}`, `--as=${bytes}`]);
      return { status: finding(report, 'memory/address-space')?.status, lives: status === 0, stderr };
    };
    const needed = () =>
      addressSpaceNeeded(
        { main: 3, libraries: [] },
        { main: version === '2026.4.0' ? OF_2026 : OF_2025 },
        threadStacks({ stack }, {}),
      );

    when('enough is enough', () => {
      expect(under(needed().toRun)).toMatchObject({ status: 'pass', lives: true });
    });

    when('where it certainly ends, it ends', () => {
      expect(under(Math.max(needed().toImport, needed().least) - MIB)).toMatchObject({ status: 'fail', lives: false });
    });
  });

  when('thread stacks of a gigabyte end a job that has twice what it takes otherwise', () => {
    const soft = 1_000_000 * 1024;
    const bytes = 7_000_000 * 1024;
    const env = { ...ALONE, OPENBLAS_NUM_THREADS: '2' };
    const limits = (stack: number) => ({
      openFiles: null,
      addressSpace: { soft: bytes, hard: bytes },
      stack: { soft: stack, hard: null },
      mayRaise: false,
    });
    const found = finding(foretell([], env, limits(soft)), 'memory/address-space');
    expect(found?.status).toMatch(/fail|warn/);
    expect(found?.fix?.commands).toEqual([['ulimit', '-S', '-s', '8192']]);
    expect(run({ ...env, ...moreCpus() }, ':', [`--stack=${soft}`, `--as=${bytes}`]).status).not.toBe(0);
    expect(finding(foretell([], env, limits(8192 * 1024)), 'memory/address-space')?.status).toBe('pass');
    expect(run({ ...env, ...moreCpus() }, ':', [`--stack=${8192 * 1024}`, `--as=${bytes}`]).status).toBe(0);
  });

  when('RLIMIT_AS: the same', () => {
    for (const [gibibytes, status, ends] of [
      [3, 'fail', 'fail'],
      [4, 'pass', 'pass'],
    ] as const) {
      const bytes = gibibytes * 1024 ** 3;
      const limits = { openFiles: null, addressSpace: { soft: bytes, hard: bytes }, mayRaise: false };
      const env = { ...ALONE, OPENBLAS_NUM_THREADS: '1' };
      expect(finding(foretell([], env, limits), 'memory/address-space')?.status).toBe(status);
      expect(run({ ...env, ...moreCpus() }, ':', [`--as=${bytes}`]).status === 0 ? 'pass' : 'fail').toBe(ends);
    }
    // What importing starts goes beyond 4 GB, and the recommendation sees to it.
    const limits = { openFiles: null, addressSpace: { soft: 4 * 1024 ** 3, hard: 4 * 1024 ** 3 }, mayRaise: false };
    const report = foretell([], ALONE, limits);
    expect(finding(report, 'memory/address-space')?.status).toBe('fail');
    expect(run({ ...ALONE, ...moreCpus() }, ':', [`--as=${4 * 1024 ** 3}`]).status).not.toBe(0);
    const followed = run({ ...report.recommendation?.env, ...moreCpus() }, ':', [`--as=${4 * 1024 ** 3}`]);
    expect({ status: followed.status, stderr: followed.stderr }).toMatchObject({ status: 0 });
  });

  (version === '2025.8.1' ? when : test.skip).each([
    [256, 'pass'],
    [30, 'fail'],
  ])('%d open files with four workers', (files, status) => {
    const env = { ...ALONE, LK_NUM_PROCS: '4', OPENBLAS_NUM_THREADS: '1' };
    const report = foretell([], env, null, files);
    expect(finding(report, 'limits/open-files')?.status).toBe(status);
    expect(run(env, ':', [`--nofile=${files}:${files}`]).status === 0 ? 'pass' : 'fail').toBe(status);
  });
});

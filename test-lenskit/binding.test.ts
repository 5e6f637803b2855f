import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCpuList } from '../src/cpus/cpu-list.ts';
import { bindingAtLoad } from '../src/openmp/binding.ts';
import { doctorJson } from '../test/cli.ts';
import { environment } from '../test/openmp/environments.ts';
import { CACHE } from './cache.ts';

const ENVIRONMENTS = ['2025.8.1', '2026.4.0'].map((lenskit) => path.join(CACHE, `lenskit-${lenskit}`));

/** Torch's own libgomp of an environment; null: it is not there. */
function torchLibgomp(prefix: string): string | null {
  const lib = path.join(prefix, 'lib');
  const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('python')) : undefined;
  const file = path.join(lib, python ?? '', 'site-packages/torch/lib/libgomp.so.1');
  return existsSync(file) ? file : null;
}

const run = (prefix: string, program: string, args: string[], env: NodeJS.ProcessEnv = {}, input = '') =>
  spawnSync(path.join(prefix, 'bin/python'), [program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    input,
    encoding: 'utf8',
    timeout: 300_000,
  });

describe.each(ENVIRONMENTS)('%s', (prefix) => {
  const libgomp = torchLibgomp(prefix);
  const cpus = new Set(
    JSON.parse(
      spawnSync('python3', ['-c', 'import os; print(list(os.sched_getaffinity(0)))']).stdout.toString() || '[]',
    ) as number[],
  );
  // The machines of these tests are known: every CPU a core of its own, on one socket.
  const fits = libgomp !== null && formatCpuList(cpus) === '0-1';
  const real = fits ? test : test.skip;

  real("Torch's libgomp, loaded with random environments, leaves the affinity that is foretold", () => {
    const count = Number(process.env.LK_BINDING_CASES ?? 60);
    const seed = process.env.LK_BINDING_SEED ? Number(process.env.LK_BINDING_SEED) : undefined;
    const cases = fc.sample(fc.record({ env: environment, before: fc.constantFrom([0, 1], [0], [1]) }), {
      numRuns: count,
      ...(seed === undefined ? {} : { seed }),
    });
    const lines = cases.map((each) => JSON.stringify(each)).join('\n');
    const answers = run(prefix, path.join(__dirname, 'libgomp_affinity.py'), [libgomp ?? ''], {}, `${lines}\n`);
    const after = answers.stdout.trim().split('\n');
    expect(after).toHaveLength(cases.length);
    const differing = cases.flatMap((each, index) => {
      const affinity = new Set(each.before);
      const [first = 0] = each.before;
      const machine = {
        affinity,
        siblings: { core: new Set([first]), socket: new Set([0, 1]) },
        permitted: new Set([0, 1]),
        limit: 64,
      };
      const binding = bindingAtLoad(each.env, machine, 'wheel');
      const foretold =
        binding.kind === 'hangs'
          ? 'null'
          : JSON.stringify(binding.kind === 'bound' ? [...binding.cpus].sort() : each.before);
      const observed = JSON.stringify(JSON.parse(after[index] ?? 'null'));
      return foretold === observed ? [] : [{ ...each, foretold, observed }];
    });
    expect(differing).toEqual([]);
  });

  const there = existsSync(path.join(prefix, 'complete')) && fits;
  const withLensKit = there ? test : test.skip;

  withLensKit.each([
    ['OMP_PROC_BIND=true'],
    ['OMP_PLACES=cores', 'LK_NUM_BACKEND_THREADS=2'],
    ['GOMP_CPU_AFFINITY=', 'LK_NUM_THREADS=2'],
    ['OMP_PLACES={0,1}'],
    ['KMP_AFFINITY=granularity=fine,compact'],
    ['OMP_PROC_BIND=false', 'OMP_PLACES=cores'],
    ['OMP_THREAD_LIMIT=1', 'LK_NUM_BACKEND_THREADS=2'],
    ['OPENBLAS_NUM_THREADS=1.0', 'LK_NUM_BACKEND_THREADS=2'],
    ['OPENBLAS_DEFAULT_NUM_THREADS=1', 'MKL_NUM_THREADS=2', 'LK_NUM_BACKEND_THREADS=2'],
    ['ARROW_IO_THREADS=3', 'OMP_NUM_THREADS=3', 'LK_NUM_BACKEND_THREADS=3'],
  ])('%s %s: LensKit counts, and has the threads, that are foretold', (...env) => {
    const asked = env.filter(Boolean).flatMap((pair) => ['--env', pair]);
    const { report } = doctorJson(['--python', prefix, '--probe', ...asked]);
    expect(report.probe?.error).toBeNull();
    const comparisons = report.probe?.comparisons ?? [];
    expect(comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
    const counted = comparisons.find(({ what }) => what === 'CPUs that LensKit counts')?.observed;
    expect(report.cpus.lenskit).toBe(Number(counted));
    expect(comparisons.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['main: Torch intra-op', 'main: Arrow CPU (pyarrow)', 'main: Arrow I/O (pyarrow)']),
    );
    // A warning exactly where CPUs were lost.
    const pinned = report.checks.find(({ id }) => id === 'backend/pinned-openmp');
    expect(pinned?.status).toBe(Number(counted) < 2 ? 'warn' : 'pass');
  });

  withLensKit('a list of CPUs that is none: importing Torch does not end, and this is what is said', () => {
    const child = spawnSync(path.join(prefix, 'bin/python'), ['-c', 'import torch'], {
      env: { PATH: process.env.PATH, GOMP_CPU_AFFINITY: 'x' },
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    expect(child.signal).toBe('SIGKILL');
    const { report } = doctorJson(['--python', prefix, '--env', 'GOMP_CPU_AFFINITY=x']);
    expect(report.cpus.lenskit).toBeNull();
    const pinned = report.checks.find(({ id }) => id === 'backend/pinned-openmp');
    expect(pinned).toMatchObject({ status: 'fail', fix: { unset: ['GOMP_CPU_AFFINITY'] } });
  });

  withLensKit('the affinity of another CPU is left', () => {
    const program =
      'import os, lenskit.parallel as p; import torch; print(sorted(os.sched_getaffinity(0)), p.effective_cpu_count())';
    const child = spawnSync('taskset', ['-c', '1', path.join(prefix, 'bin/python'), '-c', program], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, GOMP_CPU_AFFINITY: '0-1' },
      encoding: 'utf8',
    });
    expect(child.stdout.trim()).toBe('[0] 1');
  });
});

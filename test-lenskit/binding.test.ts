import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCpuList } from '../src/cpus/cpu-list.ts';
import { bindingAtLoad } from '../src/openmp/binding.ts';
import { environment } from '../test/openmp/environments.ts';

const CACHE =
  process.env.LK_TEST_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'lenskit-doctor');

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
});

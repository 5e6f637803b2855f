import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { effectiveCpuCount, effectiveCpuFacts } from '../../src/library/effective-cpu-count.ts';
import type * as Library from '../../src/library/parallel-config.ts';
import { PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';

/** The library as a program sees it at its start. */
function fresh(): typeof Library {
  let library: typeof Library | undefined;
  jest.isolateModules(() => {
    library = require('../../src/library/parallel-config.ts') as typeof Library;
  });
  if (!library) throw new Error('not loaded');
  return library;
}

describe("LensKit's names", () => {
  test('initialize takes parameters, variables, defaults, in this order', () => {
    const { initialize, getParallelConfig, subprocessConfig } = fresh();
    initialize({ cpus: 16, threads: [4, 2], env: { LK_NUM_THREADS: '9', LK_NUM_PROCS: '3' } });
    expect(getParallelConfig()).toEqual({ processes: 3, threads: 4, backendThreads: 4, totalThreads: 16 });
    expect(subprocessConfig()).toEqual({ processes: 1, threads: 2, backendThreads: 4, totalThreads: 8 });
    expect(subprocessConfig({ threads: 1, processes: 8 })).toEqual({
      processes: 8,
      threads: 1,
      backendThreads: 2,
      totalThreads: 2,
    });
  });

  test('a second initialize warns and changes nothing', () => {
    const { initialize, getParallelConfig } = fresh();
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    initialize({ cpus: 2, env: {} });
    initialize({ cpus: 8, env: {} });
    expect(warned.mock.calls[0]).toEqual(['parallelism already initialized', 'LensKitWarning']);
    warned.mockRestore();
    expect(getParallelConfig()).toMatchObject({ threads: 2 });
  });

  test('ensureParallelInit and getParallelConfig set the defaults up for the effective CPUs', () => {
    const { ensureParallelInit, getParallelConfig } = fresh();
    ensureParallelInit();
    expect(getParallelConfig().threads).toBe(Math.min(effectiveCpuCount(), 8));
  });

  test('what LensKit refuses is refused', () => {
    const { initialize } = fresh();
    expect(() => initialize({ cpus: 2, env: { LK_NUM_THREADS: 'x' } })).toThrow(
      expect.objectContaining({ name: 'ConfigError', type: 'ValueError' }),
    );
    const { initialize: again, subprocessConfig } = fresh();
    again({ cpus: 2, processes: [4, 0], env: {} });
    expect(() => subprocessConfig()).toThrow(expect.objectContaining({ type: 'ZeroDivisionError' }));
  });
});

test('effectiveCpuCount reads another root, with its derivation beside it', () =>
  withTree(
    {
      '/proc/self/status': 'Cpus_allowed_list:\t0-7\n',
      '/sys/devices/system/cpu/online': '0-7\n',
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      '/sys/fs/cgroup/cpu.max': '250000 100000\n',
    },
    (root) => {
      expect(effectiveCpuCount({ sysroot: root })).toBe(3);
      expect(effectiveCpuFacts({ sysroot: root })).toMatchObject({
        affinity: 8,
        effective: 3,
        floor: 2,
        exact: 2.5,
        limitedBy: 'quota',
      });
    },
  ));

test('a program imports the built package by its name, types included', () =>
  withTree({ '/x': '' }, (root) => {
    const program = path.join(root, 'program.mjs');
    writeFileSync(
      program,
      `import { resolveParallelism, effectiveCpuCount, ConfigError } from ${JSON.stringify(path.join(PROJECT, 'dist/index.js'))};
      const { main } = resolveParallelism({ lenskit: '2025.8.1', cpus: 4, env: { LK_NUM_THREADS: '4,2' } });
      let type; try { resolveParallelism({ cpus: 1, env: { LK_NUM_THREADS: 'x' } }) } catch (error) { type = error instanceof ConfigError && error.type }
      console.log(JSON.stringify([main.threads, effectiveCpuCount() >= 1, type]));`,
    );
    expect(execFileSync(process.execPath, [program], { encoding: 'utf8' })).toBe('[4,true,"ValueError"]\n');
  }));

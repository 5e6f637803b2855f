import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { observeDetails } from '../../src/details/observe.ts';
import { observeOpenblas } from '../../src/details/openblas.ts';
import { machineBelow, thisMachine } from '../../src/host/open.ts';
import { observePython } from '../../src/python/observe.ts';
import { withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';

const python = findPython();
const real = python === null ? test.skip : test;

/** A virtual environment with two distributions, a `.pth` file, and its own Python. */
function withEnvironment(run: (environment: string) => void): Promise<void> {
  return withTree({}, (root) => {
    const environment = path.join(realpathSync(root), 'e');
    const made = spawnSync(python as string, ['-m', 'venv', '--without-pip', environment]);
    if (made.status !== 0) return; // Debian's Python without ensurepip
    const site = spawnSync(
      path.join(environment, 'bin/python'),
      ['-c', 'import site; print(site.getsitepackages()[0])'],
      {
        encoding: 'utf8',
      },
    ).stdout.trim();
    for (const [folder, name] of [
      ['Foo_Bar-1.2.dist-info', 'Foo.Bar'],
      ['baz-0.1.dist-info', 'baz'],
    ] as const) {
      mkdirSync(path.join(site, folder));
      writeFileSync(
        path.join(site, folder, 'METADATA'),
        `Metadata-Version: 2.1\nName: ${name}\nVersion: ${folder.split('-')[1]?.replace('.dist', '')}\n`,
      );
    }
    mkdirSync(path.join(environment, 'added'));
    writeFileSync(path.join(site, 'more.pth'), `${path.join(environment, 'added')}\n`);
    run(environment);
  });
}

describe('an environment', () => {
  real('its packages and paths, as Python itself has them', () =>
    withEnvironment((environment) => {
      const named = path.join(environment, 'pythonpath');
      mkdirSync(named);
      const env = { PATH: '/bin', PYTHONPATH: named, PYTHONNOUSERSITE: '1' };
      const host = thisMachine(env);
      const facts = observePython(host, environment);
      const details = observeDetails(host, facts, null, { packages: true, paths: true });
      const code = `
import json, sys
from importlib.metadata import distributions
print(json.dumps([sys.path[1:], sys.prefix, sys.base_prefix, sorted([d.metadata["Name"], d.version] for d in distributions())]))`;
      const { stdout } = spawnSync(path.join(environment, 'bin/python'), ['-c', code], { encoding: 'utf8', env });
      const [folders, prefix, base, distributions] = JSON.parse(stdout) as [
        string[],
        string,
        string,
        [string, string][],
      ];
      expect(details.paths).toMatchObject({ prefix, basePrefix: base, python: folders, programs: ['/bin'] });
      expect(details.packages?.map(({ name, version }) => [name, version]).sort()).toEqual(distributions);
    }),
  );

  test('without Python, and without being asked', () => {
    const host = machineBelow('/nonexistent', { PATH: '/a:/b' });
    const none = observePython(host, null);
    const details = observeDetails(host, none, null, { packages: false, paths: true });
    expect([details.packages, details.torch, details.openblas]).toEqual([null, null, []]);
    expect(details.paths).toEqual({
      prefix: null,
      basePrefix: null,
      python: [],
      sitePackages: [],
      programs: ['/a', '/b'],
    });
  });
});

describe('OpenBLAS, by its file', () => {
  const pool = (file: string) => ({
    family: 'OpenBLAS' as const,
    api: 'blas' as const,
    owner: 'numpy',
    file,
    version: '0.3.21',
  });
  const read = (text: string, env = {}) =>
    withTree(
      { '/l.so': Buffer.from(`\x7fELF\0${text}\0`, 'latin1') },
      (root) => observeOpenblas(machineBelow(root, env), [pool('/l.so')])[0],
    );

  test.each([
    [
      'OpenBLAS 0.3.31.188.0  USE64BITINT DYNAMIC_ARCH NO_AFFINITY ',
      { version: '0.3.31.188.0', dynamic: true, int64: true, kernel: null },
    ],
    ['OpenBLAS 0.3.30 DYNAMIC_ARCH NO_', { version: '0.3.30', dynamic: true, int64: false, kernel: null }],
    [
      'OpenBLAS 0.3.21 NO_LAPACKE NO_AFFINITY Haswell MAX_THREADS=64',
      { version: '0.3.21', dynamic: false, kernel: 'Haswell' },
    ],
    [
      'OpenBLAS warning: precompiled NUM_THREADS exceeded',
      { version: '0.3.21', dynamic: null, int64: null, kernel: null },
    ],
  ])('%s', async (text, expected) => expect(await read(text)).toMatchObject(expected));

  test('OPENBLAS_CORETYPE chooses the kernel of one that has many', async () => {
    const env = { OPENBLAS_CORETYPE: 'Zen' };
    expect((await read('OpenBLAS 0.3.30 DYNAMIC_ARCH', env))?.kernel).toBe('Zen');
    expect((await read('OpenBLAS 0.3.30 Haswell', env))?.kernel).toBe('Haswell');
  });

  test('one that is not there', () =>
    expect(observeOpenblas(machineBelow('/nonexistent'), [pool('/x')])).toMatchObject([
      { version: '0.3.21', dynamic: null },
    ]));
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FileSystemHost } from '../../src/host/filesystem.ts';
import type { PythonFacts } from '../../src/python/facts.ts';
import { observePython } from '../../src/python/observe.ts';
import { startMethod } from '../../src/python/start-method.ts';
import { type FileTree, withTree } from '../file-tree.ts';

interface Where {
  env?: { [name: string]: string };
  cwd?: string;
  named?: string;
  links?: { [path: string]: string };
}

function python(files: FileTree, { env = {}, cwd = '/', named, links = {} }: Where = {}): Promise<PythonFacts> {
  return withTree({ '/etc/hostname': 'x', ...files }, (root) => {
    for (const file of Object.keys(files)) if (/\/bin\/|shims/.test(file)) chmodSync(path.join(root, file), 0o755);
    for (const [link, target] of Object.entries(links)) {
      mkdirSync(path.dirname(path.join(root, link)), { recursive: true });
      symlinkSync(target, path.join(root, link));
    }
    const host = new FileSystemHost({ root, platform: 'linux', env, cwd, home: '', live: false });
    return observePython(host, named ?? null);
  });
}

const METADATA = (version: string) => `Metadata-Version: 2.4\nName: lenskit\nVersion: ${version}\n\nText\nVersion: 9\n`;

const venv = (prefix: string, lenskit: string | null, version = '3.11.7'): FileTree => {
  const library = `python${version.split('.').slice(0, 2).join('.')}`;
  return {
    [`${prefix}/pyvenv.cfg`]: `home = /usr/bin\nversion_info = ${version}\ninclude-system-site-packages = false\n`,
    [`${prefix}/bin/python3`]: '',
    [`${prefix}/lib/${library}/site-packages/other-1.0.dist-info/METADATA`]: 'Version: 1.0\n',
    ...(lenskit
      ? { [`${prefix}/lib/${library}/site-packages/lenskit-${lenskit}.dist-info/METADATA`]: METADATA(lenskit) }
      : {}),
  };
};

describe('which Python', () => {
  test('an activated environment', async () => {
    const found = await python(venv('/project/env', '2025.8.1'), {
      env: { VIRTUAL_ENV: '/project/env', PATH: '/usr/bin' },
    });
    expect(found).toMatchObject({
      kind: 'venv',
      foundBy: 'VIRTUAL_ENV',
      version: '3.11.7',
      lenskit: { version: '2025.8.1' },
    });
  });

  test('.venv above the working directory', async () => {
    const found = await python(
      { ...venv('/project/.venv', '2026.4.0', '3.13.0'), '/project/a/b/x': '' },
      { cwd: '/project/a/b' },
    );
    expect(found).toMatchObject({
      foundBy: '.venv',
      prefix: '/project/.venv',
      version: '3.13.0',
      lenskit: { version: '2026.4.0' },
    });
  });

  test('a conda environment', async () => {
    const found = await python(
      {
        '/conda/bin/python3': '',
        '/conda/conda-meta/python-3.12.4-h99e199e_1.json': '{}',
        '/conda/lib/python3.12/site-packages/lenskit-2025.6.3.dist-info/METADATA': METADATA('2025.6.3'),
      },
      { env: { CONDA_PREFIX: '/conda' } },
    );
    expect(found).toMatchObject({ kind: 'conda', version: '3.12.4', lenskit: { version: '2025.6.3' } });
  });

  test('an environment that is gone is said to be, and the next is taken', async () => {
    const found = await python(venv('/b/.venv', null), { env: { VIRTUAL_ENV: '/gone' }, cwd: '/b' });
    expect(found).toMatchObject({ foundBy: '.venv', lenskit: null });
    expect(found.notes).toEqual([expect.stringContaining('/gone')]);
  });

  test('python3 on the PATH, behind symbolic links; relative entries are passed over', async () => {
    const found = await python(
      {
        '/opt/py/bin/python3.11': '',
        '/opt/py/lib/python3.11/os.py': '',
        '/opt/py/include/python3.11/patchlevel.h': '#define PY_VERSION              "3.11.9"\n',
        '/opt/py/lib/python3.11/site-packages/lenskit-2025.2.0.dist-info/METADATA': METADATA('2025.2.0'),
        '/here/bin/python3': '',
      },
      {
        env: { PATH: ':.:bin:/usr/local/bin' },
        cwd: '/here',
        links: { '/usr/local/bin/python3': '/opt/py/bin/python3.11' },
      },
    );
    expect(found).toMatchObject({
      interpreter: '/usr/local/bin/python3',
      prefix: '/opt/py',
      version: '3.11.9',
      kind: 'system',
      lenskit: { version: '2025.2.0' },
    });
  });

  test.each([
    ['PYENV_VERSION', { PYENV_VERSION: '3.12.1' }, '3.12.1'],
    ['.python-version', {}, '3.13.0'],
  ])("pyenv's shims through %s", async (_, env, version) => {
    const [major, minor] = version.split('.');
    const found = await python(
      {
        '/home/u/.pyenv/shims/python3': '#!/bin/sh\n',
        [`/home/u/.pyenv/versions/${version}/bin/python3`]: '',
        [`/home/u/.pyenv/versions/${version}/lib/python${major}.${minor}/os.py`]: '',
        '/home/u/.pyenv/version': '3.9.1\n',
        '/project/.python-version': '# ours\n3.13\n',
        '/project/src/x': '',
      },
      { env: { PATH: '/home/u/.pyenv/shims', ...env }, cwd: '/project/src' },
    );
    expect(found.interpreter).toBe(`/home/u/.pyenv/versions/${version}/bin/python3`);
    expect(found).toMatchObject({ kind: 'pyenv', foundBy: 'PATH' });
  });

  test('a version of pyenv that is not installed is said not to be', async () => {
    const found = await python(
      { '/p/shims/python3': '', '/p/versions/3.11.7/bin/python3': '', '/p/version': '3.99.0\n', '/p/bin/x': '' },
      { env: { PATH: '/p/shims' } },
    );
    expect(found.interpreter).toBeNull();
    expect(found.notes).toEqual([expect.stringContaining('3.99.0')]);
  });

  test('a folder or an interpreter by name, and a name that leads nowhere', async () => {
    const files = venv('/e', '2025.8.1');
    expect(await python(files, { named: '/e' })).toMatchObject({
      foundBy: '--python',
      lenskit: { version: '2025.8.1' },
    });
    expect(await python(files, { named: 'bin/python3', cwd: '/e' })).toMatchObject({
      lenskit: { version: '2025.8.1' },
    });
    await expect(python(files, { named: '/nowhere' })).rejects.toThrow('--python /nowhere: not there');
  });

  test('a free-threaded build', async () => {
    const found = await python(
      {
        '/f/.venv/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.14.0\n',
        '/f/.venv/bin/python3': '',
        '/f/.venv/lib/python3.14t/site-packages/lenskit-2026.4.0.dist-info/METADATA': METADATA('2026.4.0'),
      },
      { cwd: '/f' },
    );
    expect(found).toMatchObject({ freeThreaded: true, lenskit: { version: '2026.4.0' } });
  });
});

test('packages and native pools, by their files', async () => {
  const site = '/e/lib/python3.11/site-packages';
  const found = await python(
    {
      ...venv('/e', '2025.8.1'),
      [`${site}/numpy-2.4.6.dist-info/METADATA`]: '',
      [`${site}/scikit_learn-1.8.0.dist-info/METADATA`]: '',
      [`${site}/torch/version.py`]: "__version__ = '2.15.0+cu132'\ncuda: Optional[str] = '13.2'\n",
      [`${site}/torch/lib/libgomp.so.1`]: '',
      [`${site}/numpy/__config__.py`]: '"blas": {\n "name": "scipy-openblas",\n "version": "0.3.31.188.0",\n}',
      [`${site}/numpy.libs/libscipy_openblas64_-32a4b2a6.so`]: '',
      [`${site}/numpy.libs/libgfortran-040039e1.so.5.0.0`]: '',
      [`${site}/scikit_learn.libs/libgomp-a34b3233.so.1.0.0`]: '',
      [`${site}/lenskit/_accel.abi3.so`]: '',
      '/e/lib/libmkl_rt.so.2': '',
      '/e/lib/libtbb.so.12': '',
      '/e/lib/libiomp5.so': '',
    },
    { named: '/e' },
  );
  expect(found.packages).toEqual({ lenskit: '2025.8.1', numpy: '2.4.6', 'scikit-learn': '1.8.0' });
  expect(found.torch).toEqual({ version: '2.15.0+cu132', cuda: '13.2' });
  expect(found.pools.map(({ family, owner, version }) => [family, owner, version])).toEqual([
    ['OpenBLAS', 'numpy', '0.3.31.188.0'],
    ['libgomp', 'scikit-learn', null],
    ['libgomp', 'torch', null],
    ['Rayon', 'lenskit', null],
    ['libiomp5', 'environment', null],
    ['MKL', 'environment', null],
    ['TBB', 'environment', null],
  ]);
});

test('of a package that another one hides on the path nothing is loaded', async () => {
  const site = '/e/lib/python3.11/site-packages';
  const found = await python(
    {
      ...venv('/e', '2025.8.1'),
      '/p/numpy/__init__.py': '',
      [`${site}/numpy/__init__.py`]: '',
      [`${site}/numpy.libs/libscipy_openblas64_-1.so`]: '',
      [`${site}/scipy.libs/libscipy_openblas-1.so`]: '',
    },
    { named: '/e', env: { PYTHONPATH: '/p' } },
  );
  expect(found.pools.map(({ family, owner }) => [family, owner])).toEqual([['OpenBLAS', 'scipy']]);
});

test('a conda environment names its packages in conda-meta', async () => {
  const found = await python(
    {
      '/conda/bin/python3': '',
      '/conda/conda-meta/python-3.12.4-h99e199e_1.json': '{}',
      '/conda/conda-meta/pytorch-2.5.1-cpu_mkl_py312_0.json': '{}',
      '/conda/lib/python3.12/site-packages/x': '',
      '/conda/lib/libopenblasp-r0.3.28.so': '',
    },
    { env: { CONDA_PREFIX: '/conda' } },
  );
  expect(found).toMatchObject({
    kind: 'conda',
    packages: { torch: '2.5.1' },
    pools: [{ family: 'OpenBLAS', owner: 'environment' }],
  });
});

test('an activated environment, and another python on the PATH', async () => {
  const found = await python(
    { ...venv('/a', '2025.8.1'), ...venv('/b', '2026.4.0', '3.13.0') },
    { env: { VIRTUAL_ENV: '/a', PATH: '/b/bin' } },
  );
  expect(found.competing).toEqual({ interpreter: '/b/bin/python3', lenskit: '2026.4.0' });
});

test.each([
  ['linux', '3.11.7', 'fork'],
  ['linux', '3.14.0', 'forkserver'],
  ['darwin', '3.11.7', 'spawn'],
  ['win32', null, 'spawn'],
  ['linux', null, null],
])('the start method of %s with Python %s is %s', (platform, version, method) => {
  expect(startMethod(platform, version)).toBe(method);
});

describe('hostile environments', () => {
  const site = '/e/lib/python3.11/site-packages';
  test.each([
    ['metadata that is a directory', { [`${site}/lenskit-2025.8.1.dist-info/METADATA/x`]: '' }],
    ['metadata that is too large', { [`${site}/lenskit-2025.8.1.dist-info/METADATA`]: 'x'.repeat(1024 * 1024 + 1) }],
    ['metadata without a version', { [`${site}/lenskit-2025.8.1.dist-info/METADATA`]: Buffer.from([0xff, 0xfe, 0]) }],
    ['no metadata', { [`${site}/lenskit-2025.8.1.dist-info/RECORD`]: '' }],
  ])('%s: no version, and a note', async (_, files) => {
    const found = await python({ ...venv('/e', null), ...files }, { named: '/e' });
    expect(found.lenskit).toBeNull();
    expect(found.notes).toHaveLength(1);
  });

  test('a FIFO, a loop of links and a sparse gigabyte as metadata', async () => {
    const other = `${site}/lenskit-2025.8.1.dist-info/METADATA`;
    await withTree({ ...venv('/e', null), [`${site}/lenskit-2025.8.1.dist-info/RECORD`]: '' }, (root) => {
      const host = new FileSystemHost({ root, platform: 'linux', env: {}, cwd: '/', home: '', live: false });
      const notes = () => observePython(host, '/e').notes;
      execFileSync('mkfifo', [path.join(root, other)]);
      expect(notes()).toEqual([expect.stringContaining('not a file')]);
      rmSync(path.join(root, other));
      symlinkSync('METADATA', path.join(root, other));
      expect(notes()).toEqual([expect.stringContaining('too many symbolic links')]);
      rmSync(path.join(root, other));
      writeFileSync(path.join(root, other), '');
      truncateSync(path.join(root, other), 2 ** 30);
      expect(notes()).toEqual([expect.stringContaining('larger than')]);
    });
  });

  test('3,000 packages', async () => {
    const many = Array.from(
      { length: 3000 },
      (_, index) => [`${site}/package${index}-1.0.dist-info/METADATA`, ''] as const,
    );
    const found = await python({ ...venv('/e', '2025.8.1'), ...Object.fromEntries(many) }, { named: '/e' });
    expect(found.lenskit?.version).toBe('2025.8.1');
  });

  test('nothing there at all', async () => {
    expect(await python({})).toMatchObject({ interpreter: null, lenskit: null, notes: [] });
  });

  test('a pyvenv.cfg without anything in it', async () => {
    const found = await python({ '/e/pyvenv.cfg': '\0\n==\n', '/e/bin/python3': '' }, { named: '/e' });
    expect(found).toMatchObject({ kind: 'venv', version: null, lenskit: null });
  });
});

test('a version that is a path is no version', async () => {
  const found = await python(
    { '/p/shims/python3': '', '/p/versions/3.11.7/bin/python3': '', '/p/version': '../../../etc\n' },
    { env: { PATH: '/p/shims' } },
  );
  expect(found.interpreter).toBeNull();
});

test('three names that are links to one runtime are one runtime: conda-forge with _llvm', async () => {
  const lib = '/conda/lib';
  const files = {
    '/conda/conda-meta/python-3.12.1-h1_0.json': '{}',
    '/conda/bin/python3': '',
    [`${lib}/libomp.so`]: '',
  };
  const links = { [`${lib}/libgomp.so.1`]: 'libomp.so', [`${lib}/libiomp5.so`]: 'libomp.so' };
  const linked = await python(files, { named: '/conda', links });
  expect(linked.pools.map(({ family }) => family)).toEqual(['libomp']);
  const apart = await python(
    { ...files, [`${lib}/libgomp.so.1`]: '', [`${lib}/libiomp5.so`]: '' },
    { named: '/conda' },
  );
  expect(apart.pools).toHaveLength(3);
});

test.each([
  ['r"OpenBLAS 0.3.31.188.0  USE64BITINT DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"', 64],
  ['r"OpenBLAS 0.3.31 SkylakeX MAX_THREADS=128"', 128],
  // numpy 1.26.4, of the machine that built it: 64 in truth.
  ['r"USE_64BITINT=1 DYNAMIC_ARCH=1 NO_AFFINITY=1 USE_OPENMP= HASWELL MAX_THREADS=2"', undefined],
  ['r"unknown"', undefined],
])('what OpenBLAS is built for, from %s', async (said, most) => {
  const site = '/e/lib/python3.11/site-packages';
  const files = {
    ...venv('/e', '2025.8.1'),
    [`${site}/numpy.libs/libscipy_openblas64_-1.so`]: '',
    [`${site}/numpy/__config__.py`]: `"blas": {\n "version": "0.3.31",\n "openblas configuration": ${said},\n },`,
  };
  const { pools } = await python(files, { named: '/e' });
  expect(pools).toEqual([expect.objectContaining({ version: '0.3.31', ...(most ? { most } : {}) })]);
  expect(pools[0]?.most).toBe(most);
});

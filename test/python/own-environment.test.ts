import { chmodSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FileSystemHost } from '../../src/host/filesystem.ts';
import type { PythonFacts } from '../../src/python/facts.ts';
import { observePython } from '../../src/python/observe.ts';
import { ownPrefix } from '../../src/python/own-environment.ts';
import { ownPython } from '../../src/python/search.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { memoryHost } from '../memory-host.ts';

const SITE = 'lib/python3.11/site-packages';
const PROGRAM = 'lenskit_doctor/program/bin/lk.cjs';

/** An environment with lk in it, and perhaps LensKit. */
const environment = (prefix: string, lenskit: string | null): FileTree => ({
  [`${prefix}/pyvenv.cfg`]: 'home = /usr/bin\nversion_info = 3.11.7\n',
  [`${prefix}/bin/python3`]: '',
  [`${prefix}/${SITE}/${PROGRAM}`]: '',
  ...(lenskit === null ? {} : { [`${prefix}/${SITE}/lenskit-${lenskit}.dist-info/METADATA`]: `Version: ${lenskit}\n` }),
});

interface Started {
  env?: { [name: string]: string };
  cwd?: string;
  /** What was typed. */
  name?: string;
  named?: string;
}

/** What is found where lk is started from the environment `/own`. */
function seen(files: FileTree, { env = {}, cwd = '/', name = 'lk', named }: Started = {}): Promise<PythonFacts> {
  return withTree({ [`/own/${SITE}/x`]: '', ...files }, (root) => {
    for (const file of Object.keys(files)) if (file.includes('/bin/')) chmodSync(path.join(root, file), 0o755);
    const started = { file: `/own/${SITE}/${PROGRAM}`, name };
    const host = new FileSystemHost({ root, platform: 'linux', env, cwd, home: '', live: false, started });
    return observePython(host, named ?? null);
  });
}

describe('the environment that lk is installed in', () => {
  const both = { ...environment('/own', '2025.8.1'), ...environment('/other', '2026.4.0') };

  test('is looked at where LensKit is in it, before .venv and the PATH', async () => {
    const files = { ...both, ...environment('/w/.venv', '2026.1.0') };
    const { foundBy, lenskit } = await seen(files, { cwd: '/w', env: { PATH: '/other/bin' } });
    expect([foundBy, lenskit?.version]).toEqual(["lk's own environment", '2025.8.1']);
  });

  test.each([
    ['VIRTUAL_ENV', { env: { VIRTUAL_ENV: '/other' } }],
    ['CONDA_PREFIX', { env: { CONDA_PREFIX: '/other' } }],
    ['--python', { named: '/other' }],
  ])('comes behind %s', async (foundBy, started) => {
    expect(await seen(both, started)).toMatchObject({ foundBy, lenskit: { version: '2026.4.0' } });
  });

  test('without LensKit it is not looked at in place of another', async () => {
    const files = { ...environment('/own', null), ...environment('/w/.venv', '2026.1.0') };
    expect(await seen(files, { cwd: '/w' })).toMatchObject({ foundBy: '.venv', lenskit: { version: '2026.1.0' } });
  });

  test('LensKit without metadata is one', async () => {
    const files = { ...environment('/own', null), [`/own/${SITE}/lenskit/__init__.py`]: '' };
    expect(await seen(files)).toMatchObject({ foundBy: "lk's own environment", lenskit: null });
  });

  test('lenskit parallel means the environment of both, whatever is activated', async () => {
    const files = { ...environment('/own', null), ...environment('/other', '2026.4.0') };
    const { foundBy, prefix } = await seen(files, { env: { VIRTUAL_ENV: '/other' }, name: 'lenskit' });
    expect([foundBy, prefix]).toEqual(['lenskit parallel', '/own']);
    expect(await seen(both, { env: { VIRTUAL_ENV: '/own' }, named: '/other', name: 'lenskit' })).toMatchObject({
      foundBy: '--python',
    });
  });
});

describe('an environment of a tool', () => {
  const user = environment('/user', '2026.4.0');

  test.each([
    ['uv tool install', '/own/uv-receipt.toml'],
    ['pipx', '/own/pipx_metadata.json'],
  ])('%s: its Python on the PATH is nobody’s', async (_, mark) => {
    const files = { ...environment('/own', null), [mark]: '', ...user };
    const { foundBy, prefix } = await seen(files, { env: { PATH: '/own/bin:/user/bin' } });
    expect([foundBy, prefix]).toEqual(['PATH', '/user']);
    expect(await seen(files, { env: { PATH: '/own/bin' } })).toMatchObject({ interpreter: null });
    const activated = await seen(files, { env: { PATH: '/own/bin:/user/bin', VIRTUAL_ENV: '/user' } });
    expect([activated.foundBy, activated.competing]).toEqual(['VIRTUAL_ENV', null]);
  });

  test('uvx keeps it in its cache', async () => {
    const prefix = '/home/a/.cache/uv/archive-v0/x1';
    const files = { ...environment(prefix, null), ...user };
    await withTree(files, (root) => {
      for (const file of Object.keys(files)) if (file.includes('/bin/')) chmodSync(path.join(root, file), 0o755);
      const started = { file: `${prefix}/${SITE}/${PROGRAM}`, name: 'node' };
      const env = { PATH: `${prefix}/bin:/user/bin` };
      const options = { root, platform: 'linux', env, cwd: '/', home: '', live: false };
      expect(observePython(new FileSystemHost({ ...options, started }), null).prefix).toBe('/user');
      expect(observePython(new FileSystemHost(options), null).prefix).toBe(prefix);
      // The launcher of commands is started by it, where there is no other.
      expect(ownPython(new FileSystemHost({ ...options, started }))).toBe(`${prefix}/bin/python3`);
      expect(ownPython(new FileSystemHost(options))).toBeNull();
    });
  });

  test('one that is on the PATH without being a tool’s is what python starts', async () => {
    const { foundBy, prefix } = await seen(
      { ...environment('/own', null), ...user },
      { env: { PATH: '/own/bin:/user/bin' } },
    );
    expect([foundBy, prefix]).toEqual(['PATH', '/own']);
  });
});

/** Where pip puts packages: `python -c "import sysconfig; print(sysconfig.get_paths())"`, by scheme. */
test.each([
  ['/v', `/v/${SITE}/${PROGRAM}`],
  ['/v', `/v/lib64/python3.13/site-packages/${PROGRAM}`],
  ['/v', `/v/lib/pypy3.10/site-packages/${PROGRAM}`],
  ['/usr/local', `/usr/local/lib/python3.11/dist-packages/${PROGRAM}`],
  ["/a b/'ü", `/a b/'ü/${SITE}/${PROGRAM}`],
  ['/a/lib/python3.11/site-packages/v', `/a/lib/python3.11/site-packages/v/${SITE}/${PROGRAM}`],
  ['C:/v', 'C:\\v\\Lib\\site-packages\\lenskit_doctor\\program\\bin\\lk.cjs'],
  [null, '/v/node_modules/lenskit-doctor/bin/lk.cjs'],
  [null, `/target/${PROGRAM}`],
  [null, `/${PROGRAM}`],
  [null, PROGRAM],
  [null, `/v/${SITE}/other/program/bin/lk.cjs`],
  [null, `/v/share/python3.11/site-packages/${PROGRAM}`],
  [null, ''],
])('its prefix is %s for %s', (prefix, file) => {
  const platform = file.includes('\\') ? 'win32' : 'linux';
  expect(ownPrefix({ ...memoryHost({}), platform, started: { file, name: 'node' } })).toBe(prefix);
});

test('on another machine there is none', () => {
  expect(ownPrefix(memoryHost({}))).toBeNull();
});

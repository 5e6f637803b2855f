import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lk, PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const { ownCacheFolder } = createRequire(__filename)('../../bin/cache-folder.cjs') as {
  ownCacheFolder(env: { [name: string]: string }): string | null;
};

const testAsRoot = process.geteuid?.() === 0 ? test : test.skip;
const withHome = (run: (home: string) => void) =>
  withTree({ '/home/u/x': '' }, (root) => run(path.join(root, 'home/u')));

describe('the folder for compiled code', () => {
  test("is the user's own, made with mode 0700", () =>
    withHome((home) => {
      const folder = path.join(home, '.cache/lenskit-doctor');
      expect(ownCacheFolder({ HOME: home })).toBe(folder);
      expect(lstatSync(folder).mode & 0o777).toBe(0o700);
      expect(ownCacheFolder({ HOME: home })).toBe(folder);
      expect(ownCacheFolder({ HOME: home, XDG_CACHE_HOME: path.join(home, 'xdg') })).toBe(
        path.join(home, 'xdg/lenskit-doctor'),
      );
    }));

  test('there is none without a home directory, and none is made', () =>
    withHome((home) => {
      const missing = path.join(home, 'missing');
      expect(ownCacheFolder({ HOME: missing })).toBeNull();
      expect(ownCacheFolder({ XDG_CACHE_HOME: path.join(missing, 'xdg') })).toBeNull();
      expect(ownCacheFolder({ HOME: 'relative' })).toBeNull();
      expect(ownCacheFolder({})).toBeNull();
      expect(readdirSync(home)).toEqual(['x']);
    }));

  test.each<[string, (home: string) => void]>([
    ['that others may write to', (home) => chmodSync(path.join(home, '.cache/lenskit-doctor'), 0o770)],
    ['that others may read', (home) => chmodSync(path.join(home, '.cache/lenskit-doctor'), 0o755)],
    ['in a folder that others may write to', (home) => chmodSync(path.join(home, '.cache'), 0o777)],
    ['in a home directory that others may write to', (home) => chmodSync(home, 0o775)],
  ])('none %s is used', (_, spoil) =>
    withHome((home) => {
      expect(ownCacheFolder({ HOME: home })).not.toBeNull();
      spoil(home);
      expect(ownCacheFolder({ HOME: home })).toBeNull();
    }),
  );

  test('no link is followed', () =>
    withHome((home) => {
      const elsewhere = path.join(home, 'elsewhere');
      mkdirSync(elsewhere, { mode: 0o700 });
      mkdirSync(path.join(home, '.cache'));
      symlinkSync(elsewhere, path.join(home, '.cache/lenskit-doctor'));
      symlinkSync(elsewhere, path.join(home, 'xdg'));
      expect(ownCacheFolder({ HOME: home })).toBeNull();
      expect(ownCacheFolder({ HOME: home, XDG_CACHE_HOME: path.join(home, 'xdg') })).toBeNull();
      expect(readdirSync(elsewhere)).toEqual([]);
    }));

  testAsRoot("nothing is made in another user's home", () =>
    withHome((home) => {
      chownSync(home, 65534, 65534);
      expect(ownCacheFolder({ HOME: home })).toBeNull();
      expect(ownCacheFolder({ XDG_CACHE_HOME: path.join(home, 'xdg') })).toBeNull();
      expect(readdirSync(home)).toEqual(['x']);
    }),
  );

  testAsRoot("another user's is not used", () =>
    withHome((home) => {
      const folder = ownCacheFolder({ HOME: home }) ?? '';
      chownSync(folder, 65534, 65534);
      expect(ownCacheFolder({ HOME: home })).toBeNull();
      chownSync(folder, 0, 0);
      chownSync(path.dirname(folder), 65534, 65534);
      expect(ownCacheFolder({ HOME: home })).toBeNull();
    }),
  );
});

/** A copy of the package with its dependencies, and what it prints. */
function copied(root: string, spoil: (dist: string) => void, args = ['--version'], env = {}) {
  const copy = path.join(root, 'package');
  for (const part of ['bin', 'dist', 'package.json', 'oclif.manifest.json'])
    cpSync(path.join(PROJECT, part), path.join(copy, part), { recursive: true });
  symlinkSync(path.join(PROJECT, 'node_modules'), path.join(copy, 'node_modules'));
  spoil(path.join(copy, 'dist'));
  return spawnSync(process.execPath, [path.join(copy, 'bin/lk.cjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
}

const cacheIn = (dist: string) =>
  path.join(dist, readdirSync(dist).find((name) => /^cli\..*\.cache$/.test(name)) ?? '');

describe('code comes from the package', () => {
  test('a built cache of another source is not run', () =>
    withTree({}, (root) => {
      const { status, stdout } = copied(
        root,
        (dist) => {
          // As long as the other one: V8 compares no more than that.
          const source = path.join(dist, 'cli.cjs');
          const other = readFileSync(source, 'latin1').replaceAll('it reads affinity, not', 'it reads affinity, NOT');
          writeFileSync(source, other.replace(/^\/\/\w{64}/, `//${'0'.repeat(64)}`), 'latin1');
        },
        ['doctor', '--fail-on', 'never'],
      );
      expect(status).toBe(0);
      expect(stdout).toContain('it reads affinity, NOT');
    }));

  test('a torn built cache costs time alone', () =>
    withTree({}, (root) => {
      const { status, stderr } = copied(root, (dist) => writeFileSync(cacheIn(dist), 'x'));
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }));

  test('nothing is written to or read from the temporary folder', () =>
    withTree({ '/tmp/x': '' }, (root) => {
      const { status } = copied(root, (dist) => writeFileSync(cacheIn(dist), ''), undefined, {
        TMPDIR: path.join(root, 'tmp'),
      });
      expect(status).toBe(0);
      expect(readdirSync(path.join(root, 'tmp'))).toEqual(['x']);
    }));

  test("a plugin in the user's data folder is not loaded", () =>
    withTree(
      {
        '/data/lk/package.json': '{"oclif": {"plugins": [{"type": "link", "name": "other", "root": "ROOT"}]}}',
        '/other/package.json':
          '{"name": "other", "version": "1.0.0", "main": "x.js", "oclif": {"hooks": {"init": "./x.js"}}}',
        '/other/x.js': 'console.log("not from the package");',
      },
      (root) => {
        writeFileSync(
          path.join(root, 'data/lk/package.json'),
          JSON.stringify({ oclif: { plugins: [{ type: 'link', name: 'other', root: path.join(root, 'other') }] } }),
        );
        const { stdout, status } = spawnSync(process.execPath, [path.join(PROJECT, 'bin/lk.cjs'), '--version'], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, XDG_DATA_HOME: path.join(root, 'data'), HOME: root },
        });
        expect(status).toBe(0);
        expect(stdout).toMatch(/^lenskit-doctor\S* [^\n]*\n$/);
      },
    ));
});

test('the program is ASCII, as bin/load.cjs reads it, and says other letters as they are', () => {
  for (const file of ['dist/cli.cjs', 'dist/oclif.cjs'])
    expect(readFileSync(path.join(PROJECT, file)).every((byte) => byte < 128)).toBe(true);
  withTree({ '/lenskit.toml': '[parallel]\nnum_threads = 3\n' }, (cwd) => {
    const { stdout } = lk(['doctor', '--lenskit', '2025.8.1', '--only', 'config/file-not-read', '--fail-on', 'never'], {
      cwd,
    });
    expect(stdout).toContain('set LK_NUM_… variables');
  });
});

import fs, { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Matches, matching } from '../../src/files/matching.ts';
import { withTree } from '../file-tree.ts';

const TREE = { '/t/b.py': '', '/t/a.py': '', '/t/n.txt': '', '/t/d/c.py': '', '/t/d/venv/e.py': '', '/other/o.py': '' };

/** What a search finds, by names below the root. */
async function found(root: string, pattern: string, folder = 't', ignore: readonly string[] = []): Promise<Matches> {
  const below = (name: string): string => path.relative(root, name);
  const { files, refused } = await matching(pattern, path.join(root, folder), ignore);
  return { files: files.map(below), refused: refused.map(({ path: name, why }) => ({ path: below(name), why })) };
}

/** While something runs, folders of this name cannot be read, for this reason. */
async function refusing<T>(name: string, code: string, run: () => Promise<T>): Promise<T> {
  const { readdir } = fs;
  fs.readdir = ((folder: string, options: object, done: (error: unknown, entries?: unknown) => void) => {
    if (path.basename(folder) === name) done(Object.assign(new Error(code), { code }));
    else readdir(folder, options, done as never);
  }) as typeof readdir;
  try {
    return await run();
  } finally {
    fs.readdir = readdir;
  }
}

describe('the files below a folder that a pattern matches', () => {
  test.each([
    ['**/*.py', ['t/a.py', 't/b.py', 't/d/c.py', 't/d/venv/e.py']],
    ['*.py', ['t/a.py', 't/b.py']],
    ['d/*', ['t/d/c.py']],
    ['{b,a}.py', ['t/a.py', 't/b.py']],
    ['n.txt', ['t/n.txt']],
    ['d', []],
    ['../other/*.py', ['other/o.py']],
    ['nothing/*.py', []],
    ['n.txt/*.py', []],
  ])('%s, in order: folders are none, and what is not there matches nothing', (pattern, files) =>
    withTree(TREE, async (root) => expect(await found(root, pattern)).toEqual({ files, refused: [] })),
  );

  test('but for what is to be passed over', () =>
    withTree(TREE, async (root) => {
      expect((await found(root, '**/*.py', 't', ['**/venv/**', 'b.py'])).files).toEqual(['t/a.py', 't/d/c.py']);
    }));

  test('by whole names, where the pattern has one', () =>
    withTree(TREE, async (root) => {
      const { files } = await matching(path.join(root, 't/*.py'), '.', []);
      expect(files.map((name) => path.resolve(name))).toEqual(
        ['a.py', 'b.py'].map((name) => path.join(root, 't', name)),
      );
    }));

  test('a link to a file is one, a link to a folder is not followed, nor is it a file', () =>
    withTree(TREE, async (root) => {
      symlinkSync('../other/o.py', path.join(root, 't/link.py'));
      symlinkSync('../other', path.join(root, 't/folder.py'));
      symlinkSync('.', path.join(root, 't/loop'));
      expect(await found(root, '**/*.py')).toEqual({
        files: ['t/a.py', 't/b.py', 't/d/c.py', 't/d/venv/e.py', 't/link.py'],
        refused: [],
      });
    }));

  test('a link to a device is the file that it is called, a device itself is no match', () =>
    withTree(TREE, async (root) => {
      symlinkSync('/dev/null', path.join(root, 't/null.py'));
      expect((await found(root, '*.py')).files).toEqual(['t/a.py', 't/b.py', 't/null.py']);
      expect((await matching('nul[l]', '/dev', [])).files).toEqual([]);
    }));
});

describe('what cannot be looked at is named, in order', () => {
  test('links that lead nowhere and in circles, where they match', () =>
    withTree(TREE, async (root) => {
      symlinkSync('nowhere', path.join(root, 't/z.py'));
      symlinkSync('nowhere', path.join(root, 't/z.txt'));
      symlinkSync('c.py', path.join(root, 't/c.py'));
      expect(await found(root, '*.py')).toEqual({
        files: ['t/a.py', 't/b.py'],
        refused: [
          { path: 't/c.py', why: 'too many symbolic links' },
          { path: 't/z.py', why: 'a link that leads nowhere' },
        ],
      });
    }));

  test('names that are not UTF-8, of files, folders and links', () =>
    withTree(TREE, async (root) => {
      const at = (name: string): Buffer => Buffer.concat([Buffer.from(`${root}/t/`), Buffer.from(name, 'latin1')]);
      writeFileSync(at('f\xff.py'), '');
      symlinkSync('a.py', at('l\xff.py'));
      mkdirSync(at('g\xff'));
      writeFileSync(at('g\xff/h.py'), '');
      const why = 'its name is not UTF-8; rename it';
      expect(await found(root, '**/*.py')).toEqual({
        files: ['t/a.py', 't/b.py', 't/d/c.py', 't/d/venv/e.py'],
        refused: [
          { path: 't/f\ufffd.py', why },
          { path: 't/g\ufffd', why: `${why}; nothing below it was looked at` },
          { path: 't/l\ufffd.py', why },
        ],
      });
    }));

  test.each([
    ['EACCES', 'permission denied'],
    ['EIO', 'the disk failed'],
    ['ENOENT', 'not there'],
  ])('folders that may not be read: %s', (code, words) =>
    withTree(TREE, async (root) => {
      expect(await refusing('d', code, () => found(root, '**/*.py'))).toEqual({
        files: ['t/a.py', 't/b.py'],
        refused: [{ path: 't/d', why: `${words}; nothing below it was looked at` }],
      });
    }),
  );

  test('also the one in which the search begins, unless it is not there', () =>
    withTree(TREE, async (root) => {
      const why = 'permission denied; nothing below it was looked at';
      expect(await refusing('t', 'EACCES', () => found(root, '**/*.py'))).toEqual({
        files: [],
        refused: [{ path: 't', why }],
      });
      for (const code of ['ENOENT', 'ENOTDIR'])
        expect(await refusing('t', code, () => found(root, '**/*.py'))).toEqual({ files: [], refused: [] });
      expect(await found(root, '*.py', 'gone')).toEqual({ files: [], refused: [] });
    }));

  test('by the name that the folder was given', () =>
    withTree(TREE, async (root) => {
      const given = path.relative(process.cwd(), path.join(root, 't'));
      const { files, refused } = await refusing('d', 'EACCES', () => matching('**/*.py', given, []));
      expect(files).toEqual([path.join(given, 'a.py'), path.join(given, 'b.py')]);
      expect(refused.map(({ path: name }) => name)).toEqual([path.join(given, 'd')]);
    }));
});

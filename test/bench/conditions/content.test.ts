import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { contentsOf } from '../../../src/bench/conditions/content.ts';
import { type FileTree, withTree } from '../../file-tree.ts';

jest.setTimeout(60_000);

type Env = { [name: string]: string };

const contents = (cwd: string, command: readonly string[], env: Env = {}, leftOut = (_: string) => false) =>
  contentsOf([command], { cwd, env: { PATH: '/usr/bin:/bin', ...env }, leftOut }, (name) => name);

/** What is told of what has changed since. */
function differs(before: ReturnType<typeof contents>, now: ReturnType<typeof contents>): string[] {
  const hashes = new Set(now.files.map(([name, hash]) => `${name} ${hash}`));
  return before.files.filter(([name, hash]) => !hashes.has(`${name} ${hash}`)).map(([name]) => name);
}

const changedOf = (before: ReturnType<typeof contents>): string[] => before.changed().map(([name]) => name);

function put(root: string, files: FileTree): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
}

const PY = 'x = 1\n';
const S: FileTree = { 's.py': PY };
const S2: FileTree = { 's.py': 'x = 2\n' };
const D: FileTree = { 'd/x.csv': '1', 'd/e/y.csv': '1' };
const PACKAGE: FileTree = { 's/__main__.py': 'from . import a\n', 's/a.py': '', 's/data/x.csv': '1', 'helper.py': '' };

describe('what changes is noticed', () => {
  test.each<[string, FileTree, string[], FileTree, string[], Env?]>([
    ['an argument', S, ['python3', 's.py'], S2, ['s.py']],
    ['a module', S, ['python3', '-m', 's'], S2, ['s.py']],
    ['a module in one word', S, ['python3', '-ms'], S2, ['s.py']],
    ['a module behind wrappers', S, ['env', 'A=1', 'nice', '-n5', 'srun', 'python3', '-m', 's'], S2, ['s.py']],
    ['a module for a shell', S, ['sh', '-c', 'cd . && exec python3 -m s'], S2, ['s.py']],
    [
      'a module in a folder of PYTHONPATH',
      { 'lib/s.py': PY },
      ['python3', '-ms'],
      { 'lib/s.py': '' },
      ['lib/s.py'],
      { PYTHONPATH: 'lib' },
    ],
    ['a module of which a function is named', S, ['gunicorn', 's:app'], S2, ['s.py']],
    ['beside a package that is run', PACKAGE, ['python3', '-m', 's'], { 's/a.py': '#' }, ['s/a.py']],
    ['a part of a package that is run', PACKAGE, ['python3', '-m', 's.a'], { 's/__main__.py': '#' }, ['s/__main__.py']],
    ['data in a package', PACKAGE, ['python3', '-m', 's'], { 's/data/x.csv': '2' }, ['s/data/x.csv']],
    [
      'what a package imports',
      { ...PACKAGE, 's/a.py': 'import helper' },
      ['python3', '-ms'],
      { 'helper.py': '#' },
      ['helper.py'],
    ],
    ['a line for a shell', S, ['sh', '-c', 'python3 s.py'], S2, ['s.py']],
    ['a line within a line', S, ['sh', '-c', `bash -lc "nice sh -c 'python3 s.py'"`], S2, ['s.py']],
    [
      'a line with another folder',
      { 'd/s.py': PY },
      ['sh', '-c', 'cd d && python3 s.py'],
      { 'd/s.py': '' },
      ['d/s.py'],
    ],
    ['a pattern of a shell', D, ['sh', '-c', 'cat d/*.csv'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['a pattern here', S, ['sh', '-c', 'cat *.py'], S2, ['s.py']],
    ['a pattern in code', D, ['python3', '-c', 'glob("d/*.csv")'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['a pattern of folders', D, ['sh', '-c', 'cat */[e]/?.csv'], { 'd/e/y.csv': '2' }, ['d/e/y.csv']],
    ['a pattern in a value', D, ['cat', '--data=d/*.csv'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['from another folder', { ...D, ...S }, ['sh', '-c', 'cd d && cat ../s.py'], S2, ['s.py']],
    [
      'a module from another folder',
      { 'd/s.py': PY },
      ['env', '-C', 'd', 'python3', '-ms'],
      { 'd/s.py': '' },
      ['d/s.py'],
    ],
    [
      'a folder named later',
      { 'd/x': '1', ...D },
      ['python3', '-c', 'open("e/y.csv")', 'd'],
      { 'd/e/y.csv': '2' },
      ['d/e/y.csv'],
    ],
    ['a name with a blank', { 'my x.csv': '1' }, ['sh', '-c', `cat 'my x.csv'`], { 'my x.csv': '2' }, ['my x.csv']],
    ['an option in a line', D, ['sh', '-c', 'cut -fd/x.csv'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['a variable of a shell', D, ['sh', '-c', 'cat $D/x.csv'], { 'd/x.csv': '2' }, ['$D/x.csv'], { D: 'd' }],
    ['a settings file that is sourced', { 'e.sh': 'A=1' }, ['sh', '-c', '. ./e.sh'], { 'e.sh': 'A=2' }, ['./e.sh']],
    ['code in a word', S, ['python3', '-c', 'import s; s.run()'], S2, ['s.py']],
    ['a file in code', D, ['python3', '-c', 'open("d/x.csv")'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['a folder', D, ['python3', '-c', 'pass', 'd'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['a folder with a slash', D, ['python3', '-c', 'pass', 'd/'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['deep in a folder', D, ['python3', '-c', 'pass', '--data=d'], { 'd/e/y.csv': '2' }, ['d/e/y.csv']],
    ['another file in a folder', D, ['ls', 'd'], { 'd/e/z.csv': '' }, ['d/e/']],
    ['another folder in a folder', D, ['ls', 'd'], { 'd/f/z.csv': '' }, ['d/']],
    ['the working folder', D, ['ls', '.'], { 'd/x.csv': '2' }, ['./d/x.csv']],
    ['behind an at', D, ['ls', '@d/x.csv'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['behind an option', D, ['ls', '-cd/x.csv'], { 'd/x.csv': '2' }, ['d/x.csv']],
    ['in a list', { ...D, ...S }, ['ls', 'd/x.csv,s.py'], { 'd/x.csv': '2', ...S2 }, ['d/x.csv', 's.py']],
    ['an address', D, ['ls', 'file:d/x.csv'], { 'd/x.csv': '2' }, ['d/x.csv']],
    [
      'an import',
      { 's.py': 'from h import x', 'h.py': 'import g', 'g.py': '' },
      ['python3', 's.py'],
      { 'g.py': '#' },
      ['g.py'],
    ],
    [
      'an import beside the script',
      { 'p/s.py': 'import h', 'p/h.py': '' },
      ['python3', 'p/s.py'],
      { 'p/h.py': '#' },
      ['p/h.py'],
    ],
    [
      'a relative import',
      { 's.py': 'import p', 'p/__init__.py': 'from .q import x', 'p/q.py': '' },
      ['python3', 's.py'],
      { 'p/q.py': '#' },
      ['p/q.py'],
    ],
    ['what a script opens', { 's.py': 'open("d/x.csv")', ...D }, ['python3', 's.py'], { 'd/x.csv': '2' }, ['d/x.csv']],
    [
      'a folder that a script names',
      { 's.py': 'read("d")', ...D },
      ['python3', 's.py'],
      { 'd/x.csv': '2' },
      ['d/x.csv'],
    ],
    ['what a shell’s script runs', { 'j.sh': 'python3 s.py', ...S }, ['sh', 'j.sh'], S2, ['s.py']],
    ['what a shell’s script runs as a module', { 'j.sh': 'python3 -m s', ...S }, ['sh', 'j.sh'], S2, ['s.py']],
    [
      'what settings name',
      { 'c.toml': 'data = "d"', ...D },
      ['run', '--config', 'c.toml'],
      { 'd/x.csv': '2' },
      ['d/x.csv'],
    ],
    ['a program of its own interpreter', { s: '#!./py -u\n', py: 'x' }, ['./s'], { py: 'y' }, ['./py']],
  ])('%s', (_, files, command, change, names, env = {}) =>
    withTree({}, (root) => {
      put(root, files);
      const before = contents(root, command, env);
      expect(differs(before, contents(root, command, env))).toEqual([]);
      expect(before.changed()).toEqual([]);
      expect(before.beyond).toEqual([]);
      put(root, change);
      expect(differs(before, contents(root, command, env)).sort()).toEqual([...names].sort());
      expect(changedOf(before).sort()).toEqual([...names].sort());
    }),
  );

  test('a program on the PATH, as a shell finds it', () =>
    withTree({ '/a/p': 'x', '/b/p': 'x' }, (root) => {
      spawnSync('chmod', ['+x', `${root}/a/p`, `${root}/b/p`]);
      const env = { PATH: `bin:${root}/none:${root}/a:${root}/b` };
      const before = contents(root, ['env', 'p', '1'], env);
      expect(before.files.map(([name]) => name)).toEqual([`${root}/a/p`]);
    }));
});

describe('what is none of the job’s is not', () => {
  test.each<[string, FileTree, string[], FileTree]>([
    ['hidden files and bytecode', D, ['ls', 'd'], { 'd/.x.swp': '', 'd/.git/index': '', 'd/__pycache__/s.pyc': '' }],
    ['modules that are not imported', { ...S, 't.py': '' }, ['python3', 's.py'], { 't.py': '#', 'u.py': '' }],
    ['a folder with a variable’s name', { 's.py': 'd = 1', ...D }, ['python3', 's.py'], { 'd/x.csv': '2' }],
    ['the folder of a sourced file', { 'e.sh': '', ...D }, ['sh', '-c', '. ./e.sh'], { 'd/x.csv': '2' }],
    ['a file that is only made now', {}, ['python3', '-c', 'x', 'new.csv'], { 'new.csv': '2' }],
  ])('%s', (_, files, command, change) =>
    withTree({}, (root) => {
      put(root, files);
      const before = contents(root, command);
      put(root, change);
      expect(differs(before, contents(root, command))).toEqual([]);
      expect(before.changed()).toEqual([]);
    }),
  );

  test('what this program writes itself', () =>
    withTree({ '/d/x': '1', '/d/journal': '1' }, (root) => {
      const own = (file: string): boolean => path.basename(file) === 'journal';
      const before = contents(root, ['-', 'd', 'd/journal'], {}, own);
      expect(before.files.map(([name]) => name)).toEqual(['d/x', 'd/']);
    }));

  test('what was written again as it was', () =>
    withTree({ '/x': '1' }, (root) => {
      const before = contents(root, ['ls', 'x']);
      put(root, { x: '1' });
      utimesSync(`${root}/x`, 1, 1);
      expect(before.changed()).toEqual([]);
    }));

  test.each(['/', '/tmp', '/proc', '/proc/self', '/dev/shm'])('%s is not followed, and is named', (folder) => {
    const { files, beyond } = contents('/', ['-', folder]);
    expect([files, beyond]).toEqual([[], [folder]]);
  });

  test('what the kernel makes up is not read', () =>
    expect(contents('/', ['-', '/proc/uptime', '/dev/null', '/sys/kernel/notes']).files).toEqual([]));
});

describe('bounds', () => {
  test('of a folder with many files the first are read; which folder it was is said', () =>
    withTree({}, (root) => {
      put(root, Object.fromEntries(Array.from({ length: 2010 }, (_, n) => [`d/${String(n).padStart(4, '0')}`, ''])));
      const { files, beyond } = contents(root, ['-', 'd']);
      expect([files.length, files.at(-2)?.[0], beyond]).toEqual([2001, 'd/1999', ['d/ beyond 2000 files']]);
    }));

  test('links that lead in a circle end, and large files in a folder are told by their ends, size and date', () =>
    withTree({ '/d/large': Buffer.alloc(5 * 1024 * 1024) }, (root) => {
      symlinkSync('..', `${root}/d/up`);
      symlinkSync('d', `${root}/d/loop`);
      symlinkSync('large', `${root}/d/link`);
      linkSync(`${root}/d/large`, `${root}/d/other`);
      const before = contents(root, ['-', 'd']);
      expect(before.files.map(([name]) => name).filter((name) => name.startsWith('d/l'))).toEqual([
        'd/large',
        'd/link',
      ]);
      const bytes = readFileSync(`${root}/d/large`);
      bytes[3 * 1024 * 1024] = 1;
      writeFileSync(`${root}/d/large`, bytes);
      expect(differs(before, contents(root, ['-', 'd']))).toContain('d/large');
    }));

  test('many words, long words and long texts take no time that grows', () =>
    withTree({ '/s.py': `x = [${'1.5, '.repeat(40_000)}]\nimport ${'a.b,'.repeat(10_000)}` }, (root) => {
      const many = Array.from({ length: 12_000 }, (_, n) => `w${n}`);
      const long = ['=', '-', "'", ' ', 'a,'].map((one) => one.repeat(100_000));
      const { files, beyond } = contents(root, ['s.py', ...long, ...many]);
      expect(files.map(([name]) => name)).toEqual(['s.py']);
      expect(beyond).toContain('words beyond 10000');
    }));
});

describe('secrets', () => {
  const TREE: FileTree = { 'token=abcdefabcdef/s.py': 'import h', 'token=abcdefabcdef/h.py': '', 'pw/s.py': PY };

  test.each([
    ['token=abcdefabcdef/s.py', 'token=abcdefabcdef/s.py', 'token=…'],
    ['what it imports', 'token=abcdefabcdef/h.py', 'token=…'],
    ['--password', 'pw/s.py', '…'],
  ])('a file whose path is hidden is read, and called as it is shown: %s', (_, file, name) =>
    withTree({}, (root) => {
      put(root, TREE);
      const command = ['python3', 'token=abcdefabcdef/s.py', '--password', 'pw/s.py'];
      const before = contents(root, command);
      expect(JSON.stringify(before.files)).not.toMatch(/abcdef[a-f/]|pw/);
      expect(differs(before, contents(root, command))).toEqual([]);
      put(root, { [file]: 'import h # again' });
      expect(differs(before, contents(root, command))).toEqual([name]);
      expect(changedOf(before)).toEqual([name]);
    }),
  );

  test('what is in it is not told by a quick hash', () =>
    withTree({ '/pw': '1234' }, (root) => {
      const [quick, slow] = [contents(root, ['-', 'pw']), contents(root, ['-', '--token-file=pw'])];
      expect(quick.files[0]?.[1]).toHaveLength(64);
      expect(slow.files).toEqual([['--token-file=…', expect.stringMatching(/^[0-9a-f]{32}$/)]]);
    }));
});

/** A way to name a file in a command. */
const WAYS: readonly ((file: string, folder: string) => string[])[] = [
  (file) => [file],
  (file) => [`./${file}`],
  (file) => [`--data=${file}`],
  (file) => [`-f${file}`],
  (file) => [`@${file}`],
  (file) => [`file:${file}`],
  (file) => [`x,${file},y`],
  (file) => ['sh', '-c', `cat '${file}' | wc`],
  (file) => ['sh', '-c', `sh -c "cat ${file}"`],
  (file) => ['-c', `read("${file}")`],
  (_, folder) => [folder],
  (_, folder) => [`--in=${folder}`],
  (_, folder) => ['sh', '-c', `cat ${folder}/*`],
];

test('words are as many where a folder is named, whose names are looked at again', () =>
  withTree({ 'd/x.csv': '1' }, (root) => {
    const beyond = (words: number) => contents(root, ['cat', 'd', ...Array<string>(words - 2).fill('-')]).beyond;
    expect([beyond(10_000), beyond(10_001)]).toEqual([[], ['words beyond 10000']]);
  }));

test('a pattern that is a name too, and one that stands for itself, end', () =>
  withTree({ '*': '1', '[a]': '1', 'd/*': '1' }, (root) => {
    const before = contents(root, ['sh', '-c', 'cat * [a] */* d/*']);
    put(root, { '*': '2', 'd/*': '2' });
    expect(changedOf(before).sort()).toEqual(['*', 'd/*']);
  }));

test('a pattern does not stand for hidden names', () =>
  withTree({ '.x.csv': '1', 'y.csv': '1' }, (root) => {
    const before = contents(root, ['sh', '-c', 'cat *.csv']);
    put(root, { '.x.csv': '2', 'y.csv': '2' });
    expect(changedOf(before)).toEqual(['y.csv']);
  }));

test('of any command: unchanged it is the same; any change of a file that it names, and of no other, is noticed', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.stringMatching(/^[b-y]{3,8}(\.(csv|py|d))?$/), { minLength: 2, maxLength: 6 }),
      fc.array(fc.nat({ max: WAYS.length - 1 }), { minLength: 6, maxLength: 6 }),
      fc.nat({ max: 5 }),
      (names, ways, chosen) =>
        withTree({}, (root) => {
          const files = names.map((name, n) => `A${n}/${name}`);
          put(root, Object.fromEntries(files.map((file) => [file, 'one'])));
          // the last file is named by nobody
          const command = files.slice(0, -1).flatMap((file, n) => WAYS[ways[n] ?? 0]?.(file, `A${n}`) ?? []);
          const before = contents(root, command);
          expect(differs(before, contents(root, command))).toEqual([]);
          const at = chosen % files.length;
          put(root, { [files[at] as string]: 'two' });
          const isNamed = at < files.length - 1;
          expect([differs(before, contents(root, command)).length > 0, before.changed().length > 0]).toEqual([
            isNamed,
            isNamed,
          ]);
          rmSync(path.join(root, files[at] as string));
          expect(differs(before, contents(root, command)).length > 0).toBe(isNamed);
        }),
    ),
    { numRuns: 150 },
  ));

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ScriptsReport } from '../../src/documents/scripts-report.ts';
import { BIN, expectValid, lk, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const BAD = 'from lenskit.batch import recommend\n\nrecommend(p, u)\n';
const OLD = ['--lenskit', '2025.8.1'];

const check = (args: string[], cwd: string) => lk(['check', 'script', ...OLD, ...args], { cwd });

function files(args: string[], cwd: string): string[] {
  const { stdout } = check(['--json', ...args], cwd);
  const report = JSON.parse(stdout) as ScriptsReport;
  expectValid(report, 'script');
  return report.files.map(({ file }) => file);
}

/** With the script on standard input. */
function piped(args: string[], input: string | Buffer, cwd: string) {
  return spawnSync(START, [BIN, 'check', 'script', ...OLD, ...args], {
    cwd,
    input,
    env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
  });
}

describe('which files are looked at', () => {
  const TREE = {
    '/a.py': BAD,
    '/gen_a.py': BAD,
    '/w.pyw': BAD,
    '/build/b.py': BAD,
    '/sub/c.py': BAD,
    '/sub/old/d.py': BAD,
    '/sub/old/gen_d.py': BAD,
  };

  test('by flags, of what is found; what is named is looked at', () =>
    withTree(TREE, (root) => {
      expect(files(['.', '--exclude', 'build,gen_*', '--exclude', 'sub/old'], root)).toEqual(['a.py', 'sub/c.py']);
      expect(files(['.', '--include', '*.pyw', '--include', 'sub/*.py'], root)).toEqual(['sub/c.py', 'w.pyw']);
      expect(files(['.', '--include', 'sub', '--exclude', 'old'], root)).toEqual(['sub/c.py']);
      expect(files(['gen_a.py', '--exclude', 'gen_*'], root)).toEqual(['gen_a.py']);
      expect(files(['gen_a.py', 'build/b.py', 'a.py', '--exclude', 'gen_*,build', '--force-exclude'], root)).toEqual([
        'a.py',
      ]);
      expect(files(['sub/**/*.py', '--exclude', 'gen_*'], root)).toEqual(['sub/c.py', 'sub/old/d.py']);
      expect(check(['.', '--exclude', '[a'], root)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: 'lk: --exclude [a: no pattern: a [ without its ]\n',
      });
    }));

  test('by the settings nearest to each file, from whatever folder', () =>
    withTree(
      {
        ...TREE,
        '/pyproject.toml': '[tool.lenskit-doctor]\nexclude = ["build", "sub/old/gen_*.py"]\n',
        '/sub/mine/.lenskit-doctor.toml': 'include = ["*.pyw"]\n',
        '/sub/mine/x.py': BAD,
        '/sub/mine/y.pyw': BAD,
      },
      (root) => {
        const all = ['a.py', 'gen_a.py', 'sub/c.py', 'sub/mine/y.pyw', 'sub/old/d.py'];
        expect(files(['.'], root)).toEqual(all);
        expect(files(['..'], path.join(root, 'sub/old'))).toEqual(['../c.py', '../mine/y.pyw', '../old/d.py']);
        expect(files(['.', '--exclude', 'sub'], root)).toEqual(['a.py', 'build/b.py', 'gen_a.py']);
        const forced = ['--force-exclude', 'build/b.py', 'a.py'];
        expect(files(forced, root)).toEqual(['a.py']);
        appendFileSync(path.join(root, 'pyproject.toml'), 'force-exclude = true\n');
        expect(files(forced.slice(1), root)).toEqual(['a.py']);
      },
    ));

  test('a wrong key is named, with the line', () =>
    withTree({ '/s/a.py': BAD, '/pyproject.toml': '[tool.lenskit-doctor]\nexlude = ["a"]\n' }, (root) => {
      expect(check(['s'], root)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(/^lk: \S+pyproject\.toml, line 2: there is no exlude; did you mean exclude\?\n$/),
      });
    }));

  test('what is not there costs the others nothing', () =>
    withTree(TREE, (root) => {
      const { status, stdout } = check(['nowhere.py', 'a.py', '*.pyx', '--json'], root);
      const report = JSON.parse(stdout) as ScriptsReport;
      expectValid(report, 'script');
      expect([status, report.files.map(({ file, verdict, why }) => [file, verdict, why])]).toEqual([
        2,
        [
          ['a.py', 'unprotected', expect.any(String)],
          ['nowhere.py', 'unreadable', 'not there'],
          ['*.pyx', 'unreadable', 'matches no file'],
        ],
      ]);
      expect(check(['n1.py', 'n2.py'], root)).toMatchObject({
        status: 2,
        stdout: expect.stringContaining('✗ n1.py  unreadable: not there\n✗ n2.py  unreadable: not there\n'),
      });
    }));

  test('a folder without a script says so, and is no failure', () =>
    withTree({ '/t/notes.txt': '', '/x/gen.py': BAD }, (root) => {
      mkdirSync(path.join(root, 'e'));
      expect(check(['e', 't'], root)).toMatchObject({
        status: 0,
        stdout: '',
        stderr:
          'lk: e: no script, notebook or Quarto document below it\nlk: t: no script, notebook or Quarto document below it\n',
      });
      expect(check(['x', '--exclude', 'gen.py', '--json'], root)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('"files": []'),
        stderr: 'lk: x: no script, notebook or Quarto document below it; 1 left out by exclude\n',
      });
    }));
});

describe('a script on standard input', () => {
  const TREE = {
    '/sub/helper.py': `from lenskit.batch import recommend\n\ndef go():\n    recommend(p, u)\n`,
    '/sub/.lenskit-doctor.toml': 'exclude = ["gen_*"]\n',
  };
  const SCRIPT = 'import helper\n\nhelper.go()\n';

  test('has the name that it is given, and the modules beside that', () =>
    withTree(TREE, (root) => {
      const alone = piped(['-', '--format', 'concise'], SCRIPT, root);
      expect([alone.status, String(alone.stdout)]).toEqual([0, '']);
      const named = piped(['-', '--stdin-filename', 'sub/job.py', '--format', 'concise'], SCRIPT, root);
      expect([named.status, String(named.stdout)]).toEqual([
        1,
        'sub/job.py:3:1: error: lenskit.batch.recommend() runs when a worker process imports the script, through go() [script/import-unprotected]\n',
      ]);
    }));

  test('is a notebook by its name', () =>
    withTree(TREE, (root) => {
      const text = '{"cells": []}';
      const { stdout } = piped(['-', '--stdin-filename', 'n.ipynb'], text, root);
      expect(String(stdout)).toContain('n.ipynb  notebook');
      const fixed = piped(['-', '--stdin-filename', 'n.ipynb', '--fix'], text, root);
      expect(String(fixed.stdout)).toBe(text);
    }));

  test('is wrapped onto standard output in its own bytes, the report beside it', () =>
    withTree(TREE, (root) => {
      const bytes = Buffer.from(
        '# coding: latin-1\r\nimport helper\r\nn = "\xe4\x1b[31m"\r\nhelper.go()\r\n',
        'latin1',
      );
      const { status, stdout, stderr } = piped(['-', '--stdin-filename', 'sub/job.py', '--fix'], bytes, root);
      expect(status).toBe(0);
      expect(stdout.includes(Buffer.from('n = "\xe4\x1b[31m"\r\n', 'latin1'))).toBe(true);
      expect(stdout.toString('latin1')).toContain('if __name__ == "__main__":\r\n');
      expect(String(stderr)).toContain('sub/job.py  protected');
    }));

  test('that is left out comes back as it is', () =>
    withTree(TREE, (root) => {
      const args = ['-', '--stdin-filename', 'sub/gen_x.py', '--force-exclude'];
      expect(String(piped([...args, '--fix'], SCRIPT, root).stdout)).toBe(SCRIPT);
      expect(piped(args, SCRIPT, root)).toMatchObject({ status: 0 });
      expect(piped(args.slice(0, -1), SCRIPT, root)).toMatchObject({ status: 1 });
    }));

  test('has a name only where it is read', () =>
    withTree({ '/a.py': BAD }, (root) => {
      expect(check(['a.py', '--stdin-filename', 'b.py'], root)).toMatchObject({
        status: 2,
        stderr: 'lk: --stdin-filename b.py: it names the script on standard input; add -\n',
      });
      expect(readFileSync(path.join(root, 'a.py'), 'utf8')).toBe(BAD);
    }));
});

test('a mark of what is right only where it is', () =>
  withTree(
    { '/a.py': BAD, '/b.py': BAD.replace(')\n', ')  # lk: ignore[unprotected]\n'), '/c.py': 'x = 1\n' },
    (root) => {
      const marks = (...args: string[]) =>
        lk(['check', 'script', '-v', '.', ...args], { cwd: root })
          .stdout.split('\n')
          .filter((line) => /\.py {2}/.test(line) && !line.includes('script/'))
          .map((line) => line.slice(0, 6));
      expect(marks('--lenskit', '2026.4.0')).toEqual(['· a.py', '· b.py', '✓ c.py']);
      expect(marks(...OLD)).toEqual(['✗ a.py', '· b.py', '✓ c.py']);
    },
  ));

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BIN, lk, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const BAD = 'from lenskit.batch import recommend\n\n\nrecommend(p, u)\n';
const OLD = ['--lenskit', '2025.8.1'];

/** `lk check script`, with its standard output as bytes. */
function check(args: string[], cwd: string): { status: number | null; stdout: Buffer; stderr: string } {
  const result = spawnSync(START, [BIN, 'check', 'script', ...OLD, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
  });
  return { status: result.status, stdout: result.stdout, stderr: String(result.stderr) };
}

const FILES: { readonly [name: string]: Buffer } = {
  'plain.py': Buffer.from(BAD),
  'sub/deep/below.py': Buffer.from(BAD),
  'with blank.py': Buffer.from(BAD),
  'sub/tab\tand"quote\\.py': Buffer.from(BAD),
  'über.py': Buffer.from(BAD.replace('p, u', '"ü", u')),
  'latin.py': Buffer.from(`# coding: latin-1\n${BAD.replace('p, u', '"\xe4\xff", u')}`, 'latin1'),
  'crlf.py': Buffer.from(BAD.replaceAll('\n', '\r\n')),
  'bom.py': Buffer.from(`\ufeff${BAD}`),
  'no-end.py': Buffer.from(BAD.trimEnd()),
  'acted-on.py': Buffer.from(BAD.replace('p, u', '"\u001b[31m\u202e::error::", u')),
};

const APPLIED: readonly [program: string, args: string[]][] = [
  ['patch', ['-s', '-p0', '--binary']],
  ['patch', ['-s', '-p1', '--binary']],
  ['patch', ['-s', '--binary']],
  ['git', ['apply', '--whitespace=nowarn']],
];

/** What is on this machine; git is, wherever this was cloned. */
const PROGRAMS = APPLIED.filter(([program]) => spawnSync(program, ['--version']).status === 0);

describe('--diff', () => {
  test.each(PROGRAMS)('%s %j makes of every file what --fix makes of it', (program, args) => {
    // Without -p patch takes the last part of a name.
    const isFlat = !args.some((arg) => /^(-p|apply)/.test(arg));
    const files = Object.entries(FILES).filter(([name]) => !isFlat || !name.includes('/'));
    return withTree(Object.fromEntries(files.map(([name, bytes]) => [`/t/${name}`, bytes])), (root) => {
      const [t, fixed] = [path.join(root, 't'), path.join(root, 'fixed')];
      cpSync(t, fixed, { recursive: true });
      const { status, stdout, stderr } = check(['.', '--diff'], t);
      expect([status, stderr]).toEqual([1, `${files.length} files would change\n`]);
      for (const [name, bytes] of files) expect(readFileSync(path.join(t, name))).toEqual(bytes);
      execFileSync(program, args, { cwd: t, input: stdout });
      expect(check(['.', '--fix'], fixed).status).toBe(0);
      for (const [name, bytes] of files) {
        const now = readFileSync(path.join(t, name));
        expect(now).toEqual(readFileSync(path.join(fixed, name)));
        expect(now.equals(bytes)).toBe(false);
      }
    });
  });

  test('applies below the root of a repository, from the folder that it was made in', () =>
    withTree({ '/sub/a.py': BAD }, (root) => {
      const git = (args: string[], cwd: string, input: Uint8Array = Buffer.alloc(0)) =>
        execFileSync('git', args, { cwd, input });
      git(['init', '-q'], root);
      const sub = path.join(root, 'sub');
      git(['apply'], sub, check(['a.py', '--diff'], sub).stdout);
      expect(readFileSync(path.join(sub, 'a.py'), 'utf8')).toContain('if __name__ == "__main__":');
    }));

  test('says by its status whether there is one', () =>
    withTree({ '/a.py': BAD, '/b.py': 'x = 1\n' }, (root) => {
      expect(check(['b.py', '--diff'], root)).toMatchObject({ status: 0, stderr: 'no file would change\n' });
      expect(check(['b.py', '--diff'], root).stdout).toHaveLength(0);
      expect(check(['.', '--diff', '--fail-on', 'never'], root).status).toBe(0);
      expect(check(['a.py', 'nowhere.py', '--diff'], root).status).toBe(2);
      for (const other of [['--dry-run', '--fix'], ['--json'], ['--format', 'sarif']])
        expect(check(['a.py', '--diff', ...other], root)).toMatchObject({ status: 2, stdout: Buffer.alloc(0) });
    }));
});

test('--fix --dry-run is for eyes: nothing of the file acts on a terminal or on GitHub', () =>
  withTree({ '/acted-on.py': FILES['acted-on.py'] as Buffer }, (root) => {
    mkdirSync(path.join(root, 'empty'));
    const { stdout } = lk(['check', 'script', 'acted-on.py', '--fix', '--dry-run', ...OLD], { cwd: root });
    expect(stdout).toContain('\\x1b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  }));

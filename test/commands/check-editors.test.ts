import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BIN, lk, PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const PAGE = readFileSync(path.join(PROJECT, 'docs/check-script-editors.md'), 'utf8');
const BAD = 'from lenskit.batch import recommend\n\n\ndef main():\n    recommend(p, u)\n\n\nmain()\n';
const TREE = { '/exp/bad: 1.py': BAD, '/exp/warns.py': `import pandas as pd\nd = pd.read_csv("x")\n${BAD}` };

/** The block of the page in a language that has these words in it. */
function block(language: string, words: string): string {
  const found = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].find(
    ([, name, text]) => name === language && text?.includes(words),
  );
  return found?.[2] ?? '';
}

describe('what the documentation gives to editors works', () => {
  test("VS Code's pattern reads every line", () =>
    withTree(TREE, (root) => {
      const { tasks } = JSON.parse(block('json', 'problemMatcher')) as {
        tasks: [{ args: string[]; problemMatcher: { pattern: { regexp: string; file: number; line: number } } }];
      };
      const { regexp, file, line } = tasks[0].problemMatcher.pattern;
      const args = tasks[0].args.map((arg) => arg.replace(/^\$\{relativeFile\}$/, 'exp'));
      const { stdout } = lk([...args, '--lenskit', '2025.8.1'], { cwd: root });
      const read = stdout
        .trimEnd()
        .split('\n')
        .map((text) => new RegExp(regexp).exec(text));
      expect(read.map((match) => [match?.[file], match?.[line], match?.[4], match?.[6]])).toEqual([
        ['exp/bad: 1.py', '8', 'error', 'script/import-unprotected'],
        ['exp/warns.py', '10', 'error', 'script/import-unprotected'],
      ]);
    }));

  const hasVim = spawnSync('vim', ['--version'], { encoding: 'utf8' }).stdout?.includes('+quickfix') === true;
  (hasVim ? test : test.skip)("Vim's :make fills the quickfix list", () =>
    withTree(TREE, (root) => {
      mkdirSync(path.join(root, 'bin'));
      symlinkSync(BIN, path.join(root, 'bin/lk'));
      writeFileSync(path.join(root, 'set.vim'), block('vim', 'errorformat'));
      const show = "call writefile(map(getqflist(), {_, e -> join([e.lnum, e.col, e.type])}), 'found')";
      writeFileSync(
        path.join(root, 'run.vim'),
        `edit exp/warns.py\nsource set.vim\nsilent make --lenskit 2025.8.1\n${show}\nqa!\n`,
      );
      const { status } = spawnSync('vim', ['-Nu', 'NONE', '-i', 'NONE', '-es', '-S', 'run.vim'], {
        cwd: root,
        env: { PATH: `${root}/bin:${process.env.PATH}`, HOME: root },
        timeout: 60_000,
      });
      expect([status, readFileSync(path.join(root, 'found'), 'utf8')]).toEqual([0, '10 1 e\n']);
    }),
  );

  test('the hook of pre-commit is a command that there is, and is left out of nothing it has to read', () => {
    const hook = readFileSync(path.join(PROJECT, '.pre-commit-hooks.yaml'), 'utf8');
    const [, entry = ''] = /^ {2}entry: lk (.*)$/m.exec(hook) ?? [];
    return withTree({ ...TREE, '/pyproject.toml': '[tool.lenskit-doctor]\nexclude = ["warns.py"]\n' }, (root) => {
      const words = [...entry.split(' '), '--format', 'concise', '--lenskit', '2025.8.1'];
      const { status, stdout } = lk([...words, 'exp/bad: 1.py', 'exp/warns.py'], { cwd: root });
      expect([status, stdout.split('\n').length]).toEqual([1, 2]);
    });
  });
});

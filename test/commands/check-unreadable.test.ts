import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ScriptsReport } from '../../src/documents/scripts-report.ts';
import { BIN, expectValid, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

const [SETPRIV = START, ...IDS] = [...unprivileged, START];

/** `lk check script` as a user who may not read everything. */
function check(args: string[], cwd: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(SETPRIV, [...IDS, BIN, 'check', 'script', '--lenskit', '2025.8.1', ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
  });
}

function json(args: string[], cwd: string): { status: number | null; report: ScriptsReport } {
  const { status, stdout } = check([...args, '--json'], cwd);
  const report = JSON.parse(stdout) as ScriptsReport;
  expectValid(report, 'script');
  return { status, report };
}

const verdicts = ({ files }: ScriptsReport): string[] =>
  files.map(({ file, verdict, why }) => `${file}: ${verdict === 'unreadable' ? why : verdict}`).sort();

(canBeUnprivileged ? describe : describe.skip)('what could not be looked at is named, and the exit status is 2', () => {
  const TREE = { '/t/ok.py': 'x = 1\n', '/t/a/x.py': 'x = 1\n', '/t/n.ipynb': '{"cells": []}' };
  const hidden = (root: string): void => {
    chmodSync(root, 0o755);
    chmodSync(path.join(root, 't/a'), 0);
  };

  test('in every format, from a folder, a pattern and a list', () =>
    withTree(TREE, (root) => {
      hidden(root);
      const why = 'permission denied; nothing below it was looked at';
      for (const args of [['t'], ['t/**/*.{py,ipynb}'], ['.']]) {
        const { status, report } = json(args, root);
        expect([status, verdicts(report)]).toEqual([
          2,
          [`t/a: ${why}`, 't/n.ipynb: notebook', 't/ok.py: no parallelism'],
        ]);
        expect(report.summary).toMatchObject({ files: 3, unreadable: 1, skipped: 0 });
      }
      expect(check(['t', '--fail-on', 'never'], root)).toMatchObject({
        status: 2,
        stdout: expect.stringContaining(`✗ t/a  unreadable: ${why}\n`),
      });
      expect(check(['t', '--format', 'github'], root).stdout).toBe(
        `::error file=t/a,title=lk script/unreadable::unreadable: ${why}\n`,
      );
      const sarif = JSON.parse(check(['t', '--format', 'sarif'], root).stdout) as object;
      expect(sarif).toMatchObject({
        runs: [
          {
            invocations: [
              {
                executionSuccessful: false,
                toolExecutionNotifications: [{ message: { text: `t/a: unreadable: ${why}` } }],
              },
            ],
          },
        ],
      });
      expect(check(['t/a'], root)).toMatchObject({ status: 2, stdout: '', stderr: `lk: t/a: ${why}\n` });
      chmodSync(path.join(root, 't/n.ipynb'), 0);
      expect(json(['t/ok.py', 't/n.ipynb'], root)).toMatchObject({ status: 2, report: { summary: { unreadable: 1 } } });
      chmodSync(path.join(root, 't'), 0o744);
      expect(verdicts(json(['t'], root).report)).toContain('t/ok.py: permission denied');
    }));

  test('but not where it is left out: nothing of it is looked at', () =>
    withTree({ ...TREE, '/pyproject.toml': '[tool.lenskit-doctor]\nexclude = ["t/a"]\n' }, (root) => {
      hidden(root);
      expect(json(['t'], root).status).toBe(0);
      expect(json(['.', '--exclude', 'a'], root).status).toBe(0);
      expect(json(['t', '--exclude', 'b'], root).status).toBe(2);
    }));

  test('links that lead nowhere or in circles; those to files are looked at', () =>
    withTree(TREE, (root) => {
      chmodSync(root, 0o755);
      for (const [name, target] of [
        ['d', 'nowhere'],
        ['c', 'c.py'],
        ['l', 'ok.py'],
        ['loop', '.'],
      ])
        symlinkSync(target as string, path.join(root, 't', `${name}.py`));
      const { status, report } = json(['t'], root);
      expect([status, verdicts(report)]).toEqual([
        2,
        [
          't/a/x.py: no parallelism',
          't/c.py: too many symbolic links',
          't/d.py: a link that leads nowhere',
          't/l.py: no parallelism',
          't/n.ipynb: notebook',
          't/ok.py: no parallelism',
        ],
      ]);
    }));

  test('names that are not UTF-8, of files and of folders', () =>
    withTree(TREE, (root) => {
      chmodSync(root, 0o755);
      const at = (name: string): Buffer => Buffer.concat([Buffer.from(`${root}/t/`), Buffer.from(name, 'latin1')]);
      writeFileSync(at('f\xff.py'), 'x = 1\n');
      mkdirSync(at('g\xff'));
      const { status, report } = json(['t'], root);
      expect([status, verdicts(report)]).toEqual([
        2,
        expect.arrayContaining([
          't/f\ufffd.py: its name is not UTF-8; rename it',
          't/g\ufffd: its name is not UTF-8; rename it; nothing below it was looked at',
        ]),
      ]);
    }));

  test('a module that a script imports', () =>
    withTree({ '/job.py': 'import helper\n', '/helper.py': 'x = 1\n' }, (root) => {
      chmodSync(root, 0o755);
      expect(json(['job.py'], root).status).toBe(0);
      chmodSync(path.join(root, 'helper.py'), 0);
      const { status, report } = json(['job.py'], root);
      expect([status, verdicts(report)]).toEqual([
        2,
        ['./helper.py: permission denied; a script beside it imports it', 'job.py: no parallelism'],
      ]);
    }));

  test('every script of a tree of any modes is judged or named, or below a folder that is', () => {
    const mode = fc.constantFrom(0, 0o111, 0o444, 0o555, 0o644, 0o711, 0o755);
    const folder = fc.constantFrom('t', 't/a', 't/a/b', 't/c');
    const trees = fc.sample(
      fc.record({
        folders: fc.dictionary(folder, mode),
        files: fc.dictionary(fc.constantFrom('t/x.py', 't/a/x.py', 't/a/b/y.py', 't/c/z.py', 't/c/n.ipynb'), mode, {
          minKeys: 1,
        }),
      }),
      { numRuns: 12 },
    );
    return trees.reduce<Promise<void>>(
      (before, { folders, files }) =>
        before.then(() =>
          withTree(Object.fromEntries(Object.keys(files).map((file) => [`/${file}`, '{"cells": []}'])), (root) => {
            mkdirSync(path.join(root, 't'), { recursive: true });
            for (const [name, bits] of Object.entries(files)) chmodSync(path.join(root, name), bits);
            for (const [name, bits] of Object.entries(folders).sort(([a], [b]) => (a < b ? 1 : -1)))
              if (Object.keys(files).some((file) => file.startsWith(`${name}/`)))
                chmodSync(path.join(root, name), bits);
            chmodSync(root, 0o755);
            const { status, stdout } = check(['t', '--json'], root);
            const document = JSON.parse(stdout) as ScriptsReport & { error?: { message: string } };
            const named = document.files?.map(({ file }) => file) ?? [document.error?.message.split(':')[0] ?? ''];
            for (const file of Object.keys(files))
              expect([named, named.some((name) => file === name || file.startsWith(`${name}/`))]).toEqual([
                named,
                true,
              ]);
            const isUnread = document.files === undefined || document.summary.unreadable > 0;
            expect([status, isUnread]).toEqual([isUnread ? 2 : 0, isUnread]);
            if (root.length > 0)
              for (const name of ['t', 't/a', 't/a/b', 't/c']) {
                try {
                  chmodSync(path.join(root, name), 0o755);
                } catch {
                  // not in this tree
                }
              }
          }),
        ),
      Promise.resolve(),
    );
  });
});

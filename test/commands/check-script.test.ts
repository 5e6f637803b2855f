import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ScriptsReport } from '../../src/documents/scripts-report.ts';
import { doctorJson, expectValid, lk } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const BAD = 'from lenskit.batch import recommend\n\n\ndef main():\n    recommend(p, u)\n\n\nmain()\n';
const GOOD = BAD.replace('\nmain()\n', '\nif __name__ == "__main__":\n    main()\n');
const WARNS = 'import pandas as pd\nd = pd.read_csv("x")\n'.concat(GOOD);
const FILES = {
  '/bad.py': BAD,
  '/sub/good.py': GOOD,
  '/sub/warns.py': WARNS,
  '/sub/.venv/lib/x.py': BAD,
  '/notes.txt': BAD,
  '/n.ipynb': '{"cells": []}',
};
const OLD = ['--lenskit', '2025.8.1'];

function json(args: string[], cwd: string): { status: number | null; report: ScriptsReport } {
  const { status, stdout } = lk(['check', 'script', '--json', ...(args.includes('--lenskit') ? [] : OLD), ...args], {
    cwd,
  });
  const report = JSON.parse(stdout) as ScriptsReport;
  expectValid(report, 'script');
  return { status, report };
}

describe('lk check script', () => {
  test('a file, a folder, a pattern: a verdict for each, the exit status by the worst', () =>
    withTree(FILES, (root) => {
      const verdicts = (args: string[]) => {
        const { status, report } = json(args, root);
        return [status, report.files.map(({ file, verdict }) => `${file}: ${verdict}`)];
      };
      expect(verdicts(['sub/good.py'])).toEqual([0, ['sub/good.py: protected']]);
      expect(verdicts(['.'])).toEqual([
        1,
        ['bad.py: unprotected', 'n.ipynb: notebook', 'sub/good.py: protected', 'sub/warns.py: repeats work'],
      ]);
      expect(verdicts(['sub/*.py', 'sub/good.py'])).toEqual([
        0,
        ['sub/good.py: protected', 'sub/warns.py: repeats work'],
      ]);
      expect(verdicts(['--fail-on', 'warn', 'sub'])[0]).toBe(1);
      expect(verdicts(['--fail-on', 'never', 'bad.py'])[0]).toBe(0);
      expect(verdicts(['--lenskit', '2026.4.0', 'bad.py'])[0]).toBe(0);
    }));

  test('text: the line, a caret, the way there, the change', () =>
    withTree(FILES, (root) => {
      const { stdout, status } = lk(['check', 'script', 'bad.py', ...OLD], { cwd: root });
      expect([status, stdout]).toEqual([
        1,
        `✗ script/import-unprotected  bad.py:8:1
  lenskit.batch.recommend() runs when a worker process imports the script,
  through main()
   8 │ main()
     │ ^^^^^^
    lenskit.batch.recommend() at bad.py:5
  fix   if __name__ == "__main__":
            main()

✗ bad.py  unprotected
`,
      ]);
      const all = lk(['check', 'script', '.', ...OLD], { cwd: root });
      expect(all.stdout).toMatch(
        /\n4 files: 1 unprotected, 1 notebook, 1 protected, 1 repeats work · rules 2025\.3\n$/,
      );
    }));

  test('SARIF and annotations', () =>
    withTree(FILES, (root) => {
      const { stdout } = lk(['check', 'script', 'bad.py', '--format', 'sarif', ...OLD], { cwd: root });
      expect(JSON.parse(stdout)).toMatchObject({
        version: '2.1.0',
        runs: [
          {
            tool: { driver: { name: 'lk' } },
            results: [
              {
                ruleId: 'script/import-unprotected',
                ruleIndex: 0,
                level: 'error',
                locations: [
                  {
                    physicalLocation: { artifactLocation: { uri: 'bad.py' }, region: { startLine: 8, startColumn: 1 } },
                  },
                ],
              },
            ],
          },
        ],
      });
      const github = lk(['check', 'script', 'bad.py', '--format', 'github', ...OLD], { cwd: root });
      expect(github.stdout).toMatch(
        /^::error file=bad\.py,line=8,col=1,endLine=8,endColumn=7,title=lk script\/import-unprotected::lenskit/,
      );
    }));

  test('--fix --dry-run shows the change, --fix makes it', () =>
    withTree(FILES, (root) => {
      const file = path.join(root, 'bad.py');
      const shown = lk(['check', 'script', 'bad.py', '--fix', '--dry-run', ...OLD], { cwd: root });
      expect([shown.status, readFileSync(file, 'utf8')]).toEqual([1, BAD]);
      expect(shown.stdout).toContain('-main()\n+if __name__ == "__main__":\n+    main()\n');
      const made = lk(['check', 'script', 'bad.py', '--fix', ...OLD], { cwd: root });
      expect(made.status).toBe(0);
      expect(readFileSync(file, 'utf8')).toBe(GOOD);
    }));

  test('--fix of a folder with so many files that several CPUs judge them', () => {
    const names = Array.from({ length: 160 }, (_, n) => `/d/s${n}.py`);
    return withTree(Object.fromEntries(names.map((name) => [name, BAD])), (root) => {
      expect(lk(['check', 'script', 'd', '--fix', ...OLD], { cwd: root })).toMatchObject({ status: 0, stderr: '' });
      for (const name of names) expect(readFileSync(path.join(root, name), 'utf8')).toBe(GOOD);
    });
  });

  test.each([
    [['nowhere.py'], 'nowhere.py: not there'],
    [['*.pyx'], '*.pyx: matches no file'],
    [['--nonsense', 'bad.py'], 'nonexistent flag: --nonsense'],
    [['bad.py', '--dry-run'], '--fix'],
    [['bad.py', '--lenskit', '0.10'], 'the rules of LensKit 0.10 are not known'],
    [[], 'missing 1 required arg'],
  ])('wrong usage: %j', (args, message) =>
    withTree(FILES, (root) => {
      const { status, stdout, stderr } = lk(['check', 'script', ...args], { cwd: root });
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(message);
    }),
  );

  test('what was named and cannot be read: exit 2; one document under --json', () =>
    withTree({ '/a.py': 'lenskit\0' }, (root) => {
      const { status, stdout } = lk(['check', 'script', '--json', 'a.py'], { cwd: root });
      const document = JSON.parse(stdout) as unknown;
      expectValid(document, 'script');
      expect([status, document]).toEqual([
        2,
        { schemaVersion: 1, error: { type: 'FileError', message: 'a.py: not text' } },
      ]);
    }));
});

test('lk doctor --script has it as a check, in a snapshot too, without any line of the script', () =>
  withTree(FILES, (root) => {
    const found = (args: string[]) => {
      const { report } = doctorJson([...args, '--only', 'script'], { cwd: root });
      return report.checks;
    };
    const [check] = found(['--script', 'bad.py', ...OLD, '--snapshot', 'node.json']);
    expect(check).toMatchObject({
      id: 'script/import-unprotected',
      status: 'fail',
      title: expect.stringMatching(/^bad\.py:8: lenskit/),
    });
    expect(found(['--from', 'node.json'])).toEqual([check]);
    expect(readFileSync(path.join(root, 'node.json'), 'utf8')).not.toContain('def main');
    expect(found(['--script', 'sub/good.py'])[0]).toMatchObject({ status: 'pass' });
    expect(found(['--script', 'sub/warns.py', ...OLD])[0]).toMatchObject({ status: 'warn' });
    expect(found([])[0]).toMatchObject({ status: 'skip' });
    expect(lk(['doctor', '--script', 'nowhere.py'], { cwd: root })).toMatchObject({
      status: 2,
      stderr: 'lk: --script nowhere.py: not there\n',
    });
  }));

test('lk doctor --script judges by the calls of the LensKit that runs it, as lk check script does', () =>
  withTree(
    // 0.x begins nothing before Python refuses to start a process: what is caught is work done again, no more.
    {
      'caught.py':
        'from lenskit.batch import recommend\ntry:\n    recommend(a, users, 10)\nexcept Exception:\n    pass\n',
    },
    (root) => {
      const statusOf = (lenskit: string) =>
        doctorJson(['--lenskit', lenskit, '--env', 'LK_NUM_PROCS=2', '--script', 'caught.py', '--only', 'script'], {
          cwd: root,
        }).report.checks[0];
      expect([statusOf('0.14.4'), statusOf('2025.8.1')]).toMatchObject([
        { status: 'warn', title: expect.stringMatching(/recommend\(\) runs again in every worker process/) },
        { status: 'fail', title: expect.stringMatching(/recommend\(\) runs when a worker process imports/) },
      ]);
    },
  ));

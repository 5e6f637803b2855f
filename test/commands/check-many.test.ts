import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { ScriptsReport } from '../../src/documents/scripts-report.ts';
import { BIN, expectValid, START } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';

/** More brackets than the parser's memory holds. */
const DEEP = 1_000_000;
const HOSTILE = `from lenskit.batch import recommend\n${'('.repeat(DEEP)}${')'.repeat(DEEP)}\n`;
const PLAIN = 'from lenskit.batch import recommend\nrecommend(p, u)\n';

function check(root: string, args: string[]): { status: number | null; report: ScriptsReport; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    START,
    [BIN, 'check', 'script', '--lenskit', '2025.8.1', '--json', ...args],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const report = JSON.parse(stdout) as ScriptsReport;
  expectValid(report, 'script');
  return { status, report, stderr };
}

test(
  'a file that takes all of the parser’s memory costs itself alone, here and in threads, and is named',
  () =>
    withTree(
      { '/few/a.py': PLAIN, '/few/b.py': HOSTILE, '/few/c.py': PLAIN, '/few/d.py': `import b\n${PLAIN}` },
      (root) => {
        const { status, report, stderr } = check(root, ['few/a.py', 'few/b.py', 'few/c.py', 'few/d.py']);
        expect(report.files.map(({ file, verdict }) => [file, verdict])).toEqual([
          ['few/a.py', 'unprotected'],
          ['few/b.py', 'unreadable'],
          ['few/c.py', 'unprotected'],
          ['few/d.py', 'unprotected'],
        ]);
        expect(report.files[1]?.why).toMatch(/more memory/);
        expect([status, stderr]).toEqual([2, '']);
        return Promise.resolve();
      },
    ),
  120_000,
);

test('many files in several threads: each has its verdict, in the order of their names', () => {
  const files: FileTree = {};
  for (let n = 0; n < 260; n++) files[`/many/x${n}.py`] = n === 120 ? HOSTILE : n % 2 ? PLAIN : 'x = 1\n';
  return withTree(files, (root) => {
    const { report } = check(root, ['many']);
    expect(report.files).toHaveLength(260);
    for (const { file, verdict } of report.files) {
      const n = Number(/x(\d+)/.exec(file)?.[1]);
      expect([file, verdict]).toEqual([file, n === 120 ? 'unreadable' : n % 2 ? 'unprotected' : 'no parallelism']);
    }
    return Promise.resolve();
  });
}, 120_000);

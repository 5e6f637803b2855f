import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { checkScripts } from '../../src/script/check.ts';
import { loadParser } from '../../src/script/parse.ts';
import { cases } from '../../test-lenskit/corpus.ts';
import { type FileTree, withTree } from '../file-tree.ts';

beforeAll(loadParser);

/** All small scripts side by side, each with what lies beside it in a folder of its own. */
function together(): { files: FileTree; scripts: string[] } {
  const files: FileTree = {};
  const scripts: string[] = [];
  for (const one of cases()) {
    if (one.path !== null) continue;
    for (const [file, text] of Object.entries(one.files)) files[`/${one.name}${file}`] = text;
    scripts.push(`${one.name}/${one.run}`);
  }
  return { files, scripts };
}

/** Modules that import each other in a circle, by whichever way one begins. */
const CIRCLE: FileTree = {
  '/a.py': 'import b\nn = 1\ndef go():\n    b.run(n)\n',
  '/b.py': 'import c\nimport a\ndef run(n):\n    c.work(n)\n',
  '/c.py':
    'from lenskit.batch import recommend\nimport a\njobs = getattr(a, "n", 2)\ndef work(n):\n    recommend(p, u, n_jobs=n)\n',
  '/one.py': 'import a\na.n = 4\na.go()\n',
  '/two.py': 'import b\nb.a.go()\n',
  '/three.py': 'import c\nc.work(c.jobs)\n',
  '/four.py': 'import a, c\nif __name__ == "__main__":\n    c.work(2)\n',
};

async function verdicts(root: string, order: readonly string[]): Promise<{ [file: string]: string }> {
  const reports = await checkScripts(
    order.map((name) => path.join(root, name)),
    { reader: thisMachine(), spawns: true },
  );
  return Object.fromEntries(
    reports
      .map(({ file, verdict, findings, models }): [string, string] => [
        path.relative(root, file),
        JSON.stringify([verdict, findings, models]).replaceAll(root, ''),
      ])
      .sort(),
  );
}

describe('what is said of a script does not depend on which others were looked at before', () => {
  test('all small scripts, in any order', async () => {
    const { files, scripts } = together();
    await withTree(files, async (root) => {
      const expected = await verdicts(root, scripts);
      expect(Object.keys(expected).length).toBeGreaterThanOrEqual(scripts.length);
      const shuffled = fc.shuffledSubarray(scripts, { minLength: scripts.length });
      await fc.assert(
        fc.asyncProperty(shuffled, async (order) => expect(await verdicts(root, order)).toEqual(expected)),
        { numRuns: 3 },
      );
    });
  }, 120_000);

  test('modules in a circle, in any order and number', async () => {
    await withTree(CIRCLE, async (root) => {
      const names = Object.keys(CIRCLE).map((name) => name.slice(1));
      const alone = new Map<string, string | undefined>();
      for (const name of names) alone.set(name, (await verdicts(root, [name]))[name]);
      expect(new Set(alone.values()).size).toBeGreaterThan(2);
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray(names, { minLength: 1 }), async (order) => {
          const found = await verdicts(root, order);
          for (const name of order) expect(found[name]).toBe(alone.get(name));
        }),
        { numRuns: 50 },
      );
    });
  });

  test('many other scripts before it do not use up what it may follow', async () => {
    const files: FileTree = { '/z.py': 'import z_helper\nz_helper.go()\n' };
    files['/z_helper.py'] = 'from lenskit.batch import recommend\ndef go():\n    recommend(p, u)\n';
    for (let n = 0; n < 1200; n++) {
      files[`/s${n}.py`] = `import h${n}\nh${n}.go()\n`;
      files[`/h${n}.py`] = 'import z_helper\ndef go():\n    pass\n';
    }
    await withTree(files, async (root) => {
      const order = [...Array.from({ length: 1200 }, (_, n) => `s${n}.py`), 'z.py'];
      const found = await verdicts(root, order);
      expect(found['z.py']).toBe((await verdicts(root, ['z.py']))['z.py']);
      expect(found['z.py']).toMatch('unprotected');
    });
  }, 60_000);
});

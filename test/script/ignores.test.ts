import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkScripts, checkText } from '../../src/script/check.ts';
import type { ScriptReport } from '../../src/script/judge.ts';
import { loadParser } from '../../src/script/parse.ts';
import { withTree } from '../file-tree.ts';

const reader = thisMachine();
beforeAll(loadParser);

const IMPORT = 'from lenskit.batch import recommend\nimport pandas as pd\n';
const judge = (text: string): ScriptReport => checkText('/nowhere/job.py', IMPORT + text, { reader, spawns: true });
const said = ({ findings }: ScriptReport): string[] => findings.map(({ id, place }) => `${place.line} ${id.slice(7)}`);

describe('a finding is kept back by a comment', () => {
  test.each([
    ['on its line', 'recommend(p, u)  # lk: ignore[unprotected]'],
    ['by the id', 'recommend(p, u)  # lk: ignore[script/import-unprotected]'],
    ['by the id without its group', 'recommend(p, u)  # lk: ignore[import-unprotected]'],
    ['as one of several', 'recommend(p, u)  # lk:ignore[ Unprotected ,unused-ignore ]'],
    ['of all', 'recommend(p, u)  # lk: ignore'],
    ['behind another comment', 'recommend(p, u)  # noqa: F821  # lk: ignore[unprotected] why: it is run alone'],
    ['on any line of the call', 'recommend(\n    p,  # lk: ignore[unprotected]\n    u,\n)'],
    ['on the last line of the statement', 'x = [\n    recommend(p, u),\n    1,\n]  # lk: ignore[unprotected]'],
    ['on the statement around it', 'for u in us:  # lk: ignore[unprotected]\n    with x:\n        recommend(p, u)'],
    ["on LensKit's call", 'def main():\n    recommend(p, u)  # lk: ignore[unprotected]\n\nmain()'],
    ['on the call at the top', 'def main():\n    recommend(p, u)\n\nmain()  # lk: ignore[unprotected]'],
    ['on a call between', 'def f():\n    recommend(p, u)\n\ndef g():\n    f()  # lk: ignore\n\ng()'],
    ['of the file', '# lk: ignore-file[unprotected]\nrecommend(p, u)\nrecommend(q, u)'],
    ['of the file, all', 'recommend(p, u)\n# lk: ignore-file'],
    ['behind a form feed and non-ASCII', '\f\nx = "äöü🙂"; recommend(p, u)  # lk: ignore[unprotected]'],
  ])('%s', (_, text) => {
    const report = judge(text);
    expect(said(report)).toEqual([]);
    expect(report.verdict).toBe('unprotected');
    expect(report.why).toContain(': kept back in line ');
    expect(report.ignored.length).toBeGreaterThan(0);
  });

  test.each([
    ['on another line', '# lk: ignore[unprotected]\nrecommend(p, u)', ['4 import-unprotected', '3 unused-ignore']],
    ['in a text', 'x = "# lk: ignore"; recommend(p, u)', ['3 import-unprotected']],
    ['of another name', 'recommend(p, u)  # lk: ignore[repeats-work]', ['3 import-unprotected', '3 unused-ignore']],
    ['of another program', 'recommend(p, u)  # lk: ignored', ['3 import-unprotected']],
    ['not closed', 'recommend(p, u)  # lk: ignore[unprotected', ['3 import-unprotected', '3 unused-ignore']],
    ['of nothing', 'recommend(p, u)  # lk: ignore[]', ['3 import-unprotected', '3 unused-ignore']],
    ['in other brackets', 'recommend(p, u)  # lk: ignore(unprotected)', ['3 import-unprotected', '3 unused-ignore']],
    ['behind a colon', 'recommend(p, u)  # lk: ignore: unprotected', ['3 import-unprotected', '3 unused-ignore']],
    ['in a word', 'recommend(p, u)  # see https://x/#lk: ignore', ['3 import-unprotected']],
    ['of one of two', 'recommend(p, u)  # lk: ignore[unprotected]\nrecommend(q, u)', ['4 import-unprotected']],
  ])('not %s', (_, text, expected) => expect(said(judge(text))).toEqual(expected));

  const TWO = (first: string, second: string): string =>
    `def main():\n    recommend(p, u)${first}\n    recommend(q, u)${second}\n\nmain()\n`;
  const COMMENT = '  # lk: ignore[unprotected]';
  test('of one of two calls that a function makes: the other is said', () => {
    expect(said(judge(TWO(COMMENT, '')))).toEqual(['7 import-unprotected']);
    expect(judge(TWO(COMMENT, '')).findings[0]?.via.at(-1)?.line).toBe(5);
    expect(judge(TWO('', COMMENT)).findings.map(({ via }) => via.at(-1)?.line)).toEqual([4]);
    expect(said(judge(TWO(COMMENT, COMMENT)))).toEqual([]);
  });

  test('of repeated work, with its own name', () => {
    const text = 'd = pd.read_csv("x")  # lk: ignore[repeats-work]\nif __name__ == "__main__":\n    recommend(p, u)\n';
    expect(said(judge(text))).toEqual([]);
    expect(said(judge(text.replace('  # lk: ignore[repeats-work]', '')))).toEqual(['3 repeated-work']);
  });
});

describe('one that keeps nothing back is reported', () => {
  test.each([
    ['x = 1  # lk: ignore[unprotected]', '# lk: ignore[unprotected] keeps nothing back: take it out'],
    ['x = 1  # lk: ignore', '# lk: ignore keeps nothing back: take it out'],
    ['# lk: ignore-file', '# lk: ignore-file keeps nothing back: take it out'],
    [
      'recommend(p, u)  # lk: ignore[unprotected, repeats-work]',
      '# lk: ignore: repeats-work keeps nothing back: take it out of the brackets',
    ],
    ['recommend(p, u)  # lk: ignore[unprotected, E501]', '# lk: ignore[E501]: there is no such finding; one of '],
  ])('%s', (text, message) => {
    const findings = judge(text).findings.filter(({ id }) => id === 'script/unused-ignore');
    expect(findings).toMatchObject([{ level: 'warning', message: expect.stringContaining(message) }]);
  });

  test('also where LensKit is not mentioned, and not where a script was not followed to its end', () =>
    withTree({ '/a.py': 'x = 1  # lk: ignore[unprotected]\n' }, async (root) => {
      const [report] = await checkScripts([path.join(root, 'a.py')], { reader, spawns: true });
      expect(report).toMatchObject({ verdict: 'no parallelism', findings: [{ id: 'script/unused-ignore' }] });
      expect(said(judge('exec(text)\nx = 1  # lk: ignore[unprotected]'))).toEqual(['3 incomplete']);
      expect(said(judge('exec(text)\nx = 1  # lk: ignore[nonsense]'))).toEqual(['3 incomplete', '4 unused-ignore']);
    }));
});

test('in a notebook, in its cell', () => {
  const cell = (text: string) => ({ cell_type: 'code', source: text });
  const cells = (last: string) => ({
    cells: [
      cell('from lenskit.parallel import invoker\n# nothing here'),
      cell(`def work(m, x):\n    return x\n\nwith invoker(model, work) as inv:${last}\n    pass`),
      cell('x = 1\ny = 2  # lk: ignore[notebook]'),
    ],
  });
  const run = (last: string) =>
    withTree({ '/n.ipynb': JSON.stringify(cells(last)) }, async (root) => {
      const [report] = await checkScripts([path.join(root, 'n.ipynb')], { reader, spawns: true });
      return report?.findings.map(({ id, place, cell: number }) => `${number}:${place.line} ${id.slice(7)}`);
    });
  return Promise.all([run(''), run('  # lk: ignore[notebook]')]).then((both) =>
    expect(both).toEqual([['2:4 notebook-function', '3:2 unused-ignore'], ['3:2 unused-ignore']]),
  );
});

import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkScripts } from '../../src/script/check.ts';
import type { ScriptReport, Verdict } from '../../src/script/judge.ts';
import { loadParser } from '../../src/script/parse.ts';
import { type Case, cases, type Happened, outcomes } from '../../test-lenskit/corpus.ts';
import { withTree } from '../file-tree.ts';

beforeAll(loadParser);

/** What each verdict says that will happen. */
const SAYS: { readonly [verdict in Verdict]?: Happened } = {
  unprotected: 'dies',
  'guard ends workers': 'dies',
  'fails in workers': 'dies',
  'repeats work': 'repeats work',
  protected: 'harmless',
  'no parallelism': 'harmless',
};

const known = outcomes();
const all = cases();

const judged = ({ files, run, path: folder, environment }: Case): Promise<ScriptReport> =>
  withTree(files, async (root) => {
    const variables = { ...environment, ...(folder === null ? {} : { PYTHONPATH: path.join(root, folder) }) };
    const options = { reader: thisMachine(), spawns: true, environment: variables };
    return (await checkScripts([path.join(root, run)], options))[0] as ScriptReport;
  });

describe('the verdict on a small script is what happened when real LensKit ran it with two processes', () => {
  test.each(all.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const { verdict } = await judged(one);
    expect([verdict, SAYS[verdict]]).toEqual([verdict, known[name]]);
  });

  test('and each was run', () => {
    expect(Object.keys(known).sort()).toEqual(all.map(({ name }) => name).sort());
    expect(all.length).toBeGreaterThanOrEqual(500);
  });

  test('a package of the project is followed without PYTHONPATH as well', async () => {
    for (const one of all.filter(({ path: folder }) => folder !== null))
      expect((await judged({ ...one, path: null })).verdict).toBe('unprotected');
  });
});

test('a verdict does not depend on what was looked at before', async () => {
  const files = {
    '/a.py': 'import b\ndef go():\n    b.run()\n',
    '/b.py': 'import a\nfrom lenskit.batch import recommend\ndef run():\n    recommend(p, u)\n',
    '/one.py': 'import a\na.go()\n',
    '/two.py': 'import b\nb.a.go()\n',
  };
  await withTree(files, async (root) => {
    const names = ['a.py', 'b.py', 'one.py', 'two.py'];
    const verdicts = async (order: readonly string[]): Promise<unknown> => {
      const paths = order.map((name) => path.join(root, name));
      const reports = await checkScripts(paths, { reader: thisMachine(), spawns: true });
      return Object.fromEntries(reports.map(({ file, verdict }) => [path.basename(file), verdict]));
    };
    const expected = {
      'a.py': 'no parallelism',
      'b.py': 'no parallelism',
      'one.py': 'unprotected',
      'two.py': 'unprotected',
    };
    expect(await verdicts(names)).toEqual(expected);
    expect(await verdicts(names.toReversed())).toEqual(expected);
  });
});

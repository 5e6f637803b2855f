import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkPage } from '../../src/report/addresses.ts';
import { lk } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { expectSarif } from '../sarif-schema.ts';

const BAD = 'from lenskit.batch import recommend\n\n\ndef main():\n    recommend(p, u)\n\n\nmain()\n';
const OLD = ['--lenskit', '2025.8.1'];

interface Region {
  startLine: number;
  startColumn?: number;
  endLine?: number;
  endColumn?: number;
}
interface At {
  physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string }; region: Region };
}
interface Result {
  ruleId: string;
  locations: At[];
  partialFingerprints: { [name: string]: string };
  codeFlows?: { threadFlows: { locations: { location: At }[] }[] }[];
  fixes?: { artifactChanges: { replacements: { deletedRegion: Region; insertedContent?: { text: string } }[] }[] }[];
}
interface Run {
  tool: { driver: { rules: { id: string; helpUri: string; help: { text: string } }[] } };
  results: Result[];
}

function sarif(args: string[], cwd: string): Run {
  const { stdout } = lk(['check', 'script', '--format', 'sarif', ...OLD, ...args], { cwd });
  const document = JSON.parse(stdout) as { runs: [Run] };
  expectSarif(document);
  return document.runs[0];
}

/** What a reader of the document makes of a text by its first fix. */
function fixed(text: string, { fixes }: Result): string {
  // As the run's newlineSequences say.
  const lines = [...text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)].map(([line]) => line);
  const offset = (line: number, column: number): number => {
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    return lines.slice(0, line - 1).reduce((sum, one) => sum + one.length, 0) + column - 1;
  };
  const replacements = fixes?.[0]?.artifactChanges[0]?.replacements ?? [];
  return [...replacements].reverse().reduce((whole, { deletedRegion: at, insertedContent }) => {
    const [from, to] = [offset(at.startLine, at.startColumn ?? 1), offset(at.endLine ?? 0, at.endColumn ?? 1)];
    return whole.slice(0, from) + (insertedContent?.text ?? '') + whole.slice(to);
  }, text);
}

const TREE = {
  '/.git/HEAD': 'ref: refs/heads/main\n',
  '/exp/a b#?%.py': BAD,
  '/exp/far.py': 'import helper\n\nhelper.evaluate()\n',
  '/exp/helper.py':
    'from lenskit.batch import recommend\n\n\ndef evaluate():\n    step()\n\n\ndef step():\n    recommend(p, u)\n',
  '/exp/twice.py': `${BAD.replace(/\nmain\(\)\n$/, '')}\nmain()\nx = 1\nmain()\n`,
  '/exp/cr.py': `# a comment\r${BAD.replaceAll('\n', '\r')}`,
  '/exp/mixed.py': `# a comment\rx = 5\n${BAD}`,
  '/exp/crlf.py': `x = "ü🙂"\r\n${BAD.replaceAll('\n', '\r\n')}`,
  '/exp/broken.py': 'from lenskit.batch import recommend\nx = = 3\nrecommend(p, u)  # lk: ignore[nothing]\n',
  '/exp/n.ipynb': JSON.stringify({
    cells: [
      {
        cell_type: 'code',
        source:
          'from lenskit.parallel import invoker\ndef work(m, x):\n    return x\nwith invoker(model, work) as inv:\n    pass',
      },
    ],
  }),
};

describe('SARIF', () => {
  test('is what the schema says, with every rule explained', () =>
    withTree(TREE, (root) => {
      const { tool, results } = sarif(['exp', 'nowhere.py'], root);
      const ids = tool.driver.rules.map(({ id }) => id);
      for (const { helpUri, help } of tool.driver.rules)
        expect([helpUri.startsWith('https://'), help.text.length > 20]).toEqual([true, true]);
      for (const { id, helpUri } of tool.driver.rules) expect(helpUri).toBe(checkPage(id));
      for (const { ruleId } of results) expect(ids).toContain(ruleId);
      expect(new Set(results.map(({ ruleId }) => ruleId)).size).toBeGreaterThanOrEqual(4);
    }));

  test('names files from the root of the repository, wherever it was started', () =>
    withTree(TREE, (root) => {
      const expected = { uri: 'exp/a%20b%23%3F%25.py', uriBaseId: '%SRCROOT%' };
      const location = (args: string[], folder: string) =>
        sarif(args, path.join(root, folder)).results[0]?.locations[0]?.physicalLocation.artifactLocation;
      expect(location(['exp/a b#?%.py'], '.')).toEqual(expected);
      expect(location(['a b#?%.py'], 'exp')).toEqual(expected);
      expect(location([path.join(root, 'exp/a b#?%.py')], '/')).toEqual(expected);
      expect(location(['../exp/a b#?%.py'], 'exp')).toEqual(expected);
      const annotated = lk(['check', 'script', 'far.py', '--format', 'github', ...OLD], {
        cwd: path.join(root, 'exp'),
      });
      expect(annotated.stdout).toMatch(/^::error file=exp\/far\.py,line=3,col=1,endLine=3,endColumn=18,/);
    }));

  test('without a repository from the working folder; what lies outside by its whole path', () =>
    withTree({ '/w/a.py': BAD, '/o/b.py': BAD }, (root) => {
      const { results } = sarif(['a.py', '../o/b.py'], path.join(root, 'w'));
      expect(results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation)).toEqual([
        { uri: 'a.py', uriBaseId: '%SRCROOT%' },
        { uri: `file://${root}/o/b.py` },
      ]);
    }));

  test('the way there: from the statement at the top through the calls to that of LensKit', () =>
    withTree(TREE, (root) => {
      const [result] = sarif(['exp/far.py'], root).results;
      const steps = result?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location: { physicalLocation } }) => [
        physicalLocation.artifactLocation.uri,
        physicalLocation.region.startLine,
      ]);
      expect(steps).toEqual([
        ['exp/far.py', 3],
        ['exp/helper.py', 5],
        ['exp/helper.py', 9],
      ]);
    }));

  test('the fix, read out of the document, is what --fix does', () =>
    withTree(TREE, (root) => {
      for (const name of ['a b#?%.py', 'twice.py', 'crlf.py', 'cr.py', 'mixed.py']) {
        const file = path.join(root, 'exp', name);
        const before = readFileSync(file, 'utf8');
        const { results } = sarif([file], root);
        lk(['check', 'script', '--fix', file, ...OLD], { cwd: root });
        for (const result of results) expect(fixed(before, result)).toBe(readFileSync(file, 'utf8'));
        expect(results.length).toBeGreaterThan(0);
        expect(readFileSync(file, 'utf8')).not.toBe(before);
      }
    }));

  test('what tells findings apart stays where lines move, and differs where they are alike', () =>
    withTree({ ...TREE, '/moved.py': `# one\n\n${TREE['/exp/twice.py']}` }, (root) => {
      const prints = (file: string) =>
        sarif([file], root).results.map(({ partialFingerprints }) => partialFingerprints['scriptFinding/v1']);
      const before = prints('exp/twice.py');
      expect(before).toHaveLength(2);
      expect(new Set(before).size).toBe(2);
      expect(prints('moved.py')).toEqual(before);
    }));

  test('a cell has no line of the file', () =>
    withTree(TREE, (root) => {
      const [result] = sarif(['exp/n.ipynb'], root).results;
      expect(result?.locations[0]).toMatchObject({
        physicalLocation: { region: { startLine: 1 } },
        logicalLocations: [{ name: 'cell 1' }],
      });
    }));
});

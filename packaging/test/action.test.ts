import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { expectValid } from '../../test/cli.ts';
import { expectSarif } from '../../test/sarif-schema.ts';
import { inEmptyPlace, product, run } from './product.ts';

/** The action as GitHub's runner starts it: inputs in the environment, files for what it hands back. */
function action(folder: string, inputs: { [name: string]: string }) {
  const runner = path.join(folder, 'runner');
  mkdirSync(runner, { recursive: true });
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary', GITHUB_ENV: 'env' };
  for (const file of Object.values(files)) writeFileSync(path.join(runner, file), '');
  const env = {
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path.join(runner, file)])),
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: folder,
    CI: 'true',
    RUNNER_TEMP: runner,
  };
  const manifest = readFileSync(path.join(product('action'), 'action.yml'), 'utf8');
  const main = /^\s+main: (\S+)$/m.exec(manifest)?.[1] ?? '';
  const result = run(process.execPath, [path.join(product('action'), main)], folder, env);
  const outputs = Object.fromEntries(
    [...readFileSync(path.join(runner, 'output'), 'utf8').matchAll(/^(\w+)(?:=(.*)|<<(\S+)\n([\s\S]*?)\n\3)$/gm)].map(
      ([, name, plain, , value]) => [name, (plain ?? value) as string],
    ),
  );
  return { ...result, outputs, summary: readFileSync(path.join(runner, 'summary'), 'utf8') };
}

function findingsIn(file: string): number | undefined {
  const document = JSON.parse(readFileSync(file, 'utf8')) as { runs: { results: unknown[] }[] };
  expectSarif(document);
  return document.runs[0]?.results.length;
}

const UNPROTECTED = 'from lenskit.batch import recommend\nrecommend(a, b, c)\n';

describe('the action', () => {
  test('reports on the runner', () =>
    inEmptyPlace((folder) => {
      const { status, outputs, summary, stderr } = action(folder, {
        python: '',
        paths: '',
        'fail-on': 'never',
        sarif: '',
      });
      expect([status, stderr, outputs.sarif]).toEqual([0, '', '']);
      expect(summary).toContain('effective');
      expectValid(JSON.parse(readFileSync(outputs.report as string, 'utf8')));
    }));

  test('looks at paths, however they are called, and fails as it is told to', () =>
    inEmptyPlace((folder) => {
      mkdirSync(path.join(folder, 'experiments'));
      writeFileSync(path.join(folder, 'experiments/a b.py'), UNPROTECTED);
      writeFileSync(path.join(folder, '--fix.py'), UNPROTECTED);
      const paths = 'experiments\n--fix.py\n';
      const { status, stdout, outputs } = action(folder, { paths, 'fail-on': 'fail', sarif: 'out/lk.sarif' });
      expect(status).toBe(1);
      expect(stdout).toContain('::error');
      expect(outputs.sarif).toBe(path.join(folder, 'out/lk.sarif'));
      expect(findingsIn(outputs.sarif as string)).toBe(2);
      expect(readFileSync(path.join(folder, '--fix.py'), 'utf8')).toBe(UNPROTECTED);
    }));

  test('replaces nothing but findings: neither the script that is looked at nor any other file', () =>
    inEmptyPlace((folder) => {
      const script = path.join(folder, 'a.py');
      writeFileSync(script, UNPROTECTED);
      for (const sarif of ['a.py', '.']) {
        const { status, stdout } = action(folder, { paths: 'a.py', 'fail-on': 'never', sarif });
        expect([status, stdout.split('\n').filter(Boolean)]).toEqual([
          2,
          [expect.stringMatching(/^::error title=lenskit-doctor::sarif: .*; name another file$/)],
        ]);
      }
      expect(readFileSync(script, 'utf8')).toBe(UNPROTECTED);
      const again = { paths: 'a.py', 'fail-on': 'never', sarif: 'found.sarif' };
      expect([action(folder, again).status, action(folder, again).status]).toEqual([0, 0]);
    }));

  test('findings are SARIF, also where there are none; where lk comes to none there is no file', () =>
    inEmptyPlace((folder) => {
      const file = path.join(folder, 'found.sarif');
      writeFileSync(path.join(folder, 'right.py'), 'print(1)\n');
      writeFileSync(path.join(folder, 'wrong.py'), UNPROTECTED);
      const found = (paths: string) => {
        const { status, outputs } = action(folder, { paths, 'fail-on': 'never', sarif: 'found.sarif' });
        return [status, outputs.sarif, existsSync(file) ? findingsIn(file) : null];
      };
      expect(found('right.py')).toEqual([0, file, 0]);
      expect(found('wrong.py')).toEqual([0, file, 1]);
      // The findings of the run before are nobody's now.
      expect(found('missing.py')).toEqual([2, '', null]);
      expect(found('missing.py\nwrong.py')).toEqual([2, file, 1]);
    }));

  test('lies in a release as it is, packed', () =>
    inEmptyPlace((folder) => {
      execFileSync('tar', ['-xzf', product('action.tar.gz'), '-C', folder]);
      const names = (root: string) => readdirSync(path.join(root, 'action'), { recursive: true }).sort();
      expect(names(folder)).toEqual(names(path.dirname(product('action'))));
      const sums = readFileSync(product('SHA256SUMS'), 'utf8');
      expect(sums).toMatch(/^[0-9a-f]{64} {2}action\.tar\.gz$/m);
    }));

  test('refuses a level that there is not, as an annotation', () =>
    inEmptyPlace((folder) => {
      const { status, stdout } = action(folder, { 'fail-on': 'never\n::set-output name=x::y' });
      expect([status, stdout.split('\n').filter(Boolean)]).toEqual([
        2,
        [expect.stringMatching(/^::error title=lenskit-doctor::fail-on: /)],
      ]);
    }));
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import { fixScript } from '../../src/script/fix.ts';
import { loadParser } from '../../src/script/parse.ts';

const PAGE = readFileSync(path.resolve(__dirname, '../../docs/fixed-scripts.md'), 'utf8');
const DIFFS = [...PAGE.matchAll(/^## (.+)\n\n```diff\n([\s\S]*?)```$/gm)].map(([, title = '', diff = '']) => [
  title,
  diff,
]);

beforeAll(loadParser);

test('ten are shown', () => expect(DIFFS).toHaveLength(10));

test.each(DIFFS)('%s: as it is shown', (_, diff = '') => {
  const side = (mark: RegExp): string =>
    diff
      .split('\n')
      .filter((line) => mark.test(line) || line === '')
      .map((line) => line.slice(1))
      .join('\n');
  const [before, after] = [side(/^[ -]/), side(/^[ +]/)];
  const judge = (text: string) => checkText('job.py', text, { reader: thisMachine(), spawns: true });
  const fixed = fixScript(before, judge(before), judge);
  expect(fixed.ok ? fixed.text : fixed.why).toBe(after);
});

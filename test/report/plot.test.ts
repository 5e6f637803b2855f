import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BenchResult } from '../../src/documents/bench-result.ts';
import { EXPORTS } from '../../src/report/bench/exports.ts';
import { renderBenchText } from '../../src/report/bench/text.ts';
import { PROJECT } from '../cli.ts';
import { ACTED_ON, hostile } from '../escape/hostile.ts';

const kept = JSON.parse(
  readFileSync(path.join(PROJECT, 'test/fixtures/bench-quota.result.json'), 'utf8'),
) as BenchResult;

/** The result of a command that somebody else wrote, with messages of its own. */
const attacked = (text: string): BenchResult => ({
  ...kept,
  engine: 'command',
  job: { command: ['python', text] },
  warnings: [text],
  trials: kept.trials.map((trial) => ({
    ...trial,
    status: 'failed',
    runs: trial.runs.map((run) => ({ ...run, status: 'failed', reason: text, errors: [text] })),
  })),
});
const TAG = /<[^>]*>/g;
const names = (markup: string): string[] => (markup.match(TAG) ?? []).map((tag) => /^<[/!]?\w*/.exec(tag)?.[0] ?? '');

/** Both drawings of each result. Vega is made of ES modules, which Node loads and jest does not. */
function drawn(results: readonly BenchResult[]): { svg: string; page: string }[] {
  const program = `
    import { bundled } from './scripts/bundled.mjs';
    import { readFileSync } from 'node:fs';
    const { renderSvg } = await bundled('src/report/bench/plot.ts');
    const { renderHtml } = await bundled('src/report/bench/page.ts');
    const drawings = [];
    for (const result of JSON.parse(readFileSync(0, 'utf8')))
      drawings.push({ svg: await renderSvg(result), page: await renderHtml(result) });
    console.log(JSON.stringify(drawings));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: PROJECT,
    encoding: 'utf8',
    input: JSON.stringify(results),
    maxBuffer: 256 * 1024 * 1024,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { svg: string; page: string }[];
}

test('a plot and a page have the same elements, whatever was measured', () => {
  const texts = fc.sample(hostile, 40);
  const [plain, ...drawings] = drawn(['x', ...texts].map(attacked));
  expect(drawings).toHaveLength(texts.length);
  for (const { svg, page } of drawings) {
    expect(names(svg)).toEqual(names(plain?.svg ?? ''));
    expect(names(page)).toEqual(names(plain?.page ?? ''));
    for (const text of [svg, page]) {
      expect(text.replaceAll('\n', '')).not.toMatch(ACTED_ON);
      // What is no reference would be read as one.
      expect(text.replace(/&(amp|lt|gt|quot|#39|#\d+);/g, '')).not.toContain('&');
    }
  }
});

test('a table of runs has as many fields in every line, and a ranking as many cells', () => {
  const csv = EXPORTS['.csv'] as (result: BenchResult) => string;
  const markdown = EXPORTS['.md'] as (result: BenchResult) => string;
  const cells = (text: string): number[] =>
    markdown(attacked(text))
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split(/(?<!\\)\|/).length);
  fc.assert(
    fc.property(hostile, (text) => {
      expect(csv(attacked(text)).split('\r\n')).toHaveLength(csv(kept).split('\r\n').length);
      expect(new Set(cells(text)).size).toBe(1);
      expect(renderBenchText(attacked('x'), { color: false, width: 80, verbose: true })).toContain('failed: x');
    }),
    { numRuns: 50 },
  );
});

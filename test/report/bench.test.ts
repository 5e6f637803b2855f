import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BenchResult } from '../../src/documents/bench-result.ts';
import { EXPORTS } from '../../src/report/bench/exports.ts';
import { renderBenchText } from '../../src/report/bench/text.ts';
import { expectValid, PROJECT } from '../cli.ts';

/** Results of real LensKit, as `--save` kept them. */
const kept = (name: string): BenchResult =>
  JSON.parse(readFileSync(path.join(PROJECT, 'docs/pictures', `${name}.result.json`), 'utf8')) as BenchResult;

describe.each(['bench-plain', 'bench-quota'])('the result %s', (name) => {
  const result = kept(name);

  test('is what the schema says', () => expectValid(result, 'bench'));

  test.each([80, 100, 40])('fits %d columns, without colour or trailing spaces', (width) => {
    const text = renderBenchText(result, { color: false, width, verbose: true });
    const lines = text.split('\n');
    // commands are never broken: they are there to be pasted
    for (const line of lines.filter((one) => !/LK_|export /.test(one)))
      expect([line.length <= width, line]).toEqual([true, line]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    expect(text).not.toContain('\u001b');
    expect(text).toMatch(/the\s+speed/);
  });

  test('colour changes nothing but colour', () => {
    const options = { width: 80, verbose: false };
    const plain = renderBenchText(result, { ...options, color: false });
    const colored = renderBenchText(result, { ...options, color: true });
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(colored.replace(escapes, '').replaceAll(/ +$/gm, '')).toBe(plain);
    expect(colored).toMatch(/\[32m1 × 1 × 1/);
  });

  test('every run is a line of the CSV', () => {
    const lines = EXPORTS['.csv']?.(result).trim().split('\r\n') ?? [];
    const runs = [result.baseline, ...result.trials].flatMap((trial) => trial.runs).length;
    expect(lines).toHaveLength(runs + 1);
    expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
  });
});

test('the words of a cost model', () => {
  const text = renderBenchText(kept('bench-plain'), { color: false, width: 200, verbose: false });
  expect(text).toContain('2 processes pay from about 20,000 users on: LK_NUM_PROCS=2');
  expect(text).toMatch(/for 100000 users: LK_NUM_PROCS=2 .*, about 1 min 47 s/);
});

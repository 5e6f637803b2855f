import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BenchResult } from '../../src/documents/bench-result.ts';
import { EXPORTS } from '../../src/report/bench/exports.ts';
import { renderBenchText } from '../../src/report/bench/text.ts';
import { expectValid, PROJECT } from '../cli.ts';

/** Results of real LensKit, as `--save` kept them: too few rounds for a claim. */
const kept = (name: string): BenchResult =>
  JSON.parse(readFileSync(path.join(PROJECT, 'test/fixtures', `${name}.result.json`), 'utf8')) as BenchResult;

/** The same, as if its quickest setting had been shown to be faster. */
function shownFaster(result: BenchResult): BenchResult {
  const winner = result.trials
    .filter(({ median }) => median !== null)
    .reduce((a, b) => ((b.median as number) < (a.median as number) ? b : a));
  const { env, settings, roles, median } = winner;
  const speedup = (result.baseline.median as number) / (median as number);
  const best = { env, settings, roles, median: median as number, interval: null, speedup };
  return {
    ...result,
    best: { ...best, changed: true, ratio: speedup, ratioInterval: [0.9 * speedup, 1.1 * speedup] },
    verdict: { ...result.verdict, kind: 'faster', rounds: 6, roundsNeeded: null },
  };
}

describe.each(['bench-plain', 'bench-quota'])('the result %s', (name) => {
  const result = shownFaster(kept(name));

  test('is what the schema says', () => expectValid(result, 'bench'));

  test.each([80, 100, 40])('fits %d columns, without colour or trailing spaces', (width) => {
    const text = renderBenchText(result, { color: false, width, verbose: true });
    const lines = text.split('\n');
    // commands are never broken: they are there to be pasted
    for (const line of lines.filter((one) => !/LK_|export /.test(one)))
      expect([line.length <= width, line]).toEqual([true, line]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    expect(text).not.toContain('\u001b');
    expect(text).toMatch(/as\s+fast\s+as\s+now/);
  });

  test('colour changes nothing but colour, at any width', () => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    const long = 'a warning that is longer than a line of a narrow terminal, with 宽的 wide characters in it';
    const warned = { ...result, warnings: [...result.warnings, long] };
    for (let width = 40; width <= 200; width++) {
      for (const verbose of [true, false]) {
        const plain = renderBenchText(warned, { color: false, width, verbose });
        const colored = renderBenchText(warned, { color: true, width, verbose });
        expect([width, colored.replace(escapes, '')]).toEqual([width, plain]);
        if (width >= 64) expect(colored).toMatch(/\[32m1 × 1 × 1/);
      }
    }
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

describe('a table to paste', () => {
  const result = shownFaster(kept('bench-plain'));
  const markdown = (given: BenchResult): string => EXPORTS['.md']?.(given) ?? '';

  test('has the current environment first, means with their deviations, and the claim', () => {
    const lines = markdown(result).split('\n');
    const rows = lines.filter((line) => line.startsWith('| '));
    expect(rows[0]).toBe(
      '| processes × threads × backend threads | runs | median | 95 % | mean ± s | speed-up | CPUs | memory |  |',
    );
    expect(rows[2]).toMatch(/^\| now \| 3 \| \d+\.\d+ s \| {2}\| \d+\.\d+ ± \d+\.\d+ \| 1\.00× \|/);
    expect(rows.filter((row) => row.startsWith('| **'))).toHaveLength(1);
    expect(lines[2]).toMatch(/as fast as now \(95 % between/);
  });

  test('names what it was measured under', () => {
    const conditions = {
      cpus: '4 online → 4 by affinity → 1.5 by cgroup quota (/x, cpu.max)',
      memoryBytes: 2 ** 34,
      software: { LensKit: '2025.8.1', Python: '3.12.3', numpy: '2.2.0' },
      warmup: { current: 2, others: 2 },
      seed: 7,
      budgetSeconds: 600,
    };
    const text = markdown({ ...result, conditions, time: '2026-11-24T11:14:29.445Z' });
    for (const words of [
      '- date: 2026-11-24 11:14 UTC',
      '16.0 GiB of memory',
      '(4 online → 4 by affinity → 1.5 by cgroup quota (/x, cpu.max)); LensKit counts',
      'lk 0.1.0, LensKit 2025.8.1, Python 3.12.3, numpy 2.2.0',
      '2 before each setting to warm up',
      'Hodges and Lehmann',
    ])
      expect(text).toContain(words);
  });
});

describe('a verdict in words', () => {
  const result = kept('bench-plain');
  const told = (verdict: Partial<BenchResult['verdict']>, over: Partial<BenchResult> = {}): string =>
    renderBenchText(
      { ...result, ...over, verdict: { ...result.verdict, ...verdict } },
      { color: false, width: 200, verbose: false },
    );

  test('no difference: at most so much, and what it would take to know more', () => {
    const text = told({ kind: 'same', rounds: 6, atMost: 0.031, roundsNeeded: 40 });
    expect(text).toContain('✓ nothing to change: no difference that can be told from noise: at most 3.1 % (6 rounds)');
    expect(text).toContain('a difference of 5 % would take about 40 rounds to tell: --rounds 40');
    expect(text).not.toContain('export LK_');
  });

  test('too few rounds: what budget would be enough', () => {
    expect(told({ kind: 'too few', rounds: 2, roundsNeeded: 6, budgetSeconds: 301 })).toContain(
      'too few runs to compare: 2 of 6 rounds\n  --budget 6m would give enough',
    );
  });

  test('a claim whose upper bound is not known', () => {
    const faster = shownFaster(result);
    const best = { ...(faster.best as NonNullable<BenchResult['best']>), ratioInterval: [4, null] as [number, null] };
    const text = renderBenchText({ ...faster, best }, { color: false, width: 200, verbose: false });
    expect(text).toContain('as fast as now (95 %: at least 4.00×; 6 rounds)');
  });

  test('a lower bound near 1 is not rounded to it', () => {
    const faster = shownFaster(result);
    const best = {
      ...(faster.best as NonNullable<BenchResult['best']>),
      ratioInterval: [1.0032, 1.2] as [number, number],
    };
    const text = renderBenchText({ ...faster, best }, { color: false, width: 200, verbose: false });
    expect(text).toContain('95 % between 1.0032× and 1.20×');
  });

  test('in the table ties stand behind the best: the default, then the fewest threads; the winner is first', () => {
    const { best, verdict, trials, ...rest } = shownFaster(result);
    const tied = trials.map((trial) => ({ ...trial, tied: trial.env !== best?.env && trial.median !== null }));
    const text = renderBenchText({ ...rest, best, verdict, trials: tied }, { color: false, width: 200, verbose: true });
    const rows = text.split('\n').filter((line) => /^ (now|\d × )/.test(line) && !line.includes('█'));
    expect(rows.slice(0, 4).map((row) => row.slice(1, 10).trim())).toEqual(['now', ...order(best, tied)]);
    expect(rows.slice(2, 4).every((row) => row.includes('tied'))).toBe(true);
  });

  const order = (best: BenchResult['best'], trials: BenchResult['trials']): string[] => {
    const text = ({
      settings: { processes, threads, backendThreads },
    }: {
      settings: BenchResult['trials'][number]['settings'];
    }) => `${processes} × ${threads} × ${backendThreads}`;
    const others = trials.filter(({ tied }) => tied);
    const isDefault = ({ roles }: BenchResult['trials'][number]): boolean => roles.includes('default');
    const threads = ({ settings }: BenchResult['trials'][number]): number =>
      settings.processes * settings.threads * settings.backendThreads;
    const rest = others.filter((trial) => !isDefault(trial)).sort((a, b) => threads(a) - threads(b));
    return [text(best as NonNullable<BenchResult['best']>), ...[...others.filter(isDefault), ...rest].map(text)].slice(
      0,
      3,
    );
  };
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inert } from '../../src/escape/shell.ts';
import { fixLines } from '../../src/report/fix.ts';
import { ACTED_ON, hostile } from '../escape/hostile.ts';

describe('a fix as lines', () => {
  test('a value that not every shell takes for the same is in none of them', () => {
    expect(fixLines({ env: { A: '1', B: "it's", C: 'x y' } })).toEqual([
      "export A=1 C='x y'",
      'give B its value yourself: it has characters that are not safe to paste',
    ]);
  });

  test('a name that is no variable’s is in none of them', () => {
    expect(fixLines({ unset: ['A', 'x; touch P #'], env: { '$(touch P)': '1' } })).toEqual([
      'unset A',
      "take '$(touch P)' out of the environment, where it was set: no shell can",
      "take 'x; touch P #' out of the environment, where it was set: no shell can",
    ]);
  });

  const shells = ['sh', 'bash', 'dash', 'ksh', 'zsh'].filter(
    (shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0,
  );
  const name = fc.oneof(hostile, fc.constantFrom('LK_A', 'LK_B', '_c'));
  const fix = fc
    .record({
      env: fc.dictionary(name, hostile, { maxKeys: 3 }),
      unset: fc.array(name, { maxLength: 2 }),
      file: hostile,
    })
    .map(({ env, unset, file }) => ({ env, unset, text: inert`correct ${file}, line 3` }));

  test.each(shells)('pasted into %s they set variables and do nothing else', (shell) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-fix-'));
    const run = (lines: readonly string[], last: string): string =>
      spawnSync(shell, ['-c', [...lines, last].join('\n')], {
        cwd: folder,
        encoding: 'utf8',
        // touch is there; what a line names besides is not
        env: { PATH: '/usr/bin:/bin', HOME: folder },
        timeout: 10_000,
      }).stdout;
    try {
      fc.assert(
        fc.property(fc.array(fix, { minLength: 10, maxLength: 20 }), (fixes) => {
          const lines = fixes.flatMap(fixLines);
          for (const line of lines) expect(line).not.toMatch(ACTED_ON);
          // Every line is one command, so that those behind it are run as well.
          expect(run(lines, 'echo end').endsWith('end\n')).toBe(true);
          expect(readdirSync(folder)).toEqual([]);
          for (const { env } of fixes.slice(0, 2)) {
            const [line = ''] = fixLines({ env });
            const written = Object.entries(env).filter(
              ([key]) => line.includes(` ${key}=`) && line.startsWith('export'),
            );
            for (const [key, value] of written) expect(run([line], `printf %s "$${key}"`)).toBe(value);
          }
        }),
        { numRuns: 8 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches } from '../../../src/bench/conditions/wildcards.ts';

/** Whether a shell thinks so. */
function shell(pattern: string, name: string): boolean {
  return spawnSync('sh', ['-c', `case "$1" in (${pattern}) exit 0;; esac; exit 1`, 'sh', name]).status === 0;
}

test('as a shell', () => {
  const letters = fc.constantFrom('a', 'b', '.');
  const parts = fc.constantFrom('a', 'b', '.', '*', '?');
  fc.assert(
    fc.property(
      fc.array(parts, { minLength: 1, maxLength: 8 }),
      fc.array(letters, { minLength: 1, maxLength: 8 }),
      (pattern, name) => {
        expect(matches(pattern.join(''), name.join(''))).toBe(shell(pattern.join(''), name.join('')));
      },
    ),
    { numRuns: 300 },
  );
});

test('what is in brackets is one letter, whichever', () => {
  expect(['a1.csv', 'a.csv', 'a12.csv'].map((name) => matches('a[0-9].csv', name))).toEqual([true, false, false]);
  expect(['[]0]', '[!a]', '[0].[1]'].map((pattern) => matches(pattern, '0'))).toEqual([true, true, false]);
  expect(['[', '[]', 'x['].map((name) => matches(name, name))).toEqual([true, true, true]);
  expect(matches('[0][1]', '01')).toBe(true);
});

test('many stars end', () => {
  expect(matches(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
});

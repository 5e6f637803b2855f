import { expect, test } from '@jest/globals';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { patchOf } from '../../src/script/patch.ts';

const patch = (before: string, after: string) => patchOf({ name: 'a.py', before, after, labels: ['before', 'after'] });
const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', '    a\n'), { maxLength: 8 }).map((lines) => lines.join(''));

test('applied, it makes the one of the other, with few lines and with many', () =>
  fc.assert(
    fc.property(text, text, fc.constantFrom(1, 3000), fc.boolean(), (head, tail, many, ends) => {
      const before = `${head}${'x\n'.repeat(many)}${tail}${ends ? '' : 'end'}`;
      const after = `${head}${'    x\n'.repeat(many)}${tail}${ends ? '' : 'end, other'}`;
      expect(applyPatch(before, patch(before, after))).toBe(after);
    }),
    { numRuns: 60 },
  ));

test('many lines are one hunk with two lines around it', () => {
  const [head, tail] = ['1\n2\n3\n', '4\n5\n6\n'];
  const lines = patch(`${head}${'x\n'.repeat(3000)}${tail}`, `${head}${'y\n'.repeat(3001)}${tail}`).split('\n');
  expect(lines.slice(2, 7)).toEqual(['--- a.py\tbefore', '+++ a.py\tafter', '@@ -2,3004 +2,3005 @@', ' 2', ' 3']);
  expect(lines.slice(-3)).toEqual([' 4', ' 5', '']);
});

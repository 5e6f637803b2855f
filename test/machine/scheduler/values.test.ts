import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countOf, divided, firstCount, listItem, memoryOf } from '../../../src/machine/scheduler/values.ts';

test.each<[string | undefined, number | null]>([
  ['1', 1],
  ['999999', 999_999],
  [' 16\n', 16],
  ['  8  ', 8],
  ['007', 7],
  ['1000000', null],
  ['0', null],
  ['', null],
  ['-1', null],
  ['4x', null],
  ['x4', null],
  ['4 4', null],
  ['4.5', null],
  [undefined, null],
])('a count is a whole number from 1 to 999,999: %j', (raw, count) => expect(countOf(raw)).toBe(count));

test('of several variables the first that holds a count', () => {
  const env = { A: 'x', B: ' 4', C: '5' };
  expect(firstCount(env, ['N', 'A', 'B', 'C'])).toEqual({ variable: 'B', raw: ' 4', count: 4 });
  expect(firstCount(env, ['N', 'A'])).toBeNull();
});

describe("Slurm's list over nodes", () => {
  test.each<[string, (number | null)[]]>([
    ['4', [4, null]],
    ['2(x3),1', [2, 2, 2, 1, null]],
    ['24(x2),16,8(x1)', [24, 24, 16, 8, null]],
    [' 24(x2) , 16 ', [24, 24, 16, null]],
    ['1(x10)', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, null]],
    ['72(x0),36', [36, null]],
    ['2(x1),x,3', [2, null, null]],
    ['0,4', [null, null]],
    ['2(x2', [null]],
    ['2(x)', [null]],
    ['x2', [null]],
    ['2x', [null]],
    ['2(x1)x', [null]],
    ['2(x1000000)', [null]],
    ['1000000', [null]],
    ['', [null]],
  ])('%j', (list, nodes) => expect(nodes.map((_, node) => listItem(list, node))).toEqual(nodes));

  test('that is not there', () => expect(listItem(undefined, 0)).toBeNull());
});

describe("Slurm's amounts of memory", () => {
  test.each<[string | undefined, number | null]>([
    ['4096', 4096 * 1024 ** 2],
    ['3000K', 3000 * 1024],
    ['512M', 512 * 1024 ** 2],
    ['32G', 32 * 1024 ** 3],
    ['32g', 32 * 1024 ** 3],
    ['32GB', 32 * 1024 ** 3],
    ['1tb', 1024 ** 4],
    [' 1k ', 1024],
    ['0', null],
    ['0G', null],
    ['4B', null],
    ['G', null],
    ['1.5G', null],
    ['-4G', null],
    ['x4G', null],
    ['4Gx', null],
    ['4P', null],
    ['4 G', null],
    ['1234567890123', null],
    ['', null],
    [undefined, null],
  ])('%j', (raw, bytes) => expect(memoryOf(raw)).toBe(bytes));
});

test('what is divided is whole, no more than there is, and at least one for each', () => {
  const count = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(count, count, (all, sharers) => {
      const each = divided(all, sharers);
      expect(Number.isInteger(each) && each >= 1).toBe(true);
      expect(each === 1 || (each * sharers <= all && (each + 1) * sharers > all)).toBe(true);
    }),
  );
  expect([divided(8, 2), divided(7, 2), divided(2, 8)]).toEqual([4, 3, 1]);
});

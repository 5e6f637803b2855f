import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { movedBy, withoutRanges } from '../../src/privacy/ranges.ts';

describe('a text without some of its parts', () => {
  test.each([
    ['none', [], '0123456789'],
    ['one', [[2, 4]], '01…456789'],
    ['all of it', [[0, 10]], '…'],
    [
      'at both ends',
      [
        [0, 1],
        [9, 10],
      ],
      '…12345678…',
    ],
    [
      'in no order',
      [
        [7, 8],
        [2, 4],
      ],
      '01…456…89',
    ],
    [
      'side by side they are two',
      [
        [2, 4],
        [4, 6],
      ],
      '01……6789',
    ],
    [
      'that overlap are one',
      [
        [2, 5],
        [4, 7],
      ],
      '01…789',
    ],
    [
      'one within the other',
      [
        [2, 8],
        [3, 4],
      ],
      '01…89',
    ],
    [
      'of one beginning',
      [
        [2, 3],
        [2, 6],
      ],
      '01…6789',
    ],
    [
      'the same twice',
      [
        [2, 3],
        [2, 3],
      ],
      '01…3456789',
    ],
    [
      'three in a chain',
      [
        [1, 4],
        [6, 8],
        [3, 7],
      ],
      '0…89',
    ],
  ] as [string, [number, number][], string][])('%s', (_, ranges, shown) => {
    const given = ranges.map(([from, to]) => ({ from, to }));
    expect(withoutRanges('0123456789', given)).toBe(shown);
    expect(given).toEqual(ranges.map(([from, to]) => ({ from, to })));
  });

  test('has every letter that is in no part, and none that is in one', () => {
    const range = fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 6 }));
    const text = 'abcdefghijklmnopqrstuvwxyz';
    fc.assert(
      fc.property(fc.array(range), (given) => {
        const ranges = given.map(([from, length]) => ({ from, to: from + length }));
        const left = [...text].filter((_, at) => !ranges.some(({ from, to }) => from <= at && at < to)).join('');
        expect(withoutRanges(text, ranges).replaceAll('…', '')).toBe(left);
      }),
    );
  });

  test('a part of a part is where it is in the whole', () => {
    const whole = 'say token=x now';
    const { from, to } = movedBy(whole.indexOf('token'))({ from: 6, to: 7 });
    expect(whole.slice(from, to)).toBe('x');
  });
});

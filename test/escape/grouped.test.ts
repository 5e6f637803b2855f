import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grouped } from '../../src/escape/grouped.ts';

test('is what toLocaleString says in English', () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (count) => expect(grouped(count)).toBe(count.toLocaleString('en'))),
  );
  expect([0, 999, 1000, 1_000_000].map(grouped)).toEqual(['0', '999', '1,000', '1,000,000']);
});

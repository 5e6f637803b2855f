import { expect, test } from '@jest/globals';
import { comparisonTotals } from '../../../src/report/compare/words.ts';

const totals = (failing: number, warned: number, fine: number, unreadable = 0) =>
  comparisonTotals({ summary: { machines: failing + warned + fine, failing, warned, fine, unreadable } } as Parameters<
    typeof comparisonTotals
  >[0]);

test('machines are counted by the worst of each', () => {
  expect(totals(1, 1, 1, 2)).toBe(
    '3 machines: 1 with failures, 1 with warnings, 1 without either; 2 could not be read',
  );
  expect(totals(0, 2, 0)).toBe('2 machines: 2 with warnings');
  expect(totals(0, 0, 2)).toBe('2 machines: no failures, no warnings');
});

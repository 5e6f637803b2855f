import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { below } from '../../src/process/below.ts';
import type { Found } from '../../src/process/living.ts';

/** Processes by their numbers, each with its parent's. */
const list = (...pairs: [pid: number, parent: number][]): Found[] =>
  pairs.map(([pid, parent]) => [pid, { state: 'S', parent, began: '1' }]);
const numbers = (found: readonly Found[]): number[] => found.map(([pid]) => pid);

describe('what is below a process', () => {
  test('its children and theirs, in whatever order they are read; neither itself, its parent nor its sisters', () => {
    const all = list([1, 0], [50, 40], [40, 30], [30, 7], [31, 7], [7, 6], [6, 1], [8, 6], [9, 8], [70, 50]);
    expect(numbers(below(7, all))).toEqual([50, 40, 30, 31, 70]);
    expect(numbers(below(70, all))).toEqual([]);
    expect(numbers(below(999, all))).toEqual([]);
    expect(below(6, all)).toContain(all[1]);
  });

  test('a number that was given anew while they were read ends nothing but the search', () => {
    expect(numbers(below(5, list([5, 6], [6, 5], [7, 7], [8, 6])))).toEqual([6, 8]);
  });

  test('is all from which the parents lead to it, and nothing else', () => {
    const parents = fc.array(fc.nat({ max: 30 }), { minLength: 31, maxLength: 31 });
    fc.assert(
      fc.property(parents, fc.nat({ max: 30 }), (given, top) => {
        const leadsTo = (pid: number): boolean => {
          let at = given[pid] as number;
          for (let steps = 0; steps < 31 && at !== top; steps++) at = given[at] as number;
          return at === top;
        };
        const all = list(...given.map((parent, pid): [number, number] => [pid, parent]));
        const wanted = given.map((_, pid) => pid).filter((pid) => pid !== top && leadsTo(pid));
        expect(numbers(below(top, all))).toEqual(wanted);
      }),
    );
  });
});

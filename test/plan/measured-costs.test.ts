import { expect, test } from '@jest/globals';
import { leastTask } from '../../src/plan/costs.ts';
import { costsFor, MEASURED } from '../../src/plan/measured-costs.ts';
import { type Rules, rulesFor } from '../../src/rules/generation.ts';

function known(lenskit: string): Rules {
  const rules = rulesFor(lenskit);
  if (typeof rules === 'string') throw new Error(rules);
  return rules;
}

test.each([
  ['0.10.1', '0.14'],
  ['0.14.4', '0.14'],
  ['2025.2.0', '2025'],
  ['2025.8.1', '2025'],
  ['2026.4.0', '2026'],
] as const)('for LensKit %s stand the costs of %s', (lenskit, year) => {
  expect(costsFor(known(lenskit))).toBe(MEASURED[year]);
});

test('what was measured, in milliseconds of a list and seconds of a start: docs/costs.md', () => {
  const table = Object.entries(MEASURED).map(([year, { lenskit, data, spread, models }]) => [
    `${year}, LensKit ${lenskit}, ${data}: a worker starts in ${spread.start} s, a list is handed on in ${spread.handing * 1000} ms by ${spread.by}`,
    ...Object.entries(models).map(
      ([name, { inProcess, inWorker, compiling }]) =>
        `${name} ${round(inProcess * 1000)} ${round(inWorker * 1000)}${compiling ? ` after ${compiling} s` : ''}`,
    ),
  ]);
  expect(table).toEqual([
    [
      '2025, LensKit 2025.8.1, ml-latest-small (9,066 items): a worker starts in 4.6 s, a list is handed on in 0.35 ms by pool',
      'item-knn 6.9 6.9',
      'user-knn 3.6 4.4',
      'ease 18 18',
      'slim 1.05 1.25',
      'implicit-mf 1.4 2',
      'biased-mf 1.45 1.5',
      'flexmf-explicit 2.3 3.4',
      'popular 0.85 0.85',
    ],
    [
      '2026, LensKit 2026.4.0, ml-latest-small (9,066 items): a worker starts in 10 s, a list is handed on in 0.05 ms by ray',
      'item-knn 6.6 6.9',
      'implicit-mf 1.5 2',
    ],
    [
      '0.14, LensKit 0.14.4, ml-latest-small (9,066 items): a worker starts in 1.8 s, a list is handed on in 0.9 ms by pool',
      'item-knn 28 27 after 0.5 s',
      'implicit-mf 2.1 3.5 after 0.1 s',
      'biased-mf 2.3 3.8 after 0.1 s',
    ],
  ]);
});

test('a task of Ray has 2,000 lists at the least; a pool hands them on one at a time', () => {
  const costs = { inProcess: 1, inWorker: 1, handing: 1, start: 1 };
  expect(leastTask({ ...costs, by: 'ray' })).toBe(2000);
  expect(leastTask({ ...costs, by: 'pool' })).toBeNull();
});

function round(milliseconds: number): number {
  return Number(milliseconds.toPrecision(6));
}

import { expect, test } from '@jest/globals';
import { digestOf, keyOf } from '../../src/compare/digest.ts';
import { machine, report } from '../machine.ts';

const MKL = [
  { family: 'MKL' as const, api: 'blas' as const, owner: 'numpy', file: '/venv/lib/libmkl_rt.so', version: '2024.2' },
];

test('rules that were asked for stand in the place of a LensKit, rules that are assumed do not', () => {
  const none = machine({ lenskit: null });
  expect(digestOf(report(none)).lenskit).toBeNull();
  expect(digestOf(report(none, { lenskit: '2025.2' })).lenskit).toBe('2025.2');
  expect(digestOf(report(machine())).lenskit).toBe('2025.8.1');
});

test('of the libraries those count that do linear algebra', () => {
  const environment = { torch: { version: '2.15.0', cuda: null }, pools: MKL };
  const made = report(machine({ environment }));
  expect(made.pools.some(({ pool }) => pool.startsWith('Torch'))).toBe(true);
  expect(digestOf(made).libraries).toEqual(['MKL (numpy)']);
});

test('there is a Python where its LensKit is known, or it was found', () => {
  const made = report(machine());
  const without = { ...made, python: { ...made.python, interpreter: null } };
  expect(digestOf(without).hasPython).toBe(true);
  expect(digestOf({ ...without, lenskit: { ...made.lenskit, version: null } }).hasPython).toBe(false);
  expect(digestOf({ ...made, lenskit: { ...made.lenskit, version: null } }).hasPython).toBe(true);
});

test('machines that are alike have one key, also with numbers of any size', () => {
  expect(keyOf(digestOf(report(machine())))).toBe(keyOf(digestOf(report(machine()))));
  const huge = (threads: string) => keyOf(digestOf(report(machine({ env: { LK_NUM_THREADS: threads } }))));
  expect(huge('99999999999999999999')).not.toBe(huge('99999999999999999998'));
});

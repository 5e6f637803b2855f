import os from 'node:os';
import { expect, test } from '@jest/globals';
import { ownCount } from '../../src/cpus/own-count.ts';

const quotasToo = (uv: string) => ({ why: `Node's libuv ${uv} counts quotas as well` });

test.each([
  ['0.99.0', 3],
  ['1.0.0', 3],
  ['1.46.0', 3],
  ['1.48.9', 3],
  ['1.49.0', quotasToo('1.49.0')],
  ['1.50.1', quotasToo('1.50.1')],
  ['2.0.0', quotasToo('2.0.0')],
  ['2.48.0', quotasToo('2.48.0')],
  ['nonsense', quotasToo('nonsense')],
])('an affinity is what a libuv before 1.49 counts, and no other: %j', (uv, expected) => {
  expect(ownCount({ live: true }, { uv, count: () => 3 })).toEqual(expected);
});

test('another machine is not asked', () => {
  expect(ownCount({ live: false }, { uv: '1.46.0', count: () => 3 })).toEqual({
    why: 'it is another machine, which cannot be asked',
  });
});

test('this machine is asked by this very Node', () => {
  const { uv } = process.versions;
  const [, minor] = uv.split('.').map(Number);
  expect(ownCount({ live: true })).toEqual(Number(minor) < 49 ? os.availableParallelism() : quotasToo(uv));
});

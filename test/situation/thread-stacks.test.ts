import { expect, test } from '@jest/globals';
import { threadStacks } from '../../src/situation/thread-stacks.ts';

const MIB = 1024 ** 2;
const soft = (bytes: number | null) => ({ stack: { soft: bytes, hard: null } });

test.each([
  ['the soft limit', soft(64 * MIB), 64],
  ["the C library's where there is no limit", soft(null), 2],
  ['8 MiB where the limit is not known', null, 8],
  ['8 MiB in snapshots of before', {}, 8],
])('the stacks of threads are %s', (_, limits, megabytes) => {
  expect(threadStacks(limits, {})).toEqual({ usual: megabytes * MIB, openmp: megabytes * MIB, rayon: 2 * MIB });
});

// Sizes as OpenMP 5.2, 21.2, has them: kilobytes without a unit, blanks around both.
test.each([
  [{ OMP_STACKSIZE: '2000500B' }, 2_000_500],
  [{ OMP_STACKSIZE: '3000 k ' }, 3000 * 1024],
  [{ OMP_STACKSIZE: '10M' }, 10 * MIB],
  [{ OMP_STACKSIZE: ' 10 M ' }, 10 * MIB],
  [{ OMP_STACKSIZE: '20 m ' }, 20 * MIB],
  [{ OMP_STACKSIZE: ' 1G' }, 1024 * MIB],
  [{ OMP_STACKSIZE: '20000' }, 20_000 * 1024],
  [{ OMP_STACKSIZE: 'x', GOMP_STACKSIZE: '4M' }, 4 * MIB],
  [{ OMP_STACKSIZE: '6M', GOMP_STACKSIZE: '4M' }, 6 * MIB],
  [{ OMP_STACKSIZE: '4 MB' }, 64 * MIB],
])("libgomp's have a size of their own: %j", (env, bytes) => {
  const stacks = threadStacks(soft(64 * MIB), env as { [name: string]: string });
  expect(stacks).toEqual({ usual: 64 * MIB, openmp: bytes, rayon: 2 * MIB });
});

test.each([
  ['1048576', MIB],
  ['x', 2 * MIB],
  ['', 2 * MIB],
])("Rayon's obey RUST_MIN_STACK alone: %j", (value, bytes) => {
  expect(threadStacks(soft(64 * MIB), { RUST_MIN_STACK: value }).rayon).toBe(bytes);
});

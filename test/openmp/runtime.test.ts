import { expect, test } from '@jest/globals';
import { torchRuntime } from '../../src/openmp/runtime.ts';
import type { NativePool } from '../../src/python/pools.ts';

const openmp = (family: NativePool['family'], owner: string): NativePool => ({
  family,
  api: 'openmp',
  owner,
  file: `/x/${family}`,
  version: null,
});

test("Torch's own runtime goes before the environment's, and LLVM's before libgomp there", () => {
  const wheel = { family: 'libgomp', libgomp: 'wheel' };
  expect(torchRuntime([])).toEqual(wheel);
  expect(torchRuntime([openmp('libgomp', 'torch'), openmp('libiomp5', 'environment')])).toEqual(wheel);
  expect(torchRuntime([openmp('libgomp', 'scikit-learn')])).toEqual(wheel);
  expect(torchRuntime([openmp('libomp', 'torch')])).toEqual({ family: 'libomp' });
  expect(torchRuntime([openmp('libgomp', 'environment')])).toEqual({ family: 'libgomp', libgomp: 'newer' });
  expect(torchRuntime([openmp('libgomp', 'environment'), openmp('libomp', 'environment')])).toEqual({
    family: 'libomp',
  });
});

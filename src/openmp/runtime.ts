import type { NativePool } from '../python/pools.ts';
import type { Libgomp } from './libgomp.ts';

/** The OpenMP runtime that Torch loads, and with it everything in its process. */
export type Runtime = { family: 'libgomp'; libgomp: Libgomp } | { family: 'libomp' | 'libiomp5' };

/**
 * Torch's wheels bring their own libgomp (Linux) or libomp (macOS); in conda's environments it is the
 * environment's, where LLVM's or Intel's stands in for libgomp once it is there. Without either, pip's wheels are assumed.
 */
export function torchRuntime(pools: readonly NativePool[]): Runtime {
  const openmp = pools.filter(({ api }) => api === 'openmp');
  const own = openmp.find(({ owner }) => owner === 'torch');
  const [first] = own ? [own] : openmp.filter(({ owner }) => owner === 'environment').sort(llvmFirst);
  if (first?.family === 'libomp' || first?.family === 'libiomp5') return { family: first.family };
  return { family: 'libgomp', libgomp: first && !own ? 'newer' : 'wheel' };
}

/** The runtime that Numba's threads start (0.14): the environment's where it has one, else the system's libgomp. */
export function numbaRuntime(pools: readonly NativePool[]): Runtime {
  const { family } = torchRuntime(pools.filter(({ owner }) => owner === 'environment'));
  return family === 'libgomp' ? { family, libgomp: 'newer' } : { family };
}

function llvmFirst(a: NativePool, b: NativePool): number {
  return Number(a.family === 'libgomp') - Number(b.family === 'libgomp');
}

import type { PythonFacts } from '../python/facts.ts';
import type { NativePool } from '../python/pools.ts';

/**
 * Whether an OpenBLAS computes in the OpenMP that Torch computes in: a process maps one library of a name, and Torch
 * brings none (conda, Debian), or one of that name, not one that auditwheel gave another.
 */
export function sharesTorchsOpenmp(
  { needs }: NativePool,
  { torch, pools }: Pick<PythonFacts, 'torch' | 'pools'>,
): boolean {
  const own = pools.filter(({ api, owner }) => api === 'openmp' && owner === 'torch');
  return torch !== null && (own.length === 0 || own.some(({ file }) => file.split('/').at(-1) === needs));
}

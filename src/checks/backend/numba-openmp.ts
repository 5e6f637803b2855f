import type { Situation } from '../../situation/situation.ts';

/** Layers with which Numba takes OpenMP unless there is TBB (0.58.1, `numba/np/ufunc/parallel.py`, `_launch_threads`). */
const OPENMP_UNLESS_TBB = ['default', 'threadsafe'];

/** Whether Numba's threads are OpenMP's: with pip's Numba they are. */
export function startsOpenmp({ env, python }: Pick<Situation, 'env' | 'python'>): boolean {
  const layer = (env.NUMBA_THREADING_LAYER ?? 'default').toLowerCase();
  if (layer === 'omp') return true;
  return OPENMP_UNLESS_TBB.includes(layer) && !python.pools.some(({ family }) => family === 'TBB');
}

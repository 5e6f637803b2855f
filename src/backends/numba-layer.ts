import type { NumbaLayer } from '../python/numba-layers.ts';

/** What `NUMBA_THREADING_LAYER` lets Numba choose from, in its order (`numba/np/ufunc/parallel.py`, 0.58.1, Linux). */
const CHOICES: ReadonlyMap<string, readonly NumbaLayer['layer'][]> = new Map(
  Object.entries({
    default: ['tbb', 'omp', 'workqueue'],
    threadsafe: ['tbb', 'omp'],
    forksafe: ['tbb', 'workqueue'],
    safe: ['tbb'],
    tbb: ['tbb'],
    omp: ['omp'],
    workqueue: ['workqueue'],
  }),
);

/**
 * The layer that Numba's threads begin with; null: none, so that the first parallel loop raises `ValueError`.
 *
 * @param asked `NUMBA_THREADING_LAYER`; an empty one is set, and no layer
 */
export function numbaLayer(asked: string | undefined, layers: readonly NumbaLayer[]): NumbaLayer | null {
  for (const wanted of CHOICES.get((asked ?? 'default').toLowerCase()) ?? []) {
    const found = layers.find(({ layer }) => layer === wanted);
    if (found !== undefined) return found;
  }
  return null;
}

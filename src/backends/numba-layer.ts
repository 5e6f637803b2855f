/** The threading layers of Numba. */
export type NumbaLayerName = 'tbb' | 'omp' | 'workqueue';

/** What `NUMBA_THREADING_LAYER` lets Numba choose from, in its order (`numba/np/ufunc/parallel.py`, `_launch_threads`, 0.58.1, Linux). */
const CHOICES: ReadonlyMap<string, readonly NumbaLayerName[]> = new Map(
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
 * The layers that Numba tries one after the other; null: the value names none.
 *
 * @param asked `NUMBA_THREADING_LAYER`, in any case; an empty one is set, and names none
 */
export function numbaLayerChoices(asked: string | undefined): readonly NumbaLayerName[] | null {
  return CHOICES.get((asked ?? 'default').toLowerCase()) ?? null;
}

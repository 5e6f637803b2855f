import type { Point } from './series.ts';

/** What a job was doing, as far as its processes and threads tell. */
export type Phase = 'import' | 'training' | 'workers starting' | 'batch' | 'unknown';

/**
 * The phase of each point. Pure.
 *
 * - import: LensKit is not loaded yet, and is later.
 * - workers starting: there are workers, and not all of them, or some have not loaded LensKit.
 * - batch: all workers are there.
 * - training: there is no worker yet, the main process has two threads or more at work, and workers come later: threads of the
 *   main process are those of training, before a batch run has begun.
 * - unknown: all else. One thread in the main process may load data, train, or measure.
 */
export function phasesOf(points: readonly Point[]): Phase[] {
  const phases: Phase[] = points.map(() => 'unknown');
  const first = points.findIndex(({ imported }) => imported);
  if (first < 0) return phases;
  phases.fill('import', 0, first);
  let after = -1;
  for (let at = points.length - 1; at >= first; at--) {
    const { workers, mainWanting } = points[at] as Point;
    if (workers > 0) {
      const begin = stretchBegin(points, at, first);
      const ready = readyAt(points, begin, at);
      phases.fill('workers starting', begin, ready);
      phases.fill('batch', ready, at + 1);
      after = begin;
      at = begin;
    } else if (after >= 0 && mainWanting !== null && mainWanting >= 2) phases[at] = 'training';
  }
  return phases;
}

/** The first of the points up to here that all have workers. */
function stretchBegin(points: readonly Point[], end: number, first: number): number {
  let begin = end;
  while (begin > first && (points[begin - 1] as Point).workers > 0) begin--;
  return begin;
}

/** The first at which all workers of a stretch are there with LensKit; past its end: never. */
function readyAt(points: readonly Point[], begin: number, end: number): number {
  let most = 0;
  for (let at = begin; at <= end; at++) most = Math.max(most, (points[at] as Point).workers);
  for (let at = begin; at <= end; at++) {
    const { workers, workersLoaded } = points[at] as Point;
    if (workers === most && workersLoaded >= workers) return at;
  }
  return end + 1;
}

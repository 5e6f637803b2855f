import type { Run } from '../documents/bench-result.ts';
import { median } from './statistics/summaries.ts';

/** Shorter than this the kernel's hundredths of a second say little. */
const LEAST_SECONDS = 0.5;
/** So many CPUs more than usual are a disturbance. */
const DISTURBING = 0.25;

/** CPUs that others kept busy during these runs, by how long each took; null: not known, or too short to know. */
function loadOf(runs: readonly Run[]): number | null {
  const known = runs.filter(({ foreignLoad }) => foreignLoad !== null);
  const seconds = known.reduce((sum, run) => sum + run.seconds, 0);
  if (known.length === 0 || seconds < LEAST_SECONDS) return null;
  return known.reduce((sum, run) => sum + (run.foreignLoad as number) * run.seconds, 0) / seconds;
}

/**
 * Other work disturbed this round: more than usual, and more than the CPUs that the job has not anyway. The whole round
 * counts, whoever of it was met.
 */
export function isDisturbed(round: readonly Run[], all: readonly Run[], spare: number): boolean {
  const load = loadOf(round);
  const loads = all.flatMap(({ foreignLoad }) => foreignLoad ?? []);
  return load !== null && load > Math.max(spare, loads.length === 0 ? 0 : median(loads)) + DISTURBING;
}

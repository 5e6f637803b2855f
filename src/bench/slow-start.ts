import type { Run } from '../documents/bench-result.ts';

/** A setting's worker processes (0: it works in its own), and its runs so far. */
export interface Started {
  workers: number;
  runs: readonly Run[];
}

/** One start takes this part of another at least: what else has the CPUs moves it. */
const LEAST_SHARE = 0.5;

/**
 * Seconds that a run with so many workers takes at the least, whatever else is set: until the first one answers. As many
 * as were seen, or more, are not started sooner than they. 0: none was seen to start, or there is none to be started.
 */
export function leastSeconds(workers: number, seen: readonly Started[]): number {
  if (workers === 0) return 0;
  const starts = seen
    .filter((other) => other.workers > 0 && other.workers <= workers)
    .flatMap(({ runs }) => runs.flatMap(({ phases }) => phases?.spawn ?? []));
  return starts.length === 0 ? 0 : LEAST_SHARE * Math.min(...starts);
}

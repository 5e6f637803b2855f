import { killFound } from './killing.ts';
import { type Found, processes } from './living.ts';

/**
 * Kills all that is below a process, which itself stays (Linux). The process must be a child of ours that has not been
 * waited for, so that its number is still its own, and a subreaper, so that orphans are below it.
 */
export function killBelow(pid: number): void {
  killFound(() => below(pid, [...processes()]));
}

/** Those of a list that a process has started, and what these have started. */
export function below(top: number, all: readonly Found[]): Found[] {
  const inside = new Set([top]);
  // What is added meanwhile has its turn as well, each number once: they are not all read at the same moment.
  for (const parent of inside) {
    for (const [pid, process] of all) if (process.parent === parent) inside.add(pid);
  }
  return all.filter(([pid]) => pid !== top && inside.has(pid));
}

import { numbersBelow } from '../host/process-tree.ts';
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
  const inside = numbersBelow(
    top,
    all.map(([pid, { parent }]) => [pid, parent]),
  );
  return all.filter(([pid]) => inside.has(pid));
}

import { rayTasks } from '../plan/ray-tasks.ts';
import { isConfig2026, processesOf } from '../rules/resolution.ts';
import type { Situation, Surroundings } from './situation.ts';

/** CPU time a second that a batch run has here: with a quota a fraction, and of a machine that is shared the own part. */
export function cpusOfBatch({ cpus, share }: Pick<Surroundings, 'cpus' | 'share'>): number {
  return Math.min(cpus.exact, share.cpus ?? cpus.exact);
}

/** Processes or tasks that make the lists of a batch run at the same time, if there are enough; 1: there are no workers. */
export function workersOfBatch({ resolution, ray, ncpus }: Situation): number {
  if (resolution === null) return 1;
  const { main } = resolution;
  if (!isConfig2026(main)) return Math.max(1, Number(processesOf(main)));
  if (ray === null) return 1;
  return Math.max(1, Number(rayTasks(main, { nodes: [BigInt(ncpus.count)], lists: null }) ?? 1));
}

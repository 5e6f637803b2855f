import { areWithoutGil } from '../plan/models.ts';
import { rayTasks } from '../plan/ray-tasks.ts';
import { fittingJobs } from '../recommend/recommend.ts';
import type { Rules } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import { isConfig2026, processesOf } from '../rules/resolution.ts';
import type { Situation, Surroundings } from './situation.ts';

/** CPU time a second that a batch run has here: with a quota a fraction, and of a machine that is shared the own part. */
export function cpusOfBatch({ cpus, share }: Pick<Surroundings, 'cpus' | 'share'>): number {
  return Math.min(cpus.exact, share.cpus ?? cpus.exact);
}

/** Whole CPUs that are this process's part. */
export function effectiveOfBatch({ cpus, share }: Pick<Surroundings, 'cpus' | 'share'>): number {
  return Math.min(cpus.effective, share.cpus ?? cpus.effective);
}

/** Batch jobs that are threads run at the same time (2026): there is no GIL, or the models let go of it. */
export function areJobsAtOnce({ python, models }: Pick<Surroundings, 'python' | 'models'>, rules: Rules): boolean {
  return traitsOf(rules).batch === 'tasks' && (python.freeThreaded || areWithoutGil(models));
}

/** The jobs that the process itself could run at the same time, if it were told to. */
export function mostJobs(surroundings: Surroundings, rules: Rules): number {
  return fittingJobs({ effective: effectiveOfBatch(surroundings), jobsAtOnce: areJobsAtOnce(surroundings, rules) });
}

/** Those that it runs at the same time now. */
export function jobsOfBatch(situation: Situation): number {
  const main = situation.resolution?.main;
  if (main === undefined || !isConfig2026(main) || main.useRay || !areJobsAtOnce(situation, situation.rules)) return 1;
  return Math.max(1, Number(main.numBatchJobs));
}

/** Processes or tasks that make the lists of a batch run at the same time, if there are enough; 1: there are no workers. */
export function workersOfBatch({ resolution, ray, ncpus }: Situation): number {
  if (resolution === null) return 1;
  const { main } = resolution;
  if (!isConfig2026(main)) return Math.max(1, Number(processesOf(main)));
  if (ray === null) return 1;
  return Math.max(1, Number(rayTasks(main, { nodes: [BigInt(ncpus.count)], lists: null }) ?? 1));
}

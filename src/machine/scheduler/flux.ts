import type { Scheduler } from './grant.ts';
import { countOf, divided, firstCount } from './values.ts';

/**
 * Flux (flux-environment(7)) has no variable for CPUs: it holds the tasks of a node to the job's cores there
 * (`cpu-affinity=on`, the default), which they share. Without that nothing says how many were granted.
 */
export const flux: Scheduler = {
  name: 'Flux',
  markers: ['FLUX_JOB_ID'],
  variables: ['FLUX_JOB_SIZE', 'FLUX_JOB_NNODES', 'FLUX_TASK_RANK'],
  grant(env, { bound }) {
    const size = firstCount(env, ['FLUX_JOB_SIZE']);
    const nodes = countOf(env.FLUX_JOB_NNODES);
    const tasksOnNode = size && Math.ceil(size.count / (nodes ?? 1));
    const found = {
      inStep: env.FLUX_TASK_RANK !== undefined,
      tasks: size?.count ?? null,
      nodes,
      tasksOnNode,
      cpusOnNode: bound,
    };
    if (bound === null) return found;
    return {
      ...found,
      cpus: divided(bound, tasksOnNode ?? 1),
      variable: size?.variable ?? null,
      raw: size?.raw ?? null,
    };
  },
};

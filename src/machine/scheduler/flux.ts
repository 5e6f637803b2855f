import type { Scheduler } from './grant.ts';
import { countOf, divided } from './values.ts';

/**
 * Flux (flux-environment(7)) has no variable for CPUs: it holds the tasks of a node to the job's cores there
 * (`cpu-affinity=on`, the default), which they share. Without that nothing says how many were granted.
 */
export const flux: Scheduler = {
  name: 'Flux',
  markers: ['FLUX_JOB_ID'],
  variables: ['FLUX_JOB_SIZE', 'FLUX_JOB_NNODES', 'FLUX_TASK_RANK', 'FLUX_TASK_LOCAL_ID'],
  grant(env, { bound }) {
    const tasks = countOf(env.FLUX_JOB_SIZE);
    const nodes = countOf(env.FLUX_JOB_NNODES);
    const tasksOnNode = tasks === null ? null : Math.ceil(tasks / (nodes ?? 1));
    return {
      inStep: env.FLUX_TASK_RANK !== undefined,
      tasks,
      nodes,
      tasksOnNode,
      cpus: bound === null ? null : divided(bound, tasksOnNode ?? 1),
      cpusOnNode: bound,
      variable: bound === null || tasks === null ? null : 'FLUX_JOB_SIZE',
      raw: bound === null || tasks === null ? null : (env.FLUX_JOB_SIZE ?? null),
    };
  },
};

import type { Scheduler } from './grant.ts';

/** OAR: the file of `OAR_NODEFILE` names a host once for each core; a cpuset holds the job to them. */
export const oar: Scheduler = {
  name: 'OAR',
  markers: ['OAR_JOB_ID', 'OAR_JOBID'],
  variables: [],
  files: ['OAR_NODEFILE', 'OAR_NODE_FILE', 'OAR_FILE_NODES'],
  grant(_env, { file, bound }) {
    const cpus = file?.cpus ?? bound;
    const fromFile = file !== null && file.cpus !== null;
    return {
      tasksOnNode: 1,
      cpus,
      cpusOnNode: cpus,
      variable: fromFile ? file.variable : null,
      raw: fromFile ? String(file.cpus) : null,
    };
  },
};

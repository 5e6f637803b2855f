import { inFile, type Scheduler, undivided } from './grant.ts';

/** OAR: the file of `OAR_NODEFILE` names a host once for each core; a cpuset holds the job to them. */
export const oar: Scheduler = {
  name: 'OAR',
  markers: ['OAR_JOB_ID', 'OAR_JOBID'],
  variables: [],
  files: ['OAR_NODEFILE', 'OAR_NODE_FILE', 'OAR_FILE_NODES'],
  grant(_env, { file, bound }) {
    const listed = inFile(file);
    return listed === null ? { tasksOnNode: 1, cpus: bound, cpusOnNode: bound } : undivided(listed);
  },
};

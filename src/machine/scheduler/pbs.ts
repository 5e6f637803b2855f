import type { Scheduler } from './grant.ts';
import { firstCount } from './values.ts';

/**
 * PBS Professional, OpenPBS and Torque (qsub(1B)): `NCPUS` is what the job has on this host, `PBS_NUM_PPN` Torque's
 * `ppn=`. Neither has a variable for memory.
 */
export const pbs: Scheduler = {
  name: 'PBS',
  markers: ['PBS_JOBID'],
  variables: ['PBS_NUM_PPN', 'NCPUS', 'PBS_NP', 'PBS_NUM_NODES'],
  files: ['PBS_NODEFILE'],
  grant(env, { file }) {
    const nodes = firstCount(env, ['PBS_NUM_NODES'])?.count ?? null;
    // Torque's total is this host's where there is one host.
    const found = firstCount(env, ['PBS_NUM_PPN', 'NCPUS', ...(nodes === 1 ? ['PBS_NP'] : [])]);
    const cpus = found?.count ?? file?.cpus ?? null;
    return {
      nodes,
      tasksOnNode: 1,
      cpus,
      cpusOnNode: cpus,
      variable: found?.variable ?? (cpus === null ? null : (file?.variable ?? null)),
      raw: found?.raw ?? (cpus === null ? null : String(cpus)),
    };
  },
};

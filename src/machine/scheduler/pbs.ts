import { inFile, type Scheduler, undivided } from './grant.ts';
import { countOf, firstCount } from './values.ts';

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
    const nodes = countOf(env.PBS_NUM_NODES);
    // Torque's total is this host's where there is one host.
    const all = nodes === 1 ? firstCount(env, ['PBS_NP']) : null;
    return { nodes, ...undivided(firstCount(env, ['PBS_NUM_PPN', 'NCPUS']) ?? all ?? inFile(file)) };
  },
};

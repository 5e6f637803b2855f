import type { Scheduler } from './grant.ts';
import { firstCount } from './values.ts';

/**
 * HTCondor: the file of `_CONDOR_MACHINE_AD` describes the slot. Beside it the starter sets these variables to the
 * slot's CPUs (`STARTER_NUM_THREADS_ENV_VARS`); those of numeric libraries come last, since users set them too.
 */
const COUNTS = ['CUBACORES', 'JULIA_NUM_THREADS', 'ROOT_MAX_THREADS', 'GOMAXPROCS', 'TF_NUM_THREADS'];

/** One thread of OpenMP is what users set to have one thread, whatever the slot has. */
const isGrant = ({ variable, count }: { variable: string; count: number }): boolean =>
  variable !== 'OMP_NUM_THREADS' || count > 1;

export const htcondor: Scheduler = {
  name: 'HTCondor',
  markers: ['_CONDOR_SLOT', '_CONDOR_JOB_AD', '_CONDOR_SCRATCH_DIR'],
  // OMP_NUM_THREADS is no scheduler's alone.
  variables: COUNTS,
  files: ['_CONDOR_MACHINE_AD', '_CONDOR_JOB_AD'],
  grant(env, { file }) {
    const set = firstCount(env, [...COUNTS, 'OMP_NUM_THREADS']);
    const found = set !== null && isGrant(set) ? set : null;
    const cpus = file?.cpus ?? found?.count ?? null;
    const variable = file?.cpus != null ? file.variable : (found?.variable ?? null);
    return {
      tasksOnNode: 1,
      cpus,
      cpusOnNode: cpus,
      variable,
      raw: file?.cpus != null ? String(file.cpus) : (found?.raw ?? null),
      ...(file?.memoryBytes != null ? { memoryBytes: file.memoryBytes, memoryVariable: file.variable } : {}),
    };
  },
};

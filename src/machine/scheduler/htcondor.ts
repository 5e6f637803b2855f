import { inFile, type Scheduler, undivided } from './grant.ts';
import { firstCount } from './values.ts';

/**
 * HTCondor: the file of `_CONDOR_MACHINE_AD` describes the slot. Beside it the starter sets these variables to the
 * slot's CPUs (`STARTER_NUM_THREADS_ENV_VARS`); those of numeric libraries come last, since users set them too.
 */
const COUNTS = ['CUBACORES', 'JULIA_NUM_THREADS', 'ROOT_MAX_THREADS', 'GOMAXPROCS', 'TF_NUM_THREADS'];

export const htcondor: Scheduler = {
  name: 'HTCondor',
  markers: ['_CONDOR_SLOT', '_CONDOR_JOB_AD', '_CONDOR_SCRATCH_DIR'],
  // OMP_NUM_THREADS is no scheduler's alone.
  variables: COUNTS,
  files: ['_CONDOR_MACHINE_AD', '_CONDOR_JOB_AD'],
  grant(env, { file }) {
    const openMp = firstCount(env, ['OMP_NUM_THREADS']);
    // One thread of OpenMP is what users set to have one thread, whatever the slot has.
    const set = firstCount(env, COUNTS) ?? (openMp !== null && openMp.count > 1 ? openMp : null);
    const found = undivided(inFile(file) ?? set);
    if (file === null || file.memoryBytes === null) return found;
    return { ...found, memoryBytes: file.memoryBytes, memoryVariable: file.variable };
  },
};

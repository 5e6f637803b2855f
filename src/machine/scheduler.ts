/** What a batch scheduler granted to this job, by its own variables. */
export interface Grant {
  scheduler: string;
  /** CPUs on this node; null: it is a job, but no variable says how many. */
  cpus: number | null;
  /** The variable that says so, and its value. */
  variable: string | null;
  raw: string | null;
}

interface Scheduler {
  name: string;
  /** Set in every job. */
  marker: string;
  /** The CPUs of a process of the job on this node, the most particular variable first. */
  variables: readonly string[];
}

/** From the schedulers' own documentation: sbatch(1), qsub(1B) of PBS, LSF's environment variables, SGE's qsub(1). */
const SCHEDULERS: readonly Scheduler[] = [
  {
    name: 'Slurm',
    marker: 'SLURM_JOB_ID',
    variables: ['SLURM_CPUS_PER_TASK', 'SLURM_CPUS_ON_NODE', 'SLURM_JOB_CPUS_PER_NODE'],
  },
  { name: 'PBS', marker: 'PBS_JOBID', variables: ['PBS_NUM_PPN', 'NCPUS'] },
  { name: 'LSF', marker: 'LSB_JOBID', variables: ['LSB_DJOB_NUMPROC'] },
  { name: 'SGE', marker: 'NSLOTS', variables: ['NSLOTS'] },
];

/** The variables that are looked at, for a snapshot to keep. The markers are kept without their value. */
export const SCHEDULER_VARIABLES: readonly string[] = [
  ...SCHEDULERS.flatMap(({ variables }) => variables),
  'SRUN_CPUS_PER_TASK',
];
export const SCHEDULER_MARKERS: readonly string[] = [...SCHEDULERS.map(({ marker }) => marker), 'SLURM_STEP_ID'];

/** The job that this process is part of; null: none. */
export function grantOf(env: { readonly [name: string]: string | undefined }): Grant | null {
  const scheduler = SCHEDULERS.find(({ marker }) => env[marker]);
  if (!scheduler) return null;
  for (const variable of scheduler.variables) {
    const raw = env[variable];
    const cpus = raw === undefined ? null : countOf(raw);
    if (cpus !== null) return { scheduler: scheduler.name, cpus, variable, raw: raw ?? null };
  }
  return { scheduler: scheduler.name, cpus: null, variable: null, raw: null };
}

/** `4`, or Slurm's list over the nodes, `24(x2),16`: the first node's, which runs the batch script. */
function countOf(raw: string): number | null {
  const first = /^\s*(\d{1,6})(?:\(x\d{1,6}\))?\s*(?:,|$)/.exec(raw)?.[1];
  return first === undefined || Number(first) === 0 ? null : Number(first);
}

import type { Env, Grant, Scheduler } from './grant.ts';
import { countOf, divided, listItem, memoryOf } from './values.ts';

/** Set on nodes alone: an `salloc` shell on the submit host has none of them. */
const ON_NODE = ['SLURM_NODEID', 'SLURM_PROCID', 'SLURM_LOCALID', 'SLURM_CPUS_ON_NODE', 'SLURM_STEP_ID'];

/** From here on steps are Slurm's own: the batch script, the shell of `LaunchParameters=use_interactive_step`. */
const FIRST_SPECIAL_STEP = 0xff_ff_ff_f0;

/**
 * Slurm (sbatch(1), srun(1); seen in 22.05). In a step a task has `--cpus-per-task`, or its part of the step's CPUs on
 * this node; `SLURM_CPUS_PER_TASK` may be another component's, or inherited, so that it never counts for more than the
 * node's; in a heterogeneous step it is not looked at. The batch script's own process has all of the job's CPUs on this node.
 */
export const slurm: Scheduler = {
  name: 'Slurm',
  markers: ['SLURM_JOB_ID', 'SLURM_JOBID'],
  variables: [
    'SLURM_NODEID',
    'SLURM_PROCID',
    'SLURM_LOCALID',
    'SLURM_STEP_ID',
    'SLURM_STEPID',
    'SLURM_CPUS_PER_TASK',
    'SLURM_TRES_PER_TASK',
    'SLURM_CPUS_ON_NODE',
    'SLURM_JOB_CPUS_PER_NODE',
    'SLURM_TASKS_PER_NODE',
    'SLURM_STEP_TASKS_PER_NODE',
    'SLURM_NTASKS',
    'SLURM_NPROCS',
    'SLURM_STEP_NUM_TASKS',
    'SLURM_NNODES',
    'SLURM_JOB_NUM_NODES',
    'SLURM_STEP_NUM_NODES',
    'SLURM_GTIDS',
    'SLURM_MEM_PER_NODE',
    'SLURM_MEM_PER_CPU',
    'SLURM_MEM_PER_GPU',
    'SLURM_GPUS_ON_NODE',
    'SRUN_CPUS_PER_TASK',
    'SLURM_HET_SIZE',
  ],
  grant(env) {
    const tasks = countOf(env.SLURM_NTASKS) ?? countOf(env.SLURM_NPROCS);
    const nodes = countOf(env.SLURM_JOB_NUM_NODES) ?? countOf(env.SLURM_NNODES);
    if (ON_NODE.every((name) => env[name] === undefined)) return { onNode: false, tasks, nodes };
    const inStep = isStep(env);
    const node = indexOf(env.SLURM_NODEID);
    const cpusOnNode = countOf(env.SLURM_CPUS_ON_NODE) ?? listItem(env.SLURM_JOB_CPUS_PER_NODE, node);
    const tasksOnNode = inStep ? stepTasks(env, node) : 1;
    return {
      inStep,
      tasksOnNode,
      tasks: inStep ? (countOf(env.SLURM_STEP_NUM_TASKS) ?? tasks) : tasks,
      nodes: inStep ? (countOf(env.SLURM_STEP_NUM_NODES) ?? nodes) : nodes,
      cpusOnNode,
      ...cpus(env, inStep, cpusOnNode, tasksOnNode),
      ...memory(env, cpusOnNode),
    };
  },
};

function isStep(env: Env): boolean {
  const id = env.SLURM_STEP_ID ?? env.SLURM_STEPID;
  return id !== undefined && !(/^\d{1,12}$/.test(id) && Number(id) >= FIRST_SPECIAL_STEP);
}

/** `SLURM_NODEID` counts from 0. */
function indexOf(raw: string | undefined): number {
  return countOf(raw) ?? 0;
}

function stepTasks(env: Env, node: number): number {
  const ids = env.SLURM_GTIDS?.split(',').length;
  return listItem(env.SLURM_STEP_TASKS_PER_NODE, node) ?? listItem(env.SLURM_TASKS_PER_NODE, node) ?? ids ?? 1;
}

/** `--cpus-per-task`; from 23.11 on also within `cpu=4,gres/gpu=1`. */
function perTask(env: Env): { variable: string; count: number } | null {
  // All parts of a heterogeneous step are told the last one's (seen in 22.05).
  if ((countOf(env.SLURM_HET_SIZE) ?? 1) > 1 && isStep(env)) return null;
  const own = countOf(env.SLURM_CPUS_PER_TASK);
  if (own !== null) return { variable: 'SLURM_CPUS_PER_TASK', count: own };
  const count = countOf(/(?:^|,)cpu[:=](\d{1,6})(?:,|$)/.exec(String(env.SLURM_TRES_PER_TASK))?.[1]);
  return count === null ? null : { variable: 'SLURM_TRES_PER_TASK', count };
}

function cpus(env: Env, inStep: boolean, onNode: number | null, tasks: number): Partial<Grant> {
  const asked = perTask(env);
  const node = env.SLURM_CPUS_ON_NODE === undefined ? 'SLURM_JOB_CPUS_PER_NODE' : 'SLURM_CPUS_ON_NODE';
  const from = (count: number, variable: string) => ({ cpus: count, variable, raw: env[variable] ?? null });
  if (inStep && asked !== null && asked.count <= (onNode ?? 0)) return from(asked.count, asked.variable);
  if (onNode !== null) return from(inStep && asked === null ? divided(onNode, tasks) : onNode, node);
  return asked === null ? {} : from(asked.count, asked.variable);
}

function memory(env: Env, onNode: number | null): Partial<Grant> {
  const times: { readonly [variable: string]: number | null } = {
    SLURM_MEM_PER_NODE: 1,
    SLURM_MEM_PER_CPU: onNode,
    SLURM_MEM_PER_GPU: countOf(env.SLURM_GPUS_ON_NODE),
  };
  for (const [memoryVariable, factor] of Object.entries(times)) {
    const each = memoryOf(env[memoryVariable]);
    if (each !== null && factor !== null) return { memoryBytes: each * factor, memoryVariable };
  }
  return {};
}

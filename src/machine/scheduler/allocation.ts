import type { Env } from './grant.ts';
import { divided } from './values.ts';

/** What a job asks for, before it is submitted. null: not said. Memory in bytes. */
export interface Allocation {
  nodes: number | null;
  tasks: number | null;
  tasksPerNode: number | null;
  cpusPerTask: number | null;
  cpusPerGpu: number | null;
  gpus: number | null;
  gpusPerNode: number | null;
  gpusPerTask: number | null;
  /** In bytes, as the two below; 0: all that there is. */
  memoryPerNode: number | null;
  memoryPerCpu: number | null;
  memoryPerGpu: number | null;
  exclusive: boolean;
}

/** What a task on the first node of such a job has. */
export interface Placed {
  nodes: number;
  tasks: number;
  tasksOnNode: number;
  cpusPerTask: number;
  cpusOnNode: number;
}

/** Where the tasks go on nodes of so many CPUs. */
export function place(allocation: Allocation, nodeCpus: number): Placed {
  const { tasksPerNode, exclusive } = allocation;
  const tasks = allocation.tasks ?? (allocation.nodes ?? 1) * (tasksPerNode ?? 1);
  const cpusPerTask = allocation.cpusPerTask ?? cpusOfGpus(allocation, tasks) ?? 1;
  const fitting = tasksPerNode ?? divided(nodeCpus, cpusPerTask);
  // Of more nodes than tasks sbatch takes as many as there are tasks.
  const nodes = Math.min(allocation.nodes ?? Math.ceil(tasks / fitting), tasks);
  const tasksOnNode = Math.min(tasksPerNode ?? tasks, Math.ceil(tasks / nodes));
  const asked = tasksOnNode * cpusPerTask;
  return { nodes, tasks, tasksOnNode, cpusPerTask, cpusOnNode: exclusive ? Math.max(nodeCpus, asked) : asked };
}

function cpusOfGpus({ cpusPerGpu, gpusPerTask, gpusPerNode, gpus, nodes }: Allocation, tasks: number): number | null {
  if (cpusPerGpu === null) return null;
  const all = gpusPerNode === null ? (gpus ?? 1) : gpusPerNode * (nodes ?? 1);
  return cpusPerGpu * (gpusPerTask ?? divided(all, tasks));
}

/** The variables that Slurm would set for a task of such a job on nodes of so many CPUs. */
export function variablesOf(allocation: Allocation, nodeCpus: number): Env & { readonly [name: string]: string } {
  const { nodes, tasks, tasksOnNode, cpusPerTask, cpusOnNode } = place(allocation, nodeCpus);
  const asked = allocation.cpusPerTask !== null || allocation.cpusPerGpu !== null;
  const gpus =
    allocation.gpusPerNode ??
    (allocation.gpusPerTask === null ? null : allocation.gpusPerTask * tasksOnNode) ??
    (allocation.gpus === null ? null : Math.ceil(allocation.gpus / nodes));
  return {
    SLURM_JOB_ID: '0',
    SLURM_NODEID: '0',
    SLURM_PROCID: '0',
    SLURM_STEP_ID: '0',
    SLURM_NNODES: String(nodes),
    SLURM_NTASKS: String(tasks),
    SLURM_STEP_NUM_NODES: String(nodes),
    SLURM_STEP_NUM_TASKS: String(tasks),
    SLURM_STEP_TASKS_PER_NODE: `${tasksOnNode}(x${nodes})`,
    SLURM_CPUS_ON_NODE: String(cpusOnNode),
    SLURM_JOB_CPUS_PER_NODE: `${cpusOnNode}(x${nodes})`,
    ...(asked ? { SLURM_CPUS_PER_TASK: String(cpusPerTask), SRUN_CPUS_PER_TASK: String(cpusPerTask) } : {}),
    ...(gpus === null ? {} : { SLURM_GPUS_ON_NODE: String(gpus) }),
    ...megabytes('SLURM_MEM_PER_NODE', allocation.memoryPerNode),
    ...megabytes('SLURM_MEM_PER_CPU', allocation.memoryPerCpu),
    ...megabytes('SLURM_MEM_PER_GPU', allocation.memoryPerGpu),
  };
}

/** Slurm rounds up to whole megabytes. Of 0, which is all of a node's memory, it makes what the node has. */
function megabytes(name: string, bytes: number | null): { [name: string]: string } {
  return bytes === null || bytes === 0 ? {} : { [name]: String(Math.ceil(bytes / 1024 ** 2)) };
}

/** The same as `#SBATCH` options, in sbatch's own words: of what was asked what bears on CPUs and memory. */
export function directivesOf(allocation: Allocation): string[] {
  const options: { readonly [option: string]: number | string | null } = {
    nodes: allocation.nodes,
    ntasks: allocation.tasks,
    'ntasks-per-node': allocation.tasksPerNode,
    'cpus-per-task': allocation.cpusPerTask,
    'cpus-per-gpu': allocation.cpusPerGpu,
    gpus: allocation.gpus,
    'gpus-per-node': allocation.gpusPerNode,
    'gpus-per-task': allocation.gpusPerTask,
    mem: amount(allocation.memoryPerNode),
    'mem-per-cpu': amount(allocation.memoryPerCpu),
    'mem-per-gpu': amount(allocation.memoryPerGpu),
  };
  const given = Object.entries(options).flatMap(([name, value]) => (value === null ? [] : [`--${name}=${value}`]));
  return allocation.exclusive ? [...given, '--exclusive'] : given;
}

/** `32G`; the largest unit that leaves a whole number. */
function amount(bytes: number | null): string | null {
  if (bytes === null) return null;
  if (bytes === 0) return '0';
  let size = Math.ceil(bytes / 1024);
  let unit = 0;
  for (; unit < 3 && size % 1024 === 0; unit++) size /= 1024;
  return `${size}${'KMGT'[unit]}`;
}

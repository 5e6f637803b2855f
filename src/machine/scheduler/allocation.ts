import type { Env } from './grant.ts';

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
  const cpusPerTask = allocation.cpusPerTask ?? cpusOfGpus(allocation) ?? 1;
  const tasks = allocation.tasks ?? (allocation.nodes ?? 1) * (tasksPerNode ?? 1);
  const fitting = tasksPerNode ?? Math.max(1, Math.floor(nodeCpus / cpusPerTask));
  const nodes = Math.min(allocation.nodes ?? Math.ceil(tasks / fitting), Math.max(tasks, allocation.nodes ?? 1));
  const tasksOnNode = Math.max(1, Math.min(tasksPerNode ?? tasks, Math.ceil(tasks / nodes)));
  const asked = tasksOnNode * cpusPerTask;
  return { nodes, tasks, tasksOnNode, cpusPerTask, cpusOnNode: exclusive ? Math.max(nodeCpus, asked) : asked };
}

function cpusOfGpus({ cpusPerGpu, gpusPerTask, gpusPerNode, gpus, tasks }: Allocation): number | null {
  if (cpusPerGpu === null) return null;
  const each = gpusPerTask ?? gpusPerNode ?? Math.max(1, Math.floor((gpus ?? 1) / (tasks ?? 1)));
  return cpusPerGpu * each;
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
    ...kilobytes('SLURM_MEM_PER_NODE', allocation.memoryPerNode),
    ...kilobytes('SLURM_MEM_PER_CPU', allocation.memoryPerCpu),
    ...kilobytes('SLURM_MEM_PER_GPU', allocation.memoryPerGpu),
  };
}

function kilobytes(name: string, bytes: number | null): { [name: string]: string } {
  return bytes === null ? {} : { [name]: `${bytes / 1024}K` };
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
  const units = [...'KMGT'].map((unit, index) => ({ unit, size: 1024 ** (index + 1) }));
  const fitting = units.filter(({ size }) => bytes % size === 0).at(-1);
  return fitting ? `${bytes / fitting.size}${fitting.unit}` : `${Math.ceil(bytes / 1024)}K`;
}

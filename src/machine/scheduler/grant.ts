/** Environment variables by name. */
export type Env = { readonly [name: string]: string | undefined };

/** What a batch scheduler granted to this process, by its own variables and files. */
export interface Grant {
  scheduler: string;
  /** The process runs on a node of the job. False: `salloc`'s shell, which uses none of what was granted. */
  onNode: boolean;
  /** Started by the scheduler's own launcher (`srun`), which starts as many copies as the step has tasks. */
  inStep: boolean;
  /** The CPUs of this process: its share where several share what was granted; null: no variable says. */
  cpus: number | null;
  /** The CPUs that the job, or the step, has on this node. */
  cpusOnNode: number | null;
  /** The tasks of the step on this node; 1 outside a step; null: not on a node, or not known. */
  tasksOnNode: number | null;
  /** The tasks of the whole step; outside a step those that the job asked for. */
  tasks: number | null;
  /** The nodes of the step; outside a step those of the job. */
  nodes: number | null;
  /** The memory of the job, or of the step, on this node, for all its tasks. */
  memoryBytes: number | null;
  /** The variable, or file, that says how many CPUs, and its value. */
  variable: string | null;
  raw: string | null;
  /** The one that says how much memory. */
  memoryVariable: string | null;
}

/** What a scheduler's file in the job says of this node; read where the environment names one. */
export interface JobFile {
  /** The variable that names the file. */
  variable: string;
  cpus: number | null;
  memoryBytes: number | null;
}

/** What a scheduler may look at besides variables. */
export interface Seen {
  file: JobFile | null;
  /** How many CPUs the process may run on, where these are fewer than the machine has; else null. */
  bound: number | null;
}

/** A number of CPUs, and the variable, or file, that says it. */
export interface Counted {
  variable: string;
  raw: string;
  count: number;
}

/** What a scheduler's file says of this node's CPUs; null: nothing. */
export function inFile(file: JobFile | null): Counted | null {
  if (file === null || file.cpus === null) return null;
  return { variable: file.variable, raw: String(file.cpus), count: file.cpus };
}

/** The grant of a process that nothing divides: all that its job has on this node. */
export function undivided(counted: Counted | null): Partial<Grant> {
  if (counted === null) return { tasksOnNode: 1 };
  const { variable, raw, count } = counted;
  return { tasksOnNode: 1, cpus: count, cpusOnNode: count, variable, raw };
}

/** How one batch scheduler shows itself in a job's environment. */
export interface Scheduler {
  name: string;
  /** One of them is set in every job. */
  markers: readonly string[];
  /** Variables whose values are looked at, for a snapshot to keep. */
  variables: readonly string[];
  /** Variables that name a file of the job. */
  files?: readonly string[];
  grant(env: Env, seen: Seen): Partial<Grant>;
}

/** A job of which nothing more is known. */
export function emptyGrant(scheduler: string): Grant {
  return {
    scheduler,
    onNode: true,
    inStep: false,
    cpus: null,
    cpusOnNode: null,
    tasksOnNode: null,
    tasks: null,
    nodes: null,
    memoryBytes: null,
    variable: null,
    raw: null,
    memoryVariable: null,
  };
}

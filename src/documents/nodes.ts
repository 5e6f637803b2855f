import type { Comparison } from '../checks/probe/differs.ts';
import type { FindingCount, Group } from './comparison.ts';

/** The version of the JSON document of `lk nodes`. */
export const NODES_VERSION = 1;

/** What one task really has, and what it was granted. Memory in bytes. */
export interface TaskReport {
  /** Its number in the step; null: not known. */
  task: number | null;
  /** How many tasks of the node are as this one: 1, but for Ray's, of which as many run as it has CPUs for. */
  alike: number;
  /** The CPUs that it may use. */
  cpus: number;
  /** Those it may run on, by number (`0-3`); null: not known. */
  affinity: string | null;
  limitedBy: 'none' | 'affinity' | 'cpuset' | 'isolated' | 'quota';
  /** The tightest quota; null: none. */
  quota: { cpus: number; file: string } | null;
  /** The tightest limit; null: none. */
  memoryLimit: number | null;
  /** What the scheduler granted; null: none says. */
  granted: {
    cpus: number | null;
    cpusOnNode: number | null;
    /** For all its tasks on this node. */
    memoryBytes: number | null;
    variable: string | null;
  } | null;
  /** True: the CPUs are its own and no other task's. */
  bound: boolean;
  /** Busy at once in a script of LensKit that runs as this task; null: LensKit fails there, or its rules are not known. */
  threads: number | null;
}

/** A real worker of Ray on a node, started as LensKit's batch starts it. */
export interface WorkerReport {
  /** The CPUs that the task asked for, and those that Ray gave it. */
  asked: number;
  assigned: number | null;
  /** Foretold against observed. */
  comparisons: Comparison[];
  /** Why there was none to look at; null: there was one. */
  error: string | null;
}

/** One node. */
export interface NodeReport {
  name: string;
  /** Why it did not answer; null: it did. */
  lost: string | null;
  /** The CPUs of the machine. */
  online: number | null;
  /** Those that all its tasks together may use. */
  cpus: number | null;
  tasks: TaskReport[];
  /** How many tasks the step has there, or how many Ray runs there at once; null: not known. */
  tasksExpected: number | null;
  /** Threads busy at once from all its tasks together; null: not known. */
  threads: number | null;
  /** `threads` ÷ `cpus`. */
  oversubscription: number | null;
  /** Ray alone; else null. */
  worker: WorkerReport | null;
  /** The variables to set for a task there; null: its rules are not known. */
  recommended: { env: { [name: string]: string }; unset: string[] } | null;
}

/** What `lk nodes` found: data before it is text. */
export interface NodesReport {
  schemaVersion: typeof NODES_VERSION;
  program: { name: 'lk'; version: string };
  time: string;
  by: 'slurm' | 'ray';
  /** What was typed for srun; how the cluster was found. */
  asked: string[];
  /** In the order of the allocation, or of the cluster. */
  nodes: NodeReport[];
  /** Of those that answered, as lk compare groups machines: the largest first. */
  groups: Group[];
  findings: FindingCount[];
  summary: {
    nodes: number;
    answered: number;
    lost: number;
    tasks: number;
    /** Tasks that did not answer on nodes that did. */
    tasksLost: number;
    /** Nodes whose tasks together keep more threads busy than they have CPUs. */
    oversubscribed: number;
    failing: number;
    warned: number;
    fine: number;
  };
}

/** How many tasks these are. */
export function tasksOf(tasks: readonly TaskReport[]): number {
  return tasks.reduce((sum, { alike }) => sum + alike, 0);
}

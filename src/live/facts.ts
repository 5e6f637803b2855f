/** What a process of a job is: told by how Python, joblib or Ray starts it. */
export type Role = 'main' | 'worker' | 'tracker' | 'ray' | 'other';

export const ROLES = ['main', 'worker', 'tracker', 'ray', 'other'] as const satisfies readonly Role[];

/** A process between two looks. */
export interface LiveProcess {
  pid: number;
  role: Role;
  /** All of its threads, asleep or not. */
  threads: number;
  /** Threads that ran or waited for a CPU at least a twentieth of the time; null: the kernel does not tell. */
  wanting: number | null;
  /** CPU time ÷ time. */
  cpusUsed: number | null;
  /** Of the time that its threads could run, the part that they waited for a CPU; null: the kernel does not tell. */
  waitedShare: number | null;
}

/** What a running job did between two looks. Plain data. Shares from 0 to 1. */
export interface LiveFacts {
  /** The job's main process. */
  pid: number;
  /** Between the two looks. */
  seconds: number;
  /** The job's processes at the second look, the main process first. */
  processes: LiveProcess[];
  /** CPU time of the job ÷ time, with that of processes that ended meanwhile. */
  cpusUsed: number | null;
  waitedShare: number | null;
  /** Of the periods of the quota in which something ran, those in which the job was stopped; null: no quota is seen. */
  throttledShare: number | null;
  /** Of all processes: what is shared between them counts once (PSS), or else their resident memory. */
  memoryBytes: number | null;
  /** Of that, what is shared: `/dev/shm` among it. */
  sharedBytes: number | null;
  /** Threads by state at the second look. */
  states: { running: number; sleeping: number; blocked: number; stopped: number };
  /** Switches a second that took a CPU from a thread that had more to do; null: not counted. */
  involuntarySwitches: number | null;
  /** CPUs that all else on the machine used, and that were idle; null: `/proc/stat` does not tell. */
  others: { used: number; idle: number } | null;
  /** Of the time, the part in which somebody waited for a CPU (PSI): on the machine, in the job's cgroup. */
  pressure: { machine: number | null; cgroup: number | null };
  /** The affinities of the threads of the main process, in the kernel's list format, with how many have each. */
  affinities: { cpus: string; threads: number }[];
  /** The files of native thread pools that the main process has loaded. */
  loaded: string[];
  /** LensKit is loaded: its extension, or for 0.x Numba. */
  imported: boolean;
  /** Seconds since the last worker was started; null: there is none, or it is not known. */
  workersSince: number | null;
  /** Processes that ended meanwhile. */
  ended: number;
  /** What could not be read, and whose report it is where another process was named. */
  warnings: string[];
}

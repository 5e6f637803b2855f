import type { Verdict } from '../checks/attention.ts';
import type { Status } from '../checks/check.ts';
import type { Generation } from '../rules/generation.ts';
import type { Count } from '../rules/resolution.ts';

/** The version of the JSON document; raised when a field changes its meaning or goes. */
export const JOBS_VERSION = 1;

/** A job of LensKit that runs, in a line. */
export interface RunningJob {
  /** Of its main process. */
  pid: number;
  /** LensKit's; null: not known. */
  version: string | null;
  generation: Generation | null;
  /** What the rules foretell from its environment; null: they are not known, or LensKit refuses it. */
  plan: {
    /** Worker processes, or jobs of a batch run; 0: all in the main process. */
    workers: number;
    trainingThreads: Count | null;
    batchThreads: Count | null;
  } | null;
  /** Its processes at the moment. */
  processes: number;
  /** Threads that want a CPU; null: the kernel does not tell. */
  wanting: number | null;
  /** The CPUs that it may use. */
  effective: number;
  cpusUsed: number | null;
  waitedShare: number | null;
  /** The worst of the doctor's findings, from warnings on; null: there is none. */
  verdict: Verdict | null;
  summary: { [status in Status]: number };
}

/** What `lk ps` found. */
export interface JobsReport {
  schemaVersion: typeof JOBS_VERSION;
  program: { name: 'lk'; version: string };
  time: string;
  /** For how long the jobs were looked at. */
  seconds: number;
  /** By number. */
  jobs: RunningJob[];
  /** Processes that this user may not look into: of others, or kept from root as well. */
  unseen: number;
  /** True: there may be jobs of other users, which `/proc` does not show (`hidepid`). */
  hidden: boolean;
  /** Jobs that were found and could not be looked at, with why. */
  failed: { pid: number; why: string }[];
}

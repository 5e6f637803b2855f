import type { Run } from '../documents/bench-result.ts';

/** What runs settings: processes, or a simulation of them. */
export interface Runner {
  /** Runs a setting once; `limit` ends it. null: the budget is spent, or the user stopped it. */
  run(setting: number, limit: number | null): Promise<Run | null>;
  /** Where the number of users can be varied. */
  fewer?: {
    /** The job's own. */
    users: number;
    /** What it takes to get a setting's process ready. */
    startSeconds(): number;
    run(setting: number, users: number, limit: number | null): Promise<Run | null>;
  };
  /** Seconds that went so far into processes that are kept for more runs. */
  preparingSeconds?(): number;
  /** Settings that are run soon, in this order. */
  ahead?(settings: readonly number[]): void;
  /** Settings that may be run again, the most promising first. */
  keep?(settings: readonly number[]): void;
  /** What is left of the budget. */
  left(): { seconds: number; runs: number };
}

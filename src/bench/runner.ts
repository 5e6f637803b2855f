import type { Run } from '../documents/bench-result.ts';

/** What runs settings: processes, or a simulation of them. */
export interface Runner {
  /** Runs a setting once; `limit` ends it. null: the budget is spent, or the user stopped it. */
  run(setting: number, limit: number | null): Promise<Run | null>;
  /** What is left of the budget. */
  left(): { seconds: number; runs: number };
}

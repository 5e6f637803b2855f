import type { Method } from '../documents/bench-choices.ts';
import type { Progress } from '../documents/bench-progress.ts';
import type { Shortage } from '../documents/bench-result.ts';
import type { Plan } from './plan.ts';

/** What a benchmark is to do. */
export interface BenchPlan {
  /** What is compared, each configuration once. */
  plan: Plan;
  /** Coordinates of the candidates. */
  points: number[][];
  /** The part of the environment that bears on parallelism. */
  baselineEnv: { [name: string]: string };
  method: Method;
  /** Runs of each setting of a sweep, or of a race's leader; null: as many as it takes to choose. */
  runs: number | null;
  /** Rounds against the current environment; null: as many as seem worth it. */
  rounds: number | null;
  /** Runs before the first that counts: of the current environment, and of each other setting. */
  warmup: { current: number; others: number };
  seed: number;
  /** Also answer for this many users. */
  forUsers: number | null;
  /** Fit a cost model where the engine can vary the number of users. */
  extrapolate: boolean;
  /** CPUs that others keep busy at the start. */
  foreignLoad: number | null;
  /** CPUs of the machine that the job has not anyway. */
  spare: number;
  onProgress: (progress: Progress) => void;
  /** After the first run, where the budget is too short. */
  onShortage: (shortage: Shortage) => void;
}

import type { BenchPhase } from './bench-choices.ts';
import type { Settings } from './bench-result.ts';

/** What is going on, for whoever watches. */
export interface Progress {
  phase: BenchPhase;
  doing: string;
  /** The setting that is run just now; null: none is. */
  trying: { label: string; settings: Settings; isCurrent: boolean; users: number | null } | null;
  runs: number;
  leader: { label: string; median: number; speedup: number | null } | null;
  elapsedSeconds: number;
  /** Of the budget. */
  remainingSeconds: number;
  /** How long it is likely to take still; null: nothing is known yet. */
  leftSeconds: number | null;
}

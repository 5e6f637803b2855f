import type { KnownCosts } from '../plan/costs.ts';
import type { Recommendation } from './recommend.ts';

/** What to set from a number of users on. */
export interface AdviceFrom extends Pick<Recommendation, 'env' | 'unset' | 'parameters'> {
  fromUsers: number;
  /** Worker processes or tasks; 1: the lists are made in the process itself. */
  workers: number;
}

/** What to set for the users that are asked about, or for one, and for any other number. */
export interface Advice extends Recommendation {
  byUsers: AdviceFrom[];
  /** That are asked about; null: none were, so that it is for small jobs. */
  users: number | null;
  /** What tells a small job from a large one. */
  costs: KnownCosts;
}

import { traitsOf } from '../../rules/generations.ts';
import type { Situation } from '../../situation/situation.ts';

/** This LensKit has a way around `/dev/shm`: a model goes through a file in LK_TEMP_DIR. */
export function takesFolderInstead({ rules }: Pick<Situation, 'rules'>): boolean {
  return traitsOf(rules).api === 'algorithms';
}

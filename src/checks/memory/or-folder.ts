import { traitsOf } from '../../rules/generations.ts';
import type { Situation } from '../../situation/situation.ts';

/** The way around `/dev/shm` that LensKit has, as the end of a sentence. */
export function orFolder({ rules }: Pick<Situation, 'rules'>): string {
  return traitsOf(rules).api === 'algorithms' ? ', or set LK_TEMP_DIR to a folder on a disk' : '';
}

import { majorMinor } from '../../python/version.ts';
import { traitsOf } from '../../rules/generations.ts';
import { isConfig014 } from '../../rules/resolution.ts';
import type { Situation } from '../../situation/situation.ts';

/**
 * 0.14 writes the model to a file where `LK_TEMP_DIR` is set, and where Python has no shared memory, before 3.8
 * (`lenskit/sharing/__init__.py`, 0.14.4).
 */
export function throughFiles({ resolution, python }: Pick<Situation, 'resolution' | 'python'>): boolean {
  if (resolution === null || !isConfig014(resolution.main)) return false;
  const [major, minor] = majorMinor(python.version) ?? [3, 8];
  return resolution.main.sharing === 'file' || (major === 3 && minor < 8);
}

/** The way around `/dev/shm` that LensKit has, as the end of a sentence. */
export function orFolder({ rules }: Pick<Situation, 'rules'>): string {
  return traitsOf(rules).api === 'algorithms' ? ', or set LK_TEMP_DIR to a folder on a disk' : '';
}

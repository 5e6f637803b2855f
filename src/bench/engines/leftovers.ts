import { lstatSync } from 'node:fs';
import type { Launcher } from '../../process/launcher.ts';

/** So many are named one by one. */
const MOST_NAMED = 5;

/** What runs left in /dev/shm and is still there, each with why it stays. */
export function leftovers({ kept }: Pick<Launcher, 'kept'>): string[] {
  const still = [...kept].filter(([path]) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  const named = still.slice(0, MOST_NAMED).map(([path, why]) => `${path} is new since a run began, and stays: ${why}`);
  const more = still.length - named.length;
  return more > 0 ? [...named, `${more} more in /dev/shm are new since a run began, and stay`] : named;
}

/** Ends the launcher; says what it could not remove. */
export async function closed(launcher: Launcher): Promise<string[]> {
  const unremoved = await launcher.close();
  return unremoved.map(({ path, why }) => `the temporary folder ${path} could not be removed: ${why}`);
}

import { homedir } from 'node:os';
import path from 'node:path';

/** Also what takes long: `npm run ci:full`. */
export const FULL = process.env.LK_TEST_FULL === '1';

/** Where scripts/lenskit-environments.mjs puts its environments. */
export const CACHE =
  process.env.LK_TEST_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'lenskit-doctor');

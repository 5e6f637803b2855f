import path from 'node:path';
import type { Host } from '../host/host.ts';

const OTHERS_WRITE = 0o022;
/** In such a folder nobody but its owner replaces a file: `/tmp`. */
const STICKY = 0o1000;

/**
 * Why what a file says is not to be obeyed where it leads to programs: somebody else than its reader and root could have
 * written it, or put it there. null: nobody else could. The file behind every link is looked at, and each folder above it and
 * above its name.
 */
export function whyNotTrusted(
  host: Pick<Host, 'ownership' | 'realpath'>,
  file: string,
  user: number | undefined,
): string | null {
  const real = host.realpath(file);
  if (user === undefined || real === null) return 'its owner cannot be told';
  const places = [real, ...above(real), ...above(file)];
  for (const place of new Set(places)) {
    const found = host.ownership(place);
    const named = place === real ? 'it' : `its folder ${place}`;
    if (found === null) return `the owner of ${place} cannot be told`;
    if (found.uid !== user && found.uid !== 0) return `${named} belongs to another user (${found.uid})`;
    const isKept = (found.mode & OTHERS_WRITE) === 0 || (place !== real && (found.mode & STICKY) !== 0);
    if (!isKept) return `${named} can be written by others (chmod go-w ${place})`;
  }
  return null;
}

function above(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [folder, ...above(folder)];
}

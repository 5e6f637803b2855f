import path from 'node:path';
import type { Host } from '../host/host.ts';

/** The folder of `LK_TEMP_DIR`. */
export interface LenskitTemp {
  /** As Python takes it: a relative one, also an empty one, is below the working directory. */
  folder: string;
  /** Why no file can be made there; null: nothing keeps LensKit from it. */
  unusable: 'absent' | 'no folder' | 'not writable' | null;
}

/**
 * Where LensKit 0.14 puts the model for its workers if `LK_TEMP_DIR` is set, be it to nothing
 * (`lenskit/sharing/__init__.py`, `binpickle.py`; `tempfile.mkstemp`). null: it is not set, or its name is not
 * UTF-8, so that it is not the one that was read, and cannot be looked at.
 */
export function observeLenskitTemp(host: Host): LenskitTemp | null {
  const set = host.env.LK_TEMP_DIR;
  if (set === undefined) return null;
  const folder = path.posix.resolve(host.cwd, set);
  const kind = host.kind(folder);
  if (kind === null) return folder.includes('\ufffd') ? null : { folder, unusable: 'absent' };
  if (kind !== 'directory') return { folder, unusable: 'no folder' };
  return { folder, unusable: host.isWritableFolder(folder) === false ? 'not writable' : null };
}

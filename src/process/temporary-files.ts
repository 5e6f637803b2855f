import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * The folder may have a name so long, in bytes: LensKit puts a socket two names below it
 * (`lenskit-monitor.XXXXXXXX/log-messages.sock`, `logging/multiprocess/_monitor.py`), whose path has 107 at most.
 */
const MOST_LENGTH = 62;

/** Where programs put temporary files by default: an absolute path. */
export function temporaryParent(): string {
  return path.resolve(tmpdir());
}

/**
 * The variables by which Python puts its temporary files into a folder that goes with the launcher: what is killed
 * leaves them there (LensKit's monitor a folder in each process). Ray finds its clusters where it would without.
 */
export function temporaryIn(folder: string, env: NodeJS.ProcessEnv): { [name: string]: string } {
  if (Buffer.byteLength(folder) > MOST_LENGTH) return {};
  return { TMPDIR: folder, RAY_TMPDIR: env.RAY_TMPDIR || (process.platform === 'linux' && env.TMPDIR) || '/tmp' };
}

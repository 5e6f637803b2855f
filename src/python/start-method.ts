import { majorMinor } from './version.ts';

/** How Python starts worker processes unless it is told. */
export type StartMethod = 'fork' | 'forkserver' | 'spawn';

/**
 * The default of `multiprocessing` by platform and version: spawn on Windows and macOS (since 3.8); on Linux
 * forkserver from 3.14 on, fork before (CPython, `Lib/multiprocessing/context.py`). null: the version is not known.
 */
export function startMethod(platform: string, version: string | null): StartMethod | null {
  if (platform === 'win32' || platform === 'darwin') return 'spawn';
  const [major, minor = 0] = majorMinor(version) ?? [];
  if (major !== 3) return null;
  return minor >= 14 ? 'forkserver' : 'fork';
}

import path from 'node:path';
import type { Host } from '../host/host.ts';

/** In this order, as `.ruff.toml` goes before `pyproject.toml`. */
export const SETTINGS_FILES = ['.lenskit-doctor.toml', 'pyproject.toml'] as const;

/** Of a settings file that is read. */
export const MOST_SETTINGS = 1024 * 1024;

/** Whether a `pyproject.toml` may hold settings of this program; also `lenskit_doctor`, which is probably meant so. */
export function mayBeMeant(text: string): boolean {
  return text.includes('lenskit-doctor') || text.includes('lenskit_doctor');
}

/**
 * Whether a folder, or one above it, has a file that may hold settings of this program. What reads TOML and patterns is
 * loaded only then: on most machines there is none.
 */
export function isSpokenOf(host: Pick<Host, 'read' | 'kind'>, folder: string): boolean {
  const [own, shared] = SETTINGS_FILES;
  for (let at = folder; ; at = path.dirname(at)) {
    if (host.kind(path.join(at, own)) === 'file') return true;
    const read = host.read(path.join(at, shared), MOST_SETTINGS);
    if (read.ok && mayBeMeant(read.text)) return true;
    if (path.dirname(at) === at) return false;
  }
}

import type { Host } from '../host/host.ts';

/** A process that maps all of Torch and Ray has some thousand lines. */
const LIMIT = 32 * 1024 * 1024;

/** The files that a process has mapped, each once, as itself would name them; empty: not to be read. */
export function mappedFiles(host: Host, pid: number | 'self' = 'self'): string[] {
  const maps = host.read(`/proc/${pid}/maps`, LIMIT);
  if (!maps.ok) return [];
  const files = new Set<string>();
  for (const line of maps.text.split('\n')) {
    const at = line.indexOf('/');
    if (at > 0) files.add(line.slice(at));
  }
  return [...files];
}

/** True where LensKit is among the files that a process has mapped: its extension, or for 0.x Numba. */
export function hasLensKit(files: readonly string[]): boolean {
  return files.some((file) => isExtension(file) || isNumba(file));
}

/** True for LensKit's extension, since 2025.1. */
export function isExtension(file: string): boolean {
  return /\/lenskit\/_accel\.[^/]*(?:so|pyd)$/.test(file);
}

/** True for a part of Numba, which LensKit 0.x computes with. */
export function isNumba(file: string): boolean {
  return /\/numba\/_dispatcher\.[^/]*so$/.test(file);
}

import type { Host } from '../host/host.ts';

/** A folder that packages are imported from, with the names in it: listed once, looked through by all. */
export interface Site {
  path: string;
  entries: string[];
}

const MOST_ENTRIES = 20_000;

/** The folders that are there, each once: `lib64` is often a link to `lib`. */
export function listSites(host: Host, paths: readonly string[]): Site[] {
  const seen = new Set<string>();
  return paths.flatMap((path) => {
    const real = host.realpath(path);
    if (real === null || seen.has(real)) return [];
    seen.add(real);
    const entries = host.list(path, MOST_ENTRIES);
    return entries === null ? [] : [{ path, entries }];
  });
}

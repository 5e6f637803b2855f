import path from 'node:path';
import { realOf } from '../../files/real-path.ts';
import type { Host } from '../../host/host.ts';
import type { Locate } from '../../report/script/located.ts';

/**
 * Names files as code scanning and annotations know them: from the root of the repository (a folder with `.git`) that the
 * working folder is in, else the first of the files, else from the working folder. What lies outside keeps its whole path.
 */
export function locating(files: readonly string[], host: Pick<Host, 'kind'>): Locate {
  const [first] = files;
  const root =
    repositoryOf(process.cwd(), host) ??
    (first === undefined ? null : repositoryOf(path.dirname(path.resolve(first)), host)) ??
    process.cwd();
  return (file) => {
    // What stands for standard input is no path.
    if (file.startsWith('<')) return { path: file, isInside: false };
    const absolute = path.resolve(file);
    for (const one of [absolute, realOf(absolute)]) {
      const inside = path.relative(root, one);
      if (inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside))
        return { path: inside, isInside: true };
    }
    return { path: absolute, isInside: false };
  };
}

function repositoryOf(folder: string, host: Pick<Host, 'kind'>): string | null {
  for (let at = folder; ; at = path.dirname(at)) {
    // A folder, or in a work tree and a submodule a file that names one.
    if (host.kind(path.join(at, '.git')) !== null) return at;
    if (path.dirname(at) === at) return null;
  }
}

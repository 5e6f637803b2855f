import { type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { allNames } from './folders.ts';
import { matches } from './wildcards.ts';

const MOST_LOOKUPS = 200_000;
/** Files that one pattern stands for. */
const MOST_MATCHES = 2000;

/** What is where, asked for a bounded number of times. */
export class Lookups {
  /** True: more was asked than is answered. */
  exhausted = false;
  private left = MOST_LOOKUPS;
  private readonly inFolders = new Map<string, ReadonlySet<string> | null>();

  /** null: not there, or not to be known. */
  stat(file: string): Stats | null {
    if (this.left-- <= 0) {
      this.exhausted = true;
      return null;
    }
    try {
      return statSync(file, { throwIfNoEntry: false }) ?? null;
    } catch {
      return null;
    }
  }

  /** False: nothing of that name is in the folder, which is cheaper to know than to ask for each name. */
  mayBeIn(folder: string, name: string): boolean {
    if (name.startsWith('/') || name.startsWith('.')) return true;
    const names = this.names(folder);
    return names === null || names.has(name.split('/', 1)[0] ?? '');
  }

  /** The paths, from a folder, that a pattern of a shell stands for (`d/*.csv`); names that begin with a point only where it says so. */
  matching(pattern: string, folder: string): string[] {
    let found = [path.isAbsolute(pattern) ? '/' : ''];
    for (const part of pattern.split('/').filter(Boolean)) {
      found = found.flatMap((before) => {
        const join = (name: string): string => (before === '' || before === '/' ? before + name : `${before}/${name}`);
        if (!/[*?[]/.test(part)) return [join(part)];
        const names = [...(this.names(path.resolve(folder, before)) ?? [])];
        return names.filter((name) => (part.startsWith('.') || !name.startsWith('.')) && matches(part, name)).map(join);
      });
      if (found.length > MOST_MATCHES) found.length = MOST_MATCHES;
    }
    return found;
  }

  private names(folder: string): ReadonlySet<string> | null {
    let names = this.inFolders.get(folder);
    if (names === undefined) {
      names = this.left-- > 0 ? allNames(folder) : null;
      this.inFolders.set(folder, names);
    }
    return names;
  }
}

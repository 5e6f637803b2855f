import fs, { type Dirent } from 'node:fs';
import path from 'node:path';
import { codeOf, reasonOf } from './errors.ts';

/** What a search could not look at. */
export interface Refused {
  path: string;
  /** In a few words. */
  why: string;
}

/** What a search came to: files by name, and what it could not look at. */
export interface Matches {
  files: string[];
  refused: Refused[];
}

const NO_NAME = 'its name is not UTF-8; rename it';

/** What is left out, and not looked into: by its path, and whether it is a folder. */
export type PassedOver = (absolute: string, isFolder: boolean) => boolean;

interface How {
  passedOver?: PassedOver;
  /** Also what is neither a file nor a folder, and links to folders: whoever reads them finds out what they are. */
  takesAll?: boolean;
}

/**
 * The files below a folder that a pattern matches, links to files among them; links to folders are not followed. What cannot
 * be looked at is named: folders that may not be read, links that lead nowhere, names that are not UTF-8.
 */
export async function matching(
  pattern: string,
  folder: string,
  ignore: readonly string[],
  { passedOver = () => false, takesAll = false }: How = {},
): Promise<Matches> {
  const { glob } = await import('tinyglobby');
  const reading = new Reading(folder, passedOver, takesAll);
  const found = await glob(pattern, {
    cwd: folder,
    ignore,
    // What is a link to a file is shown to it as a file.
    followSymbolicLinks: false,
    expandDirectories: false,
    fs: { readdir: reading.readdir as typeof fs.readdir },
  });
  const names = [...new Set(found)].sort().map((name) => (path.isAbsolute(name) ? name : path.join(folder, name)));
  const refusedFiles = names.flatMap((name) => reading.refusedFile(name));
  const isRefused = new Set(refusedFiles.map((refused) => refused.path));
  return {
    files: names.filter((name) => !isRefused.has(name)),
    refused: [...reading.folders, ...refusedFiles].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

type Done = (error: null, entries: Entry[]) => void;

/** What the search asks of an entry. */
interface Entry {
  name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** Reads folders for the search, which passes over whatever fails, and remembers what did. */
class Reading {
  readonly folders: Refused[] = [];
  private readonly base: string;
  private readonly folder: string;
  private readonly files = new Map<string, string>();
  private readonly unnamed = new Set<string>();
  private readonly passedOver: PassedOver;
  private readonly takesAll: boolean;
  private isFirst = true;

  constructor(folder: string, passedOver: PassedOver, takesAll: boolean) {
    this.folder = folder;
    this.passedOver = passedOver;
    this.takesAll = takesAll;
    this.base = path.resolve(folder);
  }

  readonly readdir = (directory: string, _options: unknown, done: Done): void => {
    const isFirst = this.isFirst;
    this.isFirst = false;
    if (this.unnamed.has(path.resolve(directory))) {
      this.refuse(directory, NO_NAME);
      done(null, []);
      return;
    }
    fs.readdir(directory, { withFileTypes: true, encoding: 'buffer' }, (error, entries) => {
      if (error === null) {
        done(
          null,
          entries.flatMap((entry) => this.entry(directory, entry as unknown as Dirent<Buffer>)),
        );
        return;
      }
      // Where a pattern begins at what is not there it matches nothing.
      if (!isFirst || !['ENOENT', 'ENOTDIR'].includes(codeOf(error))) this.refuse(directory, reasonOf(error));
      done(null, []);
    });
  };

  /** Why a file that matched cannot be looked at; none: it can be tried. */
  refusedFile(name: string): Refused[] {
    const why = this.files.get(path.resolve(name));
    return why === undefined ? [] : [{ path: name, why }];
  }

  private refuse(directory: string, why: string): void {
    const name = path.join(this.folder, path.relative(this.base, path.resolve(directory)));
    this.folders.push({ path: name, why: `${why}; nothing below it was looked at` });
  }

  private entry(directory: string, entry: Dirent<Buffer>): Entry[] {
    const name = entry.name.toString('utf8');
    const at = path.resolve(directory, name);
    if (this.passedOver(at, entry.isDirectory())) return [];
    const isNamed = Buffer.from(name, 'utf8').equals(entry.name);
    if (!isNamed) {
      this.unnamed.add(at);
      this.files.set(at, NO_NAME);
    }
    const kind = entry.isSymbolicLink() ? (isNamed ? this.linked(at) : 'file') : null;
    return [
      {
        name,
        isFile: () => (this.takesAll ? !entry.isDirectory() : kind === null ? entry.isFile() : kind === 'file'),
        isDirectory: () => entry.isDirectory(),
        isSymbolicLink: () => false,
      },
    ];
  }

  /** What a link leads to; one that leads nowhere counts as the file that its name says. */
  private linked(at: string): 'file' | 'other' {
    try {
      const stat = fs.statSync(at);
      return stat.isDirectory() ? 'other' : 'file';
    } catch (error) {
      this.files.set(at, codeOf(error) === 'ENOENT' ? 'a link that leads nowhere' : reasonOf(error));
      return 'file';
    }
  }
}

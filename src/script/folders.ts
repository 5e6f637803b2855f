import path from 'node:path';
import type { SourceReader } from './source.ts';

/** A reader lists no more names (`Host.list`). */
const MOST_NAMES = 4096;

/** Files that stand at the root of a project. */
const MARKS: readonly string[] = ['pyproject.toml', 'setup.py', 'setup.cfg', '.git'];
/** A project's root is looked for so many folders up. */
const MOST_UP = 6;

/** Where modules of a script are looked for. */
export interface SearchPath {
  /** Its own folder, and the root of its project with `src`: what an editable install or `PYTHONPATH` would add. */
  all: readonly string[];
  /** The folder above, where no root was found: packages are taken from there alone. */
  above: string | null;
}

/** What lies in folders, each listed once. */
export class Folders {
  private readonly reader: SourceReader;
  private readonly listed = new Map<string, ReadonlySet<string> | null>();
  private readonly searched = new Map<string, SearchPath>();

  constructor(reader: SourceReader) {
    this.reader = reader;
  }

  /** The names in a folder; null: not all of them are known. */
  names(folder: string): ReadonlySet<string> | null {
    const known = this.listed.get(folder);
    if (known !== undefined) return known;
    const listed = this.reader.list(folder);
    const names = listed === null || listed.length >= MOST_NAMES ? null : new Set(listed);
    this.listed.set(folder, names);
    return names;
  }

  /** False: no module of that name is in the folder. */
  mayHave(folder: string, name: string): boolean {
    const names = this.names(folder);
    return names === null || names.has(name) || names.has(`${name}.py`);
  }

  /** Files that importing a dotted name from a folder may run, the packages around it first. */
  filesOf(folder: string, dotted: string): string[] {
    const files: string[] = [];
    let here = folder;
    for (const part of dotted.split('.')) {
      if (part === '') return files;
      if (!this.mayHave(here, part)) return files;
      const names = this.names(here);
      if (names === null ? this.reader.kind(`${here}/${part}.py`) === 'file' : names.has(`${part}.py`))
        files.push(`${here}/${part}.py`);
      if (names === null ? this.reader.kind(`${here}/${part}`) !== 'directory' : !names.has(part)) return files;
      here = `${here}/${part}`;
      if (this.hasInit(here)) files.push(`${here}/__init__.py`);
    }
    return files;
  }

  hasInit(folder: string): boolean {
    // What may not be listed is looked for by name.
    return this.names(folder)?.has('__init__.py') ?? this.reader.kind(`${folder}/__init__.py`) !== null;
  }

  searchPathOf(file: string): SearchPath {
    const own = folderOf(file);
    const known = this.searched.get(own);
    if (known !== undefined) return known;
    let folder = own;
    let found: SearchPath = { all: [own], above: upFrom(own) };
    for (let up = 0; up < MOST_UP; up++) {
      const names = this.names(folder) ?? new Set(this.reader.list(folder));
      if (MARKS.some((mark) => names.has(mark))) {
        found = { all: [...new Set([own, folder, `${folder}/src`])], above: null };
        break;
      }
      const next = upFrom(folder);
      if (next === null) break;
      folder = next;
    }
    this.searched.set(own, found);
    return found;
  }

  /** The outermost package around a file; null: it is in none. */
  packageOf(file: string): string | null {
    let found: string | null = null;
    for (let folder: string | null = folderOf(file); folder !== null && this.hasInit(folder); folder = upFrom(folder))
      found = folder;
    return found;
  }

  private readonly libraries = new Map<string, boolean>();

  /** It belongs to an installed package or to Python itself. */
  isLibrary(file: string): boolean {
    const folder = folderOf(file);
    const known = this.libraries.get(folder);
    if (known !== undefined) return known;
    const found = /\/((site|dist)-packages|lib(64)?\/(python|pypy)\d(\.\d+)?)(\/|$)/.test(path.resolve(folder));
    this.libraries.set(folder, found);
    return found;
  }
}

/** Where a file lies. */
export function folderOf(file: string): string {
  return file.split('/').slice(0, -1).join('/') || (file.startsWith('/') ? '/' : '.');
}

/** The folder around a folder; null: there is none. */
export function upFrom(folder: string): string | null {
  if (folder === '/') return null;
  if (folder === '.') return '..';
  if (/(^|\/)\.\.$/.test(folder)) return `${folder}/..`;
  return folderOf(folder);
}

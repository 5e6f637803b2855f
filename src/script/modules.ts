import { mentionsModel } from './lenskit-models.ts';
import { isRefusal, MOST_BYTES, type Source, type SourceReader, sourceOf } from './source.ts';
import type { Module } from './values.ts';

/** More modules than this are not followed: it is a library, and no script. */
const MOST_MODULES = 2000;

/** What a script may be followed for, and what has to be written somewhere for that to be there. */
export type Topic = 'workers' | 'scorers';
const MENTIONS: { readonly [topic in Topic]: (text: string) => boolean } = {
  workers: (text) => text.includes('lenskit') && (text.includes('batch') || text.includes('parallel')),
  scorers: mentionsModel,
};

/** A reader lists no more names (`Host.list`). */
const MOST_NAMES = 4096;

/** Files that stand at the root of a project. */
const MARKS: readonly string[] = ['pyproject.toml', 'setup.py', 'setup.cfg', '.git'];
/** A project's root is looked for so many folders up. */
const MOST_UP = 6;

/** Where modules of a script are looked for. */
interface Folders {
  /** Its own folder, and the root of its project with `src`: what an editable install or `PYTHONPATH` would add. */
  all: readonly string[];
  /** The folder above, where no root was found: packages are taken from there alone. */
  above: string | null;
}

/**
 * Finds modules beside scripts: `import helper` is `helper.py` or `helper/__init__.py` in the script's folder, or in its
 * project. One serves for many scripts: a module is read once; what its import does is never kept, since it depends on
 * what was imported before.
 */
export class Modules {
  /** Modules beside scripts that could not be looked at: why, by file. */
  readonly refused = new Map<string, string>();
  private readonly known = new Map<string, Module | null>();
  private readonly reader: SourceReader;

  constructor(reader: SourceReader) {
    this.reader = reader;
  }

  /** The module of a dotted name, as a script's file sees it; null: it is not beside it. `paths`: further folders. */
  find(script: string, dotted: string, paths: readonly string[] = []): Module | null {
    const { all, above } = this.foldersOf(script);
    const [top = ''] = dotted.split('.', 1);
    const own = dotted.replaceAll('.', '/');
    for (const folder of [...all, ...paths]) {
      if (!(this.names(folder)?.has(top) ?? true)) continue;
      const found = this.at(`${folder}/${own}`, dotted);
      if (found !== null) return found;
    }
    const isPackage =
      above !== null && this.names(above)?.has(top) === true && this.isFile(`${above}/${top}/__init__.py`);
    return isPackage ? this.at(`${above}/${own}`, dotted) : null;
  }

  /** False: no module of that name is in the script's folder or project. */
  mayHave(script: string, name: string): boolean {
    const { all, above } = this.foldersOf(script);
    return [...all, ...(above === null ? [] : [above])].some((folder) => this.names(folder)?.has(name) ?? true);
  }

  private readonly folders = new Map<string, Folders>();

  private foldersOf(file: string): Folders {
    const own = folderOf(file);
    const known = this.folders.get(own);
    if (known !== undefined) return known;
    let folder = own;
    let found: Folders = { all: [own], above: upFrom(own) };
    for (let up = 0; up < MOST_UP; up++) {
      const names = this.reader.list(folder);
      if (names !== null && MARKS.some((mark) => names.includes(mark))) {
        found = { all: [...new Set([own, folder, `${folder}/src`])], above: null };
        break;
      }
      const next = upFrom(folder);
      if (next === null) break;
      folder = next;
    }
    this.folders.set(own, found);
    return found;
  }

  /**
   * False: what starts workers (`workers`) or builds a scorer (`scorers`) is named neither in a script's text nor in any module beside it that the
   * text names, so that there is nothing to follow. It looks for names alone: to import something is to write its name.
   */
  mayHold(topic: Topic, file: string, text: string): boolean {
    if (MENTIONS[topic](text)) return true;
    // Relative imports may lead upward, out of the folder; `sys.path` anywhere.
    if (text.includes('..') || text.includes('sys.path')) return true;
    const { all, above } = this.foldersOf(file);
    const [own = '.', ...others] = all;
    const words = new Set(text.split(/\W+/));
    const names = this.names(own);
    // What cannot be listed may hold anything.
    if (names === null || [...names].some((name) => words.has(name) && this.mentions(topic, `${own}/${name}`)))
      return true;
    const imported = new Set(
      (text.match(/^[ \t]*(?:from|import)[ \t].*$/gm) ?? []).flatMap((line) => line.split(/\W+/)),
    );
    return [...others, ...(above === null ? [] : [above])].some((folder) =>
      [...(this.names(folder) ?? [])].some((name) => imported.has(name) && this.mentions(topic, `${folder}/${name}`)),
    );
  }

  private readonly named = new Map<string, ReadonlySet<string> | null>();
  private readonly mentioned = { workers: new Map<string, boolean>(), scorers: new Map<string, boolean>() };

  /** What could be imported from a folder; null: it is not known. */
  private names(folder: string): ReadonlySet<string> | null {
    const known = this.named.get(folder);
    if (known !== undefined) return known;
    const listed = this.reader.list(folder);
    const names =
      listed === null || listed.length >= MOST_NAMES
        ? null
        : new Set(listed.map((name) => name.replace(/\.py$/, '')).filter((name) => /^\w+$/.test(name)));
    this.named.set(folder, names);
    return names;
  }

  private mentions(topic: Topic, path: string): boolean {
    const mentioned = this.mentioned[topic];
    const known = mentioned.get(path);
    if (known !== undefined) return known;
    mentioned.set(path, false); // a module that leads to itself
    // A package may import anything below it.
    const answer = this.reader.kind(path) === 'directory' || this.fileMentions(topic, `${path}.py`);
    mentioned.set(path, answer);
    return answer;
  }

  private fileMentions(topic: Topic, file: string): boolean {
    if (this.reader.kind(file) !== 'file') return false;
    const read = this.reader.read(file, MOST_BYTES);
    return read.ok ? this.mayHold(topic, file, read.text) : isRefusal(read);
  }

  /** `from ..a import b`, seen from a module: upward only as far as there are packages. */
  findRelative(from: Module, level: number, dotted: string): Module | null {
    const parts = from.file.split('/').slice(0, -1);
    for (let up = 1; up < level; up++) {
      if (this.reader.kind(`${parts.join('/')}/__init__.py`) !== 'file') return null;
      parts.pop();
    }
    const base = parts.join('/');
    const name = from.name.split('.').slice(0, -level).concat(dotted.split('.').filter(Boolean)).join('.');
    return this.at(dotted === '' ? base : `${base}/${dotted.replaceAll('.', '/')}`, name);
  }

  private at(path: string, name: string): Module | null {
    for (const file of [`${path}.py`, `${path}/__init__.py`]) {
      const key = `${name} ${file}`;
      const known = this.known.get(key);
      if (known !== undefined) return known;
      if (this.known.size >= MOST_MODULES || !this.isFile(file)) continue;
      const module_ = this.read(file, name);
      this.known.set(key, module_);
      return module_;
    }
    return null;
  }

  private isFile(file: string): boolean {
    const kind = this.reader.kind(file);
    if (kind !== null) return kind === 'file';
    // What is not there is the ordinary case; a package's folder that may not be listed or entered is another.
    const folder = file.slice(0, file.lastIndexOf('/'));
    if (!file.endsWith('/__init__.py') || this.reader.kind(folder) !== 'directory') return false;
    if (this.reader.list(folder)?.includes('__init__.py') === false) return false;
    const read = this.reader.read(file, 0);
    if (!read.ok && read.reason !== 'missing' && isRefusal(read)) this.refuse(file, read.detail);
    return false;
  }

  private read(file: string, name: string): Module | null {
    const read = this.reader.read(file, MOST_BYTES);
    if (!read.ok) {
      if (isRefusal(read)) this.refuse(file, read.detail);
      return null;
    }
    const source = sourceOf(read.text);
    return 'skipped' in source ? null : moduleOf(name, file, source);
  }

  private refuse(file: string, detail: string): void {
    this.refused.set(file, detail.replace(`${file}: `, ''));
  }
}

/** Where a file lies. */
export function folderOf(file: string): string {
  return file.split('/').slice(0, -1).join('/') || (file.startsWith('/') ? '/' : '.');
}

/** The folder around a folder; null: there is none. */
function upFrom(folder: string): string | null {
  if (folder === '/') return null;
  if (folder === '.') return '..';
  if (/(^|\/)\.\.$/.test(folder)) return `${folder}/..`;
  return folderOf(folder);
}

export function moduleOf(name: string, file: string, source: Source): Module {
  return { name, file, source };
}

import path from 'node:path';
import { type Folders, folderOf, type SearchPath, upFrom } from './folders.ts';
import { importsIn, type TextImports } from './import-text.ts';
import type { Installed } from './installed.ts';
import { isLenskits, mentionsModel } from './lenskit-models.ts';
import { isRefusal, MOST_BYTES, type SourceReader } from './source.ts';

/** More files than this are not looked through for one script. */
const MOST_FILES = 20_000;

/** Folders around a script, and those that it adds, that are looked through. */
const MOST_AROUND = 4;
const MOST_ADDED = 64;

/** What a script may lead to. */
export interface Leads {
  /** Something that starts workers. */
  workers: boolean;
  /** A class of a model. */
  scorers: boolean;
}

/** What is said of a file that could not be read: it may hold anything. */
const ANYTHING: TextImports = {
  absolute: [],
  relative: [],
  words: null,
  folders: null,
  mentions: { lenskit: true, workers: true },
};

/**
 * Which files lead to which, by their imports, as letters: a file that does not lead to LensKit starts no workers, and
 * is not parsed. Nothing but names is kept of a file.
 */
export class ImportGraph {
  private readonly reader: SourceReader;
  private readonly folders: Folders;
  private readonly paths: readonly string[];
  private readonly installed: Installed;
  private readonly read = new Map<string, TextImports | null>();
  /** By where modules are looked for: the files that lead to LensKit, or do not. */
  private readonly known = new Map<string, Map<string, boolean>>();

  /** `paths`: further folders in which modules are looked for. */
  constructor(
    reader: SourceReader,
    folders: Folders,
    { paths, installed }: { paths: readonly string[]; installed: Installed },
  ) {
    this.reader = reader;
    this.folders = folders;
    this.paths = paths;
    this.installed = installed;
  }

  /** What a script leads to, whose text is at hand. */
  of(file: string, text: string): Leads {
    if (!text.includes('lenskit') && this.isForeign(file)) return { workers: false, scorers: false };
    const own = importsIn(text);
    const plain = this.folders.searchPathOf(file);
    const context = { ...plain, all: [...plain.all, ...this.changedBy(file, own)] };
    if (!this.reaches(file, own, context)) return { workers: false, scorers: false };
    let workers = false;
    let scorers = mentionsModel(text);
    this.walk(file, own, context, (imports, where) => {
      workers ||= imports.mentions.workers;
      scorers ||= where !== file && this.mentionsModel(where);
      return false;
    });
    return { workers, scorers };
  }

  private readonly models = new Map<string, boolean>();

  private mentionsModel(file: string): boolean {
    const known = this.models.get(file);
    if (known !== undefined) return known;
    const read = this.reader.read(file, MOST_BYTES);
    const found = !read.ok || mentionsModel(read.text);
    this.models.set(file, found);
    return found;
  }

  /** Folders that a text may add to those in which modules are looked for: around it, and by what it writes. */
  private changedBy(file: string, { folders: written }: TextImports): string[] {
    if (written === null) return [];
    const around: string[] = [];
    for (
      let folder: string | null = folderOf(file);
      folder !== null && around.length < MOST_AROUND;
      folder = upFrom(folder)
    )
      around.push(folder);
    const found = new Set(around);
    for (const part of written) {
      if (found.size >= MOST_ADDED) break;
      if (part.startsWith('/')) found.add(part);
      else
        for (const folder of around) {
          const below = path.join(folder, part);
          const [first = ''] = part.split('/', 1);
          const isThere = first.startsWith('.') || this.folders.names(folder)?.has(first) !== false;
          if (isThere && this.reader.kind(below) === 'directory') found.add(below);
        }
    }
    return [...found];
  }

  /** It belongs to an installed package that nowhere mentions LensKit: nothing of that is followed. */
  isForeign(file: string): boolean {
    if (!this.folders.isLibrary(file)) return false;
    const folder = this.folders.packageOf(file);
    if (folder !== null) return !this.mentions(folder);
    // A module that is no package's, as most of the standard library.
    return !(this.importsOf(file)?.mentions.lenskit ?? false);
  }

  private readonly packages = new Map<string, boolean>();

  /** Whether LensKit is mentioned anywhere below a folder. */
  private mentions(folder: string): boolean {
    const known = this.packages.get(folder);
    if (known !== undefined) return known;
    let found = false;
    let count = 0;
    const open = [folder];
    for (let here = open.pop(); here !== undefined && !found; here = open.pop()) {
      for (const name of this.folders.names(here) ?? this.reader.list(here) ?? []) {
        if (name.endsWith('.py')) {
          const read = this.reader.read(`${here}/${name}`, MOST_BYTES);
          found ||= ++count > MOST_FILES || (read.ok ? read.text.includes('lenskit') : isRefusal(read));
        } else if (/^\w+$/.test(name) && name !== '__pycache__' && this.reader.kind(`${here}/${name}`) === 'directory')
          open.push(`${here}/${name}`);
        if (found) break;
      }
    }
    this.packages.set(folder, found);
    return found;
  }

  private reaches(file: string, own: TextImports, context: SearchPath): boolean {
    const key = [...context.all, context.above ?? ''].join('\n');
    const known = this.known.get(key) ?? new Map<string, boolean>();
    this.known.set(key, known);
    const before = known.get(file);
    if (before !== undefined) return before;
    let found = false;
    const seen = this.walk(file, own, context, ({ mentions }, where) => {
      found ||= known.get(where) === true || mentions.lenskit;
      return found || known.get(where) === false;
    });
    // Too many to look through: it may.
    if (found || seen.size >= MOST_FILES) known.set(file, true);
    else for (const one of seen) known.set(one, false);
    return known.get(file) === true;
  }

  /** All files that a file leads to, itself first; `visit` says where not to go on. */
  private walk(
    file: string,
    own: TextImports,
    context: SearchPath,
    visit: (imports: TextImports, file: string) => boolean,
  ): ReadonlySet<string> {
    const seen = new Set([file]);
    const open: [string, TextImports][] = [[file, own]];
    for (let next = open.pop(); next !== undefined && seen.size < MOST_FILES; next = open.pop()) {
      const [where, imports] = next;
      if (visit(imports, where)) continue;
      for (const target of this.targets(where, imports, context)) {
        if (seen.has(target)) continue;
        seen.add(target);
        if (this.isForeign(target)) continue;
        const of = this.importsOf(target);
        if (of !== null) open.push([target, of]);
      }
    }
    return seen;
  }

  private importsOf(file: string): TextImports | null {
    const known = this.read.get(file);
    if (known !== undefined) return known;
    const read = this.reader.read(file, MOST_BYTES);
    const found = read.ok ? importsIn(read.text) : isRefusal(read) ? ANYTHING : null;
    this.read.set(file, found);
    return found;
  }

  private *targets(file: string, imports: TextImports, context: SearchPath): Generator<string> {
    const { absolute, relative, words } = imports;
    const { all, above } = context;
    const folders = new Set([...all, ...this.paths, ...this.changedBy(file, imports)]);
    const [own = '.'] = all;
    for (const word of words ?? []) yield* this.folders.filesOf(own, word);
    for (const dotted of absolute) {
      if (isLenskits(dotted)) continue;
      for (const folder of folders) yield* this.folders.filesOf(folder, dotted);
      const [top = ''] = dotted.split('.', 1);
      for (const folder of this.installed.foldersOf(own, top)) yield* this.folders.filesOf(folder, dotted);
      if (above !== null && this.folders.mayHave(above, top) && this.folders.hasInit(`${above}/${top}`))
        yield* this.folders.filesOf(above, dotted);
    }
    for (const { level, dotted } of relative) {
      let folder: string | null = folderOf(file);
      for (let up = 1; up < level && folder !== null; up++)
        folder = this.folders.hasInit(folder) ? upFrom(folder) : null;
      if (folder === null) continue;
      if (this.folders.hasInit(folder)) yield `${folder}/__init__.py`;
      if (dotted !== '') yield* this.folders.filesOf(folder, dotted);
    }
  }
}

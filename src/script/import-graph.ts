import { type Folders, folderOf, type SearchPath, upFrom } from './folders.ts';
import { importsIn, type Mentions, type TextImports } from './import-text.ts';
import { isLenskits } from './lenskit-models.ts';
import { isRefusal, MOST_BYTES, type SourceReader } from './source.ts';

/** More files than this are not looked through for one script. */
const MOST_FILES = 20_000;

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
  mentions: { lenskit: true, workers: true, paths: true },
};

/**
 * Which files lead to which, by their imports, as letters: a file that does not lead to LensKit starts no workers, and
 * is not parsed. Nothing but names is kept of a file.
 */
export class ImportGraph {
  private readonly reader: SourceReader;
  private readonly folders: Folders;
  private readonly paths: readonly string[];
  private readonly read = new Map<string, TextImports | null>();
  /** By where modules are looked for: the files that lead to LensKit, or do not. */
  private readonly known = new Map<string, Map<string, boolean>>();

  /** `paths`: further folders in which modules are looked for. */
  constructor(reader: SourceReader, folders: Folders, paths: readonly string[]) {
    this.reader = reader;
    this.folders = folders;
    this.paths = paths;
  }

  /** What a script leads to, whose text is at hand. */
  of(file: string, text: string): Leads {
    if (!text.includes('lenskit') && this.isForeign(file)) return { workers: false, scorers: false };
    const own = importsIn(text);
    const context = this.folders.searchPathOf(file);
    if (!this.reaches(file, own, context)) return { workers: false, scorers: false };
    const all: Mentions[] = [];
    this.walk(file, own, context, ({ mentions }, where) => {
      all.push(mentions);
      return this.mayBeAnywhere(mentions, where);
    });
    const has = (topic: keyof Mentions): boolean => all.some((one) => one[topic]);
    const isOpen = all.length === 0 || (has('paths') && !this.folders.isLibrary(file));
    return { workers: isOpen || (has('lenskit') && has('workers')), scorers: isOpen || has('lenskit') };
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
      found ||= known.get(where) === true || mentions.lenskit || this.mayBeAnywhere(mentions, where);
      return found || known.get(where) === false;
    });
    // Too many to look through: it may.
    if (found || seen.size >= MOST_FILES) known.set(file, true);
    else for (const one of seen) known.set(one, false);
    return known.get(file) === true;
  }

  private mayBeAnywhere({ paths }: Mentions, file: string): boolean {
    return paths && !this.folders.isLibrary(file);
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

  private *targets(file: string, { absolute, relative, words }: TextImports, context: SearchPath): Generator<string> {
    const { all, above } = context;
    const folders = [...all, ...this.paths];
    for (const dotted of [...absolute, ...(words ?? [])]) {
      if (isLenskits(dotted)) continue;
      for (const folder of folders) yield* this.folders.filesOf(folder, dotted);
      const [top = ''] = dotted.split('.', 1);
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

import { Folders, folderOf } from './folders.ts';
import { ImportGraph, type Leads } from './import-graph.ts';
import { Installed } from './installed.ts';
import { isRefusal, MOST_BYTES, type Source, type SourceReader, sourceOf } from './source.ts';
import type { Module } from './values.ts';

/** For one script no more modules are followed, and no more text: it is a library, and no script. */
const MOST_MODULES = 1000;
const MOST_TEXT = 4 * 1024 * 1024;
/** Between two scripts so much text is kept as trees, which take some twenty times as much memory. */
const MOST_KEPT = 2 * 1024 * 1024;

/**
 * Finds modules beside scripts: `import helper` is `helper.py` or `helper/__init__.py` in the script's folder, or in its
 * project. One serves for many scripts, one after the other: what was read is kept for a while, but neither what an import
 * does nor what is left out, since both depend on what the script imported before.
 */
export class Modules {
  /** Modules beside scripts that could not be looked at: why, by file. */
  readonly refused: Map<string, string>;
  /** The module that is parsed just now: what fails there is its fault. */
  reading: string | null = null;
  /** The first module that was left out, since the script imports too many. */
  leftOut: string | null = null;
  private readonly reader: SourceReader;
  private readonly folders: Folders;
  private readonly graph: ImportGraph;
  private readonly installed: Installed;
  /** Those that were parsed, by name and file, the one used last at the end. */
  private readonly parsed = new Map<string, Module>();
  /** Those that the script that is judged has asked for. */
  private readonly known = new Map<string, Module | null>();
  private size = 0;
  /** How much text of modules was read that is no library's. */
  ownText = 0;

  /** `paths`: further folders in which modules are looked for; `sites`: where the packages of the environment are. */
  constructor(
    reader: SourceReader,
    { paths = [], sites = [] }: { paths?: readonly string[]; sites?: readonly string[] } = {},
    refused = new Map<string, string>(),
  ) {
    this.refused = refused;
    this.reader = reader;
    this.folders = new Folders(reader);
    this.installed = new Installed(reader, sites);
    this.graph = new ImportGraph(reader, this.folders, { paths, installed: this.installed });
  }

  /** Begins with another script, for which everything that is bounded begins again. Trees of scripts before may be freed. */
  begin(): void {
    this.leftOut = null;
    this.size = 0;
    this.ownText = 0;
    this.known.clear();
    let kept = 0;
    for (const [key, module_] of [...this.parsed].reverse()) {
      kept += module_.source.text.length;
      if (kept <= MOST_KEPT) continue;
      this.parsed.delete(key);
      module_.source.parsed.root.tree.delete();
    }
  }

  /** Frees all trees. */
  end(): void {
    this.known.clear();
    for (const module_ of this.parsed.values()) module_.source.parsed.root.tree.delete();
    this.parsed.clear();
  }

  /** What a script may lead to, as far as its imports say; LensKit's modules are named somewhere on the way. */
  leadsOf(file: string, text: string): Leads {
    return this.graph.of(file, text);
  }

  /** The module of a dotted name, as a script's file sees it; null: it is not beside it. `paths`: further folders. */
  find(script: string, dotted: string, paths: readonly string[] = []): Module | null {
    const { all, above } = this.folders.searchPathOf(script);
    const [top = ''] = dotted.split('.', 1);
    const own = dotted.replaceAll('.', '/');
    for (const folder of [...all, ...paths]) {
      if (!this.folders.mayHave(folder, top)) continue;
      const found = this.at(`${folder}/${own}`, dotted);
      if (found !== null) return found;
    }
    for (const folder of this.installed.foldersOf(folderOf(script), top)) {
      const found = this.at(`${folder}/${own}`, dotted);
      if (found !== null) return found;
    }
    const isPackage = above !== null && this.folders.mayHave(above, top) && this.isFile(`${above}/${top}/__init__.py`);
    return isPackage ? this.at(`${above}/${own}`, dotted) : null;
  }

  /** False: no module of that name is in the script's folder or project, nor installed for LensKit. */
  mayHave(script: string, name: string): boolean {
    const { all, above } = this.folders.searchPathOf(script);
    if (this.installed.foldersOf(folderOf(script), name).length > 0) return true;
    return [...all, ...(above === null ? [] : [above])].some((folder) => this.folders.mayHave(folder, name));
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
      if (!this.isFile(file)) continue;
      const module_ = this.take(key, file, name);
      this.known.set(key, module_);
      return module_;
    }
    return null;
  }

  /** Of installed packages only those that mention LensKit are followed. */
  private take(key: string, file: string, name: string): Module | null {
    if (this.graph.isForeign(file)) return null;
    if (this.known.size >= MOST_MODULES || this.size >= MOST_TEXT) {
      this.leftOut ??= file;
      return null;
    }
    const module_ = this.parsed.get(key) ?? this.read(file, name);
    this.parsed.delete(key);
    if (module_ === null) return null;
    this.parsed.set(key, module_);
    this.size += module_.source.text.length;
    if (!this.folders.isLibrary(file)) this.ownText += module_.source.text.length;
    return module_;
  }

  private isFile(file: string): boolean {
    const kind = this.reader.kind(file);
    if (kind !== null) return kind === 'file';
    // What is not there is the ordinary case; a package's folder that may not be listed or entered is another.
    const folder = file.slice(0, file.lastIndexOf('/'));
    if (!file.endsWith('/__init__.py') || this.reader.kind(folder) !== 'directory') return false;
    if (this.folders.names(folder)?.has('__init__.py') === false) return false;
    const read = this.reader.read(file, 0);
    if (!read.ok && read.reason !== 'missing' && isRefusal(read)) this.refuse(file, read.detail);
    return false;
  }

  private read(file: string, name: string): Module | null {
    if (this.refused.has(file)) return null;
    const read = this.reader.read(file, MOST_BYTES);
    if (!read.ok) {
      if (isRefusal(read)) this.refuse(file, read.detail);
      return null;
    }
    this.reading = file;
    const source = sourceOf(read.text);
    this.reading = null;
    return 'skipped' in source ? null : moduleOf(name, file, source);
  }

  private refuse(file: string, detail: string): void {
    this.refused.set(file, detail.replace(`${file}: `, ''));
  }
}

export function moduleOf(name: string, file: string, source: Source): Module {
  return { name, file, source };
}

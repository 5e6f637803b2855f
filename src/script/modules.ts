import { MOST_BYTES, readSource, type Source, type SourceReader } from './source.ts';
import { type Effect, type Module, Scope } from './values.ts';

/** More modules than this are not followed: it is a library, and no script. */
const MOST_MODULES = 2000;

/**
 * Finds modules beside scripts: `import helper` is `helper.py` or `helper/__init__.py` in the script's folder, and
 * nothing else. One serves for many scripts: a module is read once, and what its import does is known then.
 */
export class Modules {
  private readonly known = new Map<string, Module | null>();
  private readonly reader: SourceReader;

  constructor(reader: SourceReader) {
    this.reader = reader;
  }

  /** The module of a dotted name, as a script's file sees it; null: it is not beside it. */
  find(script: string, dotted: string): Module | null {
    const folder = script.split('/').slice(0, -1).join('/') || '.';
    return this.at(`${folder}/${dotted.replaceAll('.', '/')}`, dotted);
  }

  /**
   * False: LensKit's name with that of its batch or parallel module is neither in a script's text nor in any module beside it that the text names, so that
   * there is nothing to follow. It looks for names alone: to import something is to write its name.
   */
  mayUseLenskit(file: string, text: string): boolean {
    // To start workers is to write one of these as well.
    if (text.includes('lenskit') && (text.includes('batch') || text.includes('parallel'))) return true;
    // Relative imports may lead upward, out of the folder.
    if (text.includes('..')) return true;
    const folder = file.split('/').slice(0, -1).join('/') || '.';
    const words = new Set(text.split(/\W+/));
    return this.names(folder).some((name) => words.has(name) && this.mentions(`${folder}/${name}`));
  }

  private readonly named = new Map<string, string[]>();
  private readonly mentioned = new Map<string, boolean>();

  /** What could be imported from a folder. */
  private names(folder: string): string[] {
    const known = this.named.get(folder);
    if (known !== undefined) return known;
    const names = (this.reader.list(folder) ?? [])
      .map((name) => name.replace(/\.py$/, ''))
      .filter((name) => /^\w+$/.test(name));
    this.named.set(folder, names);
    return names;
  }

  private mentions(path: string): boolean {
    const known = this.mentioned.get(path);
    if (known !== undefined) return known;
    this.mentioned.set(path, false); // a module that leads to itself
    // A package may import anything below it.
    const answer = this.reader.kind(path) === 'directory' || this.fileMentions(`${path}.py`);
    this.mentioned.set(path, answer);
    return answer;
  }

  private fileMentions(file: string): boolean {
    if (this.reader.kind(file) !== 'file') return false;
    const read = this.reader.read(file, MOST_BYTES);
    return read.ok && this.mayUseLenskit(file, read.text);
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
      if (this.known.size >= MOST_MODULES || this.reader.kind(file) !== 'file') continue;
      const source = readSource(this.reader, file);
      const module_ = 'skipped' in source ? null : moduleOf(name, file, source);
      this.known.set(key, module_);
      return module_;
    }
    return null;
  }
}

export function moduleOf(name: string, file: string, source: Source): Module {
  const module_ = { name, file, source, state: 'new', effects: [] as readonly Effect[] } as Module;
  module_.scope = new Scope(module_, null);
  return module_;
}

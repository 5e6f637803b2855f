import { readFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import { isOfKernel, realOf } from '../../files/real-path.ts';
import { HIDDEN } from '../../privacy/ranges.ts';
import { announcesSecret, secretBegins } from '../../privacy/secret-arguments.ts';
import { isOfSystem, isShared, namesInFolder } from './folders.ts';
import { Lookups } from './lookups.ts';
import { expanded, moduleIn, modulesInText, namesIn, namesInText, quotedInText, shellWords } from './names.ts';

/** A file or a folder that a command depends on. */
export interface Depended {
  /** Absolute. */
  path: string;
  /** What it is called: as the command calls it, else from the working folder. */
  shown: string;
  /** Stands behind a secret's name (`--token-file x`): what is in it may be short, and nobody else's business. */
  secret: boolean;
  /** Not named itself, but in a folder that is. */
  within: boolean;
}

export interface Following {
  files: readonly Depended[];
  /** Folders, of which the names in them count. */
  folders: readonly Depended[];
  /** What was not followed, in words. */
  beyond: readonly string[];
}

export interface FollowOptions {
  cwd: string;
  env: { readonly [name: string]: string | undefined };
  /** True for what this program itself writes, by a path without links. */
  leftOut: (file: string) => boolean;
  /** False: what programs and settings among them name or import in turn is left out. */
  inTurn?: boolean;
}

const MOST_WORDS = 10_000;
const MOST_FILES = 10_000;
/** Of one folder that is named, and of the folders in it. */
const MOST_FILES_OF_FOLDER = 2000;
const MOST_FOLDERS = 500;
/** Folders that a command may go to before it names something: `cd d && python3 job.py`. */
const MOST_BASES = 16;
/** Commands within words within words: `sh -c "bash -c 'python job.py'"`. */
const MOST_DEPTH = 4;
const MOST_PROGRAMS = 500;
/** Longer texts are data. */
const MOST_TEXT = 256 * 1024;

/** Texts that name what they use: programs and their settings. */
const PROGRAM =
  /(?:\.(?:pyw?|ipynb|sh|bash|zsh|ksh|fish|slurm|sbatch|pbs|toml|ya?ml|json|ini|cfg|conf|env|args|txt|mk|R|jl|pl|rb|m?js|ts|lua)|(?:^|\/)(?:Makefile|makefile|Snakefile|justfile))$/;

/** Those that are written in a language with variables. */
const CODE = /\.(?:pyw?|ipynb|R|jl|pl|rb|m?js|ts|lua)$/;

/** What stands behind a secret's name. */
interface Hidden {
  /** What is shown instead. */
  called: string;
  /** The names in its path. */
  parts: ReadonlySet<string>;
}

/** A file or folder before it is known what it may be called. */
interface Place {
  path: string;
  shown: string;
  hidden: Hidden | null;
  within: boolean;
}

interface Text {
  place: Place;
  /** Folders that its imports are looked for in. */
  roots: readonly string[];
}

/**
 * Finds the files that commands depend on, by name: each word, also within words that are lines for a shell or options
 * with a value, as a file, a folder, a program on the PATH, or a Python module; and what programs and settings among them
 * name or import in turn. It looks for names that are there, and understands no program, so that it rather finds too much.
 *
 * @param commands their words as they are, secrets in them
 */
export function follow(commands: readonly (readonly string[])[], options: FollowOptions): Following {
  const follower = new Follower(options);
  follower.commands(commands);
  // Names that stood before the folders they are in.
  if (follower.bases.size > 1) follower.commands(commands);
  if (options.inTurn ?? true) follower.texts();
  return follower;
}

class Follower implements Following {
  readonly options: FollowOptions;
  /** The working folder, and those that the words name. */
  readonly bases: Set<string>;
  private readonly found = new Map<string, Depended>();
  private readonly listed = new Map<string, Depended>();
  private readonly notFollowed = new Set<string>();
  private readonly queue: Text[] = [];
  private readonly packages = new Set<string>();
  private readonly programs = new Set<string>();
  private readonly modules = new Set<string>();
  private readonly pythonPath: readonly string[];
  private inTexts = false;
  private wordsLeft = MOST_WORDS;
  private readonly lookups = new Lookups();

  constructor(options: FollowOptions) {
    this.options = options;
    this.bases = new Set([options.cwd]);
    const folders = (options.env.PYTHONPATH ?? '').split(path.delimiter).filter(Boolean);
    this.pythonPath = folders.slice(0, 100).map((folder) => path.resolve(options.cwd, folder));
  }

  get files(): readonly Depended[] {
    return [...this.found.values()];
  }

  get folders(): readonly Depended[] {
    return [...this.listed.values()];
  }

  get beyond(): readonly string[] {
    return [...this.notFollowed, ...(this.lookups.exhausted ? ['names beyond what is looked up'] : [])];
  }

  commands(commands: readonly (readonly string[])[]): void {
    this.wordsLeft = MOST_WORDS;
    for (const words of commands) this.words(words, 0, null);
  }

  private words(words: readonly string[], depth: number, hidden: Hidden | null): void {
    for (const [index, word] of words.entries()) {
      if (this.wordsLeft-- <= 0) {
        this.notFollowed.add(`words beyond ${MOST_WORDS}`);
        return;
      }
      const within = hidden ?? hiddenWord(words[index - 1], word);
      for (const name of namesIn(word)) this.name(name, within);
      // Between separators these are an end of a sentence or a division.
      if (/^[./]+$/.test(word) && !(word === '.' && this.isFile(words[index + 1]))) this.path(word, within, true);
      this.program(word);
      const inner = depth < MOST_DEPTH ? shellWords(word) : [];
      if (inner.length > 1 || (inner.length === 1 && inner[0] !== word)) this.words(inner, depth + 1, within);
    }
  }

  texts(): void {
    this.inTexts = true;
    for (let text = this.queue.shift(); text !== undefined; text = this.queue.shift()) this.text(text);
  }

  private name(name: string, hidden: Hidden | null): void {
    if (!/\w/.test(name)) return;
    for (const base of [...this.bases]) this.path(name, hidden, true, base);
    const module = moduleIn(name);
    if (module !== null) this.module(module, [...this.bases, ...this.pythonPath], hidden);
  }

  /** As behind the point of `. ./settings.sh`, which is a command. */
  private isFile(name: string | undefined): boolean {
    return name !== undefined && this.lookups.stat(path.resolve(this.options.cwd, name))?.isFile() === true;
  }

  private path(name: string, hidden: Hidden | null, folders: boolean, base = this.options.cwd): void {
    const meant = expanded(name, this.options.env);
    if (/[*?[]/.test(meant))
      for (const one of this.lookups.matching(meant, base)) this.place(one, one, hidden, folders, base);
    if (this.lookups.mayBeIn(base, meant)) this.place(name, meant, hidden, folders, base);
  }

  private place(name: string, meant: string, hidden: Hidden | null, folders: boolean, base: string): void {
    const file = path.resolve(base, meant);
    const stat = this.lookups.stat(file);
    if (stat === null) return;
    const isAsNamed = base === this.options.cwd || path.isAbsolute(meant);
    const shown = isAsNamed ? name.replace(/(?<=[^/])\/{1,10}$/, '') : this.shownOf(file);
    if (stat.isFile()) this.file({ path: file, shown, hidden, within: false });
    // A program's text (pyenv's shims) has $PWD by the way.
    else if (folders && stat.isDirectory() && !(this.inTexts && file === this.options.cwd)) {
      if (!this.inTexts && this.bases.size < MOST_BASES) this.bases.add(file);
      this.folder({ path: file, shown, hidden, within: false }, null);
    }
  }

  /** False: there are too many. */
  private file(place: Place, roots: readonly string[] = []): boolean {
    const known = this.found.get(place.path);
    if (known !== undefined && (!known.within || place.within)) return true;
    if (this.options.leftOut(realOf(place.path)) || isOfKernel(place.path)) return true;
    if (known === undefined && this.found.size >= MOST_FILES) {
      this.notFollowed.add(`files beyond ${MOST_FILES}`);
      return false;
    }
    // What stands in a folder that is named is read as a program only where it is named itself.
    this.found.set(place.path, known === undefined ? this.depended(place) : { ...known, within: false });
    if (!place.within) this.queue.push({ place, roots });
    return true;
  }

  /** A package (`roots`) or a folder of data, with all that is in it. */
  private folder(top: Place, roots: readonly string[] | null): void {
    if ((roots === null ? this.listed : this.packages).has(top.path)) return;
    const { shown } = this.depended(top);
    if (isShared(realOf(top.path), this.options.env.HOME)) {
      // A program's text names such folders all the time.
      if (!this.inTexts) this.notFollowed.add(shown);
      return;
    }
    if (roots !== null) this.packages.add(top.path);
    const folders = [top];
    const seen = new Set<string>();
    let files = 0;
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      const stat = this.lookups.stat(folder.path);
      const key = `${stat?.dev} ${stat?.ino}`;
      if (stat === null || seen.has(key)) continue;
      seen.add(key);
      const listed = this.depended({ ...folder, shown: `${folder.shown}/` });
      const names = namesInFolder(folder.path, this.options.leftOut);
      if (names === null || seen.size > MOST_FOLDERS) {
        this.notFollowed.add(listed.shown);
        continue;
      }
      if (!this.listed.has(folder.path)) this.listed.set(folder.path, listed);
      for (const name of names) {
        const within = roots === null || !name.endsWith('.py');
        const entry = { ...top, path: path.join(folder.path, name), shown: `${folder.shown}/${name}`, within };
        const kind = this.lookups.stat(entry.path);
        if (kind?.isDirectory()) folders.push(entry);
        if (!kind?.isFile()) continue;
        if (++files > MOST_FILES_OF_FOLDER) {
          this.notFollowed.add(`${shown}/ beyond ${MOST_FILES_OF_FOLDER} files`);
          return;
        }
        if (!this.file(entry, roots ?? [])) return;
      }
    }
  }

  /** A module or a package by the first part of its name, in each of these folders. */
  private module(name: string, roots: readonly string[], hidden: Hidden | null): void {
    for (const root of roots) {
      const key = `${root}\0${name}`;
      if (this.modules.has(key)) continue;
      this.modules.add(key);
      const place = path.join(root, name);
      if (this.lookups.stat(`${place}.py`)?.isFile()) {
        const file = `${place}.py`;
        this.file({ path: file, shown: this.shownOf(file), hidden, within: false }, roots);
      }
      if (!this.lookups.stat(place)?.isDirectory()) continue;
      const isPackage = namesInFolder(place, () => false)?.some((one) => one.endsWith('.py'));
      if (isPackage) this.folder({ path: place, shown: this.shownOf(place), hidden, within: false }, roots);
    }
  }

  /** A program as a shell finds it, of which there is one for each wrapper: `env nice python3 job.py`. */
  private program(word: string): void {
    if (!/^[\w.+-]{1,200}$/.test(word) || this.programs.has(word) || this.programs.size >= MOST_PROGRAMS) return;
    this.programs.add(word);
    for (const folder of (this.options.env.PATH ?? '').split(path.delimiter)) {
      if (!path.isAbsolute(folder)) continue;
      const file = path.join(folder, word);
      const stat = this.lookups.stat(file);
      if (!stat?.isFile() || (stat.mode & 0o111) === 0) continue;
      this.file({ path: file, shown: file, hidden: null, within: false });
      return;
    }
  }

  private text({ place, roots }: Text): void {
    const text = textOf(place.path, this.lookups.stat(place.path));
    if (text === null) return;
    const { cwd } = this.options;
    const { hidden } = place;
    const first = text.startsWith('#!') ? (text.split('\n', 1)[0] ?? '').slice(2, 1000) : '';
    this.words(shellWords(first), MOST_DEPTH, hidden);
    if (isOfSystem(place.path)) return;
    const own = path.dirname(place.path);
    const places = [...new Set([own, ...roots, cwd, ...this.pythonPath])];
    for (const name of modulesInText(text)) this.module(name, places, hidden);
    const quoted = quotedInText(text);
    // In the code of a language a folder may have the name of a variable by chance.
    const isFolder = (name: string): boolean => /\w\/|\/\w/.test(name) || quoted.has(name) || !CODE.test(place.path);
    for (const name of new Set([...quoted, ...namesInText(text)])) {
      for (const base of new Set([cwd, own])) this.path(name, hidden, isFolder(name), base);
    }
  }

  private depended({ path: file, shown, hidden, within }: Place): Depended {
    // What a program names is its own word, unless it leads there again.
    const isHidden = hidden !== null && (!this.inTexts || partsOf(shown).some((part) => hidden.parts.has(part)));
    return { path: file, shown: isHidden ? hidden.called : shown, secret: isHidden, within };
  }

  private shownOf(file: string): string {
    const relative = path.relative(this.options.cwd, file);
    return relative.startsWith('..') ? file : relative;
  }
}

function hiddenWord(before: string | undefined, word: string): Hidden | null {
  const begins = announcesSecret(before, word) ? 0 : secretBegins(word);
  if (begins === null) return null;
  return { called: word.slice(0, begins) + HIDDEN, parts: new Set(partsOf(word.slice(begins))) };
}

function partsOf(file: string): string[] {
  return file.split(/[/=]+/).filter((part) => /\w/.test(part));
}

/** The text of a program or of settings; null: it is none, or too long. */
function textOf(file: string, stat: Stats | null): string | null {
  if (stat === null || stat.size > MOST_TEXT) return null;
  try {
    const bytes = readFileSync(file);
    const isText = !bytes.subarray(0, 1024).includes(0);
    return isText && (PROGRAM.test(file) || bytes.toString('latin1', 0, 2) === '#!') ? bytes.toString('utf8') : null;
  } catch {
    return null;
  }
}

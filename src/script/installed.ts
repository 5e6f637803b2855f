import { upFrom } from './folders.ts';
import type { SourceReader } from './source.ts';

/** Virtual environments of a project, by the names that tools give them. */
const ENVIRONMENTS: readonly string[] = ['.venv', 'venv', 'env'];
/** The project of a script is looked for so many folders up. */
const MOST_UP = 6;
/** Longer metadata is not looked at. */
const MOST_METADATA = 1024 * 1024;
const MOST_PATH_FILE = 16 * 1024;

/** A package that is made for LensKit: what it says that it requires (Core metadata, `Requires-Dist`). */
const REQUIRES = /^Requires-Dist:[ \t]*lenskit(?![\w.-])/im;

/** Where modules lie that were installed, by the first parts of their names. */
type Packages = ReadonlyMap<string, readonly string[]>;

const NONE: Packages = new Map();

/**
 * Packages that are installed and made for LensKit: those of the project's own environment (`.venv` in the script's folder
 * or above), where there is one, else of the environment that was asked about. All others start no workers of LensKit's.
 */
export class Installed {
  private readonly reader: SourceReader;
  /** The folders of the environment that was asked about. */
  private readonly asked: readonly string[];
  private readonly known = new Map<string, Packages>();
  private readonly byFolder = new Map<string, readonly string[]>();

  constructor(reader: SourceReader, asked: readonly string[]) {
    this.reader = reader;
    this.asked = asked;
  }

  /** Folders in which the modules of a name lie, as a script in a folder sees them. */
  foldersOf(folder: string, name: string): readonly string[] {
    return this.sitesFor(folder).flatMap((site) => this.packagesIn(site).get(name) ?? []);
  }

  private sitesFor(folder: string): readonly string[] {
    const before = this.byFolder.get(folder);
    if (before !== undefined) return before;
    let found: readonly string[] = this.asked;
    let here: string | null = folder;
    for (let up = 0; here !== null && up < MOST_UP; up++, here = upFrom(here)) {
      const own = ENVIRONMENTS.map((name) => `${here}/${name}`).find(
        (one) => this.reader.kind(`${one}/pyvenv.cfg`) === 'file',
      );
      if (own === undefined) continue;
      found = this.sitesOf(own);
      break;
    }
    this.byFolder.set(folder, found);
    return found;
  }

  private sitesOf(environment: string): string[] {
    const libraries = (this.reader.list(`${environment}/lib`) ?? []).filter((name) => /^(python|pypy)\d/.test(name));
    return libraries.map((name) => `${environment}/lib/${name}/site-packages`);
  }

  private packagesIn(site: string): Packages {
    const before = this.known.get(site);
    if (before !== undefined) return before;
    const found = this.read(site);
    this.known.set(site, found);
    return found;
  }

  private read(site: string): Packages {
    const names = this.reader.list(site) ?? [];
    const made = names.filter((name) => name.endsWith('.dist-info') && this.isForLenskit(`${site}/${name}`));
    if (made.length === 0) return NONE;
    const folders = [site, ...names.filter((name) => name.endsWith('.pth')).flatMap((name) => this.added(site, name))];
    const found = new Map<string, string[]>();
    for (const name of made) for (const module of this.modulesOf(`${site}/${name}`, name)) found.set(module, folders);
    return found;
  }

  private isForLenskit(folder: string): boolean {
    const read = this.reader.read(`${folder}/METADATA`, MOST_METADATA);
    return read.ok && REQUIRES.test(read.text.split(/\n\r?\n/, 1)[0] ?? '');
  }

  /** Folders that a `.pth` file adds, as those of editable installs. */
  private added(site: string, name: string): string[] {
    const read = this.reader.read(`${site}/${name}`, MOST_PATH_FILE);
    return read.ok
      ? read.text
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line.startsWith('/'))
      : [];
  }

  /** The modules of a distribution: by its list of files, else by its name. */
  private modulesOf(folder: string, name: string): Set<string> {
    const [own = ''] = name.split('-', 1);
    const found = new Set([own.toLowerCase(), own]);
    for (const file of ['top_level.txt', 'RECORD']) {
      const read = this.reader.read(`${folder}/${file}`, MOST_METADATA);
      if (!read.ok) continue;
      for (const line of read.text.split('\n')) {
        const module = /^(\w+)(?:\.py|\/|$)/.exec(line.trim())?.[1];
        if (module !== undefined) found.add(module);
      }
    }
    return found;
  }
}

import { posix, win32 } from 'node:path';
import type { Host } from '../host/host.ts';
import { pathFiles, type Unread } from './path-files.ts';
import { upward } from './pyenv.ts';

/** Why packages are imported from a folder. */
export type SiteKind = 'PYTHONPATH' | 'environment' | 'user site';

interface Place {
  path: string;
  kind: SiteKind;
}

/** A folder that packages are imported from, with the names in it: listed once, looked through by all. */
export interface Site extends Place {
  entries: string[];
}

/** Where packages are imported from, as far as files tell. */
export interface ImportPath {
  sites: Site[];
  /** What else may bring packages; `after` so many of the sites. */
  unread: (Unread & { after: number })[];
}

const MOST_ENTRIES = 20_000;
const MOST_ADDED = 256;

/**
 * The folders that are there, each once (`lib64` is often a link to `lib`), each followed by those that its `.pth` files
 * add. Of PYTHONPATH no such file is read.
 */
export function listSites(host: Host, places: readonly Place[], version: string | null): ImportPath {
  const sites: Site[] = [];
  const unread: ImportPath['unread'] = [];
  const named = new Map<string, Site | null>();
  const byRealPath = new Map<string, Site>();
  const leave = (one: Unread): void => {
    unread.push({ ...one, after: sites.length });
  };
  const look = (place: Place): Site | null => {
    const real = host.realpath(place.path);
    if (real === null) {
      const archive = place.kind === 'PYTHONPATH' ? fileAbove(host, place.path) : null;
      if (archive !== null) leave(archiveOf(archive));
      return null;
    }
    const known = byRealPath.get(real);
    if (known !== undefined) return known;
    const entries = host.list(place.path, MOST_ENTRIES);
    if (entries !== null) {
      const site = { ...place, entries };
      byRealPath.set(real, site);
      sites.push(site);
      return site;
    }
    const kind = host.kind(place.path);
    if (kind === 'file') leave(archiveOf(place.path));
    if (kind === 'directory') leave({ file: place.path, what: 'not read', why: 'a folder that may not be read' });
    return null;
  };
  const lookOnce = (place: Place): Site | null => {
    const known = named.get(place.path);
    if (known !== undefined) return known;
    const site = look(place);
    named.set(place.path, site);
    return site;
  };
  const done = new Set<Site>();
  let added = 0;
  const add = (place: Place): void => {
    const site = lookOnce(place);
    if (site === null || place.kind === 'PYTHONPATH' || done.has(site)) return;
    done.add(site);
    for (const line of pathFiles(host, site, version)) {
      if (typeof line !== 'string' && !('site' in line)) leave(line);
      else if (added++ >= MOST_ADDED) {
        leave({ file: place.path, what: 'not read', why: `more than ${MOST_ADDED} folders are added by .pth files` });
        break;
      } else if (typeof line === 'string')
        lookOnce({ path: absolute(host.platform, place.path, line), kind: place.kind });
      else add({ path: absolute(host.platform, host.cwd, line.site), kind: place.kind });
    }
  };
  for (const place of places) add(place);
  return { sites, unread };
}

const archiveOf = (file: string): Unread => ({
  file,
  what: 'archive',
  why: 'no folder; an archive is not looked into',
});

/** The file that a path leads through: `packages.zip/lib`. */
function fileAbove(host: Host, path: string): string | null {
  const there = upward(path).find((folder) => host.kind(folder) !== null);
  return there !== undefined && host.kind(there) === 'file' ? there : null;
}

/** As `os.path.abspath` of the two joined: `..` goes up before links are followed. */
function absolute(platform: string, folder: string, path: string): string {
  return (platform === 'win32' ? win32 : posix).resolve(folder, path);
}

/** What a Python knows of where it runs. */
type Reader = Pick<Host, 'env' | 'cwd' | 'home' | 'platform'>;

/** What decides on the folders that packages are imported from. */
interface Installation {
  prefix: string;
  /** Of the Python that a virtual environment was made from; else the same. */
  base: string;
  /** `python3.11`, below `lib`; null: not known. */
  library: string | null;
  /** `include-system-site-packages`; null: no virtual environment. */
  systemSite: boolean | null;
}

/**
 * Where packages are imported from, in order: PYTHONPATH, the virtual environment, the user's own folder, the
 * installation (CPython's `Lib/site.py`: `main`, `venv`, `addusersitepackages`; Debian's patch to
 * `getsitepackages`). Relative folders are below the working directory, an empty one is that. `python -s` cannot be seen
 * from here unless that Python runs already.
 */
export function sitePackages(host: Reader, { prefix, base, library, systemSite }: Installation): Place[] {
  const places = (kind: SiteKind, paths: readonly string[]): Place[] => paths.map((path) => ({ path, kind }));
  const { PYTHONPATH } = host.env;
  const named = PYTHONPATH ? PYTHONPATH.split(host.platform === 'win32' ? ';' : ':') : [];
  const path = places(
    'PYTHONPATH',
    named.map((folder) => absolute(host.platform, host.cwd, folder)),
  );
  const below = (folder: string): string[] =>
    host.platform === 'win32'
      ? [`${folder}/Lib/site-packages`]
      : [`${folder}/lib/${library}/site-packages`, `${folder}/lib64/${library}/site-packages`];
  if (library === null && host.platform !== 'win32') return path;
  const own = places('environment', systemSite === null ? [] : below(prefix));
  if (systemSite === false) return [...path, ...own];
  // Debian's own Python alone
  const debian = base === '/usr' ? [`/usr/local/lib/${library}/dist-packages`, '/usr/lib/python3/dist-packages'] : [];
  const user = places('user site', userSite(host, library));
  return [...path, ...own, ...user, ...places('environment', [...debian, ...below(base)])];
}

/** The user's own folder, unless PYTHONNOUSERSITE says no; PYTHONUSERBASE moves it. */
function userSite({ env, cwd, home, platform }: Reader, library: string | null): string[] {
  if (env.PYTHONNOUSERSITE || platform === 'win32') return [];
  const base = env.PYTHONUSERBASE || (home && `${home}/.local`);
  return base === '' ? [] : [absolute(platform, cwd, `${base}/lib/${library}/site-packages`)];
}

import type { Host } from '../host/host.ts';

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

const MOST_ENTRIES = 20_000;

/** The folders that are there, each once: `lib64` is often a link to `lib`. */
export function listSites(host: Host, places: readonly Place[]): Site[] {
  const seen = new Set<string>();
  return places.flatMap(({ path, kind }) => {
    const real = host.realpath(path);
    if (real === null || seen.has(real)) return [];
    seen.add(real);
    const entries = host.list(path, MOST_ENTRIES);
    return entries === null ? [] : [{ path, kind, entries }];
  });
}

/** What a Python knows of where it runs. */
type Reader = Pick<Host, 'env' | 'home' | 'platform'>;

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
 * `getsitepackages`). Relative folders cannot be seen from here, nor `python -s` unless that Python runs already.
 */
export function sitePackages(host: Reader, { prefix, base, library, systemSite }: Installation): Place[] {
  const places = (kind: SiteKind, paths: readonly string[]): Place[] => paths.map((path) => ({ path, kind }));
  const path = places(
    'PYTHONPATH',
    (host.env.PYTHONPATH ?? '').split(':').filter((folder) => folder.startsWith('/')),
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
function userSite({ env, home, platform }: Reader, library: string | null): string[] {
  if (env.PYTHONNOUSERSITE || platform === 'win32') return [];
  const base = env.PYTHONUSERBASE || (home && `${home}/.local`);
  return base.startsWith('/') ? [`${base}/lib/${library}/site-packages`] : [];
}

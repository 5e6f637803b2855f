import type { Host } from '../host/host.ts';
import { NO_PYTHON, type PythonFacts } from './facts.ts';
import { findLenskit } from './metadata.ts';
import { parent } from './pyenv.ts';
import { findPython } from './search.ts';

/**
 * Which Python and which LensKit, from files.
 *
 * @throws PythonNotFound where the user named a Python that is not there
 */
export function observePython(host: Host, named: string | null): PythonFacts {
  const notes: string[] = [];
  const found = findPython(host, named, notes);
  if (found === null) return { ...NO_PYTHON, notes };
  const { interpreter } = found;
  const venv = readVenv(host, interpreter);
  const base = venv?.base ?? prefixOf(host, interpreter);
  const prefix = venv?.prefix ?? base;
  const library = libraryOf(host, base) ?? libraryOf(host, prefix);
  const conda = (host.list(`${prefix}/conda-meta`) ?? []).find((name) => /^python-\d.*\.json$/.test(name));
  const version = venv?.version ?? /^python-(\d+(?:\.\d+)*)-/.exec(conda ?? '')?.[1] ?? versionOf(host, base, library);
  const siteLibrary = libraryOf(host, prefix, version) ?? library;
  const sites = sitePackages(host, prefix, base, siteLibrary, venv);
  return {
    interpreter,
    prefix,
    version,
    freeThreaded: siteLibrary?.endsWith('t') ?? false,
    kind: venv
      ? 'venv'
      : conda
        ? 'conda'
        : interpreter.includes('/versions/') && base.includes('/.pyenv/')
          ? 'pyenv'
          : 'system',
    foundBy: found.foundBy,
    lenskit: findLenskit(host, sites, notes),
    notes,
  };
}

interface Venv {
  prefix: string;
  base: string;
  version: string | null;
  systemSite: boolean;
}

/** `pyvenv.cfg` beside the interpreter or one folder up, before its symbolic link is followed (PEP 405). */
function readVenv(host: Host, interpreter: string): Venv | null {
  const folder = parent(interpreter);
  for (const prefix of [folder, parent(folder)]) {
    const read = host.read(`${prefix}/pyvenv.cfg`, 64 * 1024);
    if (!read.ok) continue;
    const value = (key: string): string | null =>
      new RegExp(`^\\s*${key}\\s*=\\s*(.*?)\\s*$`, 'm').exec(read.text)?.[1] ?? null;
    const home = value('home');
    const version = /^\d+(?:\.\d+){1,2}/.exec(value('version_info') ?? value('version') ?? '')?.[0] ?? null;
    return {
      prefix,
      base: home?.startsWith('/') ? parent(home) : prefixOf(host, interpreter),
      version,
      systemSite: value('include-system-site-packages')?.toLowerCase() === 'true',
    };
  }
  return null;
}

/** The folder above `bin`, behind the interpreter's symbolic links. */
function prefixOf(host: Host, interpreter: string): string {
  const real = host.realpath(interpreter) ?? interpreter;
  return host.platform === 'win32' ? parent(real) : parent(parent(real));
}

/** `python3.11`, `python3.13t`: the library's folder below `lib`, the newest, or that of a version. */
function libraryOf(host: Host, prefix: string, version: string | null = null): string | null {
  const names = (host.list(`${prefix}/lib`) ?? []).filter((name) => /^python3\.\d{1,3}t?$/.test(name));
  const wanted = version?.split('.').slice(0, 2).join('.');
  const matching = wanted ? names.filter((name) => name.replace(/t$/, '') === `python${wanted}`) : names;
  const complete = matching.filter(
    (name) =>
      host.kind(`${prefix}/lib/${name}/site-packages`) === 'directory' ||
      host.kind(`${prefix}/lib/${name}/os.py`) === 'file',
  );
  return complete.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? null;
}

/** The full version from the headers; else what the library's folder is called. */
function versionOf(host: Host, base: string, library: string | null): string | null {
  if (library === null) return null;
  const header = host.read(`${base}/include/${library}/patchlevel.h`, 64 * 1024);
  const written = header.ok ? /#define\s+PY_VERSION\s+"(\d+(?:\.\d+)+)/.exec(header.text)?.[1] : undefined;
  return written ?? library.replace('python', '').replace(/t$/, '');
}

/** Where packages are imported from, in order. */
function sitePackages(host: Host, prefix: string, base: string, library: string | null, venv: Venv | null): string[] {
  const path = (host.env.PYTHONPATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const below = (folder: string): string[] =>
    host.platform === 'win32'
      ? [`${folder}/Lib/site-packages`]
      : [`${folder}/lib/${library}/site-packages`, `${folder}/lib64/${library}/site-packages`];
  if (library === null && host.platform !== 'win32') return path;
  const system = [
    ...(host.home ? [`${host.home}/.local/lib/${library}/site-packages`] : []),
    ...below(base),
    // Debian
    `/usr/local/lib/${library}/dist-packages`,
    '/usr/lib/python3/dist-packages',
  ];
  const isDebian = base === '/usr';
  const own = venv ? below(prefix) : [];
  return [...path, ...own, ...(venv && !venv.systemSite ? [] : isDebian ? system : system.slice(0, -2))];
}

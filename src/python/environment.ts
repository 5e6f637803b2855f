import type { Host } from '../host/host.ts';
import type { PythonFacts } from './facts.ts';
import { parent } from './pyenv.ts';
import { type ImportPath, listSites, sitePackages } from './site.ts';

/** What surrounds an interpreter, from files. */
interface Environment {
  prefix: string;
  /** Of the Python that a virtual environment was made from; else the same. */
  base: string;
  version: string | null;
  kind: PythonFacts['kind'];
  /** `python3.11`, below `lib`. */
  library: string | null;
  path: ImportPath;
}

/** The environment of an interpreter; `env` and `cwd` as that Python has them. */
export function environmentOf(
  host: Host,
  interpreter: string,
  env: Host['env'] = host.env,
  cwd = host.cwd,
): Environment {
  const venv = readVenv(host, interpreter);
  const base = venv?.base ?? prefixOf(host, interpreter);
  const prefix = venv?.prefix ?? base;
  const library = libraryOf(host, base) ?? libraryOf(host, prefix);
  const conda = (host.list(`${prefix}/conda-meta`) ?? []).find((name) => /^python-\d.*\.json$/.test(name));
  const version = venv?.version ?? /^python-(\d+(?:\.\d+)*)-/.exec(conda ?? '')?.[1] ?? versionOf(host, base, library);
  const own = libraryOf(host, prefix, version) ?? library;
  const isPyenv = base.includes('/.pyenv/versions/');
  return {
    prefix,
    base,
    version,
    kind: venv ? (venv.uv ? 'uv' : 'venv') : conda ? 'conda' : isPyenv ? 'pyenv' : 'system',
    library: own,
    path: listSites(
      host,
      sitePackages(
        { env, cwd, home: host.home, platform: host.platform },
        { prefix, base, library: own, systemSite: venv?.systemSite ?? null },
      ),
      version,
    ),
  };
}

interface Venv {
  uv: boolean;
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
    const values = keysAndValues(read.text);
    const value = (key: string): string | null => values.get(key) ?? null;
    const home = value('home');
    const version = /^\d+(?:\.\d+){1,2}/.exec(value('version_info') ?? value('version') ?? '')?.[0] ?? null;
    return {
      uv: value('uv') !== null,
      prefix,
      base: home?.startsWith('/') ? parent(home) : prefixOf(host, interpreter),
      version,
      systemSite: value('include-system-site-packages')?.toLowerCase() === 'true',
    };
  }
  return null;
}

/** The lines `key = value`, of equal keys the first. */
function keysAndValues(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    const key = line.slice(0, equals).trim();
    if (equals >= 0 && !values.has(key)) values.set(key, line.slice(equals + 1).trim());
  }
  return values;
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

import type { Host } from '../host/host.ts';
import { programsOnPath } from '../host/path.ts';
import type { FoundBy } from './facts.ts';
import { kernelPython } from './kernel.ts';
import { hasLenskit, isOfATool, ownPrefix, typedAsLenskit } from './own-environment.ts';
import { parent, pyenvInterpreter, upward } from './pyenv.ts';

/** An interpreter, or an environment's folder, and what led there. */
export interface Found {
  interpreter: string;
  foundBy: FoundBy;
  /** Known of a process that runs already. */
  noUserSite?: boolean;
  ignoresEnvironment?: boolean;
  /** As it is started by a command: the environment and the working directory that it has then. */
  env?: Host['env'];
  cwd?: string;
}

/** A Python that a project's settings name, by its absolute path; `where` is the file and line. */
export interface ProjectPython {
  path: string;
  where: string;
  /** The file's. */
  folder: string;
}

const NAMES = ['python3', 'python'];

/** The user named a Python that is not there. */
export class PythonNotFound extends Error {
  override readonly name = 'PythonNotFound';
}

/**
 * The Python that a user's experiment would run with: `--python`, that of `lenskit` where lk is its command, what the project's
 * settings name, the kernel's in a cell of Jupyter, the activated environment, the one that lk is installed in where LensKit is,
 * `.venv` upward from the working directory, then `python3` on the PATH (through pyenv's shims). Nothing is run.
 */
export function findPython(host: Host, named: string | ProjectPython | null, notes: string[]): Found | null {
  if (typeof named === 'string')
    return { interpreter: namedPython(host, named, `--python ${named}`), foundBy: '--python' };
  const own = ownPython(host);
  if (own && typedAsLenskit(host)) return { interpreter: own, foundBy: 'lenskit parallel' };
  if (named !== null) return { interpreter: namedPython(host, named.path, named.where), foundBy: 'project settings' };
  const kernel = kernelPython(host, notes);
  if (kernel !== null) return { ...kernel, foundBy: 'Jupyter kernel' };
  for (const variable of ['VIRTUAL_ENV', 'CONDA_PREFIX'] as const) {
    const active = host.env[variable];
    if (!active) continue;
    const interpreter = active.startsWith('/') || host.platform === 'win32' ? inPrefix(host, active) : null;
    if (interpreter) return { interpreter, foundBy: variable };
    notes.push(`${variable}=${active}: no Python there`);
  }
  if (own && hasLenskit(host, own)) return { interpreter: own, foundBy: "lk's own environment" };
  for (const folder of upward(host.cwd)) {
    const interpreter = inPrefix(host, `${folder === '/' ? '' : folder}/.venv`);
    if (interpreter) return { interpreter, foundBy: '.venv' };
  }
  return onPath(host, notes);
}

/** The Python of the environment that lk is installed in, whether or not LensKit is in it; null: it is in none. */
export function ownPython(host: Host): string | null {
  const prefix = ownPrefix(host);
  return prefix === null ? null : inPrefix(host, prefix);
}

/** `label` begins what is said where it is none. @throws PythonNotFound */
function namedPython(host: Host, named: string, label: string): string {
  const absolute = named.startsWith('/') || host.platform === 'win32' ? named : `${host.cwd}/${named}`;
  const kind = host.kind(absolute);
  const interpreter = kind === 'directory' ? inPrefix(host, absolute) : kind === 'file' ? absolute : null;
  if (interpreter !== null && mayBePython(host, interpreter)) return interpreter;
  const why = {
    directory: ': no Python in this folder',
    file: ' is no Python',
    other: ': not a file',
    missing: ': not there',
  }[kind ?? 'missing'];
  throw new PythonNotFound(`${label}${why}; name an interpreter or an environment's folder`);
}

/** By its own name or that of the file it leads to; a program of another name has an environment around it. */
function mayBePython(host: Host, interpreter: string): boolean {
  const names = [interpreter, host.realpath(interpreter) ?? ''].map((file) => file.slice(file.lastIndexOf('/') + 1));
  const prefix = parent(parent(interpreter));
  return (
    names.some(
      (name) => /^(c|graal|i|micro|rust)?py(py|thon)?[\d.a-z_-]*(\.exe)?$/i.test(name) && !/\.py$/i.test(name),
    ) ||
    host.kind(`${prefix}/pyvenv.cfg`) === 'file' ||
    host.kind(`${prefix}/conda-meta`) === 'directory'
  );
}

function inPrefix(host: Host, prefix: string): string | null {
  const places =
    host.platform === 'win32'
      ? [`${prefix}/Scripts/python.exe`, `${prefix}/python.exe`]
      : NAMES.map((name) => `${prefix}/bin/${name}`);
  return places.find((place) => host.kind(place) === 'file') ?? null;
}

/**
 * `python3`, else `python`, on the PATH. Relative entries are passed over: what lies in the working directory is not to be
 * trusted; and so is the environment that `uvx` puts there for lk alone.
 */
export function onPath(host: Host, notes: string[]): Found | null {
  const prefix = ownPrefix(host);
  const tool = prefix !== null && isOfATool(host, prefix) ? prefix : null;
  for (const candidate of programsOnPath(host, NAMES)) {
    if (parent(parent(candidate)) === tool) continue;
    if (!isShim(host, candidate)) return { interpreter: candidate, foundBy: 'PATH' };
    const chosen = pyenvInterpreter(host, parent(parent(candidate)), notes);
    if (chosen) return { interpreter: chosen, foundBy: 'PATH' };
  }
  return null;
}

export function isShim(host: Host, interpreter: string): boolean {
  const folder = parent(interpreter);
  return folder.endsWith('/shims') && host.kind(`${parent(folder)}/versions`) === 'directory';
}

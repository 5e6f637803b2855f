import type { Host } from '../host/host.ts';

const MAX_DEPTH = 64;
const MOST_NAMES = 64;

/**
 * The interpreter that a shim of pyenv would run: `PYENV_VERSION`, `.python-version` upward, then pyenv's own
 * `version` file; the first version named there that is installed, and its program of a name. null: `system`, or none is
 * installed.
 */
export function pyenvInterpreter(host: Host, root: string, notes: string[], program = 'python3'): string | null {
  const { names, from } = chosenVersions(host, root);
  for (const name of names) {
    if (name === 'system') return null;
    const version = installed(host, root, name);
    const interpreter = `${root}/versions/${version}/bin/${program}`;
    if (version !== null && host.kind(interpreter) === 'file') return interpreter;
    notes.push(`pyenv: ${name} of ${from} is not installed`);
  }
  return null;
}

function chosenVersions(host: Host, root: string): { names: string[]; from: string } {
  const variable = host.env.PYENV_VERSION;
  if (variable) return { names: variable.split(':').filter(safe).slice(0, MOST_NAMES), from: 'PYENV_VERSION' };
  const files = [
    ...upward(host.cwd).map((folder) => `${folder === '/' ? '' : folder}/.python-version`),
    `${root}/version`,
  ];
  for (const file of files) {
    const read = host.read(file, 16 * 1024);
    if (!read.ok) continue;
    const words = read.text.split('\n').flatMap((line) => line.replace(/#.*/, '').split(/\s+/));
    const names = words.filter(safe).slice(0, MOST_NAMES);
    if (names.length > 0) return { names, from: file };
  }
  return { names: ['system'], from: 'pyenv' };
}

/** Names from a file become part of a path: no slashes, no `..`. */
function safe(name: string): boolean {
  return name !== '' && !name.includes('/') && name !== '..' && name !== '.';
}

/** `3.11` stands for the newest 3.11.x. */
function installed(host: Host, root: string, name: string): string | null {
  const plain = name.replace(/^python-/, '');
  if (host.kind(`${root}/versions/${plain}`) === 'directory') return plain;
  const matching = (host.list(`${root}/versions`) ?? []).filter((version) => version.startsWith(`${plain}.`));
  const newest = matching.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return newest ?? null;
}

/** A folder and all those above it, the nearest first. */
export function upward(folder: string): string[] {
  const folders: string[] = [];
  for (let here = folder; folders.length < MAX_DEPTH; here = parent(here)) {
    folders.push(here);
    if (parent(here) === here) break;
  }
  return folders;
}

/** The folder of a path, with either kind of slash. */
export function parent(path: string): string {
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (slash < 0) return path;
  return slash === 0 ? '/' : path.slice(0, slash);
}

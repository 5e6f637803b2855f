import { posix } from 'node:path';
import type { Host } from '../host/host.ts';
import { type Asked, hasPython, optionOf, type ToolEnvironment, unknown } from './tool-options.ts';

/**
 * `-p PREFIX`, or a name below the folders of environments (conda 25, `base/context.py`: `envs_dirs`), or of a known
 * environment (`~/.conda/environments.txt`); neither: the activated one.
 */
export function condaEnvironment({ host, options, env, cwd }: Asked): ToolEnvironment {
  const prefix = optionOf(options, ['-p', '--prefix']);
  if (prefix !== null) return asPrefix(host, posix.resolve(cwd, prefix), 'conda run -p');
  const name = optionOf(options, ['-n', '--name']);
  if (name === null) {
    const active = env.CONDA_PREFIX;
    return active
      ? { prefix: active, why: 'CONDA_PREFIX, by conda run' }
      : { prefix: null, why: 'conda run names no environment', unknown: false };
  }
  const listed = host.read(`${host.home}/.conda/environments.txt`, 256 * 1024);
  const known = listed.ok
    ? listed.text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line.startsWith('/'))
    : [];
  const roots = [
    optionOf(options, ['-r', '--root-prefix']),
    env.MAMBA_ROOT_PREFIX,
    env.CONDA_EXE && posix.dirname(posix.dirname(env.CONDA_EXE)),
    env.CONDA_ROOT,
    ...known,
  ].flatMap((root) => (root ? [root] : []));
  const isRoot = (root: string): boolean =>
    host.kind(`${root}/condabin`) === 'directory' || host.kind(`${root}/bin/conda`) === 'file';
  const folders = [
    ...[env.CONDA_ENVS_PATH, env.CONDA_ENVS_DIRS].flatMap((list) => (list ?? '').split(':')),
    ...condarcFolders(host),
    ...roots.map((root) => `${root}/envs`),
    `${host.home}/.conda/envs`,
  ].filter(Boolean);
  const places =
    name === 'base' || name === 'root'
      ? roots.filter(isRoot)
      : [...folders.map((folder) => `${folder}/${name}`), ...known.filter((place) => posix.basename(place) === name)];
  const found =
    places.find((place) => hasPython(host, place)) ??
    places.find((place) => host.kind(`${place}/conda-meta`) === 'directory');
  return found === undefined
    ? unknown(`conda run -n ${name}: no environment of this name was found`)
    : { prefix: found, why: `conda run -n ${name}` };
}

/** `envs_dirs` of `~/.condarc`: a list in YAML's plain form. */
function condarcFolders(host: Host): string[] {
  const read = host.read(`${host.home}/.condarc`, 64 * 1024);
  if (!read.ok) return [];
  const lines = read.text.split('\n');
  const at = lines.findIndex((line) => /^envs_(?:dirs|path):\s*$/.test(line));
  if (at < 0) return [];
  const end = lines.findIndex((line, index) => index > at && !/^\s*(?:-\s|#|$)/.test(line));
  return lines.slice(at + 1, end < 0 ? undefined : end).flatMap((line) => {
    const item = line.trim();
    const folder = item.startsWith('- ')
      ? item
          .slice(2)
          .trim()
          .replace(/^["']|["']$/g, '')
      : '';
    return folder === '' ? [] : [folder.replace(/^~(?=\/|$)/, host.home)];
  });
}

function asPrefix(host: Host, prefix: string, why: string): ToolEnvironment {
  return host.kind(prefix) === 'directory' ? { prefix, why } : unknown(`${why} ${prefix}: not there`);
}

import type { Host } from '../host/host.ts';
import { environmentOf } from './environment.ts';
import { findLenskit, findUnversioned } from './metadata.ts';

/** Where the program lies in what pip installs, below the folder of packages (`packaging/python`). */
const BELOW = ['lenskit_doctor', 'program', 'bin', 'lk.cjs'];

/**
 * The environment that lk itself was installed into by pip, uv or pipx, from the path of its file:
 * `PREFIX/lib/python3.12/site-packages/lenskit_doctor/…`, `PREFIX\\Lib\\site-packages\\…`. null: it was installed otherwise.
 */
export function ownPrefix({ started, platform }: Host): string | null {
  const folders = (started?.file ?? '').split(platform === 'win32' ? /[\\/]/ : '/');
  const packages = folders.length - BELOW.length - 1;
  if (packages < 0 || folders.slice(packages + 1).join('/') !== BELOW.join('/')) return null;
  if (!['site-packages', 'dist-packages'].includes(folders[packages] as string)) return null;
  // Windows has no folder of a version.
  const library = platform === 'win32' ? packages - 1 : packages - 2;
  return /^lib(64)?$/i.test(folders[library] ?? '') ? folders.slice(0, library).join('/') : null;
}

/** True where `lenskit parallel` was typed: LensKit's own command line, in the environment of both. */
export function typedAsLenskit({ started }: Host): boolean {
  return started?.name === 'lenskit';
}

/** True where an environment has a LensKit of any kind. */
export function hasLenskit(host: Host, interpreter: string): boolean {
  const { sites } = environmentOf(host, interpreter).path;
  return findLenskit(host, sites, []) !== null || findUnversioned(host, sites, null) !== null;
}

/**
 * True for an environment that was made for a tool, in which nobody's experiments run: `uv tool install` and pipx leave
 * a file in it, `uvx` keeps it in its cache (uv 0.13: `archive-v0`, `builds-v0`).
 */
export function isOfATool(host: Host, prefix: string): boolean {
  return (
    ['uv-receipt.toml', 'pipx_metadata.json'].some((name) => host.kind(`${prefix}/${name}`) === 'file') ||
    /\/(archive|builds|environments)-v\d+\//.test(prefix)
  );
}

import type { Host } from '../host/host.ts';
import type { PythonFacts } from './facts.ts';
import type { Unread } from './path-files.ts';
import { parent } from './pyenv.ts';
import type { ImportPath, Site } from './site.ts';

const METADATA_LIMIT = 1024 * 1024;

/** LensKit's version from the metadata that its installer left, in the first of these sites that has any. */
export function findLenskit(host: Host, sites: readonly Site[], notes: string[]): PythonFacts['lenskit'] {
  for (const site of sites) {
    const lenskit = lenskitIn(host, site, notes);
    if (lenskit !== null) return lenskit;
  }
  return null;
}

/** The LensKit of the environment that one from outside of it hides, and whence that is; null: none is hidden. */
export function findHidden(host: Host, sites: readonly Site[]): PythonFacts['hidden'] {
  const first = sites.find((site) => lenskitIn(host, site, []) !== null);
  if (first === undefined || first.kind === 'environment') return null;
  const inside = findLenskit(
    host,
    sites.filter(({ kind }) => kind === 'environment'),
    [],
  );
  return inside && { ...inside, by: first.kind };
}

/**
 * The code that is imported, where its own version is not known: no metadata is there at all, or it lies further on,
 * with code of its own. Metadata that comes before the code is of an editable install.
 */
export function findUnversioned(
  host: Host,
  sites: readonly Site[],
  lenskit: PythonFacts['lenskit'],
): PythonFacts['unversioned'] {
  const code = sites.flatMap((site, at) => (hasCode(host, site) ? [{ at, by: site.kind, file: codeOf(site) }] : []));
  const [first, second] = code;
  if (first === undefined) return null;
  const { at, by, file } = first;
  if (lenskit === null) return { file, by, hides: null };
  return siteOf(sites, lenskit) > at && second !== undefined ? { file, by, hides: second.file } : null;
}

/** Which of the sites has this metadata. */
function siteOf(sites: readonly Site[], { file }: { file: string }): number {
  return sites.findIndex(({ path }) => path === parent(parent(file)));
}

const codeOf = ({ path }: Site): string => `${path}/lenskit/__init__.py`;

function hasCode(host: Host, site: Site): boolean {
  return site.entries.includes('lenskit') && host.kind(codeOf(site)) === 'file';
}

/** What might have another LensKit before the one that is found, or the one that is not. */
export function unreadBefore({ sites, unread }: ImportPath, lenskit: PythonFacts['lenskit']): Unread[] {
  const found = lenskit === null ? Number.POSITIVE_INFINITY : siteOf(sites, lenskit);
  return unread.filter(({ after }) => after <= found).map(({ file, what, why }) => ({ file, what, why }));
}

function lenskitIn(host: Host, { path, entries }: Site, notes: string[]): PythonFacts['lenskit'] {
  const names = entries.filter((name) => /^lenskit(-.*)?\.(dist|egg)-info$/i.test(name));
  if (names.length > 1) notes.push(`${path}: several versions of LensKit: ${names.join(', ')}`);
  for (const name of names) {
    const file = `${path}/${name}/${name.endsWith('dist-info') ? 'METADATA' : 'PKG-INFO'}`;
    const read = host.read(file, METADATA_LIMIT);
    const version = read.ok ? /^Version:[ \t]*(\S{1,60})[ \t]*\r?$/m.exec(read.text)?.[1] : undefined;
    if (version !== undefined) return { version, file };
    notes.push(read.ok ? `${file}: no version in it` : read.detail);
  }
  return null;
}

import type { Host } from '../host/host.ts';
import type { PythonFacts } from './facts.ts';
import type { Site } from './site.ts';

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

function lenskitIn(host: Host, { path, entries }: Site, notes: string[]): PythonFacts['lenskit'] {
  const names = entries.filter((name) => /^lenskit-[^-]+(-.*)?\.(dist|egg)-info$/i.test(name));
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

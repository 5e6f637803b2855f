import type { Host } from '../host/host.ts';
import type { Site } from './site.ts';

const METADATA_LIMIT = 1024 * 1024;

/** LensKit's version from the metadata that its installer left, in the first of these sites that has any. */
export function findLenskit(
  host: Host,
  sites: readonly Site[],
  notes: string[],
): { version: string; file: string } | null {
  for (const { path: folder, entries } of sites) {
    const names = entries.filter((name) => /^lenskit-[^-]+(-.*)?\.(dist|egg)-info$/i.test(name));
    if (names.length > 1) notes.push(`${folder}: several versions of LensKit: ${names.join(', ')}`);
    for (const name of names) {
      const file = `${folder}/${name}/${name.endsWith('dist-info') ? 'METADATA' : 'PKG-INFO'}`;
      const read = host.read(file, METADATA_LIMIT);
      const version = read.ok ? /^Version:[ \t]*(\S{1,60})[ \t]*\r?$/m.exec(read.text)?.[1] : undefined;
      if (version !== undefined) return { version, file };
      notes.push(read.ok ? `${file}: no version in it` : read.detail);
    }
  }
  return null;
}

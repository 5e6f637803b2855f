import type { Host } from '../host/host.ts';
import { distributionOf, normalName } from '../python/packages.ts';
import type { Site } from '../python/site.ts';
import type { Distribution } from './details.ts';

const MOST_PACKAGES = 10_000;

/**
 * Every distribution, by name, as `importlib.metadata.distributions()` has them, each once: the first is imported. The name
 * as its metadata spells it, else as its folder does.
 */
export function observeDistributions(host: Host, sites: readonly Site[]): Distribution[] {
  const found = new Map<string, Distribution>();
  for (const site of sites) {
    for (const entry of site.entries) {
      const one = distributionOf(entry);
      if (one === null || found.size >= MOST_PACKAGES) continue;
      const key = normalName(one.name);
      if (found.has(key)) continue;
      found.set(key, { ...one, name: spelt(host, `${site.path}/${entry}`) ?? one.name });
    }
  }
  return [...found.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

/** `Name:` of the head of METADATA, or of an egg's PKG-INFO. */
function spelt(host: Host, folder: string): string | null {
  for (const file of [`${folder}/METADATA`, `${folder}/PKG-INFO`, folder]) {
    const head = host.parts(file, (part) => Buffer.from(part(0, 2048)).toString('latin1'));
    const name = /^Name:[ \t]*([A-Za-z0-9._-]{1,200})[ \t\r]*$/m.exec(head ?? '')?.[1];
    if (name !== undefined) return name;
  }
  return null;
}

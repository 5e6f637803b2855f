import type { Host } from '../host/host.ts';
import { linkedLibraries } from './linked.ts';
import type { Site } from './site.ts';

/** A threading layer of Numba that can be loaded. */
export interface NumbaLayer {
  layer: 'tbb' | 'omp' | 'workqueue';
  /** The library whose threads they are; of `workqueue`, which has its own, the extension. */
  file: string;
}

/** Numba's extension of each layer, and the library that it needs (`numba/np/ufunc/parallel.py`, 0.58.1). */
const LAYERS = [
  { layer: 'tbb', extension: 'tbbpool', needs: /^libtbb\./ },
  { layer: 'omp', extension: 'omppool', needs: /^lib(?:gomp|iomp5|omp)\./ },
  { layer: 'workqueue', extension: 'workqueue', needs: null },
] as const;

const MOST_FILES = 4096;

/**
 * The layers that Numba can load: those whose library the dynamic linker finds. pip's `tbb` lies where it does not look
 * (seen with Numba 0.58.1), and libgomp is the system's.
 */
export function observeNumbaLayers(host: Host, sites: readonly Site[]): NumbaLayer[] {
  const site = sites.find(({ entries }) => entries.includes('numba'));
  if (site === undefined) return [];
  const folder = `${site.path}/numba/np/ufunc`;
  const names = host.list(folder, MOST_FILES) ?? [];
  return LAYERS.flatMap(({ layer, extension, needs }): NumbaLayer[] => {
    const name = names.find((entry) => entry.startsWith(`${extension}.`) && /\.(so|pyd)$/.test(entry));
    if (name === undefined) return [];
    const file = `${folder}/${name}`;
    if (needs === null) return [{ layer, file }];
    // Elsewhere the linker's ways are not known.
    if (host.platform !== 'linux') return layer === 'omp' ? [{ layer, file }] : [];
    const library = linkedLibraries(host, [file], needs)[0];
    return library === undefined ? [] : [{ layer, file: library.file }];
  });
}

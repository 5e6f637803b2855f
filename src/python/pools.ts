import type { Host } from '../host/host.ts';
import { type NativeLibrary, nativeLibrary } from './native-libraries.ts';
import type { Site } from './site.ts';

/** A native thread pool that lies on disk. */
export interface NativePool {
  family: NativeLibrary['family'];
  api: NativeLibrary['api'];
  /** Whose copy it is: `numpy`, `scipy`, `torch`, `lenskit`, `environment`. */
  owner: string;
  file: string;
  /** Where it is written beside the library. */
  version: string | null;
  /** The most threads that it is built for, where that is written beside the library. Absent in older snapshots. */
  most?: number | null;
}

const MOST_FILES = 4096;
const MOST_POOLS = 1000;

/**
 * The thread pools that the packages of an environment bring: below `*.libs` (wheels repaired by auditwheel),
 * `torch/lib`, `*.dylibs` (delocate), the environment's own `lib` (conda, and the wheels of mkl, tbb and
 * intel-openmp), and LensKit's extension module with its Rayon.
 */
export function observePools(host: Host, sites: readonly Site[], prefix: string): NativePool[] {
  const pools: NativePool[] = [];
  for (const { path: site, entries } of sites) {
    const folders = entries.filter((name) => /\.(libs|dylibs)$/.test(name));
    for (const folder of folders) pools.push(...poolsIn(host, `${site}/${folder}`, ownerOf(folder)));
    for (const [folder, owner] of [
      ['torch/lib', 'torch'],
      ['sklearn/.dylibs', 'scikit-learn'],
      ['pyarrow', 'pyarrow'],
      ['polars', 'polars'],
      ['_polars_runtime_32', 'polars'],
      ['_polars_runtime_64', 'polars'],
      ['_polars_runtime_compat', 'polars'],
    ] as const) {
      if (!entries.includes(folder.split('/')[0] ?? '')) continue;
      pools.push(...poolsIn(host, `${site}/${folder}`, owner));
    }
    const own = entries.includes('lenskit') ? host.list(`${site}/lenskit`, MOST_FILES) : null;
    const extension = (own ?? []).find((name) => /^_accel\..*(so|pyd)$/.test(name));
    if (extension)
      pools.push({
        family: 'Rayon',
        api: 'tasks',
        owner: 'lenskit',
        file: `${site}/lenskit/${extension}`,
        version: null,
      });
    for (const pool of pools) {
      if (pool.api === 'blas' && pool.version === null) Object.assign(pool, builtWith(host, site, pool.owner));
    }
  }
  return [...pools.slice(0, MOST_POOLS), ...poolsIn(host, `${prefix}/lib`, 'environment')];
}

/** One of each family a folder: links and version suffixes are the same library. */
function poolsIn(host: Host, folder: string, owner: string): NativePool[] {
  const found = new Map<string, NativePool>();
  for (const name of host.list(folder, MOST_FILES) ?? []) {
    const library = nativeLibrary(name);
    if (library === null || found.has(library.family)) continue;
    const { family, api } = library;
    found.set(family, { family, api, owner, file: `${folder}/${name}`, version: null });
  }
  return [...found.values()];
}

/** `numpy.libs` is numpy's; `scikit_learn.libs` is scikit-learn's. */
function ownerOf(folder: string): string {
  return folder.replace(/\.(libs|dylibs)$/, '').replaceAll('_', '-');
}

/**
 * numpy and scipy write what they were built with into `__config__.py`: OpenBLAS's version, and from numpy 2.0 and
 * scipy 1.14 on what it says of itself. What they wrote before is the machine's that built it (`MAX_THREADS=2`).
 */
function builtWith(host: Host, site: string, owner: string): Pick<NativePool, 'version' | 'most'> {
  if (owner !== 'numpy' && owner !== 'scipy') return { version: null };
  const config = host.read(`${site}/${owner}/__config__.py`, 256 * 1024);
  if (!config.ok) return { version: null };
  const start = config.text.indexOf('"blas":');
  const blas = start < 0 ? '' : config.text.slice(start, config.text.indexOf('}', start));
  const said = /"openblas configuration": r?"OpenBLAS [^"\n]{0,200}"/.exec(blas)?.[0] ?? '';
  const most = / MAX_THREADS=([1-9]\d{0,4})"/.exec(said)?.[1];
  return {
    version: /"version":\s*"([\w.+-]{1,40})"/.exec(blas)?.[1] ?? null,
    ...(most === undefined ? {} : { most: Number(most) }),
  };
}

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
  /** OpenBLAS that computes in OpenMP's threads, which begin with the first work; else it starts its own when loaded. */
  threading?: 'openmp';
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
    if (site === DEBIAN_SITE && entries.includes('numpy') && !entries.includes('numpy.libs'))
      pools.push(...debianBlas(host));
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
  return oneOfEachFile(host, [...found.values()]);
}

/**
 * Names of several runtimes may be links to one file: conda-forge's `_openmp_mutex` with `_llvm` makes `libgomp.so.1`
 * and `libiomp5.so` of `libomp.so`. That is one runtime, the one that the file is called.
 */
function oneOfEachFile(host: Host, pools: NativePool[]): NativePool[] {
  const runtimes = pools.filter(({ api }) => api === 'openmp');
  if (runtimes.length < 2) return pools;
  const files = new Map(runtimes.map((pool) => [pool, host.realpath(pool.file) ?? pool.file]));
  const isOwn = (pool: NativePool) =>
    nativeLibrary(files.get(pool)?.split('/').at(-1) ?? '')?.family === pool.family ? 0 : 1;
  const kept = new Set<NativePool>();
  for (const file of new Set(files.values())) {
    const [first] = runtimes.filter((pool) => files.get(pool) === file).sort((a, b) => isOwn(a) - isOwn(b));
    if (first !== undefined) kept.add(first);
  }
  return pools.filter((pool) => pool.api !== 'openmp' || kept.has(pool));
}

const DEBIAN_SITE = '/usr/lib/python3/dist-packages';
/** Counted in /proc with 150 CPUs: Debian 12's numpy 1.24.2 with libopenblas0-pthread 0.3.21. */
const DEBIAN_MOST_THREADS = 64;

/**
 * The OpenBLAS that Debian's numpy and scipy load: they are linked to `libblas.so.3`, which update-alternatives leads to
 * a folder for each variant, `openblas-pthread`, `openblas-openmp`, `openblas-serial` (without threads).
 */
function debianBlas(host: Host): NativePool[] {
  const architectures = (host.list('/usr/lib', MOST_FILES) ?? []).filter((name) => /-linux-gnu[a-z0-9]*$/.test(name));
  return architectures.flatMap((architecture) => {
    const chosen = host.realpath(`/usr/lib/${architecture}/libblas.so.3`) ?? '';
    const [folder, variant] = /^.*\/openblas-(pthread|openmp)(?=\/)/.exec(chosen) ?? [];
    const library = folder === undefined ? null : host.realpath(`${folder}/libopenblas.so.0`);
    if (library === null) return [];
    const pool: NativePool = { family: 'OpenBLAS', api: 'blas', owner: 'Debian', file: library, version: null };
    const version = /-r(\d[\d.]*\d)\.so$/.exec(library)?.[1] ?? null;
    const built = variant === 'openmp' ? { threading: 'openmp' as const } : { most: DEBIAN_MOST_THREADS };
    return [{ ...pool, version, ...built }];
  });
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

import type { Host } from '../host/host.ts';
import { readDynamic } from './elf.ts';
import { type FlexiblasBackend, flexiblasBackend } from './flexiblas.ts';
import { type Linked, linkedLibraries, withItsLibraries } from './linked.ts';
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
  /** The OpenMP that it then needs: `libgomp.so.1`. */
  needs?: string;
  /** FlexiBLAS alone: what it hands to, and whose threads that has: those of another pool here, or one; null: not known. */
  backend?: FlexiblasBackend & { threads: 'of a pool' | 'one' | null };
}

const MOST_FILES = 4096;
const MOST_POOLS = 1000;

/**
 * The thread pools that the packages of an environment bring: below `*.libs` (wheels repaired by auditwheel),
 * `torch/lib`, `*.dylibs` (delocate), the environment's own `lib` (conda, and the wheels of mkl, tbb and
 * intel-openmp), LensKit's extension module with its Rayon, and the BLAS that numpy and scipy are linked to where they
 * bring none (Debian, Fedora, EasyBuild, Spack).
 */
export function observePools(host: Host, sites: readonly Site[], prefix: string): NativePool[] {
  const pools: NativePool[] = [];
  /** What is imported from a site before: what a later one brings for it is not loaded. */
  const before = new Set<string>();
  for (const { path: site, entries: all } of sites) {
    const entries = all.filter((name) => !before.has(name.replace(/\.(?:libs|dylibs)$/, '')));
    for (const name of all) before.add(name);
    const folders = entries.filter((name) => /\.(libs|dylibs)$/.test(name));
    for (const folder of folders) pools.push(...poolsIn(host, `${site}/${folder}`, ownerOf(folder)));
    for (const [folder, owner] of [
      ['torch/lib', 'torch'],
      ['numpy/.dylibs', 'numpy'],
      ['scipy/.dylibs', 'scipy'],
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
      if (pool.api !== 'blas' || pool.version !== null) continue;
      const { name: _, ...built } = builtWith(host, site, pool.owner);
      Object.assign(pool, built);
    }
  }
  const found = [...pools.slice(0, MOST_POOLS), ...ownPools(host, prefix)];
  const linked = linkedBlas(host, sites);
  if (linked.length === 0) return found;
  const known = new Set(found.map(({ file }) => host.realpath(file) ?? file));
  return [...found, ...linked.filter(({ file }) => !known.has(file))];
}

/** Those of the environment's own `lib`. conda's OpenBLAS of both kinds is called alike. */
function ownPools(host: Host, prefix: string): NativePool[] {
  return poolsIn(host, `${prefix}/lib`, 'environment').map((pool) => {
    const threading = pool.family === 'OpenBLAS' ? threadingOf(readDynamic(host, pool.file)?.needed ?? []) : {};
    if (threading.threading === undefined) return pool;
    return { ...pool, ...threading, version: versionOf(host.realpath(pool.file) ?? '') };
  });
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

/** The extensions of a package that are linked to BLAS and LAPACK, each of another library at times, and imported with it. */
const LINKED: { readonly [owner: string]: readonly (readonly [folder: string, extension: string])[] } = {
  numpy: [
    ['_core', '_multiarray_umath'],
    ['core', '_multiarray_umath'],
    ['linalg', '_umath_linalg'],
  ],
  scipy: [
    ['linalg', '_fblas'],
    ['linalg', '_flapack'],
  ],
};
const BLAS = /blas|lapack|blis|atlas|mkl/i;

/** What numpy and scipy are linked to, each of the first folder that has it and where no library comes with it. */
function linkedBlas(host: Host, sites: readonly Site[]): NativePool[] {
  const pools = Object.entries(LINKED).flatMap(([owner, extensions]) => {
    const site = sites.find(({ entries }) => entries.includes(owner));
    if (site === undefined || bringsLibraries(host, site, owner)) return [];
    const files = extensions.flatMap(([folder, extension]) => {
      const names = host.list(`${site.path}/${owner}/${folder}`, MOST_FILES) ?? [];
      const name = names.find((entry) => entry.startsWith(`${extension}.`) && entry.endsWith('.so'));
      return name === undefined ? [] : [`${site.path}/${owner}/${folder}/${name}`];
    });
    if (files.length === 0) return [];
    const isDebians = site.path === DEBIAN_SITE;
    const found = linkedLibraries(host, files, BLAS).flatMap((library) => poolsOf(host, library));
    if (found.length === 0 && builtWith(host, site.path, owner).name === 'accelerate')
      return [{ ...ACCELERATE, owner, version: null }];
    return found.map((pool) => ({
      ...pool,
      owner: isDebians ? 'Debian' : owner,
      ...(isDebians && pool.family === 'OpenBLAS' && pool.threading === undefined ? { most: DEBIAN_MOST_THREADS } : {}),
    }));
  });
  const files = pools.map(({ file }) => file);
  return pools.filter(({ file }, at) => files.indexOf(file) === at);
}

/** A wheel that was repaired by auditwheel, or by delocate. */
function bringsLibraries(host: Host, { path, entries }: Site, owner: string): boolean {
  return entries.includes(`${owner}.libs`) || host.kind(`${path}/${owner}/.dylibs`) === 'directory';
}

/** Apple's own, of the system: nothing of it lies in a folder. */
const ACCELERATE = {
  family: 'Accelerate',
  api: 'blas',
  file: '/System/Library/Frameworks/Accelerate.framework/Accelerate',
} as const;

/** What a library that is linked has for a pool: none of a BLAS without threads, of what only leads to one, of OpenMP. */
function poolsOf(host: Host, { file, needed }: Linked): Omit<NativePool, 'owner'>[] {
  const library = libraryOf(file);
  if (library?.api !== 'blas' || isSerial(file)) return [];
  const { family, api } = library;
  const version = versionOf(file);
  if (family !== 'FlexiBLAS') {
    return [{ family, api, file, version, most: null, ...(family === 'OpenBLAS' ? threadingOf(needed) : {}) }];
  }
  const backend = flexiblasBackend(host, file);
  const behind = backend.file === null ? [] : withItsLibraries(host, backend.file, BLAS);
  // A FlexiBLAS that is behind itself has no end.
  const known = behind.filter((candidate) => {
    const its = libraryOf(candidate.file);
    return its?.api === 'blas' && its.family !== 'FlexiBLAS';
  });
  const pools = known.flatMap((candidate) => poolsOf(host, candidate));
  // The reference BLAS has no threads; of another one there may be more within the library than can be seen.
  const isAlone = known.length > 0 || /_(?:netlib|fallback)/.test(backend.file ?? '');
  const threads = pools.length > 0 ? 'of a pool' : isAlone ? 'one' : null;
  return [{ family, api, file, version, most: null, backend: { ...backend, threads } }, ...pools];
}

/** The library that a file is; Debian's BLIS is called `libblas.so.3`. */
function libraryOf(file: string): NativeLibrary | null {
  const name = file.split('/').at(-1) ?? '';
  return nativeLibrary(/\/blis-(?:openmp|pthread)\/libblas\.so/.test(file) ? 'libblis.so' : name);
}

/** OpenBLAS's own name for a build without threads: `libopenblas-r0.3.26.so` beside `libopenblasp-r0.3.26.so`. */
function isSerial(file: string): boolean {
  return /\/libopenblas(?:64)?_?-r\d[^/]*$/.test(file);
}

/** What an OpenBLAS says of OpenMP by what it needs. */
function threadingOf(needed: readonly string[]): Pick<NativePool, 'threading' | 'needs'> {
  const needs = needed.find((name) => nativeLibrary(name)?.api === 'openmp');
  return needs === undefined ? {} : { threading: 'openmp', needs };
}

/** Of OpenBLAS's files: `libopenblasp-r0.3.21.so`. */
function versionOf(file: string): string | null {
  return /-r(\d[\d.]*\d)\.so$/.exec(file)?.[1] ?? null;
}

/** `numpy.libs` is numpy's; `scikit_learn.libs` is scikit-learn's. */
function ownerOf(folder: string): string {
  return folder.replace(/\.(libs|dylibs)$/, '').replaceAll('_', '-');
}

interface Built extends Pick<NativePool, 'version' | 'most'> {
  /** `scipy-openblas`, `accelerate`. */
  name: string | null;
}

/**
 * numpy and scipy write what they were built with into `__config__.py`: OpenBLAS's version, and from numpy 2.0 and
 * scipy 1.14 on what it says of itself. What they wrote before is the machine's that built it (`MAX_THREADS=2`).
 */
function builtWith(host: Host, site: string, owner: string): Built {
  if (owner !== 'numpy' && owner !== 'scipy') return { name: null, version: null };
  const config = host.read(`${site}/${owner}/__config__.py`, 256 * 1024);
  if (!config.ok) return { name: null, version: null };
  const start = config.text.indexOf('"blas":');
  const blas = start < 0 ? '' : config.text.slice(start, config.text.indexOf('}', start));
  const said = /"openblas configuration": r?"OpenBLAS [^"\n]{0,200}"/.exec(blas)?.[0] ?? '';
  const most = / MAX_THREADS=([1-9]\d{0,4})"/.exec(said)?.[1];
  return {
    name: /"name":\s*"([\w.+-]{1,40})"/.exec(blas)?.[1] ?? null,
    version: /"version":\s*"([\w.+-]{1,40})"/.exec(blas)?.[1] ?? null,
    ...(most === undefined ? {} : { most: Number(most) }),
  };
}

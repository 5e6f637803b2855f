import type { Host } from '../host/host.ts';
import { type Dynamic, multiarchOf, readDynamic } from './elf.ts';

/** A library that a process maps: where it was found, and what the links of that path lead to. */
export interface Linked {
  path: string;
  file: string;
  needed: readonly string[];
}

interface Mapped extends Linked {
  dynamic: Dynamic;
  /** What needed it; null: a Python extension. */
  loader: Mapped | null;
}

const MOST_LIBRARIES = 32;
const MOST_FOLDERS = 1024;
const CACHE = '/etc/ld.so.cache';
const LARGEST_CACHE = 4 * 1024 * 1024;
const CACHE_MAGIC = 'glibc-ld.so.cache1.1';
const CACHE_HEADER = 48;
const CACHE_ENTRY = 24;

/**
 * The libraries that come with Python extensions, as the dynamic linker finds them (ld.so(8); glibc's
 * `elf/dl-load.c`): a name with a slash is a path; else in the folders of DT_RPATH (of what needs it and of what
 * needed that, unless there is a DT_RUNPATH), LD_LIBRARY_PATH, DT_RUNPATH, `ld.so.cache`, and the system's. A library
 * of another machine is passed over, and of equal names the first that was found is the one that is mapped.
 *
 * @param follows whether a library's own needs matter
 */
export function linkedLibraries(host: Host, extensions: readonly string[], follows: RegExp): Linked[] {
  const mapped = new Map<string, Mapped>();
  let cache: Buffer | null = null;
  const readCache = (): Buffer => {
    cache ??= Buffer.from(host.parts(CACHE, (part) => part(0, LARGEST_CACHE)) ?? []);
    return cache;
  };
  const queue: Mapped[] = extensions.flatMap((path) => map(host, path, null) ?? []);
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    for (const name of from.needed) {
      if (mapped.has(name) || !follows.test(name) || mapped.size >= MOST_LIBRARIES) continue;
      const found = find(host, name, from, readCache);
      if (found === null) continue;
      mapped.set(name, found);
      queue.push(found);
    }
  }
  return [...mapped.values()];
}

/** The libraries that a file itself needs, and they; the file is among them. */
export function withItsLibraries(host: Host, path: string, follows: RegExp): Linked[] {
  const own = map(host, path, null);
  return own === null ? [] : [own, ...linkedLibraries(host, [path], follows)];
}

function map(host: Host, path: string, loader: Mapped | null): Mapped | null {
  const dynamic = readDynamic(host, path);
  const file = dynamic === null ? null : host.realpath(path);
  return dynamic === null || file === null ? null : { path, file, needed: dynamic.needed, dynamic, loader };
}

function find(host: Host, name: string, from: Mapped, readCache: () => Buffer): Mapped | null {
  const candidates = name.includes('/') ? [name] : candidatesFor(host, name, from, readCache);
  for (const candidate of candidates) {
    const found = candidate.startsWith('/') ? map(host, candidate, from) : null;
    if (found !== null && found.dynamic.kind === from.dynamic.kind) return found;
  }
  return null;
}

function* candidatesFor(host: Host, name: string, from: Mapped, readCache: () => Buffer): Generator<string> {
  for (const folder of foldersBeforeCache(host, from)) yield `${folder}/${name}`;
  yield* cached(readCache(), name, from.dynamic);
  const multiarch = multiarchOf(from.dynamic);
  const own = multiarch === null ? [] : [`/lib/${multiarch}`, `/usr/lib/${multiarch}`];
  for (const folder of [...own, '/lib64', '/usr/lib64', '/lib', '/usr/lib', '/usr/local/lib'])
    yield `${folder}/${name}`;
}

function foldersBeforeCache(host: Host, from: Mapped): string[] {
  const folders: string[] = [];
  if (from.dynamic.runpath === null) {
    for (let by: Mapped | null = from; by !== null; by = by.loader) {
      if (by.dynamic.runpath === null) folders.push(...substituted(by.dynamic.rpath ?? [], by));
    }
  }
  folders.push(...(host.env.LD_LIBRARY_PATH ?? '').split(/[:;]/));
  folders.push(...substituted(from.dynamic.runpath ?? [], from));
  return folders.filter((folder) => folder.startsWith('/')).slice(0, MOST_FOLDERS);
}

/** `$ORIGIN` is the folder that the file was found in, whatever its links lead to. `$LIB` and `$PLATFORM` are not known. */
function substituted(folders: readonly string[], { path }: Mapped): string[] {
  const origin = path.slice(0, path.lastIndexOf('/'));
  return folders
    .map((folder) => folder.replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => origin))
    .filter((folder) => !folder.includes('$'));
}

/** What ldconfig noted for a name, in its order. */
function cached(cache: Buffer, name: string, { littleEndian }: Dynamic): string[] {
  const start = cache.indexOf(CACHE_MAGIC);
  if (start < 0 || cache.length < start + CACHE_HEADER) return [];
  const number = (at: number): number => (littleEndian ? cache.readUInt32LE(at) : cache.readUInt32BE(at));
  const room = Math.floor((cache.length - start - CACHE_HEADER) / CACHE_ENTRY);
  const key = Buffer.from(`${name}\0`);
  const found: string[] = [];
  for (let at = 0; at < Math.min(number(start + 20), room); at++) {
    const entry = start + CACHE_HEADER + at * CACHE_ENTRY;
    const named = start + number(entry + 4);
    if (!cache.subarray(named, named + key.length).equals(key)) continue;
    const value = start + number(entry + 8);
    found.push(cache.subarray(value, cache.indexOf(0, value)).toString('utf8'));
  }
  return found;
}

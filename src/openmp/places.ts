import { type CpuSet, intersection } from '../cpus/cpu-list.ts';
import type { Libgomp, Place } from './libgomp.ts';
import { Reader } from './reader.ts';

/** `OMP_PLACES`: the first place that has a usable CPU; refused; or a name whose place is not known here. */
export type Places = { kind: 'first'; cpus: CpuSet } | { kind: 'refused' } | { kind: 'unknown' };

type Level = 'threads' | 'cores' | 'sockets' | 'll_caches' | 'numa_domains';

const REFUSED: Places = { kind: 'refused' };
const MOST_PLACES = 65_536n;

/** Reads the variable, for a machine; an unset one is refused as well. */
export function readPlaces(value: string | undefined, runtime: Libgomp, machine: Place): Places {
  if (value === undefined) return REFUSED;
  const reader = new Reader(value).skipSpace();
  if (reader.ended) return REFUSED;
  const names: Level[] = ['threads', 'cores', 'sockets'];
  if (runtime === 'newer') names.push('ll_caches', 'numa_domains');
  const level = names.find((name) => reader.acceptWord(name));
  if (level === undefined) return readExplicit(value, runtime, machine);
  const count = readCount(reader);
  return count === null || count === 0n ? REFUSED : firstOf(level, machine);
}

/** The number in `cores(4)`; null: refused. Without one, every place there is. */
function readCount(reader: Reader): bigint | null {
  if (reader.skipSpace().ended) return MOST_PLACES;
  if (!reader.accept('(')) return null;
  const { value, overflow } = reader.skipSpace().unsigned();
  if (overflow || !reader.skipSpace().accept(')')) return null;
  return reader.skipSpace().ended ? value : null;
}

/** The first place of a level, cut to the affinity. Without `/sys` libgomp finds none. */
export function firstOf(level: Level, { affinity, siblings }: Place): Places {
  if (level === 'll_caches' || level === 'numa_domains') return { kind: 'unknown' };
  if (siblings === null) return REFUSED;
  if (level === 'threads') return { kind: 'first', cpus: new Set([Math.min(...affinity)]) };
  return { kind: 'first', cpus: intersection(level === 'cores' ? siblings.core : siblings.socket, affinity) };
}

/** `{0:2:1}:4:2`: CPUs in braces, each a number with length and stride; then copies of the place with a stride. */
interface Written {
  removed: boolean;
  members: { first: bigint; length: bigint; stride: bigint; removed: boolean }[];
  copies: bigint;
  stride: bigint;
}

function readExplicit(value: string, runtime: Libgomp, { affinity, limit }: Place): Places {
  const written = readWritten(value, runtime === 'newer');
  if (written === null) return REFUSED;
  const places: Set<number>[] = [];
  for (const { removed, members, copies, stride } of written) {
    const place = built(members, limit);
    if (place === null) return REFUSED;
    if (removed) {
      const at = places.findIndex((other) => other.size === place.size && [...place].every((cpu) => other.has(cpu)));
      if (at < 0) return REFUSED;
      places.splice(at, 1);
      continue;
    }
    for (let copy = 0n; copy < copies; copy++) {
      const shifted = [...place].map((cpu) => cpu + Number(copy * stride));
      if (shifted.some((cpu) => cpu < 0 || cpu >= limit)) return REFUSED;
      places.push(new Set(shifted));
    }
  }
  const usable = places.map((place) => intersection(place, affinity)).find((place) => place.size > 0);
  return usable === undefined ? REFUSED : { kind: 'first', cpus: usable };
}

/** @param strict a number that is not there is refused, and not 0 */
function readWritten(value: string, strict: boolean): Written[] | null {
  const reader = new Reader(value);
  const places: Written[] = [];
  let count = 0n;
  do {
    const place = readPlace(reader, strict);
    if (place === null) return null;
    if (!place.removed) count += place.copies;
    if (count > MOST_PLACES) return null;
    places.push(place);
    if (reader.ended) return places;
  } while (reader.accept(','));
  return null;
}

function readPlace(reader: Reader, strict: boolean): Written | null {
  const removed = reader.skipSpace().accept('!');
  if (!reader.skipSpace().accept('{')) return null;
  reader.skipSpace();
  const members: Written['members'] = [];
  do {
    const without = reader.accept('!');
    if (without) reader.skipSpace();
    const first = reader.unsigned();
    if (first.overflow || (strict && !first.there)) return null;
    const times = readTimes(reader, strict);
    if (times === null || (without && times.length !== 1n)) return null;
    members.push({ first: first.value, ...times, removed: without });
  } while (reader.accept(','));
  if (!reader.accept('}')) return null;
  const copies = readTimes(reader, strict);
  if (copies === null || copies.length >= MOST_PLACES || (removed && copies.length !== 1n)) return null;
  return { removed, members, copies: copies.length, stride: copies.stride };
}

/** `:length:stride`, both with 1 as default. */
function readTimes(reader: Reader, strict: boolean): { length: bigint; stride: bigint } | null {
  const times = { length: 1n, stride: 1n };
  if (!reader.skipSpace().accept(':')) return times;
  const length = reader.skipSpace().unsigned();
  if (length.overflow || length.value === 0n) return null;
  times.length = length.value;
  if (!reader.skipSpace().accept(':')) return times;
  const stride = reader.skipSpace().signed();
  if (stride.overflow || (strict && !stride.there)) return null;
  reader.skipSpace();
  return { length: length.value, stride: stride.value };
}

/** First what is added, then what is taken out; null: a number out of range, or one to remove that is not there. */
function built(members: Written['members'], limit: number): Set<number> | null {
  const cpus = new Set<number>();
  for (const { first, length, stride, removed } of members) {
    if (removed) continue;
    const last = first + (length - 1n) * stride;
    if (first >= BigInt(limit) || last < 0n || last >= BigInt(limit)) return null;
    // Without a stride it is the same CPU again and again.
    for (let index = 0n; index < (stride === 0n ? 1n : length); index++) cpus.add(Number(first + index * stride));
  }
  for (const { first, removed } of members) if (removed && !cpus.delete(Number(first))) return null;
  return cpus;
}

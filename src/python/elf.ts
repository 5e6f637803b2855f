import type { Host, ReadPart } from '../host/host.ts';

/** What an ELF file says to the dynamic linker. */
export interface Dynamic {
  /** Class, byte order and machine: libraries of another cannot be loaded beside it. */
  kind: string;
  littleEndian: boolean;
  /** `DT_NEEDED`, in order. */
  needed: string[];
  /** `DT_RPATH` and `DT_RUNPATH`, their folders; null: it has none. */
  rpath: string[] | null;
  runpath: string[] | null;
}

/** Of the machines whose names Debian gives to folders. */
const MULTIARCH: { readonly [machine: number]: string } = {
  3: 'i386-linux-gnu',
  21: 'powerpc64le-linux-gnu',
  22: 's390x-linux-gnu',
  40: 'arm-linux-gnueabihf',
  62: 'x86_64-linux-gnu',
  183: 'aarch64-linux-gnu',
  243: 'riscv64-linux-gnu',
};

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

const SAID = [DT_NEEDED, DT_RPATH, DT_RUNPATH];

const LARGEST_SECTION = 16 * 1024;
const MOST_SAID = 256;
/** Spack writes a folder for each package below it. */
const LONGEST_TEXT = 32 * 1024;

/** Debian's name for the folder of a machine's libraries; null: not one that is known. */
export function multiarchOf({ kind }: Dynamic): string | null {
  return MULTIARCH[Number(kind.split(' ').at(-1))] ?? null;
}

/** The program's machine as `uname -m` says it, and the dynamic loader that it asks for. */
export function readInterpreter(host: Host, file: string): { machine: string | null; loader: string | null } | null {
  return host.parts(file, (part) => {
    const head = headOf(part);
    if (head === null) return null;
    const named = head.segments.find(({ type }) => type === PT_INTERP);
    const bytes = named && Buffer.from(part(named.offset, Math.min(named.length, LONGEST_TEXT)));
    const loader = bytes?.toString('utf8', 0, Math.max(0, bytes.indexOf(0))) || null;
    return { machine: MULTIARCH[head.machine]?.replace(/-.*/, '') ?? null, loader };
  });
}

/** The dynamic section of an ELF file, by bounded reads; null: it is none, or is broken. */
export function readDynamic(host: Host, file: string): Dynamic | null {
  return host.parts(file, dynamicOf);
}

interface Head {
  bits: number;
  order: number;
  is64: boolean;
  littleEndian: boolean;
  machine: number;
  /** An address or a size, as wide as the file's class. */
  word: (of: DataView, at: number) => number;
  segments: { type: number; offset: number; address: number; length: number }[];
}

function headOf(part: ReadPart): Head | null {
  const head = view(part(0, 64));
  if (head.byteLength < 52 || head.getUint32(0) !== 0x7f454c46) return null;
  const [bits, order] = [head.getUint8(4), head.getUint8(5)];
  if (![1, 2].includes(bits) || ![1, 2].includes(order)) return null;
  const is64 = bits === 2;
  if (is64 && head.byteLength < 64) return null;
  const littleEndian = order === 1;
  const word = (of: DataView, at: number): number =>
    is64 ? Number(of.getBigUint64(at, littleEndian)) : of.getUint32(at, littleEndian);
  const [table, sizeAt] = is64 ? [word(head, 32), 54] : [word(head, 28), 42];
  const [size, count] = [head.getUint16(sizeAt, littleEndian), head.getUint16(sizeAt + 2, littleEndian)];
  if (size < (is64 ? 56 : 32) || !Number.isSafeInteger(table)) return null;
  const [offset, address, length] = is64 ? [8, 16, 32] : [4, 8, 16];
  const segments = entriesOf(part(table, Math.min(size * count, LARGEST_SECTION)), size).map((entry) => ({
    type: entry.getUint32(0, littleEndian),
    offset: word(entry, offset),
    address: word(entry, address),
    length: word(entry, length),
  }));
  return { bits, order, is64, littleEndian, machine: head.getUint16(18, littleEndian), word, segments };
}

function dynamicOf(part: ReadPart): Dynamic | null {
  const head = headOf(part);
  if (head === null) return null;
  const { bits, order, is64, littleEndian, machine, word, segments } = head;
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined || !Number.isSafeInteger(dynamic.offset)) return null;
  const width = is64 ? 8 : 4;
  const entries = entriesOf(part(dynamic.offset, Math.min(dynamic.length, LARGEST_SECTION)), 2 * width).map(
    (entry) => [word(entry, 0), word(entry, width)] as const,
  );
  const strings = entries.find(([tag]) => tag === DT_STRTAB)?.[1] ?? 0;
  const holder = segments.find(
    (segment) => segment.type === PT_LOAD && strings >= segment.address && strings < segment.address + segment.length,
  );
  const said = entries.filter(([tag]) => SAID.includes(tag)).slice(0, MOST_SAID);
  if (holder === undefined) return null;
  const texts = textsAt(
    part,
    strings - holder.address + holder.offset,
    said.map(([, at]) => at),
  );
  const textsOf = (tag: number): string[] => texts.filter((_, at) => said[at]?.[0] === tag);
  const folders = (tag: number): string[] | null => textsOf(tag)[0]?.split(':').filter(Boolean) ?? null;
  return {
    kind: `${bits} ${order} ${machine}`,
    littleEndian,
    needed: textsOf(DT_NEEDED),
    rpath: folders(DT_RPATH),
    runpath: folders(DT_RUNPATH),
  };
}

/** The texts at places of a table, each up to its zero byte; those that lie together are read at once. */
function textsAt(part: ReadPart, table: number, places: readonly number[]): string[] {
  const [first, last] = [Math.min(...places), Math.max(...places)];
  if (places.length === 0 || !Number.isSafeInteger(table + last)) return places.map(() => '');
  const isNear = last - first < LONGEST_TEXT;
  const together = isNear ? part(table + first, last - first + LONGEST_TEXT) : null;
  return places.map((at) => {
    const bytes = together?.subarray(at - first) ?? part(table + at, LONGEST_TEXT);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
  });
}

/** The whole entries of a table. */
function entriesOf(bytes: Uint8Array, size: number): DataView[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, at) => view(bytes.subarray(at * size)));
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

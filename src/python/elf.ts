import type { Host } from '../host/host.ts';

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
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

const MOST_SEGMENTS = 64;
const MOST_ENTRIES = 1024;
const MOST_NEEDED = 256;
const LONGEST_NAME = 4096;
/** Spack writes a folder for each package below it. */
const LONGEST_PATH = 64 * 1024;

/** Debian's name for the folder of a machine's libraries; null: not one that is known. */
export function multiarchOf({ kind }: Dynamic): string | null {
  return MULTIARCH[Number(kind.split(' ').at(-1))] ?? null;
}

/** The dynamic section of an ELF file, by bounded reads; null: it is none, or is broken. */
export function readDynamic(host: Host, file: string): Dynamic | null {
  const head = view(host.bytes(file, 0, 64));
  if (head === null || head.byteLength < 52 || head.getUint32(0) !== 0x7f454c46) return null;
  const [bits, order] = [head.getUint8(4), head.getUint8(5)];
  if (![1, 2].includes(bits) || ![1, 2].includes(order)) return null;
  const is64 = bits === 2;
  if (is64 && head.byteLength < 64) return null;
  const little = order === 1;
  const word = (of: DataView, at: number): number =>
    is64 ? Number(of.getBigUint64(at, little)) : of.getUint32(at, little);
  const [table, size, count] = is64
    ? [word(head, 32), head.getUint16(54, little), head.getUint16(56, little)]
    : [word(head, 28), head.getUint16(42, little), head.getUint16(44, little)];
  if (size < (is64 ? 56 : 32) || count > MOST_SEGMENTS) return null;
  const segments = readTable(host, file, table, size, count).map((entry) => {
    const [offset, address, length] = is64 ? [8, 16, 32] : [4, 8, 16];
    return {
      type: entry.getUint32(0, little),
      offset: word(entry, offset),
      address: word(entry, address),
      length: word(entry, length),
    };
  });
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return null;
  const width = is64 ? 8 : 4;
  const most = Math.min(Math.floor(dynamic.length / (2 * width)), MOST_ENTRIES);
  const entries = readTable(host, file, dynamic.offset, 2 * width, most).map(
    (entry) => [word(entry, 0), word(entry, width)] as const,
  );
  const valuesOf = (tag: number): number[] => entries.filter(([of]) => of === tag).map(([, value]) => value);
  const address = valuesOf(DT_STRTAB)[0] ?? 0;
  const holder = segments.find(
    (segment) => segment.type === PT_LOAD && address >= segment.address && address < segment.address + segment.length,
  );
  if (holder === undefined) return null;
  const strings = address - holder.address + holder.offset;
  const folders = (tag: number): string[] | null => {
    const at = valuesOf(tag)[0];
    return at === undefined
      ? null
      : textAt(host, file, strings + at, LONGEST_PATH)
          .split(':')
          .filter(Boolean);
  };
  return {
    kind: `${bits} ${order} ${head.getUint16(18, little)}`,
    littleEndian: little,
    needed: valuesOf(DT_NEEDED)
      .slice(0, MOST_NEEDED)
      .map((at) => textAt(host, file, strings + at, LONGEST_NAME)),
    rpath: folders(DT_RPATH),
    runpath: folders(DT_RUNPATH),
  };
}

/** The whole entries that are there. */
function readTable(host: Host, file: string, from: number, size: number, count: number): DataView[] {
  const all = view(readAt(host, file, from, size * count));
  const whole = all === null ? 0 : Math.floor(all.byteLength / size);
  return Array.from(
    { length: whole },
    (_, at) => new DataView(all?.buffer ?? new ArrayBuffer(0), (all?.byteOffset ?? 0) + at * size, size),
  );
}

/** The text up to the next zero byte. */
function textAt(host: Host, file: string, from: number, longest: number): string {
  const bytes = readAt(host, file, from, longest);
  if (bytes === null) return '';
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function readAt(host: Host, file: string, from: number, length: number): Uint8Array | null {
  return Number.isSafeInteger(from) ? host.bytes(file, from, length) : null;
}

function view(bytes: Uint8Array | null): DataView | null {
  return bytes === null ? null : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

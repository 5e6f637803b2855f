import type { Libgomp } from './libgomp.ts';
import { Reader } from './reader.ts';

/** `GOMP_CPU_AFFINITY`: the first CPU that it names, nothing that could be used, or a loop that never ends. */
export type CpuAffinity = { kind: 'first'; cpu: number } | { kind: 'none' } | { kind: 'hangs' };

const MOST = 65_536n;

/**
 * Single CPUs and ranges with strides, between commas or blanks. Where no number stands, the libgomp of Torch's
 * wheels takes it for 0 and stays where it is: nothing at all is CPU 0, and any other character is read for ever.
 */
export function readCpuAffinity(value: string | undefined, runtime: Libgomp, limit: number): CpuAffinity {
  if (value === undefined) return { kind: 'none' };
  const reader = new Reader(value);
  let found: number | null = null;
  for (;;) {
    const before = reader.skipSpace().position;
    const range = readRange(reader, runtime);
    if (range === null) return { kind: 'none' };
    if (found === null && range.first < BigInt(limit)) found = Number(range.first);
    reader.skipSpace();
    if (reader.accept(',')) continue;
    if (reader.ended) break;
    if (reader.position === before) return { kind: 'hangs' };
  }
  return found === null ? { kind: 'none' } : { kind: 'first', cpu: found };
}

/** null: refused, and with it the whole variable. The first CPU decides: the others are greater. */
function readRange(reader: Reader, runtime: Libgomp): { first: bigint } | null {
  const refused = ({ overflow, there, value }: { overflow: boolean; there: boolean; value: bigint }): boolean =>
    overflow || value >= MOST || (runtime === 'newer' && !there);
  const first = reader.unsigned(0);
  if (refused(first)) return null;
  if (reader.accept('-')) {
    const last = reader.unsigned(0);
    if (refused(last) || last.value < first.value) return null;
    if (reader.accept(':')) {
      const stride = reader.unsigned(0);
      if (refused(stride) || stride.value === 0n) return null;
    }
  }
  return { first: first.value };
}

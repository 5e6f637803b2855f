import { isConvertible } from '../python-values/int.ts';
import { isTable, PythonDate, type PythonValue, type Table, table } from '../python-values/json.ts';

/** JSON knows neither Python's integers beside floats nor dates: each becomes an object with one `$` key. */
export function encode(value: PythonValue): unknown {
  if (typeof value === 'bigint') return { $int: isConvertible(value) ? String(value) : hexadecimal(value) };
  if (typeof value === 'number') return { $float: String(value) };
  if (value instanceof PythonDate) return { $date: value.iso };
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === 'object' && value !== null) {
    return { $table: Object.entries(value).map(([key, item]) => [key, encode(item)]) };
  }
  return value;
}

/** The table that was encoded; null: it is none. */
export function decodeTable(value: unknown): Table | null {
  const decoded = decode(value);
  return isTable(decoded) ? decoded : null;
}

/** undefined: nothing that `encode` writes. */
function decode(value: unknown): PythonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return all(value.map(decode));
  if (typeof value !== 'object') return undefined;
  const entries = Object.entries(value as { [key: string]: unknown });
  const [[kind, content] = []] = entries;
  if (entries.length !== 1) return undefined;
  if (kind === '$table') return Array.isArray(content) ? decodeEntries(content) : undefined;
  if (typeof content !== 'string') return undefined;
  if (kind === '$date') return new PythonDate(content);
  if (kind === '$float') return /^-?(\d|Infinity)|^NaN$/.test(content) ? Number(content) : undefined;
  return kind === '$int' ? integer(content) : undefined;
}

function decodeEntries(entries: readonly unknown[]): Table | undefined {
  const result = table();
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') return undefined;
    const item = decode(entry[1]);
    if (item === undefined) return undefined;
    result[entry[0]] = item;
  }
  return result;
}

function all(items: (PythonValue | undefined)[]): PythonValue[] | undefined {
  return items.includes(undefined) ? undefined : (items as PythonValue[]);
}

/** Longer integers than Python converts to decimal digits, for which that takes long. */
function hexadecimal(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function integer(text: string): bigint | undefined {
  const unsigned = text.startsWith('-') ? text.slice(1) : text;
  if (!(/^\d+$/.test(unsigned) && unsigned.length <= 4300) && !/^0x[\da-f]+$/.test(unsigned)) return undefined;
  return text.startsWith('-') ? -BigInt(unsigned) : BigInt(unsigned);
}

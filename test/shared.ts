import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder beside the checkout with LensKit's own answers; tests that use it skip where it is not there. */
const SHARED = path.resolve(__dirname, '../../shared');

export function sharedFile(...names: string[]): string | null {
  const file = path.join(SHARED, ...names);
  return existsSync(file) ? file : null;
}

export interface Case {
  id: string;
  [key: string]: unknown;
}

/** The lines of a JSON Lines file; integers that a number cannot hold become bigints. */
export function readCases<T extends Case>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => withBigInts(line) as T);
}

/** Marks integers of 16 digits and more outside of strings, which JSON.parse would round, and turns them into bigints. */
function withBigInts(line: string): unknown {
  const marked = line.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (part) =>
    part.startsWith('"') ? part : `"bigint:${part}"`,
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith('bigint:') ? BigInt(value.slice(7)) : value,
  );
}

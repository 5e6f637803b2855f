import type { ReadFailure, ReadResult } from '../host/host.ts';
import { DEEPEST, type Parsed, parsePython, tooDeepIn } from './parse.ts';

/** What is needed of a file system: bounded reads that never block (`Host`). */
export interface SourceReader {
  read(path: string, limit?: number): ReadResult;
  kind(path: string): 'file' | 'directory' | 'other' | null;
  list(path: string): string[] | null;
}

/** A Python text that was read. */
export interface Source {
  text: string;
  parsed: Parsed;
}

/** Larger files are no scripts. */
export const MOST_BYTES = 2 * 1024 * 1024;

/** Python has no NUL in its source. */
export const NOT_TEXT = 'not text';

/** What is there and could not be looked at, in contrast to what is passed over: binaries, what is too large or no file. */
export function isRefusal({ reason }: ReadFailure): boolean {
  return reason !== 'too large' && reason !== 'not a file';
}

export function sourceOf(written: string): Source | { skipped: string } {
  if (written.includes('\0')) return { skipped: NOT_TEXT };
  const text = withNewlines(written);
  const parsed = parsePython(text);
  const deep = tooDeepIn(parsed.root, text);
  if (deep === null) return { text, parsed };
  parsed.root.tree.delete();
  return { skipped: `line ${deep}: more than ${DEEPEST} expressions stand in each other, which no Python compiles` };
}

/** To Python a carriage return alone ends a line, too (Language Reference, 2.1.2). Every place stays where it is. */
export function withNewlines(text: string): string {
  return text.replace(/\r(?!\n)/g, '\n');
}

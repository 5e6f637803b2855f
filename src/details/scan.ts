import type { ReadPart } from '../host/host.ts';

const CHUNK = 1024 * 1024;

/**
 * The text of a library from a word on to its zero byte, as a compiler lays constants down; null: the first `most` bytes do
 * not have it. Read in parts, so that no file is held whole.
 *
 * @param longest of the text, in bytes
 */
export function constantFrom(
  part: ReadPart,
  word: string,
  accepts: RegExp,
  most: number,
  longest = 512,
): string | null {
  const wanted = Buffer.from(word, 'latin1');
  for (let from = 0; from < most; from += CHUNK) {
    const bytes = Buffer.from(part(from, CHUNK + longest));
    for (let at = bytes.indexOf(wanted); at >= 0 && at < CHUNK; at = bytes.indexOf(wanted, at + 1)) {
      const end = bytes.indexOf(0, at);
      const text = bytes.toString('latin1', at, Math.min(end < 0 ? bytes.length : end, at + longest));
      if (accepts.test(text)) return text;
    }
    if (bytes.length < CHUNK) return null;
  }
  return null;
}

import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

const CHUNK = 1024 * 1024;
/** Of larger files the beginning, the end, the size and the time of the last change stand for the rest. */
const MOST_BYTES = 256 * CHUNK;
/** Words beyond these are not looked at. */
const MOST_WORDS = 10_000;

/** The contents of the files that words of a command name, also behind `=`; other words name nothing. */
export interface Contents {
  /** A hash for each word. */
  readonly hashes: { [word: string]: string };
  /** The words whose files have changed since. */
  changed(): string[];
}

/** Reads them; what cannot be read is not among them. */
export function contentsOf(words: readonly string[]): Contents {
  const hashes: { [word: string]: string } = {};
  const marks = new Map<string, string>();
  for (const word of words.slice(0, MOST_WORDS)) {
    for (const name of [word, word.slice(word.indexOf('=') + 1)]) {
      if (Object.hasOwn(hashes, name)) continue;
      const mark = markOf(name);
      const hash = mark === null ? null : hashOf(name);
      if (mark === null || hash === null) continue;
      hashes[name] = hash;
      marks.set(name, mark);
    }
  }
  return {
    hashes,
    changed: () => [...marks].filter(([name, mark]) => markOf(name) !== mark).map(([name]) => name),
  };
}

/** What tells cheaply whether a regular file is the same as before; null: it is none. */
function markOf(name: string): string | null {
  try {
    const stat = statSync(name);
    return stat.isFile() ? markFrom(stat) : null;
  } catch {
    return null;
  }
}

function markFrom({ dev, ino, size, mtimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs].join(' ');
}

function hashOf(name: string): string | null {
  let fd: number | null = null;
  try {
    fd = openSync(name, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    const hash = createHash('sha256');
    const part = Buffer.allocUnsafe(CHUNK);
    const add = (position: number): number => {
      const read = readSync(fd as number, part, 0, CHUNK, position);
      hash.update(part.subarray(0, read));
      return read;
    };
    if (stat.size > MOST_BYTES) {
      hash.update(`${stat.size} ${stat.mtimeMs}`);
      add(0);
      add(stat.size - CHUNK);
    } else {
      let at = 0;
      for (let read = add(at); read > 0 && at < MOST_BYTES; read = add(at)) at += read;
    }
    return hash.digest('hex');
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

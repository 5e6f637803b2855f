import { statSync } from 'node:fs';
import { readUserBytes } from '../../files/read.ts';
import type { ReadResult } from '../../host/host.ts';
import { thisMachine } from '../../host/open.ts';
import { cookieOf, decodeSource, severalBytes } from '../../script/encoding.ts';
import type { SourceReader } from '../../script/source.ts';

/** What a script on standard input is called, unless `--stdin-filename` names it. */
export const STANDARD_INPUT = '<stdin>';

/** Scripts that can be read once alone, by the name that they are shown under. */
export type Given = ReadonlyMap<string, Buffer>;

/**
 * Reads standard input (`-`) and named pipes and devices, such as a shell's `<(…)`; files are read when they are judged.
 *
 * @throws FileError
 */
export function readGiven(names: readonly string[], input: string = STANDARD_INPUT): Map<string, Buffer> {
  const given = new Map<string, Buffer>();
  for (const name of new Set(names)) {
    if (name === '-') given.set(input, readUserBytes('-', STANDARD_INPUT));
    else if (isStream(name)) given.set(name, readUserBytes(name));
  }
  return given;
}

function isStream(name: string): boolean {
  try {
    // Of a descriptor that leads to a file the name is a link to that.
    const stat = statSync(name);
    return stat.isFIFO() || stat.isCharacterDevice() || (stat.isFile() && /^\/dev\/(fd\/|stdin$)/.test(name));
  } catch {
    return false;
  }
}

/** Reads scripts as Python does: those that are given, and files. */
export function scriptReader(given: Given = new Map()): SourceReader {
  const host = thisMachine();
  return {
    kind: (path) => host.kind(path),
    list: (path) => host.list(path),
    read(path, limit) {
      const bytes = given.get(path);
      if (bytes !== undefined) return asText(bytes);
      const read = host.read(path, limit);
      const isScript = !/\.(ipynb|qmd)$/.test(path);
      if (!read.ok || !isScript) return read;
      if (read.utf8 && cookieOf(read.text) === null)
        return read.text.startsWith('\ufeff') ? { ...read, text: read.text.slice(1) } : read;
      try {
        return asText(readUserBytes(path));
      } catch {
        return read;
      }
    },
  };
}

/** What no encoding fits is read all the same, as far as it is UTF-8. */
function asText(bytes: Buffer): ReadResult {
  const decoded = decodeSource(bytes);
  return 'why' in decoded
    ? { ok: true, text: severalBytes(bytes) ?? bytes.toString('utf8'), utf8: false }
    : { ok: true, text: decoded.text, utf8: true };
}

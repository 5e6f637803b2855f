import { readSync, writeSync } from 'node:fs';
import { codeOf } from './errors.ts';

/** How long a pipe that is full or empty is left alone, in milliseconds. */
const PAUSE = 10;

/** Sleeps without giving way to anything else. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

interface WriteOptions {
  /** Where in the file; else where it stands. */
  position?: number | null;
  /** For how long nothing at all may be taken, in milliseconds: a pipe's reader may be slow, a device has no reason. */
  patience?: number;
}

/** Writes all of it, also to a pipe that takes a part at a time. Throws as write(2). */
export function writeAll(
  fd: number,
  bytes: Uint8Array,
  { position = null, patience = Number.POSITIVE_INFINITY }: WriteOptions = {},
): void {
  let done = 0;
  let waited = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
      waited = 0;
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || waited >= patience) throw error;
      waited += PAUSE;
      pause(PAUSE);
    }
  }
}

interface ReadOptions {
  /** Wait where there is nothing yet; else EAGAIN is thrown. */
  waits: boolean;
  /** How long the first byte may take where nobody has a pipe open at the other end, in milliseconds. */
  grace?: number;
}

/** Reads to the end, `most` bytes at most. Throws as read(2). */
export function readAll(fd: number, most: number, options: ReadOptions): Buffer {
  return Buffer.concat([...readPieces(fd, most, options)]);
}

/** The same piece by piece, none of them empty. */
export function* readPieces(fd: number, most: number, { waits, grace = 0 }: ReadOptions): Generator<Buffer> {
  let size = 0;
  let patience = grace;
  while (size < most) {
    const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, most - size));
    const read = readOnce(fd, chunk, waits);
    if (read === 0 && size === 0 && patience > 0) {
      patience -= PAUSE;
      pause(PAUSE);
      continue;
    }
    if (read === 0) break;
    if (read === null) {
      pause(PAUSE);
      continue;
    }
    size += read;
    yield chunk.subarray(0, read);
  }
}

/** null: nothing yet. */
function readOnce(fd: number, chunk: Buffer, waits: boolean): number | null {
  try {
    return readSync(fd, chunk, 0, chunk.length, null);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EAGAIN' && waits) return null;
    if (code === 'EOF') return 0; // Windows says so at the end of a pipe
    throw error;
  }
}

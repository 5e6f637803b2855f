import { fstatSync } from 'node:fs';
import { writeAll } from '../files/descriptor.ts';
import { codeOf, reasonOf } from '../files/errors.ts';

/** True once standard output could not be written, for another reason than that its reader went away. */
let failed = false;
let guarded = false;

/**
 * Sees to what happens where a standard stream cannot be written. A reader that went away (`| head`) is no error: the
 * run keeps its exit status. Any other reason is one line on standard error and exit status 2, whatever the run came
 * to, since nobody has read it. May be called again and again.
 */
export function guardStreams(): void {
  if (guarded) return;
  guarded = true;
  writeWhole(process.stdout, 1, outputFailed);
  process.stdout.on('error', outputFailed);
  process.on('exit', () => {
    if (failed) process.exitCode = 2;
  });
}

let guardedError = false;

/** The same for standard error, of which nobody can be told. By itself: most runs write nothing there, and making the stream costs them time. */
export function guardStandardError(): void {
  if (guardedError) return;
  guardedError = true;
  writeWhole(process.stderr, 2, () => {});
  process.stderr.on('error', () => {});
}

/**
 * Node's stream for files writes once and takes a part for the whole: on a disk that fills up in the middle the rest
 * would be missing without a word. Whoever writes to the stream, oclif's help too, writes all of it.
 */
function writeWhole(stream: NodeJS.WriteStream, fd: number, onError: (error: unknown) => void): void {
  if (!isFile(fd)) return;
  let gone = false;
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    try {
      if (!gone) writeAll(fd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch (error) {
      // What comes later would follow a gap.
      gone = true;
      onError(error);
    }
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return true;
  };
}

/** Pipes, sockets and terminals have streams that wait without holding everything else up. */
function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || (stat.isCharacterDevice() && !process[fd === 1 ? 'stdout' : 'stderr'].isTTY);
  } catch {
    return false;
  }
}

/** Standard output could not be written: said once, unless its reader went away. */
function outputFailed(error: unknown): void {
  if (['EPIPE', 'ERR_STREAM_DESTROYED'].includes(codeOf(error)) || failed) return;
  failed = true;
  guardStandardError();
  try {
    process.stderr.write(`lk: standard output cannot be written: ${reasonOf(error)}\n`);
  } catch {
    // nor standard error
  }
}

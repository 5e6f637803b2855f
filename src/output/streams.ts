import { fstatSync } from 'node:fs';
import { writeAll } from '../files/descriptor.ts';
import { codeOf, reasonOf } from '../files/errors.ts';
import { isHangUp, mayBeTerminal, release, releaseTerminals } from './hang-up.ts';

/** True once standard output could not be written, for another reason than that its reader went away. */
let failed = false;
let guarded = false;

const GONE_AWAY = Symbol.for('lenskit-doctor.output-gone');

/** For all bundles of the program, as in `standard-output.ts`. */
const shared = globalThis as { [GONE_AWAY]?: boolean };

/** True once standard output could not be written, for whatever reason: what goes on only to be read there may end. */
export function isOutputGone(): boolean {
  return shared[GONE_AWAY] === true;
}

/**
 * Sees to what happens where a standard stream cannot be written. A reader that went away (`| head`, a terminal that
 * hung up) is no error: the run keeps its exit status. Any other reason is one line on standard error and exit status
 * 2, whatever the run came to, since nobody has read it. May be called again and again.
 */
export function guardStreams(): void {
  if (guarded) return;
  guarded = true;
  whenMade('stdout', 1, (stream) => {
    writeWhole(stream, 1, toOutput);
    hearErrors(stream, outputFailed);
  });
  process.on('exit', () => {
    if (failed) process.exitCode = 2;
    releaseTerminals();
  });
}

const toOutput = writerOf(1, outputFailed);

/**
 * Writes to standard output. Where that is a file, a pipe or a socket Node's stream does the same by `node:net`, which takes it
 * several milliseconds to load: it is not asked for one.
 */
export function writeToOutput(text: string): void {
  if (!isNoTerminal(1)) {
    process.stdout.write(text);
    return;
  }
  toOutput(text);
}

/** Writes all of it to a descriptor; once that has failed nothing more, which would follow a gap. */
function writerOf(fd: number, onError: (error: unknown) => void): (chunk: Uint8Array | string) => void {
  let gone = false;
  return (chunk) => {
    try {
      if (!gone) writeAll(fd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch (error) {
      gone = true;
      onError(error);
    }
  };
}

function isNoTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return process.platform !== 'win32' && !mayBeTerminal(stat);
  } catch {
    return false;
  }
}

/** Guards a stream when it is first asked for; a terminal's at once, which may hang up meanwhile. */
function whenMade(name: 'stdout' | 'stderr', fd: number, guard: (stream: NodeJS.WriteStream) => void): void {
  const own = Object.getOwnPropertyDescriptor(process, name) ?? {};
  if (own.get === undefined || !isNoTerminal(fd)) {
    guard(opened(name, fd));
    return;
  }
  Object.defineProperty(process, name, {
    ...own,
    get() {
      Object.defineProperty(process, name, own);
      const stream = opened(name, fd);
      guard(stream);
      return stream;
    },
  });
}

let guardedError = false;

/** The same for standard error, of which nobody can be told. By itself: most runs write nothing there, and making the stream costs them time. */
export function guardStandardError(): void {
  if (guardedError) return;
  guardedError = true;
  const stream = opened('stderr', 2);
  writeWhole(
    stream,
    2,
    writerOf(2, () => {}),
  );
  hearErrors(stream, (error) => {
    if (isHangUp(error, 2)) release(2);
  });
}

/** Alone: oclif listens on standard output, too, and throws every error but EPIPE. */
function hearErrors(stream: NodeJS.WriteStream, onError: (error: unknown) => void): void {
  const { emit } = stream;
  stream.emit = (event: string, ...rest: unknown[]): boolean => {
    if (event !== 'error') return Reflect.apply(emit, stream, [event, ...rest]);
    onError(rest[0]);
    return true;
  };
}

/** A stream; of a terminal that hangs up just now Node cannot make one. */
function opened(name: 'stdout' | 'stderr', fd: number): NodeJS.WriteStream {
  try {
    return process[name];
  } catch {
    release(fd);
    return process[name];
  }
}

/**
 * Node's stream for files writes once and takes a part for the whole: on a disk that fills up in the middle the rest
 * would be missing without a word. Whoever writes to the stream, oclif's help too, writes all of it.
 */
function writeWhole(stream: NodeJS.WriteStream, fd: number, write: (chunk: Uint8Array | string) => void): void {
  if (!isFile(fd)) return;
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    write(chunk);
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return true;
  };
}

/** Pipes, sockets and terminals have streams that wait without holding everything else up. */
function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    if (stat.isCharacterDevice()) return !process[fd === 1 ? 'stdout' : 'stderr'].isTTY;
    // Of a folder (`1</tmp`) Node makes a stream that takes everything and writes nothing.
    return !stat.isFIFO() && !stat.isSocket();
  } catch {
    return false;
  }
}

/** The reader of a pipe or a socket went away, or has done so before. */
const GONE = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];

/** Standard output could not be written: said once, unless its reader went away. */
function outputFailed(error: unknown): void {
  shared[GONE_AWAY] = true;
  if (GONE.includes(codeOf(error)) || failed) return;
  if (isHangUp(error, 1)) {
    release(1);
    return;
  }
  failed = true;
  guardStandardError();
  try {
    process.stderr.write(`lk: standard output cannot be written: ${reasonOf(error)}\n`);
  } catch {
    // nor standard error
  }
}

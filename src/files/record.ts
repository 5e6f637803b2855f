import { accessSync, closeSync, constants, existsSync, fstatSync, ftruncateSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readAll, writeAll } from './descriptor.ts';
import { codeOf, FileError, named, reasonOf } from './errors.ts';
import { claim } from './lock.ts';
import { MOST_BYTES } from './read.ts';
import { replaceFile } from './replace.ts';
import { locate } from './target.ts';

/** A file of lines that grows while its one writer works. */
export interface LineRecord {
  /** The lines that are there whole. */
  readonly lines: readonly string[];
  /** What follows the last line's end: torn off, or '' . */
  readonly torn: string;
  /** Ends what was torn off with the end of a line (`keep`), or cuts it off. @throws FileError */
  mend(keep: boolean): void;
  /** Begins anew with this line. @throws FileError */
  begin(line: string): void;
  /** Adds a line, whole or not at all; null: it worked, else why not. */
  add(line: string): string | null;
  /** Nobody else may write it until then. */
  close(): void;
}

/**
 * Opens a record for this process alone, and changes nothing of it.
 *
 * @param wanted what was there: to go on with it, or nothing of it, which may be of any size then
 * @throws FileError where it is no regular file, has other names, is too large, written by another, or cannot be read and written
 */
export function openRecord(name: string, label: string, wanted: 'lines' | 'nothing' = 'lines'): LineRecord {
  const path = recordPath(name, label);
  const release = claim(path, label);
  try {
    return named(label, () => new FileRecord(path, label, release, wanted));
  } catch (error) {
    release();
    throw error;
  }
}

/** Refuses what no record could be kept in, before the work; changes nothing. @throws FileError */
export function checkRecord(name: string, label: string): void {
  const path = recordPath(name, label);
  const folder = dirname(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new FileError(`${label}: the folder ${folder}, where other runs look whether it is free: ${reasonOf(error)}`);
  }
  named(label, () => accessSync(existsSync(path) ? path : folder, constants.R_OK | constants.W_OK));
}

/** Leads through no link. */
function recordPath(name: string, label: string): string {
  const target = locate(name, label, 1);
  // Claims go by name. And whoever made the other name, as backups do, wants it to stay what it is.
  if (target.kind === 'file' && target.stat.nlink > 1)
    throw new FileError(
      `${label}: it has ${target.stat.nlink} names (hard links), under which others may write it; copy it, and name the copy`,
    );
  if (target.kind === 'file' || target.kind === 'new') return target.path;
  throw new FileError(`${label}: it is read again and grows line by line; name a file`);
}

class FileRecord implements LineRecord {
  readonly lines: readonly string[];
  readonly torn: string;
  private readonly path: string;
  private readonly label: string;
  private readonly release: () => void;
  private fd: number | null;
  /** As far as it is whole, in bytes. */
  private size = 0;
  /** When it was written last, by this. */
  private written: number | null = null;

  constructor(path: string, label: string, release: () => void, wanted: 'lines' | 'nothing') {
    this.path = path;
    this.label = label;
    this.release = release;
    this.fd = opened(path);
    const bytes = this.fd === null || wanted === 'nothing' ? Buffer.alloc(0) : contentOf(this.fd, label);
    this.size = bytes.lastIndexOf(0x0a) + 1;
    this.lines = this.size === 0 ? [] : bytes.toString('utf8', 0, this.size - 1).split('\n');
    this.torn = bytes.toString('utf8', this.size);
  }

  mend(keep: boolean): void {
    if (this.torn === '' || this.fd === null) return;
    const { fd } = this;
    named(this.label, () => (keep ? writeAll(fd, Buffer.from('\n')) : ftruncateSync(fd, this.size)));
    this.remember(fd);
  }

  begin(line: string): void {
    named(this.label, () => {
      if (this.fd !== null) closeSync(this.fd);
      this.fd = null;
      replaceFile(this.path, Buffer.from(`${line}\n`), 0o666);
      this.fd = opened(this.path);
      if (this.fd !== null) this.remember(this.fd);
    });
  }

  add(line: string): string | null {
    const { fd } = this;
    if (fd === null) return 'not there';
    try {
      const before = fstatSync(fd);
      if (before.size !== this.size || (this.written !== null && before.mtimeMs !== this.written))
        return 'something else has written to it meanwhile';
      try {
        writeAll(fd, Buffer.from(`${line}\n`));
      } catch (error) {
        ftruncateSync(fd, this.size);
        throw error;
      } finally {
        this.remember(fd);
      }
      const now = statSync(this.path, { throwIfNoEntry: false });
      return now?.ino === before.ino && now.dev === before.dev ? null : 'it was removed or moved meanwhile';
    } catch (error) {
      return reasonOf(error);
    }
  }

  private remember(fd: number): void {
    const { size, mtimeMs } = fstatSync(fd);
    this.size = size;
    this.written = mtimeMs;
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
    this.release();
  }
}

/** null: not there. */
function opened(path: string): number | null {
  const { O_APPEND, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDWR } = constants;
  try {
    return openSync(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function contentOf(fd: number, label: string): Buffer {
  if (fstatSync(fd).size > MOST_BYTES) throw new FileError(`${label}: larger than ${MOST_BYTES} bytes`);
  return readAll(fd, MOST_BYTES, { waits: false });
}

import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { readAll } from './descriptor.ts';
import { FileError, named, reasonOf } from './errors.ts';
import { locate } from './target.ts';

/** The most that is read of any file. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** How long a pipe may have nobody at the other end, in milliseconds: a shell starts both ends at once. */
const GRACE = 200;

/**
 * The bytes of a file, a pipe or a device that the user named; `-` is standard input. At most 64 MiB, or `most`. A pipe is read
 * to its end, however slow its writer is; one that nobody writes to is refused. `label` begins the message.
 *
 * @throws FileError
 */
export function readUserBytes(name: string, label: string = name, most: number = MOST_BYTES): Buffer {
  return named(label, () => {
    const target = locate(name, label, 0);
    if (target.kind === 'descriptor') return readOpen(target.fd, label, true, most);
    if (target.kind === 'new') throw new FileError(`${label}: not there`);
    const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
    const fd = openSync(target.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    try {
      return readOpen(fd, label, false, most);
    } finally {
      closeSync(fd);
    }
  });
}

/** The same as UTF-8 text. @throws FileError */
export function readUserFile(name: string, label: string = name): string {
  return readUserBytes(name, label).toString('utf8');
}

function readOpen(fd: number, label: string, isOurs: boolean, most: number): Buffer {
  const stat = fstatSync(fd);
  refuseUnreadable(stat, label, most);
  const isPipe = stat.isFIFO() && !isOurs;
  // A terminal that is named has nobody who types into it (`/dev/ptmx` never has); standard input may have.
  const waits = !stat.isFile() && (isOurs || !stat.isCharacterDevice());
  const bytes = readAll(fd, most + 1, { waits, ...(isPipe ? { grace: GRACE } : {}) });
  if (bytes.length > most) throw new FileError(`${label}: larger than ${most} bytes`);
  if (bytes.length === 0 && isPipe) throw new FileError(`${label}: a pipe that nobody writes to`);
  return bytes;
}

function refuseUnreadable(stat: Stats, label: string, most: number): void {
  if (stat.isDirectory()) throw new FileError(`${label}: a directory`);
  if (stat.isBlockDevice()) throw new FileError(`${label}: a block device`);
  if (stat.isFile() && stat.size > most) throw new FileError(`${label}: larger than ${most} bytes`);
}

/** @throws FileError where there is no such directory */
export function requireDirectory(directory: string, flag: string): void {
  let stat: Stats | undefined;
  try {
    stat = statSync(directory, { throwIfNoEntry: false });
  } catch (error) {
    throw new FileError(`${flag} ${directory}: ${reasonOf(error)}`);
  }
  if (!stat) throw new FileError(`${flag} ${directory}: not there`);
  if (!stat.isDirectory()) throw new FileError(`${flag} ${directory}: not a directory`);
}

import { type Stats, statSync } from 'node:fs';
import { readAll } from './descriptor.ts';
import { FileError, named, reasonOf } from './errors.ts';
import { NO_WRITER, openSource, refuseUnreadable, type Source } from './source.ts';

/** The most that is read of any file. */
export const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The bytes of a file, a pipe or a device that the user named; `-` is standard input. At most 64 MiB, or `most`. A pipe is read
 * to its end, however slow its writer is; one that nobody writes to is refused. `label` begins the message.
 *
 * @throws FileError
 */
export function readUserBytes(name: string, label: string = name, most: number = MOST_BYTES): Buffer {
  return named(label, () => {
    const source = openSource(name, label);
    try {
      return readOpen(source, label, most);
    } finally {
      source.close();
    }
  });
}

/** The same as UTF-8 text. @throws FileError */
export function readUserFile(name: string, label: string = name): string {
  return readUserBytes(name, label).toString('utf8');
}

function readOpen({ fd, stat, isNamedPipe, options }: Source, label: string, most: number): Buffer {
  refuseUnreadable(stat, label, most);
  const bytes = readAll(fd, most + 1, options);
  if (bytes.length > most) throw new FileError(`${label}: larger than ${most} bytes`);
  if (bytes.length === 0 && isNamedPipe) throw new FileError(`${label}: ${NO_WRITER}`);
  return bytes;
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

import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { FileError } from './errors.ts';
import { locate } from './target.ts';

/** How long a pipe may have nobody at the other end, in milliseconds: a shell starts both ends at once. */
const GRACE = 200;

/** Why nothing came of a pipe. */
export const NO_WRITER = 'a pipe that nobody writes to';

/** What a name stands for, open. */
export interface Source {
  fd: number;
  stat: Stats;
  /** Opened by its name, and not one of this process's own descriptors. */
  isNamedPipe: boolean;
  /** How it is to be read. */
  options: { waits: boolean; grace?: number };
  close(): void;
}

/** `label` begins the message. Throws as open(2). @throws FileError */
export function openSource(name: string, label: string): Source {
  const target = locate(name, label, 0);
  if (target.kind === 'new') throw new FileError(`${label}: not there`);
  const isOurs = target.kind === 'descriptor';
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  const fd = isOurs ? target.fd : openSync(target.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  const close = () => {
    if (!isOurs) closeSync(fd);
  };
  try {
    const stat = fstatSync(fd);
    const isNamedPipe = stat.isFIFO() && !isOurs;
    // A terminal that is named has nobody who types into it (`/dev/ptmx` never has); standard input may have.
    const waits = !stat.isFile() && (isOurs || !stat.isCharacterDevice());
    return { fd, stat, isNamedPipe, options: { waits, ...(isNamedPipe ? { grace: GRACE } : {}) }, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws FileError for what has no text, and for a file of more bytes */
export function refuseUnreadable(stat: Stats, label: string, most: number): void {
  if (stat.isDirectory()) throw new FileError(`${label}: a directory`);
  if (stat.isBlockDevice()) throw new FileError(`${label}: a block device`);
  if (stat.isFile() && stat.size > most) throw new FileError(`${label}: larger than ${most} bytes`);
}

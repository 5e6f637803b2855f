import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, linkSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { writeAll } from './descriptor.ts';
import { codeOf, FileError, named } from './errors.ts';
import { removedAfterUs } from './guard.ts';
import { type Output, requireWritableFolder } from './output.ts';
import { locate } from './target.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants;

/** A file system without hard links, or one that lets none be made (FAT, some network file systems). */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
  'EACCES',
]);

interface NumberedOptions {
  /** Begins every message. */
  label: string;
  /** What is said of what was written where it has the name that was wanted; null: nothing. */
  note: string | null;
}

/**
 * A file that never replaces another one, whoever makes that at the same time: where its name is taken it is numbered
 * (`node17.json`, `node17-2.json`). It comes to be whole: written beside, then given the name, which is one step that
 * fails where there is one already. Changes nothing on the disk yet.
 *
 * @throws FileError where its folder is not there or cannot be written
 */
export function openNumbered(name: string, { label, note }: NumberedOptions): Output {
  // Never `-`, nor a descriptor: what is there already, of whatever kind, is left as it is.
  const target = locate(path.join(path.dirname(name), '.lk-new'), label, 1);
  if (target.kind !== 'new' && target.kind !== 'file') throw new FileError(`${label}: no place for a file`);
  const folder = path.dirname(target.path);
  named(label, () => requireWritableFolder(folder, label));
  const base = path.basename(name);
  if (base === '' || base === '.' || base === '..' || name.endsWith('/')) throw new FileError(`${label}: a directory`);
  return {
    name,
    takesStandardOutput: false,
    adds: false,
    replaces: null,
    held: () => Buffer.alloc(0),
    write: (content) =>
      named(label, () => {
        const own = created(folder, base, typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
        const shown = path.join(path.dirname(name), own);
        if (own !== base) return [`${shown}: written under this name, since ${name} is there already`];
        return note === null ? [] : [`${shown}: ${note}`];
      }),
  };
}

/** Makes the file under the first name that is free. Returns its name. */
function created(folder: string, base: string, bytes: Uint8Array): string {
  const temporary = path.join(folder, `.lk-${randomBytes(12).toString('hex')}`);
  const release = removedAfterUs(temporary);
  try {
    putNew(temporary, bytes);
    return atFreeName(folder, base, (place) => {
      try {
        linkSync(temporary, place);
      } catch (error) {
        if (!NO_LINKS.has(codeOf(error))) throw error;
        putNew(place, bytes);
      }
    });
  } finally {
    unlinkIfThere(temporary);
    release();
  }
}

/** All of it or nothing; throws EEXIST where there is one. */
function putNew(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
  try {
    writeAll(fd, bytes);
    fsyncSync(fd);
  } catch (error) {
    unlinkIfThere(file);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function atFreeName(folder: string, base: string, make: (place: string) => void): string {
  for (let number = 1; ; number = nextFree(folder, base, number)) {
    const name = numberedName(base, number);
    try {
      make(path.join(folder, name));
      return name;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** `node17-2.json`. */
function numberedName(base: string, number: number): string {
  if (number === 1) return base;
  const ending = /\.json$/i.exec(base)?.[0] ?? '';
  return `${base.slice(0, base.length - ending.length)}-${number}${ending}`;
}

/** A free number above one that is taken, in few looks: of ten thousand tasks with one name each would ask for all before it. */
function nextFree(folder: string, base: string, taken: number): number {
  let last = taken;
  let step = 1;
  while (isThere(path.join(folder, numberedName(base, last + step)))) {
    last += step;
    step *= 2;
  }
  let free = last + step;
  while (free - last > 1) {
    const middle = Math.floor((last + free) / 2);
    if (isThere(path.join(folder, numberedName(base, middle)))) last = middle;
    else free = middle;
  }
  return free;
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function unlinkIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // gone already
  }
}

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  type Stats,
  statSync,
  truncateSync,
  unlinkSync,
} from 'node:fs';
import path from 'node:path';
import { writeAll } from './descriptor.ts';
import { codeOf } from './errors.ts';
import { removedAfterUs } from './guard.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants;

/** A folder or a file system that lets nothing be put in the file's place, though the file itself can be written. */
const IN_PLACE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV', 'ETXTBSY']);

/**
 * Puts these bytes in the place of a regular file, or makes it: whoever looks finds the old file or the new one,
 * whole, whenever this process ends. The bytes are written beside it under a name that nobody can foresee, brought to
 * the disk, and renamed. Mode, owner, group, access lists and extended attributes stay; where they cannot, and where
 * a mount or the folder allows no renaming, the file is written in its place, which is said. Throws as the disk does,
 * with the old file as it was.
 *
 * @param file leads through no link
 * @param mode of a file that is made, before the umask
 * @returns what the user should know
 */
export function replaceFile(file: string, bytes: Uint8Array, mode: number): string[] {
  const before = statSync(file, { throwIfNoEntry: false });
  // A folder's rights would let a read-only file be replaced all the same.
  if (before !== undefined) accessSync(file, constants.W_OK);
  const temporary = path.join(path.dirname(file), `.lk-${randomBytes(12).toString('hex')}`);
  const release = removedAfterUs(temporary);
  try {
    const kept = put(file, temporary, bytes, before, mode);
    if (kept && before !== undefined && before.nlink > 1)
      return [`it has ${before.nlink} names: the others still stand for what it held before`];
    if (kept) return [];
    writeInPlace(file, bytes);
    return ['written in its place, since its owner or access list cannot be given to a new file'];
  } catch (error) {
    if (before === undefined || !IN_PLACE.has(codeOf(error))) throw error;
    writeInPlace(file, bytes);
    const said = [`written in its place, since nothing can be put there instead (${codeOf(error)})`];
    return existsSync(temporary)
      ? [...said, `${temporary} stays beside it, empty: the folder lets nothing be removed`]
      : said;
  } finally {
    release();
  }
}

/** False: who owns the file, or may open it, cannot be kept; nothing has changed. */
function put(file: string, temporary: string, bytes: Uint8Array, before: Stats | undefined, mode: number): boolean {
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, before === undefined ? mode : 0o600);
  try {
    try {
      writeAll(fd, bytes);
      if (before !== undefined && !keepsOwner(fd, file, before)) {
        unlinkSync(temporary);
        return false;
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    // A folder may let things be made that it does not let be removed (chattr +a): then nothing of it stays but its name.
    if (!tryTo(() => unlinkSync(temporary))) tryTo(() => truncateSync(temporary));
    throw error;
  }
  tryTo(() => syncFolder(path.dirname(file)));
  return true;
}

function keepsOwner(fd: number, file: string, before: Stats): boolean {
  if (process.platform === 'win32') return true;
  const own = fstatSync(fd);
  if (own.uid !== before.uid || own.gid !== before.gid) {
    if (!tryTo(() => fchownSync(fd, before.uid, before.gid))) return false;
  }
  if (!keepsAttributes(fd, file)) return false;
  return tryTo(() => fchmodSync(fd, before.mode & 0o7777));
}

/**
 * Access lists and extended attributes, which Node knows nothing of: GNU's cp copies them. Where there is no such
 * cp they are not kept. It is handed the open file, no name: should this process be killed meanwhile, cp would make
 * anew what the guard has removed.
 */
function keepsAttributes(fd: number, file: string): boolean {
  if (process.platform !== 'linux') return true;
  const words = ['--attributes-only', '--preserve=mode,ownership,xattr', '--', file, '/dev/fd/3'];
  const { status, error, stderr } = spawnSync('cp', words, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe', fd],
    encoding: 'utf8',
    timeout: 10_000,
  });
  return error !== undefined || status === 0 || /unrecognized|unknown|invalid option|usage/i.test(stderr);
}

/**
 * Over the file itself: what the new bytes have more than the old ones is written first, so that a full disk leaves
 * the old ones as they were.
 */
function writeInPlace(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, O_WRONLY | O_NOFOLLOW);
  try {
    const { size } = fstatSync(fd);
    try {
      if (bytes.length > size) writeAll(fd, bytes.subarray(size), { position: size });
    } catch (error) {
      ftruncateSync(fd, size);
      throw error;
    }
    writeAll(fd, bytes.subarray(0, size), { position: 0 });
    ftruncateSync(fd, bytes.length);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** False: it did not work. */
function tryTo(operation: () => void): boolean {
  try {
    operation();
    return true;
  } catch {
    return false;
  }
}

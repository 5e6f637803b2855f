import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';

/** A file that the user named cannot be read or written. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const MOST_BYTES = 64 * 1024 * 1024;

/** @throws FileError */
export function readUserFile(file: string): string {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new FileError(`${file}: ${stat.isDirectory() ? 'a directory' : 'not a file'}`);
    if (stat.size > MOST_BYTES) throw new FileError(`${file}: larger than ${MOST_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(`${file}: ${reason(error)}`);
  }
}

/** @throws FileError */
export function writeUserFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new FileError(`${file}: ${reason(error)}`);
  }
}

/** @throws FileError */
export function appendUserFile(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw new FileError(`${file}: ${reason(error)}`);
  }
}

/** @throws FileError where there is no such directory */
export function requireDirectory(directory: string, flag: string): void {
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (!stat) throw new FileError(`${flag} ${directory}: not there`);
  if (!stat.isDirectory()) throw new FileError(`${flag} ${directory}: not a directory`);
}

const REASONS: { [code: string]: string } = {
  ENOENT: 'not there',
  ENOTDIR: 'not there',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'a directory',
  ENOSPC: 'no space left',
  EROFS: 'read-only file system',
};

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (error as Error).message;
}

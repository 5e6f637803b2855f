import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';

/** A file that the user named cannot be read or written. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Writes to standard output; a reader that went away (`| head`) is no error. */
export function print(text: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(text);
}

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

/** Colour where a person looks at a terminal: NO_COLOR and CI say no, FORCE_COLOR says yes. */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  if (env.NO_COLOR || env.TERM === 'dumb' || isCi(env)) return false;
  return isTerminal;
}

/** How standard output is to be written to. */
export function terminal(): { color: boolean; width: number } {
  const { stdout, env } = process;
  const columns = stdout.isTTY ? stdout.columns : Number(env.COLUMNS);
  return { color: wantsColor(env, stdout.isTTY === true), width: columns || 80 };
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.CI) && env.CI !== 'false' && env.CI !== '0';
}

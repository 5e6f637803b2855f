/** A file that the user named cannot be read or written. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const REASONS: { readonly [code: string]: string } = {
  EACCES: 'permission denied',
  EAGAIN: 'nothing to read',
  EBADF: 'not open for that',
  EDQUOT: 'no space left within the quota',
  EFBIG: 'larger than a file may become here',
  EINVAL: 'not possible with this kind of file',
  EIO: 'the disk failed',
  EISDIR: 'a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'not there',
  ENOSPC: 'no space left',
  ENOTDIR: 'not there',
  ENXIO: 'nobody has it open at the other end',
  EPERM: 'not permitted',
  EPIPE: 'the reader went away',
  EROFS: 'read-only file system',
  ESTALE: 'not there any more',
};

/** The errno of what was thrown; '' where it is none. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}

/** Why an operation on a file failed, in a few words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (Object.hasOwn(REASONS, code)) return REASONS[code] as string;
  return code || ((error as Error | null)?.message ?? String(error));
}

/** Runs an operation on the file that is called so; whatever it throws becomes one line. @throws FileError */
export function named<T>(label: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(`${label}: ${reasonOf(error)}`);
  }
}

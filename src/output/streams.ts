/** True once standard output could not be written, for another reason than that its reader went away. */
let failed = false;
let guarded = false;

const REASONS: { readonly [code: string]: string } = {
  ENOSPC: 'no space left',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EIO: 'input/output error',
  EBADF: 'it is closed',
};

/**
 * Sees to what happens where a standard stream cannot be written. A reader that went away (`| head`) is no error: the
 * run keeps its exit status. Any other reason is one line on standard error and exit status 2, whatever the run came
 * to, since nobody has read it. May be called again and again.
 */
export function guardStreams(): void {
  if (guarded) return;
  guarded = true;
  process.stdout.on('error', outputFailed);
  process.stderr.on('error', () => {});
  process.on('exit', () => {
    if (failed) process.exitCode = 2;
  });
}

/** True for an error of writing, which is no fault of this program: files and pipes tell of it in different places. */
export function isWriteError({ code, syscall }: NodeJS.ErrnoException): boolean {
  return syscall === 'write' || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

export function outputFailed({ code = '' }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || failed) return;
  failed = true;
  try {
    process.stderr.write(`lk: standard output cannot be written: ${REASONS[code] ?? code}\n`);
  } catch {
    // nor standard error
  }
}

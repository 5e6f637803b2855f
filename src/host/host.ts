/** Why a file could not be read; `missing` is the ordinary case and says nothing about the machine. */
export type ReadFailure = {
  reason: 'missing' | 'denied' | 'not a file' | 'too large' | 'loop' | 'failed';
  detail: string;
};

export type ReadResult = { ok: true; text: string; utf8: boolean } | ({ ok: false } & ReadFailure);

/** At most `length` bytes from an offset on, of a file that has a size: those of /proc have none. */
export type ReadPart = (from: number, length: number) => Uint8Array;

/**
 * What can be read of a machine. All paths are absolute, as that machine sees them; no answer comes from
 * outside its root, no call blocks on a FIFO or a device, and no read is larger than its limit.
 */
export interface Host {
  /** `linux`, `darwin`, `win32`, … */
  readonly platform: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  /** Home directory, shortened to `~` in what is shown and kept. Empty: unknown. */
  readonly home: string;
  /** True: this very machine, about which the platform may be asked as well. */
  readonly live: boolean;
  /** The file that this program was started from and the name that it was given (`argv[0]`); null: on another machine. */
  readonly started: { readonly file: string; readonly name: string } | null;
  /** The process from inside which it is seen. Absent: this program itself. */
  readonly process?: number;
  /** A regular file's text, at most `limit` bytes (default 1 MiB); longer ones are `too large`. */
  read(path: string, limit?: number): ReadResult;
  /** What comes of parts of a regular file, opened once; null: no file, or not readable. */
  parts<T>(path: string, use: (part: ReadPart) => T): T | null;
  /** Names in a directory, sorted, at most `limit` (default 4,096); null: no directory, or not readable. */
  list(path: string, limit?: number): string[] | null;
  /** What is there once symbolic links are followed; null: nothing, or a loop. */
  kind(path: string): 'file' | 'directory' | 'other' | null;
  /** The path without symbolic links, or null where nothing is there. */
  realpath(path: string): string | null;
  /** What a symbolic link says, as it stands there; null: there is none, or it may not be read. */
  link(path: string): string | null;
  /** The size of the file system that a path lies on, and what its user may still write, in bytes; null: not known. */
  space(path: string): { bytes: number; free: number } | null;
  /** True for a folder in which its user may make files; null: nobody can tell from here. */
  isWritableFolder(path: string): boolean | null;
  /** The owner and the permission bits of what is there once symbolic links are followed; null: nobody can tell from here. */
  ownership(path: string): { uid: number; mode: number } | null;
  /** True for a file that its user may execute. */
  isExecutable(path: string): boolean;
}

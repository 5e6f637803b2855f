import fs from 'node:fs';
import path from 'node:path';
import type { Host, ReadFailure, ReadPart, ReadResult } from './host.ts';

const DEFAULT_LIMIT = 1024 * 1024;
const MAX_LINKS = 40; // as the kernel: ELOOP after 40 symbolic links
const PATH_MAX = 4096;
const MOST_REMEMBERED = 4096;

interface FileSystemOptions {
  root: string;
  platform: string;
  env: Host['env'];
  cwd: string;
  home: string;
  live: boolean;
  started?: Host['started'];
}

type Attempt<T> = { ok: true; value: T } | ({ ok: false } & ReadFailure);

/**
 * The files below a root. With a root other than `/`, symbolic links resolve inside it, as after chroot: an
 * absolute target begins at the root, and `..` does not leave it.
 */
export class FileSystemHost implements Host {
  readonly platform: string;
  readonly env: Host['env'];
  readonly cwd: string;
  readonly home: string;
  readonly live: boolean;
  readonly started: Host['started'];
  private readonly root: string;
  /** Folders that were resolved, so that a deep tree is not walked from the top for each of its files. */
  private readonly folders = new Map<string, string>();

  constructor(options: FileSystemOptions) {
    this.root = options.root;
    this.platform = options.platform;
    this.env = options.env;
    this.cwd = options.cwd;
    this.home = options.home;
    this.live = options.live;
    this.started = options.started ?? null;
  }

  read(file: string, limit = DEFAULT_LIMIT): ReadResult {
    const bytes = this.attempt(file, (located) => withFile(located, (handle) => readUpTo(handle, limit + 1)));
    if (!bytes.ok) return bytes;
    if (bytes.value.length > limit)
      return { ok: false, reason: 'too large', detail: `${file}: larger than ${limit} bytes` };
    const text = bytes.value.toString('utf8');
    return { ok: true, text, utf8: !text.includes('\ufffd') || bytes.value.equals(Buffer.from(text, 'utf8')) };
  }

  parts<T>(file: string, use: (part: ReadPart) => T): T | null {
    return this.answer(file, null, (located) =>
      withFile(located, (handle) => {
        const { size } = fs.fstatSync(handle);
        return use((from, length) => {
          const chunk = Buffer.allocUnsafe(Math.min(length, Math.max(0, size - from)));
          return chunk.subarray(0, fs.readSync(handle, chunk, 0, chunk.length, from));
        });
      }),
    );
  }

  list(directory: string, limit = 4096): string[] | null {
    return this.answer(directory, null, (located) => {
      const opened = fs.opendirSync(located);
      try {
        const names: string[] = [];
        for (let entry = opened.readSync(); entry !== null && names.length < limit; entry = opened.readSync()) {
          names.push(entry.name);
        }
        return names.sort();
      } finally {
        opened.closeSync();
      }
    });
  }

  kind(file: string): 'file' | 'directory' | 'other' | null {
    return this.answer(file, null, (located) => {
      const stat = statOf(located);
      return stat ? (stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other') : null;
    });
  }

  realpath(file: string): string | null {
    return this.answer(file, null, (located) => {
      if (this.root === '/' || this.platform === 'win32') return fs.realpathSync(located);
      return statOf(located) ? `/${path.relative(this.root, located)}` : null;
    });
  }

  link(file: string): string | null {
    const slash = file.lastIndexOf('/');
    return this.answer(`${file.slice(0, slash)}/`, null, (folder) =>
      fs.readlinkSync(path.join(folder, file.slice(slash + 1))),
    );
  }

  isExecutable(file: string): boolean {
    return this.answer(file, false, (located) => {
      if (!statOf(located)?.isFile()) return false;
      fs.accessSync(located, fs.constants.X_OK);
      return true;
    });
  }

  isWritableFolder(folder: string): boolean | null {
    // Copied files belong to other users than they did there.
    if (!this.live) return null;
    return this.answer(folder, false, (located) => {
      if (!statOf(located)?.isDirectory()) return false;
      fs.accessSync(located, fs.constants.W_OK | fs.constants.X_OK);
      return true;
    });
  }

  ownership(file: string): { uid: number; mode: number } | null {
    // Copied files belong to other users than they did there.
    if (!this.live || this.platform === 'win32') return null;
    return this.answer(file, null, (located) => {
      const stat = statOf(located);
      return stat ? { uid: stat.uid, mode: stat.mode & 0o7777 } : null;
    });
  }

  space(file: string): { bytes: number; free: number } | null {
    // Copied files lie on a file system of this machine, which says nothing of theirs.
    if (!this.live) return null;
    return this.answer(file, null, (located) => {
      const { bsize, blocks, bavail } = fs.statfsSync(located);
      return { bytes: bsize * blocks, free: bsize * bavail };
    });
  }

  /** An operation's answer, or `otherwise` where it cannot be given. */
  private answer<T>(file: string, otherwise: T, operation: (located: string) => T): T {
    const attempt = this.attempt(file, operation);
    return attempt.ok ? attempt.value : otherwise;
  }

  /** The only place that asks the disk: whatever it refuses, on whatever grounds, becomes a reason. */
  private attempt<T>(file: string, operation: (located: string) => T): Attempt<T> {
    if (file.includes('\0')) return { ok: false, reason: 'missing', detail: `${JSON.stringify(file)}: not a path` };
    try {
      return { ok: true, value: operation(this.locate(file)) };
    } catch (error) {
      return { ok: false, ...failure(error, file) };
    }
  }

  /** Where a path lies on this disk, with every symbolic link resolved inside the root. Throws as the disk does. */
  private locate(file: string): string {
    if (this.root === '/' || this.root === '') return file;
    if (file.length >= PATH_MAX) throw new HostFailure('missing', WORDS.missing);
    const links = { left: MAX_LINKS };
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    let here = this.folders.get(folder);
    if (here === undefined) {
      here = '';
      for (let end = nextSlash(folder, 0); end > 0; end = nextSlash(folder, end)) {
        const prefix = folder.slice(0, end);
        const known = this.folders.get(prefix);
        here = known ?? this.step(here, prefix.slice(prefix.lastIndexOf('/', end - 2) + 1, end - 1), links);
        if (known === undefined && this.folders.size < MOST_REMEMBERED) this.folders.set(prefix, here);
      }
    }
    return path.join(this.root, this.step(here, file.slice(folder.length), links));
  }

  /** One name further from a folder without links, both below the root; '' is the root. */
  private step(folder: string, name: string, links: { left: number }): string {
    if (name === '' || name === '.') return folder;
    if (name === '..') return folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
    const here = `${folder}/${name}`;
    const stat = fs.lstatSync(`${this.root}${here}`, { throwIfNoEntry: false });
    if (!stat) throw new HostFailure('missing', WORDS.missing);
    if (!stat.isSymbolicLink()) return here;
    if (links.left-- <= 0) throw new HostFailure('loop', WORDS.loop);
    const target = fs.readlinkSync(`${this.root}${here}`);
    return target.split('/').reduce((from, part) => this.step(from, part, links), target.startsWith('/') ? '' : folder);
  }
}

/** What the host itself finds against a path, beside the disk's own refusals. */
class HostFailure extends Error {
  constructor(
    readonly reason: ReadFailure['reason'],
    words: string,
  ) {
    super(words);
  }
}

/** The index behind the next run of slashes; 0: there is none. */
function nextSlash(file: string, from: number): number {
  return file.indexOf('/', from) + 1;
}

/** A call of stat(2) that does not make an error of what is merely not there. */
function statOf(file: string): fs.Stats | undefined {
  return fs.statSync(file, { throwIfNoEntry: false });
}

function requireFile(stat: fs.Stats | undefined): void {
  if (!stat) throw new HostFailure('missing', WORDS.missing);
  if (!stat.isFile()) throw new HostFailure('not a file', 'not a file');
}

/** Opens a regular file: opening a device may do something, and a FIFO without a writer would block open(2). */
function withFile<T>(located: string, use: (handle: number) => T): T {
  requireFile(statOf(located));
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = fs.constants;
  const handle = fs.openSync(located, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    requireFile(fs.fstatSync(handle));
    return use(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Reads a file whose size is not known beforehand (those of /proc say 0), up to a number of bytes. */
function readUpTo(handle: number, most: number): Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < most) {
    const chunk = Buffer.allocUnsafe(Math.min(16 * 1024, most - size));
    const read = fs.readSync(handle, chunk, 0, chunk.length, null);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    size += read;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

const WORDS = { missing: 'not there', denied: 'permission denied', loop: 'too many symbolic links' } as const;

const REASONS: { readonly [code: string]: ReadFailure['reason'] } = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ENAMETOOLONG: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  ELOOP: 'loop',
  EISDIR: 'not a file',
  ENXIO: 'not a file',
};

/** The reason for whatever was thrown: an errno that has no word of its own is `failed`, and named. */
function failure(error: unknown, file: string): ReadFailure {
  if (error instanceof HostFailure) return { reason: error.reason, detail: `${file}: ${error.message}` };
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'unknown';
  const reason = Object.hasOwn(REASONS, code) ? (REASONS[code] ?? 'failed') : 'failed';
  const detail = reason in WORDS ? WORDS[reason as keyof typeof WORDS] : reason === 'failed' ? code : reason;
  return { reason, detail: `${file}: ${detail}` };
}

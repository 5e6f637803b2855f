import fs from 'node:fs';
import path from 'node:path';
import type { Host, ReadFailure, ReadResult } from './host.ts';

const DEFAULT_LIMIT = 1024 * 1024;
const MAX_LINKS = 40; // as the kernel: ELOOP after 40 symbolic links

interface FileSystemOptions {
  root: string;
  platform: string;
  env: Host['env'];
  cwd: string;
  home: string;
  live: boolean;
}

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
  private readonly root: string;

  constructor(options: FileSystemOptions) {
    this.root = options.root;
    this.platform = options.platform;
    this.env = options.env;
    this.cwd = options.cwd;
    this.home = options.home;
    this.live = options.live;
  }

  read(file: string, limit = DEFAULT_LIMIT): ReadResult {
    const located = this.locate(file);
    if (typeof located !== 'string') return { ok: false, ...located };
    let handle: number | null = null;
    try {
      // A FIFO without a writer would block open(2).
      handle = fs.openSync(located, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
      if (!fs.fstatSync(handle).isFile()) return { ok: false, reason: 'not a file', detail: `${file}: not a file` };
      const bytes = readUpTo(handle, limit + 1);
      if (bytes.length > limit) {
        return { ok: false, reason: 'too large', detail: `${file}: larger than ${limit} bytes` };
      }
      const text = bytes.toString('utf8');
      return { ok: true, text, utf8: !text.includes('\ufffd') || bytes.equals(Buffer.from(text, 'utf8')) };
    } catch (error) {
      return { ok: false, ...failure(error, file) };
    } finally {
      if (handle !== null) fs.closeSync(handle);
    }
  }

  list(directory: string, limit = 4096): string[] | null {
    const located = this.locate(directory);
    if (typeof located !== 'string') return null;
    try {
      const opened = fs.opendirSync(located);
      const names: string[] = [];
      try {
        for (let entry = opened.readSync(); entry !== null && names.length < limit; entry = opened.readSync()) {
          names.push(entry.name);
        }
      } finally {
        opened.closeSync();
      }
      return names.sort();
    } catch {
      return null;
    }
  }

  kind(file: string): 'file' | 'directory' | 'other' | null {
    const located = this.locate(file);
    if (typeof located !== 'string') return null;
    const stat = fs.statSync(located, { throwIfNoEntry: false });
    return stat ? (stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other') : null;
  }

  realpath(file: string): string | null {
    const located = this.locate(file);
    if (typeof located !== 'string') return null;
    if (this.root === '/' || this.platform === 'win32') {
      try {
        return fs.realpathSync(located);
      } catch {
        return null;
      }
    }
    if (!fs.existsSync(located)) return null;
    return `/${path.relative(this.root, located)}`;
  }

  isExecutable(file: string): boolean {
    const located = this.locate(file);
    if (typeof located !== 'string') return false;
    try {
      fs.accessSync(located, fs.constants.X_OK);
      return fs.statSync(located).isFile();
    } catch {
      return false;
    }
  }

  /** Where a path lies on this disk, with every symbolic link resolved inside the root. */
  private locate(file: string): string | ReadFailure {
    if (file.includes('\0')) return { reason: 'missing', detail: `${JSON.stringify(file)}: not a path` };
    if (this.root === '/' || this.root === '') return file;
    const waiting = file.split('/').filter(Boolean).reverse();
    const done: string[] = [];
    let links = 0;
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (name === '.') continue;
      if (name === '..') {
        done.pop();
        continue;
      }
      const here = path.join(this.root, ...done, name);
      let target: string | null = null;
      try {
        if (fs.lstatSync(here).isSymbolicLink()) target = fs.readlinkSync(here);
      } catch (error) {
        return failure(error, file);
      }
      if (target === null) {
        done.push(name);
        continue;
      }
      if (++links > MAX_LINKS) return { reason: 'loop', detail: `${file}: too many symbolic links` };
      if (target.startsWith('/')) done.length = 0;
      waiting.push(...target.split('/').filter(Boolean).reverse());
    }
    return path.join(this.root, ...done);
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

const REASONS: { [code: string]: ReadFailure['reason'] } = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ENAMETOOLONG: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  ELOOP: 'loop',
  EISDIR: 'not a file',
  ENXIO: 'not a file',
};

function failure(error: unknown, file: string): ReadFailure {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const reason = REASONS[code] ?? 'failed';
  const words = { missing: 'not there', denied: 'permission denied', loop: 'too many symbolic links' } as const;
  const detail = reason in words ? words[reason as keyof typeof words] : reason === 'failed' ? code : reason;
  return { reason, detail: `${file}: ${detail}` };
}

import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { codeOf, FileError, reasonOf } from './errors.ts';

/** What a name stands for once links are followed. */
export type Target =
  /** One of this process's own descriptors: `-`, `/dev/stdout`, `/dev/fd/63`. */
  | { kind: 'descriptor'; fd: number }
  /** A regular file; `path` leads through no link. */
  | { kind: 'file'; path: string; stat: Stats }
  /** Nothing yet, in a folder that is there. */
  | { kind: 'new'; path: string }
  /** A pipe or a character device, which is opened by this path. */
  | { kind: 'pipe'; path: string }
  | { kind: 'device'; path: string };

/** A regular file, there or not yet. */
export type FileTarget = Extract<Target, { kind: 'file' | 'new' }>;

const MOST_LINKS = 40;

/**
 * Follows a name to what it stands for, as the kernel would, and opens nothing. `label` begins the message.
 *
 * @throws FileError where it is a folder, a socket or a block device, or where its folder is not there
 */
export function locate(name: string, label: string, standard: 0 | 1): Target {
  if (name === '-') return { kind: 'descriptor', fd: standard };
  const refuse = (why: string): FileError => new FileError(`${label}: ${why}`);
  if (name === '') throw refuse('an empty name');
  if (name.includes('\0')) throw refuse('no name of a file');
  // Bytes that are no UTF-8 were changed to it before they came here, and another file may have that name.
  if (name.includes('\ufffd')) throw refuse('its name is not UTF-8; rename it');
  if (name.endsWith('/')) {
    const stat = attempt(() => statSync(name, { throwIfNoEntry: false }), refuse);
    throw refuse(stat?.isDirectory() ? 'a directory' : 'the name of a folder');
  }
  let folder = path.dirname(name);
  let base = path.basename(name);
  let here: string;
  for (let links = 0; ; links++) {
    if (links > MOST_LINKS) throw refuse('too many symbolic links');
    const real = realFolder(folder, refuse);
    here = path.join(real, base);
    const fd = ownDescriptor(real, base);
    if (fd !== null) return { kind: 'descriptor', fd };
    const stat = attempt(() => lstatSync(here, { throwIfNoEntry: false }), refuse);
    if (stat === undefined) return { kind: 'new', path: here };
    if (!stat.isSymbolicLink()) return kindOf(stat, here, refuse);
    // Of another process's descriptor the link says what it is, not where.
    if (real.startsWith('/proc/'))
      return kindOf(
        attempt(() => statSync(here), refuse),
        here,
        refuse,
      );
    const leads = attempt(() => readlinkSync(here), refuse);
    folder = path.isAbsolute(leads) ? path.dirname(leads) : `${real}${path.sep}${path.dirname(leads)}`;
    base = path.basename(leads);
    if (base === '' || base === '.' || base === '..') throw refuse('a directory');
  }
}

type Refuse = (why: string) => FileError;

function attempt<T>(operation: () => T, refuse: Refuse): T {
  try {
    return operation();
  } catch (error) {
    throw refuse(reasonOf(error));
  }
}

function realFolder(folder: string, refuse: Refuse): string {
  try {
    const real = realpathSync.native(folder);
    if (statSync(real).isDirectory()) return real;
    throw refuse(`${folder} is no folder`);
  } catch (error) {
    if (error instanceof FileError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT') throw refuse(`the folder ${folder} is not there`);
    if (code === 'ENOTDIR') throw refuse(`${folder} is no folder`);
    throw refuse(`the folder ${folder}: ${reasonOf(error)}`);
  }
}

/** `/proc/self/fd/1` by whatever name; null: it is none of this process's. */
function ownDescriptor(folder: string, base: string): number | null {
  if (!/^\d{1,9}$/.test(base)) return null;
  const owner = /^\/proc\/(\d+)(?:\/task\/\d+)?\/fd$/.exec(folder)?.[1];
  return owner === String(process.pid) || folder === '/dev/fd' ? Number(base) : null;
}

function kindOf(stat: Stats, here: string, refuse: Refuse): Target {
  if (stat.isFile()) return { kind: 'file', path: here, stat };
  if (stat.isFIFO()) return { kind: 'pipe', path: here };
  if (stat.isCharacterDevice()) return { kind: 'device', path: here };
  throw refuse(stat.isDirectory() ? 'a directory' : stat.isSocket() ? 'a socket' : 'a block device');
}

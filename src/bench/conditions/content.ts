import { createHash, scryptSync } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { namesInFolder } from './folders.ts';
import { type Depended, type FollowOptions, follow } from './follow.ts';

const CHUNK = 1024 * 1024;
const LEAST_CHUNK = 4096;
/** Of larger files the beginning, the end, the size and the time of the last change stand for the rest. */
const MOST_BYTES = 256 * CHUNK;
/** The same of files that are not named but stand in a folder that is. */
const MOST_BYTES_WITHIN = 4 * CHUNK;
/** Larger contents are no short secret. */
const SHORT = 1024;
const MOST_SHORT = 20;

/** A file or folder by what it is called, with a hash. Files behind a secret's name can share one: `--token-file=…`. */
export type Hashed = readonly [name: string, hash: string];

/** The contents of all that commands depend on. */
export interface Contents {
  /** Names of folders end in `/`, and the names in them count. */
  readonly files: readonly Hashed[];
  /** What is not compared, in words. */
  readonly beyond: readonly string[];
  /** Those whose content is another since. */
  changed(): Hashed[];
}

interface State {
  /** Tells cheaply that nothing has changed; null: not readable. */
  mark: string | null;
  hash: () => string | null;
  /** So short that its hash might be guessed. */
  isShort: boolean;
}

/**
 * Reads them; what cannot be read is not among them.
 *
 * @param commands their words as they are, secrets in them
 * @param nameOf what may be kept of a name
 */
export function contentsOf(
  commands: readonly (readonly string[])[],
  options: FollowOptions,
  nameOf: (name: string) => string,
): Contents {
  const { files, folders, beyond } = follow(commands, options);
  const notRead = new Set(beyond.map(nameOf));
  let short = 0;
  const items = [
    ...files.map((file) => ({ file, now: () => fileState(file) })),
    ...folders.map((file) => ({ file, now: () => folderState(file, options.leftOut) })),
  ].flatMap(({ file, now }) => {
    const { mark, hash, isShort } = now();
    const was = mark === null ? null : hash();
    if (mark === null || was === null) return [];
    const name = nameOf(file.shown);
    if (!file.secret || !isShort) return [{ kept: [name, was] as const, mark, was, now }];
    if (++short <= MOST_SHORT) return [{ kept: [name, slowly(name, was)] as const, mark, was, now }];
    notRead.add(name);
    return [];
  });
  return {
    files: items.map(({ kept }) => kept),
    beyond: [...notRead],
    changed: () => items.filter(isChanged).map(({ kept }) => kept),
  };
}

function fileState({ path, within }: Depended): State {
  const stat = fileStat(path);
  const mark = stat && [stat.dev, stat.ino, stat.size, stat.mtimeMs].join(' ');
  const hash = (): string | null => hashOf(path, within ? MOST_BYTES_WITHIN : MOST_BYTES);
  return { mark, hash, isShort: stat !== null && stat.size <= SHORT };
}

function folderState({ path }: Depended, leftOut: FollowOptions['leftOut']): State {
  const names = namesInFolder(path, leftOut);
  const mark = names && sha256(names.join('/'));
  return { mark, hash: () => mark, isShort: true };
}

/** null: no regular file. */
function fileStat(path: string): Stats | null {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat : null;
  } catch {
    return null;
  }
}

/** What was written again as it was is the same. */
function isChanged({ mark, was, now }: { mark: string; was: string; now: () => State }): boolean {
  const state = now();
  return state.mark !== mark && state.hash() !== was;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Of what may be a short secret: to try one guess takes as long as this does. */
function slowly(name: string, hash: string): string {
  return scryptSync(hash, `lk bench ${name}`, 16, { N: 2 ** 15, maxmem: 2 ** 26 }).toString('hex');
}

function hashOf(name: string, most: number): string | null {
  let fd: number | null = null;
  try {
    fd = openSync(name, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    const hash = createHash('sha256');
    const part = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(stat.size, LEAST_CHUNK)));
    const add = (position: number): number => {
      const read = readSync(fd as number, part, 0, part.length, position);
      hash.update(part.subarray(0, read));
      return read;
    };
    if (stat.size > most) {
      hash.update(`${stat.size} ${stat.mtimeMs}`);
      add(0);
      add(stat.size - CHUNK);
    } else {
      let at = 0;
      for (let read = add(at); read > 0 && at < most; read = add(at)) at += read;
    }
    return hash.digest('hex');
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

import { accessSync, closeSync, constants, fstatSync, ftruncateSync, openSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { readAll, writeAll } from './descriptor.ts';
import { codeOf, FileError, named, reasonOf } from './errors.ts';
import { MOST_BYTES, readUserBytes } from './read.ts';
import { isOfKernel } from './real-path.ts';
import { replaceFile } from './replace.ts';
import { type FileTarget, locate } from './target.ts';

/** A place that the user named for something to be written to, known to be writable as far as that can be known. */
export interface Output {
  /** As the user wrote it. */
  readonly name: string;
  /** True: standard output, by whatever name. */
  readonly takesStandardOutput: boolean;
  /** True: what is written is added to what is there, in a pipe, a device, or a file that grows. */
  readonly adds: boolean;
  /** The path, through no link, of the regular file that is replaced or made; null: nothing there is lost. */
  readonly replaces: string | null;
  /** What a file that is replaced holds now; empty where there is none, or where things are added. @throws FileError */
  held(): Buffer;
  /** Writes all or, to a file, nothing. Returns what the user should know. @throws FileError */
  write(content: Uint8Array | string): string[];
}

interface OutputOptions {
  /** Begins every message; by default the name. */
  label?: string;
  /** Of a file that is made, before the umask. */
  mode?: number;
  /** Where GitHub's own files are found. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Opens what the user named for writing, and changes nothing on the disk: an output that cannot be written is known
 * before the work. `-` is standard output.
 *
 * @throws FileError
 */
export function openOutput(name: string, options: OutputOptions = {}): Output {
  const { label = name, mode = 0o666, env = process.env } = options;
  const target = locate(name, label, 1);
  return named(label, () => {
    if (target.kind === 'descriptor')
      return streamed(name, label, openDescriptor(target.fd, label), { takesStandardOutput: target.fd === 1 });
    // A pipe is opened once: closing it in between would be the end for its reader.
    if (target.kind === 'pipe') return streamed(name, label, openStream(target.path), {});
    if (target.kind === 'device') return streamed(name, label, openStream(target.path), { patience: DEVICE_PATIENCE });
    if (isOfKernel(target.path)) throw new FileError(`${label}: made up by the kernel; name a file on a disk`);
    requireWritable(target, label);
    return isGithubs(target, env) ? appended(name, label, target.path) : replaced(name, label, target.path, mode);
  });
}

/** Adds to a file that belongs to somebody else's protocol: GitHub's step summary. @throws FileError */
export function openAppending(name: string, label: string): Output {
  const target = locate(name, label, 1);
  if (target.kind !== 'file' && target.kind !== 'new') return openOutput(name, { label });
  named(label, () => requireWritable(target, label));
  return appended(name, label, target.path);
}

function replaced(name: string, label: string, file: string, mode: number): Output {
  return {
    name,
    takesStandardOutput: false,
    adds: false,
    replaces: file,
    held: () =>
      named(label, () => statSync(file, { throwIfNoEntry: false })) ? readUserBytes(file, label) : Buffer.alloc(0),
    write(content) {
      // The folder may have gone meanwhile: then the message names it.
      const now = locate(name, label, 1);
      const place = now.kind === 'file' || now.kind === 'new' ? now.path : file;
      return named(label, () => replaceFile(place, bytesOf(content), mode)).map((warning) => `${name}: ${warning}`);
    },
  };
}

/** How long a device may take nothing, in milliseconds. */
const DEVICE_PATIENCE = 1000;

interface Streamed {
  takesStandardOutput?: boolean;
  patience?: number;
}

function streamed(
  name: string,
  label: string,
  fd: number,
  { takesStandardOutput = false, patience }: Streamed,
): Output {
  return {
    name,
    takesStandardOutput,
    adds: true,
    replaces: null,
    held: () => Buffer.alloc(0),
    write(content) {
      try {
        writeAll(fd, bytesOf(content), patience === undefined ? {} : { patience });
      } catch (error) {
        // A reader of standard output that went away (`| head`) is no error.
        if (!takesStandardOutput || codeOf(error) !== 'EPIPE')
          throw new FileError(`${label}: ${codeOf(error) === 'EAGAIN' ? 'nothing reads it' : reasonOf(error)}`);
      }
      return [];
    },
  };
}

function appended(name: string, label: string, file: string): Output {
  return {
    name,
    takesStandardOutput: false,
    adds: true,
    replaces: null,
    held: () => Buffer.alloc(0),
    write(content) {
      named(label, () => appendWhole(file, bytesOf(content)));
      return [];
    },
  };
}

/** On a line of its own; where the disk is full the file is as it was. */
function appendWhole(file: string, bytes: Uint8Array): void {
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_RDWR } = constants;
  const fd = openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o666);
  try {
    const { size } = fstatSync(fd);
    try {
      writeAll(fd, endsLine(file, size) ? bytes : Buffer.concat([Buffer.from('\n'), bytes]));
    } catch (error) {
      ftruncateSync(fd, size);
      throw error;
    }
  } finally {
    closeSync(fd);
  }
}

function endsLine(file: string, size: number): boolean {
  if (size === 0 || size > MOST_BYTES) return true;
  const fd = openSync(file, constants.O_RDONLY);
  try {
    return readAll(fd, size, { waits: false }).at(-1) === 0x0a;
  } finally {
    closeSync(fd);
  }
}

function openDescriptor(fd: number, label: string): number {
  let stat: Stats;
  try {
    stat = fstatSync(fd);
  } catch (error) {
    throw new FileError(`${label}: ${reasonOf(error) === 'not open for that' ? 'not open' : reasonOf(error)}`);
  }
  if (stat.isDirectory()) throw new FileError(`${label}: a directory`);
  if (stat.isBlockDevice()) throw new FileError(`${label}: a block device`);
  return fd;
}

/** A pipe that nobody reads is refused (ENXIO), not waited for. */
function openStream(file: string): number {
  const { O_NOCTTY = 0, O_NONBLOCK = 0, O_WRONLY } = constants;
  return openSync(file, O_WRONLY | O_NONBLOCK | O_NOCTTY);
}

function requireWritable(target: FileTarget, label: string): void {
  if (target.kind === 'file') {
    accessSync(target.path, constants.W_OK);
    return;
  }
  requireWritableFolder(path.dirname(target.path), label);
}

/** @throws FileError where nothing can be made in it */
export function requireWritableFolder(folder: string, label: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new FileError(`${label}: the folder ${folder}: ${reasonOf(error)}`);
  }
}

/** Files that a step of a GitHub workflow adds to; the runner reads them when it ends. */
const GITHUB_FILES = ['GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'] as const;

function isGithubs(target: FileTarget, env: NodeJS.ProcessEnv): boolean {
  return GITHUB_FILES.some((variable) => {
    const file = env[variable];
    if (!file) return false;
    try {
      const own = locate(file, variable, 1);
      if (own.kind === 'file' && target.kind === 'file')
        return own.stat.dev === target.stat.dev && own.stat.ino === target.stat.ino;
      return own.kind === target.kind && 'path' in own && own.path === target.path;
    } catch {
      return false;
    }
  });
}

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}

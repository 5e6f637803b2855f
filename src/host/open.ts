import { readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { FileSystemHost } from './filesystem.ts';
import type { Host } from './host.ts';

/** This machine, as this process sees it. */
export function thisMachine(env: Host['env'] = process.env): Host {
  return new FileSystemHost({
    root: '/',
    platform: process.platform,
    env,
    cwd: workingDirectory(),
    home: env.HOME || ownHome(),
    live: true,
    started: { file: process.argv[1] ?? '', name: process.argv0 },
  });
}

/**
 * Another machine's files below `directory`: its `/proc`, `/sys`, home and Python environments, never anything
 * outside. It counts as Linux. The environment and the working directory are this process's.
 */
export function machineBelow(directory: string, env: Host['env'] = process.env): Host {
  return new FileSystemHost({
    root: path.resolve(workingDirectory(), directory),
    platform: 'linux',
    env,
    cwd: workingDirectory(),
    home: env.HOME ?? '',
    live: false,
  });
}

/**
 * The working directory; where it was removed or cannot be named, what the kernel remembers of its name, else the
 * root. Never throws.
 */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    try {
      return readlinkSync('/proc/self/cwd').replace(/ \(deleted\)$/, '');
    } catch {
      return path.parse(process.execPath).root;
    }
  }
}

/** The home directory from the list of users; empty for a user whom it does not have. */
function ownHome(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

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
    cwd: process.cwd(),
    home: env.HOME || homedir(),
    live: true,
  });
}

/**
 * Another machine's files below `directory`: its `/proc`, `/sys`, home and Python environments, never anything
 * outside. It counts as Linux. The environment and the working directory are this process's.
 */
export function machineBelow(directory: string, env: Host['env'] = process.env): Host {
  return new FileSystemHost({
    root: path.resolve(directory),
    platform: 'linux',
    env,
    cwd: process.cwd(),
    home: env.HOME ?? '',
    live: false,
  });
}

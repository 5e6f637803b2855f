import { opendirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isOfKernel, realOf } from '../../files/real-path.ts';

/** The names of larger folders are not looked at. */
const MOST_NAMES = 100_000;

/** Names that come and go without the job: hidden ones, which editors, version control and caches use, and bytecode. */
const PASSING = /^\.|^__pycache__$|\.py[co]$/;

/** Every name in a folder; null: not readable, or too many to be kept. */
export function allNames(folder: string): Set<string> | null {
  try {
    const opened = opendirSync(folder);
    try {
      const names = new Set<string>();
      for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
        if (names.size === MOST_NAMES) return null;
        names.add(entry.name);
      }
      return names;
    } finally {
      opened.closeSync();
    }
  } catch {
    return null;
  }
}

/** The names in a folder that a job may depend on, sorted; null: not readable, or too many. */
export function namesInFolder(folder: string, leftOut: (file: string) => boolean): string[] | null {
  const names = allNames(folder);
  if (names === null) return null;
  const real = realOf(folder);
  return [...names].filter((name) => !PASSING.test(name) && !leftOut(path.join(real, name))).sort();
}

/** Folders that all programs of a machine or all work of a user share: what is in them changes with every minute. */
const SHARED: ReadonlySet<string> = new Set([
  ...['/', '/dev', '/dev/shm', '/etc', '/home', '/mnt', '/opt', '/private/tmp', '/run', '/srv', '/tmp', '/Users'],
  ...['/usr', '/var', '/var/lib', '/var/log', '/var/run', '/var/tmp'],
]);

/** True: a folder that changes without the job; `real` leads through no link. */
export function isShared(real: string, home: string | undefined): boolean {
  if (SHARED.has(real) || isOfKernel(real) || /^\/run\/user\/\d+$/.test(real)) return true;
  return [tmpdir(), home, home && path.dirname(home)].some(
    (one) => one !== undefined && one !== '' && realOf(one) === real,
  );
}

/** True for what is installed for everybody: its texts are nobody's job. */
export function isOfSystem(file: string): boolean {
  return /^\/(?:usr\/(?:local\/)?)?(?:s?bin|lib(?:32|64|exec)?|share)\/|^\/(?:nix\/store|snap|opt\/homebrew)\//.test(
    file,
  );
}

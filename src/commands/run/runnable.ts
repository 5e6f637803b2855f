import path from 'node:path';
import { say } from '../../output/standard-error.ts';
import { FlagError } from '../flags.ts';
import { programAt } from '../program-file.ts';

/** A shell's exit statuses for a program that cannot be run, and for one that is not there. */
const NOT_RUNNABLE = 126;
const NOT_FOUND = 127;

/** @throws FlagError where a word of a command would reach it changed */
export function requireWords(by: string, command: readonly string[]): void {
  const changed = command.find((word) => word.includes('\ufffd'));
  if (changed !== undefined) throw new FlagError(`${by}: ${changed}: not UTF-8, which Node cannot hand on; rename it`);
}

/** False where a command cannot be run: it is said, and the exit status is a shell's. */
export function isRunnable(by: string, [program = '']: readonly string[]): boolean {
  const status = unrunnable(program, process.env.PATH ?? '');
  if (status === null) return true;
  say(`lk ${by}: ${program}: ${status === NOT_FOUND ? 'no such program' : 'it cannot be run'}`);
  process.exitCode = status;
  return false;
}

/** The exit status that a shell would give where it cannot run a word; null: it can. */
function unrunnable(word: string, folders: string): number | null {
  const candidates = word.includes('/')
    ? [path.resolve(word)]
    : folders.split(':').map((folder) => path.resolve(folder || '.', word));
  const found = candidates.map(programAt);
  if (found.includes('program')) return null;
  // A folder of that name is passed over on the PATH.
  const isThere = found.includes('file') || (word.includes('/') && found.includes('other'));
  return isThere ? NOT_RUNNABLE : NOT_FOUND;
}

import { readFileSync } from 'node:fs';
import { killFound } from './killing.ts';
import { type Found, processes } from './living.ts';

/** In the environment of every process that `lk` starts, so that those that leave its group are found. */
export const MARKER = 'LENSKIT_DOCTOR_STARTED';

/** Kills every process with this mark, whatever group or session it is in (Linux; elsewhere none is found). */
export function killMarked(mark: string): void {
  killFound(() => marked(`${MARKER}=${mark}`));
}

function* marked(entry: string): Generator<Found> {
  // Each was looked at before its environment is read: the number may go to another process meanwhile.
  for (const found of processes()) if (environmentOf(found[0]).includes(entry)) yield found;
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return []; // gone, or another user's
  }
}

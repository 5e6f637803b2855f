import { readdirSync, readFileSync } from 'node:fs';
import { type Found, killFound } from './killing.ts';
import { living } from './living.ts';

/** In the environment of every process that `lk` starts, so that those that leave its group are found. */
export const MARKER = 'LENSKIT_DOCTOR_STARTED';

/** Kills every process with this mark, whatever group or session it is in (Linux; elsewhere none is found). */
export function killMarked(mark: string): void {
  killFound(() => marked(`${MARKER}=${mark}`));
}

function* marked(entry: string): Generator<Found> {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    // Before its environment is read: the number may go to another process meanwhile.
    const found = living(pid);
    if (found !== null && environmentOf(pid).includes(entry)) yield [Number(pid), found];
  }
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return []; // gone, or another user's
  }
}

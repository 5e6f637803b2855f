import { readdirSync, readFileSync } from 'node:fs';
import { living } from './living.ts';

/** In the environment of every process that `lk` starts, so that those that leave its group are found. */
export const MARKER = 'LENSKIT_DOCTOR_STARTED';

/** So often /proc is read anew: what forks meanwhile is found the next time. */
const ROUNDS = 50;

/** Kills every process with this mark, whatever group or session it is in (Linux; elsewhere none is found). */
export function killMarked(mark: string): void {
  if (process.platform !== 'linux') return;
  for (let round = 0; round < ROUNDS && killOnce(`${MARKER}=${mark}`) > 0; round++);
}

function killOnce(entry: string): number {
  let killed = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const began = living(pid)?.began;
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry)) continue;
      // The number may have gone to another process since its environment was read.
      if (began === undefined || living(pid)?.began !== began) continue;
      process.kill(Number(pid), 'SIGKILL');
      killed++;
    } catch {
      // gone, or another user's
    }
  }
  return killed;
}

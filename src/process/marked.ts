import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of every process that `lk` starts, so that those that leave its group are found. */
export const MARKER = 'LENSKIT_DOCTOR_STARTED';

/** Kills every process with this mark, whatever group or session it is in (Linux; elsewhere none is found). */
export function killMarked(mark: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARKER}=${mark}`))
        process.kill(Number(pid), 'SIGKILL');
    } catch {
      // gone, or another user's
    }
  }
}

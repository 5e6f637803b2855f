import { type Found, living } from './living.ts';

/** So often /proc is read anew: what forks meanwhile is found the next time. */
const ROUNDS = 50;

/** Kills what is found until nothing is (Linux). One whose number has gone to another process since is left alone. */
export function killFound(find: () => Iterable<Found>): void {
  if (process.platform !== 'linux') return;
  for (let round = 0; round < ROUNDS && killOnce(find()) > 0; round++);
}

function killOnce(found: Iterable<Found>): number {
  let killed = 0;
  for (const [pid, { began }] of found) {
    if (living(pid)?.began !== began) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed++;
    } catch {
      // gone, or another user's
    }
  }
  return killed;
}

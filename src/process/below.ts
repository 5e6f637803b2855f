import { readdirSync } from 'node:fs';
import { type Living, living } from './living.ts';

/** So often /proc is read anew: what forks meanwhile is found the next time. */
const ROUNDS = 50;

/**
 * Kills all that is below a process, which itself stays (Linux). The process must be a child of ours that has not been
 * waited for, so that its number is still its own, and a subreaper, so that orphans are below it.
 */
export function killBelow(pid: number): void {
  if (process.platform !== 'linux') return;
  for (let round = 0; round < ROUNDS && killOnce(pid) > 0; round++);
}

function killOnce(top: number): number {
  let killed = 0;
  for (const [pid, { began }] of below(top)) {
    // The number may have gone to another process since.
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

function below(top: number): [pid: number, process: Living][] {
  const all = readdirSync('/proc').flatMap((name): [number, Living][] => {
    const found = /^\d+$/.test(name) ? living(name) : null;
    return found === null ? [] : [[Number(name), found]];
  });
  const inside = new Set([top]);
  const found: [number, Living][] = [];
  for (let before = -1; before < found.length; ) {
    before = found.length;
    for (const entry of all) {
      if (inside.has(entry[0]) || !inside.has(entry[1].parent)) continue;
      inside.add(entry[0]);
      found.push(entry);
    }
  }
  return found;
}

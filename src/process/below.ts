import { readdirSync } from 'node:fs';
import { type Found, killFound } from './killing.ts';
import { living } from './living.ts';

/**
 * Kills all that is below a process, which itself stays (Linux). The process must be a child of ours that has not been
 * waited for, so that its number is still its own, and a subreaper, so that orphans are below it.
 */
export function killBelow(pid: number): void {
  killFound(() => below(pid));
}

function below(top: number): Found[] {
  const all = readdirSync('/proc').flatMap((name): Found[] => {
    const found = /^\d+$/.test(name) ? living(name) : null;
    return found === null ? [] : [[Number(name), found]];
  });
  const inside = new Set([top]);
  const found: Found[] = [];
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

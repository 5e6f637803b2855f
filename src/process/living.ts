import { readdirSync, readFileSync } from 'node:fs';
import { hasEnded, type ProcessStat, processStat } from '../host/process-stat.ts';

/** A process that runs, or could. */
export type Living = Pick<ProcessStat, 'state' | 'parent' | 'began'>;

/** A process that was found, as it was when it was looked at. */
export type Found = readonly [pid: number, process: Living];

/** All that there are, each looked at when it is its turn (Linux). */
export function* processes(): Generator<Found> {
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const found = living(name);
    if (found !== null) yield [Number(name), found];
  }
}

/** null: there is none of this number, or it has ended and waits for its parent (Linux; elsewhere none is known). */
export function living(pid: number | string): Living | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const found = processStat(stat);
  return found === null || hasEnded(found) ? null : found;
}

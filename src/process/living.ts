import { readdirSync, readFileSync } from 'node:fs';

/** A process as proc(5), stat, has it. */
export interface Living {
  /** `T`: stopped by a signal. */
  state: string;
  parent: number;
  /** When it began, in the kernel's ticks: with the number it names one process alone. */
  began: string;
}

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
  const [state = 'Z', parent, ...rest] = stat.slice(stat.lastIndexOf(') ') + 2).split(' '); // the name may hold anything
  const began = rest[17]; // the 22nd field
  return 'ZXx'.includes(state) || began === undefined ? null : { state, parent: Number(parent), began };
}

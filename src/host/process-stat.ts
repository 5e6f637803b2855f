/** A process or thread as proc(5), stat, has it. */
export interface ProcessStat {
  /** At most 15 characters, whatever its owner has written there. */
  name: string;
  /** `R`, `S`, `D`, `T` (stopped by a signal), `Z` … */
  state: string;
  parent: number;
  /** When it began, in the kernel's ticks: with the number it names one process alone. */
  began: string;
}

/** null: this is no such line. The name may hold anything, so that what follows it is told from the end. */
export function processStat(text: string): ProcessStat | null {
  const end = text.lastIndexOf(') ');
  const [state, parent, ...rest] = text.slice(end + 2).split(' ');
  const began = rest[17]; // the 22nd field
  if (end < 0 || state === undefined || began === undefined) return null;
  return { name: text.slice(text.indexOf('(') + 1, end), state, parent: Number(parent), began };
}

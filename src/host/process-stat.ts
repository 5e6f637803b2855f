/** A process or thread as proc(5), stat, has it. */
export interface ProcessStat {
  /** At most 15 bytes, whatever its owner has written there; of a kernel thread more. */
  name: string;
  /** `R`, `S`, `D`, `T` (stopped by a signal), `Z` … */
  state: string;
  /** 0: none, or one outside the PID namespace. */
  parent: number;
  /** When it began, in the kernel's ticks: with the number it names one process alone. */
  began: string;
}

/** null: this is no such line. The name may hold anything, so that what follows it is told from the end. */
export function processStat(text: string): ProcessStat | null {
  const begin = text.indexOf('(');
  const end = text.lastIndexOf(') ');
  const [state, parent = '', ...rest] = text.slice(end + 2).split(' ');
  const began = rest[17]?.trimEnd() ?? ''; // the 22nd field
  if (begin < 0 || end < begin || !state || !isNumber(parent) || !isNumber(began)) return null;
  return { name: text.slice(begin + 1, end), state, parent: Number(parent), began };
}

/** True for one that has ended, and is there only until its parent asks. */
export function hasEnded({ state }: Pick<ProcessStat, 'state'>): boolean {
  return 'ZXx'.includes(state);
}

function isNumber(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}

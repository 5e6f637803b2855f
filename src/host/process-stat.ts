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
  /** CPU time in ticks of 10 ms: of all its threads, also those that have ended; and of the processes it has waited for. */
  used: { own: number; children: number };
}

/** When it began; what follows is not read. */
const LAST_FIELD = 22;

/** null: this is no such line. The name may hold anything, so that what follows it is told from the end. */
export function processStat(text: string): ProcessStat | null {
  const begin = text.indexOf('(');
  const end = text.lastIndexOf(') ');
  const [state, parent = '', ...rest] = text.slice(end + 2).split(' ', LAST_FIELD - 2);
  const began = rest[17]?.trimEnd() ?? ''; // the 22nd field
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = rest.slice(9, 13).map(Number); // from the 14th on
  if (begin < 0 || end < begin || !state || !isNumber(parent) || !isNumber(began)) return null;
  const used = { own: user + system, children: childrenUser + childrenSystem };
  return { name: text.slice(begin + 1, end), state, parent: Number(parent), began, used };
}

/** True for one that has ended, and is there only until its parent asks. */
export function hasEnded({ state }: Pick<ProcessStat, 'state'>): boolean {
  return 'ZXx'.includes(state);
}

function isNumber(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}

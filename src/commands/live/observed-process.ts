import { type AskedOfProcess, observeRunning } from '../../doctor/observe-running.ts';
import { thisMachine } from '../../host/open.ts';
import type { Hide } from '../../privacy/secrets.ts';
import type { Facts } from '../../situation/facts.ts';
import { seconds } from '../bench/values.ts';
import { FlagError } from '../flags.ts';

/** A look that lasts longer is `lk watch`. */
const LONGEST = 3600;
/** The kernel's own counters move by 10 ms and more: what a shorter look shows is chance. */
const SHORTEST = 0.1;

/**
 * The facts of the job that a process belongs to, for `--pid` and `--for`.
 * @throws FlagError, ProcessUnreadable, PythonNotFound
 */
export async function observedProcess(
  pid: string,
  duration: string | undefined,
  asked: Omit<AskedOfProcess, 'seconds'>,
): Promise<{ facts: Facts; hide: Hide }> {
  const number = processNumber('--pid', pid);
  return observeRunning(thisMachine(), number, { ...asked, seconds: lookTime(duration) });
}

/** Seconds; a second where nothing is said. @throws FlagError */
export function lookTime(duration: string | undefined): number {
  const time = duration === undefined ? 1 : seconds('for', duration);
  if (time > LONGEST) throw new FlagError(`--for ${duration}: an hour is the longest`);
  if (time >= SHORTEST) return time;
  throw new FlagError(`--for ${duration}: the kernel counts in steps of 10 ms; write 100ms or more`);
}

/** @throws FlagError for what numbers no process, and where there is no /proc */
export function processNumber(label: string, text: string): number {
  if (process.platform !== 'linux')
    throw new FlagError(`${label} ${text}: processes are looked at in Linux's /proc alone`);
  const number = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1) return number;
  throw new FlagError(`${label} ${text}: no number of a process; ps and pgrep show them`);
}

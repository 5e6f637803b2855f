import { type AskedOfProcess, observeRunning } from '../../doctor/observe-running.ts';
import { thisMachine } from '../../host/open.ts';
import type { Hide } from '../../privacy/secrets.ts';
import type { Facts } from '../../situation/facts.ts';
import { FlagError } from '../flags.ts';

/** Seconds, where nothing is said. */
export const LOOK_TIME = 1;

/**
 * The facts of the job that a process belongs to, for `--pid` and `--for` (seconds).
 * @throws FlagError, ProcessUnreadable, PythonNotFound
 */
export async function observedProcess(
  pid: number,
  duration: number | undefined,
  asked: Omit<AskedOfProcess, 'seconds'>,
): Promise<{ facts: Facts; hide: Hide }> {
  requireProcesses(`--pid ${pid}`);
  return observeRunning(thisMachine(), pid, { ...asked, seconds: duration ?? LOOK_TIME });
}

/** @throws FlagError where there is no /proc */
export function requireProcesses(label: string): void {
  if (process.platform !== 'linux') throw new FlagError(`${label}: processes are looked at in Linux's /proc alone`);
}

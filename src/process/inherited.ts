import { readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';

const SHELLS = ['sh', 'ash', 'bash', 'dash', 'ksh', 'mksh', 'yash', 'zsh'];

type Ignored = 'SIGHUP' | 'SIGINT' | 'SIGQUIT' | 'SIGUSR1' | 'SIGUSR2';

/** Signals that whoever ignores them ignores for those that it starts. */
const INHERITED = ['SIGUSR1', 'SIGUSR2'] as const;

/**
 * The signals that were ignored when this program was started, as far as that can be found out. Node itself sets every
 * ignored signal to its default before any of our code runs (`ResetSignalHandlers` in `src/node.cc`), so that it is
 * told from what surrounds us (Linux; elsewhere by the variable alone):
 *
 * - SIGHUP: the shell ran `nohup` (it leaves `_`), standard input is what nohup makes of a terminal (/dev/null, for
 *   writing alone), output goes to `nohup.out`, or the parent ignores it itself, which is inherited.
 * - SIGINT, with SIGQUIT: the parent is a shell that ignores it. Other programs do so for themselves while a command
 *   runs (system(3)).
 * - SIGUSR1 and SIGUSR2: the parent ignores them itself.
 */
export function ignoredSignals(
  env: NodeJS.ProcessEnv = process.env,
  parent: number = process.ppid,
  own: number | 'self' = 'self',
): Ignored[] {
  const ignoring = ignoredBy(parent);
  const hangUp = path.basename(env._ ?? '') === 'nohup' || isUnderNohup(own) || ignoring.has(1);
  const interrupt = ignoring.has(2) && SHELLS.includes(nameOf(parent));
  return [
    ...(hangUp ? (['SIGHUP'] as const) : []),
    ...(interrupt ? (['SIGINT', 'SIGQUIT'] as const) : []),
    ...INHERITED.filter((signal) => ignoring.has(constants.signals[signal])),
  ];
}

/** Signals by their numbers (proc(5), status, SigIgn). */
function ignoredBy(pid: number): ReadonlySet<number> {
  const mask = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0}`);
  return new Set(Array.from({ length: 31 }, (_, n) => n + 1).filter((number) => (mask >> BigInt(number - 1)) & 1n));
}

function nameOf(pid: number): string {
  return text(`/proc/${pid}/comm`).trim().replace(/^-/, '');
}

const ACCESS_MODE = 3;
const WRITE_ONLY = 1;

function isUnderNohup(own: number | 'self'): boolean {
  if ([1, 2].some((fd) => path.basename(target(own, fd)) === 'nohup.out')) return true;
  const flags = Number.parseInt(`${/^flags:\s*([0-7]+)$/m.exec(text(`/proc/${own}/fdinfo/0`))?.[1]}`, 8);
  return target(own, 0) === '/dev/null' && (flags & ACCESS_MODE) === WRITE_ONLY;
}

function target(own: number | 'self', fd: number): string {
  try {
    return readlinkSync(`/proc/${own}/fd/${fd}`);
  } catch {
    return '';
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

import { ignoredSignals } from './inherited.ts';

/** The exit status of a program that a signal has ended, as a shell gives it. */
const STATUS_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal ended what was under way; `exitStatus` is what a shell gives for it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly exitStatus: number) {
    const signal = Object.entries(STATUS_BY_SIGNAL).find(([, status]) => status === exitStatus)?.[0];
    super(`interrupted${signal === undefined ? '' : ` by ${signal}`}`);
  }
}

let ignored: ReadonlySet<string> | null = null;

/** Goes on ignoring what was ignored when this program was started (`nohup`). Returns those signals. */
export function keepIgnored(): ReadonlySet<string> {
  if (ignored === null) {
    ignored = new Set(ignoredSignals());
    // Node knows no SIG_IGN; what ends the program at once has to be heard instead.
    for (const signal of ignored) process.on(signal, () => {});
  }
  return ignored;
}

/**
 * Does something that must not be cut off: at the first signal `interrupted` is called, and should bring it to its
 * end; the second ends the program at once, unless both are SIGHUP: a terminal that goes away is told of by the kernel
 * and by the shell. What was ignored when the program was started (`nohup`) stays so.
 *
 * @returns what it came to, and the exit status by the signal; null: there was none
 */
export async function interruptible<T>(
  run: () => Promise<T>,
  interrupted: () => void,
): Promise<{ done: T; status: number | null }> {
  let status: number | null = null;
  const kept = keepIgnored();
  const heard = Object.entries(STATUS_BY_SIGNAL).filter(([signal]) => !kept.has(signal));
  const handlers = heard.map(([signal, code]) => {
    const handler = (): void => {
      if (status === code && signal === 'SIGHUP') return;
      if (status !== null) process.exit(code);
      status = code;
      interrupted();
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  try {
    const done = await run();
    return { done, status };
  } finally {
    for (const [signal, handler] of handlers) process.removeListener(signal, handler);
  }
}

import { constants } from 'node:os';
import { ignoredSignals } from './inherited.ts';

const { SIGUSR1, SIGUSR2 } = constants.signals;

/** The exit status of a program that a signal has ended, as a shell gives it. */
const STATUS_BY_SIGNAL = {
  ...{ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 },
  // What a scheduler sends before a job's time is over (`sbatch --signal`). Windows has none.
  ...(SIGUSR1 === undefined ? {} : { SIGUSR1: 128 + SIGUSR1, SIGUSR2: 128 + SIGUSR2 }),
};

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
 * To be called first: at SIGUSR1 Node would listen for a debugger, through which every user of the machine could run
 * code as this one. Instead it ends the program, as it ends others.
 */
export function refuseDebugger(): void {
  if (SIGUSR1 === undefined) return;
  process.on('SIGUSR1', () => {
    // Else what is under way is brought to its end, by its own listener.
    if (process.listenerCount('SIGUSR1') === 1) throw new Interrupted(STATUS_BY_SIGNAL.SIGUSR1 as number);
  });
}

/** What a signal interrupts; null: nothing, and the program ends as by an error. */
let underWay: ((signal: string, code: number) => void) | null = null;
let hears = false;

/**
 * Listens to the signals from now on, until the program ends: one that comes while a listener is being removed is
 * caught by Node, and told to nobody.
 */
function hearSignals(): void {
  if (hears) return;
  hears = true;
  const kept = keepIgnored();
  for (const [signal, code] of Object.entries(STATUS_BY_SIGNAL)) {
    if (kept.has(signal)) continue;
    process.on(signal, () => {
      // Nobody waits for it: it comes to the program's own end for what is thrown so, which says it in the format asked for.
      if (underWay === null) throw new Interrupted(code);
      underWay(signal, code);
    });
  }
}

/**
 * Does something that must not be cut off: at the first signal `interrupted` is called, and should bring it to its
 * end; the second ends the program at once, unless both are SIGHUP: a terminal that goes away is told of by the kernel
 * and by the shell. What was ignored when the program was started (`nohup`) stays so. Between two of them a signal is
 * an error that nobody catches.
 *
 * @returns what it came to, and the exit status by the signal; null: there was none
 */
export async function interruptible<T>(
  run: () => Promise<T>,
  interrupted: () => void,
): Promise<{ done: T; status: number | null }> {
  hearSignals();
  let status: number | null = null;
  const outer = underWay;
  underWay = (signal, code): void => {
    if (status === code && signal === 'SIGHUP') return;
    if (status !== null) process.exit(code);
    status = code;
    interrupted();
  };
  try {
    const done = await run();
    return { done, status };
  } finally {
    underWay = outer;
  }
}

/**
 * The same for what is to say nothing where a signal came: what `run` fails with once `end` was called is of its end.
 *
 * @throws Interrupted once all is ended
 */
export async function untilInterrupted<T>(run: () => Promise<T>, end: () => void): Promise<T> {
  let isInterrupted = false;
  const { done, status } = await interruptible(
    () =>
      run().catch((error: unknown) => {
        if (isInterrupted) return null;
        throw error;
      }),
    () => {
      isInterrupted = true;
      end();
    },
  );
  if (status !== null) throw new Interrupted(status);
  return done as T; // null is what an interruption came to
}

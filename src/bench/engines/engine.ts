import type { EngineName, RunOutcome } from '../../documents/bench-choices.ts';
import type { Run } from '../../documents/bench-result.ts';
import { lastLines } from '../../process/last-lines.ts';
import type { Answered, Launched } from '../../process/launcher.ts';

export type Environment = { readonly [name: string]: string | undefined };

/** What a run is to be like. */
export interface RunOptions {
  /** The whole environment, a candidate's variables in it. */
  env: Environment;
  /** Of the objective's time; null: none. */
  limitSeconds: number | null;
  /** What a run is that was ended at it. */
  limitIs: RunOutcome;
  /** Of the benchmark: what is run besides ends by then, too. */
  budgetSeconds: number;
  /** How many users, for engines that can vary them; null: the job's own number. */
  users?: number | null;
}

/** A run as the engine saw it: what the whole machine did meanwhile the session knows. */
export type Measured = Omit<Run, 'time' | 'throttledSeconds' | 'foreignLoad'> & {
  /** A signal stopped it for a while: its time says nothing. */
  paused?: boolean;
  /** CPU seconds of ours meanwhile that are not the run's. */
  besideCpuSeconds?: number;
};

/** Something that can be measured under different settings. */
export interface Engine {
  readonly name: EngineName;
  /** What is run, for the result; two runs of the same job can be compared. */
  readonly job: { [name: string]: unknown };
  /** What it starts and reads of the user's, in words as they are, with secrets in them: to look for files, never to show. */
  readonly commands: readonly (readonly string[])[];
  /** The job's own number of users, where the engine can vary it; null: it cannot. */
  readonly users: number | null;
  /** What has to be there before the first run, within so many seconds; says what should be known of it. */
  prepare(budgetSeconds: number): Promise<string[]>;
  /**
   * Gets ready what the next run needs, in the first of these environments, outside what is measured; what the others
   * need as well where it costs no time. A run: it could not be made ready.
   */
  ready?(environments: readonly Environment[], budgetSeconds: number): Promise<Measured | null>;
  /** Environments that may be run again, the most promising first: what is kept for others goes first. */
  keep?(environments: readonly Environment[]): void;
  run(options: RunOptions): Promise<Measured>;
  /** Ends the run that is under way, if there is one; it answers `stopped`. */
  stop(): void;
  /** Ends what is kept for more runs: there are none. */
  finish?(): Promise<void>;
  /** What runs left that is not removed, because it may be somebody else's; in words. */
  leftovers(): string[];
  /** Leaves nothing behind. Says in words what it could not remove. */
  close(): Promise<string[]>;
}

/** How the reason of a run begins that came to nothing before it began. */
export const SETUP = '--setup: ';

/** A run of which nothing is known but why. */
export function unmeasured(status: RunOutcome, seconds: number, reason: string): Measured {
  return {
    seconds,
    status,
    exitCode: null,
    signal: null,
    cpuSeconds: null,
    peakRssBytes: null,
    peakTreeBytes: null,
    left: 0,
    phases: null,
    reason,
    errors: [],
    configuration: null,
    first: null,
  };
}

/** A script that starts processes without its guard, in our words. */
export const UNGUARDED = 'its workers import it, and start processes again: no `if __name__ == "__main__":`';
/** What Python says of it (`multiprocessing/spawn.py`, 3.8 to 3.14). */
const BOOTSTRAPPING = 'finished its bootstrapping phase';

/** What the launcher saw, as a run; `seconds` is the wall time of the main process. */
export function measured(launched: Launched | Answered, limitIs: RunOutcome = 'stopped'): Measured {
  const { ended, exitCode, signal } = launched;
  return {
    seconds: launched.seconds,
    status: ended === 'timeout' ? limitIs : ended === 'stopped' ? 'stopped' : exitCode === 0 ? 'ok' : 'failed',
    exitCode,
    signal,
    cpuSeconds: launched.cpuSeconds,
    peakRssBytes: launched.peakRssBytes,
    peakTreeBytes: launched.peakTreeBytes,
    left: launched.left,
    phases: null,
    reason: exitCode === 0 && ended === null ? null : reasonOf(launched),
    errors: lastLines(launched.errors),
    configuration: null,
    first: null,
    paused: launched.paused === true,
  };
}

/** Of a run that did not come to its end by itself, what it says of why. */
function reasonOf({
  ended,
  exitCode,
  signal,
  errors,
}: Pick<Launched, 'ended' | 'exitCode' | 'signal' | 'errors'>): string | null {
  const how = ended !== null ? [] : [signal === null ? `exit status ${exitCode}` : `killed by signal ${signal}`];
  const why = errors.includes(BOOTSTRAPPING) ? [UNGUARDED] : [];
  return [...how, ...why].join(': ') || null;
}

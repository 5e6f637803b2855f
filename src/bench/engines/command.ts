import { withoutSecretArguments } from '../../privacy/secret-arguments.ts';
import type { Launcher, LaunchRequest } from '../../process/launcher.ts';
import { type Engine, type Measured, measured, type RunOptions, SETUP } from './engine.ts';
import { closed, leftovers } from './leftovers.ts';

export interface CommandOptions {
  launcher: Launcher;
  /** The program's path and its arguments, as they reach it. */
  argv: readonly string[];
  /** Run before and after every run, outside the measured time; null: none. */
  setup: readonly string[] | null;
  cleanup: readonly string[] | null;
  /** The file that each run reads as its standard input; null: none. */
  input?: string | null;
  /** Told what the command writes; null: nobody. */
  onOutput?: LaunchRequest['onOutput'];
  /** Exit statuses that count as success besides 0. */
  ignored?: Ignored;
}

/** `all`: whatever status it ends with; a signal is none. */
export type Ignored = 'all' | readonly number[];

/** Of the budget so much is kept for what clears up, or twice as long as it ever took. */
const CLEANUP_SHARE = 0.03;
const CLEANUP_FACTOR = 2;
/** Something that is started is given so long at least. */
const LEAST_SECONDS = 0.1;

/** The user's own command: its wall time, from start to the end of its main process. */
export class CommandEngine implements Engine {
  readonly name = 'command';
  readonly users = null;
  readonly job: Engine['job'];
  readonly commands: Engine['commands'];
  private readonly options: CommandOptions;
  /** The budget at the first run. */
  private whole: number | null = null;
  private cleanupSeconds = 0;

  constructor(options: CommandOptions) {
    this.options = options;
    const { argv, setup, cleanup, input = null, ignored = [] } = options;
    const shown = (words: readonly string[] | null) => words && withoutSecretArguments(words);
    this.commands = [argv, setup, cleanup, input && [input]].filter((words) => words !== null && words !== '');
    this.job = {
      command: shown(argv),
      setup: shown(setup),
      cleanup: shown(cleanup),
      // Results that were kept before know nothing of these.
      ...(input === null ? {} : { input }),
      ...(ignored.length === 0 ? {} : { ignored }),
    };
  }

  async prepare(): Promise<string[]> {
    return [];
  }

  async run({ env, limitSeconds, limitIs, budgetSeconds }: RunOptions): Promise<Measured> {
    const { launcher, argv, setup, cleanup, input = null, onOutput = null, ignored = [] } = this.options;
    const until = performance.now() + budgetSeconds * 1000;
    const left = (): number => Math.max(LEAST_SECONDS, (until - performance.now()) / 1000);
    this.whole ??= budgetSeconds;
    const kept = cleanup === null ? 0 : Math.max(CLEANUP_SHARE * this.whole, CLEANUP_FACTOR * this.cleanupSeconds);
    const leftToRun = (): number => Math.max(LEAST_SECONDS, left() - kept);
    const before = setup && (await launcher.run({ argv: setup, env, timeout: leftToRun() }));
    if (before !== null && (before.ended !== null || before.exitCode !== 0)) {
      const run = measured(before);
      // The budget is spent, or the user stopped it: that says nothing of the setting.
      const status = before.ended === null ? 'failed' : 'stopped';
      return { ...run, status, reason: `${SETUP}${run.reason ?? 'it takes too long'}` };
    }
    // What --setup took is no longer there.
    const most = leftToRun();
    const isLate = limitSeconds === null || most < limitSeconds;
    const launched = await launcher.run({ argv, env, timeout: isLate ? most : limitSeconds, input, onOutput });
    const run = successful(measured(launched, isLate ? 'stopped' : limitIs), ignored);
    const after = cleanup && (await launcher.run({ argv: cleanup, env, timeout: left() }));
    this.cleanupSeconds = Math.max(this.cleanupSeconds, after?.seconds ?? 0);
    if (after !== null && after.ended === null && after.exitCode !== 0 && run.status === 'ok') {
      return { ...run, status: 'failed', reason: `--cleanup: ${measured(after).reason}` };
    }
    return run;
  }

  stop(): void {
    this.options.launcher.stop();
  }

  leftovers(): string[] {
    return leftovers(this.options.launcher);
  }

  close(): Promise<string[]> {
    return closed(this.options.launcher);
  }
}

/** A run whose exit status counts as success; shells give one that a signal ended 128 and its number. */
function successful(run: Measured, ignored: Ignored): Measured {
  if (run.status !== 'failed') return run;
  const { exitCode, signal } = run;
  const status = exitCode ?? (signal === null ? null : 128 + signal);
  const counts = ignored === 'all' ? exitCode !== null : status !== null && ignored.includes(status);
  return counts ? { ...run, status: 'ok', reason: null } : run;
}

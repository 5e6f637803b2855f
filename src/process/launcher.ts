import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { killBelow } from './below.ts';
import { living } from './living.ts';
import { killMarked, MARKER } from './marked.ts';
import { keepIgnored } from './signals.ts';

/** A command to start: nothing stands between these arguments and execve(2). */
export interface LaunchRequest {
  /** The program's path, then its arguments. */
  argv: readonly string[];
  env: { readonly [name: string]: string | undefined };
  /** Seconds after which it is ended; null: none. */
  timeout: number | null;
  /** So many bytes of its standard output are wanted; 0: it goes to /dev/null. */
  output?: number;
  /** With more output than is wanted it is ended. */
  bounded?: boolean;
  /** Seconds, 4 at most, between asking it to end and killing it; null: a moment. */
  grace?: number | null;
  /** A command that is run, for 5 s at most, once it had to be ended: what it has begun on other machines. null: none. */
  after?: readonly string[] | null;
  /** A file that it reads as its standard input; null: there is nothing to read. */
  input?: string | null;
  /** Told what it writes, as it comes; nothing: that was all. */
  onOutput?: ((stream: Stream, text: string) => void) | null;
}

/** Where a command writes. */
export type Stream = 'output' | 'errors';

/** Something that stays though a run made it or may have made it. */
export interface Kept {
  path: string;
  why: string;
}

/** What came of a command. Times in seconds, memory in bytes. */
export interface Launched {
  seconds: number;
  /** null: ended by a signal. */
  exitCode: number | null;
  signal: number | null;
  /** Why it was ended before it was done. */
  ended: 'timeout' | 'stopped' | 'output' | null;
  /** Of the main process and all its descendants, by wait4(2). */
  cpuSeconds: number;
  /** The largest process's high-water mark, as GNU time gives it. */
  peakRssBytes: number;
  /** The most that all processes had at once, shared pages counted once (sampled); null: there was one alone. */
  peakTreeBytes: number | null;
  /** Processes that it left behind, which were then killed. */
  left: number;
  /** What is new in /dev/shm and stays, because it is not certain that it is the run's alone. */
  kept: Kept[];
  /** A signal stopped it or the launcher for a while: its time says nothing. */
  paused?: boolean;
  output: string;
  /** The last 16 KiB of standard error. */
  errors: string;
}

/** What came of a question to a command that is held: of that question alone. null: not counted here. */
export interface Answered extends Omit<Launched, 'cpuSeconds' | 'peakRssBytes'> {
  cpuSeconds: number | null;
  peakRssBytes: number | null;
  /** It waits for the next one. */
  alive: boolean;
}

export interface Question {
  /** null: that it is ready is waited for. */
  line: string | null;
  /** Seconds for all of it. */
  within: number;
  /** Seconds from where it says that what is timed begins; null: none. */
  timeout: number | null;
}

/** A command that could not be started. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  /** Such as `ENOENT`; null: it is no error of the system. */
  readonly code: string | null;

  constructor(message: string, code: string | null = null) {
    super(message);
    this.code = code;
  }
}

/** The launcher itself is gone: nothing can be started any more. */
export class LauncherGone extends LaunchError {}

/** The launcher's own bounds are about 6 s; one that does not answer for so long after it should have is ended. */
const PATIENCE_SECONDS = 10;
const AFTER_SECONDS = 5;
/** Removing folders may take longer. */
const REMOVING_SECONDS = 60;
const START_SECONDS = 60;
/** What it has said before it ended is read for so long. */
const LAST_WORDS_MS = 1000;

type Told = { unremoved: Kept[] } | { shown: string; stream: Stream };
type Answer =
  | { ready: true }
  | { error: string; errno: number }
  | { folder: string }
  | { held: number }
  | Launched
  | Answered;

/**
 * `bench/launcher.py` in a session of its own. It outlives `lk` by the moment that it takes to kill what it has
 * started and to remove the folders it owns, however `lk` ends.
 */
export class Launcher {
  /** What runs have left so far, and why it stays, by path. */
  readonly kept = new Map<string, string>();
  private readonly folders: string[] = [];
  private readonly unremoved: Kept[] = [];
  private readonly child: ChildProcess;
  private readonly mark = randomUUID();
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
  private gone: Error | null = null;
  private readonly exited: Promise<void>;
  private onOutput: LaunchRequest['onOutput'] = null;
  /** When it should have answered, by performance.now(); null: nobody waits for it. */
  private due: number | null = null;
  private patience = PATIENCE_SECONDS;
  /** Seconds beyond that, for what is run now. */
  private slack = 0;
  /** Looks since then. Looks and not seconds: while `lk` is stopped itself, it does not look. */
  private overdue = 0;
  /** Why it was ended from here. */
  private broken: string | null = null;

  private constructor(python: string, script: string) {
    const ignored = [...keepIgnored()].map((signal) => signal.slice(3));
    this.child = spawn(python, ['-I', '-S', script, ...ignored], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const timer = setInterval(() => this.look(), 1000);
    this.exited = new Promise((resolve) => {
      const ended = (why: string): void => {
        clearInterval(timer);
        this.gone ??= new LauncherGone(`the launcher (${python}) ended: ${this.broken ?? why}`);
        killMarked(this.mark);
        this.waiting?.reject(this.gone);
        this.waiting = null;
        resolve();
      };
      this.child.on('error', (error) => ended((error as NodeJS.ErrnoException).code ?? error.message));
      this.child.on('close', (code, signal) => ended(signal ?? `status ${code}`));
      // Whoever has its pipe open keeps it from being closed.
      this.child.on('exit', () => setTimeout(() => this.child.stdout?.destroy(), LAST_WORDS_MS).unref());
    });
    this.child.stdin?.on('error', () => {}); // its end is told by `exit`
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on('line', (line) => this.hear(line));
    }
  }

  /** @throws LaunchError where this Python does not run */
  static async start(python: string, script: string): Promise<Launcher> {
    const launcher = new Launcher(python, script);
    launcher.expect(START_SECONDS);
    await launcher.answer();
    return launcher;
  }

  /**
   * Runs a command to its end; one at a time.
   *
   * @throws LaunchError where it cannot be started, or the launcher is gone
   */
  async run(request: LaunchRequest): Promise<Launched> {
    const {
      argv,
      env,
      timeout,
      output = 0,
      bounded = false,
      grace = null,
      after = null,
      input = null,
      onOutput = null,
    } = request;
    this.slack = (grace ?? 0) + (after === null ? 0 : AFTER_SECONDS);
    this.expect(timeout);
    this.onOutput = onOutput;
    const result = await this.ask<Launched>(`${argv[0]}`, {
      run: {
        argv,
        env: { ...env, [MARKER]: this.mark },
        timeout,
        output,
        bounded,
        grace,
        after,
        input,
        show: onOutput !== null,
      },
    });
    for (const stream of ['output', 'errors'] as const) onOutput?.(stream, '');
    return this.keeping(result);
  }

  /**
   * Starts a command that lives on, and is asked by lines: the one that this launcher runs.
   *
   * @throws LaunchError where it cannot be started, or the launcher is gone
   */
  async hold({ argv, env, grace = null }: Pick<LaunchRequest, 'argv' | 'env' | 'grace'>): Promise<void> {
    this.slack = grace ?? 0;
    this.expect(0);
    await this.ask(`${argv[0]}`, { hold: { argv, env: { ...env, [MARKER]: this.mark }, grace } });
  }

  /** Puts a question to the command that is held. It is ended at a limit, or by `stop`. */
  async question(asked: Question): Promise<Answered> {
    this.expect(asked.within);
    return this.keeping(await this.ask<Answered>('the command', { ask: asked }));
  }

  /**
   * Makes a folder, for the user alone, that goes when the launcher does.
   *
   * @throws LaunchError where there can be none
   */
  async folder(parent: string): Promise<string> {
    this.expect(0);
    const { folder } = await this.ask<{ folder: string }>(parent, { folder: parent });
    this.folders.push(folder);
    return folder;
  }

  /** Ends the command that runs; its `run` answers `stopped`. */
  stop(): void {
    this.send({ stop: true });
    this.expect(0);
    this.wake();
  }

  /** Ends the launcher with all that it started. Returns the folders that could not be removed. */
  async close(): Promise<Kept[]> {
    this.child.stdin?.end();
    this.expect(0);
    if (this.folders.length > 0) this.patience = REMOVING_SECONDS;
    this.wake();
    await this.exited;
    const told = new Set(this.unremoved.map(({ path }) => path));
    const untold = this.folders.filter((folder) => !told.has(folder) && existsSync(folder));
    return [...this.unremoved, ...untold.map((path) => ({ path, why: 'the launcher was ended before it could' }))];
  }

  private keeping<T extends Pick<Launched, 'kept'>>(result: T): T {
    for (const { path, why } of result.kept) this.kept.set(path, why);
    return result;
  }

  private hear(line: string): void {
    let answer: Answer | Told;
    try {
      answer = JSON.parse(line) as typeof answer;
    } catch {
      this.end('it said what is no answer');
      return;
    }
    if ('unremoved' in answer) {
      this.unremoved.push(...answer.unremoved);
      return;
    }
    if ('shown' in answer) {
      this.onOutput?.(answer.stream, answer.shown);
      return;
    }
    const { waiting } = this;
    this.waiting = null;
    this.due = null;
    waiting?.resolve(answer);
  }

  /** It should answer within so many seconds; null: whenever it is done. */
  private expect(seconds: number | null): void {
    this.due = seconds === null ? null : performance.now() + seconds * 1000;
    this.overdue = 0;
    this.patience = PATIENCE_SECONDS + this.slack;
  }

  /** A launcher that was stopped goes on; one that does not answer though it should is ended with all below it. */
  private look(): void {
    if (this.child.pid !== undefined && living(this.child.pid)?.state === 'T') this.wake();
    if (this.due === null || performance.now() <= this.due) return;
    this.wake();
    if (++this.overdue >= this.patience) this.end(`it did not answer for ${this.patience} s`);
  }

  /** Node sends nothing to a child that it has waited for. */
  private wake(): void {
    this.child.kill('SIGCONT');
  }

  private end(why: string): void {
    this.broken ??= why;
    const { pid, exitCode, signalCode } = this.child;
    // Its number is its own until it has been waited for.
    if (pid !== undefined && exitCode === null && signalCode === null) killBelow(pid);
    this.child.kill('SIGKILL');
  }

  private async ask<T extends Answer>(about: string, message: object): Promise<T> {
    const answer = this.answer();
    this.send(message);
    const result = await answer;
    if (!('error' in result)) return result as T;
    throw new LaunchError(`${about}: ${result.error.toLowerCase()}`, codeOf(result.errno));
  }

  private send(message: object): void {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  private answer(): Promise<Answer> {
    if (this.gone !== null) return Promise.reject(this.gone);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }
}

function codeOf(errno: number): string | null {
  return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? null;
}

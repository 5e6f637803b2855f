import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { killMarked, MARKER } from '../process/marked.ts';

/** A command to start: nothing stands between these arguments and execve(2). */
export interface LaunchRequest {
  /** The program's path, then its arguments. */
  argv: readonly string[];
  env: { readonly [name: string]: string | undefined };
  /** Seconds after which it is ended; null: none. */
  timeout: number | null;
  /** True: its standard output is wanted (up to 4 MiB); else it goes to /dev/null. */
  output?: boolean;
}

/** What came of a command. Times in seconds, memory in bytes. */
export interface Launched {
  seconds: number;
  /** null: ended by a signal. */
  exitCode: number | null;
  signal: number | null;
  /** Why it was ended before it was done. */
  ended: 'timeout' | 'stopped' | null;
  /** Of the main process and all its descendants, by wait4(2). */
  cpuSeconds: number;
  /** The largest process's high-water mark, as GNU time gives it. */
  peakRssBytes: number;
  /** The most that all processes had at once, shared pages counted once (sampled); null: there was one alone. */
  peakTreeBytes: number | null;
  /** Processes that it left behind, which were then killed. */
  left: number;
  output: string;
  /** The last 16 KiB of standard error. */
  errors: string;
}

/** A command that could not be started. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

type Answer = { ready: true } | { error: string } | Launched;

/**
 * `bench/launcher.py` in a session of its own. It outlives `lk` by the moment that it takes to kill what it has
 * started and to remove the folders it owns, however `lk` ends.
 */
export class Launcher {
  private readonly child: ChildProcess;
  private readonly mark = randomUUID();
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
  private gone: Error | null = null;
  private readonly exited: Promise<void>;

  private constructor(python: string, script: string) {
    this.child = spawn(python, ['-I', '-S', script], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    this.exited = new Promise((resolve) => {
      const ended = (why: string): void => {
        this.gone ??= new LaunchError(`the launcher (${python}) ended: ${why}`);
        killMarked(this.mark);
        this.waiting?.reject(this.gone);
        this.waiting = null;
        resolve();
      };
      this.child.on('error', (error) => ended((error as NodeJS.ErrnoException).code ?? error.message));
      this.child.on('exit', (code, signal) => ended(signal ?? `status ${code}`));
    });
    this.child.stdin?.on('error', () => {}); // its end is told by `exit`
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const { waiting } = this;
        this.waiting = null;
        waiting?.resolve(JSON.parse(line) as Answer);
      });
    }
  }

  /** @throws LaunchError where this Python does not run */
  static async start(python: string, script: string): Promise<Launcher> {
    const launcher = new Launcher(python, script);
    await launcher.answer();
    return launcher;
  }

  /**
   * Runs a command to its end; one at a time.
   *
   * @throws LaunchError where it cannot be started, or the launcher is gone
   */
  async run({ argv, env, timeout, output = false }: LaunchRequest): Promise<Launched> {
    const set = Object.entries({ ...env, [MARKER]: this.mark }).filter(([, value]) => value !== undefined);
    const answer = this.answer();
    this.send({ run: { argv, env: Object.fromEntries(set), timeout, output } });
    const result = await answer;
    if ('error' in result) throw new LaunchError(`${argv[0]}: ${result.error.toLowerCase()}`);
    return result as Launched;
  }

  /** A folder that goes when the launcher does. */
  own(folder: string): void {
    this.send({ own: folder });
  }

  /** Ends the command that runs; its `run` answers `stopped`. */
  stop(): void {
    this.send({ stop: true });
  }

  /** Ends the launcher with all that it started. */
  async close(): Promise<void> {
    this.child.stdin?.end();
    await this.exited;
  }

  private send(message: object): void {
    if (this.gone === null) this.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  private answer(): Promise<Answer> {
    if (this.gone !== null) return Promise.reject(this.gone);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }
}

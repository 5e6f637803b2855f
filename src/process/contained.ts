import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { type Launched, Launcher, type Stream } from './launcher.ts';
import { killMarked, MARKER } from './marked.ts';
import { untilInterrupted } from './signals.ts';
import { temporaryIn, temporaryParent } from './temporary-files.ts';

/** The launcher and the Python that runs it. */
export interface Owner {
  python: string;
  script: string;
}

export interface Program {
  /** The program's path, then its arguments. */
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  /** null: none. */
  timeoutSeconds: number | null;
  /** With more standard output than this it is ended. Where `onOutput` takes it, nothing of it is kept. */
  mostOutput: number;
  /** Told what it writes, as it comes. */
  onOutput?: (stream: Stream, text: string) => void;
  /** Ends it; what it has come to by then is the answer. */
  until?: AbortSignal;
  /** For so long it may take to end when it is asked to, before it is killed; null: a moment. */
  graceSeconds?: number | null;
  /** Run once it had to be ended, where there is a launcher: ends what it has begun on other machines. */
  after?: readonly string[];
  /** Its temporary files go with it, where there is a launcher. */
  hasTemporaryFiles?: boolean;
}

export type Ended = Pick<Launched, 'exitCode' | 'signal' | 'ended' | 'output' | 'errors'>;

/**
 * Runs one program to its end, and lets nothing of it outlive `lk`, whichever signal ends that: SIGINT, SIGTERM and
 * SIGHUP end all of it, then `lk` with the status of the signal. The launcher does so also when `lk` is killed. Where
 * there is none (Windows, no Python for it) SIGKILL of `lk` is the one end that leaves the program running.
 *
 * @throws Error where it cannot be started; `code` says why where the system said it
 */
export async function runContained(program: Program, owner: Owner | null): Promise<Ended> {
  const launcher = owner && (await Launcher.start(owner.python, owner.script).catch(() => null));
  return launcher === null ? alone(program) : watched(program, launcher);
}

async function watched(program: Program, launcher: Launcher): Promise<Ended> {
  const { argv, timeoutSeconds, mostOutput, hasTemporaryFiles = false, onOutput = null, until } = program;
  const stop = (): void => launcher.stop();
  const run = async (): Promise<Ended> => {
    try {
      until?.addEventListener('abort', stop);
      const folder = hasTemporaryFiles ? await launcher.folder(temporaryParent()).catch(() => null) : null;
      const env = { ...program.env, ...(folder === null ? {} : temporaryIn(folder, program.env)) };
      const output = onOutput === null ? { output: mostOutput, bounded: true } : { onOutput };
      const grace = program.graceSeconds ?? null;
      return await launcher.run({ argv, env, timeout: timeoutSeconds, grace, after: program.after ?? null, ...output });
    } finally {
      until?.removeEventListener('abort', stop);
      await launcher.close();
    }
  };
  // It ends when its input does, also where the request has not been read yet.
  return untilInterrupted(run, () => void launcher.close());
}

/** Without a launcher: a process group of its own, and what left it found by its mark. */
function alone({ argv, env, timeoutSeconds, mostOutput, onOutput, until }: Program): Promise<Ended> {
  const [file = '', ...args] = argv;
  const mark = randomUUID();
  const child = spawn(file, args, {
    env: { ...env, [MARKER]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let errors = '';
  let ended: Ended['ended'] = null;
  const stop = (why: Ended['ended']): void => {
    ended ??= why;
    killAll(child, mark);
  };
  const timer = timeoutSeconds === null ? undefined : setTimeout(() => stop('timeout'), timeoutSeconds * 1000);
  until?.addEventListener('abort', () => stop('stopped'), { once: true });
  // Where there are no descriptors left there are no pipes either, and `error` says so.
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (onOutput !== undefined) return onOutput('output', text);
    output += text;
    if (output.length > mostOutput) stop('output');
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (onOutput !== undefined) return onOutput('errors', text);
    errors = (errors + text).slice(-mostOutput);
  });
  const run = (): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        killAll(child, mark);
      };
      child.on('error', (error) => {
        finish();
        reject(error);
      });
      child.on('exit', (exitCode, name) => {
        // Output may still be in the pipe; a grandchild that keeps it open does not hold us up.
        setTimeout(() => {
          finish();
          resolve({ exitCode, signal: name && constants.signals[name], ended, output, errors });
        }, 100);
      });
    });
  return untilInterrupted(run, () => killAll(child, mark));
}

/** The group, and what left it: Ray's daemons begin sessions of their own. */
function killAll(child: ChildProcess, mark: string): void {
  if (child.pid === undefined) return;
  // The group's number is the child's own until it has been waited for; then Linux finds by the mark what is left.
  if (process.platform !== 'linux' || (child.exitCode === null && child.signalCode === null)) {
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // nothing of it is left
    }
  }
  killMarked(mark);
}

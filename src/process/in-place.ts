import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { ignoredSignals } from './inherited.ts';
import { living } from './living.ts';

/** A program by its file and words, its name first. */
interface Program {
  file: string;
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
}

type Execve = (file: string, argv: readonly string[], env: NodeJS.ProcessEnv) => void;

/**
 * Runs a program as if this one were not there: with its standard streams, its terminal and its process group. Where
 * Node can (22.15, 23.11 and newer, not on Windows), it becomes that program, and does not return. Else it waits, and
 * passes on the signals that were sent to it alone.
 *
 * @returns the exit status, 128 + n where a signal has ended it, as a shell says it
 */
export async function runInPlace(command: readonly string[], own: NodeJS.ProcessEnv): Promise<number> {
  const { file, argv, env } = starting(command, own);
  const { execve } = process as { execve?: Execve };
  if (execve !== undefined && process.platform !== 'win32') {
    // Node ignores these, which would be inherited; a signal that is caught is set to its default instead.
    for (const signal of ['SIGPIPE', 'SIGXFSZ']) process.on(signal, () => {});
    execve.call(process, file, [...argv], env);
  }
  return waitedFor(file, argv, env);
}

/**
 * env(1) finds the program as a shell does, runs one without a first line by /bin/sh, and says why one cannot be run, where
 * Node's execve would abort. What was ignored (`nohup`) Node has set to its default: a shell ignores it again before. That
 * hands on no variable whose name is none to it (`BASH_FUNC_module%%`), so that env is told those.
 */
function starting(command: readonly string[], env: NodeJS.ProcessEnv): Program {
  const [name = ''] = command;
  if (process.platform === 'win32') return { file: name, argv: command, env };
  const ignored = ignoredSignals().map((signal) => signal.slice('SIG'.length));
  // env takes a word with `=` for a variable.
  const byEnv = existsSync(ENV) && !name.includes('=');
  if (ignored.length === 0 && byEnv) return { file: ENV, argv: ['env', '--', ...command], env };
  const trap = ignored.length === 0 ? '' : `trap '' ${ignored.join(' ')}; `;
  const lost = byEnv ? Object.entries(env).filter(([variable]) => !/^[A-Za-z_]\w*$/.test(variable)) : [];
  const words = [...lost.map(([variable, value]) => `${variable}=${value}`), ...command];
  const script = `${trap}exec ${byEnv ? `${ENV} -- ` : ''}"$@"`;
  return { file: '/bin/sh', argv: ['sh', '-c', script, 'sh', ...words], env };
}

const ENV = '/usr/bin/env';

/** What a user or a scheduler sends; SIGKILL and SIGSTOP cannot be heard. */
const PASSED_ON = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * The same for a program that is looked at while it runs: this one always waits for it.
 *
 * @param begun is given its number, which it keeps
 */
export async function runBeside(
  command: readonly string[],
  own: NodeJS.ProcessEnv,
  begun: (pid: number) => void,
): Promise<number> {
  const { file, argv, env } = starting(command, own);
  return waitedFor(file, argv, env, begun);
}

async function waitedFor(
  file: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  begun: (pid: number) => void = () => {},
): Promise<number> {
  const child = spawn(file, argv.slice(1), { argv0: argv[0] as string, env, stdio: 'inherit' });
  if (child.pid !== undefined) begun(child.pid);
  const lookout = new Lookout();
  for (const signal of PASSED_ON) {
    if (constants.signals[signal] === undefined) continue;
    // Whoever listens first would end this program; the child decides what a signal means.
    process.removeAllListeners(signal);
    process.on(signal, async () => {
      if (!(await lookout.hasSeen())) child.kill(signal);
    });
  }
  if (process.platform !== 'win32') suspendWith(child, lookout);
  const status = await new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? 127 : 126));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  lookout.end();
  return status;
}

/** Ctrl-Z: the child has been stopped by the terminal, or is now; then this one stops, and both go on together. */
function suspendWith(child: ChildProcess, lookout: Lookout): void {
  process.on('SIGTSTP', async () => {
    if (!(await lookout.hasSeen())) child.kill('SIGTSTP');
    process.kill(process.pid, 'SIGSTOP');
  });
  process.on('SIGCONT', () => {
    lookout.goOn();
    if (isStopped(child)) child.kill('SIGCONT');
  });
}

/** For so long the kernel may take to tell us that the lookout has died or stopped. */
const MOST_MS = 100;
const LOOK_MS = 2;

/**
 * Tells a signal for the whole process group (Ctrl-C at a terminal) from one that was sent to this program alone: a
 * process of the same group that does nothing, and which the former ends or stops. It ends with this program, since
 * it reads from a pipe of it.
 */
class Lookout {
  private cat = watch();

  async hasSeen(): Promise<boolean> {
    const { cat } = this;
    for (let waited = 0; waited < MOST_MS; waited += LOOK_MS) {
      if (cat.signalCode !== null) {
        // Two signals may have ended the same one.
        if (this.cat === cat) this.cat = watch();
        return true;
      }
      if (isStopped(cat)) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  }

  goOn(): void {
    this.cat.kill('SIGCONT');
  }

  end(): void {
    this.cat.kill('SIGKILL');
  }
}

function watch(): ChildProcess {
  const cat = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  // Where there is no such program, every signal is passed on.
  cat.on('error', () => {});
  // This program ends with the one that it waits for, and closes the pipe.
  cat.unref();
  (cat.stdin as Socket | null)?.unref();
  return cat;
}

function isStopped({ pid }: ChildProcess): boolean {
  return pid !== undefined && living(pid)?.state === 'T';
}

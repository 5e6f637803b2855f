import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { lastLines } from '../process/last-lines.ts';
import { killMarked, MARKER } from '../process/marked.ts';
import { askNvidiaSmi } from './nvidia-smi.ts';
import { type ProbeFacts, readObserved } from './observed.ts';

const MARK = 'lk-probe:';
const MOST_OUTPUT = 1024 * 1024;

export interface ProbeOptions {
  /** `nvidia-smi`, if the PATH has one. */
  smi?: string | null;
  interpreter: string;
  /** `probe/probe.py` of this package. */
  script: string;
  env: NodeJS.ProcessEnv;
  /** Parameters of `initialize()`, by their Python names. */
  parameters: { [name: string]: unknown };
  timeoutSeconds: number;
}

/**
 * Runs the probe with the user's Python in a process group of its own. The group is killed when the time is up,
 * when the output grows past 1 MiB, and when `lk` itself is interrupted: no process outlives it. Never rejects.
 */
export function runProbe(options: ProbeOptions): Promise<ProbeFacts> {
  const { interpreter, script, env, parameters, timeoutSeconds, smi = null } = options;
  const gpus = askNvidiaSmi(smi, env);
  const args = [script, ...(Object.keys(parameters).length > 0 ? [JSON.stringify(parameters)] : [])];
  return new Promise((resolve) => {
    let out = '';
    let errors = '';
    let ended: string | null = null;
    // -P would keep the script's folder off sys.path, and Python knows it from 3.11 on only: it is this package's own.
    const mark = randomUUID();
    const child = spawn(interpreter, args, {
      env: { ...env, [MARKER]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const stop = (why: string): void => {
      ended ??= why;
      killAll(child, mark);
    };
    const timer = setTimeout(
      () => stop(`it took longer than ${timeoutSeconds} s and was ended`),
      timeoutSeconds * 1000,
    );
    const interrupted = (signal: NodeJS.Signals): void => {
      killAll(child, mark);
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);

    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.length > MOST_OUTPUT) stop('it wrote more than 1 MiB and was ended');
    });
    child.stderr.on('data', (data: Buffer) => {
      errors = (errors + data.toString()).slice(-MOST_OUTPUT);
    });
    const finish = (why: string | null): void => {
      clearTimeout(timer);
      process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted);
      killAll(child, mark);
      const line = out.split('\n').findLast((text) => text.startsWith(MARK));
      const observed = line === undefined ? null : readObserved(line.slice(MARK.length));
      if (observed !== null) resolve({ ok: true, interpreter, observed, gpus });
      else
        resolve({
          ok: false,
          interpreter,
          why: why ?? 'it ended without an answer',
          lastLines: lastLines(errors),
          gpus,
        });
    };
    child.on('error', (error) => finish((error as NodeJS.ErrnoException).code ?? error.message));
    child.on('exit', (code, signal) => {
      // Output may still be in the pipe; a grandchild that keeps it open does not hold us up.
      const why = ended ?? (signal ? `it was killed by ${signal}` : code === 0 ? null : `it ended with status ${code}`);
      setTimeout(() => finish(why), 100);
    });
  });
}

/** The group, and what left it: Ray's daemons begin sessions of their own. */
function killAll(child: ChildProcess, mark: string): void {
  killGroup(child);
  killMarked(mark);
}

/** Workers and resource trackers are the probe's children. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // nothing of it is left
  }
}

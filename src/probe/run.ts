import { constants } from 'node:os';
import path from 'node:path';
import { type Ended, type Owner, runContained } from '../process/contained.ts';
import { lastLines } from '../process/last-lines.ts';
import { Interrupted } from '../process/signals.ts';
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
  /** Where LensKit's settings files are, which the script is taken to read with `configure()`; null: there are none. */
  settings?: string | null;
  timeoutSeconds: number;
  /** Also what a bug report wants to know (`probe/details.py`). */
  details?: boolean;
  /** What starts and ends it; null: there is no Python for the launcher. */
  owner?: Owner | null;
}

/** Runs the probe with the user's Python. No process of it outlives the answer, nor `lk`. @throws Interrupted */
export async function runProbe(options: ProbeOptions): Promise<ProbeFacts> {
  const { interpreter, script, env, parameters, settings = null, timeoutSeconds, smi = null, owner = null } = options;
  const { details = false } = options;
  const gpus = askNvidiaSmi(smi, env);
  // -P would keep the script's folder off sys.path, and Python knows it from 3.11 on only: it is this package's own.
  const isAsked = details || settings !== null || Object.keys(parameters).length > 0;
  const args = [
    script,
    ...(isAsked ? [JSON.stringify(parameters)] : []),
    ...(settings === null && !details ? [] : [settings ?? '']),
    ...(details ? ['details'] : []),
  ];
  const argv = [path.resolve(interpreter), ...args];
  const program = { argv, env, timeoutSeconds, mostOutput: MOST_OUTPUT, hasTemporaryFiles: true };
  const failed = (why: string, errors: string): ProbeFacts => ({
    ok: false,
    interpreter,
    why,
    lastLines: lastLines(errors),
    gpus,
  });
  try {
    const ended = await runContained(program, owner);
    const line = ended.output.split('\n').findLast((text) => text.startsWith(MARK));
    const observed = line === undefined ? null : readObserved(line.slice(MARK.length));
    if (observed !== null) return { ok: true, interpreter, observed, gpus };
    return failed(whyOf(ended, timeoutSeconds), ended.errors);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return failed((error as NodeJS.ErrnoException).code ?? (error as Error).message, '');
  }
}

function whyOf({ ended, signal, exitCode }: Ended, timeoutSeconds: number): string {
  if (ended === 'timeout') return `it took longer than ${timeoutSeconds} s and was ended`;
  if (ended === 'output') return 'it wrote more than 1 MiB and was ended';
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  if (signal !== null) return `it was killed by ${name ?? `signal ${signal}`}`;
  return exitCode === 0 ? 'it ended without an answer' : `it ended with status ${exitCode}`;
}

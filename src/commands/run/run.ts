import { thisMachine } from '../../host/open.ts';
import { asSnippet } from '../../output/presented.ts';
import { say } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { runInPlace } from '../../process/in-place.ts';
import { commandPython } from '../../python/of-command.ts';
import { environmentLines } from '../../report/environment/lines.ts';
import type { LookFlags } from '../doctor/flags.ts';
import { advised, parameterWords } from '../env/changes.ts';
import { FlagError } from '../flags.ts';
import { isRunnable, requireWords } from './runnable.ts';

/** The flags of `lk run`, as parsed. */
export interface RunFlags extends LookFlags {
  keep?: boolean | undefined;
  'dry-run'?: boolean | undefined;
}

/** Sets what is recommended and runs the command; returns only where Node cannot become it. @throws FlagError, FileError */
export async function run(
  flags: RunFlags,
  command: readonly string[],
  program: { version: string; root: string },
): Promise<void> {
  if (command.length === 0) throw new FlagError('run: no command; write it behind --: lk run -- python job.py');
  requireWords('run', command);
  const { changes, why, parameters } = await advised(
    flags.bench === undefined ? ofCommand(flags, command) : flags,
    program,
  );
  const set = Object.entries(changes.set).filter(([name]) => !flags.keep || process.env[name] === undefined);
  const unset = flags.keep ? [] : changes.unset;
  if (flags['dry-run']) {
    print(asSnippet(environmentLines({ set: Object.fromEntries(set), unset }, 'shell', why).text));
    return;
  }
  if (!isRunnable('run', command)) return;
  for (const line of parameterWords(parameters)) say(`lk run: ${line}`);
  const env = { ...process.env, ...Object.fromEntries(set) };
  for (const name of unset) delete env[name];
  for (const [name, value] of Object.entries(env))
    if (value?.includes('\ufffd')) say(`lk run: ${name} is not UTF-8, and reaches the command changed`);
  process.exitCode = await runInPlace(command, env);
}

/** The command's own Python decides whose rules hold, where nothing else is named and files tell which it is. */
function ofCommand(flags: RunFlags, command: readonly string[]): RunFlags {
  if (flags.python !== undefined || flags.from !== undefined || flags.sysroot !== undefined) return flags;
  const { found } = commandPython(thisMachine(process.env), command);
  return found === null ? flags : { ...flags, python: found.interpreter };
}

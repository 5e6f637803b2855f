import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { thisMachine } from '../../host/open.ts';
import { asSnippet } from '../../output/presented.ts';
import { say } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { runInPlace } from '../../process/in-place.ts';
import { commandPython } from '../../python/of-command.ts';
import { environmentLines } from '../../report/environment/lines.ts';
import type { LookFlags } from '../doctor/flags.ts';
import { advised } from '../env/changes.ts';
import { FlagError } from '../flags.ts';

/** The flags of `lk run`, as parsed. */
export interface RunFlags extends LookFlags {
  keep?: boolean | undefined;
  'dry-run'?: boolean | undefined;
}

/** A shell's exit statuses for a program that cannot be run, and for one that is not there. */
const NOT_RUNNABLE = 126;
const NOT_FOUND = 127;

/** Sets what is recommended and runs the command; returns only where Node cannot become it. @throws FlagError, FileError */
export async function run(
  flags: RunFlags,
  command: readonly string[],
  program: { version: string; root: string },
): Promise<void> {
  if (command.length === 0) throw new FlagError('run: no command; write it behind --: lk run -- python job.py');
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
  const file = located(command[0] as string, process.env.PATH ?? '');
  if (typeof file === 'number') {
    say(`lk run: ${command[0]}: ${file === NOT_FOUND ? 'no such program' : 'it cannot be run'}`);
    process.exitCode = file;
    return;
  }
  for (const [name, value] of Object.entries(parameters))
    say(
      `lk run: no variable changes ${name}, a parameter in your script: write ${name}=${JSON.stringify(value)} there`,
    );
  const env = { ...process.env, ...Object.fromEntries(set) };
  for (const name of unset) delete env[name];
  process.exitCode = await runInPlace({ file, argv: command, env });
}

/** The command's own Python decides whose rules hold, where nothing else is named and files tell which it is. */
function ofCommand(flags: RunFlags, command: readonly string[]): RunFlags {
  if (flags.python !== undefined || flags.from !== undefined || flags.sysroot !== undefined) return flags;
  const { found } = commandPython(thisMachine(process.env), command);
  return found === null ? flags : { ...flags, python: found.interpreter };
}

/** The file that a shell would run; else the exit status that it would give. */
function located(word: string, folders: string): string | number {
  const candidates = word.includes('/')
    ? [path.resolve(word)]
    : folders.split(':').map((folder) => path.resolve(folder || '.', word));
  const files = candidates.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  const found = files.find(isExecutable);
  const isFolder = word.includes('/') && statSync(candidates[0] as string, { throwIfNoEntry: false })?.isDirectory();
  return found ?? (files.length > 0 || isFolder ? NOT_RUNNABLE : NOT_FOUND);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

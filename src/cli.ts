import './output/first.ts'; // before all that looks at a standard stream
import path from 'node:path';
import type { Interfaces } from '@oclif/core';
import type { Commands } from './commands/command-line.ts';
import type { DoctorFlags } from './commands/doctor/flags.ts';
import { doctor } from './commands/doctor/run.ts';
import type { EnvFlags } from './commands/env/run.ts';
import { aroundDashes } from './commands/run/around-dashes.ts';
import type { RunFlags } from './commands/run/run.ts';
import { READERS } from './commands/values.ts';
import { readUserFile } from './files/read.ts';
import { type CommandTable, type Flags, flagsOf } from './front-door.ts';
import { asJson, asJsonLine, asPage } from './output/presented.ts';
import { printAside, say } from './output/standard-error.ts';
import { hasPrinted, print } from './output/standard-output.ts';
import { hiding } from './privacy/secrets.ts';
import { type Interrupted, refuseDebugger } from './process/signals.ts';

/** oclif finds its commands here (`oclif.commands` in package.json), once `withCommands` has loaded them. */
export let COMMANDS: typeof import('./commands/all.ts')['COMMANDS'] | undefined;

/** What oclif's parser refuses, in our words; it is loaded with it. */
let inOurWords: typeof import('./commands/refusals.ts') | undefined;

export async function withCommands(): Promise<void> {
  COMMANDS = (await import('./commands/all.ts')).COMMANDS;
  inOurWords = await import('./commands/refusals.ts');
}

type Failure = NodeJS.ErrnoException & { oclif?: { exit?: number } };

/** Errors end here: one line, no stack trace unless DEBUG asks for it, JSON where JSON was asked for. */
function fail(error: Failure): void {
  const exit = error.oclif?.exit ?? (isInterrupted(error) ? error.exitStatus : 2);
  process.exitCode = exit;
  if (exit === 0) return;
  const hide = hiding(process.env, process.argv.slice(2));
  const type = error.name === 'Error' ? 'UsageError' : error.name;
  const message = hide(
    isFault(error) ? `${error.name}: ${error.message}: a fault of lk, please report it` : said(error),
  );
  const failure = { schemaVersion: 1, error: { type, message } };
  if (wantsJson(process.argv.slice(2)) && !hasPrinted())
    print(IN_LINES.includes(process.argv[2] ?? '') ? asJsonLine(failure) : asJson(failure));
  else say(`lk: ${message}`);
  if (process.env.DEBUG) printAside(asPage(`${hide(String(error.stack))}\n`));
}

/** Commands whose JSON is a document in each line. */
const IN_LINES: readonly string[] = ['watch'];

/** By name: each bundle of the program has the class. */
function isInterrupted(error: Error): error is Interrupted {
  return error.name === 'Interrupted';
}

const FAULTS = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'AggregateError'];

/** What nobody meant to be thrown. */
function isFault({ name, code, syscall, oclif }: Failure): boolean {
  return (
    FAULTS.includes(name) || (name === 'Error' && code !== undefined && oclif === undefined && syscall !== 'uv_cwd')
  );
}

/** Longer ones repeat what was typed, which nobody reads to the end. */
const MOST_SAID = 1000;

function said(error: Failure): string {
  if (error.syscall === 'uv_cwd') return 'the working folder is not there any more; go to another';
  const message = error.message || String(error);
  const text = inOurWords?.unwrapped(message) ?? message;
  const ours = error.oclif && inOurWords?.refusal(text, process.argv.slice(2), COMMANDS ?? {});
  const line = ours === undefined ? text : ours.split('\n').join('; ');
  const lower = /^[A-Z][a-z]/.test(line) ? line.charAt(0).toLowerCase() + line.slice(1) : line;
  return lower.length > MOST_SAID ? `${lower.slice(0, MOST_SAID)}…` : lower;
}

function wantsJson(argv: string[]): boolean {
  const end = argv.indexOf('--');
  const own = end < 0 ? argv : argv.slice(0, end);
  return own.some(
    (argument, index) =>
      argument === '--json' || argument === '--format=json' || (argument === '--format' && own[index + 1] === 'json'),
  );
}

/** Runs the command line. */
export async function main(): Promise<void> {
  refuseDebugger();
  // What is thrown where nobody waits for it ends the program, in the same words.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      fail(error instanceof Error ? error : new TypeError(String(error)));
      process.exit();
    });
  }
  const root = path.dirname(__dirname);
  const argv = process.argv.slice(2);
  const quick = QUICK[argv[0] ?? ''];
  await (quick === undefined ? byOclif(root, argv) : byFrontDoor(root, argv, quick)).catch(fail);
}

type Quick = (flags: Flags, program: { version: string; root: string }, command: string[]) => Promise<void>;

/** For these oclif is not even loaded. The table is their classes' own: flags have the shape that those give them. */
export const QUICK: { readonly [command: string]: Quick | undefined } = {
  doctor: (flags, program) => doctor(flags as unknown as DoctorFlags, program),
  run: async (flags, program, command) =>
    (await import('./commands/run/run.ts')).run(flags as unknown as RunFlags, command, program),
  ps: async (flags, program) => (await import('./commands/live/run.ts')).ps(flags, program),
  env: async (flags, program) => (await import('./commands/env/run.ts')).env(flags as unknown as EnvFlags, program),
};

async function byFrontDoor(root: string, argv: string[], quick: Quick): Promise<void> {
  const { version, commands } = JSON.parse(readUserFile(path.join(root, 'dist/front-door.json'))) as Tables;
  const [words, command] = aroundDashes(argv);
  // What takes no command leaves the dashes to oclif.
  const own = argv[0] === 'run' ? words.slice(1) : argv.slice(1);
  const flags = flagsOf(own, commands[argv[0] as string] as CommandTable, READERS);
  await (flags === null ? byOclif(root, argv) : quick(flags, { version, root }, command));
}

/** What the build takes from oclif's manifest for the front door, which is a tenth of it. */
interface Tables {
  version: string;
  commands: { [id: string]: CommandTable };
}

async function byOclif(root: string, argv: string[]): Promise<void> {
  await withCommands();
  const { run } = await import('@oclif/core/run');
  const { commandLine } = await import('./commands/command-line.ts');
  // Code comes from the package alone: oclif would also load what a file of the user's data folder names.
  // Read here: oclif would look for it in every folder upward, twice, and load Node's promises of files for it.
  const pjson = JSON.parse(readUserFile(path.join(root, 'package.json'))) as Interfaces.PJSON;
  await run(commandLine(argv, COMMANDS as Commands), { root, pjson, userPlugins: false, devPlugins: false });
}

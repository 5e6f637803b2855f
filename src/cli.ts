import path from 'node:path';
import { run } from '@oclif/core/run';
import BenchBatch from './commands/bench/batch.ts';
import CheckScript from './commands/check/script.ts';
import Doctor from './commands/doctor.ts';
import Explain from './commands/explain.ts';
import { hiding } from './privacy/secrets.ts';

/** oclif finds its commands here (`oclif.commands` in package.json): named one by one, so that none is searched for. */
export const COMMANDS = { 'bench:batch': BenchBatch, 'check:script': CheckScript, doctor: Doctor, explain: Explain };

/** Errors end here: one line, no stack trace unless DEBUG asks for it, JSON where JSON was asked for. */
function fail(error: Error & { oclif?: { exit?: number } }): void {
  const exit = error.oclif?.exit ?? 2;
  process.exitCode = exit;
  if (exit === 0) return;
  const hide = hiding(process.env, process.argv.slice(2));
  const message = hide(lowerFirst((error.message || String(error)).replace(/\nSee more help with --help$/, '')));
  if (wantsJson(process.argv.slice(2))) {
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, error: { type: error.name === 'Error' ? 'UsageError' : error.name, message } }, null, 2)}\n`,
    );
  } else process.stderr.write(`lk: ${message}\n`);
  if (process.env.DEBUG) process.stderr.write(`${hide(error.stack)}\n`);
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
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
  // Code comes from the package alone: oclif would also load what a file of the user's data folder names.
  const options = { root: path.dirname(__dirname), userPlugins: false, devPlugins: false };
  await run(process.argv.slice(2), options).catch(fail);
}

import { existsSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BenchResult, Comparison } from '../../documents/bench-result.ts';
import { isGain } from '../../documents/bench-result.ts';
import { FileError, readUserFile, writeUserFile } from '../../files/user-files.ts';
import { EXPORTS } from '../../report/bench/exports.ts';
import { withVariables } from '../../report/bench/snippets.ts';
import { FlagError } from '../flags.ts';

interface FileFlags {
  write?: string | undefined;
  export?: string | undefined;
  plot?: string | undefined;
  save?: string | undefined;
}

/** Refuses what could not be written in the end before anything is measured. */
export function checkFiles(flags: FileFlags): void {
  for (const name of ['write', 'export', 'plot', 'save'] as const) {
    const file = flags[name];
    if (file === undefined) continue;
    const folder = path.dirname(path.resolve(file));
    if (!existsSync(folder)) throw new FileError(`--${name} ${file}: ${folder} is not there`);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new FileError(`--${name} ${file}: a directory`);
  }
  ending('export', flags.export, Object.keys(EXPORTS));
  ending('plot', flags.plot, ['.svg', '.html']);
}

function ending(flag: string, file: string | undefined, known: readonly string[]): void {
  if (file === undefined || known.includes(path.extname(file))) return;
  throw new FlagError(`--${flag} ${file}: no ending that is known; write one of ${known.join(', ')}`);
}

/** Writes what was asked for; says on standard error what it wrote. */
export async function writeFiles(result: BenchResult, flags: FileFlags, unset: RegExp): Promise<void> {
  const wrote = (file: string): void => void process.stderr.write(`wrote ${file}\n`);
  if (flags.save !== undefined) {
    writeUserFile(flags.save, `${JSON.stringify(result, null, 2)}\n`);
    wrote(flags.save);
  }
  if (flags.export !== undefined) {
    writeUserFile(flags.export, EXPORTS[path.extname(flags.export)]?.(result) ?? '');
    wrote(flags.export);
  }
  if (flags.plot !== undefined) {
    const { renderHtml, renderSvg } = await import('../../report/bench/plot.ts');
    writeUserFile(flags.plot, await (path.extname(flags.plot) === '.svg' ? renderSvg : renderHtml)(result));
    wrote(flags.plot);
  }
  if (flags.write !== undefined && result.best !== null && !result.interrupted && isGain(result.best)) {
    const before = existsSync(flags.write) ? readUserFile(flags.write) : '';
    // Whole or not at all: the file may hold other things that matter.
    const beside = `${flags.write}.lk-${process.pid}`;
    writeUserFile(beside, withVariables(before, result.best.env, unset));
    renameSync(beside, flags.write);
    wrote(flags.write);
  } else if (flags.write !== undefined) {
    process.stderr.write(`${flags.write} was left as it is: ${whyNot(result)}\n`);
  }
}

function whyNot({ best, interrupted }: BenchResult): string {
  if (interrupted) return 'the search was interrupted';
  return best === null ? 'no setting succeeded' : 'the current environment is faster than every setting';
}

/** @throws FileError where the file holds no result of `lk bench batch` */
export function readResult(file: string): BenchResult {
  let document: Partial<BenchResult> | null;
  try {
    document = JSON.parse(readUserFile(file)) as Partial<BenchResult> | null;
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${file}: not JSON: ${(error as Error).message.split('\n')[0]}`);
  }
  const isResult =
    document?.schemaVersion === 1 &&
    Array.isArray(document.trials) &&
    typeof document.engine === 'string' &&
    typeof document.time === 'string';
  if (!isResult) throw new FileError(`${file}: no result of lk bench batch; write one with --save FILE`);
  return document as BenchResult;
}

/** The settings that both have measured, side by side. */
export function compared(file: string, before: BenchResult, now: Pick<BenchResult, 'trials'>): Comparison {
  const key = (env: { [name: string]: string }): string => JSON.stringify(Object.entries(env).sort());
  const known = new Map(
    before.trials.flatMap(({ env, median }) => (typeof median === 'number' ? [[key(env), median] as const] : [])),
  );
  return {
    file,
    time: before.time,
    settings: now.trials.flatMap(({ env, median }) => {
      const old = known.get(key(env));
      return old === undefined || median === null ? [] : [{ env, before: old, now: median, ratio: old / median }];
    }),
    bestBefore: before.best ? { env: before.best.env, median: before.best.median } : null,
  };
}

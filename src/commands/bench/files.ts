import path from 'node:path';
import { follow } from '../../bench/conditions/follow.ts';
import type { Space } from '../../bench/space.ts';
import { type BenchResult, claimed, handedOut, withoutOutput } from '../../documents/bench-result.ts';
import { renderJson } from '../../escape/json.ts';
import { DotenvError, dotenvLine, linesThatMaySet, withVariables } from '../../files/dotenv.ts';
import { FileError } from '../../files/errors.ts';
import { type Output, openOutput } from '../../files/output.ts';
import { checkRecord } from '../../files/record.ts';
import { say } from '../../output/standard-error.ts';
import { EXPORTS } from '../../report/bench/exports.ts';
import { unchangedWords } from '../../report/bench/verdict.ts';
import { keepApart } from '../files-apart.ts';
import { FlagError } from '../flags.ts';
import { holderOfStandardOutput } from '../standard-output.ts';

const OUTPUTS = ['save', 'export', 'plot', 'write'] as const;
type OutputFlag = (typeof OUTPUTS)[number];

const SOURCES = ['resume', 'data', 'pipeline', 'python', 'input'] as const;
const COMMANDS = ['setup', 'cleanup'] as const;

type FileFlags = {
  readonly [flag in OutputFlag | (typeof SOURCES)[number] | (typeof COMMANDS)[number] | 'format']?: string | undefined;
} & {
  readonly json: boolean;
  readonly 'keep-output': boolean;
};

/** What a benchmark writes besides its report, each known to be writable. */
export interface BenchOutputs {
  readonly outputs: { readonly [flag in OutputFlag]?: Output };
  /** True: one of them has standard output to itself. */
  readonly takeStandardOutput: boolean;
}

/** A dotenv file often holds secrets. */
const PRIVATE = 0o600;

/**
 * Opens what the benchmark shall write, and refuses what could not be written, or would overwrite what is read, before
 * anything is measured. Nothing changes on the disk.
 *
 * @throws FileError, FlagError
 */
export function openOutputs(flags: FileFlags, command: readonly string[]): BenchOutputs {
  if (flags.resume !== undefined) checkRecord(flags.resume, `--resume ${flags.resume}`);
  const named = OUTPUTS.flatMap((flag) => {
    const name = flags[flag];
    if (name === undefined) return [];
    const mode = flag === 'write' ? PRIVATE : 0o666;
    const label = `--${flag} ${name}`;
    // The name of a format alone: to standard output.
    const isFormat = flag === 'export' && `.${name}` in EXPORTS;
    return [{ flag, output: { ...openOutput(isFormat ? '-' : name, { label, mode }), name } }];
  });
  const outputs: BenchOutputs['outputs'] = Object.fromEntries(named.map(({ flag, output }) => [flag, output]));
  ending('export', outputs.export, Object.keys(EXPORTS));
  ending('plot', outputs.plot, ['.svg', '.html']);
  keepApart(named, [
    ...SOURCES.map((flag) => ({ called: `--${flag}`, words: [flags[flag] ?? []].flat() })),
    ...COMMANDS.map((flag) => ({ called: `--${flag}`, words: [flags[flag] ?? []].flat(), except: isEnvironment })),
    {
      called: "the command's",
      words: named.length === 0 ? [] : [...command, ...filesOf(command)],
      except: isEnvironment,
    },
  ]);
  const taken = flags.json ? '--json' : flags.format === undefined ? null : `--format ${flags.format}`;
  return { outputs, takeStandardOutput: holderOfStandardOutput(named, taken) !== null };
}

/** Those that a command names in other words than their own: modules, variables in paths. */
function filesOf(command: readonly string[]): string[] {
  const options = { cwd: process.cwd(), env: process.env, leftOut: () => false, inTurn: false };
  return follow([command], options).files.flatMap(({ path: file, within }) => (within ? [] : [file]));
}

/** A job may read the dotenv file of which `--write` edits lines; a script, with lines added, is another. */
function isEnvironment({ flag, output }: { flag: string; output: Output }): boolean {
  return flag === 'write' && /env/i.test(path.basename(output.name));
}

/**
 * That the dotenv file can be edited whatever setting wins: known before anything is measured.
 *
 * @throws FileError
 */
export function requireEditable({ outputs }: BenchOutputs, { candidates, replaced }: Space): void {
  if (outputs.write === undefined) return;
  const [first, ...others] = candidates.map(({ env }) => handedOut(env));
  const always = Object.entries(first ?? {}).filter(([name]) => others.every((env) => Object.hasOwn(env, name)));
  dotenv(outputs.write, Object.fromEntries(always), replaced);
}

/** The ending that says the format; a pipe or a device without one gets the format that a program reads. */
function ending(flag: 'export' | 'plot', output: Output | undefined, known: readonly string[]): string {
  if (output === undefined) return '';
  const own = path.extname(output.name);
  if (known.includes(own)) return own;
  if (output.takesStandardOutput && known.includes(`.${output.name}`)) return `.${output.name}`;
  if (output.adds) return flag === 'export' ? '.json' : '.svg';
  throw new FlagError(`--${flag} ${output.name}: no ending that is known; write one of ${known.join(', ')}`);
}

/** What is written into each; null: nothing, and why. */
type Content = { bytes: Uint8Array | string } | { why: string };

/**
 * Writes what was asked for, each for itself: one that fails does not cost the others. Says on standard error what
 * was written and what was not. Returns false where something could not be written.
 */
export async function writeFiles(
  result: BenchResult,
  { outputs }: BenchOutputs,
  flags: FileFlags,
  replaced: RegExp,
): Promise<boolean> {
  const kept = flags['keep-output'] ? result : withoutOutput(result);
  const contents: { readonly [flag in OutputFlag]: (output: Output) => Content | Promise<Content> } = {
    save: () => ({ bytes: renderJson(kept) }),
    export: (output) => ({ bytes: EXPORTS[ending('export', output, Object.keys(EXPORTS))]?.(kept) ?? '' }),
    plot: async (output) => {
      const [{ renderSvg }, { renderHtml }] = await Promise.all([
        import('../../report/bench/plot.ts'),
        import('../../report/bench/page.ts'),
      ]);
      const render = ending('plot', output, ['.svg', '.html']) === '.svg' ? renderSvg : renderHtml;
      return { bytes: await render(kept) };
    },
    write: (output) => {
      const best = claimed(result);
      return best === null || result.interrupted
        ? { why: result.interrupted ? 'the search was interrupted' : unchangedWords(result) }
        : { bytes: dotenv(output, handedOut(best.env), replaced) };
    },
  };
  let complete = true;
  for (const flag of OUTPUTS) {
    const output = outputs[flag];
    if (output === undefined) continue;
    try {
      const content = await contents[flag](output);
      if ('why' in content) {
        say(`${output.name} was left as it is: ${content.why}`);
        continue;
      }
      for (const warning of output.write(content.bytes)) say(warning);
      if (flag === 'write' && typeof content.bytes !== 'string') {
        for (const { line, name } of linesThatMaySet(content.bytes, handedOut(result.best?.env ?? {}), replaced))
          say(`${output.name}: line ${line} may still set ${name}, within something else; look at it`);
      }
      if (!output.takesStandardOutput) say(`wrote ${output.name}`);
    } catch (error) {
      complete = false;
      say(`lk: ${(error as Error).message}`);
    }
  }
  return complete;
}

/** The dotenv file with these variables; what is only added to gets their lines alone. @throws FileError */
function dotenv(output: Output, env: { readonly [name: string]: string }, unset: RegExp): Uint8Array | string {
  if (output.adds) return Object.entries(env).map(dotenvLine).join('\n').concat('\n');
  try {
    return withVariables(output.held(), env, unset);
  } catch (error) {
    if (error instanceof DotenvError) throw new FileError(`--write ${output.name}: ${error.message}`);
    throw error;
  }
}

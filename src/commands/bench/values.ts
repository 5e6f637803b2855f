import { quote } from 'shell-quote';
import { type SplitLine, splitLine, WordsError } from '../../command-line/words.ts';
import { FlagError } from '../flags.ts';

/** What the text of a flag says. Each throws FlagError with the flag, what it got, and what to write. */

/** A whole number from `least` on. */
export function count(flag: string, text: string, least = 1, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  const upTo = most === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${most}`;
  throw new FlagError(`--${flag} ${text}: write a whole number, ${least} ${upTo}`);
}

/** `1,2,4`. */
export function counts(flag: string, text: string): ReadonlySet<number> {
  return new Set(text.split(',').map((part) => count(flag, part.trim(), 1, 4096)));
}

export function positive(flag: string, text: string): number {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new FlagError(`--${flag} ${text}: write a number above 0, such as 2 or 1.5`);
}

/** What `--ignore-failure` says without a value. */
export const ALL_STATUSES = 'all-non-zero';

/** Exit statuses: `1,2`, or all. */
export function statuses(flag: string, text: string): 'all' | ReadonlySet<number> {
  return text === ALL_STATUSES ? 'all' : new Set(text.split(',').map((part) => count(flag, part.trim(), 1, 255)));
}

const UNITS: { readonly [unit: string]: number } = { ms: 0.001, s: 1, '': 1, m: 60, min: 60, h: 3600 };

/** `90s`, `10m`, `1.5h`; a bare number is seconds. */
export function seconds(flag: string, text: string): number {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|min|m|h|)$/.exec(text.trim()) ?? [];
  const value = Number(number ?? 0) * (UNITS[unit ?? ''] ?? 0);
  if (value > 0) return value;
  throw new FlagError(`--${flag} ${text}: no time; write one such as 90s, 10m or 1h`);
}

/** A command line in one text: words and quotes, and nothing that only a shell does; with a shell it goes there as it is. */
export function commandLine(flag: string, text: string | undefined, shell: boolean): string[] | null {
  if (text === undefined) return null;
  if (shell) return ['/bin/sh', '-c', text];
  const { words, more } = split(flag, text);
  if (more !== null)
    throw new FlagError(
      `--${flag} ${text}: a shell would ${more}, and none is between; quote it, or hand the commands to one with --shell`,
    );
  if (words.length > 0) return words;
  throw new FlagError(`--${flag}: no command; write one such as "rm -rf cache"`);
}

function split(flag: string, text: string): SplitLine {
  try {
    return splitLine(text);
  } catch (error) {
    if (!(error instanceof WordsError)) throw error;
    throw new FlagError(`--${flag} ${text}: ${error.message}`);
  }
}

/** What a shell takes for its own where it stands alone. */
const OPERATORS = /^(?:[|&;()]{1,2}|\d?[<>]{1,2}|\d?>&\d|&>|\|&)$/;

/**
 * The command behind `--` for a shell. One word is the line itself; of several each stays the word that it is, so that
 * `python3 -c 'print("a b")'` means with a shell what it means without.
 */
export function shellLine(words: readonly string[]): string {
  const [line = '', ...rest] = words;
  if (rest.length === 0) return line;
  const operator = rest.find((word) => OPERATORS.test(word));
  if (operator !== undefined)
    throw new FlagError(
      `--shell: ${operator} is a word of its own among several, which reach the program as they are; write the whole line as one word: -- ${inQuotes(words)}`,
    );
  return quote(words);
}

/** To be typed: one word that holds the line. */
function inQuotes(words: readonly string[]): string {
  return quote([words.join(' ')]);
}

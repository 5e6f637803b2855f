import { quote } from 'shell-quote';
import { type SplitLine, splitLine, WordsError } from '../../command-line/words.ts';
import { FlagError } from '../flags.ts';
import { count } from '../values.ts';

/** What `--ignore-failure` says without a value. */
export const ALL_STATUSES = 'all-non-zero';

/** Exit statuses: `1,2`, or all. @throws FlagError */
export function statuses(flag: string, text: string): 'all' | ReadonlySet<number> {
  return text === ALL_STATUSES ? 'all' : new Set(text.split(',').map((part) => count(flag, part.trim(), 1, 255)));
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

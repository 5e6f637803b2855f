import { parse } from 'shell-quote';

/** A command of a shell's text, with the variables that it sets in front of it. */
export interface SimpleCommand {
  sets: { name: string; value: string }[];
  words: string[];
}

/** Longer texts are no job's. */
const MOST_LETTERS = 64 * 1024;
const MOST_COMMANDS = 500;

/** In front of a command, and none. */
const KEYWORDS = /^(?:if|then|else|elif|while|until|do|!|\{|time|exec|command|builtin)$/;
const REDIRECTION = /^(?:&?>>?|>[&|]?|<<?<?|<[&>]|<<-)$/;

/**
 * The commands of a shell's text one after the other, as far as they can be told without running it: `cd d && X=1 exec
 * python job.py > out` is `cd d` and, with X, `python job.py`. `valueFor` says what a variable holds by then.
 */
export function* commandsOf(text: string, valueFor: (name: string) => string): Generator<SimpleCommand> {
  let count = 0;
  const joined = text.slice(0, MOST_LETTERS).replaceAll('\\\n', ' ');
  for (const line of joined.split('\n')) {
    if (/^\s*#/.test(line)) continue;
    let words: string[] = [];
    let skip = false;
    for (const entry of [...entriesOf(line, valueFor), END]) {
      if (typeof entry !== 'string' && REDIRECTION.test(entry.op)) skip = true;
      else if (skip && typeof entry === 'string') skip = false;
      else if (typeof entry === 'string') words.push(entry);
      else {
        const command = simple(words);
        if (command !== null && count++ < MOST_COMMANDS) yield command;
        words = [];
        skip = false;
      }
    }
  }
}

const END = { op: ';' };

/** A line's words and operators. Its variables have the values that they have by then. */
function* entriesOf(line: string, valueFor: (name: string) => string): Generator<string | { op: string }> {
  try {
    for (const entry of parse(line, valueFor)) {
      if (typeof entry === 'string') yield entry;
      else if ('pattern' in entry) yield entry.pattern;
      else if ('op' in entry) yield entry;
    }
  } catch {
    // A substitution that shell-quote does not know: nothing is known of this line.
  }
}

function simple(given: readonly string[]): SimpleCommand | null {
  const sets: SimpleCommand['sets'] = [];
  let at = 0;
  for (; at < given.length; at++) {
    const word = given[at] as string;
    const [, name, value = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
    if (name !== undefined) sets.push({ name, value });
    else if (!KEYWORDS.test(word)) break;
  }
  const words = given.slice(at);
  return words.length + sets.length === 0 ? null : { sets, words };
}

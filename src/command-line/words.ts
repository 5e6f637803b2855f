import { parse } from 'shell-quote';

/**
 * A line split into words as a shell splits it (POSIX.1-2024, Shell Command Language, 2.2 Quoting and 2.3 Token
 * Recognition), and the first thing in it that a shell would do beyond that, of which nothing is done here.
 */
export interface SplitLine {
  words: string[];
  /** `would expand $HOME`; null: words and quotes are all there is. */
  more: string | null;
}

/** One part of a line after the other: what is in quotes, an escaped letter, blanks, or a single letter. */
const PART = /'([^']*)('?)|"((?:[^"\\]|\\[\s\S])*)("?)|\\([\s\S])|[ \t]+|[\s\S]/gu;
/** Behind a `$`: parameters, substitutions, arithmetic, and the quotes of bash. */
const EXPANSION = /^\$(?:[A-Za-z_]\w*|[0-9@*#?$!({['"-])/;
const OPERATOR = /[|&;<>()]/;
/** Names that only a shell has, or whose programs (POSIX wants some) change nothing for who calls them. */
const OWN_COMMANDS = new Set(
  `. : alias bg break case cd continue do done elif else esac eval exec exit export fg fi for getopts hash if jobs local
  read readonly return set shift source then times trap type ulimit umask unalias unset until wait while ! { }`.split(
    /\s+/,
  ),
);

/**
 * The words of a command line that goes to no shell.
 *
 * @throws WordsError for a quote that is not closed, and a backslash that nothing follows
 */
export function splitLine(line: string): SplitLine {
  const { text, more } = prepared(line);
  return { words: wordsOf(text), more: more ?? ownCommand(line, text) };
}

/** The words by quotes and backslashes alone, as sbatch reads its `#SBATCH` lines: all else stands for itself. Never throws. */
export function quotedWords(line: string): string[] {
  return wordsOf(prepared(line, true).text);
}

/** A line that is no line. */
export class WordsError extends Error {
  override readonly name = 'WordsError';
}

/**
 * The line as shell-quote reads it right, which takes `a#b` for a comment and splits at blanks that are none to a shell
 * (1.12): what stands for itself is in single quotes.
 */
function prepared(line: string, lenient = false): { text: string; more: string | null } {
  let text = '';
  let more: string | null = null;
  let inWord = false;
  const would = (what: string): void => {
    more ??= what;
  };
  for (const match of line.matchAll(PART)) {
    const [part, single, singleEnd, double, doubleEnd, escaped] = match;
    const begins: boolean = !inWord;
    inWord = true;
    if (!lenient && (singleEnd ?? doubleEnd) === '') throw new WordsError(`a quote ${part[0]} is not closed`);
    if (single !== undefined) text += singleQuoted(single);
    else if (double !== undefined) {
      const expansion = unescapedExpansion(double);
      if (expansion !== null) would(`expand ${expansion}`);
      text += singleQuoted(double.replace(/\\([$`"\\\n])/g, (_, letter) => (letter === '\n' ? '' : letter)));
    } else if (escaped !== undefined) {
      if (escaped === '\n') inWord = !begins;
      else text += singleQuoted(escaped);
    } else if (/^[ \t]/.test(part) || (lenient && /^[\r\n]$/.test(part))) {
      text += ' ';
      inWord = false;
    } else {
      if (!lenient && part === '\\') throw new WordsError('nothing follows the last backslash');
      const does = letterDoes(line, match.index, begins);
      if (does !== null) would(does);
      text += singleQuoted(part);
    }
  }
  return { text, more };
}

/** All that is left to take apart are words of quoted parts. */
function wordsOf(text: string): string[] {
  return parse(text, {}).map((word) => (typeof word === 'string' ? word : 'pattern' in word ? word.pattern : ''));
}

function singleQuoted(text: string): string {
  return /^[\w./,:@%+=-]*$/.test(text) && text !== '' ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What a shell does with a letter outside of quotes; null: it stands for itself. */
function letterDoes(line: string, at: number, begins: boolean): string | null {
  const letter = line[at] as string;
  const rest = line.slice(at, at + MOST_SHOWN);
  if (letter === '\n') return 'begin another command at a line break';
  if (OPERATOR.test(letter)) return `act on ${/^[|&;<>()]+/.exec(rest)?.[0]}`;
  if (letter === '`') return 'run what is between `…`';
  if (letter === '$') return EXPANSION.test(rest) ? `expand ${shownExpansion(rest)}` : null;
  if (/^(?:[*?]|\[\S*\])/.test(rest)) return `look for files by the pattern ${letter}`;
  if (letter === '~') return begins || /[=:]/.test(line[at - 1] ?? '') ? 'expand ~' : null;
  if (letter === '{') return /^\{[^{}\s]*(?:,|\.\.)/.test(rest) ? 'expand {…}' : null;
  if (letter === '#') return begins ? 'take what follows # for a comment' : null;
  return null;
}

/** So much of a line is looked at, and shown. */
const MOST_SHOWN = 80;

function shownExpansion(rest: string): string {
  const [name = '$'] = /^\$(?:\w+|\{[^}]{0,40}\}?|\(\(?|.)/s.exec(rest) ?? [];
  return name.startsWith('$(') ? '$(…)' : name;
}

/** In double quotes `$` and backticks do what they do outside. */
function unescapedExpansion(content: string): string | null {
  for (const { 0: part, index } of content.matchAll(/\\[\s\S]|`|\$/g)) {
    if (part === '`') return '`…`';
    // Quotes behind it are not bash's here.
    if (part === '$' && /^\$[\w@*#?$!({-]/.test(content.slice(index))) return shownExpansion(content.slice(index));
  }
  return null;
}

/** The first word is a shell's own: it sets a variable, or is no program. */
function ownCommand(line: string, text: string): string | null {
  const [, name] = /^\s*([A-Za-z_]\w*)\+?=/.exec(line) ?? [];
  if (name !== undefined) return `set ${name} for the rest of the line`;
  const [first = ''] = /^\s*(\S+)(?=\s|$)/.exec(line)?.slice(1) ?? [];
  return OWN_COMMANDS.has(first) && text !== '' ? `do ${first} itself` : null;
}

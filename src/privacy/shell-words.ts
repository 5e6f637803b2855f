/** A word of a shell's line as it is written, quotes and all, and where it stands. */
export interface ShellWord {
  text: string;
  from: number;
  /** `;`, `|`, `&` and brackets: another command begins. */
  isOperator: boolean;
}

const BLANK = /\s/;
/** Four lines within each other make 15 of them. */
const ESCAPED_QUOTE = /\\{1,15}["']/y;
const OPERATOR = /[;|&()`<>]/;

/** The words of a line as a shell splits it. It need not be a shell's: what is in quotes is one word. Never throws. */
export function shellWords(line: string): ShellWord[] {
  const words: ShellWord[] = [];
  let at = 0;
  while (at < line.length) {
    const letter = line[at] as string;
    if (BLANK.test(letter)) at++;
    else if (OPERATOR.test(letter)) {
      words.push({ text: letter, from: at, isOperator: true });
      at++;
    } else {
      const end = wordEnds(line, at);
      words.push({ text: line.slice(at, end), from: at, isOperator: false });
      at = end;
    }
  }
  return words;
}

function wordEnds(line: string, from: number): number {
  let at = innerQuoteEnds(line, from);
  while (at < line.length && !BLANK.test(line[at] as string) && !OPERATOR.test(line[at] as string)) {
    if (line[at] === '\\') at += 2;
    else if (line[at] === "'") at = behind(line.indexOf("'", at + 1), line);
    else if (line[at] === '"') at = doubleQuoteEnds(line, at);
    else at++;
  }
  return Math.min(at, line.length);
}

/** Behind a text in quotes that are escaped, as those of a line within this one are; where it begins, if there is none. */
function innerQuoteEnds(line: string, from: number): number {
  ESCAPED_QUOTE.lastIndex = from;
  const quote = ESCAPED_QUOTE.exec(line)?.[0];
  if (quote === undefined) return from;
  for (let at = line.indexOf(quote, from + 1); at >= 0; at = line.indexOf(quote, at + 1)) {
    if (line[at - 1] !== '\\') return at + quote.length;
  }
  return from;
}

function doubleQuoteEnds(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === '"') return at + 1;
  }
  return line.length;
}

function behind(index: number, line: string): number {
  return index < 0 ? line.length : index + 1;
}

const QUOTED = /^(\\*["'])([\s\S]*)\1$/;

/** A word without the quotes around it, and how many letters they are. */
export function unquoted(word: string): { text: string; skipped: number } {
  const [, quote = '', text = word] = QUOTED.exec(word) ?? [];
  return { text, skipped: quote.length };
}

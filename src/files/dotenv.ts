import { closingQuote, lineAfter, shellRegions } from './shell-regions.ts';

/** Variables by name; a value is what a program shall see. */
type Variables = { readonly [name: string]: string };

/** A dotenv file that cannot be edited byte by byte. */
export class DotenvError extends Error {
  override readonly name = 'DotenvError';
}

/** Where an assignment stands in the text: the value's span lies within the line's. */
interface Assignment {
  name: string;
  /** The whole of it, with the end of its line. */
  start: number;
  end: number;
  /** From the name's end to the value's end: `=`, blanks around it, the value. */
  valueStart: number;
  valueEnd: number;
  /** Where the comment on its line begins; the end where there is none. */
  comment: number;
  /** Behind a byte order mark, which readers take for a part of the name. */
  marked: boolean;
  /** False: more than a comment follows on the line, which some readers take for a part of the value. */
  isWhole: boolean;
  /** False: where the value ends only a shell can say (`$(nproc --all)`, an array). It is never changed. */
  isPlain: boolean;
  /** True: the line does something else as well (`export A=1 B=2`, `A=1; B=2`), which must not go with it. */
  holdsMore: boolean;
}

const BOM = '\u00ef\u00bb\u00bf'; // UTF-8's, a letter for each byte

/**
 * A dotenv file with these variables: values that they have are replaced where they stand, lines that set what is to
 * be unset go but for their comments, and what was not there follows. All else stays byte for byte: line ends, comments, other encodings.
 * What python-dotenv, Node's dotenv or a shell takes for the inside of another value is not looked into.
 *
 * @throws DotenvError where the file is in UTF-16 or UTF-32, and where something else stands on a line that has to go
 */
export function withVariables(bytes: Buffer, variables: Variables, unset: RegExp): Buffer {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes.includes(0))
    throw new DotenvError('UTF-16 or no text; save it as UTF-8');
  // A letter for each byte: nothing is lost on the way back.
  const text = bytes.toString('latin1');
  /** Where in the result each was written last, where it is certain to be read there. */
  const written = new Map<string, number>();
  let result = '';
  let at = 0;
  for (const assignment of assignments(text)) {
    const { name, start, valueStart, valueEnd, comment, marked, isWhole, isPlain, holdsMore } = assignment;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined && !unset.test(name)) continue;
    if (value === undefined) {
      if (holdsMore) throw new DotenvError(`line ${lineOf(text, start)} sets ${name} and something else; part them`);
      result += text.slice(at, start) + (marked ? BOM : '');
      at = comment;
    } else if (isPlain) {
      const before = result.length + start - at;
      result += `${text.slice(at, valueStart)}=${quoted(value)}`;
      at = valueEnd;
      if (!marked && isWhole) written.set(name, before);
    }
  }
  result += text.slice(at);
  // What stands below it within another value is an assignment to some reader, and the last one wins.
  const added = Object.entries(variables).filter(
    ([name]) => !written.has(name) || written.get(name) !== lastLineOf(result, name),
  );
  if (added.length > 0) result = ended(result) + added.map((entry) => dotenvLine(entry) + lineEnd(text)).join('');
  return Buffer.from(result, 'latin1');
}

/** Lines, from 1 on, that a reader may take for assignments to what is unset: within something else, which is never edited. */
export function linesThatMaySet(
  bytes: Uint8Array,
  variables: Variables,
  unset: RegExp,
): { line: number; name: string }[] {
  const text = Buffer.from(bytes).toString('latin1');
  const found: { line: number; name: string }[] = [];
  let line = 1;
  for (let start = 0; start < text.length; start = lineAfter(text, start), line++) {
    const head = headAt(text, start);
    const isUnset = head !== null && unset.test(head.name) && !Object.hasOwn(variables, head.name);
    if (isUnset && equalsAt(text, head.end) !== null) found.push({ line, name: head.name });
  }
  return found;
}

/** `NAME=value`, as a shell, python-dotenv and, where nothing need be quoted, Docker read it. */
export function dotenvLine([name, value]: readonly [string, string]): string {
  return `${name}=${quoted(value)}`;
}

/** Where nothing need be quoted Docker reads it as well; single quotes keep everything but themselves. */
function quoted(value: string): string {
  const bytes = Buffer.from(value, 'utf8').toString('latin1');
  if (/^[\w.,:/@%+-]*$/.test(value)) return bytes;
  return value.includes("'") ? `"${bytes.replace(/[\\"$`]/g, '\\$&')}"` : `'${bytes}'`;
}

function lineEnd(text: string): '\r\n' | '\n' {
  return /\r\n/.test(text) ? '\r\n' : '\n';
}

/** Where the last line begins that looks like an assignment to it; null: none does. */
function lastLineOf(text: string, name: string): number | null {
  for (let end = text.length; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const head = headAt(text, start);
    if (head?.name === name && equalsAt(text, head.end) !== null) return start;
    end = start - 1;
  }
  return null;
}

/** With the end of its last line; behind a backslash an empty line, which a shell joins to it. */
function ended(text: string): string {
  if (text === '' || text === BOM) return text;
  const whole = text.endsWith('\n') ? text : text + lineEnd(text);
  return /\\\r?\n$/.test(whole) ? whole + lineEnd(text) : whole;
}

const NAME = /[A-Za-z_]\w{0,199}/y;
const WORD = /\S*/y;
/** Of a word, what comes before the end of a shell's command. */
const COMMAND_WORD = /[^\s;&|]*/y;

/** The assignments that no reader takes for a part of something else, in order. */
function* assignments(text: string): Generator<Assignment> {
  const inside = shellRegions(text);
  let region = 0;
  let at = 0;
  while (at < text.length) {
    const start = at;
    const marked = at === 0 && text.startsWith(BOM);
    const assignment = assignmentAt(text, start, marked ? BOM.length : 0);
    at = assignment?.end ?? lineAfter(text, start);
    while ((inside[region]?.end ?? Number.POSITIVE_INFINITY) <= start) region++;
    const isInside = (inside[region]?.start ?? Number.POSITIVE_INFINITY) < start;
    if (assignment !== null && !isInside) yield { ...assignment, marked };
  }
}

function assignmentAt(text: string, start: number, mark: number): Omit<Assignment, 'marked'> | null {
  const head = headAt(text, start + mark);
  const assigned = head && equalsAt(text, head.end);
  if (head === null || assigned === null) return null;
  const { equals, value: from } = assigned;
  // Backquotes are a shell's and Node's: what they hold is found with the shell's words.
  const close = (text[from] === '`' ? null : closingQuote(text, from)) ?? from;
  // Behind blanks a # begins a comment: the value is empty, and the blanks are the comment's.
  const isComment = text[from] === '#' && from > equals + 1;
  const word = isComment ? '' : (matchAt(WORD, text, close)?.[0] ?? '');
  const isPlain = isPlainWord(word);
  const kept = isPlain ? (matchAt(COMMAND_WORD, text, close)?.[0].length ?? 0) : word.length;
  const valueEnd = isComment ? equals + 1 : close + kept;
  const end = lineAfter(text, valueEnd);
  const rest = text.slice(valueEnd, end).trim();
  const hasComment = rest.startsWith('#');
  const isWhole = rest === '' || hasComment;
  return {
    name: head.name,
    start,
    valueStart: head.end,
    valueEnd,
    end,
    comment: hasComment ? text.indexOf('#', valueEnd) : end,
    isWhole,
    isPlain,
    holdsMore: !isPlain || (!isWhole && /[;&|]|(?:^|\s)\w+=/.test(rest)),
  };
}

/** False: quotes, parentheses, redirections or a backslash at its end reach beyond the word, or keep a `;` from ending it. */
function isPlainWord(word: string): boolean {
  if (/[()<>]|\\$/.test(word)) return false;
  const quotes = word.match(/["'`]/g) ?? [];
  return /[;&|]/.test(word) ? !/["'`\\$]/.test(word) : quotes.length % 2 === 0;
}

/** A line's name: blanks, `export`, the name (python-dotenv allows quotes around it); null: it begins otherwise. */
function headAt(text: string, at: number): { name: string; end: number } | null {
  let from = afterBlanks(text, at);
  const behind = from + 'export'.length;
  if (text.startsWith('export', from) && afterBlanks(text, behind) > behind) from = afterBlanks(text, behind);
  const quote = text[from] === "'" ? 1 : 0;
  const name = matchAt(NAME, text, from + quote)?.[0];
  if (name === undefined) return null;
  const end = from + quote + name.length;
  if (quote === 0) return { name, end };
  return text[end] === "'" ? { name, end: end + 1 } : null;
}

/** Where `=` stands and where the value begins; null: there is none. */
function equalsAt(text: string, at: number): { equals: number; value: number } | null {
  const equals = afterBlanks(text, at);
  return text[equals] === '=' ? { equals, value: afterBlanks(text, equals + 1) } : null;
}

/** From 1 on. */
function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\f' || text[at] === '\v') at++;
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A span of a text, without its end. */
export interface Region {
  start: number;
  end: number;
}

/** What opened and is not closed yet. */
interface Opened {
  closes: ')' | '}';
  start: number;
  /** How many regions came before it. */
  before: number;
}

/** `<<EOF`, `<<-'EOF'`; not `<<<`. */
const HERE_DOCUMENT = /<<(-?)[ \t]{0,20}(?:(["'])([^"'\n]{1,200})\2|\\?([^\s\\"'`$<>&|;()]{1,200}))/y;

/**
 * Spans that a shell does not read as assignments of the file itself, in order (POSIX, Shell Command Language 2.2 and
 * 2.7.4; bash's arrays and `$'…'`): quotes wherever they begin, lines that a backslash joins, here-documents, and what
 * stands in parentheses or braces. What nothing closes hides nothing.
 */
export function shellRegions(text: string): Region[] {
  const regions: Region[] = [];
  const unclosed = new Set<string>();
  const open: Opened[] = [];
  let wordBegins = true;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\') {
      const newline = text.startsWith('\r\n', at + 1) ? 2 : text[at + 1] === '\n' ? 1 : 0;
      if (newline > 0) add(regions, { start: at, end: lineAfter(text, at + newline + 1) });
      at += Math.max(1, newline);
    } else if (letter === '#' && wordBegins) {
      at = lineAfter(text, at) - 1;
    } else if ((letter === '"' || letter === "'" || letter === '`') && !unclosed.has(letter)) {
      const close = shellQuoteEnd(text, at, letter);
      if (close === null) unclosed.add(letter);
      else {
        add(regions, { start: at, end: close });
        at = close - 1;
      }
    } else if (letter === '<' && !unclosed.has('<<')) {
      const document = hereDocumentAt(text, at);
      if (document === 'unclosed') unclosed.add('<<');
      else if (document !== null) {
        add(regions, document);
        at = document.end - 1;
      }
    } else if (opens(text, at, wordBegins)) {
      open.push({ closes: letter === '(' ? ')' : '}', start: at, before: regions.length });
    } else if (letter === open.at(-1)?.closes && (letter === ')' || wordBegins)) {
      const { start, before } = open.pop() as Opened;
      regions.splice(before);
      add(regions, { start, end: at + 1 });
    }
    wordBegins = /\s/.test(text[at] ?? '');
  }
  return regions;
}

/** A region that begins within the one before, on a line that a backslash joins, is part of it. */
function add(regions: Region[], region: Region): void {
  const last = regions.at(-1);
  if (last === undefined || region.start >= last.end) regions.push(region);
  else last.end = Math.max(last.end, region.end);
}

/** A subshell, an array, `$(…)`, a function's body or a group; not `:(` or `${…}`. */
function opens(text: string, at: number, wordBegins: boolean): boolean {
  if (text[at] === '{') return wordBegins && /\s/.test(text[at + 1] ?? '');
  return text[at] === '(' && (wordBegins || /[=$(]/.test(text[at - 1] ?? ''));
}

/** The lines of the here-document that begins here, with the one that ends it; null: none begins. */
function hereDocumentAt(text: string, at: number): Region | 'unclosed' | null {
  if (text[at - 1] === '<' || text[at + 2] === '<') return null;
  HERE_DOCUMENT.lastIndex = at;
  const [, dash, , quoted, bare] = HERE_DOCUMENT.exec(text) ?? [];
  const delimiter = quoted ?? bare;
  if (delimiter === undefined) return null;
  const start = lineAfter(text, at);
  const end = documentEnd(text, start, delimiter, dash === '-');
  if (end === null) return 'unclosed';
  // Others that begin on the same line follow it.
  return { start: start - 1, end: otherDocuments(text, HERE_DOCUMENT.lastIndex, start, end) };
}

/** Behind the documents that begin between here and the end of the line as well, the first of which begins at `end`. */
function otherDocuments(text: string, from: number, lineEnd: number, end: number): number {
  let behind = end;
  for (let at = text.indexOf('<<', from); at >= 0 && at < lineEnd; at = text.indexOf('<<', at + 2)) {
    HERE_DOCUMENT.lastIndex = at;
    const [, dash, , quoted, bare] = HERE_DOCUMENT.exec(text) ?? [];
    const delimiter = quoted ?? bare;
    if (delimiter === undefined) continue;
    const next = documentEnd(text, behind, delimiter, dash === '-');
    if (next === null) break;
    behind = next;
  }
  return behind;
}

/** Behind the line that is the delimiter; null: there is none. */
function documentEnd(text: string, start: number, delimiter: string, indented: boolean): number | null {
  for (let line = start; line < text.length; ) {
    const next = lineAfter(text, line);
    const content = text.slice(line, next).replace(/\r?\n$/, '');
    if ((indented ? content.replace(/^\t+/, '') : content) === delimiter) return next;
    line = next;
  }
  return null;
}

/** As a shell closes it: within single quotes a backslash is a letter, but not within `$'…'`. */
function shellQuoteEnd(text: string, from: number, quote: string): number | null {
  if (quote === '"') return doubleQuoteEnd(text, from, MOST_DEPTH) ?? closingQuote(text, from);
  if (quote !== "'" || text[from - 1] === '$') return closingQuote(text, from);
  const close = text.indexOf("'", from + 1);
  return close < 0 ? null : close + 1;
}

/** Commands within words within commands that are looked into. */
const MOST_DEPTH = 4;

/** Behind the quote that closes the double one here, over `$(…)` with quotes of its own; null: none does. */
function doubleQuoteEnd(text: string, from: number, depth: number): number | null {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
    else if (depth > 0 && text.startsWith('$(', at)) {
      const end = substitutionEnd(text, at + 2, depth - 1);
      if (end === null) return null;
      at = end - 1;
    }
  }
  return null;
}

/** Behind the parenthesis that closes `$(`; null: none does. */
function substitutionEnd(text: string, from: number, depth: number): number | null {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\') at++;
    else if (letter === '(') open++;
    else if (letter === ')' && --open === 0) return at + 1;
    else if (letter === '"' || letter === "'") {
      const end = letter === '"' ? doubleQuoteEnd(text, at, depth) : text.indexOf("'", at + 1) + 1;
      if (end === null || end === 0) return null;
      at = end - 1;
    }
  }
  return null;
}

/**
 * Behind the quote that closes the one here; null: there is none here, or none that closes it. Where only escaped ones
 * follow, the last of them closes it: so python-dotenv's expressions have it (1.1, `parser.py`).
 */
export function closingQuote(text: string, from: number): number | null {
  const quote = text[from];
  if (quote !== '"' && quote !== "'" && quote !== '`') return null;
  let escaped: number | null = null;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') {
      at++;
      if (text[at] === quote) escaped = at + 1;
    } else if (text[at] === quote) return at + 1;
  }
  return escaped;
}

/** Where the next line begins. */
export function lineAfter(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

const CLOSING: { readonly [opening: string]: string } = { '[': ']', '{': '}', '(': ')' };

/** What ends a word without quotes; a comma, where a blank or nothing follows it. */
const ENDS = /[\s;&"'|)]|,(?=\s|$)/g;

/**
 * Where the value that begins here ends; where it begins, if there is none. A value is a word, a text in quotes (also in
 * escaped ones, and several in a row, as a shell joins them), or all that is between brackets. Quotes that are never closed
 * end with their line, brackets with the text. Each character is looked at once.
 */
export function valueEnds(text: string, from: number): number {
  if (CLOSING[text[from] ?? ''] !== undefined) return bracketEnds(text, from);
  const first = quoteEnds(text, from);
  if (first === null) return wordEnds(text, from);
  if (isEmpty(text.slice(from, first))) return from;
  // A shell joins what stands side by side: 'a b'c'd'.
  let at = first;
  for (;;) {
    const next = quoteEnds(text, at) ?? (/\w/.test(text[at] ?? '') ? wordEnds(text, at) : at);
    if (next === at) return at;
    at = next;
  }
}

function isEmpty(quoted: string): boolean {
  return /^\\*(["'])\\*\1$/.test(quoted);
}

function wordEnds(text: string, from: number): number {
  ENDS.lastIndex = from;
  for (let end = ENDS.exec(text); end !== null; end = ENDS.exec(text)) {
    const isEscaped = text[end.index - 1] === '\\' && end.index - 1 > from;
    // A shell's escaped blank belongs to the word; an escaped quote closes what is around it.
    if (!isEscaped) return end.index;
    if (end[0] === '"' || end[0] === "'") return end.index - 1;
  }
  return text.length;
}

/** Behind the quote that closes the one here; null: here is none. */
function quoteEnds(text: string, from: number): number | null {
  const at = backslashesEnd(text, from);
  if (text[at] !== '"' && text[at] !== "'") return null;
  const closing = text.slice(from, at + 1);
  for (let end = text.indexOf(closing, at + 1); end >= 0; end = text.indexOf(closing, end + 1)) {
    if (text[end - 1] !== '\\') return end + closing.length;
  }
  const line = text.indexOf('\n', from);
  return line < 0 ? text.length : line;
}

function backslashesEnd(text: string, from: number): number {
  let at = from;
  while (text[at] === '\\') at++;
  return at;
}

function bracketEnds(text: string, from: number): number {
  const open: string[] = [];
  for (let at = from; at < text.length; at++) {
    const letter = text[at] as string;
    const closing = CLOSING[letter];
    if (/["'\\]/.test(letter)) at = (quoteEnds(text, at) ?? backslashesEnd(text, at)) - 1;
    else if (closing !== undefined) open.push(closing);
    else if (letter === open.at(-1)) {
      open.pop();
      if (open.length === 0) return at + 1;
    }
  }
  return text.length;
}

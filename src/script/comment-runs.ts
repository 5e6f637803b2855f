/** Comments of a run that stay at its beginning and at its end. */
const KEPT = 8;
/** A comment that keeps a finding back stays, wherever it stands. */
const MARK = /lk:/i;

/**
 * The text with spaces in the place of comments in the middle of long runs of them. tree-sitter's scanner looks past all
 * comments that follow to know how the next line is indented, for each of them anew: a run takes quadratic time. Every place
 * stays where it is, and strings stay as they are. Null: there is no such run.
 */
export function withoutLongRuns(text: string): string | null {
  const blanked: Line[] = [];
  for (const run of runsOf(text)) {
    if (run.length <= 2 * KEPT) continue;
    for (const line of run.slice(KEPT, -KEPT)) if (!MARK.test(text.slice(line.start, line.end))) blanked.push(line);
  }
  if (blanked.length === 0) return null;
  const parts: string[] = [];
  let done = 0;
  for (const { start, end } of blanked) {
    parts.push(text.slice(done, start), ' '.repeat(end - start));
    done = end;
  }
  return parts.join('') + text.slice(done);
}

/** Where a line's content begins and ends: offsets in UTF-16 units, without its newline. */
interface Line {
  start: number;
  end: number;
}

/** Lines of comments alone, as long as nothing but empty lines stands between them. */
function runsOf(text: string): Line[][] {
  const runs: Line[][] = [];
  let run: Line[] = [];
  const close = (): void => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  for (let at = 0; at < text.length; ) {
    const start = contentFrom(text, at);
    const letter = text[start];
    if (letter === '#') {
      const end = lineEnd(text, start);
      run.push({ start, end });
      at = end + 1;
    } else if (letter === undefined || letter === '\n' || letter === '\r') at = start + 1;
    else {
      close();
      at = codeEnd(text, start) + 1;
    }
  }
  close();
  return runs;
}

function contentFrom(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\f') at++;
  return at;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' && end > from ? end - 1 : end;
}

/** The newline that ends a line of code: of strings over several lines, behind them. */
function codeEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\n') return at;
    if (letter === '#') return lineEnd(text, at);
    // What is escaped ends neither a string nor, at the end of a line, the line.
    if (letter === '\\') at++;
    else if (letter === '"' || letter === "'") at = endOfString(text, at) - 1;
  }
  return text.length;
}

/**
 * The place behind a string, or the newline that ends one that is not closed. A string in another of the same quotes inside an
 * f-string's braces is not looked for.
 */
export function endOfString(text: string, start: number): number {
  const quote = text[start] as string;
  const triple = quote.repeat(3);
  const isTriple = text.startsWith(triple, start);
  for (let at = start + (isTriple ? 3 : 1); at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (isTriple ? text.startsWith(triple, at) : text[at] === quote) return at + (isTriple ? 3 : 1);
    else if (!isTriple && text[at] === '\n') return at;
  }
  return text.length;
}

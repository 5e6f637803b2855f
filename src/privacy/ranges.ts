/** Stands where a text was: a text as well, so that LensKit's validation answers the same. */
export const HIDDEN = '…';

/** A part of a text, from its first character to behind its last. */
export interface Range {
  from: number;
  to: number;
}

/** The text with its parts hidden; those that overlap are one. */
export function withoutRanges(text: string, ranges: readonly Range[]): string {
  let shown = '';
  let done = 0;
  for (const { from, to } of joinedRanges(ranges)) {
    shown += text.slice(done, from) + HIDDEN;
    done = to;
  }
  return shown + text.slice(done);
}

function joinedRanges(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from < last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** A range of a part, in the text that the part begins at. */
export function movedBy(offset: number): (range: Range) => Range {
  return ({ from, to }) => ({ from: from + offset, to: to + offset });
}

import { formatPatch, type StructuredPatch, structuredPatch } from 'diff';

/** A change of a file, by the names that stand above it. */
export interface Change {
  name: string;
  before: string;
  after: string;
  /** What stands behind the names; '': nothing. */
  labels: readonly [before: string, after: string];
}

const CONTEXT = 2;
/** To find the smallest change takes time that grows with its square (Myers 1986). */
const MOST_EDITS = 2000;

/** A change as a unified diff: the smallest one, or where that is very large all from the first to the last line that differs. */
export function patchOf({ name, before, after, labels }: Change): string {
  const patch = structuredPatch(name, name, before, after, ...labels, { context: CONTEXT, maxEditLength: MOST_EDITS });
  const [oldHeader, newHeader] = labels;
  const names = { oldFileName: name, newFileName: name, oldHeader, newHeader };
  return formatPatch(patch ?? { ...names, hunks: [oneHunk(before, after)] });
}

const NO_NEWLINE = '\\ No newline at end of file';

function oneHunk(before: string, after: string): StructuredPatch['hunks'][number] {
  const [old, new_] = [linesOf(before), linesOf(after)];
  const most = Math.min(old.length, new_.length);
  let same = 0;
  while (same < most && old[same] === new_[same]) same++;
  let end = 0;
  while (end < most - same && old[old.length - 1 - end] === new_[new_.length - 1 - end]) end++;
  const from = Math.max(0, same - CONTEXT);
  const behind = Math.max(0, end - CONTEXT);
  const marked = (mark: string, lines: readonly string[]): string[] =>
    lines.flatMap((line) => (line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, NO_NEWLINE]));
  return {
    oldStart: from + 1,
    oldLines: old.length - behind - from,
    newStart: from + 1,
    newLines: new_.length - behind - from,
    lines: [
      ...marked(' ', old.slice(from, same)),
      ...marked('-', old.slice(same, old.length - end)),
      ...marked('+', new_.slice(same, new_.length - end)),
      ...marked(' ', old.slice(old.length - end, old.length - behind)),
    ],
  };
}

/** With their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

import { diffLines } from 'diff';

/** A change of a text: what stands from `start` to `end` (UTF-16 units, from 0) becomes `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** To find the smallest change takes time that grows with its square (Myers 1986). */
const MOST_EDITS = 2000;

/** What makes one text the other, by whole lines: in their order, apart from each other. */
export function editsBetween(before: string, after: string): Edit[] {
  const parts = diffLines(before, after, { maxEditLength: MOST_EDITS });
  if (parts === undefined) return [{ start: 0, end: before.length, text: after }];
  const edits: Edit[] = [];
  let at = 0;
  let open: Edit | null = null;
  for (const { value, added, removed } of parts) {
    if (!added && !removed) {
      at += value.length;
      open = null;
      continue;
    }
    if (open === null) {
      open = { start: at, end: at, text: '' };
      edits.push(open);
    }
    if (added) open.text += value;
    else {
      at += value.length;
      open.end = at;
    }
  }
  return edits;
}

/** A change of a text: what stands from `start` to `end` (offsets in UTF-16 units) becomes `text`. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/** The text with edits made that are in their order and do not overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

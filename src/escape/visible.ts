/**
 * What a terminal, an editor or a log acts on instead of showing it: controls (C0, DEL, C1), format characters
 * (bidirectional ones, tags), what has no width, line and paragraph separators, halves of surrogate pairs, private use.
 * Classes of Unicode, so that none has to be listed: general categories Cc, Cf, Cs, Co, Zl, Zp, and
 * Default_Ignorable_Code_Point (UAX #44). A function: the engine makes tables of these classes where it comes to the
 * expression, which costs a start more than all that it prints.
 */
const hidden = () => /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Letters of western languages, dashes, quotes, arrows, boxes: nothing of them is hidden. */
const PLAIN = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u23ff\u2500-\u27bf]*$/;

const NAMED: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with everything that would not be seen written as an escape: `\x1b`, `\u202e`, `\u{e0041}`. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(hidden(), escapeOf);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return NAMED[character] ?? `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** The same for a text of several lines, each of which stays a line. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

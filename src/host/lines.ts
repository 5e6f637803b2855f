/** Reading files of lines without expressions that look at a text again from each of its lines. */

/** What follows `prefix` on the first line that begins with it; null: there is none. */
export function lineAfter(text: string, prefix: string): string | null {
  let start = text.startsWith(prefix) ? 0 : text.indexOf(`\n${prefix}`) + 1;
  if (start === 0 && !text.startsWith(prefix)) return null;
  start += prefix.length;
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** The number that follows `prefix`, blanks and nothing but `unit` on a line of its own; null: there is none. */
export function numberAfter(text: string, prefix: string, unit = ''): number | null {
  const rest = lineAfter(text, prefix)?.trim();
  if (rest === undefined || !rest.endsWith(unit)) return null;
  const digits = rest.slice(0, rest.length - unit.length).trimEnd();
  return /^\d{1,20}$/.test(digits) ? Number(digits) : null;
}

/** Marks integers that a number cannot hold; no text of a report has this character. */
const MARK = '\u0000';

/** One JSON document. Integers of any size are printed as decimal digits, as JSON allows. */
export function renderJson(value: unknown): string {
  const text = JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${MARK}${item}` : item), 2);
  return `${text.replace(/"\\u0000(-?\d+)"/g, '$1')}\n`;
}

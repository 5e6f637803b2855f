/**
 * One JSON document, indented by two. Integers of any size are printed as decimal digits, as JSON allows: written
 * here and not by a mark that JSON.stringify carries through, which a text could imitate.
 */
export function renderJson(value: unknown): string {
  return `${written(value, '\n') ?? 'null'}\n`;
}

/** The same on one line, without the line's end. */
export function jsonLine(value: unknown): string {
  return written(value, null) ?? 'null';
}

/** undefined: JSON has no such value, and a field that has it is left out. `lineBreak` goes before each line; null: one line. */
function written(value: unknown, lineBreak: string | null): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = lineBreak === null ? null : `${lineBreak}  `;
  const [before, end] = [inner ?? '', lineBreak ?? ''];
  if (Array.isArray(value)) {
    const items = value.map((item) => `${before}${written(item, inner) ?? 'null'}`);
    return items.length === 0 ? '[]' : `[${items.join(',')}${end}]`;
  }
  const fields: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    const text = written(item, inner);
    if (text !== undefined) fields.push(`${before}${quoted(key)}:${inner === null ? '' : ' '}${text}`);
  }
  return fields.length === 0 ? '{}' : `{${fields.join(',')}${end}}`;
}

const UNSEEN = /[\u007f-\u{10ffff}]/u;
const ACTED_ON = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * As JSON.stringify; what a terminal acts on or does not show is written \\uXXXX as well, which says the same, and so is
 * the beginning of GitHub's old commands (`##[`), which its runner obeys anywhere in a line.
 */
function quoted(text: string): string {
  const json = JSON.stringify(text).replaceAll('##[', '#\\u0023[');
  return UNSEEN.test(json) ? json.replace(ACTED_ON, unitsOf) : json;
}

function unitsOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/**
 * One JSON document, indented by two. Integers of any size are printed as decimal digits, as JSON allows: written
 * here and not by a mark that JSON.stringify carries through, which a text could imitate. Without such integers
 * JSON.stringify writes it, which is quicker.
 */
export function renderJson(value: unknown): string {
  return `${seen(native(value, 2) ?? written(value, '\n') ?? 'null')}\n`;
}

/** The same on one line, without the line's end. */
export function jsonLine(value: unknown): string {
  return seen(native(value, 0) ?? written(value, null) ?? 'null');
}

/** undefined: there are integers that it does not take. */
function native(value: unknown, indent: number): string | undefined {
  try {
    return JSON.stringify(value, null, indent);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** undefined: JSON has no such value, and a field that has it is left out. `lineBreak` goes before each line; null: one line. */
function written(value: unknown, lineBreak: string | null): string | undefined {
  if (typeof value === 'bigint') return String(value);
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
    if (text !== undefined) fields.push(`${before}${JSON.stringify(key)}:${inner === null ? '' : ' '}${text}`);
  }
  return fields.length === 0 ? '{}' : `{${fields.join(',')}${end}}`;
}

// As in visible.ts.
const PLAIN = /^[\n\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u23ff\u2500-\u27bf]*$/;
// C0 is escaped already, but for the line breaks between the parts.
const actedOn = () => /[\u007f-\u009f\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A document in whose texts what a terminal acts on or does not show is written \\uXXXX, which says the same, and so is
 * the beginning of GitHub's old commands (`##[`), which its runner obeys anywhere in a line. Outside of texts JSON has
 * neither.
 */
function seen(document: string): string {
  const text = document.includes('##[') ? document.replaceAll('##[', '#\\u0023[') : document;
  return PLAIN.test(text) ? text : text.replace(actedOn(), unitsOf);
}

function unitsOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

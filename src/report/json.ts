/**
 * One JSON document, indented by two. Integers of any size are printed as decimal digits, as JSON allows: written
 * here and not by a mark that JSON.stringify carries through, which a text could imitate.
 */
export function renderJson(value: unknown): string {
  return `${written(value, '\n') ?? 'null'}\n`;
}

/** undefined: JSON has no such value, and a field that has it is left out. `lineBreak` goes before each line. */
function written(value: unknown, lineBreak: string): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${lineBreak}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => `${inner}${written(item, inner) ?? 'null'}`);
    return items.length === 0 ? '[]' : `[${items.join(',')}${lineBreak}]`;
  }
  const fields: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    const text = written(item, inner);
    if (text !== undefined) fields.push(`${inner}${JSON.stringify(key)}: ${text}`);
  }
  return fields.length === 0 ? '{}' : `{${fields.join(',')}${lineBreak}}`;
}

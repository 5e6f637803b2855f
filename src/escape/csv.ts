import { visibleLines } from './visible.ts';

/** A table of RFC 4180. Text that a spreadsheet would take for a formula is marked as text; numbers stay numbers. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = visibleLines(value);
  const plain = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

import { visibleLines } from './visible.ts';

/**
 * What a spreadsheet takes for the beginning of a formula, also in full width, as Excel does in East Asian languages
 * (OWASP, CSV injection).
 */
const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?\d{1,30}(\.\d{1,30})?$/;

/** A table of RFC 4180. Text that a spreadsheet would take for a formula is marked as text; numbers stay numbers. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = visibleLines(value);
  const plain = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  // Where lists have semicolons a spreadsheet splits at them, unless they are quoted.
  return /[",;\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

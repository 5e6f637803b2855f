import { visible } from './visible.ts';

/** A name that a shell takes for a variable's; with any other name a line to paste would say something else. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name);
}

/** True for a value that a line to paste can hold; all others would be another value there. */
export function isWritable(value: string): boolean {
  return shellQuoted(value) !== UNWRITABLE;
}

/** Stands where a text cannot be written so that every shell takes it for the same. */
const UNWRITABLE = "'…'";

/**
 * A word for a line to paste: as it is where every shell leaves it alone, else in single quotes. What even those do not
 * hold alike in sh, bash, zsh, fish and csh (quotes, backslashes, `!`, what cannot be seen) is replaced.
 */
export function shellQuoted(value: string): string {
  if (/^[\w.,:/@%+-][\w.,:/@%+=-]*$/.test(value)) return value;
  return /['\\!]/.test(value) || visible(value) !== value ? UNWRITABLE : `'${value}'`;
}

/** Text that does nothing when it is pasted but what its own words say. */
export type Inert = string & { readonly inert: unique symbol };

/** `` inert`correct ${name}` ``: what is put in is quoted for a shell. Plain data, as all that a finding says. */
export function inert(literals: TemplateStringsArray, ...values: readonly (string | number)[]): Inert {
  return literals.reduce((text, literal, index) => text + shellQuoted(String(values[index - 1])) + literal) as Inert;
}

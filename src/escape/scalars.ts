import { visible } from './visible.ts';

/** Values as the files that settings are pasted into write them, each for its own format. */

/** YAML's double-quoted scalar (1.2, chapter 5.7): what cannot be seen has escapes there. */
export function yamlScalar(value: string): string {
  return quoted(value);
}

/** A number or a truth value of TOML 1.0, else its basic string. */
export function tomlValue(value: string): string {
  return /^(-?(0|[1-9]\d{0,17})|true|false)$/.test(value) ? value : quoted(value);
}

/** For Docker's ENV, which puts variables in where it sees `$`; a value is of one line there. */
export function dockerValue(value: string): string {
  if (/^[\w.,:/@%+-]+$/.test(value)) return value;
  return `"${visible(value).replace(/[\\"$]/g, (character) => `\\${character}`)}"`;
}

function quoted(value: string): string {
  // Half a surrogate pair is no character in either.
  const whole = value.replace(/\p{Cs}/gu, '\ufffd');
  const inner = Array.from(whole, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (visible(character) === character) return character;
    const code = character.codePointAt(0) ?? 0;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `"${inner.join('')}"`;
}

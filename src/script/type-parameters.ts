import { endOfString } from './comment-runs.ts';

/** A definition that may have type parameters. */
const DEFINES = /\b(?:class|def|type)[ \t]+[\p{L}_][\p{L}\p{N}_]*[ \t]*\[/gu;
/** A list of parameters that is longer is none. */
const MOST_LETTERS = 10_000;

/**
 * The text with spaces in the place of the defaults of type parameters (`class A[T = int]`, PEP 696, Python 3.13), which
 * tree-sitter's grammar does not know. They run when somebody asks for them, and never by themselves (Language
 * Reference, 8.10.3). Every place stays where it is. Null: there are none.
 */
export function withoutTypeDefaults(text: string): string | null {
  const parts: string[] = [];
  let done = 0;
  for (const found of text.matchAll(DEFINES)) {
    const start = (found.index ?? 0) + found[0].length;
    if (start < done) continue;
    for (const [from, to] of defaultsFrom(text, start)) {
      parts.push(text.slice(done, from), text.slice(from, to).replace(/[^\n]/g, ' '));
      done = to;
    }
  }
  return done === 0 ? null : parts.join('') + text.slice(done);
}

const CLOSES: { readonly [letter: string]: string } = { '[': ']', '(': ')', '{': '}' };

/** Where defaults stand in a list whose bracket was just opened; none where it is not closed. */
function defaultsFrom(text: string, start: number): [number, number][] {
  const found: [number, number][] = [];
  const open = [']'];
  let begun = -1;
  for (let at = start; at < text.length && at < start + MOST_LETTERS; at++) {
    const letter = text[at] as string;
    if (letter === '"' || letter === "'") at = endOfString(text, at) - 1;
    else if (letter === '#') {
      const end = text.indexOf('\n', at);
      if (end < 0) return [];
      at = end - 1;
    } else if (letter in CLOSES) open.push(CLOSES[letter] as string);
    else if (letter === open.at(-1)) {
      open.pop();
      if (open.length > 0) continue;
      if (begun >= 0) found.push([begun, at]);
      return found;
    } else if (/[\])}]/.test(letter)) return [];
    else if (open.length > 1) continue;
    else if (letter === ',' && begun >= 0) {
      found.push([begun, at]);
      begun = -1;
    } else if (letter === '=' && begun < 0) begun = at;
  }
  return [];
}

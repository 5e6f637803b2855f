const BOTH =
  '\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

/** What Python's `str.isspace()` accepts: what `str.strip()` takes away, and `int()`. */
export const PYTHON_SPACE: ReadonlySet<string> = new Set(`${BOTH}\x1c\x1d\x1e\x1f`);

/** `char::is_whitespace` of Rust, in which pydantic-core is written. */
export const RUST_SPACE: ReadonlySet<string> = new Set(BOTH);

/** A text without these characters at either end. An expression with `+$` would try from each of them. */
export function stripped(text: string, characters: ReadonlySet<string>): string {
  let start = 0;
  let end = text.length;
  while (characters.has(text.charAt(start))) start++;
  while (end > start && characters.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

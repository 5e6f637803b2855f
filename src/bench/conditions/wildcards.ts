/**
 * Whether a pattern of a shell may stand for a name, in time that grows with the product of their lengths: `*` is any letters,
 * `?` one, and so is `[…]`, whatever is in it.
 */
export function matches(pattern: string, name: string): boolean {
  const parts = partsOf([...pattern]);
  const letters = [...name];
  let at = 0;
  let next = 0;
  /** Behind the last `*`, and the letter up to which it reaches so far. */
  let star = -1;
  let reached = 0;
  while (at < letters.length) {
    if (parts[next] === '*') {
      star = ++next;
      reached = at;
    } else if (next < parts.length && (parts[next] === '?' || parts[next] === letters[at])) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star;
      at = ++reached;
    } else return false;
  }
  return parts.slice(next).every((part) => part === '*');
}

/** The letters of a pattern, brackets as one `?`. */
function partsOf(letters: readonly string[]): string[] {
  const last = letters.lastIndexOf(']');
  const parts: string[] = [];
  for (let at = 0; at < letters.length; at++) {
    const isClass = letters[at] === '[' && at + 2 <= last;
    parts.push(isClass ? '?' : (letters[at] as string));
    if (isClass) at = letters.indexOf(']', at + 2);
  }
  return parts;
}

/** What a pattern says of paths: of a name wherever it stands, or of a path from a folder on. */
export interface Glob {
  /** True where the path itself is meant; what lies below it is another question. */
  matches(absolute: string): boolean;
}

/** Longer patterns, and ones that come to more than so many by their braces, are refused. */
const LONGEST = 1024;
const MOST_ALTERNATIVES = 64;

/** A pattern that cannot be one. */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}

/**
 * Reads a pattern as ruff does (`crates/ruff_workspace`, `FilePattern`): one without `/` is the name of a file or folder
 * anywhere, another is a path from `base` on. `*` and `?` stay within a name, `**` goes over folders, `[a-z]`, `[!a-z]`
 * and `{a,b}` choose. The time that it takes grows with the pattern's length times the path's, whatever is in them.
 *
 * @throws GlobError
 */
export function globOf(pattern: string, base: string): Glob {
  if (pattern.length > LONGEST) throw new GlobError(`longer than ${LONGEST} characters`);
  if (pattern.startsWith('!')) throw new GlobError('nothing is taken back by !');
  // `./build` is a path from here, where `build` is a name anywhere.
  const whole = pattern.replace(/^(\.\/)+/, './').replace(/(?<=[^/])\/+$/, '');
  if (['', '/', '.', './'].includes(whole)) throw new GlobError('it names nothing');
  const each = alternatives(whole).map((one) => compiled(one, base));
  return { matches: (absolute) => each.some((matches) => matches(absolute)) };
}

/** Patterns between commas, as ruff's `--exclude a,b` takes them; commas in braces choose. */
export function separated(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '{') depth++;
    if (character === '}') depth = Math.max(0, depth - 1);
    if (character === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

type Token = { is: 'any' } | { is: 'one'; fits: (character: string) => boolean };
type Segment = { is: 'folders' } | { is: 'name'; tokens: readonly Token[] };

function compiled(pattern: string, base: string): (absolute: string) => boolean {
  if (!pattern.includes('/')) {
    const tokens = tokensOf(pattern);
    return (absolute) => fitsName(tokens, absolute.slice(absolute.lastIndexOf('/') + 1));
  }
  const segments: Segment[] = pattern.startsWith('/')
    ? []
    : namesOf(base).map((name) => ({ is: 'name', tokens: Array.from(name, literal) }));
  for (const name of namesOf(pattern)) {
    if (name === '..') segments.pop();
    else if (name !== '.') segments.push(name === '**' ? { is: 'folders' } : { is: 'name', tokens: tokensOf(name) });
  }
  return (absolute) =>
    fits(
      segments,
      namesOf(absolute),
      ({ is }) => is === 'folders',
      (segment, name) => segment.is === 'name' && fitsName(segment.tokens, name),
    );
}

function namesOf(absolute: string): string[] {
  return absolute.split('/').filter((name) => name !== '');
}

function fitsName(tokens: readonly Token[], name: string): boolean {
  return fits(
    tokens,
    Array.from(name),
    ({ is }) => is === 'any',
    (token, character) => token.is === 'one' && token.fits(character),
  );
}

/** Whether what may stand for any number of things can be chosen such that all fit; going back to the last of these is enough. */
function fits<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  isAny: (part: P) => boolean,
  fitsOne: (part: P, item: T) => boolean,
): boolean {
  let [part, item] = [0, 0];
  let last: { part: number; item: number } | null = null;
  while (item < items.length) {
    const own = pattern[part];
    if (own !== undefined && isAny(own)) {
      last = { part, item };
      part++;
    } else if (own !== undefined && fitsOne(own, items[item] as T)) {
      part++;
      item++;
    } else if (last !== null) {
      last.item++;
      part = last.part + 1;
      item = last.item;
    } else return false;
  }
  while (part < pattern.length && isAny(pattern[part] as P)) part++;
  return part === pattern.length;
}

const literal = (wanted: string): Token => ({ is: 'one', fits: (character) => character === wanted });

function tokensOf(name: string): Token[] {
  const tokens: Token[] = [];
  const letters = Array.from(name);
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] as string;
    if (letter === '*') tokens.push({ is: 'any' });
    else if (letter === '?') tokens.push({ is: 'one', fits: () => true });
    else if (letter === '\\' && at + 1 < letters.length) tokens.push(literal(letters[++at] as string));
    else if (letter === '[') {
      const end = letters.indexOf(']', letters[at + 1] === '!' || letters[at + 1] === '^' ? at + 3 : at + 2);
      if (end < 0) throw new GlobError('a [ without its ]');
      tokens.push(chosen(letters.slice(at + 1, end)));
      at = end;
    } else tokens.push(literal(letter));
  }
  return tokens;
}

/** `[a-z_]`, `[!a-z]`. */
function chosen(letters: readonly string[]): Token {
  const isNot = letters[0] === '!' || letters[0] === '^';
  const own = isNot ? letters.slice(1) : letters;
  const ranges: [number, number][] = [];
  for (let at = 0; at < own.length; at++) {
    const from = own[at]?.codePointAt(0) ?? 0;
    const isRange = own[at + 1] === '-' && at + 2 < own.length;
    ranges.push([from, isRange ? (own[at + 2]?.codePointAt(0) ?? 0) : from]);
    if (isRange) at += 2;
  }
  return {
    is: 'one',
    fits: (character) => {
      const code = character.codePointAt(0) ?? 0;
      return ranges.some(([from, to]) => code >= from && code <= to) !== isNot;
    },
  };
}

/** Without braces: `{a,b}.py` is `a.py` and `b.py`. */
function alternatives(pattern: string): string[] {
  let all = [''];
  let at = 0;
  while (at < pattern.length) {
    const open = pattern.indexOf('{', at);
    const close = open < 0 ? -1 : pattern.indexOf('}', open);
    if (open < 0) {
      all = all.map((one) => one + pattern.slice(at));
      break;
    }
    if (close < 0) throw new GlobError('a { without its }');
    const choices = pattern.slice(open + 1, close).split(',');
    if (choices.some((choice) => choice.includes('{'))) throw new GlobError('braces within braces');
    if (all.length * choices.length > MOST_ALTERNATIVES)
      throw new GlobError(`its braces come to more than ${MOST_ALTERNATIVES} patterns`);
    all = all.flatMap((one) => choices.map((choice) => one + pattern.slice(at, open) + choice));
    at = close + 1;
  }
  return all;
}

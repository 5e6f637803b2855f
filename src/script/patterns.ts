import type { Known } from './known.ts';

/** A pattern or a text that is longer is not matched. */
const MOST_PATTERN = 120;
const MOST_TEXT = 64;
/** More parts that repeat may take long to match, even on so short a text. */
const MOST_REPEATS = 3;
/** Each may double the ways through it. */
const MOST_CHOICES = 8;

/** What a pattern found: the text of it and of its groups. */
export interface Found {
  whole: string;
  groups: readonly (string | null)[];
  names: { readonly [name: string]: string | null };
  start: number;
}

/** Which letters of a text have to be in the match. */
type Anchor = 'match' | 'fullmatch' | 'search';

/**
 * What a regular expression of Python's finds in a text (Library Reference, `re`), as far as it means the same in JavaScript
 * and is matched in no time; null: nothing. Undefined: that is not known.
 */
export function foundBy(pattern: string, ignoresCase: boolean, anchor: Anchor, text: string): Found | null | undefined {
  const own = translated(pattern);
  if (own === null || text.length > MOST_TEXT || text.includes('\n')) return undefined;
  const source = anchor === 'search' ? own.source : anchor === 'match' ? `^(?:${own.source})` : `^(?:${own.source})$`;
  try {
    const found = new RegExp(source, own.ignoresCase || ignoresCase ? 'iu' : 'u').exec(text);
    if (found === null) return null;
    const names = Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, one]) => [name, one ?? null]));
    return { whole: found[0], groups: found.slice(1).map((one) => one ?? null), names, start: found.index };
  } catch {
    // Not the same in both.
    return undefined;
  }
}

/** Null: it may mean something else, or take long. */
function translated(pattern: string): { source: string; ignoresCase: boolean } | null {
  if (pattern.length > MOST_PATTERN) return null;
  const [flags = ''] = /^\(\?[ias]+\)/.exec(pattern) ?? [];
  if (flags.includes('a') || flags.includes('s')) return null;
  const own = pattern.slice(flags.length);
  // Look-around, conditions, comments, verbose patterns, possessive parts; groups that repeat take exponential time.
  if (/\(\?(?!:|P<)|[*+?}]\+|\)[*+{]|\\[1-9]/.test(own)) return null;
  const signs = own
    .replace(/\\./g, '')
    .replace(/\[[^[\]]*\]/g, '')
    .replace(/\(\?(?::|P<)/g, '(');
  const count = (sign: RegExp): number => signs.match(sign)?.length ?? 0;
  if (count(/[*+{]/g) > MOST_REPEATS || count(/[?|]/g) > MOST_CHOICES) return null;
  const source = own
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\Z/g, '$')
    // What is no letter of a word is escaped needlessly, which `u` does not allow.
    .replace(/\\([_\- '"#%&,:;<=>@`~!])/g, (_, letter: string) => (letter === '-' ? '\\x2d' : letter));
  return { source, ignoresCase: flags.includes('i') };
}

/** `fnmatch.fnmatch(text, pattern)`. */
export function isMatchedByGlob(text: string, pattern: string): boolean | undefined {
  if (/[[\]]/.test(pattern)) return undefined;
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  if ((source.match(/\*/g)?.length ?? 0) > MOST_REPEATS || text.length > MOST_TEXT || pattern.length > MOST_PATTERN)
    return undefined;
  return new RegExp(`^${source}$`, 's').test(text);
}

/** What a method of a match gives; undefined: that is not known. */
export function matchMethod(
  { whole, groups, names, start }: Found,
  method: string,
  given: readonly Known[],
): Known | undefined {
  const of = (index: Known | undefined): string | null | undefined =>
    index === undefined || index === 0
      ? whole
      : typeof index === 'number'
        ? groups[index - 1]
        : typeof index === 'string' && Object.hasOwn(names, index)
          ? names[index]
          : undefined;
  if (method === 'group' || method === '__getitem__') {
    if (given.length < 2) return of(given[0]);
    const items = given.map(of);
    return items.includes(undefined) ? undefined : { as: 'tuple', items: items as (string | null)[] };
  }
  if (method === 'groups') return { as: 'tuple', items: [...groups] };
  if (given.length > 0) return undefined;
  if (method === 'start') return start;
  if (method === 'end') return start + whole.length;
  if (method === 'span') return { as: 'tuple', items: [start, start + whole.length] };
  return undefined;
}

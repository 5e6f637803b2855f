import { isItems, type Known } from './known.ts';

/** Longer texts are not put together. */
export const MOST_TEXT = 4096;

/** Parts put together; undefined: that is longer. What is one part alone is as long as it is written. */
export function assembled(parts: readonly string[], between = ''): string | undefined {
  const length = parts.reduce((sum, part) => sum + part.length, between.length * Math.max(0, parts.length - 1));
  const isOne = parts.filter((part) => part !== '').length < 2 && between === '';
  return isOne || length <= MOST_TEXT ? parts.join(between) : undefined;
}

/** Letters of two units: Python counts each as one. */
const WIDE = /[\ud800-\udfff]/;

type Rule = (text: string, given: readonly Known[]) => Known | undefined;

/** What a method of a text gives (Library Reference, "String Methods"); undefined: that is not known. */
export function textMethod(text: string, method: string, given: readonly Known[]): Known | undefined {
  const rule = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (rule === undefined || [text, ...given].some((one) => typeof one === 'string' && WIDE.test(one))) return undefined;
  const result = rule(text, given);
  return typeof result === 'string' && result.length > MOST_TEXT ? undefined : result;
}

/** Without arguments. */
const plain =
  (of: (text: string) => Known): Rule =>
  (text, given) =>
    given.length === 0 ? of(text) : undefined;

/** With another text, or several (`startswith(("a", "b"))`), in a part of this one. */
const within =
  (of: (part: string, other: string, offset: number) => Known | undefined, takesSeveral = false): Rule =>
  (text, [first, start = null, end = null, ...more]) => {
    if (more.length > 0 || !isBound(start) || !isBound(end)) return undefined;
    const part = text.slice(start ?? 0, end ?? text.length);
    const offset = start === null ? 0 : start < 0 ? Math.max(0, text.length + start) : start;
    if (typeof first === 'string') return of(part, first, offset);
    if (!takesSeveral || !isItems(first) || !first.items.every((one) => typeof one === 'string')) return undefined;
    return first.items.some((one) => of(part, one as string, offset) === true);
  };

function isBound(bound: Known): bound is number | null {
  return bound === null || typeof bound === 'number';
}

const found =
  (at: number): ((offset: number) => number) =>
  (offset) =>
    at < 0 ? -1 : at + offset;

const stripped =
  (left: boolean, right: boolean): Rule =>
  (text, [letters = null, ...more]) => {
    if (more.length > 0 || (letters !== null && typeof letters !== 'string')) return undefined;
    const isOne = (letter: string): boolean => (letters === null ? /\s/.test(letter) : letters.includes(letter));
    let [from, to] = [0, text.length];
    if (left) while (from < to && isOne(text[from] as string)) from++;
    if (right) while (from < to && isOne(text[to - 1] as string)) to--;
    return text.slice(from, to);
  };

const padded =
  (pad: (text: string, missing: number, letter: string) => string): Rule =>
  (text, [width, letter = ' ']) => {
    if (typeof width !== 'number' || typeof letter !== 'string' || letter.length !== 1 || width > MOST_TEXT)
      return undefined;
    return width <= text.length ? text : pad(text, width - text.length, letter);
  };

const parted =
  (isLast: boolean): Rule =>
  (text, [separator]) => {
    if (typeof separator !== 'string' || separator === '') return undefined;
    const at = isLast ? text.lastIndexOf(separator) : text.indexOf(separator);
    const items =
      at >= 0
        ? [text.slice(0, at), separator, text.slice(at + separator.length)]
        : isLast
          ? ['', '', text]
          : [text, '', ''];
    return { as: 'tuple', items };
  };

const split =
  (isLast: boolean): Rule =>
  (text, [separator = null, most = -1, ...more]) => {
    if (more.length > 0 || typeof most !== 'number' || separator === '') return undefined;
    if (separator !== null && typeof separator !== 'string') return undefined;
    if (separator === null && most >= 0) return undefined;
    const all = separator === null ? text.trim().split(/\s+/).filter(Boolean) : text.split(separator);
    if (most < 0 || all.length <= most + 1 || separator === null) return { as: 'list', items: all };
    const kept = isLast ? all.slice(all.length - most) : all.slice(0, most);
    const rest = (isLast ? all.slice(0, all.length - most) : all.slice(most)).join(separator);
    return { as: 'list', items: isLast ? [rest, ...kept] : [...kept, rest] };
  };

const compared =
  (of: (text: string, other: Known) => boolean): Rule =>
  (text, [other, ...more]) =>
    other === undefined || more.length > 0 ? undefined : of(text, other);

/** Whether all letters are of a kind; an empty text has none. */
const all = (pattern: RegExp): Rule => plain((text) => pattern.test(text));

const METHODS: { readonly [name: string]: Rule } = {
  lower: plain((text) => text.toLowerCase()),
  casefold: plain((text) => text.toLowerCase()),
  upper: plain((text) => text.toUpperCase()),
  capitalize: plain((text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()),
  title: plain((text) =>
    text.replace(/[A-Za-z]+/g, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()),
  ),
  swapcase: plain((text) =>
    [...text].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join(''),
  ),
  encode: (text) => text,
  decode: (text) => text,
  isidentifier: all(/^[A-Za-z_]\w*$/),
  isdigit: all(/^\d+$/),
  isdecimal: all(/^\p{Nd}+$/u),
  isnumeric: all(/^\p{N}+$/u),
  isalpha: all(/^\p{L}+$/u),
  isalnum: all(/^[\p{L}\p{N}]+$/u),
  isspace: all(/^\s+$/),
  isascii: all(/^[\0-\x7f]*$/),
  islower: plain((text) => /\p{Ll}/u.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text)),
  isupper: plain((text) => /\p{Lu}/u.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text)),
  splitlines: plain((text) => ({
    as: 'list',
    items: text.split(/\r\n|\n|\r/).filter((line, at, of) => at < of.length - 1 || line !== ''),
  })),
  strip: stripped(true, true),
  lstrip: stripped(true, false),
  rstrip: stripped(false, true),
  startswith: within((part, other) => part.startsWith(other), true),
  endswith: within((part, other) => part.endsWith(other), true),
  find: within((part, other, offset) => found(part.indexOf(other))(offset)),
  rfind: within((part, other, offset) => found(part.lastIndexOf(other))(offset)),
  index: within((part, other, offset) => (part.includes(other) ? part.indexOf(other) + offset : undefined)),
  rindex: within((part, other, offset) => (part.includes(other) ? part.lastIndexOf(other) + offset : undefined)),
  count: within((part, other) => (other === '' ? part.length + 1 : part.split(other).length - 1)),
  replace: (text, [old, new_, count = -1]) => {
    if (typeof old !== 'string' || typeof new_ !== 'string' || old === '' || typeof count !== 'number')
      return undefined;
    const parts = text.split(old);
    if (count < 0 || count >= parts.length - 1) return assembled(parts, new_);
    return assembled([...parts.slice(0, count), parts.slice(count).join(old)], new_);
  },
  removeprefix: (text, [other]) =>
    typeof other !== 'string' ? undefined : text.startsWith(other) ? text.slice(other.length) : text,
  removesuffix: (text, [other]) =>
    typeof other !== 'string' ? undefined : other !== '' && text.endsWith(other) ? text.slice(0, -other.length) : text,
  partition: parted(false),
  rpartition: parted(true),
  split: split(false),
  rsplit: split(true),
  join: (text, [items]) => {
    const parts = typeof items === 'string' ? [...items] : isItems(items) ? items.items : [];
    const isKnown = typeof items === 'string' || isItems(items);
    return isKnown && parts.every((one) => typeof one === 'string') ? assembled(parts, text) : undefined;
  },
  ljust: padded((text, missing, letter) => text + letter.repeat(missing)),
  rjust: padded((text, missing, letter) => letter.repeat(missing) + text),
  zfill: (text, [width]) =>
    typeof width !== 'number' || width > MOST_TEXT || /^[+-]/.test(text) ? undefined : text.padStart(width, '0'),
  format: formatted,
  __eq__: compared((text, other) => text === other),
  __ne__: compared((text, other) => text !== other),
  __contains__: (text, [other]) => (typeof other === 'string' ? text.includes(other) : undefined),
  __len__: plain((text) => text.length),
  __str__: plain((text) => text),
  __add__: (text, [other]) => (typeof other === 'string' ? text + other : undefined),
  __lt__: (text, [other]) => (typeof other === 'string' ? text < other : undefined),
  __gt__: (text, [other]) => (typeof other === 'string' ? text > other : undefined),
  __le__: (text, [other]) => (typeof other === 'string' ? text <= other : undefined),
  __ge__: (text, [other]) => (typeof other === 'string' ? text >= other : undefined),
};

/** `"{}_{0}".format(…)`, of fields that say nothing of how; `%` is another matter. */
function formatted(text: string, given: readonly Known[]): string | undefined {
  let next = 0;
  return filled(text, /\{\{|\}\}|\{(\d{0,2})(?:!s)?\}|[{}]/g, (field, number) => {
    if (field === '{{' || field === '}}') return field.slice(1);
    return number === undefined ? undefined : given[number === '' ? next++ : Number(number)];
  });
}

/** `"%s_%d" % …`, of `%s`, `%d` and `%r` without more. */
export function percentFormatted(text: string, given: Known): string | undefined {
  const values = isItems(given) && given.as === 'tuple' ? given.items : [given];
  let next = 0;
  const result = filled(text, /%%|%[sdi]|%/g, (field) => {
    if (field === '%%') return '%';
    return field === '%' ? undefined : values[next++];
  });
  return next === values.length ? result : undefined;
}

/** A text with its fields filled in; undefined where one is not known, or the whole is longer than any that is put together. */
function filled(
  text: string,
  fields: RegExp,
  given: (field: string, number: string | undefined) => Known | undefined,
): string | undefined {
  const parts: string[] = [];
  let at = 0;
  for (const { 0: field, 1: number, index } of text.matchAll(fields)) {
    const value = given(field, number);
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    parts.push(text.slice(at, index), String(value));
    at = index + field.length;
  }
  return assembled([...parts, text.slice(at)]);
}

/** `repr(text)`, of one without quotes and what is written as an escape. */
export function represented(known: Known): string | undefined {
  if (typeof known === 'number') return String(known);
  if (known === null) return 'None';
  if (typeof known === 'boolean') return known ? 'True' : 'False';
  return typeof known === 'string' && /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/.test(known) ? `'${known}'` : undefined;
}

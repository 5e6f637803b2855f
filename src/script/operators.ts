import { constant, constantOf, join, mayBeUnknown, type One, same, UNKNOWN, type Value } from './values.ts';

/** More pairs of possibilities are not compared. */
const MOST_PAIRS = 16;
/** Longer texts are not put together. */
const MOST_TEXT = 4096;

/** A comparison of what two values may be; null where it may be both. */
export function compareValues(left: Value, operator: string, right: Value): boolean | null {
  if (left.length * right.length > MOST_PAIRS || left.length === 0 || right.length === 0) return null;
  const each = left.flatMap((a) => right.map((b) => compare(a, operator, b)));
  return each.every((one) => one === each[0]) ? (each[0] as boolean | null) : null;
}

const ORDER: { readonly [operator: string]: (a: number | string, b: number | string) => boolean } = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

function compare(left: One, operator: string, right: One): boolean | null {
  if (operator === 'in' || operator === 'not in') {
    const found = contains(right, left);
    return found === null ? null : found === (operator === 'in');
  }
  const isEqual = operator === '==' || operator === 'is';
  const isOther = operator === '!=' || operator === 'is not' || operator === '<>';
  if (isEqual || isOther) {
    const equal = areEqual(left, right);
    return equal === null ? null : equal === isEqual;
  }
  const order = ORDER[operator];
  if (order === undefined || left.kind !== 'const' || right.kind !== 'const') return null;
  const [a, b] = [left.value, right.value];
  const isComparable = typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
  return isComparable ? order(a as number, b as number) : null;
}

function areEqual(left: One, right: One): boolean | null {
  if (left.kind === 'const' && right.kind === 'const') {
    const number = (value: typeof left.value): typeof left.value =>
      typeof value === 'boolean' ? Number(value) : value;
    return number(left.value) === number(right.value);
  }
  for (const [a, b] of [
    [left, right],
    [right, left],
  ] as const) {
    if (b.kind !== 'const' || b.value !== null) continue;
    if (a.kind === 'name') return null;
    if (a.kind !== 'unknown' && a.kind !== 'const') return false;
  }
  if (left.kind === 'list' && right.kind === 'list' && !left.cells.has('*') && !right.cells.has('*')) {
    if (left.cells.size !== right.cells.size) return false;
    const each = [...left.cells.values].map(([name, value]) => compareValues(value, '==', right.cells.get(name) ?? []));
    return each.includes(false) ? false : each.includes(null) ? null : true;
  }
  if (left.kind === 'unknown' || right.kind === 'unknown' || left.kind === 'name' || right.kind === 'name') return null;
  return same(left, right) ? true : null;
}

function contains(whole: One, part: One): boolean | null {
  if (whole.kind === 'const' && part.kind === 'const' && typeof whole.value === 'string')
    return typeof part.value === 'string' ? whole.value.includes(part.value) : null;
  if (whole.kind === 'dict' && part.kind === 'const') {
    if (whole.cells.has(`k${JSON.stringify(part.value)}`)) return true;
    return whole.cells.has('*') ? null : false;
  }
  if (whole.kind !== 'list') return null;
  const items = [...whole.cells.values.values()];
  const each = items.map((item) => compareValues([part], '==', item));
  if (each.includes(true) && !whole.cells.has('*')) return true;
  return each.includes(null) || whole.cells.has('*') ? null : false;
}

const NUMBERS: { readonly [operator: string]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a - b * Math.floor(a / b),
  '**': (a, b) => a ** b,
  '<<': (a, b) => whole(a, b, a * 2 ** b),
  '>>': (a, b) => whole(a, b, Math.floor(a / 2 ** b)),
  '&': (a, b) => whole(a, b, a & b),
  '|': (a, b) => whole(a, b, a | b),
  '^': (a, b) => whole(a, b, a ^ b),
};

/** Bits are those of whole numbers, here of 31 bits at most. */
function whole(a: number, b: number, result: number): number {
  const fits = [a, b].every((one) => Number.isInteger(one) && one >= 0 && one < 2 ** 31);
  return fits ? result : Number.NaN;
}

/** `-a`, `+a`, `~a` of a constant; unknown otherwise. */
export function unary(operator: string, one: One): Value {
  if (one.kind !== 'const' || typeof one.value === 'string' || one.value === null) return UNKNOWN;
  const number = Number(one.value);
  return operator === '-' ? constant(-number) : operator === '+' ? constant(number) : UNKNOWN;
}

/** `a + b` of constants; unknown otherwise. */
export function arithmetic(left: Value, operator: string, right: Value): Value {
  if (mayBeUnknown(left) || mayBeUnknown(right) || left.length * right.length > MOST_PAIRS) return UNKNOWN;
  const results = left.flatMap((a) => right.map((b) => combine(a, operator, b)));
  return join(...results, []);
}

function combine(left: One, operator: string, right: One): Value {
  if (left.kind !== 'const' || right.kind !== 'const') return UNKNOWN;
  const [a, b] = [left.value, right.value];
  if (typeof a === 'string' && typeof b === 'string' && operator === '+')
    return a.length + b.length > MOST_TEXT ? UNKNOWN : constant(a + b);
  const number = NUMBERS[operator];
  if (number === undefined || typeof a === 'string' || typeof b === 'string' || a === null || b === null)
    return UNKNOWN;
  const result = number(Number(a), Number(b));
  return Number.isFinite(result) ? constant(result) : UNKNOWN;
}

/** What a method of a text gives. */
export function textMethod(text: string, method: string, positional: readonly Value[]): Value {
  const given = positional.map((one) => constantOf(one));
  const [first, second] = given;
  if (typeof first === 'string') {
    const own = ofTwoTexts(text, method, first, given.length === 1 ? undefined : second);
    if (own !== undefined) return own === null ? UNKNOWN : constant(own);
  }
  if (given.length > 0) return UNKNOWN;
  if (method === 'lower' || method === 'casefold') return constant(text.toLowerCase());
  if (method === 'upper') return constant(text.toUpperCase());
  if (method === 'strip') return constant(text.trim());
  if (method === 'lstrip') return constant(text.trimStart());
  if (method === 'rstrip') return constant(text.trimEnd());
  if (method === 'capitalize') return constant(text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase());
  if (method === 'isidentifier') return constant(/^[A-Za-z_]\w*$/.test(text));
  if (method === 'isdigit') return constant(/^\d+$/.test(text));
  if (method === 'encode' || method === 'decode') return constant(text);
  return UNKNOWN;
}

/** What a method of a text gives for another text; undefined: it is none of these. */
function ofTwoTexts(
  text: string,
  method: string,
  first: string,
  second: unknown,
): string | number | boolean | null | undefined {
  switch (method) {
    case 'startswith':
      return second === undefined ? text.startsWith(first) : null;
    case 'endswith':
      return second === undefined ? text.endsWith(first) : null;
    case 'count':
      return first === '' || second !== undefined ? null : text.split(first).length - 1;
    case 'find':
      return second === undefined ? text.indexOf(first) : null;
    case 'rfind':
      return second === undefined ? text.lastIndexOf(first) : null;
    case 'index':
      return second === undefined && text.includes(first) ? text.indexOf(first) : null;
    case 'replace':
      return typeof second === 'string' && first !== '' && text.length < MOST_TEXT
        ? text.replaceAll(first, () => second)
        : null;
    case 'removeprefix':
      return first !== '' && text.startsWith(first) ? text.slice(first.length) : text;
    case 'removesuffix':
      return first !== '' && text.endsWith(first) ? text.slice(0, -first.length) : text;
    case 'strip':
    case 'lstrip':
    case 'rstrip': {
      const letters = [...text];
      let [from, to] = [0, letters.length];
      if (method !== 'rstrip') while (from < to && first.includes(letters[from] as string)) from++;
      if (method !== 'lstrip') while (from < to && first.includes(letters[to - 1] as string)) to--;
      return letters.slice(from, to).join('');
    }
    default:
      return undefined;
  }
}

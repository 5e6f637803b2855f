import { asValue, combineSets, compareSets, isBefore, isItems, isSame, knownOf, type Lists } from './known.ts';
import { assembled, MOST_TEXT, percentFormatted } from './texts.ts';
import {
  ALWAYS_TRUE,
  constant,
  isProcess,
  join,
  keyCell,
  mayBeUnknown,
  type One,
  same,
  UNKNOWN,
  type Value,
  WORKER_PROCESS,
} from './values.ts';

/** More pairs of possibilities are not compared. */
const MOST_PAIRS = 16;

/** More comparisons are not made of the parts of two things: a list may be in another several times, or in itself. */
const MOST_COMPARED = 500;

/** How many comparisons may still be made. */
interface Room {
  left: number;
}

/** A comparison of what two values may be; null where it may be both. */
export function compareValues(left: Value, operator: string, right: Value): boolean | null {
  return compareParts(left, operator, right, { left: MOST_COMPARED });
}

function compareParts(left: Value, operator: string, right: Value, room: Room): boolean | null {
  if (left.length * right.length > MOST_PAIRS || left.length === 0 || right.length === 0) return null;
  if (room.left-- <= 0) return null;
  const each = left.flatMap((a) => right.map((b) => compare(a, operator, b, room)));
  return each.every((one) => one === each[0]) ? (each[0] as boolean | null) : null;
}

const ORDER: { readonly [operator: string]: (a: number | string, b: number | string) => boolean } = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

function compare(left: One, operator: string, right: One, room: Room): boolean | null {
  if (operator === 'in' || operator === 'not in') {
    const found = contains(right, left, room);
    return found === null ? null : found === (operator === 'in');
  }
  const isIdentity = operator === 'is' || operator === 'is not';
  const isEqual = operator === '==' || operator === 'is';
  const isOther = operator === '!=' || operator === 'is not' || operator === '<>';
  if (isEqual || isOther) {
    const equal = (isIdentity ? areOne(left, right) : null) ?? areEqual(left, right, room);
    return equal === null ? null : equal === isEqual;
  }
  const order = ORDER[operator];
  if (order === undefined) return null;
  if (left.kind === 'list' && right.kind === 'list') return compareItems(left, operator, right);
  if (left.kind !== 'const' || right.kind !== 'const') return null;
  const [a, b] = [left.value, right.value];
  const isComparable = typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
  return isComparable ? order(a as number, b as number) : null;
}

/** `<`, `<=`, … of two lists, tuples or sets; null where it is not known. */
function compareItems(left: One, operator: string, right: One): boolean | null {
  const [a, b] = [knownOf([left]), knownOf([right])];
  if (!isItems(a) || !isItems(b)) return null;
  if (a.as === 'set' && b.as === 'set') return compareSets(a, operator, b) ?? null;
  if (isSame(a, b)) return operator.includes('=');
  return (operator.startsWith('<') ? isBefore(a, b) : isBefore(b, a)) ?? null;
}

/** Things that are made once, and are equal to nothing else unless their class says so. */
const IDENTIFIED: ReadonlySet<One['kind']> = new Set(['module', 'function', 'class', 'instance', 'lazy', 'partial']);

/** `left is right`, as far as what they are says so; null: it does not. */
function areOne(left: One, right: One): boolean | null {
  if (IDENTIFIED.has(left.kind) && IDENTIFIED.has(right.kind)) return same(left, right);
  // One number and one text may be two objects.
  if (left.kind === 'const' && right.kind === 'const' && typeof left.value !== typeof right.value) return false;
  return null;
}

function areEqual(left: One, right: One, room: Room): boolean | null {
  if (left.kind === 'const' && right.kind === 'const') return keyCell(left.value) === keyCell(right.value);
  for (const [a, b] of [
    [left, right],
    [right, left],
  ] as const) {
    if (b.kind !== 'const' || b.value !== null) continue;
    if (a.kind === 'name') return NOT_NONE.has(a.name) ? false : null;
    if (a.kind !== 'unknown' && a.kind !== 'const') return false;
  }
  if (left.kind === 'list' && right.kind === 'list' && !left.cells.has('*') && !right.cells.has('*')) {
    // What is kept as a list need be none: pairs of a dictionary.
    if (left.as !== right.as) return null;
    const [a, b] = [knownOf([left]), knownOf([right])];
    if (a !== undefined && b !== undefined) return isSame(a, b);
    if (left.as === 'set') return null;
    if (left.cells.size !== right.cells.size) return false;
    const each = [...left.cells.values].map(([name, value]) =>
      compareParts(value, '==', right.cells.get(name) ?? [], room),
    );
    return each.includes(false) ? false : each.includes(null) ? null : true;
  }
  if (isProcess(left) && isProcess(right)) return same(left, right);
  if (isOlder(left, right) || isOlder(right, left)) return false;
  if (left.kind === 'unknown' || right.kind === 'unknown' || left.kind === 'name' || right.kind === 'name') return null;
  if (same(left, right)) return true;
  const isPlain = ({ kind }: One): boolean => kind === 'module' || kind === 'function' || kind === 'const';
  return isPlain(left) && isPlain(right) ? false : null;
}

/** A text that a worker was started with is not its own number. */
function isOlder(text: One, process: One): boolean {
  return process.kind === 'name' && process.name === WORKER_PROCESS && text.kind === 'name' && text.name === 'str()';
}

/** Objects of Python's own that are not None; a text that is not known. */
const NOT_NONE: ReadonlySet<string> = new Set([...ALWAYS_TRUE, 'str()']);

function contains(whole: One, part: One, room: Room): boolean | null {
  if (whole.kind === 'const' && part.kind === 'const' && typeof whole.value === 'string')
    return typeof part.value === 'string' ? whole.value.includes(part.value) : null;
  if (whole.kind === 'dict' && part.kind === 'const') {
    if (whole.cells.has(keyCell(part.value))) return true;
    return whole.cells.has('*') ? null : false;
  }
  if (whole.kind !== 'list') return null;
  const items = [...whole.cells.values.values()];
  const each = items.map((item) => compareParts([part], '==', item, room));
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

/** `a + b` of constants, `a & b` of sets; unknown otherwise. */
export function arithmetic(left: Value, operator: string, right: Value, lists?: Lists): Value {
  if (mayBeUnknown(left) || mayBeUnknown(right) || left.length * right.length > MOST_PAIRS) return UNKNOWN;
  const results = left.flatMap((a) => right.map((b) => combine(a, operator, b, lists)));
  return join(...results, []);
}

function combine(left: One, operator: string, right: One, lists: Lists | undefined): Value {
  if (left.kind === 'list' && right.kind === 'list' && lists !== undefined) {
    const [x, y] = [knownOf([left]), knownOf([right])];
    const both = isItems(x) && isItems(y) && x.as === 'set' && y.as === 'set' ? combineSets(x, operator, y) : undefined;
    return both === undefined ? UNKNOWN : asValue(both, lists);
  }
  if (left.kind === 'const' && typeof left.value === 'string' && operator === '%') {
    const given = knownOf([right]);
    const text = given === undefined ? undefined : percentFormatted(left.value, given);
    return text === undefined ? UNKNOWN : constant(text);
  }
  if (left.kind !== 'const' || right.kind !== 'const') return UNKNOWN;
  const [a, b] = [left.value, right.value];
  if (typeof a === 'string' && typeof b === 'string' && operator === '+') {
    const text = assembled([a, b]);
    return text === undefined ? UNKNOWN : constant(text);
  }
  if (operator === '*' && (typeof a === 'string') !== (typeof b === 'string')) {
    const [text, count] = typeof a === 'string' ? [a, b] : [String(b), a];
    const times = typeof count === 'boolean' ? Number(count) : count;
    if (typeof times !== 'number' || text.length * times > MOST_TEXT) return UNKNOWN;
    return constant(text.repeat(Math.max(0, times)));
  }
  const number = NUMBERS[operator];
  if (number === undefined || typeof a === 'string' || typeof b === 'string' || a === null || b === null)
    return UNKNOWN;
  const result = number(Number(a), Number(b));
  return Number.isFinite(result) ? constant(result) : UNKNOWN;
}

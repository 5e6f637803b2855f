import {
  type ContainerOne,
  constant,
  constantOf,
  keyCell,
  keyOf,
  MOST_ITEMS,
  type Plain,
  type Value,
} from './values.ts';

/** What is known to its last part: pure functions of Python's own are evaluated with it. */
export type Known = Plain | KnownItems;

/** A list, tuple or set with all that is in it. */
export interface KnownItems {
  readonly as: 'list' | 'tuple' | 'set';
  readonly items: readonly Known[];
}

const MOST_DEPTH = 4;
/** Of all levels together: a list that is in another several times is gone through as often. */
const MOST_PARTS = 1000;

export function isItems(known: Known | undefined): known is KnownItems {
  return typeof known === 'object' && known !== null;
}

/** Undefined: it may be several things, or something else. */
export function knownOf(value: Value | undefined): Known | undefined {
  return knownPart(value, 0, { left: MOST_PARTS });
}

function knownPart(value: Value | undefined, depth: number, room: { left: number }): Known | undefined {
  const [one] = value ?? [];
  if (value?.length !== 1 || one === undefined || room.left-- <= 0) return undefined;
  if (one.kind === 'const') return one.value;
  if (one.kind !== 'list' && one.kind !== 'dict') return undefined;
  if (one.cells.has('*') || one.cells.size > MOST_ITEMS || depth > MOST_DEPTH) return undefined;
  // A dictionary is gone through as its keys.
  if (one.kind === 'dict') return { as: 'list', items: [...one.cells.values.keys()].map(keyOf) };
  const items: Known[] = [];
  for (const item of one.cells.values.values()) {
    const known = knownPart(item, depth + 1, room);
    if (known === undefined) return undefined;
    items.push(known);
  }
  return { as: one.as ?? 'list', items };
}

/** All of them, where each is known. */
export function allKnown(values: readonly Value[]): Known[] | undefined {
  const found = values.map((value) => knownOf(value));
  return found.includes(undefined) ? undefined : (found as Known[]);
}

/** Lists are made by whoever follows the script. */
export interface Lists {
  list(items: readonly Value[], any?: Value, as?: ContainerOne['as']): Value;
}

export function asValue(known: Known, it: Lists): Value {
  if (!isItems(known)) return constant(known);
  const items = known.items.map((item) => asValue(item, it));
  return it.list(items, undefined, known.as === 'list' ? undefined : known.as);
}

/** Two things are one to Python: 1 and True are. */
export function isSame(a: Known, b: Known): boolean {
  if (!isItems(a) || !isItems(b)) return !isItems(a) && !isItems(b) && keyCell(a) === keyCell(b);
  if (a.as !== b.as || a.items.length !== b.items.length) return false;
  if (a.as === 'set') return a.items.every((item) => holds(b, item));
  return a.items.every((item, index) => isSame(item, b.items[index] as Known));
}

export function holds({ items }: KnownItems, part: Known): boolean {
  return items.some((item) => isSame(item, part));
}

/** A set has each once. */
export function distinct(items: readonly Known[]): Known[] {
  const found: Known[] = [];
  for (const item of items) if (!found.some((other) => isSame(other, item))) found.push(item);
  return found;
}

/** The same of values, as far as they are constants. */
export function distinctValues(values: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const known = constantOf(value);
    if (known === undefined) return true;
    const key = keyCell(known);
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a set is a subset of another, and so on, by Python's operator; undefined: it is none between sets. */
export function compareSets(a: KnownItems, operator: string, b: KnownItems): boolean | undefined {
  const isWithin = (one: KnownItems, other: KnownItems): boolean => one.items.every((item) => holds(other, item));
  switch (operator) {
    case '<=':
      return isWithin(a, b);
    case '>=':
      return isWithin(b, a);
    case '<':
      return isWithin(a, b) && !isWithin(b, a);
    case '>':
      return isWithin(b, a) && !isWithin(a, b);
    default:
      return undefined;
  }
}

/** What an operator makes of two sets; undefined: nothing. */
export function combineSets(a: KnownItems, operator: string, b: KnownItems): KnownItems | undefined {
  const of = (items: readonly Known[]): KnownItems => ({ as: 'set', items: distinct(items) });
  switch (operator) {
    case '&':
      return of(a.items.filter((item) => holds(b, item)));
    case '|':
      return of([...a.items, ...b.items]);
    case '-':
      return of(a.items.filter((item) => !holds(b, item)));
    case '^':
      return of([...a.items.filter((item) => !holds(b, item)), ...b.items.filter((item) => !holds(a, item))]);
    default:
      return undefined;
  }
}

const BY_METHOD: { readonly [name: string]: string } = {
  intersection: '&',
  union: '|',
  difference: '-',
  symmetric_difference: '^',
  __and__: '&',
  __or__: '|',
  __sub__: '-',
  __xor__: '^',
};
const COMPARES: { readonly [name: string]: string } = { issubset: '<=', issuperset: '>=', __le__: '<=', __ge__: '>=' };

/** What a method of a set gives that does not change it; undefined: it is none, or what it is given is not known. */
export function setMethod(own: KnownItems, name: string, given: readonly Known[]): Known | undefined {
  const others = given.map((one) => (typeof one === 'string' ? { as: 'list' as const, items: [...one] } : one));
  if (!others.every(isItems)) return undefined;
  const [first] = others;
  const operator = BY_METHOD[name];
  if (operator !== undefined)
    return others.reduce<KnownItems | undefined>((a, b) => a && combineSets(a, operator, b), { ...own, as: 'set' });
  if (first === undefined || others.length > 1) return undefined;
  if (name === 'isdisjoint') return !own.items.some((item) => holds(first, item));
  const compared = COMPARES[name];
  return compared === undefined ? undefined : compareSets(own, compared, first);
}

/** Whether a list or tuple comes before another; undefined: that is not known. */
export function isBefore(a: Known, b: Known): boolean | undefined {
  if (isItems(a) && isItems(b)) {
    if (a.as !== b.as) return undefined;
    for (const [index, item] of a.items.entries()) {
      const other = b.items[index];
      if (other === undefined) return false;
      if (!isSame(item, other)) return isBefore(item, other);
    }
    return a.items.length < b.items.length;
  }
  if (isItems(a) || isItems(b) || a === null || b === null) return undefined;
  const isText = typeof a === 'string';
  return isText === (typeof b === 'string') ? a < b : undefined;
}

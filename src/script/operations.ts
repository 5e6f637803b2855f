import { arithmetic, compareValues } from './operators.ts';
import type { Node } from './parse.ts';
import type { Running } from './running.ts';
import type { Scope } from './scope.ts';
import { constant, type Given, join, joinAll, type One, truth, UNKNOWN, type Value } from './values.ts';

/** What an operation calls of an object: the first of these that its class has (Language Reference, 3.3). */
export type Special = readonly string[];

export const TRUTH: Special = ['__bool__', '__len__'];
export const TEXT: Special = ['__str__', '__repr__'];
export const REPRESENTATION: Special = ['__repr__'];
export const FORMAT: Special = ['__format__', '__str__', '__repr__'];
export const HASH: Special = ['__hash__'];
export const INDEX: Special = ['__index__'];
export const PATH: Special = ['__fspath__'];
const BINARY: { readonly [operator: string]: string } = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '|': 'or',
  '&': 'and',
  '^': 'xor',
  '>>': 'rshift',
  '<<': 'lshift',
};

export const UNARY: { readonly [operator: string]: string } = {
  '-': '__neg__',
  '+': '__pos__',
  '~': '__invert__',
};

/** What a comparison calls of its left side, else of its right side. */
const COMPARISONS: { readonly [operator: string]: readonly [Special, Special] } = {
  '==': [['__eq__'], ['__eq__']],
  '!=': [
    ['__ne__', '__eq__'],
    ['__ne__', '__eq__'],
  ],
  '<': [['__lt__'], ['__gt__']],
  '<=': [['__le__'], ['__ge__']],
  '>': [['__gt__'], ['__lt__']],
  '>=': [['__ge__'], ['__le__']],
};

/** Things that hold things are looked through so far. */
const MOST_HELD = 64;

/** Calls what an operation calls of each thing that a value may be; null: none has such a method. */
export function perform(
  it: Running,
  value: Value,
  names: Special,
  given: readonly Value[],
  node: Node,
  scope: Scope,
): Value | null {
  let found: Value | null = null;
  const one = (each: One): void => {
    for (const name of names) {
      const result = it.special(each, name, given, node, scope);
      if (result === null) continue;
      found = join(found ?? [], result);
      return;
    }
  };
  for (const each of value) {
    if (each.kind !== 'instance' && each.kind !== 'class') continue;
    if (value.length > 1) it.maybe(() => one(each));
    else one(each);
  }
  return found;
}

/** The same of what lies in lists and dictionaries; of dictionaries their keys are plain. */
export function performInside(
  it: Running,
  value: Value,
  names: Special,
  given: readonly Value[],
  node: Node,
  scope: Scope,
): void {
  for (const item of itemsIn(value)) perform(it, item, names, given, node, scope);
}

/** What lies in lists and dictionaries. */
export function itemsIn(value: Value): Value[] {
  return value
    .flatMap((one) => (one.kind === 'list' || one.kind === 'dict' ? [...one.cells.values.values()] : []))
    .slice(0, MOST_HELD);
}

/** What writing it as text runs; in a list its items are written as `repr` does. */
export function written(it: Running, value: Value, names: Special, node: Node, scope: Scope, depth = 0): void {
  perform(it, value, names, names === FORMAT ? [UNKNOWN] : [], node, scope);
  if (depth < 3) for (const item of itemsIn(value)) written(it, item, REPRESENTATION, node, scope, depth + 1);
}

/** Whether a value is true, false, or null where it is not known; `__bool__` and `__len__` run. */
export function decide(it: Running, value: Value, node: Node, scope: Scope): boolean | null {
  const each = value.map((one): Value => {
    if (one.kind !== 'instance' && one.kind !== 'class') return [one];
    return perform(it, value.length === 1 ? value : [one], TRUTH, [], node, scope) ?? [one];
  });
  return truth(each.flat());
}

/** Whether an expression is true, false, or null where it is not known; `__bool__` and `__len__` run. */
export function test(it: Running, node: Node | null, scope: Scope): boolean | null {
  return node === null ? null : decide(it, it.value(node, scope), node, scope);
}

/** `left operator right`. */
export function binary(it: Running, left: Value, operator: string, right: Value, node: Node, scope: Scope): Value {
  const known = arithmetic(left, operator, right, it);
  const name = BINARY[operator] ?? '';
  const isTheirs = ({ kind }: One): boolean => kind === 'instance' || kind === 'class';
  return joinAll(
    left.map((one) => {
      if (isTheirs(one)) {
        const own = perform(it, [one], [`__${name}__`], [right], node, scope);
        if (own !== null) return own;
      }
      const reflected = right.some(isTheirs) ? perform(it, right, [`__r${name}__`], [[one]], node, scope) : null;
      if (reflected !== null) return reflected;
      if (isTheirs(one)) return UNKNOWN;
      if (operator === '%' && one.kind === 'const' && typeof one.value === 'string') {
        written(it, right, TEXT, node, scope);
        return known;
      }
      if (one.kind === 'name' && operator === '/') return method(it, one, 'joinpath', right, node, scope);
      if (operator === '|' && one.kind === 'dict') return method(it, one, '__or__', right, node, scope);
      if (one.kind !== 'list' || one.as === 'set') return known;
      const own = it.iterate([one], node, scope).exact;
      if (operator === '*' && own) {
        const times = right.map((each) => (each.kind === 'const' ? Number(each.value) : Number.NaN));
        const [count = Number.NaN] = times;
        if (times.length === 1 && Number.isInteger(count) && own.length * count <= MOST_HELD)
          return it.list(Array.from({ length: Math.max(0, count) }, () => own).flat(), undefined, one.as);
      }
      if (right.length === 0 || !right.every(({ kind }) => kind === 'list')) return known;
      const other = it.iterate(right, node, scope).exact;
      if (operator === '+' && own && other) return it.list([...own, ...other], undefined, one.as);
      return known;
    }),
  );
}

function method(it: Running, of: One, name: string, given: Value, node: Node, scope: Scope): Value {
  return it.call([{ kind: 'method', of, name }], { ...NOTHING, positional: [given] }, node, scope);
}

const NOTHING: Given = { positional: [], keywords: new Map(), others: [] };

/** `left operator= right`: what the name is then. */
export function inPlace(it: Running, left: Value, operator: string, right: Value, node: Node, scope: Scope): Value {
  const name = BINARY[operator] ?? '';
  const each = left.map((one): Value => {
    if (one.kind === 'list' || one.kind === 'dict' || one.kind === 'name') {
      if (one.kind === 'list' && operator === '*') return UNKNOWN;
      if (one.kind === 'list' && /^[-&^]$/.test(operator)) return binary(it, [one], operator, right, node, scope);
      method(it, one, operator === '|' ? 'update' : 'extend', right, node, scope);
      return [one];
    }
    return (
      perform(it, [one], [`__i${name}__`], [right], node, scope) ?? binary(it, [one], operator, right, node, scope)
    );
  });
  const value = joinAll(each);
  return value.length > 0 ? value : UNKNOWN;
}

/** `left operator right` of a comparison; null where it is not known. */
export function compared(
  it: Running,
  left: Value,
  operator: string,
  right: Value,
  node: Node,
  scope: Scope,
): boolean | null {
  const [own, other] = COMPARISONS[operator] ?? [[], []];
  let given = perform(it, left, own, [right], node, scope) ?? perform(it, right, other, [left], node, scope);
  if (/^(not )?in$/.test(operator)) {
    given = perform(it, right, ['__contains__'], [left], node, scope);
    if (given === null && right.some(({ kind }) => kind === 'instance')) it.iterate(right, node, scope);
    if (right.length === 1 && right[0]?.kind === 'lazy')
      takeUntil(it, right, (item) => compared(it, item, '==', left, node, scope) === true, node, scope);
    if (right.some(({ kind }) => kind === 'dict')) perform(it, left, HASH, [], node, scope);
    else for (const item of itemsIn(right)) compared(it, item, '==', left, node, scope);
    const [mapping] = right;
    const holds = right.length === 1 && mapping ? it.holds(mapping, left, scope) : null;
    if (holds !== null) return holds === (operator === 'in');
  } else if (operator === '==' || operator === '!=') {
    for (const item of itemsIn(left)) perform(it, item, ['__eq__'], [UNKNOWN], node, scope);
    for (const item of itemsIn(right)) perform(it, item, ['__eq__'], [UNKNOWN], node, scope);
  }
  if (given !== null) {
    const known = decide(it, given, node, scope);
    const isNegated = operator === 'not in' || operator === '!=';
    return known === null || isNegated ? null : known;
  }
  return compareValues(left, operator, right);
}

/** Takes of what is lazy until something is so (null): the first for sure, where that is not so perhaps the rest, which it gives. */
export function takeUntil(
  it: Running,
  value: Value,
  isEnough: (item: Value) => boolean,
  node: Node,
  scope: Scope,
): Value | null {
  if (isEnough(it.iterate(value, node, scope, 1).any)) return null;
  return it.maybe(() => it.iterate(value, node, scope).any);
}

/** The items are compared with one another: `sorted`, `min`, `heapq`. */
export function ordered(it: Running, items: readonly Value[], names: Special, node: Node, scope: Scope): void {
  if (items.length < 2) return;
  for (const item of items) perform(it, item, names, [items.find((other) => other !== item) ?? UNKNOWN], node, scope);
}

export function not(it: Running, value: Value, node: Node, scope: Scope): Value {
  const known = decide(it, value, node, scope);
  return known === null ? UNKNOWN : constant(!known);
}

import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import {
  type ClassOne,
  constant,
  type InstanceOne,
  joinAll,
  NOTHING_GIVEN,
  type One,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Classes that stand above more than this are not looked through. */
const MOST_BASES = 40;

/** A class and those above it, nearest first; not Python's order where several bases share one. */
export function* basesOf(of: ClassOne): Generator<ClassOne> {
  const seen = new Set<ClassOne>();
  const open: ClassOne[] = [of];
  for (let one = open.shift(); one !== undefined && seen.size < MOST_BASES; one = open.shift()) {
    if (seen.has(one)) continue;
    seen.add(one);
    yield one;
    const above = one.bases.flatMap((base) => base.filter((each) => each.kind === 'class'));
    open.unshift(...(above as ClassOne[]));
  }
}

/** The names of the classes above that are not in the files. */
export function outsideBases(of: ClassOne): string[] {
  return [...basesOf(of)]
    .flatMap(({ bases }) =>
      bases.flatMap((base) => base.map((one) => (one.kind === 'name' ? one.name : one.kind === 'unknown' ? '?' : ''))),
    )
    .filter(Boolean);
}

/** What a class or its instance has under a name; null: nothing that is known. */
export function member(
  it: Engine,
  of: ClassOne,
  name: string,
  self: InstanceOne | null,
  node: Node,
  scope: Scope,
): Value | null {
  const own = self?.cells.get(name);
  if (own !== undefined) return own;
  for (const base of basesOf(of)) {
    const found = base.members.cells.get(name);
    if (found !== undefined) return bound(it, found, self, of, node, scope);
  }
  return null;
}

export function bound(it: Engine, value: Value, self: One | null, of: ClassOne, node: Node, scope: Scope): Value {
  return joinAll(
    value.map((one): Value => {
      if (one.kind === 'instance' && one.of !== of)
        return special(it, one, '__get__', [UNKNOWN, UNKNOWN], node, scope) ?? [one];
      if (one.kind === 'partial' && one.isMethod && self !== null) {
        const { isMethod: _, ...plain } = one;
        return [{ ...plain, given: { ...one.given, positional: [[self], ...one.given.positional] } }];
      }
      if (one.kind !== 'function' || one.owner === null) return [one];
      if (one.isProperty) return self === null ? UNKNOWN : it.enter({ ...one, self }, NOTHING_GIVEN, node, scope);
      if (one.binds === 'class') return [{ ...one, self: of }];
      return [one.binds === 'self' && self !== null ? { ...one, self } : one];
    }),
  );
}

/** The metaclasses of a class that are in the files. */
export function makersOf(of: ClassOne): ClassOne[] {
  return [...basesOf(of)].flatMap(({ makers }) => makers.filter((one): one is ClassOne => one.kind === 'class'));
}

/** What a class has under a name, as it was put there; undefined: nothing that is known. */
export function lookUp(of: ClassOne, name: string): Value | undefined {
  for (const base of basesOf(of)) {
    const found = base.members.cells.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What Python looks up in a class for the class itself; all else it looks up in the class of the class. */
const OF_CLASSES = /^__(new|init|init_subclass|class_getitem|prepare|post_init|set_name)__$/;

/** Calls a method that syntax calls: `__enter__`, `__getitem__`; null: there is none that is known. */
export function special(
  it: Engine,
  one: One,
  name: string,
  given: readonly Value[],
  node: Node,
  scope: Scope,
): Value | null {
  if (name === '' || (one.kind !== 'instance' && one.kind !== 'class')) return null;
  const classes = one.kind === 'instance' ? [one.of] : OF_CLASSES.test(name) ? [one] : makersOf(one);
  for (const of of classes) {
    const found = lookUp(of, name);
    if (found !== undefined) return callBound(it, found, one, given, node, scope);
  }
  return null;
}

/** A method that a class has of its metaclass. */
export function ofMakers(it: Engine, one: ClassOne, name: string, node: Node, scope: Scope): Value | null {
  for (const maker of makersOf(one)) {
    const found = lookUp(maker, name);
    if (found === undefined) continue;
    return joinAll(
      found.map((each): Value => {
        if (each.kind !== 'function') return [each];
        if (each.isProperty) return it.enter({ ...each, self: one }, NOTHING_GIVEN, node, scope);
        return [{ ...each, self: one }];
      }),
    );
  }
  return special(it, one, '__getattr__', [constant(name)], node, scope);
}

/** Calls what a class has under a name as a method of something else: a metaclass's `__init__`, `__init_subclass__`. */
export function callMember(
  it: Engine,
  of: ClassOne,
  name: string,
  self: Value,
  given: readonly Value[],
  node: Node,
  scope: Scope,
  keywords: ReadonlyMap<string, Value> = NOTHING_GIVEN.keywords,
): Value | null {
  const found = lookUp(of, name);
  const [one] = self;
  return found === undefined || one === undefined ? null : callBound(it, found, one, given, node, scope, keywords);
}

function callBound(
  it: Engine,
  found: Value,
  self: One,
  positional: readonly Value[],
  node: Node,
  scope: Scope,
  keywords: ReadonlyMap<string, Value> = NOTHING_GIVEN.keywords,
): Value {
  return joinAll(
    found.map((method): Value => {
      if (method.kind === 'function')
        return it.enter(
          method.binds === 'nothing' ? method : { ...method, self },
          { positional, keywords, others: [] },
          node,
          scope,
        );
      // `__str__ = some_function` of a library, or an object that is called.
      return method.kind === 'partial' || method.kind === 'instance'
        ? it.call([method], { positional, keywords, others: [] }, node, scope)
        : UNKNOWN;
    }),
  );
}

import type { Engine } from './engine.ts';
import { folderOf } from './folders.ts';
import { COMMAND_GROUPS, canonical, REGISTERS } from './lenskit-calls.ts';
import { HASH, INDEX, perform } from './operations.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import {
  type ClassOne,
  type ContainerOne,
  constant,
  constantOf,
  type InstanceOne,
  join,
  joinAll,
  NOTHING_GIVEN,
  named,
  type One,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Classes that stand above more than this are not looked through. */
const MOST_BASES = 40;
/** A longer dotted name leads to nothing that matters. */
const MOST_LETTERS = 500;

/** `of.name`. */
export function attribute(it: Engine, of: Value, name: string, node: Node, scope: Scope): Value {
  return joinAll(of.map((one) => attributeOf(it, one, name, node, scope)));
}

function attributeOf(it: Engine, one: One, name: string, node: Node, scope: Scope): Value {
  switch (one.kind) {
    case 'name':
      return outsideAttribute(it, one, name);
    case 'module': {
      const own = one.scope.cells.get(name);
      if (own !== undefined) return own;
      return it.moduleBelow(one.module, name, node, scope) ?? missingOf(it, one.scope, name, node, scope) ?? UNKNOWN;
    }
    case 'function':
      if (REGISTERS.has(name)) return [{ kind: 'register', to: one }];
      if (name === '__module__') return constant(textOf(one.scope.top.cells.get('__name__')) ?? '');
      if (name === '__name__' || name === '__qualname__') return constant(one.name);
      if (name === '__call__' || name === '__wrapped__' || name === '__func__') return [one];
      return [{ kind: 'method', of: one, name }];
    case 'class':
      if (name === '__name__') return constant(one.name);
      if (name === '__module__') return constant(textOf(one.members.top.cells.get('__name__')) ?? '');
      return (
        member(it, one, name, null, node, scope) ??
        ofMakers(it, one, name, node, scope) ?? [{ kind: 'method', of: one, name }]
      );
    case 'instance': {
      if (name === '__class__') return [one.of];
      const instead = special(it, one, '__getattribute__', [constant(name)], node, scope);
      const found = member(it, one.of, name, one, node, scope);
      if (found !== null) return join(found, instead ?? []);
      if (instead !== null) return instead;
      const fallback = special(it, one, '__getattr__', [constant(name)], node, scope);
      return fallback ?? [{ kind: 'method', of: one, name }];
    }
    case 'super': {
      const order = [
        ...basesOf(one.self.kind === 'instance' ? one.self.of : one.self.kind === 'class' ? one.self : one.after),
      ];
      // A metaclass is above a class in another way.
      const isMaker = one.self.kind === 'class' && !order.includes(one.after);
      if (isMaker) order.splice(0, order.length, ...basesOf(one.after));
      const rest = order.slice(order.indexOf(one.after) + 1);
      for (const base of rest) {
        const own = base.members.cells.get(name);
        if (own !== undefined)
          return bound(it, own, one.self.kind === 'class' && !isMaker ? null : one.self, base, node, scope);
      }
      return [{ kind: 'method', of: one.self, name: `super ${name}` }];
    }
    case 'list':
    case 'dict':
    case 'const':
    case 'lazy':
    case 'method':
      return [{ kind: 'method', of: one, name }];
    case 'partial':
      return name === 'func' ? one.of : name === 'value' ? [one] : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** `__getattr__` of a module (PEP 562); null: it has none. */
export function missingOf(it: Engine, of: Scope, name: string, node: Node, scope: Scope): Value | null {
  const own = of.cells.get('__getattr__');
  if (own === undefined || /^__(name|file|doc|dict|spec|loader|package|builtins|cached|class)__$/.test(name))
    return null;
  return it.call(own, { ...NOTHING_GIVEN, positional: [constant(name)] }, node, scope);
}

function outsideAttribute(it: Engine, one: Extract<One, { kind: 'name' }>, name: string): Value {
  if (one.name.length > MOST_LETTERS) return UNKNOWN;
  const own = one.object?.cells.get(name);
  if (own !== undefined && name !== '*') return own;
  if (one.name === 'multiprocessing.current_process()' && name === 'name')
    return constant(it.isMain ? 'MainProcess' : 'SpawnProcess-1');
  if (one.name === 'pathlib.Path()' && one.object) {
    const text = textOf(one.object.cells.get('text'));
    if (text !== undefined && name === 'parent') return it.path(constant(folderOf(text)));
    if (text !== undefined && name === 'name') return constant(text.slice(text.lastIndexOf('/') + 1));
    if (text !== undefined && name === 'stem')
      return constant(text.slice(text.lastIndexOf('/') + 1).replace(/\.\w+$/, ''));
  }
  if (COMMAND_GROUPS.has(one.name.replace('()', '')) && REGISTERS.has(name)) return UNKNOWN;
  const below = one.object === null ? it.packageBelow(`${one.name}.${name}`) : null;
  return below ?? named(canonical(`${one.name}.${name}`), one.object);
}

/** A class and those above it, nearest first; not Python's order where several bases share one. */
function* basesOf(of: ClassOne): Generator<ClassOne> {
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

function bound(it: Engine, value: Value, self: One | null, of: ClassOne, node: Node, scope: Scope): Value {
  return joinAll(
    value.map((one): Value => {
      if (one.kind === 'instance' && one.of !== of)
        return special(it, one, '__get__', [UNKNOWN, UNKNOWN], node, scope) ?? [one];
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
function lookUp(of: ClassOne, name: string): Value | undefined {
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
function ofMakers(it: Engine, one: ClassOne, name: string, node: Node, scope: Scope): Value | null {
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

/** `of.name = value`, and what that calls; undefined: `del of.name`. */
export function setAttribute(
  it: Engine,
  of: Value,
  name: string,
  value: Value | undefined,
  node: Node,
  scope: Scope,
): void {
  for (const one of of) {
    const before = of.length > 1;
    if (one.kind === 'instance') {
      const run = (): boolean => changes(it, one, name, value, node, scope);
      if (before ? it.maybe(run) : run()) continue;
      write(it, one.cells, name, value, before);
    } else if (one.kind === 'name' && one.object) write(it, one.object.cells, name, value, before);
    else if (one.kind === 'class') {
      special(it, one, value ? '__setattr__' : '__delattr__', [constant(name), ...(value ? [value] : [])], node, scope);
      write(it, one.members.cells, name, value, before);
    } else if (one.kind === 'module') write(it, one.scope.cells, name, value, before);
    else if (one.kind === 'name' && one.name === 'os' && name === 'environ' && value && !value.some(isEnvironment))
      it.setVariable(constant('LK_NUM_PROCS'), UNKNOWN, true);
  }
}

/** What a class does when an attribute of its object is set or deleted; true: it keeps the value itself. */
function changes(
  it: Engine,
  one: InstanceOne,
  name: string,
  value: Value | undefined,
  node: Node,
  scope: Scope,
): boolean {
  const given = value === undefined ? [] : [value];
  special(it, one, value ? '__setattr__' : '__delattr__', [constant(name), ...given], node, scope);
  let keeps = false;
  for (const found of lookUp(one.of, name) ?? []) {
    if (found.kind === 'instance')
      keeps = special(it, found, value ? '__set__' : '__delete__', [[one], ...given], node, scope) !== null || keeps;
    const method = found.kind === 'function' && found.isProperty ? found[value ? 'setter' : 'deleter'] : undefined;
    if (method === undefined) continue;
    it.enter({ ...method, self: one }, { ...NOTHING_GIVEN, positional: given }, node, scope);
    keeps = true;
  }
  return keeps;
}

/** Functions that run when an object goes: `weakref.finalize`. No attribute has such a name. */
export const FINALIZERS = ' finalizers';

/** An object is gone. */
export function finalize(it: Engine, one: InstanceOne, node: Node, scope: Scope): void {
  special(it, one, '__del__', [], node, scope);
  for (const each of heldBy(one)) special(it, each, '__del__', [], node, scope);
  const later = one.cells.get(FINALIZERS);
  if (later === undefined) return;
  it.store.write(one.cells, FINALIZERS, undefined);
  it.call(later, NOTHING_GIVEN, node, scope);
}

/** Something runs when it goes. */
export function hasFinalizer(one: InstanceOne): boolean {
  const own = lookUp(one.of, '__del__') !== undefined || one.cells.has(FINALIZERS);
  return own || heldBy(one).some((each) => lookUp(each.of, '__del__') !== undefined || each.cells.has(FINALIZERS));
}

/** The objects that an object has as its attributes. */
function heldBy(one: InstanceOne): InstanceOne[] {
  return [...one.cells.values.values()].flatMap(([each, ...more]) =>
    each?.kind === 'instance' && more.length === 0 ? [each] : [],
  );
}

/** A name lets go of what it was. That another name of the block still has it is seen; what else holds it is not. */
export function forgotten(it: Engine, value: Value | undefined, node: Node, scope: Scope): void {
  const [one] = value ?? [];
  if (one?.kind !== 'instance' || (value?.length ?? 0) > 1) return;
  if (!hasFinalizer(one)) return;
  for (const other of scope.cells.values.values())
    if (other.some((each) => each === one || ((each.kind === 'list' || each.kind === 'dict') && each.cells.size > 0)))
      return void it.maybe(() => finalize(it, one, node, scope));
  finalize(it, one, node, scope);
}

function isEnvironment(one: One): boolean {
  return one.kind === 'name' && one.name === 'os.environ';
}

function write(it: Engine, cells: ContainerOne['cells'], name: string, value: Value | undefined, keeps: boolean): void {
  it.store.write(cells, name, keeps ? join(cells.get(name), value) : value);
}

/** `of[key]`. */
export function item(it: Engine, of: Value, key: Value, node: Node, scope: Scope): Value {
  const isSlice = node.type === 'subscript' && node.childForFieldName('subscript')?.type === 'slice';
  return joinAll(
    of.map((one): Value => {
      if (one.kind === 'list') {
        const own = perform(it, key, INDEX, [], node, scope);
        const index = constantOf(own ?? key);
        const items = [...one.cells.values.keys()].filter((name) => name !== '*');
        if (isSlice) return it.list([], joinAll([...one.cells.values.values()]));
        if ((typeof index === 'number' || typeof index === 'boolean') && !one.cells.has('*')) {
          const at = Number(index);
          return one.cells.get(`#${at < 0 ? items.length + at : at}`) ?? UNKNOWN;
        }
        return joinAll([...one.cells.values.values()]);
      }
      if (one.kind === 'dict') {
        perform(it, key, HASH, [], node, scope);
        return fromDict(one, key) ?? UNKNOWN;
      }
      if (one.kind === 'const' && typeof one.value === 'string') return ofText(it, one.value, key, node, scope);
      if (one.kind === 'instance')
        return (
          special(it, one, '__getitem__', [key], node, scope) ??
          it.maybe(() => special(it, one, '__missing__', [key], node, scope)) ??
          UNKNOWN
        );
      if (one.kind === 'class')
        return (
          special(it, one, '__class_getitem__', [key], node, scope) ??
          special(it, one, '__getitem__', [key], node, scope) ?? [one]
        );
      if (one.kind === 'lazy' || one.kind === 'function') return UNKNOWN;
      if (one.kind === 'name') return outsideItem(it, one.name, one.object?.cells.get('*'), key, node, scope);
      return UNKNOWN;
    }),
  );
}

/** A letter of a text, or a part of it: `text[2:-2]`. */
function ofText(it: Engine, text: string, key: Value, node: Node, scope: Scope): Value {
  const slice = node.type === 'subscript' ? node.childForFieldName('subscript') : null;
  if (slice?.type !== 'slice') {
    const index = constantOf(key);
    const letter = typeof index === 'number' ? [...text].at(index) : undefined;
    return letter === undefined ? UNKNOWN : constant(letter);
  }
  const bounds: (number | undefined)[] = [];
  let colons = 0;
  for (const child of slice.children) {
    if (child?.type === ':') colons++;
    else if (child?.isNamed && child.type !== 'comment') {
      const bound = constantOf(it.value(child, scope));
      if (typeof bound !== 'number') return UNKNOWN;
      bounds[colons] = bound;
    }
  }
  const letters = [...text];
  if (bounds[2] === -1 && bounds[0] === undefined && bounds[1] === undefined)
    return constant(letters.reverse().join(''));
  return bounds[2] !== undefined && bounds[2] !== 1 ? UNKNOWN : constant(letters.slice(bounds[0], bounds[1]).join(''));
}

/** Undefined: it has no such key. */
export function fromDict(one: ContainerOne, key: Value): Value | undefined {
  const name = constantOf(key);
  const known = name === undefined ? undefined : one.cells.get(`k${JSON.stringify(name)}`);
  if (known !== undefined && one.cells.has('*')) return join(known, one.cells.get('*'));
  if (known !== undefined) return known;
  if (name !== undefined) return one.cells.get('*');
  return one.cells.size > 0 ? joinAll([...one.cells.values.values()]) : undefined;
}

function outsideItem(it: Engine, name: string, held: Value | undefined, key: Value, node: Node, scope: Scope): Value {
  const text = textOf(key);
  if (/^os\.environb?$/.test(name)) return text === 'LK_NUM_PROCS' ? (it.environment.get('seen') ?? UNKNOWN) : UNKNOWN;
  if (name === 'collections.defaultdict()' && held) {
    const made = it.maybe(() => it.call(held, NOTHING_GIVEN, node, scope));
    return join(held, made, UNKNOWN);
  }
  if (name === 'globals()' && text !== undefined) return scope.top.cells.get(text) ?? UNKNOWN;
  if (name === 'globals()')
    return joinAll(
      [...scope.top.cells.values.values()]
        .filter((value) => value.some(({ kind }) => kind === 'function'))
        .concat([UNKNOWN]),
    );
  return held ? join(held, UNKNOWN) : named(`${name}[]`);
}

export function setItem(it: Engine, of: Value, key: Value, value: Value | undefined, node: Node, scope: Scope): void {
  for (const one of of) {
    if (one.kind === 'list' || one.kind === 'dict') {
      perform(it, key, one.kind === 'dict' ? HASH : INDEX, [], node, scope);
      const name = constantOf(key);
      const cell =
        name === undefined || (one.kind === 'list' && name === null)
          ? '*'
          : one.kind === 'dict'
            ? `k${JSON.stringify(name)}`
            : typeof name === 'number' && name >= 0
              ? `#${name}`
              : '*';
      if (value === undefined) {
        if (cell !== '*') it.store.write(one.cells, cell, undefined);
      } else it.store.write(one.cells, cell, cell === '*' || of.length > 1 ? join(one.cells.get(cell), value) : value);
    } else if (one.kind === 'instance')
      special(it, one, value ? '__setitem__' : '__delitem__', value ? [key, value] : [key], node, scope);
    else if (one.kind === 'name' && /^os\.environb?$/.test(one.name))
      it.setVariable(key, value ?? constant(null), true);
    else if (one.kind === 'name' && one.name === 'globals()' && textOf(key) && value)
      scope.top.set(textOf(key) as string, value);
  }
}

/** What iterating gives, one after the other or any of them; what is lazy runs. */
export function iterate(
  it: Engine,
  value: Value,
  node: Node,
  scope: Scope,
  limit?: number,
  closes?: boolean,
): { exact: readonly Value[] | null; any: Value } {
  const [only] = value;
  if (value.length === 1 && only?.kind === 'list' && !only.cells.has('*')) {
    const exact = [...only.cells.values.values()];
    return { exact, any: exact.length > 0 ? joinAll(exact) : UNKNOWN };
  }
  if (value.length === 1 && only?.kind === 'dict' && !only.cells.has('*')) {
    const exact = [...only.cells.values.keys()].map((key) => constant(JSON.parse(key.slice(1)) as string));
    return { exact, any: exact.length > 0 ? joinAll(exact) : UNKNOWN };
  }
  const each = value.map((one): Value => {
    if (one.kind === 'list') return joinAll([...one.cells.values.values()]);
    if (one.kind === 'lazy') {
      if (limit !== undefined && limit < Number.POSITIVE_INFINITY) return one.run(limit, closes);
      if (one.state.taken === null || !it.isCertain) {
        const certain = it.isCertain;
        const given = one.run();
        if (certain) one.state.taken = given;
        return given;
      }
      return one.state.taken;
    }
    if (one.kind === 'instance') {
      const iterator =
        special(it, one, '__await__', [], node, scope) ??
        special(it, one, '__iter__', [], node, scope) ??
        special(it, one, '__aiter__', [], node, scope);
      if (iterator !== null) {
        const next = iterator.map((inner) =>
          inner.kind === 'instance'
            ? (special(it, inner, '__next__', [], node, scope) ?? UNKNOWN)
            : iterate(it, [inner], node, scope).any,
        );
        return joinAll(next);
      }
      return special(it, one, '__getitem__', [UNKNOWN], node, scope) ?? UNKNOWN;
    }
    if (one.kind === 'name' && one.object?.cells.has('*')) return join(one.object.cells.get('*'), UNKNOWN);
    return UNKNOWN;
  });
  const any = joinAll(each);
  return { exact: null, any: any.length > 0 ? any : UNKNOWN };
}

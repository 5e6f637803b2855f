import type { Engine } from './engine.ts';
import { folderOf } from './folders.ts';
import { COMMAND_GROUPS, canonical, REGISTERS } from './lenskit-calls.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import {
  type ClassOne,
  type ContainerOne,
  constant,
  constantOf,
  type FunctionOne,
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
      return it.moduleBelow(one.module, name, node, scope) ?? UNKNOWN;
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
      return member(it, one, name, null, node, scope) ?? [{ kind: 'method', of: one, name }];
    case 'instance': {
      if (name === '__class__') return [one.of];
      const found = member(it, one.of, name, one, node, scope);
      if (found !== null) return found;
      const fallback = special(it, one, '__getattr__', [constant(name)], node, scope);
      return fallback ?? [{ kind: 'method', of: one, name }];
    }
    case 'super': {
      const order = [
        ...basesOf(one.self.kind === 'instance' ? one.self.of : one.self.kind === 'class' ? one.self : one.after),
      ];
      const rest = order.slice(order.indexOf(one.after) + 1);
      for (const base of rest) {
        const own = base.members.cells.get(name);
        if (own !== undefined) return bound(it, own, one.self.kind === 'class' ? null : one.self, base, node, scope);
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
  const of = one.kind === 'instance' ? one.of : one;
  for (const base of basesOf(of)) {
    const found = base.members.cells.get(name);
    if (found === undefined) continue;
    const methods = found.filter((each): each is FunctionOne => each.kind === 'function');
    return joinAll(
      methods.map((method) => it.enter({ ...method, self: one }, { ...NOTHING_GIVEN, positional: given }, node, scope)),
    );
  }
  return null;
}

export function setAttribute(it: Engine, of: Value, name: string, value: Value): void {
  for (const one of of) {
    const before = of.length > 1;
    if (one.kind === 'instance') write(it, one.cells, name, value, before);
    else if (one.kind === 'name' && one.object) write(it, one.object.cells, name, value, before);
    else if (one.kind === 'class') write(it, one.members.cells, name, value, before);
    else if (one.kind === 'module') write(it, one.scope.cells, name, value, before);
    else if (one.kind === 'name' && one.name === 'os' && name === 'environ' && !value.some(isEnvironment))
      it.setVariable(constant('LK_NUM_PROCS'), UNKNOWN, true);
  }
}

function isEnvironment(one: One): boolean {
  return one.kind === 'name' && one.name === 'os.environ';
}

function write(it: Engine, cells: ContainerOne['cells'], name: string, value: Value, keeps: boolean): void {
  it.store.write(cells, name, keeps ? join(cells.get(name), value) : value);
}

/** `of[key]`. */
export function item(it: Engine, of: Value, key: Value, node: Node, scope: Scope): Value {
  const isSlice = node.type === 'subscript' && node.childForFieldName('subscript')?.type === 'slice';
  return joinAll(
    of.map((one): Value => {
      if (one.kind === 'list') {
        const index = constantOf(key);
        const items = [...one.cells.values.keys()].filter((name) => name !== '*');
        if (isSlice) return it.list([], joinAll([...one.cells.values.values()]));
        if (typeof index === 'number' && !one.cells.has('*'))
          return one.cells.get(`#${index < 0 ? items.length + index : index}`) ?? UNKNOWN;
        return joinAll([...one.cells.values.values()]);
      }
      if (one.kind === 'dict') return fromDict(one, key) ?? UNKNOWN;
      if (one.kind === 'instance') return special(it, one, '__getitem__', [key], node, scope) ?? UNKNOWN;
      if (one.kind === 'class') return [one];
      if (one.kind === 'name') return outsideItem(it, one.name, one.object?.cells.get('*'), key, scope);
      return UNKNOWN;
    }),
  );
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

function outsideItem(it: Engine, name: string, held: Value | undefined, key: Value, scope: Scope): Value {
  const text = textOf(key);
  if (/^os\.environb?$/.test(name)) return text === 'LK_NUM_PROCS' ? (it.environment.get('seen') ?? UNKNOWN) : UNKNOWN;
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
    } else if (one.kind === 'instance') special(it, one, '__setitem__', [key, value ?? UNKNOWN], node, scope);
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

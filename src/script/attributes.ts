import { basesOf, bound, lookUp, member, ofMakers, special } from './classes.ts';
import type { Engine } from './engine.ts';
import { isEnvironment, PROCESSES } from './environment.ts';
import { folderOf } from './folders.ts';
import { COMMAND_GROUPS, canonical, REGISTERS } from './lenskit-calls.ts';
import type { Node } from './parse.ts';
import { isSpawned } from './running-modules.ts';
import type { Scope } from './scope.ts';
import {
  type Cells,
  constant,
  type InstanceOne,
  join,
  joinAll,
  MAIN_PROCESS,
  NOTHING_GIVEN,
  named,
  type One,
  textOf,
  UNKNOWN,
  type Value,
  WORKER_PROCESS,
} from './values.ts';

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
      if (isSpawned(one)) return notInMain(it, name, node, scope);
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
    case 'const':
      // A member of an enumeration is kept as what it is made of.
      return name === 'value' ? [one] : [{ kind: 'method', of: one, name }];
    case 'list':
    case 'dict':
    case 'lazy':
    case 'method':
      return [{ kind: 'method', of: one, name }];
    case 'partial':
      return name === 'func' ? one.of : name === 'value' ? [one] : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** A worker has not imported the script by then: what is looked up in its main module is not there. */
export function notInMain(it: Engine, name: string, node: Node, scope: Scope): Value {
  const why = `AttributeError: the main module of a worker has no ${name} before the script is imported`;
  if (it.caught === 0 && it.isCertain && !/^__\w+__$/.test(name.replace('__file__', '')))
    it.note({ kind: 'once', what: `sys.modules["__main__"].${name}`, node, why }, scope);
  return UNKNOWN;
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
  if (one.name === 'multiprocessing.current_process()' && /^(pid|ident)$/.test(name))
    return named(it.isMain ? MAIN_PROCESS : WORKER_PROCESS);
  // While a worker prepares itself, and no longer (`multiprocessing/spawn.py`, `_main`).
  if (one.name === 'multiprocessing.current_process()' && name === '_inheriting') return constant(!it.isMain);
  if (/^(sys\._getframe|inspect\.currentframe)\(\)$/.test(one.name) && /^f_(globals|locals)$/.test(name))
    return named('globals()');
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
      it.setVariable(constant(PROCESSES), UNKNOWN, true);
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

function write(it: Engine, cells: Cells, name: string, value: Value | undefined, keeps: boolean): void {
  it.store.write(cells, name, keeps ? join(cells.get(name), value) : value);
}

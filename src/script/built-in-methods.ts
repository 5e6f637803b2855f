import type { Engine } from './engine.ts';
import { environmentCall } from './environment.ts';
import { callGiven } from './given-functions.ts';
import { fromDict } from './items.ts';
import { allKnown, asValue, isItems, isSame, type Known, knownOf, setMethod } from './known.ts';
import { inherited, outside } from './library.ts';
import { compared, FORMAT, HASH, ordered, perform, written } from './operations.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import { ofText } from './text-methods.ts';
import {
  type ContainerOne,
  constant,
  constantOf,
  type Given,
  join,
  joinAll,
  keyCell,
  keyOf,
  MOST_ITEMS,
  type One,
  type Plain,
  sameValue,
  UNKNOWN,
  type Value,
} from './values.ts';

/** A method of something that is built in, or that the file's own things inherit from a library. */
export function builtInMethod(it: Engine, of: One, name: string, given: Given, node: Node, scope: Scope): Value {
  if (of.kind === 'list') return listMethod(it, of, name, given, node, scope);
  if (of.kind === 'dict') return dictMethod(it, of, name, given, node, scope);
  if (of.kind === 'const') {
    const [item] = given.positional;
    if (name === 'join' && item) it.iterate(item, node, scope);
    if (name === 'format')
      for (const value of [...given.positional, ...given.keywords.values()]) written(it, value, FORMAT, node, scope);
    return typeof of.value === 'string' ? ofText(it, of.value, name, given) : UNKNOWN;
  }
  if (of.kind === 'name') {
    const own = environmentCall(it, `${of.name}.${name}`, given);
    return own ?? outside(it, `${of.name}.${name}`, of.object, given, node, scope, name);
  }
  if (of.kind === 'lazy') {
    if (/^(send|__next__|__anext__|throw)$/.test(name)) return it.iterate([of], node, scope).any;
    return UNKNOWN;
  }
  if (of.kind === 'function') {
    // click's `main.main()`, numba's `f.py_func()`, a task's `f.delay()`, `f.run()`
    if (
      /^(main|run|py_func|delay|remote|submit|map|apply|callback|invoke|fn|func|clear|starmap|__call__|serve|local)$/.test(
        name,
      ) &&
      !/^(clear)$/.test(name)
    )
      return it.call([of], given, node, scope);
    return UNKNOWN;
  }
  return inherited(it, of, name, given, node, scope);
}

/** What a method of a list, tuple or set gives that does not change it; null: it is none, or that is not known. */
function ofItems(it: Engine, of: ContainerOne, name: string, { positional, keywords }: Given): Value | null {
  const own = keywords.size > 0 ? undefined : knownOf([of]);
  const given = allKnown(positional);
  if (!isItems(own) || given === undefined) return null;
  const [first] = given;
  const result = ((): Known | undefined => {
    if (own.as === 'set') return setMethod(own, name, given);
    if (first === undefined || given.length > 1) return undefined;
    if (name === 'count') return own.items.filter((item) => isSame(item, first)).length;
    const at = own.items.findIndex((item) => isSame(item, first));
    if (name === '__contains__') return at >= 0;
    return name === 'index' && at >= 0 ? at : undefined;
  })();
  return result === undefined ? null : asValue(result, it);
}

function listMethod(it: Engine, of: ContainerOne, name: string, given: Given, node: Node, scope: Scope): Value {
  const [first = UNKNOWN, second] = given.positional;
  const all = (): Value => joinAll([...of.cells.values.values()]);
  const add = (value: Value): void => {
    const count = [...of.cells.values.keys()].filter((key) => key !== '*').length;
    const isOpen = of.cells.has('*') || count >= MOST_ITEMS || it.repeats > 16;
    const cell = isOpen ? '*' : `#${count}`;
    it.store.write(of.cells, cell, isOpen ? join(of.cells.get('*'), value) : value);
  };
  const known = ofItems(it, of, name, given);
  if (known !== null) return known;
  const exact = of.cells.has('*') ? null : itemsOf(of);
  switch (name) {
    case 'index':
    case 'count':
    case 'remove':
    case 'discard':
      for (const value of of.cells.values.values()) compared(it, value, '==', first, node, scope);
      if (exact !== null && it.isCertain && /^(remove|discard)$/.test(name)) {
        const at = exact.findIndex((one) => constantOf(one) !== undefined && sameValue(one, first));
        if (at >= 0) fill(it, of, exact.toSpliced(at, 1));
      }
      return UNKNOWN;
    case 'append':
    case 'add':
    case 'appendleft':
      if (name === 'add') {
        perform(it, first, HASH, [], node, scope);
        if (constantOf(first) !== undefined && [...of.cells.values.values()].some((one) => sameValue(one, first)))
          return constant(null);
      }
      add(first);
      return constant(null);
    case 'insert': {
      const at = constantOf(first);
      if (exact !== null && typeof at === 'number' && at >= 0 && exact.length < MOST_ITEMS)
        fill(it, of, exact.toSpliced(at, 0, second ?? UNKNOWN));
      else it.store.write(of.cells, '*', join(of.cells.get('*'), second ?? UNKNOWN));
      return constant(null);
    }
    case 'extend':
    case 'update': {
      const { exact, any } = it.iterate(first, node, scope);
      if (exact) for (const value of exact) add(value);
      else it.store.write(of.cells, '*', join(of.cells.get('*'), any));
      return constant(null);
    }
    case 'sort':
      callGiven(it, [...given.keywords.values()], node, scope, true);
      if (given.keywords.size === 0) ordered(it, [...of.cells.values.values()], ['__lt__', '__gt__'], node, scope);
      return constant(null);
    case 'pop':
    case 'popleft': {
      const at = name === 'popleft' ? 0 : given.positional.length === 0 ? -1 : constantOf(first);
      const isThere = exact !== null && typeof at === 'number' && at >= -exact.length && at < exact.length;
      if (!isThere || !it.isCertain || of.as === 'set') return of.cells.size > 0 ? all() : UNKNOWN;
      fill(it, of, exact.toSpliced(at, 1));
      return exact.at(at) ?? UNKNOWN;
    }
    case '__getitem__':
      return of.cells.size > 0 ? all() : UNKNOWN;
    case 'reverse':
      if (exact !== null) fill(it, of, exact.toReversed());
      return constant(null);
    case 'copy':
      return it.list(itemsOf(of), of.cells.get('*'), of.as);
    case 'clear':
      for (const key of [...of.cells.values.keys()]) it.store.write(of.cells, key, undefined);
      return constant(null);
    default:
      return UNKNOWN;
  }
}

/** The items that are known one by one, in their order. */
function itemsOf(of: ContainerOne): Value[] {
  return [...of.cells.values].filter(([cell]) => cell !== '*').map(([, value]) => value);
}

/** Other items in the place of those that are there. */
function fill(it: Engine, of: ContainerOne, items: readonly Value[]): void {
  const { size } = of.cells;
  for (const [index, value] of items.entries()) it.store.write(of.cells, `#${index}`, value);
  // The last are taken away, so that what is brought back behind a branch is in its order.
  for (let index = items.length; index < size; index++) it.store.write(of.cells, `#${index}`, undefined);
}

function dictMethod(it: Engine, of: ContainerOne, name: string, given: Given, node: Node, scope: Scope): Value {
  const [key = UNKNOWN, other] = given.positional;
  if (/^(get|pop|setdefault|__getitem__|__contains__)$/.test(name)) perform(it, key, HASH, [], node, scope);
  const isThere = (): boolean => {
    const text = constantOf(key);
    return text !== undefined && of.cells.has(keyCell(text));
  };
  const all = (): Value => joinAll([...of.cells.values.values()]);
  switch (name) {
    case 'get':
    case 'pop':
    case 'setdefault': {
      const found = fromDict(of, key);
      const missing = other ?? (name === 'get' ? constant(null) : UNKNOWN);
      if (name === 'setdefault' && !isThere()) it.setItem([of], key, join(found, missing), node, scope);
      if (name === 'pop' && isThere()) it.store.write(of.cells, keyCell(constantOf(key) as Plain), undefined);
      if (found !== undefined && constantOf(key) !== undefined && !of.cells.has('*')) return found;
      if (isThere()) return found ?? UNKNOWN;
      return constantOf(key) !== undefined && found === undefined ? missing : join(found, missing);
    }
    case '__getitem__':
      return fromDict(of, key) ?? UNKNOWN;
    case 'values':
      return of.cells.has('*') ? it.list([], all()) : it.list([...of.cells.values.values()]);
    case 'keys':
      return it.list(it.iterate([of], node, scope).exact ?? [], of.cells.has('*') ? UNKNOWN : undefined);
    case 'items': {
      const pairs = [...of.cells.values].map(([cell, value]) =>
        it.list([cell === '*' ? UNKNOWN : constant(keyOf(cell)), value], undefined, 'tuple'),
      );
      return of.cells.has('*') ? it.list([], joinAll(pairs)) : it.list(pairs);
    }
    case 'update':
    case '__or__': {
      for (const one of key)
        if (one.kind === 'dict') for (const [cell, value] of one.cells.values) it.store.write(of.cells, cell, value);
        else if (given.positional.length > 0) it.store.write(of.cells, '*', join(of.cells.get('*'), UNKNOWN));
      for (const [cell, value] of given.keywords) it.store.write(of.cells, keyCell(cell), value);
      return name === '__or__' ? [of] : constant(null);
    }
    case 'copy':
      return it.dict(
        [...of.cells.values].flatMap(([cell, value]) => (cell === '*' ? [] : [[keyOf(cell), value] as const])),
        of.cells.get('*'),
      );
    default:
      return UNKNOWN;
  }
}

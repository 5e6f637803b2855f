import { callGiven } from './calls.ts';
import type { Engine } from './engine.ts';
import { environmentCall } from './environment.ts';
import { inherited, outside } from './library.ts';
import { fromDict } from './members.ts';
import { compared, FORMAT, HASH, ordered, perform, written } from './operations.ts';
import { textMethod } from './operators.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import {
  type ContainerOne,
  constant,
  constantOf,
  type Given,
  join,
  joinAll,
  type One,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Lists that grow longer than this are not known item by item. */
const MOST_ITEMS = 64;

/** A method of something that is built in, or that the file's own things inherit from a library. */
export function builtInMethod(it: Engine, of: One, name: string, given: Given, node: Node, scope: Scope): Value {
  if (of.kind === 'list') return listMethod(it, of, name, given, node, scope);
  if (of.kind === 'dict') return dictMethod(it, of, name, given, node, scope);
  if (of.kind === 'const') {
    const [item] = given.positional;
    if (name === 'join' && item) it.iterate(item, node, scope);
    if (name === 'format')
      for (const value of [...given.positional, ...given.keywords.values()]) written(it, value, FORMAT, node, scope);
    const separator = textOf(item);
    if (typeof of.value === 'string' && /^r?split$/.test(name) && separator && given.positional.length === 1)
      return it.list(of.value.split(separator).map(constant));
    if (typeof of.value === 'string' && /^r?partition$/.test(name) && separator)
      return it.list(parted(of.value, separator, name === 'rpartition').map(constant));
    return typeof of.value === 'string' ? textMethod(of.value, name, given.positional) : UNKNOWN;
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

/** `text.partition(separator)`. */
function parted(text: string, separator: string, isLast: boolean): string[] {
  const at = isLast ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (at < 0) return isLast ? ['', '', text] : [text, '', ''];
  return [text.slice(0, at), separator, text.slice(at + separator.length)];
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
  switch (name) {
    case 'index':
    case 'count':
    case 'remove':
      for (const value of of.cells.values.values()) compared(it, value, '==', first, node, scope);
      return UNKNOWN;
    case 'append':
    case 'add':
    case 'appendleft':
      if (name === 'add') perform(it, first, HASH, [], node, scope);
      add(first);
      return constant(null);
    case 'insert':
      it.store.write(of.cells, '*', join(of.cells.get('*'), second ?? UNKNOWN));
      return constant(null);
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
    case 'popleft':
    case '__getitem__':
      return of.cells.size > 0 ? all() : UNKNOWN;
    case 'copy':
      return [of];
    case 'clear':
      for (const key of [...of.cells.values.keys()]) it.store.write(of.cells, key, undefined);
      return constant(null);
    default:
      return UNKNOWN;
  }
}

function dictMethod(it: Engine, of: ContainerOne, name: string, given: Given, node: Node, scope: Scope): Value {
  const [key = UNKNOWN, other] = given.positional;
  if (/^(get|pop|setdefault|__getitem__|__contains__)$/.test(name)) perform(it, key, HASH, [], node, scope);
  const isThere = (): boolean => {
    const text = constantOf(key);
    return text !== undefined && of.cells.has(`k${JSON.stringify(text)}`);
  };
  const all = (): Value => joinAll([...of.cells.values.values()]);
  switch (name) {
    case 'get':
    case 'pop':
    case 'setdefault': {
      const found = fromDict(of, key);
      const missing = other ?? (name === 'get' ? constant(null) : UNKNOWN);
      if (name === 'setdefault' && !isThere()) it.setItem([of], key, join(found, missing), node, scope);
      if (name === 'pop' && isThere()) it.store.write(of.cells, `k${JSON.stringify(constantOf(key))}`, undefined);
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
        it.list([cell === '*' ? UNKNOWN : constant(JSON.parse(cell.slice(1)) as string), value]),
      );
      return of.cells.has('*') ? it.list([], joinAll(pairs)) : it.list(pairs);
    }
    case 'update':
    case '__or__': {
      for (const one of key)
        if (one.kind === 'dict') for (const [cell, value] of one.cells.values) it.store.write(of.cells, cell, value);
        else if (given.positional.length > 0) it.store.write(of.cells, '*', join(of.cells.get('*'), UNKNOWN));
      for (const [cell, value] of given.keywords) it.store.write(of.cells, `k${JSON.stringify(cell)}`, value);
      return name === '__or__' ? [of] : constant(null);
    }
    case 'copy':
      return [of];
    default:
      return UNKNOWN;
  }
}

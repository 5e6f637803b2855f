import { special } from './classes.ts';
import { OPTION } from './command-line.ts';
import type { Engine } from './engine.ts';
import { variable } from './environment.ts';
import { matchResult } from './matching.ts';
import { HASH, INDEX, perform } from './operations.ts';
import type { Node } from './parse.ts';
import { moduleCalled } from './running-modules.ts';
import type { Scope } from './scope.ts';
import {
  type ContainerOne,
  constant,
  constantOf,
  join,
  joinAll,
  keyCell,
  type NameOne,
  NOTHING_GIVEN,
  named,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

/** `of[key]`. */
export function item(it: Engine, of: Value, key: Value, node: Node, scope: Scope): Value {
  const isSlice = node.type === 'subscript' && node.childForFieldName('subscript')?.type === 'slice';
  return joinAll(
    of.map((one): Value => {
      if (one.kind === 'list') {
        const own = perform(it, key, INDEX, [], node, scope);
        const index = constantOf(own ?? key);
        const items = [...one.cells.values.keys()].filter((name) => name !== '*');
        if (isSlice) return part(it, one, node, scope);
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
      if (one.kind === 'name' && one.name === 're.Match()') return matchResult(it, one, '__getitem__', [key]);
      if (one.kind === 'name') return outsideItem(it, one, key, node, scope);
      return UNKNOWN;
    }),
  );
}

/** A part of a list: `xs[1:]`. */
function part(it: Engine, of: ContainerOne, node: Node, scope: Scope): Value {
  const bounds = boundsOf(it, node.childForFieldName('subscript'), scope);
  if (bounds === null || of.cells.has('*')) return it.list([], joinAll([...of.cells.values.values()]));
  return it.list(sliced([...of.cells.values.values()], bounds), undefined, of.as);
}

/** A letter of a text, or a part of it: `text[2:-2]`. */
function ofText(it: Engine, text: string, key: Value, node: Node, scope: Scope): Value {
  const slice = node.type === 'subscript' ? node.childForFieldName('subscript') : null;
  if (slice?.type !== 'slice') {
    const index = constantOf(key);
    const at = typeof index === 'boolean' ? Number(index) : index;
    const letter = typeof at === 'number' ? [...text].at(at) : undefined;
    return letter === undefined ? UNKNOWN : constant(letter);
  }
  const bounds = boundsOf(it, slice, scope);
  return bounds === null ? UNKNOWN : constant(sliced([...text], bounds).join(''));
}

/** `start:stop:step`, each as far as it is written; null: they are not known. */
type Bounds = readonly [start?: number | undefined, stop?: number | undefined, step?: number | undefined];

function boundsOf(it: Engine, slice: Node | null, scope: Scope): Bounds | null {
  const bounds: (number | undefined)[] = [];
  let colons = 0;
  for (const child of slice?.children ?? []) {
    if (child?.type === ':') colons++;
    else if (child?.isNamed && child.type !== 'comment') {
      const bound = constantOf(it.value(child, scope));
      if (bound === null) continue;
      if (typeof bound !== 'number') return null;
      bounds[colons] = bound;
    }
  }
  return bounds[2] === 0 ? null : [bounds[0], bounds[1], bounds[2]];
}

function sliced<T>(items: readonly T[], [start, stop, step = 1]: Bounds): T[] {
  if (step > 0) return items.slice(start, stop).filter((_, at) => at % step === 0);
  const { length } = items;
  const from = start === undefined ? length - 1 : start < 0 ? start + length : Math.min(start, length - 1);
  const to = stop === undefined ? -1 : stop < 0 ? Math.max(-1, stop + length) : stop;
  const found: T[] = [];
  for (let at = from; at > to && at >= 0; at += step) found.push(items[at] as T);
  return found;
}

/** Undefined: it has no such key. */
export function fromDict(one: ContainerOne, key: Value): Value | undefined {
  const name = constantOf(key);
  const known = name === undefined ? undefined : one.cells.get(keyCell(name));
  if (known !== undefined && one.cells.has('*')) return join(known, one.cells.get('*'));
  if (known !== undefined) return known;
  if (name !== undefined) return one.cells.get('*');
  return one.cells.size > 0 ? joinAll([...one.cells.values.values()]) : undefined;
}

function outsideItem(it: Engine, { name, object }: NameOne, key: Value, node: Node, scope: Scope): Value {
  const held = object?.cells.get('*');
  const text = textOf(key);
  if (/^os\.environb?$/.test(name)) return text === undefined ? UNKNOWN : variable(it, text);
  if (name === 'sys.modules') return moduleCalled(it, key);
  if (name === 'sys.argv') return constantOf(key) === 0 ? UNKNOWN : OPTION;
  if (/\.parse_args\(\)$/.test(name) && text !== undefined) return object?.cells.get(text) ?? UNKNOWN;
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
            ? keyCell(name)
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

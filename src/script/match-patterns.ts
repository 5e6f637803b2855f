import { basesOf, outsideBases } from './classes.ts';
import { compared } from './operations.ts';
import { children, type Node } from './parse.ts';
import type { Running } from './running.ts';
import type { Scope } from './scope.ts';
import { type ClassOne, constant, constantOf, keyCell, type One, textOf, UNKNOWN, type Value } from './values.ts';

/** Patterns that are values. */
const LITERALS: ReadonlySet<string> = new Set([
  'string',
  'integer',
  'float',
  'true',
  'false',
  'none',
  'concatenated_string',
]);

/** Of several, all; of none of which is false and one of which is not known, nobody knows. */
function every(each: readonly (boolean | null)[]): boolean | null {
  return each.includes(false) ? false : each.includes(null) ? null : true;
}

/** Whether the patterns of a `case` take a subject: true, false, or null where it is not known. Binds their names. */
export function takesAll(it: Running, patterns: readonly Node[], subject: Value, scope: Scope): boolean | null {
  const [only] = patterns;
  // `case a, b:` is a sequence.
  const isSequence = patterns.length > 1 || only?.nextSibling?.type === ',';
  return isSequence || only === undefined ? sequence(it, patterns, subject, scope) : takes(it, only, subject, scope);
}

function takes(it: Running, pattern: Node, subject: Value, scope: Scope): boolean | null {
  const parts = children(pattern);
  const [inner] = parts;
  if (LITERALS.has(pattern.type)) return isEqual(it, subject, it.value(pattern, scope), pattern, scope);
  switch (pattern.type) {
    case 'case_pattern':
      if (inner === undefined) return true; // _
      if (!pattern.text.startsWith('-')) return takes(it, inner, subject, scope);
      return isEqual(it, subject, negated(it.value(inner, scope)), pattern, scope);
    case 'dotted_name':
      if (parts.length > 1) return isEqual(it, subject, dotted(it, parts, pattern, scope), pattern, scope);
      scope.set(pattern.text, subject);
      return true;
    case 'as_pattern': {
      const taken = inner ? takes(it, inner, subject, scope) : null;
      const name = parts.at(-1);
      if (name?.type === 'identifier') scope.set(name.text, subject);
      return taken;
    }
    case 'union_pattern': {
      let found: boolean | null = false;
      for (const one of parts) {
        const taken = takes(it, one, subject, scope);
        if (taken === true) return true;
        if (taken === null) found = null;
      }
      return found;
    }
    case 'tuple_pattern':
      // In parentheses alone it is a group.
      if (inner && parts.length === 1 && !pattern.children.some((child) => child?.type === ','))
        return takes(it, inner, subject, scope);
      return sequence(it, parts, subject, scope);
    case 'list_pattern':
      return sequence(it, parts, subject, scope);
    case 'dict_pattern':
      return mapping(it, pattern, subject, scope);
    case 'class_pattern':
      return ofClass(it, parts, subject, scope);
    default:
      return unknown(parts, scope);
  }
}

function isEqual(it: Running, subject: Value, value: Value, node: Node, scope: Scope): boolean | null {
  return compared(it, subject, '==', value, node, scope);
}

function negated(value: Value): Value {
  const number = constantOf(value);
  return typeof number === 'number' ? constant(-number) : UNKNOWN;
}

/** `Color.RED`. */
function dotted(it: Running, [first, ...rest]: readonly Node[], node: Node, scope: Scope): Value {
  return rest.reduce(
    (of, part) => it.attribute(of, part.text, node, scope),
    first ? (scope.get(first.text) ?? UNKNOWN) : UNKNOWN,
  );
}

/** What the patterns bind, where it is not known what they take. */
function unknown(patterns: readonly Node[], scope: Scope): null {
  const open = [...patterns];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'identifier' || (node.type === 'dotted_name' && node.namedChildCount === 1))
      scope.set(node.text, UNKNOWN);
    else open.push(...children(node).slice(/^(class|keyword)_pattern$/.test(node.type) ? 1 : 0));
  }
  return null;
}

function splatOf(pattern: Node): Node | null {
  const inner = pattern.type === 'case_pattern' ? (pattern.firstNamedChild ?? pattern) : pattern;
  return inner.type === 'splat_pattern' ? inner : null;
}

/** `[a, b, *rest]`. Texts are no sequences (Language Reference, 8.6.4.8). */
function sequence(it: Running, patterns: readonly Node[], subject: Value, scope: Scope): boolean | null {
  const [one, ...others] = subject;
  if (others.length === 0 && one && (one.kind === 'const' || one.kind === 'dict')) return false;
  if (others.length > 0 || one?.kind !== 'list' || one.as === 'set') return unknown(patterns, scope);
  if (one.cells.has('*')) return unknown(patterns, scope);
  const items = [...one.cells.values.values()];
  const at = patterns.findIndex((pattern) => splatOf(pattern) !== null);
  if (at < 0 ? items.length !== patterns.length : items.length < patterns.length - 1) return false;
  const behind = at < 0 ? 0 : patterns.length - at - 1;
  return every(
    patterns.map((pattern, index) => {
      if (index !== at)
        return takes(
          it,
          pattern,
          (at >= 0 && index > at ? items.at(index - patterns.length) : items[index]) ?? UNKNOWN,
          scope,
        );
      const name = splatOf(pattern)?.firstNamedChild?.text;
      if (name !== undefined) scope.set(name, it.list(items.slice(at, items.length - behind)));
      return true;
    }),
  );
}

/** `{"mode": mode, **rest}`. */
function mapping(it: Running, pattern: Node, subject: Value, scope: Scope): boolean | null {
  const [one, ...others] = subject;
  if (others.length === 0 && one && (one.kind === 'const' || one.kind === 'list')) return false;
  if (others.length > 0 || one?.kind !== 'dict') return unknown(children(pattern), scope);
  const keys = pattern.childrenForFieldName('key');
  const values = pattern.childrenForFieldName('value');
  const each = keys.map((key, index) => {
    const name = key ? constantOf(it.value(key, scope)) : undefined;
    const value = values[index];
    const found = name === undefined ? undefined : one.cells.get(keyCell(name));
    if (found === undefined && name !== undefined && !one.cells.has('*')) return false;
    return value ? takes(it, value, found ?? UNKNOWN, scope) : null;
  });
  for (const child of children(pattern)) if (child.type === 'splat_pattern') unknown([child], scope);
  return every(each);
}

/** The types of what is written as a literal; of numbers it is not kept which they are. */
const TYPE_OF: { readonly [type: string]: readonly string[] } = { string: ['str'], boolean: ['bool', 'int'] };

/** `Point(x=0)`, `str()`. */
function ofClass(it: Running, [name, ...patterns]: readonly Node[], subject: Value, scope: Scope): boolean | null {
  const of = name ? dotted(it, children(name), name, scope) : UNKNOWN;
  const [class_] = of.length > 0 && name?.namedChildCount === 1 ? (scope.get(name.text) ?? [builtIn(name.text)]) : of;
  const [one, ...others] = subject;
  if (one === undefined || class_ === undefined || others.length > 0) return unknown(patterns, scope);
  if (class_.kind === 'name' && (one.kind === 'const' || one.kind === 'list' || one.kind === 'dict')) {
    const types =
      one.kind === 'const' ? TYPE_OF[typeof one.value] : one.kind === 'dict' ? ['dict'] : [one.as ?? 'list'];
    if (types === undefined || class_.name.includes('.')) return unknown(patterns, scope);
    if (!types.includes(class_.name)) return false;
    const [only] = patterns;
    return only === undefined ? true : takes(it, only, subject, scope);
  }
  if (one.kind !== 'instance' || class_.kind !== 'class') return unknown(patterns, scope);
  if (![...basesOf(one.of)].includes(class_))
    return outsideBases(one.of).length === 0 ? false : unknown(patterns, scope);
  const names = positionalOf(class_);
  return every(
    patterns.map((pattern, index) => {
      const inner = pattern.firstNamedChild;
      const isKeyword = inner?.type === 'keyword_pattern';
      const [key, value] = isKeyword ? children(inner) : [null, pattern];
      const attribute = isKeyword ? key?.text : names[index];
      if (attribute === undefined || !value) return unknown([pattern], scope);
      return takes(it, value, it.attribute([one], attribute, pattern, scope), scope);
    }),
  );
}

function builtIn(name: string): One {
  return { kind: 'name', name, object: null };
}

/** The attributes that positional patterns are about. */
function positionalOf({ members }: ClassOne): (string | undefined)[] {
  const [said] = members.cells.get('__match_args__') ?? [];
  return said?.kind === 'list' ? [...said.cells.values.values()].map((one) => textOf(one)) : [];
}

import { keysOf } from './arguments.ts';
import { bind } from './bindings.ts';
import { BUILT_IN } from './built-in-names.ts';
import { callsNothing, comprehended, type Each, gathered } from './comprehensions.ts';
import { annotation } from './definitions.ts';
import { distinctValues, knownOf } from './known.ts';
import { narrowed } from './narrowing.ts';
import {
  compared,
  FORMAT,
  HASH,
  inPlace,
  not,
  perform,
  performInside,
  REPRESENTATION,
  TEXT,
  test,
  UNARY,
  written,
} from './operations.ts';
import { unary } from './operators.ts';
import { children, type Node } from './parse.ts';
import { firstOf, isPlainTable } from './plain-tables.ts';
import { eitherValue, type FunctionFrame, NEXT, type Running, STOP } from './running.ts';
import type { Scope } from './scope.ts';
import { SPINES } from './spines.ts';
import { assembled } from './texts.ts';
import {
  constant,
  constantOf,
  join,
  joinAll,
  keyOf,
  MOST_ITEMS,
  named,
  type Plain,
  UNKNOWN,
  type Value,
} from './values.ts';

type ExpressionRule = (running: Running, node: Node, scope: Scope) => Value;

export const EXPRESSIONS: { readonly [type: string]: ExpressionRule } = {
  identifier: (it, node, scope) => {
    const name = node.text;
    const found = scope.get(name);
    if (found !== undefined) return found;
    if (BUILT_IN.has(name)) return named(name);
    if (it.caught === 0 && it.isCertain) it.note({ kind: 'unbound', what: name, node }, scope);
    return UNKNOWN;
  },
  string: (it, node, scope) => {
    // A template (`t"…"`, PEP 750) is no text yet: what stands in its braces is evaluated, and not formatted.
    const isTemplate = /t/i.test(node.firstNamedChild?.type === 'string_start' ? node.firstNamedChild.text : '');
    const parts = children(node).map((child): string | null => {
      if (child.type === 'string_start' || child.type === 'string_end') return '';
      if (child.type !== 'interpolation') return withoutEscapes(child);
      const inner = child.childForFieldName('expression');
      const values = children(child).map((part) => it.value(part, scope));
      const conversion = children(child).find(({ type }) => type === 'type_conversion')?.text;
      const how = conversion === undefined ? FORMAT : conversion === '!s' ? TEXT : REPRESENTATION;
      if (!isTemplate) written(it, values[0] ?? UNKNOWN, how, child, scope);
      const isPlain = child.namedChildCount === (conversion === '!s' ? 2 : 1);
      const known = inner && isPlain ? constantOf(values[0]) : undefined;
      return known === undefined || known === null || typeof known === 'boolean' ? null : String(known);
    });
    if (isTemplate) return named('string.templatelib.Template()');
    return parts.includes(null) ? UNKNOWN : textFrom(parts as string[]);
  },
  concatenated_string: (it, node, scope) => {
    const parts = children(node).map((child) => constantOf(it.value(child, scope)));
    return parts.every((part) => typeof part === 'string') ? textFrom(parts) : UNKNOWN;
  },
  integer: (_, node) => {
    const number = Number(node.text.replaceAll('_', ''));
    return Number.isNaN(number) ? UNKNOWN : constant(number);
  },
  float: (_, node) => {
    const number = Number(node.text.replaceAll('_', ''));
    return Number.isNaN(number) ? UNKNOWN : constant(number);
  },
  true: () => constant(true),
  false: () => constant(false),
  none: () => constant(null),
  lambda: (it, node, scope) => it.lambda(node, scope),
  type: () => UNKNOWN,
  comment: () => UNKNOWN,
  await: (it, node, scope) => {
    const [inner] = children(node);
    return inner ? it.iterate(it.value(inner, scope), node, scope).any : UNKNOWN;
  },
  yield: (it, node, scope) => {
    const [inner] = children(node);
    const value = inner ? it.value(inner, scope) : constant(null);
    const isFrom = node.children.some((child) => child?.type === 'from');
    const frame = it.frames.at(-1);
    if (frame === undefined) return UNKNOWN;
    const { taking } = frame;
    const left = taking.limit - taking.given;
    const { exact, any } = isFrom ? it.iterate(value, node, scope, left) : { exact: [value], any: value };
    const isLast = taking.limit < Number.POSITIVE_INFINITY && it.doubt === taking.doubt;
    const last = exact?.slice(0, left).at(-1) ?? any;
    frame.yielded = isLast && exact?.length !== 0 ? last : join(frame.yielded, any);
    give(it, frame, exact?.length ?? null);
    return UNKNOWN;
  },
  as_pattern: (it, node, scope) => {
    const [what] = node.namedChildren;
    const value = what ? it.value(what, scope) : UNKNOWN;
    const target = node.childForFieldName('alias')?.namedChildren[0];
    if (target) bind(it, target, value, scope);
    return value;
  },
  tuple: listOf,
  list: listOf,
  set: (it, node, scope) => {
    const made = listOf(it, node, scope);
    performInside(it, made, HASH, [], node, scope);
    return made;
  },
  expression_list: listOf,
  dictionary: (it, node, scope) => {
    const entries: [Plain, Value][] = [];
    const isTable = isPlainTable(node, 'dictionary');
    let any: Value = isTable ? UNKNOWN : [];
    for (const child of isTable ? firstOf(node, MOST_ITEMS) : children(node)) {
      if (child.type !== 'pair') {
        const inner = child.namedChildren[0];
        for (const one of inner ? it.value(inner, scope) : UNKNOWN) {
          keysOf(it, one, node, scope);
          if (one.kind !== 'dict') any = join(any, UNKNOWN);
          else
            for (const [key, item] of one.cells.values) {
              if (key.startsWith('k')) entries.push([keyOf(key), item]);
              else any = join(any, item);
            }
        }
        continue;
      }
      const [key, value] = [child.childForFieldName('key'), child.childForFieldName('value')];
      const of = key ? it.value(key, scope) : UNKNOWN;
      perform(it, of, HASH, [], node, scope);
      const name = constantOf(of);
      const item = value ? it.value(value, scope) : UNKNOWN;
      if (name !== undefined) entries.push([name, item]);
      else any = join(any, item);
    }
    return it.dict(entries, any.length > 0 ? any : undefined);
  },
  assignment: (it, node, scope) => {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (scope.kind !== 'function') annotation(it, node.childForFieldName('type'), scope);
    if (right === null) return UNKNOWN; // an annotation alone
    const value = it.value(right, scope);
    if (left) bind(it, left, value, scope);
    return value;
  },
  augmented_assignment: (it, node, scope) => {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (!left || !right) return UNKNOWN;
    const operator = (node.childForFieldName('operator')?.text ?? '').slice(0, -1);
    const before = it.value(left, scope);
    const value = it.value(right, scope);
    bind(it, left, inPlace(it, before, operator, value, node, scope), scope);
    return UNKNOWN;
  },
  named_expression: (it, node, scope) => {
    const [name, right] = [node.childForFieldName('name'), node.childForFieldName('value')];
    const value = right ? it.value(right, scope) : UNKNOWN;
    if (name) bind(it, name, value, scope);
    return value;
  },
  conditional_expression: (it, node, scope) => {
    const [then, condition, otherwise] = children(node);
    const known = test(it, condition ?? null, scope);
    if (!then || !otherwise) return UNKNOWN;
    if (known !== null) return it.value(known ? then : otherwise, scope);
    const side = (written: Node, isTrue: boolean) => () =>
      narrowed(it, it.value(written, scope), written, condition, isTrue, scope);
    return joinAll(eitherValue(it, [side(then, true), side(otherwise, false)]));
  },
  not_operator: (it, node, scope) => {
    const argument = node.childForFieldName('argument');
    return argument ? not(it, it.value(argument, scope), node, scope) : UNKNOWN;
  },
  unary_operator: (it, node, scope) => {
    const argument = node.childForFieldName('argument');
    const value = argument ? it.value(argument, scope) : UNKNOWN;
    const operator = node.childForFieldName('operator')?.text ?? '';
    const own = perform(it, value, [UNARY[operator] ?? ''], [], node, scope);
    return own ?? joinAll(value.map((one) => unary(operator, one)));
  },
  comparison_operator: (it, node, scope) => {
    const values = children(node).map((child) => it.value(child, scope));
    const operators = node
      .childrenForFieldName('operators')
      .map((operator) => operator?.text.replace(/\s+/g, ' ') ?? '');
    const known = operators.map((operator, index) =>
      compared(it, values[index] ?? UNKNOWN, operator, values[index + 1] ?? UNKNOWN, node, scope),
    );
    if (known.includes(false)) return constant(false);
    return known.includes(null) ? UNKNOWN : constant(true);
  },
  list_splat: (it, node, scope) => {
    const [from] = children(node);
    return from ? it.value(from, scope) : UNKNOWN;
  },
  keyword_argument: (it, node, scope) => {
    const value = node.childForFieldName('value');
    return value ? it.value(value, scope) : UNKNOWN;
  },
  list_comprehension: (it, node, scope) => gathered(it, node, scope),
  set_comprehension: (it, node, scope) => {
    const made = gathered(it, node, scope, 'set');
    performInside(it, made, HASH, [], node, scope);
    return made;
  },
  dictionary_comprehension: (it, node, scope) => {
    const each: Each = { items: [], keys: [], isExact: true };
    const any = comprehended(it, node, scope, Number.POSITIVE_INFINITY, each);
    const keys = each.keys.map((key) => constantOf(key));
    if (!each.isExact || keys.includes(undefined)) return it.dict([], any);
    return it.dict(keys.map((key, index) => [key as Plain, each.items[index] ?? UNKNOWN]));
  },
  generator_expression: (it, node, scope) => {
    // One that calls nothing may as well be gone through now.
    const made = callsNothing(node) ? gathered(it, node, scope) : UNKNOWN;
    if (knownOf(made) !== undefined) return made;
    return it.lazy((limit) => comprehended(it, node, scope, limit));
  },
};

/** `*xs`; of `*xs()` in a list the grammar makes a call of `*xs`. */
function isSplat(node: Node): boolean {
  let at: Node | null = node;
  for (let spine = SPINES[node.type]; spine !== undefined && at !== null; spine = SPINES[at?.type ?? ''])
    at = spine.left(at);
  return at?.type === 'list_splat';
}

function listOf(it: Running, node: Node, scope: Scope): Value {
  const items: Value[] = [];
  const isTable = isPlainTable(node);
  let others: Value = isTable ? UNKNOWN : [];
  for (const child of isTable ? firstOf(node, MOST_ITEMS) : children(node)) {
    if (!isSplat(child)) {
      items.push(it.value(child, scope));
      continue;
    }
    const { exact, any } = it.iterate(it.value(child, scope), child, scope);
    if (exact) items.push(...exact);
    else others = join(others, any, UNKNOWN);
  }
  const as = node.type === 'set' ? 'set' : node.type === 'list' ? undefined : 'tuple';
  return it.list(as === 'set' ? distinctValues(items) : items, others.length > 0 ? others : undefined, as);
}

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** The text of a part of a string; null: it has an escape that is rare. */
function withoutEscapes(part: Node): string | null {
  const { text } = part;
  if (part.namedChildCount === 0) return text;
  let found: string | null = '';
  let at = part.startIndex;
  for (const sequence of part.namedChildren) {
    if (sequence?.type !== 'escape_sequence') continue;
    const letter = ESCAPES[sequence.text.slice(1)];
    if (letter === undefined) return null;
    found += text.slice(at - part.startIndex, sequence.startIndex - part.startIndex) + letter;
    at = sequence.endIndex;
  }
  return found + text.slice(at - part.startIndex);
}

/** A generator gives so many things (null: any number), and waits where no more is taken. */
function give(it: Running, frame: FunctionFrame, count: number | null): void {
  const { taking } = frame;
  if (taking.limit === Number.POSITIVE_INFINITY || count === 0) return;
  if (it.doubt > taking.doubt || count === null) taking.isSure = false;
  taking.given += count ?? 1;
  if (taking.given < taking.limit) return;
  frame.returns.push(it.store.since(frame.depth));
  // The first that is given is the first whichever way was gone.
  const isSure = taking.isSure || (taking.limit === 1 && count !== null);
  it.ends(isSure ? STOP : STOP | NEXT);
}

function textFrom(parts: readonly string[]): Value {
  const text = assembled(parts);
  return text === undefined ? UNKNOWN : constant(text);
}

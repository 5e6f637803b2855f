import { bind } from './bindings.ts';
import { annotation } from './definitions.ts';
import {
  binary,
  compared,
  decide,
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
import type { Node } from './parse.ts';
import { eitherValue, type FunctionFrame, NEXT, type Running, STOP } from './running.ts';
import type { Scope } from './scope.ts';
import {
  constant,
  constantOf,
  type Given,
  join,
  joinAll,
  named,
  type One,
  truth,
  UNKNOWN,
  type Value,
} from './values.ts';

type ExpressionRule = (running: Running, node: Node, scope: Scope) => Value;

/** What an expression is that stands on another one at its left, whose value is known by then. */
type SpineRule = (running: Running, node: Node, left: Value, scope: Scope) => Value;

function children(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null && child.type !== 'comment') as Node[];
}

/**
 * Syntax that nests to the left without an end (`a + b + c …`, `a.b().c() …`): the child that comes first, and what the
 * whole is. It is followed in a loop.
 */
export const SPINES: { readonly [type: string]: { left: (node: Node) => Node | null; rule: SpineRule } } = {
  binary_operator: {
    left: (node) => node.childForFieldName('left'),
    rule: (it, node, left, scope) => {
      const right = node.childForFieldName('right');
      const other = right ? it.value(right, scope) : UNKNOWN;
      return binary(it, left, node.childForFieldName('operator')?.text ?? '', other, node, scope);
    },
  },
  boolean_operator: {
    left: (node) => node.childForFieldName('left'),
    rule: (it, node, left, scope) => {
      const right = node.childForFieldName('right');
      const isAnd = node.childForFieldName('operator')?.text === 'and';
      const known = decide(it, left, node, scope);
      // the right side does not run
      if (known !== null && known !== isAnd) return left;
      if (right === null) return UNKNOWN;
      if (known !== null) return it.value(right, scope);
      const [other = UNKNOWN] = eitherValue(it, [() => it.value(right, scope), () => []]);
      const decided = truth(other);
      const kept = left.filter((one) => truth([one]) !== isAnd);
      return decided !== null && decided !== isAnd
        ? kept.length > 0 && !isAnd
          ? join(kept, other)
          : constant(decided)
        : join(kept, other);
    },
  },
  attribute: {
    left: (node) => node.childForFieldName('object'),
    rule: (it, node, left, scope) => it.attribute(left, node.childForFieldName('attribute')?.text ?? '', node, scope),
  },
  subscript: {
    left: (node) => node.childForFieldName('value'),
    rule: (it, node, left, scope) => {
      const keys = node.childrenForFieldName('subscript').map((key) => (key ? it.value(key, scope) : UNKNOWN));
      return it.item(left, keys.length === 1 ? (keys[0] as Value) : UNKNOWN, node, scope);
    },
  },
  call: {
    left: (node) => node.childForFieldName('function'),
    rule: (it, node, left, scope) => {
      const callee = node.childForFieldName('function');
      const method = callee?.type === 'attribute' ? (callee.childForFieldName('attribute')?.text ?? null) : null;
      return it.call(left, givenIn(it, node.childForFieldName('arguments'), scope), node, scope, method);
    },
  },
  parenthesized_expression: {
    left: (node) => children(node)[0] ?? null,
    rule: (_, __, left) => left,
  },
};

/** `**mapping` asks for its keys, and for what is under them. */
function keysOf(it: Running, one: One, node: Node, scope: Scope): void {
  const keys = it.special(one, 'keys', [], node, scope);
  if (keys === null) return;
  it.iterate(keys, node, scope);
  it.special(one, '__getitem__', [UNKNOWN], node, scope);
}

/** The arguments that a call is given, evaluated in their order. */
function givenIn(it: Running, list: Node | null, scope: Scope): Given {
  const positional: Value[] = [];
  const keywords = new Map<string, Value>();
  let others: Value = [];
  for (const argument of list?.type === 'argument_list' ? list.namedChildren : [list]) {
    if (argument === null || argument.type === 'comment') continue;
    const value = argument.childForFieldName('value');
    if (argument.type === 'keyword_argument' && value)
      keywords.set(argument.childForFieldName('name')?.text ?? '', it.value(value, scope));
    else if (argument.type === 'list_splat') {
      const from = argument.namedChildren[0];
      const { exact, any } = it.iterate(from ? it.value(from, scope) : UNKNOWN, argument, scope);
      if (exact && others.length === 0) positional.push(...exact);
      else others = join(others, any);
    } else if (argument.type === 'dictionary_splat') {
      const from = argument.namedChildren[0];
      for (const one of from ? it.value(from, scope) : UNKNOWN) {
        keysOf(it, one, argument, scope);
        if (one.kind !== 'dict') others = join(others, UNKNOWN);
        else
          for (const [key, item] of one.cells.values) {
            const name: unknown = key.startsWith('k') ? JSON.parse(key.slice(1)) : null;
            if (typeof name === 'string')
              keywords.set(name, keywords.has(name) ? join(keywords.get(name), item) : item);
            else others = join(others, item);
          }
      }
    } else positional.push(it.value(argument, scope));
  }
  return { positional, keywords, others };
}

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
      const known = inner && child.namedChildCount === 1 ? constantOf(values[0]) : undefined;
      return known === undefined || known === null || typeof known === 'boolean' ? null : String(known);
    });
    if (isTemplate) return named('string.templatelib.Template()');
    return parts.includes(null) ? UNKNOWN : constant(parts.join(''));
  },
  concatenated_string: (it, node, scope) => {
    const parts = children(node).map((child) => constantOf(it.value(child, scope)));
    return parts.every((part) => typeof part === 'string') ? constant(parts.join('')) : UNKNOWN;
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
    const entries: [string, Value][] = [];
    let any: Value = [];
    for (const child of children(node)) {
      if (child.type !== 'pair') {
        const inner = child.namedChildren[0];
        for (const one of inner ? it.value(inner, scope) : UNKNOWN) {
          keysOf(it, one, node, scope);
          if (one.kind !== 'dict') any = join(any, UNKNOWN);
          else
            for (const [key, item] of one.cells.values) {
              if (key.startsWith('k')) entries.push([String(JSON.parse(key.slice(1))), item]);
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
      if (typeof name === 'string') entries.push([name, item]);
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
    return joinAll(eitherValue(it, [() => it.value(then, scope), () => it.value(otherwise, scope)]));
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
  list_comprehension: (it, node, scope) => it.list([], comprehended(it, node, scope)),
  set_comprehension: (it, node, scope) => {
    const items = comprehended(it, node, scope);
    perform(it, items, HASH, [], node, scope);
    return it.list([], items);
  },
  dictionary_comprehension: (it, node, scope) => it.dict([], comprehended(it, node, scope)),
  generator_expression: (it, node, scope) => it.lazy((limit) => comprehended(it, node, scope, limit)),
};

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

/** `*xs`; of `*xs()` in a list the grammar makes a call of `*xs`. */
function isSplat(node: Node): boolean {
  let at: Node | null = node;
  for (let spine = SPINES[node.type]; spine !== undefined && at !== null; spine = SPINES[at?.type ?? ''])
    at = spine.left(at);
  return at?.type === 'list_splat';
}

function listOf(it: Running, node: Node, scope: Scope): Value {
  const items: Value[] = [];
  let others: Value = [];
  for (const child of children(node)) {
    if (!isSplat(child)) {
      items.push(it.value(child, scope));
      continue;
    }
    const { exact, any } = it.iterate(it.value(child, scope), child, scope);
    if (exact) items.push(...exact);
    else others = join(others, any, UNKNOWN);
  }
  return it.list(items, others.length > 0 ? others : undefined);
}

/** What a comprehension gives: its clauses bind what they run over, all of it at once. */
function comprehended(it: Running, node: Node, outer: Scope, limit: number = Number.POSITIVE_INFINITY): Value {
  const scope = outer.inner();
  const body = node.childForFieldName('body');
  const clauses = children(node).filter(({ id }) => id !== body?.id);
  const follow = (index: number): Value => {
    const clause = clauses[index];
    if (clause === undefined) {
      const value = body?.type === 'pair' ? body.childForFieldName('value') : body;
      const key = body?.type === 'pair' ? body.childForFieldName('key') : null;
      if (key) perform(it, it.value(key, scope), HASH, [], key, scope);
      return value ? it.value(value, scope) : UNKNOWN;
    }
    if (clause.type === 'if_clause') {
      const known = test(it, clause.namedChildren[0] ?? null, scope);
      if (known === false) return [];
      return known === true ? follow(index + 1) : (eitherValue(it, [() => follow(index + 1), () => []])[0] ?? []);
    }
    const [left, right] = [clause.childForFieldName('left'), clause.childForFieldName('right')];
    const most = clauses.length === 1 ? limit : Number.POSITIVE_INFINITY;
    const { exact: all, any } = it.iterate(right ? it.value(right, scope) : UNKNOWN, clause, scope, most);
    const exact = all?.slice(0, most);
    if (exact?.length === 0) return [];
    if (exact && exact.length <= 4 && clauses.length <= 2) {
      return joinAll(
        exact.map((item) => {
          if (left) bind(it, left, item, scope);
          return follow(index + 1);
        }),
      );
    }
    if (left) bind(it, left, any, scope);
    return follow(index + 1);
  };
  return follow(0);
}

/** Built-in functions and classes that matter here. */
const BUILT_IN: ReadonlySet<string> = new Set(
  'exit quit map filter list tuple set frozenset dict sorted max min sum any all next iter zip enumerate reversed len int str float bool bytes range input open exec eval compile getattr setattr hasattr globals locals vars super property staticmethod classmethod print isinstance issubclass callable type id repr abs round hash delattr object breakpoint __import__ divmod pow format dir help'.split(
    ' ',
  ),
);

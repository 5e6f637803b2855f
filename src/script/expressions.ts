import { bind } from './bindings.ts';
import type { Node } from './parse.ts';
import type { Running } from './running.ts';
import { compare, constant, NO_DEFAULTS, named, type Scope, truth, UNKNOWN, type Value } from './values.ts';

type ExpressionRule = (running: Running, node: Node, scope: Scope) => Value;

export const EXPRESSIONS: { readonly [type: string]: ExpressionRule } = {
  identifier: (_, node, scope) => {
    const name = node.text;
    return scope.get(name) ?? (BUILT_IN.has(name) ? named(name) : UNKNOWN);
  },
  string: (it, node, scope) => {
    for (const child of node.namedChildren) if (child?.type === 'interpolation') it.expressions(child, scope);
    const content = node.namedChildren.filter((child) => child?.type === 'string_content');
    const plain = node.namedChildren.every((child) => child && /^string_/.test(child.type));
    return plain ? constant(content.map((child) => child?.text).join('')) : UNKNOWN;
  },
  integer: (_, node) => constant(Number(node.text.replaceAll('_', ''))),
  true: () => constant(true),
  false: () => constant(false),
  none: () => constant(null),
  attribute: (it, node, scope) => it.attribute(node, scope),
  call: (it, node, scope) => it.callExpression(node, scope),
  lambda: (_, node, scope) => ({
    kind: 'function',
    name: 'lambda',
    node,
    scope,
    self: null,
    defaults: NO_DEFAULTS,
    commands: [],
  }),
  type: () => UNKNOWN,
  comment: () => UNKNOWN,
  parenthesized_expression: (it, node, scope) => {
    const inner = node.namedChildren.find((child) => child?.type !== 'comment');
    return inner ? it.value(inner, scope) : UNKNOWN;
  },
  await: (it, node, scope) => (node.namedChildren[0] ? it.value(node.namedChildren[0], scope) : UNKNOWN),
  as_pattern: (it, node, scope) => {
    const [what] = node.namedChildren;
    const value = what ? it.value(what, scope) : UNKNOWN;
    const target = node.childForFieldName('alias')?.namedChildren[0];
    if (target) bind(target, value, scope);
    return value;
  },
  tuple: (it, node, scope) => listOf(it, node, scope),
  list: (it, node, scope) => listOf(it, node, scope),
  set: (it, node, scope) => listOf(it, node, scope),
  expression_list: (it, node, scope) => listOf(it, node, scope),
  assignment: (it, node, scope) => {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    const value = right ? it.value(right, scope) : UNKNOWN;
    if (left && right) bind(left, value, scope);
    return value;
  },
  augmented_assignment: (it, node, scope) => {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (right) it.value(right, scope);
    if (left) bind(left, UNKNOWN, scope);
    return UNKNOWN;
  },
  named_expression: (it, node, scope) => {
    const [name, right] = [node.childForFieldName('name'), node.childForFieldName('value')];
    const value = right ? it.value(right, scope) : UNKNOWN;
    if (name) bind(name, value, scope);
    return value;
  },
  conditional_expression: (it, node, scope) => {
    const [then, condition, otherwise] = node.namedChildren.filter((child) => child?.type !== 'comment');
    const known = condition ? truth(it.value(condition, scope)) : null;
    const first = then && known !== false ? it.value(then, scope) : UNKNOWN;
    const second = otherwise && known !== true ? it.value(otherwise, scope) : UNKNOWN;
    return known === true ? first : known === false ? second : first.kind === 'unknown' ? second : first;
  },
  boolean_operator: (it, node, scope) => {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    const isAnd = node.childForFieldName('operator')?.text === 'and';
    const value = left ? it.value(left, scope) : UNKNOWN;
    const known = truth(value);
    // the right side does not run
    if (known !== null && known !== isAnd) return value;
    const other = right ? it.value(right, scope) : UNKNOWN;
    if (known !== null) return other;
    const decided = truth(other);
    return decided !== null && decided !== isAnd ? constant(decided) : UNKNOWN;
  },
  not_operator: (it, node, scope) => {
    const argument = node.childForFieldName('argument');
    const known = argument ? truth(it.value(argument, scope)) : null;
    return known === null ? UNKNOWN : constant(!known);
  },
  comparison_operator: (it, node, scope) => {
    const values: Value[] = [];
    for (const child of node.namedChildren) if (child) values.push(it.value(child, scope));
    const operators = node.childrenForFieldName('operators').map((operator) => operator?.text ?? '');
    const known = operators.map((operator, index) =>
      compare(values[index] ?? UNKNOWN, operator, values[index + 1] ?? UNKNOWN),
    );
    if (known.includes(false)) return constant(false);
    return known.includes(null) ? UNKNOWN : constant(true);
  },
  keyword_argument: (it, node, scope) => {
    const value = node.childForFieldName('value');
    return value ? it.value(value, scope) : UNKNOWN;
  },
};

function listOf(it: Running, node: Node, scope: Scope): Value {
  const items: Value[] = [];
  for (const child of node.namedChildren) if (child && child.type !== 'comment') items.push(it.value(child, scope));
  return { kind: 'list', items };
}

/** Built-in functions that matter here. */
const BUILT_IN: ReadonlySet<string> = new Set(['exit', 'quit', 'map', 'filter', 'list', 'sorted', 'max', 'min', 'sum']);

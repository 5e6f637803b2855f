import { givenIn } from './arguments.ts';
import { binary, decide } from './operations.ts';
import { children, type Node } from './parse.ts';
import { eitherValue, type Running } from './running.ts';
import type { Scope } from './scope.ts';
import { constant, join, truth, UNKNOWN, type Value } from './values.ts';

/** What an expression is that stands on another one at its left, whose value is known by then. */
type SpineRule = (running: Running, node: Node, left: Value, scope: Scope) => Value;

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

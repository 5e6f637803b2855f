import type { Node } from './parse.ts';
import type { Scope, Value } from './values.ts';

/** How a block goes on: with the next statement, out of the block, or not at all. */
export type Flow = 'next' | 'leaves' | 'exits';

/** What the rules for statements and expressions need of whoever follows a script. */
export interface Running {
  /** What an expression is, and what evaluating it does. */
  value(node: Node, scope: Scope): Value;
  /** Every expression of a statement. */
  expressions(node: Node, scope: Scope): Flow;
  body(node: Node | null, scope: Scope): Flow;
  define(node: Node, scope: Scope, decorators?: readonly Node[]): Flow;
  defineClass(node: Node, scope: Scope, decorators?: readonly Node[]): Flow;
  returns(node: Node, scope: Scope): Flow;
  imports(node: Node, scope: Scope): Flow;
  importsFrom(node: Node, scope: Scope): Flow;
  attribute(node: Node, scope: Scope): Value;
  callExpression(node: Node, scope: Scope): Value;
}

/** Of branches of which one runs: where all leave, the block is left. */
export function together(flows: readonly Flow[]): Flow {
  if (flows.includes('next')) return 'next';
  return flows.includes('leaves') ? 'leaves' : 'exits';
}

import { attempt, branches, loop, match, withItems } from './control-flow.ts';
import type { Node } from './parse.ts';
import type { Flow, Running } from './running.ts';
import type { Scope } from './values.ts';

type StatementRule = (running: Running, node: Node, scope: Scope) => Flow;

/** What each kind of statement does; others are no more than their expressions. */
export const STATEMENTS: { readonly [type: string]: StatementRule } = {
  if_statement: branches,
  for_statement: loop,
  while_statement: loop,
  try_statement: attempt,
  with_statement: withItems,
  match_statement: match,
  function_definition: (it, node, scope) => it.define(node, scope),
  class_definition: (it, node, scope) => it.defineClass(node, scope),
  decorated_definition: (it, node, scope) => {
    const definition = node.childForFieldName('definition');
    const decorators = node.namedChildren.filter((child) => child?.type === 'decorator') as Node[];
    if (definition?.type === 'class_definition') return it.defineClass(definition, scope, decorators);
    return definition ? it.define(definition, scope, decorators) : 'next';
  },
  return_statement: (it, node, scope) => it.returns(node, scope),
  raise_statement: (it, node, scope) => {
    it.expressions(node, scope);
    return 'exits';
  },
  break_statement: () => 'leaves',
  continue_statement: () => 'leaves',
  import_statement: (it, node, scope) => it.imports(node, scope),
  import_from_statement: (it, node, scope) => it.importsFrom(node, scope),
  future_import_statement: () => 'next',
  global_statement: (_, node, scope) => {
    for (const name of node.namedChildren) if (name) scope.globals.add(name.text);
    return 'next';
  },
  type_alias_statement: () => 'next',
};

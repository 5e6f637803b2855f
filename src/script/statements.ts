import type { Node } from './parse.ts';
import type { Flow, Running } from './running.ts';
import type { Scope } from './values.ts';

type StatementRule = (running: Running, node: Node, scope: Scope) => Flow;

/** What each kind of statement does; others are no more than their expressions. */
export const STATEMENTS: { readonly [type: string]: StatementRule } = {
  if_statement: (it, node, scope) => it.branches(node, scope),
  for_statement: (it, node, scope) => it.loop(node, scope),
  while_statement: (it, node, scope) => it.loop(node, scope),
  try_statement: (it, node, scope) => it.attempt(node, scope),
  with_statement: (it, node, scope) => it.withItems(node, scope),
  match_statement: (it, node, scope) => it.match(node, scope),
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

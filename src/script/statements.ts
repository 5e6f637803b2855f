import { branches, match } from './control-flow.ts';
import { forget } from './deletion.ts';
import { attempt } from './exceptions.ts';
import { loop } from './loops.ts';
import { test } from './operations.ts';
import type { Node } from './parse.ts';
import { BREAK, CONTINUE, EXIT, type Flow, NEXT, RAISE, RETURN, type Running } from './running.ts';
import type { Scope } from './scope.ts';
import { constant, join, named } from './values.ts';
import { withItems } from './with-statement.ts';

type StatementRule = (running: Running, node: Node, scope: Scope) => Flow;

/** What each kind of statement does; others are no more than their expressions. */
export const STATEMENTS: { readonly [type: string]: StatementRule } = {
  if_statement: branches,
  for_statement: loop,
  while_statement: loop,
  try_statement: attempt,
  with_statement: withItems,
  match_statement: match,
  function_definition: goesOn((it, node, scope) => it.define(node, scope)),
  class_definition: goesOn((it, node, scope) => it.defineClass(node, scope)),
  decorated_definition: goesOn((it, node, scope) => {
    const definition = node.childForFieldName('definition');
    const decorators = node.namedChildren.filter((child) => child?.type === 'decorator') as Node[];
    if (definition?.type === 'class_definition') it.defineClass(definition, scope, decorators);
    else if (definition) it.define(definition, scope, decorators);
  }),
  return_statement: (it, node, scope) => {
    const [value] = node.namedChildren.filter((child) => child?.type !== 'comment');
    const result = value ? it.value(value, scope) : constant(null);
    const frame = it.frames.at(-1);
    if (frame) {
      frame.returned = join(frame.returned, result);
      frame.returns.push(it.store.since(frame.depth));
    }
    return RETURN;
  },
  raise_statement: (it, node, scope) => {
    it.expressions(node, scope);
    if (it.caught === 0) it.note({ kind: 'ends', what: 'raise', node }, scope);
    return /^raise\s+(SystemExit|KeyboardInterrupt)\b/.test(node.text) ? EXIT : RAISE;
  },
  assert_statement: (it, node, scope) => {
    const [condition] = node.namedChildren;
    if (!condition || test(it, condition, scope) !== false) return NEXT;
    if (it.caught === 0) it.note({ kind: 'ends', what: 'assert', node }, scope);
    return RAISE;
  },
  break_statement: (it) => {
    const frame = it.frames.at(-1)?.loops.at(-1);
    frame?.breaks.push(it.store.since(frame.depth));
    return BREAK;
  },
  continue_statement: (it) => {
    const frame = it.frames.at(-1)?.loops.at(-1);
    frame?.continues.push(it.store.since(frame.inner));
    return CONTINUE;
  },
  delete_statement: goesOn((it, node, scope) => {
    for (const target of node.namedChildren) if (target) forget(it, target, scope);
  }),
  import_statement: goesOn((it, node, scope) => it.imports(node, scope)),
  import_from_statement: goesOn((it, node, scope) => it.importsFrom(node, scope)),
  future_import_statement: () => NEXT,
  global_statement: goesOn((_, node, scope) => {
    for (const name of node.namedChildren) if (name) scope.global(name.text);
  }),
  nonlocal_statement: goesOn((_, node, scope) => {
    for (const name of node.namedChildren) if (name) scope.nonlocal(name.text);
  }),
  // What it stands for is evaluated when somebody asks for it (PEP 695).
  type_alias_statement: goesOn((_, node, scope) => {
    const name = node.childForFieldName('left')?.descendantsOfType('identifier')[0]?.text;
    if (name) scope.set(name, named('typing.TypeAliasType()'));
  }),
};

function goesOn(run: (it: Running, node: Node, scope: Scope) => void): StatementRule {
  return (it, node, scope) => {
    run(it, node, scope);
    return NEXT;
  };
}

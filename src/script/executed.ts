import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import type { PythonRule, PythonRules } from './python-rule.ts';
import { EXIT, NEXT } from './running.ts';
import { makeScope, type Scope } from './scope.ts';
import { sourceOf } from './source.ts';
import {
  constant,
  constantOf,
  type Given,
  join,
  keyOf,
  NOTHING_GIVEN,
  named,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Longer texts are not run. */
const MOST_EXECUTED = 100_000;

/** What runs code by a text or by its name, and names that are reached so. */
export const EXECUTED: PythonRules = [
  ['compile', (_, { positional }) => positional[0] ?? null],
  ['globals', () => named('globals()')],
  // A namespace's names are its items.
  [
    'vars',
    (_, { positional: [of] }) =>
      of === undefined ? named('globals()') : of.every((one) => one.kind === 'name' && one.object !== null) ? of : null,
  ],
  ['locals', (_, __, ___, scope) => (scope.kind === 'module' ? named('globals()') : null)],
  ...['globals()', 'sys.modules'].flatMap((of) =>
    ['get', '__getitem__'].map(
      (method) =>
        [
          `${of}.${method}`,
          ((it, { positional: [key = UNKNOWN, other = constant(null)] }, node, scope) => {
            const has = it.holds({ kind: 'name', name: of, object: null }, key, scope);
            if (has === false) return other;
            const found = it.item(named(of), key, node, scope);
            return has === true ? found : join(found, other);
          }) as PythonRule,
        ] as const,
    ),
  ),
  ['exec', (it, given, node, scope) => executed(it, given, node, scope, false)],
  ['eval', (it, given, node, scope) => executed(it, given, node, scope, true)],
  [
    'ast.literal_eval',
    (it, given, node, scope) =>
      textOf(given.positional[0]) === undefined ? null : executed(it, given, node, scope, true),
  ],
  [
    'unittest.main',
    (it, given, node, scope) => {
      for (const value of scope.top.cells.values.values())
        for (const one of value) {
          if (
            one.kind !== 'class' ||
            !one.bases.some((base) => base.some((each) => each.kind === 'name' && /TestCase$/.test(each.name)))
          )
            continue;
          const made = it.call([one], NOTHING_GIVEN, node, scope);
          for (const name of [...one.members.cells.values.keys()])
            if (/^(setUp|test)/.test(name)) it.call(it.attribute(made, name, node, scope), NOTHING_GIVEN, node, scope);
        }
      if (constantOf(given.keywords.get('exit')) !== false) {
        it.note({ kind: 'ends', what: 'unittest.main', node }, scope);
        it.ends(EXIT);
      }
      return UNKNOWN;
    },
  ],
];

/** Code that is a text: followed where the text is known. */
function executed(it: Engine, { positional }: Given, node: Node, scope: Scope, isExpression: boolean): Value {
  const text = textOf(positional[0]);
  const source = text === undefined || text.length > MOST_EXECUTED ? null : sourceOf(text);
  if (source === null || 'skipped' in source) {
    it.notFollowed(node, scope, 'code that is put together when the script runs');
    return UNKNOWN;
  }
  const module_ = { name: '<text>', file: `${scope.module.file}, exec`, source };
  const inner = makeScope(module_, 'function', scope, it.store);
  for (const one of positional[1] ?? [])
    if (one.kind === 'dict')
      for (const [cell, value] of one.cells.values) if (cell !== '*') inner.set(String(keyOf(cell)), value);
  const [error] = source.parsed.errors;
  if (error) it.notFollowed(node, scope, `code in a text: the syntax of its line ${error.line} could not be read`);
  const [expression] = source.parsed.root.namedChildren.flatMap((one) => one?.namedChildren ?? []);
  if (isExpression && expression) return it.below('eval()', node, scope.module, () => it.value(expression, inner));
  it.below('exec()', node, scope.module, () => {
    const flow = it.body(source.parsed.root, inner);
    it.ends(flow | (flow ? 0 : NEXT));
  });
  if (positional[1] === undefined) for (const [name, value] of [...inner.cells.values]) scope.set(name, value);
  return UNKNOWN;
}

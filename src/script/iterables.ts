import type { Engine } from './engine.ts';
import { decide } from './operations.ts';
import type { Node } from './parse.ts';
import type { PythonRule, PythonRules } from './python-rule.ts';
import type { Scope } from './scope.ts';
import { type Given, joinAll, NOTHING_GIVEN, UNKNOWN, type Value } from './values.ts';

/** Of more things a fold is not followed. */
const MOST_REDUCED = 8;
/** So many things are taken one by one of what is lazy. */
const MOST_STEPS = 4;

/** What takes of what is lazy, or is lazy itself. */
export const ITERABLES: PythonRules = [
  [
    'next',
    (it, { positional }, node, scope) => {
      const [of = UNKNOWN, other] = positional;
      if (!of.some(({ kind }) => kind === 'lazy' || kind === 'instance')) return null;
      const taken = of.map((one): Value => {
        if (one.kind === 'lazy') return it.iterate([one], node, scope, ++one.state.steps).any;
        return it.special(one, '__next__', [], node, scope) ?? UNKNOWN;
      });
      return joinAll(other === undefined ? taken : [...taken, other]);
    },
  ],
  ['asyncio.to_thread', (it, given, node, scope) => it.lazy(() => callFirst(it, given, node, scope))],
  ['asyncio.wait_for', (it, given, node, scope) => it.lazy(() => callFirst(it, given, node, scope))],
  ['anyio.to_thread.run_sync', (it, given, node, scope) => it.lazy(() => callFirst(it, given, node, scope))],
  [
    'iter',
    (it, { positional: [of, sentinel] }, node, scope) =>
      of && sentinel ? it.lazy(() => it.call(of, NOTHING_GIVEN, node, scope)) : null,
  ],
  [
    'functools.cmp_to_key',
    (_, { positional: [of] }) =>
      of ? [{ kind: 'partial', of, given: { ...NOTHING_GIVEN, positional: [UNKNOWN] } }] : null,
  ],
  [
    'functools.reduce',
    (it, { positional: [of = UNKNOWN, over = UNKNOWN, ...first] }, node, scope) => {
      const { exact, any } = it.iterate(over, node, scope);
      const items = [...first, ...(exact ?? [any, any])];
      const [start = UNKNOWN] = items;
      return items
        .slice(1, MOST_REDUCED)
        .reduce((value, item) => it.call(of, { ...NOTHING_GIVEN, positional: [value, item] }, node, scope), start);
    },
  ],
  [
    'itertools.starmap',
    (it, { positional: [of = UNKNOWN, over = UNKNOWN] }, node, scope) =>
      it.lazy((limit) => {
        const { exact, any } = it.iterate(over, node, scope, limit);
        const each = (exact ?? [any]).slice(0, limit ?? MOST_REDUCED).map((item) => {
          const inner = it.iterate(item, node, scope).exact;
          const given = inner ? { ...NOTHING_GIVEN, positional: inner } : { ...NOTHING_GIVEN, others: UNKNOWN };
          return it.call(of, given, node, scope);
        });
        return joinAll([...each, UNKNOWN]);
      }),
  ],
  ...['itertools.groupby', 'itertools.accumulate'].map((name): readonly [string, PythonRule] => [
    name,
    (it, { positional: [over = UNKNOWN, second], keywords }, node, scope) =>
      it.lazy((limit) => {
        const { any } = it.iterate(over, node, scope, limit);
        const of = second ?? keywords.get('key') ?? keywords.get('func') ?? [];
        const given = name.endsWith('groupby') ? [any] : [any, any];
        const value = of.length > 0 ? it.call(of, { ...NOTHING_GIVEN, positional: given }, node, scope) : any;
        return name.endsWith('groupby') ? it.list([value, any], undefined, 'tuple') : value;
      }),
  ]),
  [
    'itertools.takewhile',
    (it, { positional: [of = UNKNOWN, over = UNKNOWN] }, node, scope) =>
      it.lazy((limit) => {
        const passes = (item: Value): boolean | null =>
          decide(it, it.call(of, { ...NOTHING_GIVEN, positional: [item] }, node, scope), node, scope);
        let last: Value = UNKNOWN;
        for (let step = 1; step <= Math.min(limit ?? MOST_STEPS, MOST_STEPS); step++) {
          last = it.iterate(over, node, scope, step).any;
          const known = passes(last);
          if (known === false || step === limit) return last;
          if (known === null) break;
        }
        return it.maybe(() => it.iterate(over, node, scope).any);
      }),
  ],
];

/** What is called first, given the rest. */
function callFirst(
  it: Engine,
  { positional: [first = UNKNOWN, ...rest], keywords }: Given,
  node: Node,
  scope: Scope,
): Value {
  if (first.some(({ kind }) => kind === 'lazy')) return it.iterate(first, node, scope).any;
  return it.call(first, { positional: rest, keywords, others: [] }, node, scope);
}

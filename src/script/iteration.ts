import { special } from './classes.ts';
import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import { constant, join, joinAll, keyOf, textOf, UNKNOWN, type Value } from './values.ts';

/** Longer texts are not gone through letter by letter. */
const MOST_LETTERS = 64;

/** What iterating gives, one after the other or any of them; what is lazy runs. */
export function iterate(
  it: Engine,
  value: Value,
  node: Node,
  scope: Scope,
  limit?: number,
  closes?: boolean,
): { exact: readonly Value[] | null; any: Value } {
  const [only] = value;
  if (value.length === 1 && only?.kind === 'list' && !only.cells.has('*')) {
    const exact = [...only.cells.values.values()];
    return { exact, any: exact.length > 0 ? joinAll(exact) : UNKNOWN };
  }
  if (value.length === 1 && only?.kind === 'dict' && !only.cells.has('*')) {
    const exact = [...only.cells.values.keys()].map((key) => constant(keyOf(key)));
    return { exact, any: exact.length > 0 ? joinAll(exact) : UNKNOWN };
  }
  const text = textOf(value);
  if (text !== undefined && text.length <= MOST_LETTERS) {
    const exact = [...text].map(constant);
    return { exact, any: exact.length > 0 ? joinAll(exact) : UNKNOWN };
  }
  const each = value.map((one): Value => {
    if (one.kind === 'list') return joinAll([...one.cells.values.values()]);
    if (one.kind === 'lazy') {
      if (limit !== undefined && limit < Number.POSITIVE_INFINITY) return one.run(limit, closes);
      if (one.state.taken === null || !it.isCertain) {
        const certain = it.isCertain;
        const given = one.run();
        if (certain) one.state.taken = given;
        return given;
      }
      return one.state.taken;
    }
    if (one.kind === 'instance') {
      const iterator =
        special(it, one, '__await__', [], node, scope) ??
        special(it, one, '__iter__', [], node, scope) ??
        special(it, one, '__aiter__', [], node, scope);
      if (iterator !== null) {
        const next = iterator.map((inner) =>
          inner.kind === 'instance'
            ? (special(it, inner, '__next__', [], node, scope) ?? UNKNOWN)
            : iterate(it, [inner], node, scope).any,
        );
        return joinAll(next);
      }
      return special(it, one, '__getitem__', [UNKNOWN], node, scope) ?? UNKNOWN;
    }
    if (one.kind === 'name' && one.object?.cells.has('*')) return join(one.object.cells.get('*'), UNKNOWN);
    return UNKNOWN;
  });
  const any = joinAll(each);
  return { exact: null, any: any.length > 0 ? any : UNKNOWN };
}

import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import { constantOf, type Given, join, joinAll, NOTHING_GIVEN, UNKNOWN, type Value } from './values.ts';

/** `sorted(xs, key=f)`: `f` of each. */
export function keyed(it: Engine, { positional, keywords }: Given, node: Node, scope: Scope): Value {
  const key = keywords.get('key');
  if (key === undefined) return [];
  const [only = UNKNOWN] = positional;
  const { exact, any } = positional.length > 1 ? { exact: positional, any: UNKNOWN } : it.iterate(only, node, scope);
  for (const item of (exact ?? [any]).slice(0, 4)) it.call(key, { ...NOTHING_GIVEN, positional: [item] }, node, scope);
  return [];
}

/** `map(f, xs)` that is taken: `f` of each. */
export function callAll(it: Engine, { positional }: Given, node: Node, scope: Scope, limit?: number): Value {
  const [function_ = UNKNOWN, ...over] = positional;
  const items = over.map((value) => it.iterate(value, node, scope, limit));
  const exact = items[0]?.exact?.slice(0, limit);
  const call = (given: readonly Value[]): Value =>
    it.call(function_, { positional: given, keywords: new Map(), others: [] }, node, scope);
  if (items.length === 1 && exact && exact.length <= 4) return joinAll(exact.map((item) => call([item])));
  return call(items.map(({ any }) => any));
}

/** `zip`, `enumerate`, `tqdm`: they take of what they are given when something is taken of them. */
export function passedOn(it: Engine, name: string, { positional }: Given, node: Node, scope: Scope): Value {
  const [first = UNKNOWN] = positional;
  if (/tqdm|track|^iter$|^reversed$/.test(name) && first.every(({ kind }) => kind === 'list')) return first;
  if (name === 'zip') {
    const pairs = zipped(it, positional, node, scope);
    if (pairs !== null) return pairs;
  }
  return it.lazy((limit) => {
    const most = stepsOf(it, name, positional, limit, node, scope);
    const each = positional.map((value, index) => it.iterate(value, node, scope, most[index]).any);
    if (name === 'enumerate') return it.list([UNKNOWN, each[0] ?? UNKNOWN]);
    return /zip|product/.test(name) ? it.list(each) : joinAll(each);
  });
}

/** `zip(xs, ys)` of lists and texts: nothing runs for it. Null: they are something else, or not known one by one. */
function zipped(it: Engine, positional: readonly Value[], node: Node, scope: Scope): Value | null {
  const isPlain = (value: Value): boolean => value.every(({ kind }) => kind === 'list' || kind === 'const');
  const each = positional.map((value) => (isPlain(value) ? it.iterate(value, node, scope).exact : null));
  if (each.length === 0 || each.includes(null)) return null;
  const shortest = Math.min(...each.map((items) => items?.length ?? 0));
  const tuples = Array.from({ length: shortest }, (_, at) =>
    it.list(
      each.map((items) => items?.[at] ?? UNKNOWN),
      undefined,
      'tuple',
    ),
  );
  return it.list(tuples);
}

/** How many things are taken of each argument; undefined: all. `zip` ends with the shortest, `islice` where it is told. */
function stepsOf(
  it: Engine,
  name: string,
  positional: readonly Value[],
  limit: number | undefined,
  node: Node,
  scope: Scope,
): (number | undefined)[] {
  const least = (...numbers: (number | undefined)[]): number | undefined => {
    const known = numbers.filter((one) => one !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  };
  if (name === 'itertools.islice') {
    const [first, second] = positional.slice(1).map((value) => constantOf(value));
    const stop = positional.length > 2 ? second : first;
    return [typeof stop === 'number' ? least(stop, limit) : limit];
  }
  if (name !== 'zip') return positional.map(() => limit);
  const lengths = positional.map((value) =>
    value.every(({ kind }) => kind === 'list') ? it.iterate(value, node, scope).exact?.length : undefined,
  );
  const shortest = least(...lengths);
  const at = lengths.indexOf(shortest);
  // Those before the one that ends it are asked once more.
  return positional.map((_, index) =>
    least(limit, shortest === undefined ? undefined : shortest + (index < at ? 1 : 0)),
  );
}

/** `list(xs)`. */
export function copied(it: Engine, { positional }: Given, gave: Value): Value {
  const [first] = positional;
  const [one] = first ?? [];
  if (first === undefined) return it.list([]);
  if (first.length === 1 && one?.kind === 'list') {
    const items = [...one.cells.values].filter(([name]) => name !== '*').map(([, value]) => value);
    return it.list(items, one.cells.get('*'));
  }
  if (first.length === 1 && one?.kind === 'dict') return it.list([], UNKNOWN);
  return it.list([], join(gave, UNKNOWN));
}

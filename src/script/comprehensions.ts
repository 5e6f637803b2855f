import { bind } from './bindings.ts';
import { distinctValues } from './known.ts';
import { HASH, perform, test } from './operations.ts';
import { children, type Node } from './parse.ts';
import { eitherValue, type Running } from './running.ts';
import type { Scope } from './scope.ts';
import { joinAll, MOST_ITEMS, UNKNOWN, type Value } from './values.ts';

/** The list or set of a comprehension: item by item, where each is known. */
export function gathered(it: Running, node: Node, scope: Scope, as?: 'set'): Value {
  const each: Each = { items: [], keys: [], isExact: true };
  const any = comprehended(it, node, scope, Number.POSITIVE_INFINITY, each);
  if (!each.isExact) return it.list([], any, as);
  return it.list(as === 'set' ? distinctValues(each.items) : each.items, undefined, as);
}

/** What runs something, or binds a name. */
const RUNS = ['call', 'await', 'yield', 'named_expression'];
/** Where each item runs something, so many are followed one by one. */
const MOST_FOLLOWED = 4;

/** Nothing runs for its items; what it goes through first is evaluated when it is made. */
export function callsNothing(node: Node): boolean {
  let isFirst = true;
  return children(node).every((part) => {
    if (part.type !== 'for_in_clause' || !isFirst) return part.descendantsOfType(RUNS).length === 0;
    isFirst = false;
    return (part.childForFieldName('left')?.descendantsOfType(RUNS).length ?? 0) === 0;
  });
}

/** The items of a comprehension, one by one. */
export interface Each {
  items: Value[];
  /** Of a dictionary. */
  keys: Value[];
  /** These are all. */
  isExact: boolean;
}

/** What a comprehension gives: its clauses bind what they run over, all of it at once where that is not known one by one. */
export function comprehended(
  it: Running,
  node: Node,
  outer: Scope,
  limit: number = Number.POSITIVE_INFINITY,
  each: Each = { items: [], keys: [], isExact: false },
): Value {
  const scope = outer.inner();
  const isQuick = callsNothing(node);
  const body = node.childForFieldName('body');
  const clauses = children(node).filter(({ id }) => id !== body?.id);
  const follow = (index: number): Value => {
    const clause = clauses[index];
    if (clause === undefined) {
      const value = body?.type === 'pair' ? body.childForFieldName('value') : body;
      const key = body?.type === 'pair' ? body.childForFieldName('key') : null;
      const name = key ? it.value(key, scope) : [];
      if (key) perform(it, name, HASH, [], key, scope);
      each.keys.push(name);
      const item = value ? it.value(value, scope) : UNKNOWN;
      each.items.push(item);
      return item;
    }
    if (clause.type === 'if_clause') {
      const known = test(it, clause.namedChildren[0] ?? null, scope);
      if (known === false) return [];
      if (known === true) return follow(index + 1);
      each.isExact = false;
      return eitherValue(it, [() => follow(index + 1), () => []])[0] ?? [];
    }
    const [left, right] = [clause.childForFieldName('left'), clause.childForFieldName('right')];
    const most = clauses.length === 1 ? limit : Number.POSITIVE_INFINITY;
    const { exact: all, any } = it.iterate(right ? it.value(right, scope) : UNKNOWN, clause, scope, most);
    const exact = all?.slice(0, most);
    if (exact?.length === 0) return [];
    if (exact && exact.length <= (isQuick ? MOST_ITEMS : MOST_FOLLOWED) && clauses.length <= 2) {
      return joinAll(
        exact.map((item) => {
          if (left) bind(it, left, item, scope);
          return follow(index + 1);
        }),
      );
    }
    each.isExact = false;
    if (left) bind(it, left, any, scope);
    return follow(index + 1);
  };
  return follow(0);
}

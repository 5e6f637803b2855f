import { call } from './calls.ts';
import { special } from './classes.ts';
import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import { type FunctionOne, join, joinAll, NOTHING_GIVEN, type One, type Value } from './values.ts';

/** Functions of the script that a library was given: it calls them with things that are not known. */
export function callGiven(it: Engine, values: readonly Value[], node: Node, scope: Scope, certain: boolean): Value {
  // What a library may call that runs already does nothing else the second time.
  const functions = runnable(values).filter((one) => certain || one.kind !== 'function' || !isActive(it, one));
  const all = (): Value =>
    joinAll(
      functions.map((one) => {
        const taken = taking(it, one, node, scope);
        if (taken === null) return call(it, [one], NOTHING_GIVEN, node, scope, null);
        return one.kind === 'instance' ? (special(it, one, '__call__', [], node, scope) ?? []) : taken;
      }),
    );
  if (functions.length === 0) return [];
  return certain ? all() : it.maybe(all);
}

export function isActive(it: Engine, { node }: FunctionOne): boolean {
  return (it.active.get(node.id) ?? 0) > 0;
}

/** Takes all of what is lazy or can be iterated of what is given, and calls none of the functions among it. */
export function takeGiven(it: Engine, values: readonly Value[], node: Node, scope: Scope): Value {
  return joinAll(values.flat().map((one) => taking(it, one, node, scope) ?? []));
}

/** What is taken of what is lazy or can be iterated; null: it is neither. */
function taking(it: Engine, one: One, node: Node, scope: Scope): Value | null {
  if (one.kind === 'lazy') {
    const given = it.iterate([one], node, scope).any;
    return join(given, callGiven(it, [delayedIn(given)], node, scope, true));
  }
  if (one.kind !== 'instance') return null;
  for (const name of ['__iter__', '__next__', '__len__']) special(it, one, name, [], node, scope);
  return [];
}

/** What `joblib.delayed(f)(…)` stands for: whoever gets it calls it. */
function delayedIn(value: Value): Value {
  return value.flatMap((one) =>
    one.kind === 'name' && one.name === 'joblib.delayed()()' ? (one.object?.cells.get('*') ?? []) : [],
  );
}

/** What could be run of what is given, and of what lies in lists that are given. */
function runnable(values: readonly Value[]): One[] {
  const found: One[] = [];
  const open = values.map((value) => ({ value, depth: 0 }));
  for (let next = open.shift(); next !== undefined && found.length < 24; next = open.shift()) {
    for (const one of next.value) {
      if (/^(function|lazy|partial|instance)$/.test(one.kind)) found.push(one);
      else if (one.kind === 'method' && one.of.kind === 'name') found.push(one);
      else if (one.kind === 'name' && one.object === null) found.push(one);
      else if (one.kind === 'name' && one.name === 'joblib.delayed()()') found.push(...delayedIn([one]));
      else if ((one.kind === 'list' || one.kind === 'dict') && next.depth < 3)
        open.push(
          ...[...one.cells.values.values()].map((value) => ({ value, depth: (next as { depth: number }).depth + 1 })),
        );
    }
  }
  return found;
}

import { takesAll } from './match-patterns.ts';
import { narrow } from './narrowing.ts';
import { test } from './operations.ts';
import type { Node } from './parse.ts';
import { either, type Flow, NEXT, type Running } from './running.ts';
import type { Scope } from './scope.ts';
import { UNKNOWN, type Value } from './values.ts';

/** `if`, with its `elif`s and `else`: the branches that may run. */
export function branches(it: Running, node: Node, scope: Scope): Flow {
  const ways: (() => Flow)[] = [];
  const arms = [node, ...node.childrenForFieldName('alternative').filter((arm) => arm !== null)];
  /** Conditions that are false by then. */
  const passed: (Node | null)[] = [];
  const way = (body: Node | null, condition: Node | null, before: readonly (Node | null)[]) => () => {
    for (const one of before) narrow(it, one, false, scope);
    narrow(it, condition, true, scope);
    return it.body(body, scope);
  };
  for (const arm of arms) {
    if (arm.type === 'else_clause') {
      ways.push(way(arm.childForFieldName('body'), null, passed));
      return either(it, ways);
    }
    const condition = arm.childForFieldName('condition');
    const decide = (): boolean | null => test(it, condition, scope);
    const known = ways.length === 0 ? decide() : it.maybe(decide);
    if (known === false) continue;
    ways.push(way(arm.childForFieldName('consequence'), known === true ? null : condition, [...passed]));
    if (known === true) return either(it, ways);
    passed.push(condition);
  }
  return either(it, [...ways, way(null, null, passed)]);
}

export function match(it: Running, node: Node, scope: Scope): Flow {
  const subjects = node.childrenForFieldName('subject').map((one) => (one ? it.value(one, scope) : UNKNOWN));
  // `match a, b:` matches a tuple.
  const subject = subjects.length === 1 ? (subjects[0] as Value) : it.list(subjects, undefined, 'tuple');
  const ways: (() => Flow)[] = [];
  for (const clause of node.childForFieldName('body')?.namedChildren ?? []) {
    if (clause?.type !== 'case_clause') continue;
    const patterns = clause.namedChildren.filter((child) => child?.type === 'case_pattern') as Node[];
    it.store.fork();
    const decided = takesAll(it, patterns, subject, scope);
    it.store.take();
    if (decided === false) continue;
    const guard = clause.childForFieldName('guard');
    ways.push(() => {
      takesAll(it, patterns, subject, scope);
      const known = guard ? test(it, guard.namedChildren[0] ?? guard, scope) : true;
      if (known === false) return NEXT;
      const flow = it.body(clause.childForFieldName('consequence'), scope);
      return known === null ? flow | NEXT : flow;
    });
    if (decided === true && guard === null) return either(it, ways);
  }
  return either(it, [...ways, () => NEXT]);
}

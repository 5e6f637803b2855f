import { narrow } from './narrowing.ts';
import { compared, test } from './operations.ts';
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

/** Patterns that are values. */
const LITERALS: ReadonlySet<string> = new Set(['string', 'integer', 'true', 'false', 'none', 'concatenated_string']);

/** Whether a pattern takes a subject: true, false, or null where it is not known. Binds its names. */
export function takes(it: Running, pattern: Node, subject: Value, scope: Scope): boolean | null {
  const [inner] = pattern.namedChildren;
  if (pattern.type === 'case_pattern' && pattern.namedChildCount === 0) return true; // _
  if (pattern.type === 'case_pattern' && inner && pattern.namedChildCount === 1)
    return takes(it, inner, subject, scope);
  if (LITERALS.has(pattern.type)) return compared(it, subject, '==', it.value(pattern, scope), pattern, scope);
  if (pattern.type === 'dotted_name' && pattern.namedChildCount === 1 && inner) {
    scope.set(inner.text, subject);
    return true;
  }
  if (pattern.type === 'union_pattern') {
    const each = pattern.namedChildren.map((one) => (one ? takes(it, one, subject, scope) : null));
    return each.includes(true) ? true : each.includes(null) ? null : false;
  }
  if (pattern.type === 'dotted_name') return null;
  const open: (Node | null)[] = [...pattern.namedChildren];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node?.type === 'identifier' || (node?.type === 'dotted_name' && node.namedChildCount === 1))
      scope.set(node.text, UNKNOWN);
    else for (const child of node?.namedChildren.slice(node.type === 'class_pattern' ? 1 : 0) ?? []) open.push(child);
  }
  return null;
}

export function match(it: Running, node: Node, scope: Scope): Flow {
  const subjects = node.childrenForFieldName('subject').map((one) => (one ? it.value(one, scope) : UNKNOWN));
  const subject = subjects.length === 1 ? (subjects[0] as Value) : UNKNOWN;
  const ways: (() => Flow)[] = [];
  for (const clause of node.childForFieldName('body')?.namedChildren ?? []) {
    if (clause?.type !== 'case_clause') continue;
    const patterns = clause.namedChildren.filter((child) => child?.type === 'case_pattern') as Node[];
    const [pattern] = patterns;
    it.store.fork();
    const decided = pattern && patterns.length === 1 ? takes(it, pattern, subject, scope) : null;
    it.store.take();
    if (decided === false) continue;
    const guard = clause.childForFieldName('guard');
    ways.push(() => {
      if (pattern && patterns.length === 1) takes(it, pattern, subject, scope);
      const known = guard ? test(it, guard.namedChildren[0] ?? guard, scope) : true;
      if (known === false) return NEXT;
      const flow = it.body(clause.childForFieldName('consequence'), scope);
      return known === null ? flow | NEXT : flow;
    });
    if (decided === true && guard === null) return either(it, ways);
  }
  return either(it, [...ways, () => NEXT]);
}

import { bind } from './bindings.ts';
import type { Node } from './parse.ts';
import { type Flow, type Running, together } from './running.ts';
import { compare, type Scope, truth, UNKNOWN, type Value } from './values.ts';

/** Patterns that are values. */
const LITERALS: ReadonlySet<string> = new Set(['string', 'integer', 'true', 'false', 'none']);

/** `if`, with its `elif`s and `else`: the branches that may run. */
export function branches(it: Running, node: Node, scope: Scope): Flow {
  const flows: Flow[] = [];
  const arms = [node, ...node.childrenForFieldName('alternative').filter((arm) => arm !== null)];
  for (const arm of arms) {
    if (arm.type === 'else_clause') {
      flows.push(it.body(arm.childForFieldName('body'), scope));
      return together(flows);
    }
    const condition = arm.childForFieldName('condition');
    const known = condition === null ? null : truth(it.value(condition, scope));
    if (known === false) continue;
    flows.push(it.body(arm.childForFieldName('consequence'), scope));
    if (known === true) return together(flows);
  }
  return together([...flows, 'next']);
}

export function loop(it: Running, node: Node, scope: Scope): Flow {
  const [left, right, condition] = ['left', 'right', 'condition'].map((name) => node.childForFieldName(name));
  const over = right ? it.value(right, scope) : UNKNOWN;
  const known = condition ? truth(it.value(condition, scope)) : null;
  if (left) bind(left, over.kind === 'list' && over.items.length > 0 ? (over.items[0] as Value) : UNKNOWN, scope);
  if (known !== false) it.body(node.childForFieldName('body'), scope);
  return it.body(node.childForFieldName('alternative')?.childForFieldName('body') ?? null, scope);
}

/** All parts of a `try` may run; it ends the block only if the part that always runs does. */
export function attempt(it: Running, node: Node, scope: Scope): Flow {
  const body = it.body(node.childForFieldName('body'), scope);
  let handled = false;
  let last: Flow = body;
  for (const clause of node.namedChildren) {
    if (clause === null || !/_clause$|_group/.test(clause.type)) continue;
    handled ||= clause.type.startsWith('except');
    const block = clause.namedChildren.findLast((child) => child?.type === 'block') ?? null;
    for (const child of clause.namedChildren) if (child !== null && child !== block) it.value(child, scope);
    const flow = it.body(block, scope);
    if (clause.type === 'finally_clause' && flow !== 'next') last = flow;
  }
  return handled && last === body ? 'next' : last;
}

export function withItems(it: Running, node: Node, scope: Scope): Flow {
  for (const item of node.descendantsOfType('with_item')) {
    const value = item?.childForFieldName('value');
    // only this statement's own items
    if (!item || !value || item.parent?.parent?.id !== node.id) continue;
    it.value(value, scope);
  }
  return it.body(node.childForFieldName('body'), scope);
}

export function match(it: Running, node: Node, scope: Scope): Flow {
  const flows: Flow[] = ['next'];
  const subjects = node
    .childrenForFieldName('subject')
    .map((subject) => (subject ? it.value(subject, scope) : UNKNOWN));
  const subject = subjects.length === 1 ? (subjects[0] as Value) : UNKNOWN;
  for (const clause of node.childForFieldName('body')?.namedChildren ?? []) {
    if (clause?.type !== 'case_clause') continue;
    const patterns = clause.namedChildren.filter((child) => child?.type === 'case_pattern');
    const literal = patterns.length === 1 ? patterns[0]?.namedChildren[0] : null;
    const equal = literal && LITERALS.has(literal.type) ? compare(subject, '==', it.value(literal, scope)) : null;
    if (equal === false) continue;
    flows.push(it.body(clause.childForFieldName('consequence'), scope));
    if (equal === true && clause.childForFieldName('guard') === null) break;
  }
  return together(flows);
}

import type { Node } from './parse.ts';
import type { Running } from './running.ts';
import type { Scope } from './scope.ts';

/** What `del` makes of a name. */
export function forget(it: Running, target: Node, scope: Scope): void {
  if (target.type === 'identifier') {
    const value = it.value(target, scope);
    scope.set(target.text, undefined);
    it.forgotten(value, target, scope);
  } else if (target.type === 'subscript') {
    const of = target.childForFieldName('value');
    const key = target.childForFieldName('subscript');
    if (of && key) it.setItem(it.value(of, scope), it.value(key, scope), undefined, target, scope);
  } else if (target.type === 'attribute') {
    const of = target.childForFieldName('object');
    const name = target.childForFieldName('attribute')?.text ?? '';
    if (of) it.setAttribute(it.value(of, scope), name, undefined, target, scope);
  } else if (/list|tuple/.test(target.type))
    for (const child of target.namedChildren) if (child) forget(it, child, scope);
}

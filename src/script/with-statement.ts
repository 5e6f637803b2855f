import { bind } from './bindings.ts';
import { enterPatch } from './contexts.ts';
import { caughtBy } from './exceptions.ts';
import type { Node } from './parse.ts';
import { type Flow, NEXT, type Running, STOP } from './running.ts';
import type { Scope } from './scope.ts';
import { joinAll, UNKNOWN, type Value } from './values.ts';

export function withItems(it: Running, node: Node, scope: Scope): Flow {
  const exits: (() => void)[] = [];
  let suppressed: Flow = 0;
  for (const item of node.descendantsOfType('with_item')) {
    const written = item?.childForFieldName('value');
    // only this statement's own items
    if (!item || !written || item.parent?.parent?.id !== node.id) continue;
    const isAlias = written.type === 'as_pattern';
    const expression = isAlias ? written.namedChildren[0] : written;
    const target = isAlias ? written.childForFieldName('alias')?.namedChildren[0] : null;
    const value = expression ? it.value(expression, scope) : UNKNOWN;
    const entered: Value[] = [];
    for (const one of value) {
      if (one.kind === 'lazy') {
        entered.push(it.iterate([one], written, scope, 1).any);
        exits.push(() => void it.iterate([one], written, scope));
      } else if (one.kind === 'instance') {
        const awaited = (name: string): Value | null => {
          const coroutine = it.special(one, name, [], written, scope);
          return coroutine === null ? null : it.iterate(coroutine, written, scope).any;
        };
        entered.push(it.special(one, '__enter__', [], written, scope) ?? awaited('__aenter__') ?? UNKNOWN);
        exits.push(() => void (it.special(one, '__exit__', [], written, scope) ?? awaited('__aexit__')));
      } else {
        entered.push([one]);
        const leave = enterPatch(it, one, written, scope);
        if (leave !== null) exits.push(leave);
      }
      if (one.kind === 'name' && one.name === 'contextlib.suppress()')
        suppressed |= caughtBy(expression?.childForFieldName('arguments')?.text ?? '');
    }
    if (target) bind(it, target, joinAll(entered), scope);
  }
  if (suppressed) it.caught++;
  const flow = it.body(node.childForFieldName('body'), scope);
  if (suppressed) it.caught--;
  const waits = flow === STOP && it.frames.at(-1)?.taking.closes === false;
  if (!waits) for (const exit of exits.reverse()) exit();
  return flow & suppressed ? (flow & ~suppressed) | NEXT : flow;
}

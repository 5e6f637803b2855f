import { lookUp, special } from './classes.ts';
import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import { type InstanceOne, NOTHING_GIVEN, type Value } from './values.ts';

/** Functions that run when an object goes: `weakref.finalize`. No attribute has such a name. */
export const FINALIZERS = ' finalizers';

/** An object is gone. */
export function finalize(it: Engine, one: InstanceOne, node: Node, scope: Scope): void {
  special(it, one, '__del__', [], node, scope);
  for (const each of heldBy(one)) special(it, each, '__del__', [], node, scope);
  const later = one.cells.get(FINALIZERS);
  if (later === undefined) return;
  it.store.write(one.cells, FINALIZERS, undefined);
  it.call(later, NOTHING_GIVEN, node, scope);
}

/** Something runs when it goes. */
export function hasFinalizer(one: InstanceOne): boolean {
  const own = lookUp(one.of, '__del__') !== undefined || one.cells.has(FINALIZERS);
  return own || heldBy(one).some((each) => lookUp(each.of, '__del__') !== undefined || each.cells.has(FINALIZERS));
}

/** The objects that an object has as its attributes. */
function heldBy(one: InstanceOne): InstanceOne[] {
  return [...one.cells.values.values()].flatMap(([each, ...more]) =>
    each?.kind === 'instance' && more.length === 0 ? [each] : [],
  );
}

/** A name lets go of what it was. That another name of the block still has it is seen; what else holds it is not. */
export function forgotten(it: Engine, value: Value | undefined, node: Node, scope: Scope): void {
  const [one] = value ?? [];
  if (one?.kind !== 'instance' || (value?.length ?? 0) > 1) return;
  if (!hasFinalizer(one)) return;
  for (const other of scope.cells.values.values())
    if (other.some((each) => each === one || ((each.kind === 'list' || each.kind === 'dict') && each.cells.size > 0)))
      return void it.maybe(() => finalize(it, one, node, scope));
  finalize(it, one, node, scope);
}

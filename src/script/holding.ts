import type { Engine } from './engine.ts';
import { isEnvironment, isSet } from './environment.ts';
import { isRunning } from './running-modules.ts';
import type { Scope } from './scope.ts';
import { type One, textOf, type Value } from './values.ts';

/** Whether a mapping of Python's own has a key: the environment, `sys.modules`, `globals()`; null: that is not known. */
export function holdsKey(it: Engine, of: One, key: Value, scope: Scope): boolean | null {
  if (of.kind !== 'name') return null;
  if (isEnvironment(of)) return isSet(it, key);
  if (of.name === 'sys.modules') return isRunning(it, key);
  if (of.name !== 'globals()') return null;
  const name = textOf(key);
  return name !== undefined && scope.top.cells.has(name) ? true : null;
}

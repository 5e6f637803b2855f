import type { Engine } from './engine.ts';
import { makeScope } from './scope.ts';
import type { Store } from './store.ts';
import { constant, type Module, type One, textOf, UNKNOWN, type Value } from './values.ts';

/** What Python was started with that is a worker: `python -c`. It has no file. */
const SPAWNED = '-c';

/** The main module of a worker that imports the script. */
export function spawnedModule({ source }: Module, store: Store): One {
  const module_: Module = { name: '__main__', file: SPAWNED, source };
  const scope = makeScope(module_, 'module', null, store);
  scope.set('__name__', constant('__main__'));
  return { kind: 'module', module: module_, scope };
}

export function isSpawned(one: One): boolean {
  return one.kind === 'module' && one.module.file === SPAWNED;
}

/** The name of a worker's module of the script; in the main process there is none. */
const OF_WORKERS = '__mp_main__';

/** `sys.modules[name]`. */
export function moduleCalled(it: Engine, name: Value): Value {
  const text = textOf(name);
  if (text === '__main__') return it.mainModule();
  if (text === OF_WORKERS && !it.isMain) return it.ownModule();
  for (const { module: module_, scope } of it.loaded.values())
    if (module_.name === text && module_.file !== it.script) return [{ kind: 'module', module: module_, scope }];
  return UNKNOWN;
}

/** Whether there is one; null: that is not known. */
export function isRunning(it: Engine, name: Value): boolean | null {
  const text = textOf(name);
  if (text === '__main__') return true;
  if (text === OF_WORKERS) return !it.isMain;
  return moduleCalled(it, name) === UNKNOWN ? null : true;
}

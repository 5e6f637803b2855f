import { missingOf, notInMain } from './attributes.ts';
import type { Engine } from './engine.ts';
import { canonical, STAR_NAMES } from './lenskit-calls.ts';
import { isLenskits } from './lenskit-models.ts';
import type { Node } from './parse.ts';
import { isSpawned } from './running-modules.ts';
import type { Scope } from './scope.ts';
import { constantOf, type Module, named, type One, textOf, UNKNOWN, type Value } from './values.ts';

/** A longer dotted name leads to no module. */
const MOST_LETTERS = 500;

/** `import a.b as c`. */
export function importModule(it: Engine, node: Node, scope: Scope): void {
  for (const item of node.childrenForFieldName('name')) {
    if (item === null) continue;
    const aliased = item.type === 'aliased_import';
    const dotted = ((aliased ? item.childForFieldName('name') : item)?.text ?? '').replace(/\s+/g, '');
    const local = dotted === '__main__' ? it.mainModule() : load(it, find(it, dotted), item, scope, dotted);
    if (aliased) scope.set(item.childForFieldName('alias')?.text ?? '', local ?? named(dotted));
    else {
      const [top = dotted] = dotted.split('.');
      const first = dotted === top ? local : load(it, find(it, top), item, scope, top);
      scope.set(top, first ?? named(top));
    }
  }
}

function find(it: Engine, dotted: string): Module | null {
  if (dotted.length > MOST_LETTERS) return null;
  it.sees(dotted);
  return isLenskits(dotted) ? null : it.modules.find(it.script, dotted, it.paths);
}

/** `from a import b as c`. */
export function importNames(it: Engine, node: Node, scope: Scope): void {
  const from = node.childForFieldName('module_name');
  if (from === null) return;
  const prefix = from.type === 'relative_import' ? (/^\.+/.exec(from.text)?.[0] ?? '.') : '';
  const dotted = from.text.slice(prefix.length).replace(/\s+/g, '');
  const look = (name: string): Module | null =>
    prefix === '' ? find(it, name) : it.modules.findRelative(scope.module, prefix.length, name);
  const isMain = prefix === '' && dotted === '__main__';
  const module_ = isMain ? it.mainModule() : load(it, look(dotted), node, scope, dotted);
  const [known] = module_ ?? [];
  const isStar = node.namedChildren.some((child) => child?.type === 'wildcard_import');
  // `importlib._handle_fromlist` asks for `__path__`, and `*` for `__all__`.
  if (known?.kind === 'module' && !known.module.file.endsWith('/__init__.py'))
    for (const name of isStar ? ['__path__', '__all__'] : ['__path__'])
      if (!known.scope.cells.has(name)) missingOf(it, known.scope, name, node, scope);
  for (const item of node.childrenForFieldName('name')) {
    if (item === null) continue;
    const aliased = item.type === 'aliased_import';
    const name = (aliased ? item.childForFieldName('name') : item)?.text ?? '';
    const own =
      known?.kind !== 'module'
        ? undefined
        : (known.scope.cells.get(name) ?? (isSpawned(known) ? notInMain(it, name, node, scope) : undefined));
    const below = dotted === '' ? name : `${dotted}.${name}`;
    const inside =
      own ??
      load(it, look(below), node, scope, prefix === '' ? below : '') ??
      (known?.kind === 'module' ? missingOf(it, known.scope, name, node, scope) : null);
    if (inside === null && prefix === '') it.sees(below);
    const value = inside ?? (module_ === null ? named(canonical(below)) : UNKNOWN);
    scope.set((aliased ? item.childForFieldName('alias')?.text : name) ?? '', value);
  }
  if (isStar) importAll(scope, module_ ?? [], dotted);
}

/** `from a import *`: what `__all__` lists, or every name without an underscore before it (Language Reference, 7.11). */
function importAll(scope: Scope, from: Value, dotted: string): void {
  const [module_] = from;
  if (module_?.kind !== 'module') {
    for (const name of STAR_NAMES.get(dotted) ?? []) scope.set(name, named(canonical(`${dotted}.${name}`)));
    return;
  }
  const { cells } = module_.scope;
  const [all] = cells.get('__all__') ?? [];
  const listed = all?.kind === 'list' ? [...all.cells.values.values()].map((one) => constantOf(one)) : null;
  for (const [name, value] of [...cells.values]) {
    if (listed === null ? !name.startsWith('_') : listed.includes(name)) scope.set(name, value);
  }
}

/** A module beside the script runs when it is imported first; the packages around it before. */
function load(it: Engine, module_: Module | null, node: Node, scope: Scope, dotted: string): Value | null {
  if (module_ === null) return null;
  const parts = dotted.split('.');
  if (parts.length > 1)
    load(
      it,
      it.modules.find(it.script, parts.slice(0, -1).join('.'), it.paths),
      node,
      scope,
      parts.slice(0, -1).join('.'),
    );
  const known = it.loaded.get(module_);
  const own = known ?? {
    module: module_,
    scope: it.below(`import ${module_.name}`, node, scope.module, () => it.load(module_)),
  };
  const value: One = { kind: 'module', module: module_, scope: own.scope };
  const above = parts.length > 1 ? it.modules.find(it.script, parts.slice(0, -1).join('.'), it.paths) : null;
  const around = above ? it.loaded.get(above) : undefined;
  if (around && parts.at(-1) && !around.scope.cells.has(parts.at(-1) as string))
    around.scope.set(parts.at(-1) as string, [value]);
  return [value];
}

/** `pkg.module`, where it was or can be imported. */
export function findBelow(it: Engine, module_: Module, name: string, node: Node, scope: Scope): Value | null {
  const dotted = `${module_.name}.${name}`;
  return load(it, it.modules.find(it.script, dotted, it.paths), node, scope, dotted);
}

/** `importlib.import_module(name)`; null: which is not known, or it is not beside the script. */
export function importByName(it: Engine, name: Value | undefined, node: Node, scope: Scope): Value {
  const dotted = textOf(name);
  if (dotted === undefined || dotted.startsWith('.')) {
    it.notFollowed(node, scope, 'which module is imported is known only when it runs');
    return UNKNOWN;
  }
  if (dotted === '__main__') return it.mainModule();
  return load(it, find(it, dotted), node, scope, dotted) ?? named(dotted);
}

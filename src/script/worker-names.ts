import { AT_HOME } from './at-home.ts';
import type { Outcome } from './effects.ts';
import { namesOf } from './names.ts';
import type { Node } from './parse.ts';
import type { ClassOne, FunctionOne, One, Value } from './values.ts';

/** A name that a worker looks for and does not find. */
export interface Missing {
  name: string;
  /** What needs it. */
  needed: string;
  node: Node;
}

/** Things that hold things are looked through so far. */
const MOST_HELD = 200;

/**
 * Names that only the main process binds, under `if __name__ == "__main__":`, and that workers need: classes and
 * functions that they are sent are looked up by name when they are unpickled, and what these read when they run.
 */
export function missingNames(main: Outcome, imported: Outcome): Missing[] {
  const own = main.scope.cells;
  const isAbsent = (name: string): boolean => own.has(name) && !imported.scope.cells.has(name);
  const absent = [...own.values.keys()].filter(isAbsent);
  if (absent.length === 0) return [];
  const found = new Map<string, Missing>();
  const add = (name: string, needed: string, node: Node): void => void found.set(name, { name, needed, node });
  const seen = new Set<number>();
  const read = (node: Node, needed: string): void => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    const names = new Set(namesOf(node).later.flatMap(({ reads }) => [...reads]));
    for (const name of names) {
      if (isAbsent(name)) add(name, needed, whereIn(node, name));
      else
        for (const one of own.get(name) ?? []) {
          if (one.kind === 'function' && one.scope === main.scope) read(one.node, `${one.name}()`);
          if (one.kind === 'class' && one.members.module === main.scope.module) readClass(one);
        }
    }
  };
  const readClass = (one: ClassOne): void => {
    for (const [name, value] of one.members.cells.values)
      for (const method of value)
        if (method.kind === 'function' && !AT_HOME.test(name)) read(method.node, `${one.name}.${name}()`);
  };
  for (const effect of main.effects) {
    if (effect.kind !== 'parallel') continue;
    for (const one of heldIn(effect.sent ?? [])) {
      const class_ = one.kind === 'instance' ? one.of : one.kind === 'class' ? one : null;
      if (class_ !== null && class_.members.module === main.scope.module) {
        if (class_.members.outer === main.scope && isAbsent(class_.name))
          add(class_.name, 'what is sent to the workers', class_.node);
        else readClass(class_);
      }
      if (one.kind === 'function' && one.scope === main.scope && one.node.type === 'function_definition') {
        if (isAbsent(one.name)) add(one.name, 'what is sent to the workers', one.node);
        else read(one.node, `${one.name}()`);
      }
    }
  }
  return [...found.values()];
}

/** Whatever is in what is sent. */
function heldIn(values: readonly Value[]): (ClassOne | FunctionOne | One)[] {
  const found = new Set<One>();
  const open: One[] = values.flat();
  for (let one = open.pop(); one !== undefined && found.size < MOST_HELD; one = open.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    if (one.kind === 'list' || one.kind === 'dict' || one.kind === 'instance')
      open.push(...[...one.cells.values.values()].flat());
    if (one.kind === 'name' && one.object) open.push(...[...one.object.cells.values.values()].flat());
    if (one.kind === 'partial')
      open.push(...one.of, ...one.given.positional.flat(), ...[...one.given.keywords.values()].flat());
    if (one.kind === 'function' && one.self) open.push(one.self);
  }
  return [...found];
}

/** Where a name stands first in code that looks it up; an attribute of that name is another thing. */
function whereIn(node: Node, name: string): Node {
  const isIt = (one: Node): boolean => one.text === name && one.parent?.childForFieldName('attribute')?.id !== one.id;
  return (node.descendantsOfType('identifier') as Node[]).find(isIt) ?? node;
}

import type { Outcome } from './effects.ts';
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
/** Methods that run where the model is trained, in the main process. */
const AT_HOME = /^(train|fit|__init__|__init_subclass__|is_trained|setup)$/;

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
  const read = (node: Node | null, needed: string, shadowed: ReadonlySet<string>): void => {
    if (node === null || seen.has(node.id)) return;
    seen.add(node.id);
    const local = new Set([...shadowed, ...boundIn(node)]);
    for (const identifier of namesIn(node)) {
      const name = identifier.text;
      if (local.has(name)) continue;
      if (isAbsent(name)) add(name, needed, identifier);
      else
        for (const one of own.get(name) ?? []) {
          if (one.kind === 'function' && one.scope === main.scope) read(one.node, `${one.name}()`, new Set());
          if (one.kind === 'class' && one.members.module === main.scope.module) readClass(one);
        }
    }
  };
  const readClass = (one: ClassOne): void => {
    for (const [name, value] of one.members.cells.values)
      for (const method of value)
        if (method.kind === 'function' && !AT_HOME.test(name)) read(method.node, `${one.name}.${name}()`, new Set());
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
        else read(one.node, `${one.name}()`, new Set());
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

/** The names that code reads, attributes and names of arguments apart. */
function namesIn(node: Node): Node[] {
  return (node.descendantsOfType('identifier') as Node[]).filter((one) => {
    const around = one.parent;
    if (around?.type === 'attribute') return around.childForFieldName('attribute')?.id !== one.id;
    if (around?.type === 'keyword_argument') return around.childForFieldName('name')?.id !== one.id;
    // Annotations are not looked up when a function runs.
    for (let up = around; up !== null && up.id !== node.id; up = up.parent) if (up.type === 'type') return false;
    return true;
  });
}

/** The names that a function binds itself: its parameters, and what it assigns. */
function boundIn(node: Node): Set<string> {
  const names = new Set<string>();
  const targets: (Node | null)[] = [];
  for (const parameters of [node, ...node.descendantsOfType(['lambda', 'function_definition'])])
    targets.push(parameters?.childForFieldName('parameters') ?? null);
  for (const one of node.descendantsOfType(['assignment', 'augmented_assignment', 'for_statement', 'for_in_clause']))
    targets.push(one?.childForFieldName('left') ?? null);
  for (const one of node.descendantsOfType('as_pattern_target')) targets.push(one);
  for (const one of node.descendantsOfType(['import_statement', 'import_from_statement']))
    for (const item of one?.childrenForFieldName('name') ?? []) targets.push(item?.childForFieldName('alias') ?? item);
  for (const one of node.descendantsOfType(['function_definition', 'class_definition', 'named_expression']))
    if (one && one.id !== node.id) targets.push(one.childForFieldName('name'));
  const isGlobal = new Set(
    node.descendantsOfType('global_statement').flatMap((one) => one?.namedChildren.map((name) => name?.text) ?? []),
  );
  for (const target of targets) {
    if (target?.type === 'identifier') names.add(target.text);
    for (const name of target?.descendantsOfType('identifier') ?? []) if (name) names.add(name.text);
  }
  for (const name of isGlobal) if (name) names.delete(name);
  return names;
}

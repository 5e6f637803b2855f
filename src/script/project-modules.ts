import { statementsOf } from './guards.ts';
import { importsAs, type NamedImport } from './harmless.ts';
import type { Modules } from './modules.ts';
import { namesOf } from './names.ts';
import type { Node } from './parse.ts';
import type { Names } from './uses.ts';
import type { Module } from './values.ts';

/** A module's statements at the top, without its syntax. */
export interface ModuleNames {
  /** Its file; of the script an empty text. */
  key: string;
  names: readonly Names[];
  /** `class`, `function`: definitions. */
  kinds: readonly ('class' | 'function' | 'import' | 'plain' | 'other')[];
  binders: ReadonlyMap<string, readonly number[]>;
  /** What classes are made of, as dotted names, by their places. */
  bases: ReadonlyMap<number, readonly string[]>;
  imports: ReadonlyMap<string, NamedImport>;
  /** What a dotted name of a module is, seen from here. */
  find: (dotted: string, level: number) => ModuleNames | null;
}

/** Modules beside a script that its fix follows; finds none of LensKit's. */
export type FindModule = (dotted: string, from: string | null, level: number) => ModuleNames | null;

export const NO_MODULES: FindModule = () => null;

/** The modules that a script's imports lead to, each taken apart once, as data: trees may be freed. */
export function projectModules(file: string, modules: Modules): FindModule {
  const known = new Map<string, ModuleNames | null>();
  const byFile = new Map<string, ModuleNames>();
  const origins = new Map<string, Module>();
  const find: FindModule = (dotted, from, level) => {
    if (/^lenskit(\.|$)/.test(dotted)) return null;
    const key = `${level > 0 ? from : ''} ${level} ${dotted}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, null);
    const origin = origins.get(from ?? '');
    const found =
      level > 0 ? origin !== undefined && modules.findRelative(origin, level, dotted) : modules.find(file, dotted);
    if (!found) return null;
    const own = byFile.get(found.file) ?? moduleNames(found.file, statementsOf(found.source.parsed.root), find);
    byFile.set(found.file, own);
    origins.set(found.file, found);
    known.set(key, own);
    return own;
  };
  return find;
}

export function moduleNames(
  file: string,
  statements: readonly Node[],
  find: FindModule,
  given?: readonly Names[],
): ModuleNames {
  const names = given ?? statements.map((node) => namesOf(node));
  const binders = new Map<string, number[]>();
  for (const [at, { binds }] of names.entries())
    for (const name of binds) {
      const before = binders.get(name);
      if (before) before.push(at);
      else binders.set(name, [at]);
    }
  const imports = new Map(statements.flatMap((node) => [...inside(node)]));
  return {
    key: file,
    names,
    kinds: statements.map(kindOf),
    binders,
    bases: new Map(statements.flatMap((node, at) => (kindOf(node) === 'class' ? [[at, basesOf(node)] as const] : []))),
    imports,
    find: (dotted, level) => find(dotted, file === '' ? null : file, level),
  };
}

/** Imports of a statement, also of an optional one. */
function inside(node: Node): Map<string, NamedImport> {
  if (!/^(try|if)_statement$/.test(node.type)) return importsAs(node);
  return new Map(
    node
      .descendantsOfType(['import_statement', 'import_from_statement'])
      .flatMap((one) => (one ? [...importsAs(one)] : [])),
  );
}

function basesOf(node: Node): string[] {
  const definition = node.type === 'decorated_definition' ? node.childForFieldName('definition') : node;
  const list = definition?.childForFieldName('superclasses')?.namedChildren ?? [];
  return list.flatMap((one) => /^[\w.]+/.exec(one?.text ?? '')?.[0] ?? []);
}

function kindOf(node: Node): ModuleNames['kinds'][number] {
  const definition = node.type === 'decorated_definition' ? node.childForFieldName('definition') : node;
  if (definition?.type === 'class_definition') return 'class';
  if (definition?.type === 'function_definition') return 'function';
  if (/^import/.test(node.type)) return 'import';
  const [assignment] = node.namedChildren;
  const right = assignment?.type === 'assignment' ? assignment.childForFieldName('right') : null;
  if (right?.type === 'lambda') return 'function';
  return right && /^(integer|float|string|true|false|none|concatenated_string)$/.test(right.type) ? 'plain' : 'other';
}

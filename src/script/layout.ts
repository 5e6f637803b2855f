import { AT_HOME } from './at-home.ts';
import { LOOKING } from './changes.ts';
import { asksForName, isGuard } from './guards.ts';
import { importedAs, isDefinition, isHarmless } from './harmless.ts';
import { type Names, namesOf } from './names.ts';
import { type Node, placeOf } from './parse.ts';
import { type FindModule, moduleNames, NO_MODULES } from './project-modules.ts';
import { State } from './state.ts';

/** A script's statements at the top, and what they do with its names. */
export interface Layout {
  statements: readonly Node[];
  names: readonly Names[];
  /** `guard`: it is one already. */
  kinds: readonly ('guard' | 'work' | 'harmless')[];
  /** Places of the statements that bind a name, that change it, that look it up when they run, and later. */
  binders: ReadonlyMap<string, readonly number[]>;
  changers: ReadonlyMap<string, readonly number[]>;
  readers: ReadonlyMap<string, readonly number[]>;
  laterReaders: ReadonlyMap<string, readonly number[]>;
  /** Names that functions bind or change, whenever they run. */
  changedLater: ReadonlySet<string>;
  /** Other names of a name's object, or of a part of it: `b = a`, `b = a["x"]`. */
  aliases: ReadonlyMap<string, ReadonlySet<string>>;
  /** What they may change through what they call. */
  state: State;
  /** Names of LensKit's components that the script defines, and what their methods look up in a worker. */
  components: ReadonlySet<string>;
}

export function layoutOf(statements: readonly Node[], find: FindModule = NO_MODULES): Layout {
  const lazyAnnotations = statements.some(
    (node) => node.type === 'future_import_statement' && /\bannotations\b/.test(node.text),
  );
  const names = statements.map((node) => namesOf(node, lazyAnnotations));
  const index = (of: (names: Names) => Iterable<string>): Map<string, number[]> => {
    const found = new Map<string, number[]>();
    for (const [at, one] of names.entries())
      for (const name of new Set(of(one))) {
        const before = found.get(name);
        if (before) before.push(at);
        else found.set(name, [at]);
      }
    return found;
  };
  const binders = index(({ binds }) => binds);
  const changedLater = new Set(names.flatMap(({ later }) => later.flatMap((one) => [...one.binds, ...one.changes])));
  const imported = new Map(statements.flatMap((node) => [...importedAs(node)]));
  const meaning = (name: string): string | null => {
    const bound = binders.get(name) ?? [];
    if (changedLater.has(name) && !imported.has(name)) return null;
    if (bound.length === 0) return `builtins.${name}`;
    return bound.every((at) => /^import/.test(statements[at]?.type ?? '')) ? (imported.get(name) ?? null) : null;
  };
  const state = new State(moduleNames('', statements, find, names), (at) => operates(statements[at] as Node));
  for (const own of names) {
    for (const name of changedByFunctions(own, state, imported)) own.changes.delete(name);
    for (const name of handed(own, state, meaning)) own.hands.add(name);
  }
  // What operators run is called, too.
  for (const [at, own] of names.entries()) own.calls ||= state.isOperated(at);
  return {
    statements,
    names,
    kinds: statements.map((node, at) => {
      if (isGuard(node)) return 'guard';
      if (asksForName(node)) return 'harmless';
      if (!isHarmless(node, meaning)) return 'work';
      return !isDefinition(node) && state.isOperatedWork(at) ? 'work' : 'harmless';
    }),
    binders,
    changers: index(({ changes }) => changes),
    readers: index(({ reads }) => reads),
    laterReaders: index(({ later }) => later.flatMap(({ reads }) => [...reads])),
    changedLater,
    aliases: aliasesOf(statements),
    state,
    components: componentNames(statements, names, meaning),
  };
}

const OPERATES = [
  'subscript',
  'attribute',
  'binary_operator',
  'unary_operator',
  'not_operator',
  'comparison_operator',
  'boolean_operator',
  'augmented_assignment',
  'conditional_expression',
  'interpolation',
  'for_in_clause',
  'pattern_list',
  'tuple_pattern',
  'list_pattern',
  'list_splat',
  'dictionary_splat',
  'if_statement',
  'while_statement',
  'delete_statement',
];

/** There is more in it than names: an operator, an item, a class that is made of another. */
function operates(node: Node): boolean {
  if (isDefinition(node)) return true;
  return node.descendantsOfType(OPERATES).length > 0;
}

/** Libraries of which a function does not change what others look up, but for those that set something. */
export const LIBRARIES =
  /^(os|sys|time|json|csv|math|random|logging|warnings|pathlib|shutil|subprocess|itertools|functools|pickle|gc|datetime|re|platform|numpy|pandas|polars|scipy|matplotlib|seaborn|lenskit|tqdm|joblib|torch|sklearn|gzip|zipfile|urllib|requests|wandb|mlflow)(\.|$)/;
const SETS = /^(set|reset|config|enable|disable|register|unregister|use|option|init|seed|load_|update|patch|monkey)/;

/** Names that stand for modules, of which a statement calls functions and changes nothing: what these change is known otherwise. */
function changedByFunctions(own: Names, state: State, imported: ReadonlyMap<string, string>): string[] {
  if (own.changes.size === 0) return [];
  const isWritten = new Set([...own.writes].map((chain) => chain.split(/[.(]/, 1)[0]));
  return [...own.changes].filter((name) => {
    if (isWritten.has(name)) return false;
    if (state.isModuleName(name)) return true;
    const methods = own.methods.filter(([chain]) => chain.split('.', 1)[0] === name);
    const isPlain = methods.length > 0 && methods.every(([, method]) => !SETS.test(method));
    return isPlain && LIBRARIES.test(imported.get(name) ?? '') && /^[\w.]+$/.test(imported.get(name) ?? '');
  });
}

/** Names that it hands to a call that may change what it is given: all but LensKit's, and functions that are seen not to. */
function handed(own: Names, state: State, meaning: (name: string) => string | null): string[] {
  return own.given.flatMap(([to, chain]) => {
    if (LOOKING.test(to) || /^lenskit(\.|$)/.test(meaning(to.split('.', 1)[0] ?? '') ?? '')) return [];
    return state.mayChangeGiven(to) === false ? [] : (chain.split('.', 1)[0] ?? []);
  });
}

function aliasesOf(statements: readonly Node[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const statement of statements) {
    const [assignment] = statement.namedChildren;
    if (assignment?.type !== 'assignment') continue;
    const left = assignment.childForFieldName('left');
    let right = assignment.childForFieldName('right');
    while (right && /^(attribute|subscript)$/.test(right.type)) right = right.namedChildren[0] ?? null;
    if (left?.type !== 'identifier' || right?.type !== 'identifier') continue;
    found.set(right.text, (found.get(right.text) ?? new Set()).add(left.text));
    found.set(left.text, (found.get(left.text) ?? new Set()).add(right.text));
  }
  return found;
}

/** Classes of the script that LensKit's workers run the methods of, and what these look up. */
function componentNames(
  statements: readonly Node[],
  names: readonly Names[],
  meaning: (name: string) => string | null,
): Set<string> {
  const found = new Set<string>();
  const classes = new Set<string>();
  for (const [at, statement] of statements.entries()) {
    const node = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : statement;
    if (node?.type !== 'class_definition') continue;
    const bases = (node.childForFieldName('superclasses')?.namedChildren ?? []).map((base) => base?.text ?? '');
    const isComponent = bases.some((base) => {
      const first = /^\w+/.exec(base)?.[0] ?? '';
      return classes.has(first) || /^lenskit(\.|$)/.test(meaning(first) ?? '');
    });
    if (!isComponent) continue;
    const name = node.childForFieldName('name')?.text ?? '';
    classes.add(name);
    found.add(name);
    for (const method of names[at]?.later ?? [])
      if (!AT_HOME.test(method.name)) for (const one of method.reads) found.add(one);
  }
  return found;
}

/** False where all that a name is bound to stays as it is: modules, functions, classes, numbers and texts. */
export function isMutable({ binders, statements }: Layout, name: string): boolean {
  return (binders.get(name) ?? []).some((at) => {
    const node = statements[at] as Node;
    if (isDefinition(node) || /^(import|future_import|type_alias)/.test(node.type)) return false;
    const [assignment] = node.namedChildren;
    const right = assignment?.type === 'assignment' ? assignment.childForFieldName('right') : null;
    return !(right && /^(integer|float|string|true|false|none|concatenated_string)$/.test(right.type));
  });
}

export function lineOf({ statements }: Layout, at: number): number {
  return placeOf(statements[at] as Node).line;
}

import { boundBy, captured, declared, parameterNames, parametersOf, targets, typeParameters } from './bound-names.ts';
import { callIn, chainOf, changeIn, given, importedIn, looksUp, returned, runs } from './changes.ts';
import type { Node } from './parse.ts';
import { isPlainTable } from './plain-tables.ts';
import { type Block, bind, type Later, type Names, read, uses, type Walk } from './uses.ts';

export type { Names } from './uses.ts';

/** Names of a statement at the top of a module. Without recursion: a chain of operands is as deep as it is long. */
export function namesOf(statement: Node, lazyAnnotations = false): Names {
  const names: Names = { ...uses(), later: [], calls: false, hands: new Set(), star: false, aliases: new Map() };
  const of: Walk = { names, lazyAnnotations, open: [] };
  const own = { locals: new Set<string>(), globals: new Set<string>(), parameters: [], isMethod: false };
  const top: Block = { ...own, kind: 'module', aliases: names.aliases, outer: null, sink: names, of };
  visit(statement, top);
  for (let next = of.open.pop(); next !== undefined; next = of.open.pop()) next();
  return names;
}

type Task = Node | null | undefined | (() => void) | readonly (Node | null | undefined)[];

/** The first is done first. */
function then(block: Block, ...tasks: Task[]): void {
  for (const task of tasks.flat().reverse())
    if (typeof task === 'function') block.of.open.push(task);
    else if (task) block.of.open.push(() => visit(task, block));
}

function visit(node: Node, block: Block): void {
  const rule = RULES[node.type];
  if (rule) rule(node, block);
  else if (isPlainTable(node)) return;
  else if (node.namedChildCount > 0) then(block, node.namedChildren);
}

type Rule = (node: Node, block: Block) => void;

const nothing: Rule = () => {};

const calls: Rule = (node, block) => {
  called(block);
  then(block, node.namedChildren);
};

/** Every form of Python that binds or looks up names otherwise than by its parts in their order. */
const RULES: { readonly [type: string]: Rule } = {
  identifier: (node, block) => read(node.text, block),
  comment: nothing,
  integer: nothing,
  float: nothing,
  string_start: nothing,
  string_content: nothing,
  string_end: nothing,
  type_conversion: nothing,
  nonlocal_statement: nothing,
  attribute: (node, block) => {
    looksUp(node, block);
    then(block, node.childForFieldName('object'));
  },
  keyword_argument: (node, block) => then(block, node.childForFieldName('value')),
  assignment: (node, block) => {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    // In functions the annotation of a name is not evaluated (PEP 526).
    const type = isEvaluated(block) ? node.childForFieldName('type') : null;
    if (left?.type === 'identifier') alias(left, right, block);
    // `x: int` alone binds nothing.
    const isBound = right !== null || left?.type !== 'identifier';
    then(block, right, type, () => target(isBound ? left : null, block));
  },
  augmented_assignment: (node, block) => {
    const left = node.childForFieldName('left');
    then(block, left, node.childForFieldName('right'), () => target(left, block));
  },
  named_expression: (node, block) => {
    const name = node.childForFieldName('name');
    then(block, node.childForFieldName('value'), () => bind(name?.text, aroundComprehensions(block)));
  },
  for_statement: (node, block) => {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (left?.type === 'identifier') alias(left, right, block);
    then(
      block,
      right,
      () => target(left, block),
      node.childForFieldName('body'),
      node.childForFieldName('alternative'),
    );
  },
  as_pattern: (node, block) => then(block, node.namedChildren[0], () => target(node.childForFieldName('alias'), block)),
  delete_statement: (node, block) =>
    then(block, node.namedChildren, () => target(node.namedChildren[0] ?? null, block)),
  import_statement: imports,
  import_from_statement: imports,
  future_import_statement: imports,
  global_statement: (node, block) => {
    for (const name of node.namedChildren) if (name) block.globals.add(name.text);
  },
  function_definition: (node, block) => {
    const defaults = parametersOf(node).map((one) => one.childForFieldName('value'));
    const annotations = block.of.lazyAnnotations ? [] : annotationsOf(node);
    const typed = withTypes(node, block);
    const inner = within(node, typed, node.childForFieldName('name')?.text ?? '', defaults);
    then(
      block,
      defaults,
      () => then(typed, annotations),
      () => bind(node.childForFieldName('name')?.text, block),
      () => then(inner, node.childForFieldName('body')),
    );
  },
  lambda: (node, block) => {
    const defaults = parametersOf(node).map((one) => one.childForFieldName('value'));
    const inner = within(node, block, '', defaults);
    then(block, defaults, () => then(inner, node.childForFieldName('body')));
  },
  class_definition: (node, block) => {
    const typed = withTypes(node, block);
    const inner: Block = { ...block, kind: 'class', locals: new Set(), globals: new Set(), outer: typed };
    const superclasses = node.childForFieldName('superclasses');
    if (superclasses?.namedChildren.some((one) => one?.type === 'keyword_argument')) called(block);
    then(
      typed,
      superclasses,
      () => then(inner, node.childForFieldName('body')),
      () => bind(node.childForFieldName('name')?.text, block),
    );
  },
  decorated_definition: (node, block) => {
    for (const one of node.namedChildren)
      if (one?.type === 'decorator' && one.namedChildren[0]) runs(one.namedChildren[0], block);
    calls(node, block);
  },
  type_alias_statement: (node, block) => {
    // What it stands for is looked up when somebody asks (PEP 695).
    const inner = laterBlock(
      block,
      '',
      new Set(typeParameters(node.childForFieldName('left')?.namedChildren[0] ?? node)),
    );
    for (const name of boundBy(node)) bind(name, block);
    then(inner, node.childForFieldName('right'));
  },
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  call: (node, block) => {
    callIn(node, block);
    calls(node, block);
  },
  return_statement: (node, block) => {
    returned(node, block);
    then(block, node.namedChildren);
  },
  await: calls,
  print_statement: calls,
  exec_statement: calls,
  expression_statement: (node, block) => {
    const [only] = node.namedChildren;
    const call = only?.type === 'await' ? only.namedChildren[0] : only;
    if (call?.type === 'call') given(call, block);
    then(block, node.namedChildren);
  },
  case_pattern: pattern,
};

/** Of what is looked up only where the block is a class or module. */
function isEvaluated(block: Block): boolean {
  return !block.of.lazyAnnotations && (block.kind === 'module' || block.kind === 'class');
}

function called(block: Block): void {
  if (block.sink === block.of.names) block.of.names.calls = true;
}

function aroundComprehensions(block: Block): Block {
  let around = block;
  while (around.kind === 'comprehension' && around.outer) around = around.outer;
  return around;
}

/** `b = a`, `b = a["x"]`, `for b in a`: who changes the one changes the other. */
function alias(left: Node, right: Node | null, block: Block): void {
  const of = right && chainOf(right);
  if (of) block.aliases.set(left.text, of.isGiven ? `${of.chain}()` : of.chain);
}

/** What is assigned to: names are bound, and of what is more the object is changed. */
function target(node: Node | null, block: Block): void {
  for (const one of targets(node)) {
    if (one.type === 'identifier') bind(one.text, block);
    else {
      changeIn(one, block);
      then(block, one);
    }
  }
}

function imports(node: Node, block: Block): void {
  if (node.namedChildren.some((child) => child?.type === 'wildcard_import')) block.of.names.star = true;
  importedIn(node, block);
  for (const name of boundBy(node)) bind(name, block);
}

/** The first thing that is gone through is evaluated outside. */
function comprehension(node: Node, block: Block): void {
  const clauses = node.namedChildren.filter((child) => child?.type === 'for_in_clause') as Node[];
  const [first] = clauses;
  const locals = new Set(clauses.flatMap((one) => targets(one.childForFieldName('left'))).map((one) => one.text));
  const inner: Block = { ...block, kind: 'comprehension', locals, globals: new Set(), outer: block };
  const parts = node.namedChildren.flatMap((child): (Node | null)[] => {
    if (child?.type !== 'for_in_clause') return [child];
    return child.id === first?.id ? [] : [child.childForFieldName('right')];
  });
  then(block, first?.childForFieldName('right'), () => then(inner, parts));
}

function pattern(node: Node, block: Block): void {
  const { binds, reads } = captured(node);
  for (const name of reads) read(name, block);
  for (const name of binds) bind(name, block);
}

function annotationsOf(node: Node): (Node | null)[] {
  return [...parametersOf(node).map((one) => one.childForFieldName('type')), node.childForFieldName('return_type')];
}

/** Type parameters are seen from annotations and superclasses; what bounds them is looked up when somebody asks (PEP 695). */
function withTypes(node: Node, block: Block): Block {
  const own = typeParameters(node);
  if (own.length === 0) return block;
  const typed: Block = { ...block, kind: 'comprehension', locals: new Set(own), globals: new Set(), outer: block };
  then(laterBlock(typed, '', new Set()), node.childForFieldName('type_parameters'));
  return typed;
}

/** The body of a function or lambda: it runs later, and its names are known before it does. */
function within(node: Node, block: Block, name: string, defaults: readonly (Node | null)[]): Block {
  const parameters = parameterNames(node);
  const inner = laterBlock(block, name, new Set(parameters));
  inner.parameters = parameters;
  inner.isMethod = block.kind === 'class';
  const body = node.childForFieldName('body');
  const own = body ? declared(body) : null;
  for (const one of own?.locals ?? []) inner.locals.add(one);
  for (const one of own?.globals ?? []) inner.globals.add(one);
  // What a default holds is there in the next call, too.
  inner.sink.hasState ||= defaults.some(
    (one) => one !== null && /^(list|dictionary|set|call|identifier)$/.test(one.type),
  );
  return inner;
}

function laterBlock(block: Block, name: string, locals: Set<string>): Block {
  let sink = block.sink;
  if (sink === block.of.names) {
    const later: Later = { ...uses(), name };
    block.of.names.later.push(later);
    sink = later;
  }
  const own = {
    locals,
    globals: new Set<string>(),
    aliases: new Map<string, string>(),
    parameters: [],
    isMethod: false,
  };
  return { ...own, kind: 'function', outer: block, sink, of: block.of };
}

import { boundBy, captured, declared, parameterNames, parametersOf, targets, typeParameters } from './bound-names.ts';
import type { Node } from './parse.ts';

/** What code does with names of the module. */
export interface Uses {
  /** Names that it binds, or deletes. */
  binds: Set<string>;
  /** Names that it looks up. */
  reads: Set<string>;
  /** Names whose object it changes: `a.b = 1`, `a[0] = 1`, `a.append(1)`. */
  changes: Set<string>;
}

/** A function that a statement defines; of a class each method. */
export interface Later extends Uses {
  name: string;
}

/** What a statement at the top does with names: when it runs, and later, in what it defines. */
export interface Names extends Uses {
  later: Later[];
  /** Something is called when it runs. */
  calls: boolean;
  /** Names whose objects it hands to a call that may change them: `shuffle(a)`, `fill(into=a)`, `f([a])`. */
  hands: Set<string>;
  /** `from … import *`: it binds names that are not known. */
  star: boolean;
}

/** A block with names of its own (Language Reference, 4.2.1). */
interface Block {
  kind: 'module' | 'class' | 'function' | 'comprehension';
  /** A class's so far, a function's all. */
  locals: Set<string>;
  globals: Set<string>;
  outer: Block | null;
  sink: Uses;
  of: Walk;
}

interface Walk {
  names: Names;
  /** Annotations are not evaluated: `from __future__ import annotations`. */
  lazyAnnotations: boolean;
  open: (() => void)[];
}

/** Names of a statement at the top of a module. Without recursion: a chain of operands is as deep as it is long. */
export function namesOf(statement: Node, lazyAnnotations = false): Names {
  const names: Names = { ...uses(), later: [], calls: false, hands: new Set(), star: false };
  const of: Walk = { names, lazyAnnotations, open: [] };
  const top: Block = { kind: 'module', locals: new Set(), globals: new Set(), outer: null, sink: names, of };
  visit(statement, top);
  for (let next = of.open.pop(); next !== undefined; next = of.open.pop()) next();
  return names;
}

function uses(): Uses {
  return { binds: new Set(), reads: new Set(), changes: new Set() };
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
  attribute: (node, block) => then(block, node.childForFieldName('object')),
  keyword_argument: (node, block) => then(block, node.childForFieldName('value')),
  assignment: (node, block) => {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    // In functions the annotation of a name is not evaluated (PEP 526).
    const type = isEvaluated(block) ? node.childForFieldName('type') : null;
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
  for_statement: (node, block) =>
    then(
      block,
      node.childForFieldName('right'),
      () => target(node.childForFieldName('left'), block),
      node.childForFieldName('body'),
      node.childForFieldName('alternative'),
    ),
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
    const inner = within(node, typed, node.childForFieldName('name')?.text ?? '');
    then(
      block,
      defaults,
      () => then(typed, annotations),
      () => bind(node.childForFieldName('name')?.text, block),
      () => then(inner, node.childForFieldName('body')),
    );
  },
  lambda: (node, block) => {
    const inner = within(node, block, '');
    then(
      block,
      parametersOf(node).map((one) => one.childForFieldName('value')),
      () => then(inner, node.childForFieldName('body')),
    );
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
  decorated_definition: calls,
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
    handed(node, block);
    calls(node, block);
  },
  await: calls,
  print_statement: calls,
  exec_statement: calls,
  expression_statement: (node, block) => {
    const [only] = node.namedChildren;
    const call = only?.type === 'await' ? only.namedChildren[0] : only;
    if (call?.type === 'call') changedBy(call, block);
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

/** A class's names are seen from its own statements alone. */
function read(name: string, block: Block): void {
  for (let at: Block | null = block; at !== null; at = at.outer) {
    if (at.kind === 'class' && at !== block) {
      // A method's own (Reference, 3.3.3.6).
      if (name === '__class__') return;
      continue;
    }
    if (at.globals.has(name)) break;
    if (at.kind !== 'module' && at.locals.has(name)) return;
  }
  block.sink.reads.add(name);
}

function bind(name: string | undefined, block: Block): void {
  if (name === undefined) return;
  if (block.kind === 'module' || block.globals.has(name)) block.sink.binds.add(name);
  else if (block.kind === 'class') block.locals.add(name);
}

/** What is assigned to: names are bound, and of what is more the object is changed. */
function target(node: Node | null, block: Block): void {
  for (const one of targets(node)) {
    if (one.type === 'identifier') bind(one.text, block);
    else {
      change(one, block);
      then(block, one);
    }
  }
}

/** The name that `a.b[0].c()` begins with. */
function baseOf(node: Node | null): Node | null {
  let at = node;
  while (at && /^(attribute|subscript|call|await|parenthesized_expression)$/.test(at.type)) {
    const inner: Node | null = at.namedChildren[0] ?? null;
    if (at.type === 'call' && inner?.type === 'identifier') return null;
    at = inner;
  }
  return at?.type === 'identifier' ? at : null;
}

function change(node: Node | null, block: Block): void {
  const base = baseOf(node);
  if (base === null) return;
  read(base.text, block);
  if (block.sink.reads.has(base.text)) block.sink.changes.add(base.text);
}

/** A call for what it does alone may change what it is called on; where nobody sees when it is made, also what it is given. */
function changedBy(call: Node, block: Block): void {
  const callee = call.childForFieldName('function');
  if (callee?.type === 'attribute') change(callee, block);
  if (block.sink === block.of.names || callee?.text === 'print') return;
  for (const given of call.childForFieldName('arguments')?.namedChildren ?? [])
    change(given?.type === 'keyword_argument' ? given.childForFieldName('value') : given, block);
}

/** Calls that change nothing of what they are given. */
const LOOKING =
  /^(print|len|str|repr|int|float|bool|list|tuple|set|frozenset|dict|sorted|reversed|enumerate|zip|range|min|max|sum|any|all|iter|type|id|hash|isinstance|issubclass|hasattr|getattr|callable|format|abs|round|map|filter)$/;

/** What a call at the top is given may be changed by it; `setattr(a, …)` does nothing else. */
function handed(call: Node, block: Block): void {
  if (block.sink !== block.of.names) return;
  const callee = call.childForFieldName('function')?.text ?? '';
  const given = call.childForFieldName('arguments')?.namedChildren ?? [];
  if (callee === 'setattr' || callee === 'delattr') change(given[0] ?? null, block);
  if (LOOKING.test(callee)) return;
  const open: (Node | null)[] = [...given];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node?.type === 'identifier') block.of.names.hands.add(node.text);
    else if (node?.type === 'keyword_argument') open.push(node.childForFieldName('value'));
    else if (
      node &&
      /^(list|tuple|dictionary|pair|set|list_splat|dictionary_splat|parenthesized_expression)$/.test(node.type)
    )
      open.push(...node.namedChildren);
    else if (node && /^(attribute|subscript)$/.test(node.type)) {
      const base = baseOf(node);
      if (base !== null) block.of.names.hands.add(base.text);
    }
  }
}

function imports(node: Node, block: Block): void {
  if (node.namedChildren.some((child) => child?.type === 'wildcard_import')) block.of.names.star = true;
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
function within(node: Node, block: Block, name: string): Block {
  const inner = laterBlock(block, name, new Set(parameterNames(node)));
  const body = node.childForFieldName('body');
  const own = body ? declared(body) : null;
  for (const one of own?.locals ?? []) inner.locals.add(one);
  for (const one of own?.globals ?? []) inner.globals.add(one);
  return inner;
}

function laterBlock(block: Block, name: string, locals: Set<string>): Block {
  let sink = block.sink;
  if (sink === block.of.names) {
    const later: Later = { ...uses(), name };
    block.of.names.later.push(later);
    sink = later;
  }
  return { kind: 'function', locals, globals: new Set(), outer: block, sink, of: block.of };
}

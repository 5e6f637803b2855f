import type { Node } from './parse.ts';
import { type Import, type Reference, type Rule, type Symbols, Table, type Task, type Unit } from './symbol-table.ts';

/** The unit of what stands under `if __name__ == "__main__":`, which no import runs. */
export const MAIN_BLOCK = 'if __name__ == "__main__"';

/** Reads which names a module binds, and where it uses them; in the order of the text, once, whatever it nests. */
export function symbolsOf(root: Node): Symbols {
  return new Table(RULES).read(root);
}

const nothing: Rule = () => {};
/** What is inside is used as the whole is. */
const alike: Rule = (table, task) => table.children(task);
const unused: Rule = (table, task) => table.children(task, { handsOn: false });
const perhaps: Rule = (table, task) => table.children(task, { always: false, handsOn: true });

/** Built-in functions that look at a class and make nothing of it. */
const LOOKS = /^(isinstance|issubclass|help|print|repr|str|dir|vars|id|hash|type|hasattr|cast)$/;

const IS_MAIN = /^\(?\s*__name__\s*==\s*(['"])__main__\1\s*\)?$/;

/** What each kind of syntax binds and uses; of others what is inside is used. */
const RULES: { readonly [type: string]: Rule } = {
  comment: nothing,
  string_content: nothing,
  integer: nothing,
  type_parameter: nothing,
  type_alias_statement: nothing,
  future_import_statement: nothing,
  dotted_name: nothing,
  identifier: (table, task) => void table.reference(task),
  attribute: (table, task) => {
    if (table.reference(task) !== null) return;
    let base: Node | null = task.node;
    while (base?.type === 'attribute') base = base.childForFieldName('object');
    table.later(task, base, { handsOn: true });
  },

  expression_statement: unused,
  interpolation: unused,
  comparison_operator: unused,
  not_operator: unused,
  tuple: alike,
  list: alike,
  set: alike,
  expression_list: alike,
  parenthesized_expression: alike,
  argument_list: alike,
  boolean_operator: alike,
  conditional_expression: (table, task) => {
    const [then, condition, otherwise] = task.node.namedChildren.filter((child) => child?.type !== 'comment');
    table.later(task, otherwise ?? null);
    table.later(task, then ?? null);
    table.later(task, condition ?? null, { handsOn: false });
  },
  // `A | B` is a type.
  binary_operator: (table, task) =>
    table.children(task, { handsOn: task.node.childForFieldName('operator')?.text !== '|' }),
  keyword_argument: (table, task) => table.later(task, task.node.childForFieldName('value')),
  call: (table, task) => {
    const callee = task.node.childForFieldName('function');
    const looks = callee?.type === 'identifier' && LOOKS.test(callee.text);
    table.later(task, task.node.childForFieldName('arguments'), { handsOn: !looks });
    table.later(task, callee, { handsOn: true });
  },
  // `Trainer[ItemKNNScorer]`, `seconds[ItemKNNScorer]`
  subscript: (table, task) => {
    for (const index of task.node.childrenForFieldName('subscript').reverse())
      table.later(task, index, { handsOn: false });
    table.later(task, task.node.childForFieldName('value'), { handsOn: true });
  },

  if_statement: (table, task) => {
    const condition = task.node.childForFieldName('condition');
    const isMain = task.block === table.top && condition !== null && IS_MAIN.test(condition.text);
    if (!isMain) return conditional(table, task);
    const body = task.node.childForFieldName('consequence');
    for (const child of task.node.namedChildren.toReversed()) {
      const unit = child?.id === body?.id ? table.unitNamed(MAIN_BLOCK) : task.unit;
      table.later(task, child, { unit, always: false });
    }
  },
  elif_clause: conditional,
  while_statement: conditional,
  else_clause: perhaps,
  try_statement: perhaps,
  except_clause: perhaps,
  except_group_clause: perhaps,
  case_clause: perhaps,
  case_pattern: (table, task) => {
    const open: (Node | null)[] = [task.node];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      // A name alone takes what is matched; a class with parentheses is compared.
      const isName = node?.type === 'identifier' || (node?.type === 'dotted_name' && node.namedChildCount === 1);
      if (node && isName) table.bind(task, node.text, node.endIndex);
      else for (const child of node?.namedChildren.slice(node.type === 'class_pattern' ? 1 : 0) ?? []) open.push(child);
    }
  },
  for_statement: (table, task) => {
    const left = task.node.childForFieldName('left');
    table.later(task, task.node.childForFieldName('alternative'), { always: false });
    table.later(task, task.node.childForFieldName('body'), { always: false });
    table.later(task, task.node.childForFieldName('right'), { handsOn: true });
    table.bindAll({ ...task, always: false }, left, left?.endIndex ?? 0);
  },
  as_pattern: (table, task) => {
    const [what] = task.node.namedChildren;
    table.bindAll(task, task.node.childForFieldName('alias'), task.node.endIndex);
    table.later(task, what ?? null);
  },

  assignment: assign,
  named_expression: (table, task) => {
    const [name, value] = [task.node.childForFieldName('name'), task.node.childForFieldName('value')];
    if (name) give(table, { ...task, always: false }, name, value);
    table.later(task, value, { handsOn: true });
  },
  delete_statement: (table, task) => table.bindAll(task, task.node.namedChildren[0] ?? null, task.node.endIndex),
  global_statement: (table, { node, block }) => {
    for (const name of node.namedChildren) if (name && block !== table.top) block.elsewhere.set(name.text, table.top);
  },
  nonlocal_statement: (_, { node, block }) => {
    let outer = block.parent;
    while (outer !== null && outer.kind !== 'function') outer = outer.parent;
    for (const name of node.namedChildren) if (name && outer !== null) block.elsewhere.set(name.text, outer);
  },

  import_statement: (table, task) => {
    for (const item of task.node.childrenForFieldName('name')) {
      const alias = item?.childForFieldName('alias')?.text;
      const dotted = (item?.type === 'aliased_import' ? item.childForFieldName('name') : item)?.text ?? '';
      const module_ = withoutSpace(dotted);
      table.imports(task, { level: 0, module: module_, name: null });
      const [top = ''] = module_.split('.', 1);
      const bound: Import = { level: 0, module: alias === undefined ? top : module_, name: null };
      table.bind(task, alias ?? top, task.node.endIndex, { import: bound });
    }
  },
  import_from_statement: (table, task) => {
    const from = withoutSpace(task.node.childForFieldName('module_name')?.text ?? '');
    const level = /^\.*/.exec(from)?.[0].length ?? 0;
    const module_ = from.slice(level);
    for (const item of task.node.childrenForFieldName('name')) {
      const name = (item?.type === 'aliased_import' ? item.childForFieldName('name') : item)?.text ?? '';
      const what: Import = { level, module: module_, name };
      table.imports(task, what);
      const alias = item?.childForFieldName('alias')?.text;
      table.bind(task, alias ?? name, task.node.endIndex, { import: what });
    }
    if (task.node.namedChildren.some((child) => child?.type === 'wildcard_import'))
      table.imports(task, { level, module: module_, name: '*' });
  },

  decorated_definition: (table, task) => table.children(task, { decorated: true, handsOn: true }),
  function_definition: (table, task) => {
    const { name, unit } = table.unitOf(task);
    table.bind(task, task.node.childForFieldName('name')?.text ?? '', task.node.startIndex, { unit: name });
    enter(table, task, unit);
  },
  lambda: (table, task) => enter(table, task, task.unit),
  class_definition: (table, task) => {
    const { name, unit } = table.unitOf(task);
    const inside = { ...task, unit, handsOn: false };
    const from: Reference[] = [];
    for (const base of task.node.childForFieldName('superclasses')?.namedChildren ?? []) {
      const plain =
        base && /^(identifier|attribute)$/.test(base.type) ? table.reference({ ...inside, node: base }) : null;
      if (plain !== null) from.push(plain);
      else table.later(inside, base);
    }
    table.bind(task, task.node.childForFieldName('name')?.text ?? '', task.node.endIndex, { unit: name, from });
    const block = table.block('class', task);
    table.later(inside, task.node.childForFieldName('body'), { block, always: true });
  },
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  for_in_clause: (table, task) => {
    const left = task.node.childForFieldName('left');
    table.bindAll(task, left, 0);
    for (const right of task.node.childrenForFieldName('right')) table.later(task, right, { handsOn: true });
  },
};

function conditional(table: Table, task: Task): void {
  const condition = task.node.childForFieldName('condition');
  for (const child of task.node.namedChildren.toReversed())
    table.later(task, child, { always: false, handsOn: child?.id !== condition?.id });
}

/** The parts that are made with the names they bind begin with; what is used anywhere inside is theirs. */
function comprehension(table: Table, task: Task): void {
  table.children(task, { block: table.block('comprehension', task), always: true, handsOn: true });
}

/** The defaults of a function are evaluated outside of it, its body inside. */
function enter(table: Table, task: Task, unit: Unit): void {
  const block = table.block('function', task);
  const inside: Task = { ...task, block, unit, always: true, handsOn: true };
  table.later(inside, task.node.childForFieldName('body'));
  for (const parameter of task.node.childForFieldName('parameters')?.namedChildren ?? []) {
    if (parameter === null) continue;
    const value = parameter.childForFieldName('value');
    if (value !== null) table.later(task, value, { handsOn: true });
    const name = parameter.childForFieldName('name') ?? (parameter.type === 'identifier' ? parameter : null);
    const names = name ?? (/pattern/.test(parameter.type) ? parameter : (parameter.namedChildren[0] ?? null));
    table.bindAll({ ...inside, node: parameter }, names, 0);
  }
}

/** `a = b = value`, `a, b = x, y`. */
function assign(table: Table, task: Task): void {
  const targets: Node[] = [];
  let value: Node | null = task.node;
  while (value?.type === 'assignment') {
    const left = value.childForFieldName('left');
    if (left !== null) targets.push(left);
    value = value.childForFieldName('right');
  }
  // A name that is annotated alone is bound to nothing.
  if (value === null) return;
  let isAlias = true;
  for (const target of targets) isAlias = give(table, task, target, value) && isAlias;
  table.later(task, value, { handsOn: !isAlias });
}

/** True: all that is given goes by other names from here on, and is followed there. */
function give(table: Table, task: Task, target: Node, value: Node | null): boolean {
  const plain = value !== null && /^(identifier|attribute)$/.test(value.type);
  if (target.type === 'identifier' && plain && task.block.kind !== 'class') {
    const from = table.reference({ ...task, node: value, handsOn: false }, false);
    table.bind(task, target.text, task.node.endIndex, { from: from === null ? [] : [from] });
    return true;
  }
  const module_ = target.type === 'identifier' ? moduleOfCall(value) : null;
  if (module_ !== null) {
    const what: Import = { level: 0, module: module_, name: null };
    table.imports(task, what);
    table.bind(task, target.text, task.node.endIndex, { import: what });
    return false;
  }
  const [names, values] = [target.namedChildren, value?.namedChildren ?? []];
  const isPair =
    /^(pattern_list|tuple_pattern)$/.test(target.type) &&
    /^(expression_list|tuple)$/.test(value?.type ?? '') &&
    names.length === values.length &&
    names.every(
      (name, index) => name?.type === 'identifier' && /^(identifier|attribute)$/.test(values[index]?.type ?? ''),
    );
  if (isPair) {
    const given = names.map((name, index) => name !== null && give(table, task, name, values[index] ?? null));
    return given.every(Boolean);
  }
  table.bindAll(task, target, task.node.endIndex);
  return false;
}

/** `importlib.import_module("a.b")`, `pytest.importorskip("a.b")`: the module that it gives. */
function moduleOfCall(value: Node | null): string | null {
  const callee = value?.type === 'call' ? value.childForFieldName('function') : null;
  const name = callee?.type === 'attribute' ? callee.childForFieldName('attribute') : callee;
  if (name === null || !/^(import_module|importorskip)$/.test(name.text)) return null;
  const given = value?.childForFieldName('arguments')?.namedChildren[0];
  return /^(['"])(\w+(?:\.\w+)*)\1$/.exec(given?.text ?? '')?.[2] ?? null;
}

function withoutSpace(dotted: string): string {
  return dotted.replace(/\s+/g, '');
}

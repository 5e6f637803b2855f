import type { Node } from './parse.ts';

/** Every form that binds names in the block in which it stands (Language Reference, 4.2.1), with the names. */
const FORMS: { readonly [type: string]: (node: Node) => string[] } = {
  assignment: (node) => named(node.childForFieldName('left')),
  augmented_assignment: (node) => named(node.childForFieldName('left')),
  named_expression: (node) => named(node.childForFieldName('name')),
  for_statement: (node) => named(node.childForFieldName('left')),
  // `with … as`, `except … as`
  as_pattern: (node) => named(node.childForFieldName('alias')),
  delete_statement: (node) => named(node.namedChildren[0] ?? null),
  import_statement: imported,
  import_from_statement: imported,
  future_import_statement: imported,
  function_definition: (node) => named(node.childForFieldName('name')),
  class_definition: (node) => named(node.childForFieldName('name')),
  type_alias_statement: (node) => {
    const name = node.childForFieldName('left')?.namedChildren[0] ?? null;
    return named(name?.type === 'generic_type' ? (name.namedChildren[0] ?? null) : name);
  },
  case_pattern: (node) => captured(node).binds,
};

/** The names that a node binds by its own form. */
export function boundBy(node: Node): string[] {
  return FORMS[node.type]?.(node) ?? [];
}

function named(target: Node | null): string[] {
  return targets(target).flatMap((one) => (one.type === 'identifier' ? one.text : []));
}

const HOLDS_TARGETS =
  /^(pattern_list|tuple_pattern|list_pattern|tuple|list|expression_list|list_splat|list_splat_pattern|parenthesized_expression|as_pattern_target)$/;

/** What is assigned to, taken apart: names, attributes, items. */
export function targets(node: Node | null): Node[] {
  const found: Node[] = [];
  const open = [node];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === null) continue;
    if (HOLDS_TARGETS.test(at.type)) for (const child of at.namedChildren) open.push(child);
    if (/^(identifier|attribute|subscript)$/.test(at.type)) found.push(at);
  }
  return found;
}

/** Of `import a.b` it is `a`. */
function imported(node: Node): string[] {
  return node.childrenForFieldName('name').map((item) => {
    const alias = item?.childForFieldName('alias')?.text;
    const name = item?.text ?? '';
    return alias ?? (node.type === 'import_statement' ? (name.split('.')[0] ?? name).trim() : name);
  });
}

/** Of a pattern: captures are bound; classes and dotted names are looked up (PEP 634). */
export function captured(pattern: Node): { binds: string[]; reads: string[] } {
  const [binds, reads]: [string[], string[]] = [[], []];
  const open: { node: Node | null; isClass?: boolean }[] = [{ node: pattern }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const at = next.node;
    if (at === null) continue;
    const children = at.namedChildren;
    if (at.type === 'identifier') binds.push(at.text);
    else if (at.type === 'dotted_name') {
      const name = children[0]?.text;
      if (name === undefined || (name === '_' && children.length === 1)) continue;
      (next.isClass || children.length > 1 ? reads : binds).push(name);
    } else {
      // The first of `name=pattern` is an attribute.
      const own = at.type === 'keyword_pattern' ? children.slice(1) : children;
      for (const [index, child] of own.entries())
        open.push({ node: child, isClass: at.type === 'class_pattern' && index === 0 });
    }
  }
  return { binds, reads };
}

export function parametersOf(node: Node): Node[] {
  const list = node.childForFieldName('parameters');
  return (list?.namedChildren ?? []).filter((one) => one !== null && one.type !== 'comment') as Node[];
}

export function parameterNames(node: Node): string[] {
  return parametersOf(node).flatMap((one) => {
    const name = one.childForFieldName('name') ?? (one.type === 'identifier' ? one : one.namedChildren[0]);
    return (name?.type === 'identifier' ? name : name?.namedChildren[0])?.text ?? [];
  });
}

export function typeParameters(node: Node): string[] {
  const list =
    node.childForFieldName('type_parameters') ??
    node.namedChildren.find((child) => child?.type === 'type_parameter') ??
    null;
  return (list?.namedChildren ?? []).flatMap((one) => one?.descendantsOfType('identifier')[0]?.text ?? []);
}

/** Blocks of their own: what is bound in them is bound nowhere else. */
const BLOCKS: ReadonlySet<string> = new Set(['function_definition', 'class_definition', 'lambda']);

/** The names that a function's own statements bind, and those that it says are the module's. */
export function declared(body: Node): { locals: Set<string>; globals: Set<string> } {
  const [locals, globals, free] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const open: Node[] = [body];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.type === 'global_statement' || at.type === 'nonlocal_statement') {
      for (const name of at.namedChildren) {
        if (name === null) continue;
        free.add(name.text);
        if (at.type === 'global_statement') globals.add(name.text);
      }
      continue;
    }
    for (const name of boundBy(at)) locals.add(name);
    if (BLOCKS.has(at.type)) continue;
    for (const child of at.namedChildren) if (child !== null && child.namedChildCount > 0) open.push(child);
  }
  for (const name of free) locals.delete(name);
  return { locals, globals };
}

import type { Node } from './parse.ts';

const generators = new WeakMap<object, Map<number, 'no' | 'yes' | 'async'>>();

function kindOf(node: Node): 'no' | 'yes' | 'async' {
  const own = generators.get(node.tree) ?? new Map<number, 'no' | 'yes' | 'async'>();
  generators.set(node.tree, own);
  const known = own.get(node.id);
  if (known !== undefined) return known;
  let kind: 'no' | 'yes' | 'async' = node.children[0]?.type === 'async' ? 'async' : 'no';
  for (const one of node.childForFieldName('body')?.descendantsOfType('yield') ?? []) {
    let around = one?.parent ?? null;
    while (around && !/^(function_definition|lambda)$/.test(around.type)) around = around.parent;
    if (around?.id === node.id) {
      kind = 'yes';
      break;
    }
  }
  own.set(node.id, kind);
  return kind;
}

/** It runs only when somebody takes what it gives: a generator, a coroutine. */
export function isGenerator(node: Node): boolean {
  return node.type === 'function_definition' && kindOf(node) !== 'no';
}

export function isAsyncOnly(node: Node): boolean {
  return kindOf(node) === 'async';
}

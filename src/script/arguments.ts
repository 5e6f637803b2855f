import type { Node } from './parse.ts';
import type { Running } from './running.ts';
import type { Scope } from './scope.ts';
import { type Given, join, keyOf, type One, UNKNOWN, type Value } from './values.ts';

/** `**mapping` asks for its keys, and for what is under them. */
export function keysOf(it: Running, one: One, node: Node, scope: Scope): void {
  const keys = it.special(one, 'keys', [], node, scope);
  if (keys === null) return;
  it.iterate(keys, node, scope);
  it.special(one, '__getitem__', [UNKNOWN], node, scope);
}

/** The arguments that a call is given, evaluated in their order. */
export function givenIn(it: Running, list: Node | null, scope: Scope): Given {
  const positional: Value[] = [];
  const keywords = new Map<string, Value>();
  let others: Value = [];
  for (const argument of list?.type === 'argument_list' ? list.namedChildren : [list]) {
    if (argument === null || argument.type === 'comment') continue;
    const value = argument.childForFieldName('value');
    if (argument.type === 'keyword_argument' && value)
      keywords.set(argument.childForFieldName('name')?.text ?? '', it.value(value, scope));
    else if (argument.type === 'list_splat') {
      const from = argument.namedChildren[0];
      const { exact, any } = it.iterate(from ? it.value(from, scope) : UNKNOWN, argument, scope);
      if (exact && others.length === 0) positional.push(...exact);
      else others = join(others, any);
    } else if (argument.type === 'dictionary_splat') {
      const from = argument.namedChildren[0];
      for (const one of from ? it.value(from, scope) : UNKNOWN) {
        keysOf(it, one, argument, scope);
        if (one.kind !== 'dict') others = join(others, UNKNOWN);
        else
          for (const [key, item] of one.cells.values) {
            const name = key.startsWith('k') ? keyOf(key) : null;
            if (typeof name === 'string')
              keywords.set(name, keywords.has(name) ? join(keywords.get(name), item) : item);
            else others = join(others, item);
          }
      }
    } else positional.push(it.value(argument, scope));
  }
  return { positional, keywords, others };
}

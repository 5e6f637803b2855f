import type { Node } from './parse.ts';

const LITERALS: ReadonlySet<string> = new Set(['dictionary', 'list', 'set', 'tuple']);
const MANY_ITEMS = 100;
/** What a name stands in, or what runs something. */
const NAMES = ['identifier', 'lambda', 'await', 'yield', 'call', 'named_expression', 'list_splat', 'dictionary_splat'];

/** A long table of numbers and texts: no names are in it, and nothing of it runs. Looked through where the tree is, at once. */
export function isPlainTable(node: Node, type = node.type): boolean {
  return LITERALS.has(type) && node.namedChildCount > MANY_ITEMS && node.descendantsOfType(NAMES).length === 0;
}

/** Its first items. */
export function firstOf(node: Node, count: number): Node[] {
  const found: Node[] = [];
  for (let at = 0; at < node.namedChildCount && found.length < count; at++) {
    const child = node.namedChild(at);
    if (child !== null && child.type !== 'comment') found.push(child);
  }
  return found;
}

import type { Node } from './parse.ts';

/** `if __name__ == "__main__":` and no more: what stands in it runs in the main process alone. */
export function isGuard(node: Node): boolean {
  if (node.type !== 'if_statement' || node.childForFieldName('alternative') !== null) return false;
  const condition = withoutParentheses(node.childForFieldName('condition'));
  if (condition?.type !== 'comparison_operator') return false;
  const parts = condition.children.filter((part) => part !== null && part.type !== 'comment') as Node[];
  if (parts.length !== 3 || parts[1]?.type !== '==') return false;
  const [left, , right] = parts.map((side) => withoutParentheses(side)?.text ?? '');
  const isName = (text = ''): boolean => text === '__name__';
  const isMain = (text = ''): boolean => /^(["'])__main__\1$/.test(text);
  return (isName(left) && isMain(right)) || (isMain(left) && isName(right));
}

/** A condition that asks for the name of the module, in other words. */
export function asksForName(node: Node): boolean {
  const condition = node.type === 'if_statement' ? node.childForFieldName('condition') : null;
  return condition !== null && /\b__name__\b/.test(condition.text);
}

function withoutParentheses(node: Node | null): Node | null {
  let at = node;
  while (at?.type === 'parenthesized_expression') at = at.namedChildren.find((one) => one?.type !== 'comment') ?? null;
  return at;
}

export function statementsOf(block: Node | null): Node[] {
  return (block?.namedChildren ?? []).filter((node) => node !== null && node.type !== 'comment') as Node[];
}

/** The statements at the top, each with its place there; of what stands in a guard each of its own. */
export function eachAlone(root: Node): { node: Node; top: number }[] {
  return statementsOf(root).flatMap((node, top) =>
    isGuard(node)
      ? statementsOf(node.childForFieldName('consequence')).map((inner) => ({ node: inner, top }))
      : [{ node, top }],
  );
}

import type { Node } from './parse.ts';
import type { Running } from './running.ts';
import type { Scope } from './scope.ts';
import { type FunctionOne, type Given, join, UNKNOWN, type Value } from './values.ts';

/** Gives names their value: of a pattern each its own. */
export function bind(it: Running, target: Node, value: Value, scope: Scope): void {
  if (target.type === 'identifier') {
    const before = scope.cells.get(target.text);
    scope.set(target.text, value);
    if (before !== undefined && before !== value) it.forgotten(before, target, scope);
  } else if (target.type === 'attribute') {
    const object = target.childForFieldName('object');
    if (object)
      it.setAttribute(it.value(object, scope), target.childForFieldName('attribute')?.text ?? '', value, target, scope);
  } else if (target.type === 'subscript') {
    const [of, key] = [target.childForFieldName('value'), target.childForFieldName('subscript')];
    if (of && key) it.setItem(it.value(of, scope), it.value(key, scope), value, target, scope);
  } else if (/pattern|tuple|list/.test(target.type)) {
    const targets = target.namedChildren.filter((child) => child !== null && child.type !== 'comment') as Node[];
    const { exact, any } = it.iterate(value, target, scope);
    const star = targets.findIndex(({ type }) => /splat/.test(type));
    const after = star < 0 ? 0 : targets.length - star - 1;
    for (const [index, child] of targets.entries()) {
      if (index === star) {
        const name = child.namedChildren[0];
        const rest = exact ? it.list(exact.slice(star, exact.length - after)) : it.list([], any);
        if (name) bind(it, name, rest, scope);
        continue;
      }
      const own = star >= 0 && index > star ? exact?.at(index - targets.length) : exact?.[index];
      bind(it, child, own ?? (exact ? UNKNOWN : any), scope);
    }
  } else if (target.type === 'parenthesized_expression' && target.namedChildren[0])
    bind(it, target.namedChildren[0], value, scope);
}

/** The arguments of a call as the function's own names. */
export function bindParameters(it: Running, { node, self, defaults }: FunctionOne, given: Given, scope: Scope): void {
  const positional = self === null ? given.positional : [[self], ...given.positional];
  const list = node.childForFieldName('parameters');
  const parameters = list?.type === 'identifier' ? [list] : (list?.namedChildren ?? []);
  const named = new Set<string>();
  let index = 0;
  let isKeywordOnly = false;
  let takesKeywords: string | null = null;
  for (const parameter of parameters) {
    if (parameter === null || parameter.type === 'comment') continue;
    if (parameter.type === 'keyword_separator' || parameter.type === 'positional_separator') {
      isKeywordOnly ||= parameter.type === 'keyword_separator';
      continue;
    }
    const inner = parameter.type === 'typed_parameter' ? parameter.namedChildren[0] : parameter;
    const isStar = inner?.type === 'list_splat_pattern';
    const isDouble = inner?.type === 'dictionary_splat_pattern';
    const name = (inner?.type === 'identifier' ? inner : (inner?.childForFieldName('name') ?? inner?.namedChildren[0]))
      ?.text;
    if (name === undefined) continue;
    if (isStar) {
      const rest = positional.slice(index);
      scope.set(name, given.others.length > 0 ? UNKNOWN : it.list(rest));
      index = positional.length;
      isKeywordOnly = true;
      continue;
    }
    if (isDouble) {
      takesKeywords = name;
      continue;
    }
    named.add(name);
    const own = given.keywords.get(name) ?? (isKeywordOnly ? undefined : positional[index]);
    if (!isKeywordOnly) index++;
    const missing = given.others.length > 0 ? join(defaults().get(name) ?? UNKNOWN, given.others) : undefined;
    scope.set(name, own ?? missing ?? defaults().get(name) ?? UNKNOWN);
  }
  if (takesKeywords !== null) {
    const rest = [...given.keywords].filter(([name]) => !named.has(name));
    scope.set(takesKeywords, it.dict(rest, given.others.length > 0 ? given.others : undefined));
  }
}

import type { Node } from './parse.ts';
import { type FunctionValue, type Scope, UNKNOWN, type Value } from './values.ts';

/** Gives names their value: of a pattern each its own. */
export function bind(target: Node, value: Value, scope: Scope): void {
  if (target.type === 'identifier') scope.set(target.text, value);
  else if (target.type === 'attribute') {
    const object = target.childForFieldName('object');
    const self = object?.type === 'identifier' ? scope.get(object.text) : undefined;
    if (self?.kind === 'instance') self.of.attributes.set(target.childForFieldName('attribute')?.text ?? '', value);
  } else if (/pattern|tuple|list/.test(target.type)) {
    for (const [index, child] of target.namedChildren.entries()) {
      if (child) bind(child, value.kind === 'list' ? (value.items[index] ?? UNKNOWN) : UNKNOWN, scope);
    }
  }
}

/** What of an argument makes a difference to what a function does. */
export function signature(name: string, value: Value): string {
  if (value.kind === 'function') return `${name}=${value.node.id}`;
  if (value.kind === 'const') return `${name}=${JSON.stringify(value.value)}`;
  if (value.kind === 'instance') return `${name}=${value.of.name}`;
  return value.kind === 'name' ? `${name}=${value.name}` : '';
}

/** The arguments of a call as the function's own names. */
export function bindParameters(
  { node, self, defaults }: FunctionValue,
  positional: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
  scope: Scope,
): void {
  const given = self === null ? positional : [self, ...positional];
  const parameters = node.childForFieldName('parameters')?.namedChildren ?? [];
  for (const [index, parameter] of parameters.entries()) {
    if (parameter === null) continue;
    const name = (
      parameter.type === 'identifier' ? parameter : (parameter.childForFieldName('name') ?? parameter.namedChildren[0])
    )?.text;
    if (name === undefined || /splat/.test(parameter.type)) continue;
    scope.names.set(name, keywords.get(name) ?? given[index] ?? defaults().get(name) ?? UNKNOWN);
  }
}

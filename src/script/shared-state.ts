import { isMutable, type Layout, lineOf } from './layout.ts';
import type { Names } from './names.ts';
import type { Node } from './parse.ts';

/**
 * Why the work must not come under the guard: it may change what workers look up, where nobody sees that it does; or it makes
 * a type, of which they look up the name. null: it does neither.
 */
export function sharedState(layout: Layout, guarded: readonly boolean[], needed: ReadonlySet<string>): string | null {
  const { statements, names } = layout;
  const shared = [...needed].filter((name) => isMutable(layout, name));
  // A function that has one of them as a default may change it whenever it is called.
  const holders = new Map<string, string>();
  for (const name of shared)
    for (const at of layout.readers.get(name) ?? [])
      if (isFunctionDefinition(statements[at])) for (const one of (names[at] as Names).binds) holders.set(one, name);
  for (const [at, own] of names.entries()) {
    if (!guarded[at]) continue;
    const type = typeMadeBy(statements[at] as Node);
    if (type !== null) return `line ${lineOf(layout, at)} makes the type ${type}, which workers look up by its name`;
    const handed = shared.find((name) => own.hands.has(name));
    const held = own.calls
      ? [...own.reads].map((name) => holders.get(name)).find((name) => name !== undefined)
      : undefined;
    const name = handed ?? held;
    if (name !== undefined)
      return `line ${lineOf(layout, at)} hands ${name} to a call, which may change it, and workers look it up`;
  }
  return null;
}

function isFunctionDefinition(node: Node | undefined): boolean {
  const definition = node?.type === 'decorated_definition' ? node.childForFieldName('definition') : node;
  return definition?.type === 'function_definition';
}

/** Calls that make a type by its name. */
const MAKES_TYPE =
  /(^|\.)(\w*Enum|\w*Flag|namedtuple|NamedTuple|TypedDict|NewType|make_dataclass|make_class|create_model|new_class|type)$/;

/** `X = Enum("X", …)`, `X = namedtuple("X", …)`: whoever makes a type by a call names it; null: it makes none. */
export function typeMadeBy(statement: Node): string | null {
  const [assignment] = statement.namedChildren;
  if (assignment?.type !== 'assignment') return null;
  const name = assignment.childForFieldName('left')?.text ?? '';
  const right = assignment.childForFieldName('right');
  if (right?.type !== 'call' || !MAKES_TYPE.test(right.childForFieldName('function')?.text ?? '')) return null;
  const first = right.childForFieldName('arguments')?.namedChildren[0];
  return first?.type === 'string' && /^[^'"]*(['"])(\w+)\1$/.exec(first.text)?.[2] === name ? name : null;
}

import type { Node } from './parse.ts';
import type { Running } from './running.ts';
import type { Scope } from './scope.ts';
import { type Cells, constantOf, keyCell, type One, type Plain, truth, type Value } from './values.ts';

/** What a name may still be where a condition is true, or where it is false. */
interface Narrowed {
  name: string;
  keeps: (one: One) => boolean;
}

/**
 * Where a condition is so, names that it asks about are less than they were: in `if jobs is None: jobs = 1` the name is None
 * inside, and is not where that was passed by.
 */
export function narrow(it: Running, condition: Node | null, isTrue: boolean, scope: Scope): void {
  for (const { name, keeps } of narrowedBy(it, condition, isTrue, scope)) {
    const cell = cellOf(name, scope);
    const before = cell?.cells.get(cell.name);
    if (cell === null || before === undefined || before.length < 2) continue;
    const after = before.filter(keeps);
    if (after.length > 0 && after.length < before.length) it.store.write(cell.cells, cell.name, after);
  }
}

/** Where a name is kept, or an attribute of one: `args.jobs`. */
function cellOf(place: string, scope: Scope): { cells: Cells; name: string } | null {
  const [first = '', name, ...more] = place.split('.');
  if (name === undefined) return { cells: scope.elsewhere(first) ?? scope.cells, name: first };
  const [one, ...others] = scope.get(first) ?? [];
  if (one === undefined || others.length + more.length > 0) return null;
  if (one.kind === 'instance') return { cells: one.cells, name };
  return one.kind === 'name' && one.object !== null ? { cells: one.object.cells, name } : null;
}

/** The same of a value: of `x if x else 1` what stands there may only be what is true. */
export function narrowed(
  it: Running,
  value: Value,
  written: Node,
  condition: Node | undefined,
  isTrue: boolean,
  scope: Scope,
): Value {
  if (condition === undefined || value.length < 2) return value;
  let found = value;
  for (const { name, keeps } of narrowedBy(it, condition, isTrue, scope)) {
    const after = name === written.text ? found.filter(keeps) : found;
    if (after.length > 0) found = after;
  }
  return found;
}

/** Names, and what is written with a dot, by their text. */
const PLACES: ReadonlySet<string> = new Set(['identifier', 'attribute', 'subscript']);

function narrowedBy(it: Running, condition: Node | null, isTrue: boolean, scope: Scope): Narrowed[] {
  if (condition === null) return [];
  const inner = condition.namedChildren.filter((child) => child !== null && child.type !== 'comment') as Node[];
  if (PLACES.has(condition.type)) return [{ name: condition.text, keeps: (one) => truth([one]) !== !isTrue }];
  switch (condition.type) {
    case 'parenthesized_expression':
      return narrowedBy(it, inner[0] ?? null, isTrue, scope);
    case 'not_operator':
      return narrowedBy(it, condition.childForFieldName('argument'), !isTrue, scope);
    case 'named_expression':
      return narrowedBy(it, condition.childForFieldName('name'), isTrue, scope);
    case 'boolean_operator': {
      const isAnd = condition.childForFieldName('operator')?.text === 'and';
      // Of `a and b` that is false nobody knows which it was.
      return isAnd === isTrue ? inner.flatMap((part) => narrowedBy(it, part, isTrue, scope)) : [];
    }
    case 'comparison_operator':
      return compared(it, condition, inner, isTrue, scope);
    default:
      return [];
  }
}

function compared(it: Running, condition: Node, parts: readonly Node[], isTrue: boolean, scope: Scope): Narrowed[] {
  const [left, right] = parts;
  const operators = condition.childrenForFieldName('operators').map((one) => one?.text.replace(/\s+/g, ' ') ?? '');
  const [operator = ''] = operators;
  const isEqual = operator === '==' || operator === 'is';
  if (!left || !right || operators.length !== 1 || !(isEqual || operator === '!=' || operator === 'is not')) return [];
  const [place, other] = PLACES.has(left.type) ? [left, right] : [right, left];
  const plain = PLACES.has(place.type) ? plainOf(it, other, scope) : undefined;
  if (plain === undefined) return [];
  const keeps = (one: One): boolean => {
    const isIt =
      one.kind === 'const'
        ? keyCell(one.value) === keyCell(plain)
        : one.kind !== 'unknown' && one.kind !== 'name'
          ? false
          : null;
    return isIt !== (isEqual !== isTrue);
  };
  return [{ name: place.text, keeps }];
}

/** A constant that is written there; undefined: it is something else. */
function plainOf(it: Running, node: Node, scope: Scope): Plain | undefined {
  return /^(none|true|false|integer|string)$/.test(node.type) ? constantOf(it.value(node, scope)) : undefined;
}

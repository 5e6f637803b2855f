import { cookieOf } from './encoding.ts';
import type { ScriptReport } from './judge.ts';
import type { Node } from './parse.ts';
import { sourceOf } from './source.ts';

/** A script with its work moved into a function behind the block, or why that would change what it means. */
export type Fixed = { ok: true; text: string } | { ok: false; why: string };

const GUARD = /^if_statement$/;

/**
 * Wraps the work of a script in `main()` and calls it in `if __name__ == "__main__":`. Imports, definitions and
 * cheap assignments stay where they are; names that the work binds and others use are declared global. `again` judges the result.
 */
export function fixScript(text: string, report: ScriptReport, again: (text: string) => ScriptReport): Fixed {
  const wanted = report.findings.filter(
    ({ id }) => id === 'script/import-unprotected' || id === 'script/repeated-work',
  );
  if (wanted.length === 0) return { ok: false, why: 'there is nothing to wrap' };
  if (/\r(?!\n)/.test(text)) return { ok: false, why: 'a carriage return alone ends some of its lines' };
  const source = sourceOf(text);
  if ('skipped' in source) return { ok: false, why: source.skipped };
  const { root, errors } = source.parsed;
  if (errors.length > 0) return { ok: false, why: `line ${errors[0]?.line}: the syntax could not be read` };
  const statements = root.namedChildren.filter((node) => node !== null && node.type !== 'comment') as Node[];
  const lines = new Set(wanted.map(({ place }) => place.line));
  const isWanted = (node: Node): boolean =>
    [...lines].some((line) => line > node.startPosition.row && line <= node.endPosition.row + 1);
  const guard = statements.find((node) => isGuard(node)) ?? null;
  // From what was found on; where that leaves costly work before it, from the first work on.
  const starts = new Set([statements.findIndex(isWanted), statements.findIndex(isWork)]);
  let failure: Fixed = { ok: false, why: 'there is nothing to wrap' };
  for (const first of starts) {
    if (first < 0) continue;
    const moved = statements.filter(
      (node, index) => index >= first && node !== guard && (isWork(node) || isWanted(node)),
    );
    const problem = obstacle(statements, moved, guard);
    if (problem !== null) {
      failure = { ok: false, why: problem };
      continue;
    }
    const fixed = rewritten(text, statements, moved, guard);
    const moves = movedMeaning(text, fixed, statements, moved);
    if (moves !== null) {
      failure = { ok: false, why: moves };
      continue;
    }
    const verdict = again(fixed);
    if (verdict.verdict === 'protected') return { ok: true, text: fixed };
    failure = { ok: false, why: `wrapping would not be enough: ${verdict.findings[0]?.message ?? verdict.why}` };
  }
  return failure;
}

function isGuard(node: Node): boolean {
  const condition = GUARD.test(node.type) ? node.childForFieldName('condition') : null;
  return (
    condition !== null &&
    /^\(?\s*__name__\s*==\s*(["'])__main__\1\s*\)?$/.test(condition.text) &&
    node.childForFieldName('alternative') === null
  );
}

const STAYS = new Set([
  'import_statement',
  'import_from_statement',
  'future_import_statement',
  'function_definition',
  'class_definition',
  'decorated_definition',
  'type_alias_statement',
]);

/** What is more than a definition, an import or a cheap assignment. */
function isWork(node: Node): boolean {
  if (STAYS.has(node.type)) return false;
  if (node.type !== 'expression_statement') return true;
  const [expression] = node.namedChildren;
  if (expression?.type === 'string') return false;
  const right = expression?.type === 'assignment' ? expression.childForFieldName('right') : null;
  if (right === undefined || right === null) return expression?.type !== 'assignment';
  return right.descendantsOfType('call').length > 0 || right.type === 'call';
}

/** Why the statements cannot move without changing what the script does; null: they can. */
function obstacle(statements: readonly Node[], moved: readonly Node[], guard: Node | null): string | null {
  const bound = new Set(moved.flatMap(boundNames));
  const start = moved[0]?.startIndex ?? 0;
  for (const node of statements) {
    if (moved.includes(node) || node === guard || node.startIndex < start) continue;
    const needed = immediateNames(node).find((name) => bound.has(name));
    if (needed !== undefined) return `line ${node.startPosition.row + 1} needs ${needed}, which the work makes`;
  }
  for (const node of moved) {
    const line = node.startPosition.row + 1;
    if (node.descendantsOfType('wildcard_import').length > 0)
      return `line ${line}: import * cannot stand in a function`;
    const special = node
      .descendantsOfType('identifier')
      .find((name) => name && ['exec', 'eval', 'globals', 'locals', 'vars'].includes(name.text));
    if (special) return `line ${special.startPosition.row + 1}: ${special.text}() sees other names in a function`;
    if (node.descendantsOfType('await').some((await_) => await_ && !insideFunction(await_, node)))
      return `line ${line}: await stands outside a function`;
  }
  if (guard !== null && guard.startPosition.row === guard.endPosition.row)
    return `line ${guard.startPosition.row + 1}: the block for the main program is on one line`;
  const shared = moved.find((node) => statements.some((other) => !moved.includes(other) && onOneLine(node, other)));
  if (shared) return `line ${shared.startPosition.row + 1} holds several statements`;
  if (guard !== null && guard.startIndex < (moved.at(-1)?.startIndex ?? 0))
    return `line ${guard.startPosition.row + 1}: the block for the main program stands before work that would come after it`;
  return null;
}

/** What would come to mean something else by standing first in the file; null: nothing. */
function movedMeaning(text: string, fixed: string, statements: readonly Node[], moved: readonly Node[]): string | null {
  if (cookieOf(fixed) !== cookieOf(text))
    return 'a comment that names an encoding would come to where it counts, or leave it';
  const first = statements.find((node) => !moved.includes(node));
  const isText = first?.type === 'expression_statement' && /string$/.test(first.namedChildren[0]?.type ?? '');
  if (isText && first !== statements[0])
    return `line ${first.startPosition.row + 1}: the text would become the script's docstring`;
  return null;
}

function onOneLine(a: Node, b: Node): boolean {
  return a.startPosition.row <= b.endPosition.row && b.startPosition.row <= a.endPosition.row;
}

function insideFunction(node: Node, within: Node): boolean {
  for (let at = node.parent; at !== null && at.id !== within.id; at = at.parent)
    if (at.type === 'function_definition') return true;
  return false;
}

/**
 * What `of` says of each node from this one down, in their order. It stops below a node whose children it does not name. Without
 * recursion: a chain of operands is as deep as it is long.
 */
function gathered(
  node: Node,
  of: (node: Node) => { names: readonly string[]; below: readonly (Node | null)[] },
): string[] {
  const names: string[] = [];
  const open: Node[] = [node];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { names: own, below } = of(at);
    names.push(...own);
    for (const child of below.toReversed()) if (child !== null) open.push(child);
  }
  return names;
}

/** Names that a statement binds in its own scope. */
function boundNames(node: Node): string[] {
  return gathered(node, (at) => {
    const own = ownNames(at);
    return own.isAll ? { names: own.names, below: [] } : { names: own.names, below: at.namedChildren };
  });
}

/** Names that a node itself binds, and whether none is bound below it. */
function ownNames(node: Node): { names: string[]; isAll: boolean } {
  if (/^(function|class)_definition$/.test(node.type))
    return { names: [node.childForFieldName('name')?.text ?? ''], isAll: true };
  if (node.type === 'lambda' || /comprehension$|generator_expression/.test(node.type)) {
    // a walrus in a comprehension binds outside of it
    const walruses = node.descendantsOfType('named_expression');
    return { names: walruses.map((one) => one?.childForFieldName('name')?.text ?? ''), isAll: true };
  }
  if (/^import/.test(node.type)) {
    const names = node.childrenForFieldName('name').map((item) => {
      const name = item?.childForFieldName('alias')?.text ?? item?.text ?? '';
      return node.type === 'import_statement' ? (name.split('.')[0] ?? name) : name;
    });
    return { names, isAll: true };
  }
  if (/^(assignment|augmented_assignment|for_statement)$/.test(node.type))
    return { names: targets(node.childForFieldName('left')), isAll: false };
  if (node.type === 'named_expression') return { names: targets(node.childForFieldName('name')), isAll: false };
  if (node.type === 'as_pattern') return { names: targets(node.childForFieldName('alias')), isAll: false };
  if (node.type === 'delete_statement') return { names: node.namedChildren.flatMap(targets), isAll: false };
  return { names: [], isAll: false };
}

function targets(target: Node | null): string[] {
  if (target === null) return [];
  return gathered(target, (at) => {
    if (at.type === 'identifier') return { names: [at.text], below: [] };
    return { names: [], below: /pattern|tuple|list|as_pattern_target/.test(at.type) ? at.namedChildren : [] };
  });
}

/** Names that a statement reads when it runs: of a function only its decorators and defaults. */
function immediateNames(node: Node): string[] {
  return gathered(node, (at) => {
    if (at.type === 'function_definition' || at.type === 'lambda') {
      const parameters = at.childForFieldName('parameters')?.namedChildren ?? [];
      return { names: [], below: parameters.map((parameter) => parameter?.childForFieldName('value') ?? null) };
    }
    return at.type === 'identifier' ? { names: [at.text], below: [] } : { names: [], below: at.namedChildren };
  });
}

function allNames(node: Node): string[] {
  return node.descendantsOfType('identifier').map((name) => name?.text ?? '');
}

function rewritten(text: string, statements: readonly Node[], moved: readonly Node[], guard: Node | null): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const indent = indentation(statements, lines);
  const stays = statements.filter((node) => !moved.includes(node));
  const outside = new Set(stays.flatMap((node) => [...allNames(node), ...boundNames(node)]));
  const shared = [...new Set(moved.flatMap(boundNames))].filter((name) => outside.has(name));
  const taken = new Set(statements.flatMap(allNames));
  const name = ['main', 'run', 'main_program'].find((one) => !taken.has(one)) ?? '_main_program';

  const gone = new Set(moved.flatMap((node) => rowsOf(node, statements, lines)));
  const inString = stringLines(moved);
  const body = [...gone].map((row) => {
    const line = lines[row] ?? '';
    return line === '' || inString.has(row) ? line : indent + line;
  });
  const declared = shared.length > 0 ? [`${indent}global ${shared.join(', ')}`] : [];
  const function_ = [`def ${name}():`, ...declared, ...withoutEnds(body)];
  const call = `${indent}${name}()`;
  const kept = (from: number, to: number): string[] =>
    lines.slice(from, to).filter((_, offset) => !gone.has(from + offset));
  const at = guard === null ? lines.length : guard.startPosition.row;
  // Empty lines at the top stay: what a comment says of the encoding counts in the first two lines alone.
  const head = withoutEnd(kept(0, at));
  const tail =
    guard === null
      ? ['if __name__ == "__main__":', call]
      : [lines[at] ?? '', call, ...withoutEnds(kept(at + 1, lines.length))];
  return `${[...head, ...(head.length > 0 ? ['', ''] : []), ...function_, '', '', ...tail].join(newline)}${newline}`;
}

/** The lines of a statement with the comments right above it, and the empty ones before them. */
function rowsOf(node: Node, statements: readonly Node[], lines: readonly string[]): number[] {
  const before = statements.filter((other) => other.endIndex <= node.startIndex).at(-1);
  let from = node.startPosition.row;
  const least = before === undefined ? 0 : before.endPosition.row + 1;
  const isComment = (line: string): boolean => /^\s*#(?!!)/.test(line) && !/coding[:=]/.test(line);
  while (from > least && isComment(lines[from - 1] ?? '')) from--;
  while (from > least && (lines[from - 1] ?? '').trim() === '') from--;
  return Array.from({ length: node.endPosition.row - from + 1 }, (_, offset) => from + offset);
}

/** Lines that begin within a string: to indent them would change it. */
function stringLines(moved: readonly Node[]): Set<number> {
  const rows = new Set<number>();
  for (const text of moved.flatMap((node) => node.descendantsOfType('string'))) {
    for (let row = (text?.startPosition.row ?? 0) + 1; row <= (text?.endPosition.row ?? -1); row++) rows.add(row);
  }
  return rows;
}

function indentation(statements: readonly Node[], lines: readonly string[]): string {
  const block = statements
    .flatMap((node) => node.descendantsOfType('block'))
    .find((node) => node && node.startPosition.row > (node.parent?.startPosition.row ?? 0));
  return /^[ \t]+/.exec(lines[block?.startPosition.row ?? -1] ?? '')?.[0] ?? '    ';
}

function withoutEnd(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

function withoutEnds(lines: readonly string[]): string[] {
  const from = lines.findIndex((line) => line.trim() !== '');
  return from < 0 ? [] : lines.slice(from, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

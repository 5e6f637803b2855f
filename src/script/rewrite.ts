import type { TextEdit } from './edits.ts';
import { eachAlone, isGuard, statementsOf } from './guards.ts';
import type { Node } from './parse.ts';

export const GUARD = 'if __name__ == "__main__":';

/** Lines of a script from one guard on, both ends included, from 1: what comes under it. */
export interface Run {
  from: number;
  to: number;
  /** They come under a guard that is there. */
  joins: boolean;
}

export interface Rewriting {
  edits: TextEdit[];
  runs: Run[];
}

/** Marks of cells, which editors look for at the beginning of a line. */
const MARKS_CELL = /^#\s*(%%|In\s?\[|<codecell>|\+(\s|$)|-\s*$|\/\/)/;
const IS_COMMENT = /^[ \t\f]*#/;

/** The lines of a text, with where each begins and ends. */
class Lines {
  readonly starts: number[] = [0];
  private readonly ends: number[] = [];
  private readonly newline: string;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) {
      this.ends.push(index);
      this.starts.push(index + end.length);
    }
    this.ends.push(text.length);
    this.newline = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  }

  start(row: number): number {
    return this.starts[row] ?? this.text.length;
  }

  at(row: number): string {
    return this.text.slice(this.start(row), this.ends[row]);
  }

  get count(): number {
    return this.ends.length;
  }

  /** How the line ends; the last one as the first. */
  endOf(row: number): string {
    return this.text.slice(this.ends[row], this.starts[row + 1] ?? this.text.length) || this.newline;
  }
}

/** The edits that bring statements under the guard where they stand. Neighbours of a guard come under that. */
export function rewriting(text: string, statements: readonly Node[], guarded: readonly boolean[]): Rewriting {
  const lines = new Lines(text);
  const indent = indentation(statements, lines);
  const inString = stringRows(statements, guarded);
  const edits: TextEdit[] = [];
  const runs: Run[] = [];
  for (const run of runsOf(statements, guarded)) {
    const own = run.find((at) => !guarded[at]);
    if (own !== undefined && run.length === 1) continue;
    runs.push(bringUnder({ lines, statements, run, own, indent, inString }, edits));
  }
  return { edits, runs };
}

interface Bringing {
  lines: Lines;
  statements: readonly Node[];
  run: readonly number[];
  /** The guard that is there. */
  own: number | undefined;
  indent: string;
  inString: ReadonlySet<number>;
}

function bringUnder({ lines, statements, run, own, indent, inString }: Bringing, edits: TextEdit[]): Run {
  const at = (index: number | undefined): Node => statements[index as number] as Node;
  const [first, last] = [at(run[0]), at(run.at(-1))];
  const before = run[0] === 0 ? null : at((run[0] as number) - 1);
  const after = statements[(run.at(-1) as number) + 1] ?? null;
  const guard = own === undefined ? null : at(own);
  const inner = guard === null ? indent : (blockIndent(guard, lines) ?? indent);
  const [ownFrom, ownTo] = guard === null ? [-1, -1] : [guard.startPosition.row, guard.endPosition.row];
  const headerTo = guard === null ? -1 : colonRow(guard);
  let row = first.startPosition.row;
  // The first may stand behind another statement on its line, and the next behind the last.
  const isBehind = before !== null && before.endPosition.row === row;
  if (guard !== first) {
    const newline = lines.endOf(row);
    const header = guard === null ? [GUARD] : rows(ownFrom, headerTo).map((one) => lines.at(one));
    if (isBehind) {
      const start = (before as Node).endIndex;
      edits.push({
        start,
        end: first.startIndex,
        text: newline + header.map((line) => line + newline).join('') + inner,
      });
    } else {
      row = withComments(row, before, lines);
      edits.push({
        start: lines.start(row),
        end: lines.start(row),
        text: header.map((line) => line + newline).join(''),
      });
    }
  }
  const from = row;
  const to = withTrailing(last.endPosition.row, after, lines);
  for (const one of rows(isBehind ? from + 1 : from, to)) {
    if (one >= ownFrom && one <= ownTo) {
      if (guard !== first && one <= headerTo)
        edits.push({ start: lines.start(one), end: lines.start(one + 1), text: '' });
      continue;
    }
    const line = lines.at(one);
    if (inString.has(one) || line.trim() === '' || MARKS_CELL.test(line)) continue;
    // A form feed sets the column back to the beginning (Language Reference, 2.1.8).
    const start = lines.start(one) + (/^[ \t\f]*\f/.exec(line)?.[0].length ?? 0);
    edits.push({ start, end: start, text: inner });
  }
  if (after !== null && after.startPosition.row === last.endPosition.row)
    edits.push({ start: last.endIndex, end: after.startIndex, text: lines.endOf(last.endPosition.row) });
  return { from: from + 1, to: last.endPosition.row + 1, joins: guard !== null };
}

function rows(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset);
}

/** Neighbours that come under one guard, with the first guard that is there among them. */
function runsOf(statements: readonly Node[], guarded: readonly boolean[]): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  let hasOwn = false;
  const end = (): void => {
    if (run.length > 0) runs.push(run);
    run = [];
    hasOwn = false;
  };
  for (const [at, node] of statements.entries()) {
    const isOwn = !guarded[at] && isGuard(node) && isOverLines(node);
    if (!guarded[at] && !isOwn) end();
    else {
      if (isOwn && hasOwn) end();
      hasOwn ||= isOwn;
      run.push(at);
    }
  }
  end();
  return runs;
}

/** Its block begins on a line of its own, and no other statement stands on its lines. */
function isOverLines(guard: Node): boolean {
  const [first] = statementsOf(guard.childForFieldName('consequence'));
  return first !== undefined && first.startPosition.row > colonRow(guard);
}

function colonRow(guard: Node): number {
  return guard.children.find((child) => child?.type === ':')?.startPosition.row ?? guard.startPosition.row;
}

function blockIndent(guard: Node, lines: Lines): string | null {
  const [first] = statementsOf(guard.childForFieldName('consequence'));
  return first === undefined ? null : (/^[ \t]+/.exec(lines.at(first.startPosition.row))?.[0] ?? null);
}

/** The comments right above a statement go with it; not the file's own, at its beginning, and no mark of a cell. */
function withComments(row: number, before: Node | null, lines: Lines): number {
  const least = before === null ? 0 : before.endPosition.row + 1;
  let from = row;
  while (from > least && /^#/.test(lines.at(from - 1)) && !MARKS_CELL.test(lines.at(from - 1))) from--;
  return from < 2 ? row : from;
}

/** Comments that stand further in, behind the last statement, stay in its block. */
function withTrailing(row: number, after: Node | null, lines: Lines): number {
  const end = after === null ? lines.count : after.startPosition.row;
  let to = row;
  while (to + 1 < end && IS_COMMENT.test(lines.at(to + 1)) && /^[ \t]/.test(lines.at(to + 1))) to++;
  return to;
}

/** Lines that begin within a string: to indent them would change it. */
function stringRows(statements: readonly Node[], guarded: readonly boolean[]): Set<number> {
  const found = new Set<number>();
  for (const [at, node] of statements.entries()) {
    if (!guarded[at] || node.startPosition.row === node.endPosition.row) continue;
    const open: Node[] = [node];
    for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
      if (inner.startPosition.row === inner.endPosition.row) continue;
      if (inner.type === 'string')
        for (const row of rows(inner.startPosition.row + 1, inner.endPosition.row)) found.add(row);
      else for (const child of inner.namedChildren) if (child !== null) open.push(child);
    }
  }
  return found;
}

/** As the script's first block, by which it stands further in than what it belongs to. */
function indentation(statements: readonly Node[], lines: Lines): string {
  const indentAt = (row: number): string => /^[ \t]*/.exec(lines.at(row))?.[0] ?? '';
  for (const statement of statements) {
    if (statement.startPosition.row === statement.endPosition.row) continue;
    for (const block of statement.descendantsOfType('block')) {
      const around = block?.parent;
      if (!block || !around || block.startPosition.row === around.startPosition.row) continue;
      const [outer, inner] = [indentAt(around.startPosition.row), indentAt(block.startPosition.row)];
      if (inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
    }
  }
  return '    ';
}

/** Whether two scripts have the same statements with the same words, whatever guard these stand in. */
export function isSameButGuards(before: Node, after: Node): boolean {
  const [old, new_] = [eachAlone(before), eachAlone(after)];
  return (
    old.length === new_.length &&
    old.every(({ node }, index) => {
      if (node.text === new_[index]?.node.text) return true;
      const [left, right] = [wordsOf(node), wordsOf((new_[index] as { node: Node }).node)];
      return left.length === right.length && left.every((word, at) => word === right[at]);
    })
  );
}

/** Every word with how deep it stands. */
function wordsOf(node: Node): string[] {
  const words: string[] = [];
  const cursor = node.walk();
  try {
    let depth = 0;
    for (;;) {
      const isLeaf = !cursor.gotoFirstChild();
      if (!isLeaf) {
        depth++;
        continue;
      }
      if (cursor.nodeType !== 'comment' && cursor.nodeType !== 'line_continuation')
        words.push(`${depth} ${cursor.nodeType} ${cursor.nodeText}`);
      while (!cursor.gotoNextSibling()) {
        if (depth === 0 || !cursor.gotoParent()) return words;
        depth--;
        if (depth === 0) return words;
      }
    }
  } finally {
    cursor.delete();
  }
}

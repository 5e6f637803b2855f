import { edited, type TextEdit } from './edits.ts';
import { cookieOf } from './encoding.ts';
import { isMissing } from './findings.ts';
import { asksForName, eachAlone, statementsOf } from './guards.ts';
import type { ScriptFinding, ScriptReport } from './judge.ts';
import { type Layout, layoutOf } from './layout.ts';
import type { Node } from './parse.ts';
import { placement } from './placement.ts';
import { type FindModule, NO_MODULES } from './project-modules.ts';
import { isSameButGuards, type Run, rewriting } from './rewrite.ts';
import { type Source, sourceOf } from './source.ts';

/** A script with its work under `if __name__ == "__main__":`, or why that would change what it does. */
export type Fixed = FixedScript | { ok: false; why: string };

interface FixedScript {
  ok: true;
  text: string;
  edits: TextEdit[];
  runs: Run[];
  /** Work that stays outside, since workers look up what it makes: every one of them repeats it. */
  kept: { line: number; name: string }[];
}

/** What is found in one round shows what the next has to bring under the guard. */
const MOST_ROUNDS = 6;
/** Python has no deeper blocks than 100 (`MAXINDENT`, Parser/lexer/state.h). */
const DEEPEST = 90;

/** What `--fix` mends: what runs where a worker imports the script. */
export function isFixable(finding: ScriptFinding): boolean {
  return FIXABLE.has(finding.id) && !isMissing(finding);
}

const FIXABLE: ReadonlySet<ScriptFinding['id']> = new Set([
  'script/import-unprotected',
  'script/repeated-work',
  'script/guard-ends-workers',
  'script/fails-in-workers',
]);

/**
 * Brings the work of a script under `if __name__ == "__main__":`, each statement where it stands: the main process does what
 * it did before, in the same order and with the same names. Imports, definitions and plain values stay outside, and so does
 * what workers look up. `again` judges the result, and what it finds is brought under the guard, too.
 */
export function fixScript(
  text: string,
  report: ScriptReport,
  again: (text: string) => ScriptReport,
  find: FindModule = NO_MODULES,
): Fixed {
  if (!report.findings.some(isFixable)) return { ok: false, why: 'there is nothing to wrap' };
  const source = sourceOf(text);
  if ('skipped' in source) return { ok: false, why: source.skipped };
  try {
    return fixedOf(text, source, report, again, find);
  } finally {
    source.parsed.root.tree.delete();
  }
}

function fixedOf(
  text: string,
  source: Source,
  report: ScriptReport,
  again: (text: string) => ScriptReport,
  find: FindModule,
): Fixed {
  const { root, errors } = source.parsed;
  if (errors.length > 0) return { ok: false, why: `line ${errors[0]?.line}: the syntax could not be read` };
  const statements = statementsOf(root);
  const layout = layoutOf(statements, find);
  const bound = layout.binders.get('__name__')?.[0];
  if (bound !== undefined) return { ok: false, why: `line ${lineOf(layout, bound)} gives __name__ another value` };
  const wanted: Wanted = { never: new Set(), costly: new Set(), needed: new Set(), byName: null };
  const places = statements.map((node, top) => ({ node, top }));
  note(report.findings, places, layout, wanted);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (wanted.byName !== null)
      return {
        ok: false,
        why: `line ${lineOf(layout, wanted.byName)}: what the script does by its name has to be changed by hand`,
      };
    const placed = placement(layout, wanted);
    if ('why' in placed) return { ok: false, why: placed.why };
    const deep = statements.findIndex((node, at) => placed.guarded[at] && depthOf(node) > DEEPEST);
    if (deep >= 0) return { ok: false, why: `line ${lineOf(layout, deep)}: its blocks are too deep for one more` };
    const { edits, runs } = rewriting(text, statements, placed.guarded);
    const kept = [...placed.kept]
      .map(([at, name]) => ({ line: lineOf(layout, at), name }))
      .sort((a, b) => a.line - b.line);
    if (edits.length === 0) return { ok: false, why: keptWhy(kept) };
    const fixed = edited(text, edits);
    if (cookieOf(fixed) !== cookieOf(text))
      return { ok: false, why: 'a comment that names an encoding would come to where it counts, or leave it' };
    const result = sourceOf(fixed);
    if ('skipped' in result) return { ok: false, why: result.skipped };
    try {
      const isRead = result.parsed.errors.length === 0 && isSameButGuards(root, result.parsed.root);
      if (!isRead) return { ok: false, why: 'what would be written would not be read as the same' };
      const verdict = again(fixed);
      const left = verdict.findings.filter(isFixable);
      const done: FixedScript = { ok: true, text: fixed, edits, runs, kept };
      if (verdict.verdict === 'protected') return done;
      const isNew = note(verdict.findings, placesIn(root, result.parsed.root), layout, wanted, result.parsed.root);
      if (isNew) continue;
      // What workers look up is made in each of them: better than that they do not find it.
      if (
        verdict.verdict === 'repeats work' &&
        (report.verdict !== 'repeats work' || left.length < report.findings.length)
      )
        return done;
      return { ok: false, why: `a guard would not be enough: ${verdict.findings[0]?.message ?? verdict.why}` };
    } finally {
      result.parsed.root.tree.delete();
    }
  }
  return { ok: false, why: 'a guard would not be enough' };
}

function keptWhy([first]: FixedScript['kept']): string {
  if (first === undefined) return 'there is nothing to wrap';
  return `line ${first.line} stays outside the guard: workers look up ${first.name}`;
}

interface Wanted {
  never: Set<number>;
  costly: Set<number>;
  needed: Set<string>;
  /** A statement that ends the script by its name. */
  byName: number | null;
}

/** The statements of the result, each with its place in the script as it is. */
function placesIn(before: Node, after: Node): { node: Node; top: number }[] {
  const old = eachAlone(before);
  return eachAlone(after).map(({ node }, index) => ({ node, top: old[index]?.top ?? 0 }));
}

/** Takes in what was found; whether that is new. */
function note(
  findings: readonly ScriptFinding[],
  places: readonly { node: Node; top: number }[],
  layout: Layout,
  wanted: Wanted,
  root?: Node,
): boolean {
  const size = (): number => wanted.never.size + wanted.costly.size + wanted.needed.size;
  const before = size();
  for (const finding of findings) {
    if (isMissing(finding)) {
      const found = root && missingAt(root, finding);
      const top = placeAt(places, finding.place.line - 1, finding.place.column - 1);
      if (found?.runs && top !== undefined) wanted.costly.add(top);
      else if (found) wanted.needed.add(found.name);
      continue;
    }
    if (!isFixable(finding)) continue;
    const top = placeAt(places, finding.place.line - 1, finding.place.column - 1);
    if (top === undefined || layout.kinds[top] === 'guard') continue;
    if (finding.id === 'script/guard-ends-workers' && asksForName(layout.statements[top] as Node)) wanted.byName = top;
    if (finding.id === 'script/repeated-work') wanted.costly.add(top);
    else wanted.never.add(top);
  }
  return size() > before;
}

/** The statement at the top that stands there; they are in their order. */
function placeAt(places: readonly { node: Node; top: number }[], row: number, column: number): number | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { row: from, column: at } = (places[middle] as { node: Node }).node.startPosition;
    if (from < row || (from === row && at <= column)) low = middle + 1;
    else high = middle;
  }
  return places[low - 1]?.top;
}

/** The name that a worker does not find, where it is read or what defines it; and whether that runs when the script is imported. */
function missingAt(root: Node, { place }: ScriptFinding): { name: string; runs: boolean } | null {
  const node = root.namedDescendantForPosition(
    { row: place.line - 1, column: place.column - 1 },
    { row: place.endLine - 1, column: place.endColumn - 1 },
  );
  const name = node?.type === 'identifier' ? node.text : node?.childForFieldName('name')?.text;
  if (!node || name === undefined) return null;
  let at: Node | null = node;
  while (at !== null && !/^(function_definition|class_definition|lambda)$/.test(at.type)) at = at.parent;
  return { name, runs: at === null };
}

function lineOf({ statements }: Layout, at: number): number {
  return (statements[at]?.startPosition.row ?? 0) + 1;
}

/** How many blocks stand in each other. */
function depthOf(node: Node): number {
  let deepest = 0;
  const open = [{ node, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const depth = next.depth + (next.node.type === 'block' ? 1 : 0);
    deepest = Math.max(deepest, depth);
    for (const child of next.node.namedChildren)
      if (child !== null && /(_statement|_definition|_clause|^block)$/.test(child.type))
        open.push({ node: child, depth });
  }
  return deepest;
}

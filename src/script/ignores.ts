import type { ScriptFinding } from './findings.ts';
import { lineOf } from './findings.ts';
import { type Node, placeOf } from './parse.ts';
import type { Source } from './source.ts';

/** What may stand in the brackets of `# lk: ignore[…]`, beside the ids of findings with or without `script/`: verdicts. */
const CODES: { readonly [code: string]: ScriptFinding['id'] } = {
  unprotected: 'script/import-unprotected',
  'import-unprotected': 'script/import-unprotected',
  'repeats-work': 'script/repeated-work',
  'repeated-work': 'script/repeated-work',
  'guard-ends-workers': 'script/guard-ends-workers',
  'fails-in-workers': 'script/fails-in-workers',
  notebook: 'script/notebook-function',
  'notebook-function': 'script/notebook-function',
  'not-followed': 'script/incomplete',
  incomplete: 'script/incomplete',
  syntax: 'script/syntax',
  'unused-ignore': 'script/unused-ignore',
};

/** A finding that is not said, and the line of the comment that says so. */
export interface Ignored {
  id: ScriptFinding['id'];
  line: number;
  by: number;
}

/** A comment. */
interface Ignore {
  node: Node;
  line: number;
  isForFile: boolean;
  /** Each by how it is written; null: all. */
  codes: readonly { written: string; id: ScriptFinding['id'] | null }[] | null;
  /** It cannot be read: why. */
  problem: string | null;
  used: Set<ScriptFinding['id']>;
}

/** Files without it have no such comment. */
const MARK = /#\s*lk:\s*ignore/i;
const COMMENT = /#\s*lk:\s*ignore(-file)?(?![\w-])\s*(\[[^\]\n]*\]?)?/i;
/** Behind it, without brackets: another comment, or nothing. Anything else may have been meant as brackets. */
const BEHIND = /^\s*(#|$)/;
/** So many of a file are read. */
const MOST = 10_000;

/** Whether there may be comments that say what is not to be said. */
export function mayIgnore(text: string): boolean {
  return MARK.test(text);
}

/**
 * The comments of a script that keep findings back, as `# noqa` does: `# lk: ignore[unprotected]` what is on its line,
 * `# lk: ignore` all of that, `# lk: ignore-file[…]` what is anywhere in the file. A finding is on the lines of its call, of
 * the statement that this is in, of the headers of the blocks around it, and of the calls on the way to LensKit's.
 */
export class Ignores {
  readonly ignored: Ignored[] = [];
  private readonly source: Source;
  private readonly file: string;
  private readonly all: Ignore[];

  constructor(file: string, source: Source) {
    this.file = file;
    this.source = source;
    this.all = mayIgnore(source.text) ? commentsOf(source.parsed.root) : [];
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /** What of findings is to be said. Their places are those of the text that was read. */
  kept(findings: readonly ScriptFinding[]): ScriptFinding[] {
    if (this.all.length === 0) return [...findings];
    return findings.filter((finding) => {
      const lines = this.linesOf(finding);
      const by = this.all.filter((one) => says(one, finding.id) && (one.isForFile || lines.has(one.line)));
      for (const one of by) one.used.add(finding.id);
      const [first] = by;
      const one = { id: finding.id, line: finding.place.line, by: first?.line ?? 0 };
      const isKnown = this.ignored.some(
        ({ id, line, by: from }) => id === one.id && line === one.line && from === one.by,
      );
      if (first !== undefined && !isKnown) this.ignored.push(one);
      return first === undefined;
    });
  }

  /** Those that keep nothing back, once everything was found; where not all was, only those that cannot be read. */
  unused(isWhole: boolean): ScriptFinding[] {
    const findings = this.all.flatMap((one) => {
      const message = problemOf(one) ?? (isWhole ? idleOf(one) : null);
      return message === null ? [] : [this.finding(one, message)];
    });
    return this.kept(findings);
  }

  private finding({ node, line }: Ignore, message: string): ScriptFinding {
    return {
      id: 'script/unused-ignore',
      level: 'warning',
      place: placeOf(node),
      cell: null,
      source: lineOf(this.source, line),
      message,
      via: [],
      fix: null,
    };
  }

  private linesOf({ place, via }: ScriptFinding): Set<number> {
    const { root } = this.source.parsed;
    const lines = new Set<number>();
    add(lines, place.line, place.endLine);
    const at = root.namedDescendantForPosition({ row: place.line - 1, column: place.column - 1 });
    for (let node: Node | null = at; node !== null; node = node.parent) if (isStatement(node)) addHeader(lines, node);
    for (const { file, line } of via) {
      if (file !== this.file) continue;
      lines.add(line);
      const text = this.source.text.split('\n', line)[line - 1] ?? '';
      const column = text.length - text.trimStart().length;
      let node = root.namedDescendantForPosition({ row: line - 1, column });
      while (node !== null && !isStatement(node)) node = node.parent;
      if (node !== null) addHeader(lines, node);
    }
    return lines;
  }
}

function says({ codes, problem }: Ignore, id: ScriptFinding['id']): boolean {
  if (problem !== null) return false;
  // What says that one is unused cannot be kept back by that one alone.
  return codes === null ? id !== 'script/unused-ignore' : codes.some((code) => code.id === id);
}

/** Why a comment cannot be read; null: it can. */
function problemOf({ codes, problem, isForFile }: Ignore): string | null {
  const unknown = (codes ?? []).filter(({ id }) => id === null).map(({ written }) => written);
  if (problem !== null || unknown.length === 0) return problem;
  return `# ${nameOf(isForFile)}[${unknown.join(', ')}]: there is no such finding; one of ${KNOWN.join(', ')}`;
}

/** What of a comment keeps nothing back; null: it is needed as it is. */
function idleOf({ codes, used, isForFile }: Ignore): string | null {
  const name = nameOf(isForFile);
  if (codes === null) return used.size > 0 ? null : `# ${name} keeps nothing back: take it out`;
  const idle = codes.filter(({ id }) => id !== null && id !== 'script/unused-ignore' && !used.has(id));
  if (idle.length === 0) return null;
  const names = idle.map(({ written }) => written).join(', ');
  return idle.length === codes.length
    ? `# ${name}[${names}] keeps nothing back: take it out`
    : `# ${name}: ${names} keeps nothing back: take it out of the brackets`;
}

function nameOf(isForFile: boolean): string {
  return isForFile ? 'lk: ignore-file' : 'lk: ignore';
}

/** As the verdicts are called. */
const KNOWN = ['unprotected', 'repeats-work', 'guard-ends-workers', 'fails-in-workers', 'notebook', 'not-followed'];

function commentsOf(root: Node): Ignore[] {
  return root
    .descendantsOfType('comment')
    .slice(0, MOST)
    .flatMap((node) => {
      const found = node && COMMENT.exec(node.text);
      if (node === null || found === null) return [];
      const [whole, file, brackets] = found;
      // `https://x/#lk: ignore` is part of a word.
      if (found.index > 0 && !/\s/.test(node.text[found.index - 1] ?? '')) return [];
      const behind = node.text.slice(found.index + whole.length);
      const read =
        brackets === undefined && !BEHIND.test(behind)
          ? { codes: [], problem: `lk: ignore${file ?? ''} takes what it keeps back in brackets, as in [unprotected]` }
          : codesOf(brackets);
      return [{ node, line: node.startPosition.row + 1, isForFile: file !== undefined, ...read, used: new Set() }];
    }) as Ignore[];
}

function codesOf(brackets: string | undefined): Pick<Ignore, 'codes' | 'problem'> {
  if (brackets === undefined) return { codes: null, problem: null };
  if (!brackets.endsWith(']')) return { codes: [], problem: 'a bracket of lk: ignore[…] is not closed' };
  const written = brackets
    .slice(1, -1)
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
  if (written.length === 0)
    return { codes: [], problem: 'lk: ignore[] names no finding; write lk: ignore[unprotected], or lk: ignore' };
  return { codes: written.map((code) => ({ written: code, id: idOf(code) })), problem: null };
}

function idOf(code: string): ScriptFinding['id'] | null {
  const name = code
    .toLowerCase()
    .replace(/^script\//, '')
    .replace(/[\s_]+/g, '-');
  return Object.hasOwn(CODES, name) ? (CODES[name] ?? null) : null;
}

function isStatement(node: Node): boolean {
  return node.parent !== null && ['module', 'block'].includes(node.parent.type);
}

/** The lines of a statement up to its block, where it has one. */
function addHeader(lines: Set<number>, node: Node): void {
  const { line, endLine } = placeOf(node);
  const block = (node.childForFieldName('definition') ?? node).namedChildren.find((child) => child?.type === 'block');
  add(lines, line, block ? Math.max(line, block.startPosition.row) : endLine);
}

function add(lines: Set<number>, from: number, to: number): void {
  for (let line = from; line <= to; line++) lines.add(line);
}

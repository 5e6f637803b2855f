import { Interpreter } from './interpret.ts';
import { type Modules, moduleOf } from './modules.ts';
import { type Node, type Place, placeOf } from './parse.ts';
import { scorersOf } from './scorers.ts';
import type { Source } from './source.ts';
import type { Effect, Module, Outcome } from './values.ts';

/** What is wrong with a script, or worth knowing; plain data. */
export interface ScriptFinding {
  id:
    | 'script/import-unprotected'
    | 'script/repeated-work'
    | 'script/guard-ends-workers'
    | 'script/notebook-function'
    | 'script/syntax'
    | 'script/incomplete';
  level: 'error' | 'warning' | 'info';
  /** In a notebook within its cell. */
  place: Place;
  /** The number of the code cell; null: no notebook. */
  cell: number | null;
  /** The line of the place. */
  source: string;
  message: string;
  /** How it comes about: the calls between, with file and line. */
  via: { name: string; file: string; line: number }[];
  /** What to write instead; the shortest change. */
  fix: string | null;
}

export type Verdict =
  | 'unprotected'
  | 'repeats work'
  | 'guard ends workers'
  | 'protected'
  | 'no parallelism'
  | 'notebook'
  | 'skipped'
  | 'unreadable';

/** A file with what was found of it. */
export interface ScriptReport {
  file: string;
  verdict: Verdict;
  /** Why, in one line. */
  why: string;
  findings: ScriptFinding[];
  /** LensKit's models that it builds, as `MODELS` calls them. */
  models: string[];
}

export interface Judgement {
  /** LensKit of these rules starts worker processes (up to 2025.8). */
  spawns: boolean;
  modules: Modules;
}

/** Judges a script as `python FILE` runs it: what its workers would run again. */
export function judgeScript(file: string, source: Source, { spawns, modules }: Judgement): ScriptReport {
  const imported = run('__mp_main__', file, source, modules);
  const syntax = source.parsed.errors.map((place) => syntaxFinding(place, source));
  const unread = imported.incomplete ? [incompleteFinding(source)] : [];
  // `python -m package` and `python package` do not import their main module again (multiprocessing/spawn.py).
  const isPackageMain = /(^|\/)__main__\.py$/.test(file);
  const models = scorersOf(moduleOf('__main__', file, source), modules);
  const report = (verdict: Verdict, why: string, findings: ScriptFinding[] = []): ScriptReport => ({
    file,
    verdict,
    why,
    findings: [...findings, ...syntax, ...unread],
    models,
  });
  const parallel = firstOfEach(
    imported.effects.filter(({ kind }) => kind === 'parallel'),
    file,
  );
  if (parallel.length > 0) {
    if (isPackageMain) return report('protected', 'run as a package, __main__.py is not imported by workers');
    const level = spawns ? 'error' : 'info';
    const findings = parallel.map((effect) => unprotected(effect, level, file, source, spawns));
    return report('unprotected', findings[0]?.message ?? '', findings);
  }
  const main = run('__main__', file, source, modules);
  if (!main.effects.some(({ kind }) => kind === 'parallel')) {
    return report('no parallelism', 'nothing that is run here starts worker processes');
  }
  if (imported.exits && !main.exits && !isPackageMain) {
    const finding = guardFinding(source, spawns);
    return report('guard ends workers', finding.message, [finding]);
  }
  const costly = firstOfEach(
    imported.effects.filter(({ kind }) => kind === 'costly'),
    file,
  );
  if (costly.length > 0 && !isPackageMain) {
    const findings = costly.map((effect) => repeated(effect, spawns ? 'warning' : 'info', file, source));
    return report('repeats work', findings[0]?.message ?? '', findings);
  }
  return report('protected', 'what starts worker processes does not run when a worker imports the script');
}

function run(name: string, file: string, source: Source, modules: Modules): Outcome {
  const module_: Module = moduleOf(name, file, source);
  return new Interpreter(modules).run(module_);
}

/** Of what one statement at the top reaches, the first: to mend it mends the others. */
function firstOfEach(effects: readonly Effect[], file: string): Effect[] {
  const seen = new Set<number>();
  return effects.filter((effect) => {
    const { id } = topStatement(outermost(effect, file));
    return !seen.has(id) && seen.add(id);
  });
}

/** The call in the script itself through which the effect is reached. */
function outermost(effect: Effect, file: string): Node {
  const [first] = effect.chain;
  return first && first.module.file === file
    ? first.node
    : (effect.chain.find(({ module }) => module.file === file)?.node ?? effect.node);
}

export function topStatement(node: Node): Node {
  let top = node;
  while (top.parent !== null && top.parent.parent !== null) top = top.parent;
  return top;
}

function findingAt(node: Node, source: Source): Pick<ScriptFinding, 'place' | 'cell' | 'source'> {
  const place = placeOf(node);
  return { place, cell: null, source: lineOf(source, place.line) };
}

export function lineOf({ text }: Source, line: number): string {
  return (text.split('\n', line)[line - 1] ?? '').replace(/\r$/, '').slice(0, 400);
}

export function viaOf({ chain, node, module: module_, what }: Effect): ScriptFinding['via'] {
  return [
    ...chain.map((call) => ({ name: call.name, file: call.module.file, line: placeOf(call.node).line })),
    { name: `${what}()`, file: module_.file, line: placeOf(node).line },
  ];
}

function unprotected(
  effect: Effect,
  level: 'error' | 'info',
  file: string,
  source: Source,
  spawns: boolean,
): ScriptFinding {
  const call = outermost(effect, file);
  const through = effect.chain.length > 0 ? `, through ${effect.chain.map(({ name }) => name).join(', ')}` : '';
  const what = spawns
    ? `${effect.what}() runs when a worker process imports the script${through}`
    : `${effect.what}() runs whenever the script is imported${through}; this LensKit starts no worker processes for it`;
  return {
    id: 'script/import-unprotected',
    level,
    ...findingAt(call, source),
    message: what,
    via: viaOf(effect),
    fix: shortestFix(topStatement(call), source),
  };
}

function repeated(effect: Effect, level: 'warning' | 'info', file: string, source: Source): ScriptFinding {
  const call = outermost(effect, file);
  return {
    id: 'script/repeated-work',
    level,
    ...findingAt(call, source),
    message: `${effect.what.startsWith('.') ? effect.what.slice(1) : effect.what}() runs again in every worker process: it stands outside if __name__ == "__main__"`,
    via: viaOf(effect),
    fix: shortestFix(topStatement(call), source),
  };
}

/** A lone call is put below the block; more is wrapped. */
function shortestFix(top: Node, source: Source): string {
  const { line, endLine } = placeOf(top);
  const text = source.text.slice(top.startIndex, top.endIndex);
  if (top.type === 'expression_statement' && line === endLine)
    return `if __name__ == "__main__":\n    ${text.trim().slice(0, 200)}`;
  return `if __name__ == "__main__":\n    …  # lines ${line} to ${endLine}, or lk check script --fix`;
}

function guardFinding(source: Source, spawns: boolean): ScriptFinding {
  const exit =
    source.parsed.root.namedChildren.find(
      (node) =>
        node &&
        /^(if_statement|raise_statement|expression_statement)$/.test(node.type) &&
        /exit|SystemExit|raise/.test(node.text),
    ) ?? source.parsed.root;
  return {
    id: 'script/guard-ends-workers',
    level: spawns ? 'warning' : 'info',
    ...findingAt(exit, source),
    message:
      'the script ends where it is not the main program: that ends every worker process too, and LensKit fails with BrokenProcessPool',
    via: [],
    fix: 'if __name__ == "__main__":\n    …  # put the work below it, and end nothing',
  };
}

function syntaxFinding(place: Place, source: Source): ScriptFinding {
  return {
    id: 'script/syntax',
    level: 'info',
    place,
    cell: null,
    source: lineOf(source, place.line),
    message: 'the syntax could not be read here; the rest was judged',
    via: [],
    fix: null,
  };
}

function incompleteFinding(source: Source): ScriptFinding {
  return {
    id: 'script/incomplete',
    level: 'info',
    place: { line: 1, column: 1, endLine: 1, endColumn: 1 },
    cell: null,
    source: lineOf(source, 1),
    message: 'the script is too large or too deeply nested to be followed to its end; what was found by then is said',
    via: [],
    fix: null,
  };
}

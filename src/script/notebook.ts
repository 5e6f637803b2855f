import { lineOf, type ScriptFinding, viaOf } from './findings.ts';
import { Ignores } from './ignores.ts';
import { Interpreter } from './interpret.ts';
import { type Judgement, type ScriptReport, said, startOf } from './judge.ts';
import { moduleOf } from './modules.ts';
import { type Node, placeOf } from './parse.ts';
import { scorersOf } from './scorers.ts';
import { type Source, sourceOf, withNewlines } from './source.ts';
import type { Value } from './values.ts';

/** The code cells of a notebook as one text; `starts`: the line, from 0, at which each begins. */
export interface Cells {
  text: string;
  starts: number[];
}

/** The code of a Jupyter notebook (nbformat 3 and 4); null: it is none. */
export function jupyterCells(text: string): Cells | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const { cells, worksheets } = (document ?? {}) as { cells?: unknown; worksheets?: { cells?: unknown }[] };
  const list = cells ?? worksheets?.[0]?.cells;
  if (!Array.isArray(list)) return null;
  const code = list.filter(
    (cell): cell is { [key: string]: unknown } => (cell as { cell_type?: unknown } | null)?.cell_type === 'code',
  );
  return joined(code.map(({ source, input }) => [source ?? input ?? ''].flat().map(String).join('')));
}

/** The Python cells of a Quarto document, which runs them as a notebook. */
export function quartoCells(text: string): Cells {
  const cells: string[] = [];
  let cell: string[] | null = null;
  let fence = '';
  for (const line of text.split('\n')) {
    const [, ticks] = /^\s*(`{3,})\{python\b/.exec(line) ?? [];
    if (cell === null && ticks !== undefined) {
      cell = [];
      fence = ticks;
    } else if (cell !== null && line.trim() === fence) {
      cells.push(cell.join('\n'));
      cell = null;
    } else cell?.push(line);
  }
  return joined(cells);
}

/** A line that asks IPython for help: a name and `?` at its end, or before it; no comment that ends in one. */
const ASKS = /^\s*(\?{1,2}\s*[\w.]+|[\w.*]+(\[\w+\])?\s*\?{1,2})\s*$/;

/** `%env NAME=value` and `%env NAME value`, or `%set_env`. */
const SETS = /^(\s*)%(?:set_)?env\s+(\w+)(?:\s*=\s*|\s+)(\S.*)$/;

/** IPython's own lines (`%magic`, `!command`, `?`) are no Python: they become comments, or what they do. */
function joined(cells: readonly string[]): Cells {
  const starts: number[] = [];
  const lines: string[] = [];
  for (const cell of cells) {
    starts.push(lines.length);
    const own = withNewlines(cell).split('\n');
    const isOther = /^\s*%%(?!time|capture|prun)/.test(own[0] ?? '');
    for (const line of own) {
      const [, indent = '', name, value = ''] = isOther ? [] : (SETS.exec(line) ?? []);
      if (name !== undefined)
        lines.push(`${indent}__import__("os").environ["${name}"] = ${JSON.stringify(value.trim())}`);
      else lines.push(isOther || /^\s*[%!?]/.test(line) || ASKS.test(line) ? '#' : line);
    }
  }
  return { text: lines.join('\n'), starts };
}

/**
 * Judges a notebook: its kernel's main module has no file, so that workers import nothing again. But they are
 * handed functions and classes by name, and one that a cell defines is not to be found there (`spawn`).
 */
export function judgeNotebook(file: string, cells: Cells, judgement: Judgement): ScriptReport {
  const { spawns, modules } = judgement;
  const source = sourceOf(cells.text);
  if ('skipped' in source)
    return { file, verdict: 'skipped', why: source.skipped, findings: [], ignored: [], models: [] };
  const module_ = moduleOf('__main__', file, source);
  const { effects, scope, incomplete, unfollowed } = new Interpreter(modules, startOf('__main__', judgement)).run(
    module_,
  );
  const why = 'a notebook: its workers import no script again';
  const parallel = effects.some(({ kind }) => kind === 'parallel');
  const sent = effects
    .filter(({ kind, module: where }) => kind === 'operation' && where === module_)
    .map((effect) => ({ name: `${effect.function}()`, node: effect.node, via: viaOf(effect) }));
  const components = parallel ? componentsOf(scope.cells.values, source) : [];
  const found = [...sent, ...components].map(
    ({ name, node, via }): ScriptFinding => ({
      id: 'script/notebook-function',
      level: spawns ? 'warning' : 'info',
      place: placeOf(node),
      cell: null,
      source: lineOf(source, placeOf(node).line),
      message: `${name} is defined in the notebook: spawned worker processes cannot find it; move it to a module beside the notebook`,
      via,
      fix: null,
    }),
  );
  const isWhole = !incomplete && unfollowed.length === 0;
  const report = said({ verdict: 'notebook', why, findings: found }, [], new Ignores(file, source), isWhole);
  const findings = report.findings.map((finding) => inCell(finding, cells));
  return { file, ...report, findings, models: scorersOf(module_, modules) };
}

/** Classes of the notebook that are LensKit's components: a pipeline carries them to the workers. */
function componentsOf(names: ReadonlyMap<string, Value>, source: Source): { name: string; node: Node; via: [] }[] {
  const isComponent = (base: Value): boolean =>
    base.some((one) => one.kind === 'name' && one.name.startsWith('lenskit.'));
  const components = [...names.values()]
    .flat()
    .flatMap((one) => (one.kind === 'class' && one.bases.some(isComponent) ? [one.name] : []));
  return source.parsed.root.descendantsOfType('class_definition').flatMap((node) => {
    const name = node?.childForFieldName('name');
    return name && components.includes(name.text) ? [{ name: name.text, node: name, via: [] as [] }] : [];
  });
}

/** A finding of the cells as one text, at its place in its cell. */
function inCell(finding: ScriptFinding, cells: Cells): ScriptFinding {
  const { place } = finding;
  const cell = cells.starts.findLastIndex((start) => start < place.line);
  const start = cells.starts[cell] ?? 0;
  return { ...finding, place: { ...place, line: place.line - start, endLine: place.endLine - start }, cell: cell + 1 };
}

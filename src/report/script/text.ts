import { Chalk, type ChalkInstance } from 'chalk';
import type { ScriptsReport } from '../../documents/scripts-report.ts';
import { visible } from '../../escape/visible.ts';
import type { ScriptFinding, ScriptReport } from '../../script/judge.ts';
import { blocks, columnsOf, wrapped } from '../layout.ts';

interface ScriptTextOptions {
  color: boolean;
  width: number;
  verbose: boolean;
}

const SYMBOLS = { error: '✗', warning: '!', info: '·' } as const;

/** What was found, each with its line, a caret and what to write; then how many files there are of each verdict. */
export function renderScriptText(report: ScriptsReport, { color, width, verbose }: ScriptTextOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const columns = Math.max(40, width);
  const shown = report.files.flatMap((file) =>
    file.findings
      .filter(({ level }) => verbose || level !== 'info' || report.files.length === 1)
      .map((finding) => block(file, finding, paint, columns)),
  );
  const listed =
    verbose || report.files.length === 1 ? [report.files.flatMap((file) => verdictLine(file, paint, columns))] : [];
  const skipped =
    verbose || report.files.length === 1
      ? []
      : [
          report.files
            .filter(({ verdict }) => verdict === 'skipped' || verdict === 'unreadable')
            .flatMap((file) => verdictLine(file, paint, columns)),
        ];
  if (report.files.length === 0) return '';
  return blocks([...shown, ...listed, ...skipped, ...(report.files.length > 1 ? [[tally(report)]] : [])]);
}

function block({ file }: ScriptReport, finding: ScriptFinding, paint: ChalkInstance, width: number): string[] {
  const { id, level, message, place, cell, source, fix, via } = finding;
  const mark = { error: paint.red, warning: paint.yellow, info: paint.cyan }[level];
  const where = cell === null ? `${file}:${place.line}:${place.column}` : `${file}, cell ${cell}, line ${place.line}`;
  return [
    `${mark(SYMBOLS[level])} ${mark(id)}  ${where}`,
    ...wrapped(message, width - 2).map((line) => `  ${line}`),
    ...excerpt(source, place, paint, width),
    ...via.slice(1).map((call) => paint.dim(`    ${call.name} at ${call.file}:${call.line}`)),
    ...(fix
      ? fix.split('\n').map((line, index) => `${index === 0 ? '  fix   ' : '        '}${paint.green(line)}`)
      : []),
  ];
}

/** The line, cut around the place, with a caret below it. */
function excerpt(source: string, place: ScriptFinding['place'], paint: ChalkInstance, width: number): string[] {
  const number = String(place.line).padStart(4);
  const room = Math.max(20, width - number.length - 4);
  const drawn = (text: string): string => visible(text.replaceAll('\t', ' '));
  const line = drawn(source);
  // What is drawn wider than it is written moves what follows.
  const column = drawn(source.slice(0, place.column - 1)).length;
  const end = place.endLine === place.line ? drawn(source.slice(0, place.endColumn - 1)).length : line.length;
  const from = line.length <= room ? 0 : Math.max(0, column - Math.floor(room / 2));
  const carets = Math.max(1, columnsOf(line.slice(column, Math.min(end, from + room))));
  return [
    paint.dim(`${number} │ `) + line.slice(from, from + room),
    paint.dim(`${' '.repeat(number.length)} │ `) +
      ' '.repeat(columnsOf(line.slice(from, column))) +
      paint.bold('^'.repeat(carets)),
  ];
}

/** Verdicts with nothing to do; of the others a mark says no more than that no finding is to be said. */
const GOOD: ReadonlySet<ScriptReport['verdict']> = new Set(['protected', 'no parallelism', 'notebook']);

function verdictLine({ file, verdict, why, findings }: ScriptReport, paint: ChalkInstance, width: number): string[] {
  const bad = findings.some(({ level }) => level === 'error')
    ? paint.red('✗')
    : findings.some(({ level }) => level === 'warning')
      ? paint.yellow('!')
      : null;
  const tick =
    GOOD.has(verdict) && findings.every(({ level }) => level !== 'info') ? paint.green('✓') : paint.cyan('·');
  const other = verdict === 'skipped' ? paint.dim('–') : verdict === 'unreadable' ? paint.red('✗') : tick;
  const mark = bad ?? other;
  // What a finding says need not be said again.
  const reason = findings.some(({ message }) => message === why) ? '' : `: ${why}`;
  return wrapped(`${mark} ${file}  ${verdict}${reason}`, width, '    ');
}

function tally({ files, lenskit, summary }: ScriptsReport): string {
  const counts = new Map<string, number>();
  for (const { verdict } of files) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  const ignored = summary.ignored > 0 ? ` · ${summary.ignored} kept back by comments` : '';
  return `${files.length} files: ${parts.join(', ')}${ignored} · rules ${lenskit.generation}`;
}

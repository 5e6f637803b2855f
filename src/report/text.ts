import { Chalk, type ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import type { Status } from '../checks/check.ts';
import type { Candidate, Knob } from '../config/resolution.ts';
import { fixLines, sameFix } from './fix.ts';
import { wrapped } from './layout.ts';
import type { CheckResult, Report } from './report.ts';
import {
  backendList,
  counting,
  cut,
  derivation,
  headline,
  load,
  mainValue,
  origin,
  shown,
  totals,
  workerValue,
} from './words.ts';

export interface TextOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Every check and every place where a knob may be set. */
  verbose: boolean;
}

const SYMBOLS: { readonly [status in Status]: string } = { fail: '✗', warn: '!', info: 'i', pass: '✓', skip: '–' };
const ORDER: readonly Status[] = ['fail', 'warn', 'info', 'pass', 'skip'];
const NARROW = 64;

/** The report for a terminal: short first, then what needs attention, each with the line to type. */
export function renderText(report: Report, options: TextOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.max(options.width, 30);
  const parts = [
    [...wrapped(headline(report), width, '  ').map((line) => paint.bold(line)), ...hypothesis(report, paint, width)],
    cpuLines(report, paint, width),
    knobTable(report, paint, width),
    ...(options.verbose ? [knobDetails(report, paint, width)] : []),
    findings(report, paint, width, options.verbose),
    wrapped(totals(report) + closing(report, options.verbose), width, '  '),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.trimEnd()).join('\n'))
    .join('\n\n')}\n`;
}

function hypothesis({ hypothetical }: Report, paint: ChalkInstance, width: number): string[] {
  return hypothetical.length === 0
    ? []
    : wrapped(`what if: ${hypothetical.map((flag) => cut(flag)).join(', ')}`, width, '  ').map((line) =>
        paint.cyan(line),
      );
}

function cpuLines(report: Report, paint: ChalkInstance, width: number): string[] {
  const { cpus } = report;
  const label = 'CPUs  ';
  const indent = ' '.repeat(label.length);
  const room = width - label.length;
  const ignored = cpus.lenskit > cpus.effective;
  const [first = '', ...more] = wrapped(`${cpus.effective} effective    ${derivation(report)}`, room);
  return [
    `${label}${first.replace(/^\d+ effective/, (text) => paint.bold(text))}`,
    ...more.map((line) => indent + line),
    ...wrapped(counting(report), room).map((line) => indent + (ignored ? paint.yellow(line) : line)),
    ...cpus.warnings.flatMap((warning) =>
      wrapped(`not clear: ${warning}`, room, '  ').map((line) => indent + paint.yellow(line)),
    ),
  ];
}

function knobTable(report: Report, paint: ChalkInstance, width: number): string[] {
  const { knobs, plan, cpus } = report;
  const visible = knobs.filter(
    (knob) => knob.status === 'in use' || knob.status === 'deprecated' || knob.source?.kind !== 'default',
  );
  if (visible.length === 0) return [];
  const hasWorkers = knobs.some(({ worker }) => worker !== null);
  const list = backendList(report);
  const rows = visible.map((knob) => [knob.env, mainValue(knob), workerValue(knob), origin(knob, list)]);
  if (plan) {
    rows.push(['threads in training', shown(plan.trainingThreads), '', load(plan.trainingThreads, cpus.effective)]);
    rows.push(['threads in batch', shown(plan.batchThreads), '', load(plan.batchThreads, cpus.effective)]);
  }
  const head = ['Knob', 'Main', ...(hasWorkers ? ['Worker'] : []), 'From'];
  const cells = rows.map(([name = '', main = '', worker = '', from = '']) => [
    name,
    main,
    ...(hasWorkers ? [worker] : []),
    from,
  ]);
  return width < NARROW ? stacked(head, cells, paint, width) : table(head, cells, paint, width);
}

function table(head: string[], rows: string[][], paint: ChalkInstance, width: number): string[] {
  const last = head.length - 1;
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const used = widths.slice(0, last).reduce((sum, column) => sum + column + 2, 1);
  widths[last] = Math.max(20, Math.min(widths[last] ?? 0, width - used));
  const drawn = new Table({
    head: head.map((title) => paint.dim(title)),
    colWidths: widths.map((column, index) => column + (index === last ? 0 : 2)),
    colAligns: head.map((_, column) => (column === 0 || column === last ? 'left' : 'right')),
    wordWrap: true,
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  // The padding on the right is part of the width, which the last column does without.
  drawn.options.colWidths[last] = (widths[last] ?? 0) + 2;
  for (const row of rows) drawn.push(row);
  return drawn
    .toString()
    .split('\n')
    .map((line) => ` ${line}`);
}

const BORDERS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
];

/** For terminals too narrow for a table: the values, and below them where they come from. */
function stacked(head: string[], rows: string[][], paint: ChalkInstance, width: number): string[] {
  const titles = head.slice(1, -1).map((title) => title.toLowerCase());
  return rows.flatMap((row) => {
    const values = titles.flatMap((title, index) => (row[index + 1] ? [`${title} ${row[index + 1]}`] : []));
    return [
      ...wrapped(`${row[0]}  ${values.join(', ')}`, width - 1, '    ').map((line) => ` ${line}`),
      ...wrapped(row.at(-1) ?? '', width - 4, '  ').map((line) => paint.dim(`    ${line}`)),
    ];
  });
}

/** Every place where a knob may be set, in order of precedence, the winner marked. */
function knobDetails({ knobs }: Report, paint: ChalkInstance, width: number): string[] {
  return knobs.flatMap((knob) => [
    paint.bold(knob.env),
    ...knob.candidates.flatMap((candidate) =>
      wrapped(`${candidate.used ? '→' : ' '} ${candidateText(candidate)}`, width - 2, '    ').map((line) =>
        candidate.used ? `  ${line}` : paint.dim(`  ${line}`),
      ),
    ),
    ...documentation(knob).flatMap((text) => wrapped(text, width - 4, '  ').map((line) => paint.dim(`    ${line}`))),
  ]);
}

function candidateText(candidate: Candidate): string {
  if (candidate.kind === 'default') {
    const steps = [candidate.formula, candidate.substituted, shown(candidate.value)];
    return candidate.set ? `default  ${[...new Set(steps)].join(' = ')}` : 'no default';
  }
  const line = candidate.line === undefined ? '' : `:${candidate.line}`;
  const key = candidate.key === undefined ? '' : ` ${candidate.key}`;
  const place = candidate.kind === 'parameter' ? `parameter ${candidate.name}` : `${candidate.name}${line}${key}`;
  return candidate.set ? `${place}  ${cut(candidate.raw ?? '')}` : `${place}  not set`;
}

function documentation({ documented, worker }: Knob): string[] {
  if (documented === null) return [];
  const own = `documented: ${documented.formula} = ${shown(documented.value)}`;
  const inWorker = documented.worker;
  if (!inWorker) return [own];
  return [
    own,
    `documented for workers: ${inWorker.formula} = ${shown(inWorker.value)}; really ${worker?.substituted} = ${shown(worker?.value)}`,
  ];
}

function findings(report: Report, paint: ChalkInstance, width: number, verbose: boolean): string[] {
  const wanted: readonly Status[] = verbose ? ORDER : ['fail', 'warn'];
  const listed = ORDER.filter((status) => wanted.includes(status)).flatMap((status) =>
    report.checks.filter((check) => check.status === status),
  );
  if (listed.length === 0) return [];
  const idWidth = width < NARROW ? 0 : Math.max(...listed.map(({ id }) => id.length)) + 2;
  const common = report.recommendation;
  const lines = listed.flatMap((check) => [
    ...titleLines(check, paint, width, idWidth),
    ...(verbose ? detailLines(check, paint, width) : []),
    ...(check.fix && !(common && sameFix(check.fix, common)) ? fixText(check.fix, paint, width) : []),
  ]);
  const shared = common !== null && listed.some(({ fix }) => fix !== null && sameFix(fix, common));
  return shared ? [...lines, ...fixText(common, paint, width)] : lines;
}

function titleLines(check: CheckResult, paint: ChalkInstance, width: number, idWidth: number): string[] {
  const mark = color(check.status, paint);
  const title = cut(check.title, 400);
  if (idWidth === 0) {
    return [
      `${mark(SYMBOLS[check.status])} ${mark(check.id)}`,
      ...wrapped(title, width - 2).map((line) => `  ${line}`),
    ];
  }
  const [first = '', ...more] = wrapped(title, width - idWidth - 2);
  const indent = ' '.repeat(idWidth + 2);
  return [
    `${mark(SYMBOLS[check.status])} ${mark(check.id.padEnd(idWidth))}${first}`,
    ...more.map((line) => indent + line),
  ];
}

function detailLines(check: CheckResult, paint: ChalkInstance, width: number): string[] {
  const said = check.evidence.map(({ where, said: text }) => `${where}: ${text}`);
  return [...(check.detail ? [check.detail] : []), ...said].flatMap((text) =>
    wrapped(cut(text, 400), width - 4, '  ').map((line) => paint.dim(`    ${line}`)),
  );
}

/** Commands are never broken: they are there to be pasted. */
function fixText(fix: NonNullable<CheckResult['fix']>, paint: ChalkInstance, _width: number): string[] {
  return fixLines(fix).map((line, index) => `${index === 0 ? '  fix   ' : '        '}${paint.green(line)}`);
}

function color(status: Status, paint: ChalkInstance): ChalkInstance {
  return { fail: paint.red, warn: paint.yellow, info: paint.cyan, pass: paint.green, skip: paint.dim }[status];
}

function closing({ summary }: Report, verbose: boolean): string {
  return verbose || summary.info + summary.skip === 0 ? '' : ' · --verbose lists them';
}

import { Chalk, type ChalkInstance } from 'chalk';
import { ATTENTION, needsAttention, worstOf } from '../checks/attention.ts';
import { STATUSES, type Status } from '../checks/check.ts';
import type { CheckResult } from '../checks/examine.ts';
import type { Report } from '../documents/doctor-report.ts';
import { traitsOf } from '../rules/generations.ts';
import type { Candidate, Knob } from '../rules/resolution.ts';
import { adviceLines, largerJobs } from './advice.ts';
import type { Section } from './details/sections.ts';
import { fixLines, sameFix } from './fix.ts';
import { jobLines } from './job-lines.ts';
import { blocks, NARROW, wrapped } from './layout.ts';
import { LIVE_HEAD, liveLines, liveRows } from './live.ts';
import { loadRows } from './load-rows.ts';
import { color, SYMBOLS } from './status.ts';
import { table } from './table.ts';
import {
  around,
  backendList,
  counting,
  cut,
  decidedBy,
  derivation,
  headline,
  knobName,
  mainValue,
  origin,
  shown,
  shownKnobs,
  totals,
  workerValue,
} from './words.ts';

export interface TextOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Every check and every place where a knob may be set. */
  verbose: boolean;
  /** What needs attention alone, with what to type; nothing at all where nothing does. */
  quiet?: boolean;
  /** What was asked for besides. */
  sections?: readonly Section[];
}

/** The report for a terminal: short first, then what needs attention, each with the line to type. */
export function renderText(report: Report, options: TextOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.max(options.width, 30);
  if (options.quiet) return quietText(report, paint, width);
  const parts = [
    [...wrapped(headline(report), width, '  ').map((line) => paint.bold(line)), ...hypothesis(report, paint, width)],
    cpuLines(report, paint, width),
    liveLinesOf(report, paint, width),
    knobTable(report, paint, width, options.verbose),
    poolTable(report, paint, width),
    probeTable(report, paint, width, options.verbose),
    ...(options.verbose ? [knobDetails(report, paint, width)] : []),
    findings(report, paint, width, options.verbose),
    jobText(report, paint),
    ...(options.sections ?? []).map((section) => sectionLines(section, paint, width)),
    [
      ...wrapped(totals(report), width, '  '),
      ...next(report, options.verbose).flatMap((line) => wrapped(line, width, '  ')),
    ],
  ];
  return blocks(parts);
}

function quietText(report: Report, paint: ChalkInstance, width: number): string {
  if (!report.checks.some(needsAttention)) return '';
  return `${findings(report, paint, width, false)
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
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
  const ignored = (cpus.lenskit ?? cpus.effective) !== cpus.effective;
  const [first = '', ...more] = wrapped(`${cpus.effective} effective    ${derivation(report)}`, room);
  return [
    `${label}${first.replace(/^\d+ effective/, (text) => paint.bold(text))}`,
    ...more.map((line) => indent + line),
    ...wrapped(counting(report), room).map((line) => indent + (ignored ? paint.yellow(line) : line)),
    ...around(report).flatMap((text) => wrapped(text, room).map((line) => indent + line)),
    ...cpus.warnings.flatMap((warning) =>
      wrapped(`not clear: ${warning}`, room, '  ').map((line) => indent + paint.yellow(line)),
    ),
  ];
}

/** What a running job does. */
function liveLinesOf(report: Report, paint: ChalkInstance, width: number): string[] {
  if (report.live === null) return [];
  const label = 'Live  ';
  const lines = liveLines(report).flatMap((text) => wrapped(text, width - label.length));
  return [
    ...lines.map((line, at) => `${at === 0 ? label : ' '.repeat(label.length)}${line}`),
    ...table([...LIVE_HEAD], liveRows(report.live), paint, width),
  ];
}

function knobTable(report: Report, paint: ChalkInstance, width: number, verbose: boolean): string[] {
  const { knobs } = report;
  const visible = shownKnobs(report, verbose);
  if (visible.length === 0) return [];
  const hasWorkers = knobs.some(({ worker }) => worker !== null);
  const list = backendList(report);
  const rows = visible.map((knob) => [knobName(knob), mainValue(knob), workerValue(knob), origin(knob, list)]);
  for (const [what, threads, on] of loadRows(report)) rows.push([what, threads, '', on]);
  const head = ['Knob', 'Main', ...(hasWorkers ? ['Worker'] : []), 'From'];
  const cells = rows.map(([name = '', main = '', worker = '', from = '']) => [
    name,
    main,
    ...(hasWorkers ? [worker] : []),
    from,
  ]);
  return table(head, cells, paint, width);
}

/** Every native pool with the threads it will have; told from files, until a probe looks. */
function poolTable({ pools, probe, live }: Report, paint: ChalkInstance, width: number): string[] {
  if (pools.length === 0) return [];
  const hasWorkers = pools.some(({ worker }) => worker !== null);
  const head = ['Pool', 'Main', ...(hasWorkers ? ['Worker'] : []), 'Decided by'];
  const cells = pools.map((row) => [
    row.pool,
    shown(row.main),
    ...(hasWorkers ? [row.worker === null ? '' : shown(row.worker)] : []),
    decidedBy(row),
  ]);
  const hint =
    probe === null && live === null ? wrapped('from files; --probe runs your Python once and compares', width - 1) : [];
  return [...table(head, cells, paint, width), ...hint.map((line) => paint.dim(` ${line}`))];
}

/** Foretold against observed. */
function probeTable({ probe }: Report, paint: ChalkInstance, width: number, verbose: boolean): string[] {
  if (probe === null) return [];
  if (probe.error !== null) return wrapped(`probe: ${cut(probe.error, 200)}`, width).map((line) => paint.red(line));
  const { comparisons, cudaDevices } = probe;
  const agreeing = comparisons.filter(({ agrees }) => agrees).length;
  const listed = verbose ? comparisons : comparisons.filter(({ agrees }) => !agrees);
  const rows = listed.map(({ what, foretold, observed, agrees }) => [
    what,
    foretold,
    observed,
    agrees ? 'as foretold' : 'differs',
  ]);
  const gpus = cudaDevices.length === 0 ? 'no CUDA device' : `CUDA: ${cudaDevices.map((name) => cut(name)).join(', ')}`;
  return [
    ...wrapped(`probed: ${agreeing} of ${comparisons.length} values as foretold · ${gpus}`, width, '  '),
    ...(rows.length > 0 ? table(['Value', 'Foretold', 'Observed', ''], rows, paint, width) : []),
  ];
}

/** Every place where a knob may be set, in order of precedence, the winner marked. */
function knobDetails({ knobs }: Report, paint: ChalkInstance, width: number): string[] {
  return knobs.flatMap((knob) => [
    paint.bold(knobName(knob)),
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
    const steps = [candidate.formula, candidate.substituted, shown(candidate.value)].filter(
      (step) => step !== undefined,
    );
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
  const wanted: readonly Status[] = verbose ? STATUSES : ATTENTION;
  const listed = wanted.flatMap((status) => report.checks.filter((check) => check.status === status));
  const later = report.recommendation === null ? [] : pasted(largerJobs(report.recommendation), paint, 'size');
  if (listed.length === 0) return later;
  const idWidth = width < NARROW ? 0 : Math.max(...listed.map(({ id }) => id.length)) + 2;
  const common = report.recommendation;
  const lines = listed.flatMap((check) => [
    ...titleLines(check, paint, width, idWidth),
    ...(verbose ? detailLines(check, paint, width) : []),
    ...(check.fix && !(common && sameFix(check.fix, common)) ? fixText(check.fix, paint) : []),
  ]);
  const shared = common !== null && listed.some(({ fix }) => fix !== null && sameFix(fix, common));
  return shared ? [...lines, ...pasted(adviceLines(common), paint)] : [...lines, ...later];
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

/** The script of a job that is yet to be submitted; never broken, as all that is there to be pasted. */
function jobText(report: Report, paint: ChalkInstance): string[] {
  return jobLines(report).map((line, index) => `${index === 0 ? '  job   ' : '        '}${paint.green(line)}`);
}

/** Names beside values, with paths and lists broken at blanks alone. */
function sectionLines({ title, rows }: Section, paint: ChalkInstance, width: number): string[] {
  const named = Math.min(Math.max(...rows.map(([name]) => name.length)), 28) + 2;
  const indent = ' '.repeat(named);
  return [
    paint.bold(title),
    ...rows.flatMap(([name, value]) => {
      const [first = '', ...more] = wrapped(value, Math.max(width - named - 2, 20));
      return [`  ${name.padEnd(named)}${first}`, ...more.map((line) => `  ${indent}${line}`)];
    }),
  ];
}

/** Commands are never broken: they are there to be pasted. */
function fixText(fix: NonNullable<CheckResult['fix']>, paint: ChalkInstance): string[] {
  return pasted(fixLines(fix), paint);
}

export function pasted(lines: readonly string[], paint: ChalkInstance, label = 'fix'): string[] {
  return lines.map((line, index) => `${index === 0 ? `  ${label}`.padEnd(8) : '        '}${paint.green(line)}`);
}

/** What to type next: the page of the worst finding, and how to see the rest. */
function next({ summary, checks, lenskit, machine }: Report, verbose: boolean): string[] {
  const worst = worstOf(checks);
  const commands = [
    ...(worst ? [`lk explain ${worst.id}`] : []),
    ...(worst?.fix?.env && isMeasured(lenskit) ? ['lk bench batch'] : []),
    ...machine.nodes,
    ...(verbose || summary.info + summary.skip === 0 ? [] : ['lk doctor --verbose']),
  ];
  return commands.length > 0 ? [commands.join(' · ')] : [];
}

/** `lk bench` runs programs with pipelines. */
function isMeasured({ generation }: Report['lenskit']): boolean {
  return generation === null || traitsOf({ generation }).api === 'pipelines';
}

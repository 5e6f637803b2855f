import type { CheckResult } from '../checks/examine.ts';
import type { Report } from '../documents/doctor-report.ts';
import { fixLines } from './fix.ts';
import {
  around,
  backendList,
  counting,
  derivation,
  headline,
  loadRows,
  mainValue,
  origin,
  shown,
  totals,
  workerValue,
} from './words.ts';

const MARKS = { fail: '❌', warn: '⚠️', info: 'ℹ️', pass: '✅', skip: '➖' } as const;

/** The report to be pasted into a bug report or a step summary (GitHub's Markdown). */
export function renderMarkdown(report: Report): string {
  const { cpus, checks, recommendation } = report;
  const found = checks.filter(({ status }) => status === 'fail' || status === 'warn' || status === 'info');
  const rest = checks.filter((check) => !found.includes(check));
  const sections = [
    `### ${escaped(headline(report))}`,
    ...(report.hypothetical.length > 0 ? [`What if: ${code(report.hypothetical.join(' '))}`] : []),
    [
      `**${cpus.effective} effective CPUs**: ${escaped(derivation(report))}.`,
      `${escaped(counting(report))}.`,
      ...around(report).map((text) => `${escaped(text)}.`),
      ...cpus.warnings.map((warning) => `Not clear: ${escaped(warning)}.`),
    ].join('  \n'),
    ...knobTable(report),
    ...poolTable(report),
    ...probeTable(report),
    ...(found.length > 0 ? [found.map(finding).join('\n')] : []),
    ...(recommendation && found.some(({ status }) => status !== 'info')
      ? [`**Recommended** (${escaped(recommendation.why)}):\n\n${fence(fixLines(recommendation).join('\n'))}`]
      : []),
    `<details><summary>${escaped(totals(report))}</summary>\n\n${rest.map(finding).join('\n')}\n\n</details>`,
    `<sub>lk ${escaped(report.program.version)}</sub>`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function knobTable(report: Report): string[] {
  const { knobs } = report;
  if (knobs.length === 0) return [];
  const list = backendList(report);
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rows = knobs.map((knob) => row([code(knob.env), mainValue(knob), workerValue(knob), code(origin(knob, list))]));
  for (const [what, threads, on] of loadRows(report)) rows.push(row([what, threads, '', on]));
  return [['| Knob | Main | Worker | From |', '| --- | ---: | ---: | --- |', ...rows].join('\n')];
}

function poolTable({ pools }: Report): string[] {
  if (pools.length === 0) return [];
  const rows = pools.map(
    ({ pool, main, worker, by }) => `| ${code(pool)} | ${shown(main)} | ${worker ?? ''} | ${escaped(by)} |`,
  );
  return [['| Pool | Main | Worker | Decided by |', '| --- | ---: | ---: | --- |', ...rows].join('\n')];
}

function probeTable({ probe }: Report): string[] {
  if (probe === null) return [];
  if (probe.error !== null) return [`Probe of ${code(probe.interpreter)}: ${escaped(probe.error)}.`];
  const rows = probe.comparisons.map(
    ({ what, foretold, observed, agrees }) =>
      `| ${escaped(what)} | ${code(foretold)} | ${code(observed)} | ${agrees ? '✅' : '❌'} |`,
  );
  return [['| Value | Foretold | Observed | |', '| --- | --- | --- | --- |', ...rows].join('\n')];
}

function finding(check: CheckResult): string {
  const lines = [`- ${MARKS[check.status]} ${code(check.id)} ${escaped(check.title)}`];
  if (check.detail) lines.push(`  ${escaped(check.detail)}`);
  for (const { where, said } of check.evidence) lines.push(`  - ${code(where)}: ${code(said)}`);
  return lines.join('\n');
}

/** Text that is not to be read as Markdown or HTML. */
function escaped(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]<>|#~]/g, (character) => `\\${character}`)
    .replaceAll('@', '@\u200b');
}

/** A code span, with more backticks than its text has; a pipe would end a table's cell. */
function code(text: string): string {
  const flat = text.replace(/[\r\n]+/g, ' ').replaceAll('|', '\\|');
  const most = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(most + 1);
  const pad = most > 0 || flat === '' ? ' ' : '';
  return `${ticks}${pad}${flat}${pad}${ticks}`;
}

function fence(text: string): string {
  return `\`\`\`sh\n${text.replaceAll('```', '` ` `')}\n\`\`\``;
}

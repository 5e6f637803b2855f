import { ATTENTION } from '../checks/attention.ts';
import type { Status } from '../checks/check.ts';
import type { CheckResult } from '../checks/examine.ts';
import type { Report } from '../documents/doctor-report.ts';
import { code, fence, md } from '../escape/markdown.ts';
import { joined, Markup } from '../escape/markup.ts';
import { checkPage } from './addresses.ts';
import { adviceLines } from './advice.ts';
import type { Section } from './details/sections.ts';
import { jobLines } from './job-lines.ts';
import { liveLines, liveRows } from './live.ts';
import { loadRows } from './load-rows.ts';
import {
  around,
  backendList,
  counting,
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

type Markdown = Markup<'markdown'>;

const MARKS: { readonly [status in Status]: string } = {
  error: '💥',
  fail: '❌',
  warn: '⚠️',
  info: 'ℹ️',
  pass: '✅',
  skip: '➖',
};
const FOUND: readonly Status[] = [...ATTENTION, 'info'];

/** The report to be pasted into a bug report or a step summary (GitHub's Markdown). */
export function renderMarkdown(report: Report, details: readonly Section[] = []): Markdown {
  const { cpus, checks, recommendation } = report;
  const found = checks.filter(({ status }) => FOUND.includes(status));
  const rest = checks.filter((check) => !found.includes(check));
  const sections = [
    md`### ${headline(report)}`,
    ...(report.hypothetical.length > 0 ? [md`What if: ${code(report.hypothetical.join(' '))}`] : []),
    joined(
      [
        md`**${cpus.effective} effective CPUs**: ${derivation(report)}.`,
        md`${counting(report)}.`,
        ...around(report).map((text) => md`${text}.`),
        ...cpus.warnings.map((warning) => md`Not clear: ${warning}.`),
      ],
      '  \n',
    ),
    ...liveTable(report),
    ...knobTable(report),
    ...poolTable(report),
    ...probeTable(report),
    ...(found.length > 0
      ? [
          joined(
            found.map((check) => finding(check, more(check.id))),
            '\n',
          ),
        ]
      : []),
    ...(recommendation && found.some(({ status }) => status !== 'info')
      ? [md`**Recommended** (${recommendation.why}):\n\n${fence(adviceLines(recommendation), 'sh')}`]
      : []),
    ...(report.job ? [md`**In the job's script**:\n\n${fence(jobLines(report), 'sh')}`] : []),
    md`<details><summary>${totals(report)}</summary>\n\n${joined(
      rest.map((check) => finding(check)),
      '\n',
    )}\n\n</details>`,
    ...(details.length > 0
      ? [
          md`<details><summary>Machine and libraries</summary>\n\n${joined(details.flatMap(section), '\n\n')}\n\n</details>`,
        ]
      : []),
    md`<sub>lk ${report.program.version}</sub>`,
  ];
  return md`${joined(sections, '\n\n')}\n`;
}

function table(head: Markdown, rows: readonly Markdown[][]): Markdown[] {
  if (rows.length === 0) return [];
  return [joined([head, ...rows.map((cells) => md`| ${joined(cells, ' | ')} |`)], '\n')];
}

function liveTable(report: Report): Markdown[] {
  if (report.live === null) return [];
  const [first = '', ...more] = liveLines(report);
  const rows = liveRows(report.live).map((cells) => cells.map((cell) => md`${cell}`));
  return [
    joined([md`**Live**: ${first}.`, ...more.map((line) => md`${line}.`)], '  \n'),
    ...table(
      md`| Process | PID | Threads | Want a CPU | CPUs | Waited |\n| --- | ---: | ---: | ---: | ---: | ---: |`,
      rows,
    ),
  ];
}

function knobTable(report: Report): Markdown[] {
  const list = backendList(report);
  const rows = shownKnobs(report, false).map((knob) => [
    code(knobName(knob)),
    md`${mainValue(knob)}`,
    md`${workerValue(knob)}`,
    code(origin(knob, list)),
  ]);
  const loads = loadRows(report).map(([what, threads, on]) => [md`${what}`, md`${threads}`, md``, md`${on}`]);
  return report.knobs.length === 0
    ? []
    : table(md`| Knob | Main | Worker | From |\n| --- | ---: | ---: | --- |`, [...rows, ...loads]);
}

function poolTable({ pools }: Report): Markdown[] {
  const rows = pools.map((row) => [
    code(row.pool),
    md`${shown(row.main)}`,
    md`${row.worker ?? ''}`,
    md`${decidedBy(row)}`,
  ]);
  return table(md`| Pool | Main | Worker | Decided by |\n| --- | ---: | ---: | --- |`, rows);
}

function probeTable({ probe }: Report): Markdown[] {
  if (probe === null) return [];
  if (probe.error !== null) return [md`Probe of ${code(probe.interpreter)}: ${probe.error}.`];
  const rows = probe.comparisons.map(({ what, foretold, observed, agrees }) => [
    md`${what}`,
    code(foretold),
    code(observed),
    md`${agrees ? '✅' : '❌'}`,
  ]);
  return rows.length === 0
    ? [md`| Value | Foretold | Observed | |\n| --- | --- | --- | --- |`]
    : table(md`| Value | Foretold | Observed | |\n| --- | --- | --- | --- |`, rows);
}

/** Where more is said of a check. */
function more(id: string): Markdown {
  return md` ([more](${new Markup<'markdown'>(checkPage(id))}))`;
}

function section({ title, rows }: Section): Markdown[] {
  const cells = rows.map(([name, value]) => [md`${name}`, code(value)]);
  return [md`**${title}**`, ...table(md`| | |\n| --- | --- |`, cells)];
}

function finding(check: CheckResult, page = md``): Markdown {
  return joined(
    [
      md`- ${new Markup<'markdown'>(MARKS[check.status])} ${code(check.id)} ${check.title}${page}`,
      ...(check.detail ? [md`  ${check.detail}`] : []),
      ...check.evidence.map(({ where, said }) => md`  - ${code(where)}: ${code(said)}`),
    ],
    '\n',
  );
}

import type { ComparisonReport, FindingChange, Move, Pair, Said } from '../../documents/comparison.ts';
import { grouped } from '../../escape/grouped.ts';
import { code, fence, md } from '../../escape/markdown.ts';
import { joined, type Markup } from '../../escape/markup.ts';
import { fixLines } from '../fix.ts';
import { CAUSES, comparisonTotals, glance, groupsLine, isAlike, namesText, toldGroups } from './words.ts';

type Markdown = Markup<'markdown'>;

/** What differs, to be pasted into an issue (GitHub's Markdown). */
export function renderComparisonMarkdown(report: ComparisonReport): Markdown {
  const sections = [
    ...(report.pair === null ? many(report) : pair(report.pair)),
    ...(report.unreadable.length === 0
      ? []
      : [joined([md`**Not read**\n`, ...report.unreadable.map(({ name, why }) => md`- ${code(name)}: ${why}`)], '\n')]),
    md`${comparisonTotals(report)}.`,
    md`<sub>lk ${report.program.version}</sub>`,
  ];
  return md`${joined(sections, '\n\n')}\n`;
}

function pair(found: Pair): Markdown[] {
  const { a, b, causes, differences, moves, findings, recommendation } = found;
  const head = md`### ${a.name} → ${b.name}`;
  if (isAlike(found)) return [head, md`Nothing that matters differs: ${glance(a)}.`];
  return [
    head,
    ...(causes.length === 0
      ? []
      : [
          joined(
            causes.map((cause) => md`- **${CAUSES[cause.about]}**: ${cause.a} → ${cause.b}`),
            '\n',
          ),
        ]),
    ...table(
      [md``, md`${a.name}`, md`${b.name}`],
      differences.map(({ name, a: own, b: other }) => [md`${name}`, said(own), said(other)]),
    ),
    ...(moves.length === 0 ? [] : [joined(moves.map(move), '\n')]),
    ...table(
      [md`Finding`, md`${a.name}`, md`${b.name}`],
      findings.map(({ id, a: own, b: other }) => [code(id), finding(own), finding(other)]),
    ),
    ...(recommendation === null
      ? []
      : [
          md`Recommended for ${a.name}:\n\n${fence(fixLines(recommendation.a), 'sh')}`,
          md`Recommended for ${b.name}:\n\n${fence(fixLines(recommendation.b), 'sh')}`,
        ]),
  ];
}

function said(own: Said | null): Markdown {
  if (own === null) return md``;
  return own.why === null ? md`${own.value}` : md`**${own.value}** ${own.why}`;
}

function finding(own: FindingChange['a']): Markdown {
  return own === null ? md`` : md`${own.status}: ${own.title}`;
}

function move({ name, kind, instead, set, fix }: Move): Markdown {
  const own = set === null ? code(name) : md`${code(name)} (set to ${code(set)})`;
  const what =
    kind === 'new'
      ? md`new`
      : instead === null
        ? md`gone, and nothing does the same`
        : instead === name
          ? md`refused there as it is`
          : md`${kind === 'deprecated' ? 'deprecated, use' : 'write'} ${code(instead)}`;
  const lines = fix === null ? [] : fixLines(fix);
  return md`- ${own}: ${what}${lines.length === 0 ? md`` : md`: ${joined(lines.map(code), '; ')}`}`;
}

function many(report: ComparisonReport): Markdown[] {
  const { told, rest } = toldGroups(report.groups ?? []);
  return [
    md`### ${groupsLine(report.groups ?? [])}`,
    ...table(
      [md`Machines`, md`What sets them apart`, md`Which`, md`At a glance`],
      told.map(({ machines, apart, members, like }) => [
        md`${grouped(machines)}`,
        md`${apart.length === 0 ? 'alike' : apart.join(' and ')}`,
        md`${namesText(members)}`,
        md`${glance(like)}`,
      ]),
    ),
    ...(rest === null ? [] : [md`${rest}.`]),
    ...findingTable(report.findings),
  ];
}

/** On how many machines each check says so, with one of them. */
export function findingTable(findings: ComparisonReport['findings']): Markdown[] {
  return table(
    [md`Finding`, md`Failed`, md`Warned`, md`For example`],
    findings.map(({ id, error, fail, warn, example }) => [
      code(id),
      md`${grouped(error + fail)}`,
      md`${grouped(warn)}`,
      md`${example.machine}: ${example.title}`,
    ]),
  );
}

export function table(head: readonly Markdown[], rows: readonly Markdown[][]): Markdown[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly Markdown[]): Markdown => md`| ${joined([...cells], ' | ')} |`;
  const rule = md`|${joined(
    head.map(() => md` --- `),
    '|',
  )}|`;
  return [joined([line(head), rule, ...rows.map(line)], '\n')];
}

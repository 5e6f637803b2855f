import type { NodesReport } from '../../documents/nodes.ts';
import { code, fence, md } from '../../escape/markdown.ts';
import { joined, type Markup } from '../../escape/markup.ts';
import { findingTable, table } from '../compare/markdown.ts';
import { glance, groupsLine, namesText, toldGroups } from '../compare/words.ts';
import { fixLines } from '../fix.ts';
import { commonAdvice, headOf, lostOf, nodesTotals, rowsOf, workersOf } from './words.ts';

type Markdown = Markup<'markdown'>;

/** The nodes, to be pasted into an issue (GitHub's Markdown). */
export function renderNodesMarkdown(report: NodesReport): Markdown {
  const { groups, findings, program } = report;
  const { rows, rest } = rowsOf(report);
  const advice = commonAdvice(report);
  const workers = workersOf(report);
  const lost = lostOf(report);
  const sections: Markdown[] = [
    md`### ${groups.length === 0 ? 'No node answered' : groupsLine(groups)}`,
    ...list(toldGroups(groups).told.map((group) => md`${namesText(group.members)}: ${glance(group.like)}`)),
    ...table(
      headOf(report).map((title) => md`${title}`),
      rows.map(({ names, cells }) => [md`${namesText(names)}`, ...cells.map((cell) => md`${cell}`)]),
    ),
    ...(rest === null ? [] : [md`${rest}.`]),
    ...(workers.of === 0
      ? []
      : [md`Workers of Ray, one a node: all as foretold on ${workers.agreeing} of ${workers.of}.`]),
    ...list(workers.said.slice(0, 20).map((line) => md`${line}`)),
    ...findingTable(findings),
    ...(advice === null || fixLines(advice.fix).length === 0
      ? []
      : [md`Recommended for tasks of ${advice.nodes} of ${advice.of} nodes:\n\n${fence(fixLines(advice.fix), 'sh')}`]),
    ...(lost.length === 0
      ? []
      : [
          md`**Not answered**`,
          ...list(lost.slice(0, 20).map(({ why, names }) => md`${code(namesText(names))}: ${why}`)),
        ]),
    md`${nodesTotals(report)}.`,
    md`<sub>lk ${program.version}</sub>`,
  ];
  return md`${joined(sections, '\n\n')}\n`;
}

function list(items: readonly Markdown[]): Markdown[] {
  return items.length === 0
    ? []
    : [
        joined(
          items.map((item) => md`- ${item}`),
          '\n',
        ),
      ];
}

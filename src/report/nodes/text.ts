import { Chalk, type ChalkInstance } from 'chalk';
import type { NodesReport } from '../../documents/nodes.ts';
import { grouped } from '../../escape/grouped.ts';
import { countLines } from '../compare/counts.ts';
import { glance, groupsLine, groupText, namesText, toldGroups } from '../compare/words.ts';
import { fixLines } from '../fix.ts';
import { blocks, wrapped } from '../layout.ts';
import { table } from '../table.ts';
import { pasted } from '../text.ts';
import { cut } from '../words.ts';
import { commonAdvice, headOf, lostOf, nodesTotals, rowsOf, workersOf } from './words.ts';

interface Options {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

const MOST_SAID = 20;

/** The nodes for a terminal: which are alike, what their tasks have, what was found, and who did not answer. */
export function renderNodesText(report: NodesReport, options: Options): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.max(options.width, 30);
  const parts = [
    groupLines(report, paint, width),
    nodeTable(report, paint, width),
    workerLines(report, width),
    countLines(report, { paint, width }),
    adviceLines(report, paint, width),
    lostLines(report, paint, width),
    wrapped(nodesTotals(report), width, '  '),
  ];
  return blocks(parts);
}

function groupLines({ groups }: NodesReport, paint: ChalkInstance, width: number): string[] {
  if (groups.length === 0) return [];
  const { told, rest } = toldGroups(groups);
  return [
    ...wrapped(groupsLine(groups), width, '  ').map((line) => paint.bold(line)),
    ...told.flatMap((group) => [
      ...(told.length === 1 ? [] : wrapped(groupText(group), width - 2, '  ').map((line) => `  ${line}`)),
      ...wrapped(glance(group.like), width - 4, '  ').map((line) => paint.dim(`    ${line}`)),
    ]),
    ...(rest === null ? [] : wrapped(rest, width - 2, '  ').map((line) => `  ${line}`)),
  ];
}

function nodeTable(report: NodesReport, paint: ChalkInstance, width: number): string[] {
  const { rows, rest } = rowsOf(report);
  if (rows.length === 0) return [];
  // The other columns take about so much.
  const room = Math.max(12, width - 66);
  const cells = rows.map(({ names, cells: own }) => [shortNames(names, room), ...own]);
  return [...table(headOf(report), cells, paint, width), ...(rest === null ? [] : wrapped(` ${rest}`, width))];
}

/** As many as have room, and how many there are besides. */
function shortNames(names: readonly string[], room: number): string {
  for (let count = Math.min(names.length, 5); count > 1; count--) {
    const more = names.length - count;
    const text = `${names.slice(0, count).join(', ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`;
    if (text.length <= room) return text;
  }
  const [first = ''] = names;
  return names.length === 1
    ? cut(first, Math.max(room, 20))
    : `${cut(first, 20)} and ${grouped(names.length - 1)} more`;
}

function workerLines(report: NodesReport, width: number): string[] {
  const { agreeing, of, said } = workersOf(report);
  if (of === 0) return [];
  return [
    ...wrapped(`workers of Ray, one a node: all as foretold on ${grouped(agreeing)} of ${grouped(of)}`, width, '  '),
    ...listed(said, width),
  ];
}

function adviceLines(report: NodesReport, paint: ChalkInstance, width: number): string[] {
  const advice = commonAdvice(report);
  if (advice === null || fixLines(advice.fix).length === 0) return [];
  const where =
    advice.nodes === advice.of ? 'each task' : `tasks of ${grouped(advice.nodes)} of the nodes; others: --json`;
  return [...wrapped(`recommended for ${where}`, width, '  '), ...pasted(fixLines(advice.fix), paint)];
}

function lostLines(report: NodesReport, paint: ChalkInstance, width: number): string[] {
  const lost = lostOf(report);
  if (lost.length === 0) return [];
  return [
    paint.bold('Not answered'),
    ...listed(
      lost.map(({ why, names }) => `${namesText(names)}: ${cut(why, 300)}`),
      width,
    ),
  ];
}

function listed(lines: readonly string[], width: number): string[] {
  const more = lines.length - MOST_SAID;
  return [
    ...lines.slice(0, MOST_SAID).flatMap((text) => wrapped(text, width - 2, '  ').map((line) => `  ${line}`)),
    ...(more > 0 ? [`  and ${grouped(more)} more: --json has them`] : []),
  ];
}

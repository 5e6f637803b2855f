import { Chalk, type ChalkInstance } from 'chalk';
import type { ComparisonReport, Difference, FindingChange, Move, Pair, Said } from '../../documents/comparison.ts';
import { grouped } from '../../escape/grouped.ts';
import { fixLines } from '../fix.ts';
import { blocks, columnsOf, wrapped } from '../layout.ts';
import { color, SYMBOLS } from '../status.ts';
import { pasted } from '../text.ts';
import { cut } from '../words.ts';
import { type Canvas, countLines } from './counts.ts';
import { CAUSES, comparisonTotals, glance, groupsLine, groupText, isAlike, SECTIONS, toldGroups } from './words.ts';

interface Options {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

/** What differs, for a terminal: what decides first, and nothing that is the same. */
export function renderComparisonText(report: ComparisonReport, options: Options): string {
  const canvas = { paint: new Chalk({ level: options.color ? 1 : 0 }), width: Math.max(options.width, 30) };
  const parts = [
    ...(report.pair === null ? manyParts(report, canvas) : pairParts(report.pair, canvas)),
    unreadable(report, canvas),
    wrapped(comparisonTotals(report), canvas.width, '  '),
  ];
  return blocks(parts);
}

function pairParts(pair: Pair, canvas: Canvas): string[][] {
  const { paint, width } = canvas;
  const { a, b } = pair;
  const head = [
    ...wrapped(`${cut(a.name, 60)} → ${cut(b.name, 60)}`, width, '  ').map((line) => paint.bold(line)),
    ...[a, b].flatMap((machine, index) =>
      wrapped(hypothesis(machine), width - 2, '  ')
        .filter((line) => line !== '')
        .map((line, at) => paint.cyan(`${at === 0 ? '-+'[index] : ' '} ${line}`)),
    ),
  ];
  if (isAlike(pair)) return [head, wrapped(`nothing that matters differs: ${glance(a)}`, width, '  ')];
  return [
    head,
    causeLines(pair, canvas),
    ...Object.entries(SECTIONS).map(([about, title]) => section(title, pair, about as Difference['about'], canvas)),
    moveLines(pair.moves, canvas),
    findingLines(pair.findings, canvas),
    ...adviceParts(pair, canvas),
  ];
}

/** What-if flags that the name does not say. */
function hypothesis({ name, hypothetical }: Pair['a']): string {
  const flags = hypothetical.filter((flag) => flag !== `--lenskit ${name.replace(/^LensKit /, '')}`);
  return flags.length === 0 ? '' : `what if: ${flags.map((flag) => cut(flag)).join(', ')}`;
}

function causeLines({ causes }: Pair, { paint, width }: Canvas): string[] {
  const names = causes.map(({ about }) => CAUSES[about]);
  const columns = Math.max(0, ...names.map((name) => name.length));
  return causes.flatMap(({ a, b }, index) => {
    const name = (names[index] ?? '').padEnd(columns);
    const label = `${index === 0 ? 'decides' : '       '}  ${name}  `;
    const [first = '', ...more] = wrapped(`${cut(a, 200)} → ${cut(b, 200)}`, width - label.length);
    return [`${label}${paint.bold(first)}`, ...more.map((line) => `${' '.repeat(label.length)}${paint.bold(line)}`)];
  });
}

function section(title: string, { differences }: Pair, about: Difference['about'], canvas: Canvas): string[] {
  const own = differences.filter((difference) => difference.about === about);
  if (own.length === 0) return [];
  const columns = Math.min(Math.max(...own.map(({ name }) => columnsOf(name))), 30);
  return [canvas.paint.bold(title), ...own.flatMap((difference) => differenceLines(difference, columns, canvas))];
}

/** On one line where nothing is to be said besides; else one for each machine, as in a patch. */
function differenceLines({ name, a, b }: Difference, columns: number, { paint, width }: Canvas): string[] {
  const gap = ' '.repeat(Math.max(0, columns - columnsOf(name)));
  const short = `  ${name}${gap}  ${a?.value ?? 'none'} → ${b?.value ?? 'none'}`;
  const isShort = (a?.why ?? null) === null && (b?.why ?? null) === null;
  if (isShort && columnsOf(short) <= width) return [short];
  return [
    ...wrapped(name, width - 2).map((line) => `  ${line}`),
    ...saidLines('-', a, paint.red, width),
    ...saidLines('+', b, paint.green, width),
  ];
}

function saidLines(mark: string, said: Said | null, paint: ChalkInstance, width: number): string[] {
  if (said === null) return [];
  const text = said.why === null ? said.value : `${said.value}  ${cut(said.why, 300)}`;
  return wrapped(text, width - 4, '  ').map((line, index) => paint(`  ${index === 0 ? mark : ' '} ${line}`));
}

function moveLines(moves: readonly Move[], { paint, width }: Canvas): string[] {
  if (moves.length === 0) return [];
  const isAlone = (move: Move): boolean => move.set === null && move.instead === null;
  const listed = moves.filter((move) => !isAlone(move));
  const named = (kind: Move['kind'], words: string): string[] => {
    const all = moves.filter((move) => move.kind === kind && isAlone(move)).map(({ name }) => name);
    return all.length === 0 ? [] : wrapped(`${words}: ${all.join(', ')}`, width - 2, '  ').map((line) => `  ${line}`);
  };
  return [
    paint.bold('Where it is set'),
    ...listed.flatMap((move) => [
      ...wrapped(moveText(move), width - 2, '  ').map((line) => `  ${line}`),
      ...(move.fix === null ? [] : pasted(fixLines(move.fix), paint, 'write')),
    ]),
    ...named('gone', 'gone, and nothing does the same'),
    ...named('new', 'new'),
  ];
}

function moveText({ name, kind, instead, set }: Move): string {
  const own = set === null ? name : `${name} (set to ${cut(set)})`;
  if (kind === 'deprecated') return `${own}: deprecated, use ${instead}`;
  if (instead === name) return `${own}: refused there as it is`;
  return instead === null ? `${own}: gone, and nothing does the same` : `${own} → ${instead}`;
}

function findingLines(findings: readonly FindingChange[], { paint, width }: Canvas): string[] {
  if (findings.length === 0) return [];
  const line = (mark: string, id: string, found: FindingChange['a']): string[] => {
    if (found === null) return [];
    const shade = color(found.status, paint);
    return [
      `${mark} ${shade(SYMBOLS[found.status])} ${shade(id)}`,
      ...wrapped(cut(found.title, 400), width - 4).map((text) => `    ${text}`),
    ];
  };
  return [paint.bold('Findings'), ...findings.flatMap(({ id, a, b }) => [...line('-', id, a), ...line('+', id, b)])];
}

function adviceParts({ a, b, recommendation }: Pair, { paint, width }: Canvas): string[][] {
  if (recommendation === null) return [];
  return [[a, recommendation.a] as const, [b, recommendation.b] as const].map(([{ name }, fix]) => [
    ...wrapped(`recommended for ${cut(name, 60)}`, width, '  '),
    ...pasted(fixLines(fix), paint),
  ]);
}

function manyParts(report: ComparisonReport, canvas: Canvas): string[][] {
  const { paint, width } = canvas;
  const groups = report.groups ?? [];
  const { told, rest } = toldGroups(groups);
  return [
    wrapped(groupsLine(groups), width, '  ').map((line) => paint.bold(line)),
    [
      ...told.flatMap((group) => [
        ...wrapped(groupText(group), width - 2, '  ').map((line) => `  ${line}`),
        ...wrapped(glance(group.like), width - 4, '  ').map((line) => paint.dim(`    ${line}`)),
      ]),
      ...(rest === null ? [] : wrapped(rest, width - 2, '  ').map((line) => `  ${line}`)),
    ],
    countLines(report, canvas),
  ];
}

const MOST_UNREADABLE = 20;

function unreadable({ unreadable: all }: ComparisonReport, { paint, width }: Canvas): string[] {
  if (all.length === 0) return [];
  const more = all.length - MOST_UNREADABLE;
  return [
    paint.bold('Not read'),
    ...all
      .slice(0, MOST_UNREADABLE)
      .flatMap(({ name, why }) => wrapped(`${name}: ${cut(why, 300)}`, width - 2, '  ').map((line) => `  ${line}`)),
    ...(more > 0 ? [`  and ${grouped(more)} more: --json names them`] : []),
  ];
}

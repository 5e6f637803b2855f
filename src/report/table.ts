import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import { columnsOf, NARROW, wrapped } from './layout.ts';

/** A table without borders; on a narrow terminal one entry below the other. The last column takes what is left. */
export function table(head: string[], rows: string[][], paint: ChalkInstance, width: number): string[] {
  if (width < NARROW) return stacked(head, rows, paint, width);
  const last = head.length - 1;
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => columnsOf(row[column] ?? ''))),
  );
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
    const aside = row.at(-1) ?? '';
    return [
      ...wrapped(`${row[0]}  ${values.join(', ')}`, width - 1, '    ').map((line) => ` ${line}`),
      ...(aside === '' ? [] : wrapped(aside, width - 4, '  ').map((line) => paint.dim(`    ${line}`))),
    ];
  });
}

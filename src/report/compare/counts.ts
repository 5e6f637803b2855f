import type { ChalkInstance } from 'chalk';
import { ATTENTION } from '../../checks/attention.ts';
import type { ComparisonReport } from '../../documents/comparison.ts';
import { grouped } from '../../escape/grouped.ts';
import { wrapped } from '../layout.ts';
import { color, SYMBOLS } from '../status.ts';
import { cut } from '../words.ts';

/** How to draw, and how wide. */
export interface Canvas {
  paint: ChalkInstance;
  width: number;
}

/** On how many machines each check says so, with one of them. */
export function countLines({ findings }: Pick<ComparisonReport, 'findings'>, { paint, width }: Canvas): string[] {
  return findings.flatMap((count) => {
    const { id, error, fail, warn, example } = count;
    const counts = [
      ...(error > 0 ? [`${grouped(error)} failed itself`] : []),
      ...(fail > 0 ? [`${grouped(fail)} failed`] : []),
      ...(warn > 0 ? [`${grouped(warn)} warned`] : []),
    ].join(', ');
    const status = ATTENTION.find((one) => count[one] > 0) ?? 'warn';
    const shade = color(status, paint);
    return [
      ...wrapped(`${SYMBOLS[status]} ${id}  ${counts}`, width, '    ').map((line) => shade(line)),
      ...wrapped(`${cut(example.machine, 60)}: ${cut(example.title, 300)}`, width - 2, '  ').map((line) =>
        paint.dim(`  ${line}`),
      ),
    ];
  });
}

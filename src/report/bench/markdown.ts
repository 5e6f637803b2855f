import { type BenchResult, claimed } from '../../documents/bench-result.ts';
import { code, md } from '../../escape/markdown.ts';
import { joined, Markup } from '../../escape/markup.ts';
import { conditionLines } from './conditions.ts';
import { COLUMNS, rowsOf } from './rows.ts';
import { claimWords, moreWords, unchangedWords } from './verdict.ts';
import { duration, jobText, settingTitle } from './words.ts';

/** The ranking as a table to paste, into a paper's appendix too, with what it was measured under. */
export function renderBenchMarkdown(result: BenchResult): string {
  const best = claimed(result);
  const more = moreWords(result);
  const line = (cells: readonly Markup<'markdown'>[]): Markup<'markdown'> => md`| ${joined(cells, ' | ')} |`;
  const rows = rowsOf(result, best).map(({ name, isBest, cells }) =>
    line([isBest ? md`**${name}**` : md`${name}`, ...cells.map(figure)]),
  );
  const rules = [md`---`, ...COLUMNS.map((name) => (name === '' ? md`---` : md`---:`))];
  return joined(
    [
      md`${code(jobText(result))}: ${result.trials.length} of ${result.space} settings, ${result.spent.runs} runs, ${duration(result.spent.seconds)}`,
      md``,
      md`${best === null ? unchangedWords(result) : claimWords(result)}${more === null ? '' : `; ${more}`}`,
      md``,
      line([settingTitle(result), ...COLUMNS].map((title) => md`${title}`)),
      line(rules),
      ...rows,
      md``,
      md`Measured with ${code('lk bench batch')}:`,
      md``,
      ...conditionLines(result).map(([name, text]) => md`- ${`${name}: ${text}`}`),
      ...(result.warnings.length > 0 ? [md``, md`Warnings:`, md``] : []),
      ...result.warnings.map((warning) => md`- ${warning}`),
      md``,
    ],
    '\n',
  ).text;
}

/** Figures stay as they are: within a table no number begins a list. */
function figure(text: string): Markup<'markdown'> {
  return /^>? ?[\d. –±×]{1,40}[a-zA-Z]{0,3}$/.test(text) ? new Markup(text) : md`${text}`;
}

import { type BenchResult, claimed, type Run } from '../../documents/bench-result.ts';
import { html } from '../../escape/html.ts';
import { joined, type Markup } from '../../escape/markup.ts';
import { htmlPage } from '../html-page.ts';
import { conditionLines } from './conditions.ts';
import { renderSvg } from './plot.ts';
import { COLUMNS, rowsOf } from './rows.ts';
import { snippet } from './snippets.ts';
import { claimWords, moreWords, timesWords, unchangedWords } from './verdict.ts';
import { jobText, ranked, settingText, settingTitle } from './words.ts';

type Cells = readonly (string | Markup<'html'>)[];

const STYLE = [
  'td, th { padding: 0.2em 1em 0.2em 0; text-align: right }',
  'td:first-child, th:first-child, td:last-child, th:last-child { text-align: left }',
  '.best { font-weight: bold } dt { font-weight: bold } .warning { color: #7d4e00 }',
].join('\n');

/** A page of the plot, the ranking, every run, and what it was measured under. */
export async function renderHtml(result: BenchResult): Promise<string> {
  const title = `lk bench batch: ${jobText(result)}`;
  const best = claimed(result);
  const more = moreWords(result);
  const told =
    best === null
      ? html`<p>${unchangedWords(result)}${more === null ? '' : `; ${more}`}</p>`
      : html`<p>${claimWords(result)}: ${timesWords(result)}</p>\n<pre>${snippet(best.env, 'shell').trimEnd()}</pre>`;
  const rows = rowsOf(result, best).map(
    ({ name, isBest, cells }) => html`<tr class="${isBest ? 'best' : ''}">${row('td', [name, ...cells])}</tr>`,
  );
  const lines = (parts: readonly Markup<'html'>[]): Markup<'html'> => joined(parts, '\n');
  const parts = html`${told}
${lines(result.warnings.map((warning) => html`<p class="warning">! ${warning}</p>`))}
<table><tr>${row('th', [settingTitle(result), ...COLUMNS])}</tr>
${lines(rows)}
</table>
<h2>Measured under</h2>
<dl>
${lines(conditionLines(result).map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`))}
</dl>
<details><summary>every run</summary>
<table><tr>${row('th', ['setting', 'begun (UTC)', 'seconds', 'CPUs of others', 'end'])}</tr>
${lines(runRows(result))}
</table>
</details>`;
  return htmlPage(title, STYLE, await renderSvg(result), parts);
}

function row(tag: 'td' | 'th', cells: Cells): Markup<'html'> {
  const texts = cells.map((cell) => (tag === 'td' ? html`<td>${cell}</td>` : html`<th>${cell}</th>`));
  return joined(texts, '');
}

function runRows(result: BenchResult): Markup<'html'>[] {
  const named: { name: string; runs: readonly Run[] }[] = [
    { name: 'now', runs: result.baseline.runs },
    ...ranked(result).map(({ settings, runs }) => ({ name: settingText(settings), runs })),
  ];
  return named.flatMap(({ name, runs }) =>
    runs.map(({ time, seconds, foreignLoad, status, reason }) => {
      const end = reason === null ? status : `${status}: ${reason}`;
      const cells = [name, time?.slice(11, 23) ?? '', seconds.toFixed(3), foreignLoad?.toFixed(2) ?? '', end];
      return html`<tr>${row('td', cells)}</tr>`;
    }),
  );
}

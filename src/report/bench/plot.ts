import { type BenchResult, claimed } from '../../documents/bench-result.ts';
import { html } from '../../escape/html.ts';
import { joined, Markup } from '../../escape/markup.ts';
import { eachText } from '../../escape/texts.ts';
import { visible } from '../../escape/visible.ts';
import { snippet } from './snippets.ts';
import { claimWords, unchangedWords } from './verdict.ts';
import { isSame, jobText, range, ranked, settingText, settingTitle, timeText } from './words.ts';

const MOST = 40;

/** The settings with their intervals, every run a dot, as SVG. */
export async function renderSvg(given: BenchResult): Promise<string> {
  // Vega escapes what XML acts on; what cannot be seen it would let through.
  const result = eachText(given, visible, visible);
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const entries = [
    { name: 'now', ...result.baseline, color: 'now' },
    ...ranked(result)
      .filter(({ median }) => median !== null)
      .map((trial) => ({
        ...trial,
        name: settingText(trial.settings),
        color: isSame(trial, claimed(result)) ? 'winner' : 'setting',
      })),
  ].slice(0, MOST);
  const values = entries.map(({ name, median, interval, color }) => ({
    name,
    median,
    low: interval?.[0],
    high: interval?.[1],
    color,
  }));
  const runs = entries.flatMap(({ name, runs: own }) =>
    own.filter(({ status }) => status === 'ok').map(({ seconds }) => ({ name, seconds })),
  );
  const y = {
    field: 'name',
    type: 'nominal',
    title: null,
    sort: entries.map(({ name }) => name),
  } as const;
  const { spec } = compile({
    title: { text: jobText(result).slice(0, 100), subtitle: [subtitle(result), settingTitle(result)] },
    width: 480,
    background: 'white',
    layer: [
      {
        data: { values },
        mark: 'bar',
        encoding: {
          y,
          x: { field: 'median', type: 'quantitative', title: 'seconds (median, 95 % interval, every run)' },
          color: {
            field: 'color',
            type: 'nominal',
            legend: null,
            scale: { domain: ['now', 'winner', 'setting'], range: ['#d29922', '#2da44e', '#8ab4d8'] },
          },
        },
      },
      {
        data: { values },
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
      {
        data: { values: runs },
        mark: { type: 'point', filled: true, size: 16, color: 'black', opacity: 0.6 },
        encoding: { y, x: { field: 'seconds', type: 'quantitative' } },
      },
    ],
  });
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}

function subtitle(result: BenchResult): string {
  const { cpus } = result;
  const machine = `${cpus.effective} effective CPU${cpus.effective === 1 ? '' : 's'}`;
  return `${machine}: ${claimed(result) === null ? unchangedWords(result) : claimWords(result)}`;
}

/** One page that needs nothing from elsewhere: the plot and the ranking. */
export async function renderHtml(result: BenchResult): Promise<string> {
  const rows = ranked(result).map((trial) => {
    const cells = [
      settingText(trial.settings),
      timeText(trial),
      range(trial.interval),
      trial.tied ? 'tied' : trial.status,
    ];
    return html`<tr>${joined(
      cells.map((cell) => html`<td>${cell}</td>`),
      '',
    )}</tr>`;
  });
  const title = `lk bench batch: ${jobText(result)}`;
  const best = claimed(result);
  const variables =
    best === null
      ? html`<p>${unchangedWords(result)}</p>`
      : html`<p>${claimWords(result)}</p>\n<pre>${snippet(best.env, 'shell').trimEnd()}</pre>`;
  const svg = new Markup<'html'>(await renderSvg(result));
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>body { font-family: system-ui, sans-serif; margin: 2em } td, th { padding: 0.2em 1em 0.2em 0; text-align: left }</style>
<h1>${title}</h1>
${svg}
${variables}
<table><tr><th>${settingTitle(result)}</th><th>median</th><th>95 %</th><th>status</th></tr>
${joined(rows, '\n')}
</table>
</html>
`.text;
}

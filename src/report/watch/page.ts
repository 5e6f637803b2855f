import type { WatchSummary } from '../../documents/watch.ts';
import { html } from '../../escape/html.ts';
import { Markup } from '../../escape/markup.ts';
import type { Point } from '../../live/series.ts';
import { renderWatchSvg } from './plot.ts';
import { renderWatchSummary } from './summary.ts';

const STYLE = 'body { font-family: system-ui, sans-serif; margin: 2em; max-width: 60em } pre { white-space: pre-wrap }';

/** One page that needs nothing from elsewhere: the plot and the summary. */
export async function renderWatchHtml(points: readonly Point[], summary: WatchSummary): Promise<string> {
  const title = `lk watch${summary.pid === null ? '' : `: PID ${summary.pid}`}`;
  const svg = new Markup<'html'>(await renderWatchSvg(points, summary));
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>${new Markup<'html'>(STYLE)}</style>
<h1>${title}</h1>
${svg}
<pre>${renderWatchSummary(summary, { color: false, width: 100 }).trimEnd()}</pre>
</html>
`.text;
}

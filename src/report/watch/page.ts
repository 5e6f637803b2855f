import type { WatchSummary } from '../../documents/watch.ts';
import { html } from '../../escape/html.ts';
import type { Point } from '../../live/series.ts';
import { htmlPage } from '../html-page.ts';
import { renderWatchSvg } from './plot.ts';
import { renderWatchSummary } from './summary.ts';

const STYLE = 'pre { white-space: pre-wrap }';

/** A page of the plot and the summary. */
export async function renderWatchHtml(points: readonly Point[], summary: WatchSummary): Promise<string> {
  const title = `lk watch${summary.pid === null ? '' : `: PID ${summary.pid}`}`;
  const told = html`<pre>${renderWatchSummary(summary, { color: false, width: 100 }).trimEnd()}</pre>`;
  return htmlPage(title, STYLE, await renderWatchSvg(points, summary), told);
}

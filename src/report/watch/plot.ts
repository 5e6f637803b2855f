import { counted } from '../../checks/check.ts';
import type { WatchSummary } from '../../documents/watch.ts';
import { eachText } from '../../escape/texts.ts';
import { visible } from '../../escape/visible.ts';
import { halved, type Point } from '../../live/series.ts';
import { cutTo, span } from './words.ts';

/** More points than there are pixels show nothing. */
const MOST = 600;
const WIDTH = 560;

/** CPUs used and threads that waited, and what the quota stopped, over time, with bands where workers were there: as SVG. */
export async function renderWatchSvg(all: readonly Point[], given: WatchSummary): Promise<string> {
  // Vega escapes what XML acts on; what cannot be seen it would let through.
  const summary = eachText(given, visible, visible);
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const points = thinned(all);
  const times = points.flatMap(({ at, cpusUsed, waiting }) => [
    { at, what: 'CPUs used', rank: 0, value: cpusUsed ?? 0 },
    { at, what: 'threads waiting', rank: 1, value: waiting ?? 0 },
  ]);
  const stops = points.map(({ at, throttledShare }) => ({ at, value: throttledShare ?? 0 }));
  const x = { field: 'at', type: 'quantitative', title: null, scale: { nice: false } } as const;
  const bands = {
    data: { values: bandsOf(points) },
    mark: { type: 'rect', color: '#8ab4d8', opacity: 0.25 },
    encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' } },
  } as const;
  const isStopped = stops.some(({ value }) => value > 0);
  const { spec } = compile({
    title: { text: title(summary), subtitle: subtitles(summary) },
    background: 'white',
    vconcat: [
      {
        width: WIDTH,
        height: 200,
        layer: [
          bands,
          {
            data: { values: times },
            mark: { type: 'area', interpolate: 'step-before' },
            encoding: {
              x: isStopped ? x : { ...x, title: 'seconds' },
              y: { field: 'value', type: 'quantitative', title: 'CPUs and threads', stack: 'zero' },
              order: { field: 'rank', type: 'quantitative' },
              color: {
                field: 'what',
                type: 'nominal',
                title: null,
                scale: { domain: ['CPUs used', 'threads waiting'], range: ['#2da44e', '#d29922'] },
                legend: { orient: 'top' },
              },
            },
          },
          ...(summary.effective === null
            ? []
            : [
                {
                  data: { values: [{ effective: summary.effective }] },
                  mark: { type: 'rule' as const, strokeDash: [4, 4] },
                  encoding: { y: { field: 'effective', type: 'quantitative' as const } },
                },
              ]),
          {
            data: { values: bandsOf(points) },
            mark: { type: 'text', align: 'left', dx: 3, dy: 8, fontSize: 9 },
            encoding: { x: { ...x, field: 'from' }, y: { value: 0 }, text: { field: 'label' } },
          },
        ],
      },
      ...(isStopped
        ? [
            {
              width: WIDTH,
              height: 70,
              layer: [
                bands,
                {
                  data: { values: stops },
                  mark: { type: 'area' as const, interpolate: 'step-before' as const, color: '#cf222e' },
                  encoding: {
                    x: { ...x, title: 'seconds' },
                    y: {
                      field: 'value',
                      type: 'quantitative' as const,
                      title: 'stopped',
                      scale: { domain: [0, 1] },
                      axis: { format: '%', tickCount: 3 },
                    },
                  },
                },
              ],
            },
          ]
        : []),
    ],
  });
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}

function thinned(points: readonly Point[]): Point[] {
  let few = [...points];
  while (few.length > MOST) few = halved(few);
  return few;
}

/** One for each time in which there were so many workers. */
export function bandsOf(points: readonly Point[]): { from: number; to: number; label: string }[] {
  const bands: { from: number; to: number; label: string; workers: number }[] = [];
  for (const { at, seconds, workers } of points) {
    const last = bands.at(-1);
    if (workers === 0) continue;
    if (last !== undefined && last.workers === workers && last.to >= at - seconds * 1.5) last.to = at;
    else bands.push({ from: at - seconds, to: at, label: counted(workers, 'worker'), workers });
  }
  return bands.map(({ from, to, label }) => ({ from, to, label }));
}

function title({ pid, version }: WatchSummary): string {
  return [pid === null ? 'a job' : `PID ${pid}`, ...(version === null ? [] : [`LensKit ${version}`])]
    .join(' · ')
    .slice(0, 100);
}

function subtitles({ seconds, cpusUsed, effective, waitedShare, verdict }: WatchSummary): string[] {
  const share = waitedShare === null ? '' : `, its threads waited ${Math.round(waitedShare * 100)} % of the time`;
  const used =
    cpusUsed === null ? '' : `: ${cpusUsed.toFixed(1)} CPUs used${effective === null ? '' : ` of ${effective}`}`;
  return [`${span(seconds)}${used}${share}`, ...(verdict === null ? [] : [cutTo(verdict.title, 95)])];
}

import { counted, size } from '../../checks/check.ts';
import { percent } from '../../checks/live/seen.ts';
import type { WatchLine } from '../../documents/watch.ts';
import { threadsOf, wantingThreads } from '../../live/counts.ts';
import { meanOf, type Point } from '../../live/series.ts';
import { columnsOf, wrapped } from '../layout.ts';
import { LIVE_HEAD, liveRows } from '../live.ts';
import { cutTo, doing, ofCpus, span } from './words.ts';

/** What is shown of a job while it is watched. */
export interface Shown {
  line: WatchLine;
  points: readonly Point[];
  /** LensKit's; null: not known. */
  version: string | null;
  /** Said below, where there is room. */
  hint: string;
}

const LABEL = 11;
const VALUE = 13;
const BARS = '▁▂▃▄▅▆▇█';
/** The table of processes wants so many columns. */
const TABLE = 58;

/** The screen's lines, what matters most first, each shorter than the width, no more than the height. Pure. */
export function screenLines(shown: Shown, { width, height }: { width: number; height: number }): string[] {
  const { line, points, version, hint } = shown;
  const { effective, cpusUsed, waitedShare, throttledShare, memoryBytes, others, processes } = line;
  const wanting = wantingThreads(line);
  const most = Math.max(effective ?? 0, ...points.slice(-width).map((point) => point.cpusUsed ?? 0), 1);
  const row = (label: string, value: string, bars: string) =>
    `${label.padEnd(LABEL)}${value.padEnd(VALUE)}${bars}`.trimEnd();
  const room = Math.max(0, width - 1 - LABEL - VALUE);
  const history = (of: (point: Point) => number | null, top: number) => bars(points, of, top, room);
  const counts = `${wanting ?? '?'} want a CPU, ${threadsOf(line)} in ${counted(processes.length, 'process')}`;
  const lines = [
    [`PID ${line.pid}`, version === null ? '' : `LensKit ${version}`, span(line.at), doing(line)]
      .filter((part) => part !== '')
      .join(' · '),
    row(
      'CPUs used',
      ofCpus(cpusUsed, effective),
      history((point) => point.cpusUsed, most),
    ),
    row('waited', waitedShare === null ? '?' : percent(waitedShare), history(waitedShareAt, 1)),
    ...(throttledShare === null
      ? []
      : [
          row(
            'stopped',
            percent(throttledShare),
            history((point) => point.throttledShare, 1),
          ),
        ]),
    row('threads', counts, ''),
    row('memory', memoryBytes === null ? '?' : size(memoryBytes), ''),
    ...(others === null ? [] : [row('others', `${others.used.toFixed(1)} CPUs, ${others.idle.toFixed(1)} idle`, '')]),
    ...line.warnings.flatMap((warning) => wrapped(warning, Math.max(width - 1, 20))),
    ...(width > TABLE ? processTable(line) : []),
  ];
  const fitting = lines.slice(0, Math.max(1, height - (hint === '' ? 0 : 1)));
  return [...fitting, ...(hint === '' || height < 2 ? [] : [hint])].map((text) => cutTo(text, width - 1));
}

function waitedShareAt({ waiting, cpusUsed }: Point): number | null {
  if (waiting === null || cpusUsed === null) return null;
  return waiting + cpusUsed === 0 ? 0 : waiting / (waiting + cpusUsed);
}

/** The whole time as bars, the newest at the right: each of as many looks as have to share it. */
export function bars(
  points: readonly Point[],
  of: (point: Point) => number | null,
  top: number,
  width: number,
): string {
  if (width <= 0) return '';
  const each = Math.max(1, Math.ceil(points.length / width));
  const count = Math.min(width, Math.ceil(points.length / each));
  return Array.from({ length: count }, (_, at) => {
    const mean = meanOf(points.slice(at * each, (at + 1) * each), of);
    if (mean === null) return ' ';
    const level = Math.round((Math.min(mean, top) / top) * BARS.length);
    return level <= 0 ? '·' : BARS[level - 1];
  }).join('');
}

function processTable(line: WatchLine): string[] {
  const rows = [[...LIVE_HEAD], ...liveRows(line)];
  const widths = LIVE_HEAD.map((_, column) => Math.max(...rows.map((cells) => columnsOf(cells[column] ?? ''))));
  return [
    '',
    ...rows.map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    ),
  ];
}

import { endOf, type WatchLine, type WatchSummary } from '../../documents/watch.ts';
import { asJsonLine, asLine, asText, type Presented } from '../../output/presented.ts';
import { blockScreen, canDraw, panelScreen, type Screen } from '../../output/screen.ts';
import { printAside } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { isOutputGone } from '../../output/streams.ts';
import { terminal, viewer } from '../../output/terminal.ts';
import { screenLines } from '../../report/watch/screen.ts';
import { renderWatchSummary } from '../../report/watch/summary.ts';
import { lookLine } from '../../report/watch/words.ts';
import type { Series } from './watch-series.ts';

/** Shows looks as they come, and the summary. */
export interface View {
  /** True where it is drawn anew in place. */
  isScreen: boolean;
  /** True once nobody will read it. */
  isGone(): boolean;
  look(line: WatchLine, series: Series): void;
  end(summary: WatchSummary): void;
}

/** Beside a command's own output so many lines, and on a terminal that has room for both. */
const PANEL = 5;
const LEAST_ROWS = 15;

/** `aside`: on standard error. `beside`: a command writes to the same terminal. */
export async function viewOf({
  json,
  aside,
  beside,
}: {
  json: boolean;
  aside: boolean;
  beside: boolean;
}): Promise<View> {
  const put = (text: Presented) => (aside ? printAside(text) : print(text));
  const isGone = () => !aside && isOutputGone();
  if (json)
    return {
      isScreen: false,
      isGone,
      look: (line) => put(asJsonLine(line)),
      end: (summary) => put(asJsonLine(endOf(summary, new Date()))),
    };
  const stream = viewer(aside ? 2 : 1) as NodeJS.WriteStream;
  const finish = (summary: WatchSummary) =>
    put(asText(summary, (shown) => renderWatchSummary(shown, terminal(stream))));
  const draws = canDraw(stream) && (!beside || stream.rows >= LEAST_ROWS);
  if (!draws) return { isScreen: false, isGone, look: inLines(put), end: finish };
  const screen = beside ? panelScreen(stream, PANEL) : blockScreen(stream);
  const redraw = follow(screen, beside ? '' : 'Ctrl-C ends the watching; the job goes on');
  const stop = beside ? giveWayWhileStopped(screen, redraw) : () => {};
  stream.on('resize', redraw.again);
  return {
    isScreen: true,
    isGone,
    look: redraw.show,
    end(summary) {
      stream.off('resize', redraw.again);
      stop();
      screen.end();
      finish(summary);
    },
  };
}

/** A line each; what is to be said of the job once, until it is something else. */
function inLines(put: (text: Presented) => void): View['look'] {
  let said = '';
  return (line) => {
    const now = line.warnings.join('\n');
    if (now !== said) for (const warning of line.warnings) put(asLine(warning));
    said = now;
    put(asLine(lookLine(line)));
  };
}

interface Redraw {
  show(line: WatchLine, series: Series): void;
  again(): void;
}

function follow(screen: Screen, hint: string): Redraw {
  let latest: { line: WatchLine; series: Series } | null = null;
  const again = (): void => {
    if (latest === null) return;
    const { line, series } = latest;
    screen.draw(screenLines({ line, points: series.points, version: series.job?.version ?? null, hint }, screen.size));
  };
  return {
    show(line, series) {
      latest = { line, series };
      again();
    },
    again,
  };
}

/** Ctrl-Z: the shell has the whole terminal while the command is stopped. */
function giveWayWhileStopped(screen: Screen, { again }: Redraw): () => void {
  const leave = () => screen.end();
  process.prependListener('SIGTSTP', leave);
  process.on('SIGCONT', again);
  process.on('exit', leave);
  return () => {
    process.off('SIGTSTP', leave);
    process.off('SIGCONT', again);
    process.off('exit', leave);
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchSummary } from '../../documents/watch.ts';
import { thisMachine } from '../../host/open.ts';
import { hiding } from '../../privacy/secrets.ts';
import { runBeside } from '../../process/in-place.ts';
import { interruptible } from '../../process/signals.ts';
import { FlagError } from '../flags.ts';
import { isRunnable, requireWords } from '../run/runnable.ts';
import { processNumber } from '../values.ts';
import { requireProcesses } from './observed-process.ts';
import { openWatchOutputs, type WatchOutputs } from './watch-files.ts';
import { savedWatch } from './watch-saved.ts';
import { Series } from './watch-series.ts';
import { type View, viewOf } from './watch-view.ts';

/** The flags of `lk watch`, as parsed. */
export interface WatchFlags {
  /** Seconds. */
  every?: number | undefined;
  json?: boolean | undefined;
  save?: string | undefined;
  plot?: string | undefined;
  from?: string | undefined;
}

interface Program {
  version: string;
}

/** Without a terminal a line a second would be a log that nobody reads. */
const WITHOUT_TERMINAL = 10;

/** Watches a job or a command, or shows what was saved. Sets the exit status. @throws FlagError, FileError, ProcessUnreadable */
export async function watch(
  flags: WatchFlags,
  { pid, command }: { pid: string | undefined; command: readonly string[] },
  program: Program,
): Promise<void> {
  const named = [pid !== undefined, command.length > 0, flags.from !== undefined].filter(Boolean).length;
  if (named === 0)
    throw new FlagError(
      'watch: nothing to watch; write lk watch PID, or a command behind --: lk watch -- python job.py',
    );
  if (named > 1)
    throw new FlagError('watch: a PID, a command behind -- and --from exclude each other; name one of them');
  const asked = flags.every ?? null;
  if (flags.from !== undefined) {
    const outputs = openWatchOutputs(flags, [flags.from]);
    const { points, summary } = savedWatch(flags.from);
    const view = await viewOf({ json: flags.json === true, aside: false, beside: false });
    view.end(summary);
    if (!(await outputs.end(points, summary))) process.exitCode = 2;
    return;
  }
  requireProcesses('lk watch');
  if (pid !== undefined) return watchProcess(processNumber('watch', pid), flags, asked, program);
  requireWords('watch', command);
  const outputs = openWatchOutputs(flags, command);
  if (!isRunnable('watch', command)) return outputs.close();
  await watchCommand(command, outputs, flags, asked, program);
}

async function watchProcess(pid: number, flags: WatchFlags, asked: number | null, program: Program): Promise<void> {
  const series = new Series(thisMachine(), hiding(process.env, process.argv.slice(2)), { pid, label: `watch ${pid}` });
  await series.open();
  const outputs = openWatchOutputs(flags, []);
  const view = await viewOf({ json: flags.json === true, aside: false, beside: false });
  const stop = new AbortController();
  const { done, status } = await interruptible(
    () => looks(series, view, outputs, timing(asked, flags, view), stop.signal),
    () => stop.abort(),
  );
  // Ctrl-C is how the watching of a job ends.
  const exit = status === null || status === INTERRUPT ? 0 : status;
  await ended(series.end(done ? 'watching' : 'job', null, program), series, view, outputs, exit);
}

const INTERRUPT = 130;

async function watchCommand(
  command: readonly string[],
  outputs: WatchOutputs,
  flags: WatchFlags,
  asked: number | null,
  program: Program,
): Promise<void> {
  const proc = thisMachine();
  const view = await viewOf({ json: flags.json === true, aside: true, beside: true });
  const stop = new AbortController();
  let series: Series | null = null;
  let watching: Promise<boolean> | null = null;
  const status = await runBeside(command, process.env, (pid) => {
    series = new Series(proc, hiding(process.env, command), { pid, label: `watch ${pid}` }, { isCommand: true });
    watching = looks(series, view, outputs, timing(asked, flags, view), stop.signal);
  });
  stop.abort();
  await watching;
  if (series !== null) await ended((series as Series).end('job', status, program), series, view, outputs, status);
  else process.exitCode = status;
}

interface Timing {
  every: number;
  /** Between two lines. */
  lines: number;
}

function timing(asked: number | null, flags: WatchFlags, view: View): Timing {
  const every = asked ?? 1;
  return { every, lines: asked ?? (view.isScreen || flags.json ? every : WITHOUT_TERMINAL) };
}

/** Looks until the job ends (false), or the watching is stopped or nobody reads it any more (true). */
async function looks(
  series: Series,
  view: View,
  outputs: WatchOutputs,
  { every, lines }: Timing,
  stop: AbortSignal,
): Promise<boolean> {
  let said = Number.NEGATIVE_INFINITY;
  while (!stop.aborted && !view.isGone()) {
    await sleep(series.pause(every) * 1000, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return true;
    const line = await series.look();
    if (line === 'ended') return false;
    if (line === null) continue;
    outputs.add(line);
    // What was asked for as often as it is looked at is never left out for a late look.
    if (line.at - said < lines - every / 2) continue;
    said = line.at;
    view.look(line, series);
  }
  return true;
}

async function ended(
  summary: WatchSummary,
  series: Series,
  view: View,
  outputs: WatchOutputs,
  status: number,
): Promise<void> {
  view.end(summary);
  process.exitCode = (await outputs.end(series.points, summary)) || status !== 0 ? status : 2;
}

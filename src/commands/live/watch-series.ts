import { readFileSync } from 'node:fs';
import { adviceOf, type OpenJob, openJob } from '../../doctor/watched-job.ts';
import { WATCH_VERSION, type WatchLine, type WatchSummary } from '../../documents/watch.ts';
import type { Host } from '../../host/host.ts';
import { ProcessUnreadable } from '../../host/process.ts';
import { processStat } from '../../host/process-stat.ts';
import { isPython, mainProcess } from '../../live/job.ts';
import { pauseUntilNext } from '../../live/pace.ts';
import { type Point, pointOf, withPoint } from '../../live/series.ts';
import { summaryOf } from '../../live/summary.ts';
import type { WatchedFacts } from '../../live/watched.ts';
import type { Hide } from '../../privacy/secrets.ts';

/** The looks at one job so far: its main process may come to be another while a command runs. */
export class Series {
  points: Point[] = [];
  job: OpenJob | null = null;
  private busiest: { live: WatchedFacts; wanting: number } | null = null;
  private readonly begun = performance.now();
  private readonly childrenBefore = childrenTicks();
  /** What was read once is not watching. */
  private once = { user: 0, system: 0 };
  private readonly before = process.cpuUsage();

  constructor(
    private readonly proc: Host,
    private readonly hide: Hide,
    private readonly target: { pid: number; label: string },
    private readonly options: { isCommand: boolean } = { isCommand: false },
  ) {}

  /** @throws ProcessUnreadable */
  async open(): Promise<void> {
    const begun = process.cpuUsage();
    this.job?.watched.close();
    this.job = await openJob(this.proc, this.target.pid, this.target.label, this.hide);
    this.isPython = isPython(this.job.seen.job.pid, this.proc);
    const { user, system } = process.cpuUsage(begun);
    this.once = { user: this.once.user + user, system: this.once.system + system };
  }

  /** Seconds until the next look, so that watching costs no more than it may. */
  pause(every: number): number {
    const { user, system } = process.cpuUsage(this.before);
    const cpu = (user + system - this.once.user - this.once.system) / 1e6;
    return pauseUntilNext(every, { cpu, elapsed: this.elapsed() });
  }

  /** A look; null: there is none this time, as between two programs of a command. */
  async look(): Promise<WatchLine | 'ended' | null> {
    if (this.job === null) {
      const isOpen = await this.reopen();
      return isOpen || this.options.isCommand ? null : 'ended';
    }
    const { watched, effective, seen } = this.job;
    this.last = this.job;
    const live = watched.look();
    if (live === null) {
      watched.close();
      this.job = null;
      return this.options.isCommand ? null : 'ended';
    }
    const at = this.elapsed();
    const point = pointOf(live, effective, at);
    this.points = withPoint(this.points, point);
    if ((point.wanting ?? 0) >= (this.busiest?.wanting ?? 0)) this.busiest = { live, wanting: point.wanting ?? 0 };
    const line = { schemaVersion: WATCH_VERSION, time: new Date().toISOString(), at, effective, ...live } as const;
    if (this.isAnother(this.job)) await this.reopen();
    return seen.hide(line);
  }

  /** All of it. `exitStatus` is a command's. */
  end(end: WatchSummary['end'], exitStatus: number | null, program: { version: string }): WatchSummary {
    const seen = summaryOf(this.points);
    const summary = this.options.isCommand ? withWholeTimes(seen, this.elapsed(), this.childrenBefore) : seen;
    const job = this.last;
    const advice =
      job === null || this.busiest === null
        ? { version: null, verdict: null, fix: null }
        : adviceOf(job, this.busiest.live, seen, { ...program, time: new Date(), hasEnded: end === 'job' });
    const pid = job?.seen.job.pid ?? null;
    const all = { ...summary, ...advice, pid, end, exitStatus };
    return job === null ? all : job.seen.hide(all);
  }

  private last: OpenJob | null = null;
  private isPython = false;

  private elapsed(): number {
    return (performance.now() - this.begun) / 1000;
  }

  /** Until LensKit is loaded, what is known of a job may change: what it has loaded, and which process it is. */
  private isAnother({ watched, seen }: OpenJob): boolean {
    if (watched.imported) return false;
    if (watched.hasImported()) return true;
    if (!this.options.isCommand) return false;
    // A Python stays what it is; what starts one may become it, or have one below it.
    const { pid } = seen.job;
    return isPython(pid, this.proc) ? !this.isPython : mainProcess(this.target.pid, this.proc) !== pid;
  }

  private async reopen(): Promise<boolean> {
    try {
      await this.open();
      this.last = this.job;
      return true;
    } catch (error) {
      if (!(error instanceof ProcessUnreadable)) throw error;
      this.job = null;
      return false;
    }
  }
}

/** Of a command the whole is known: how long it ran, and what it has had of the CPUs, by the kernel's own account. */
function withWholeTimes<T extends { seconds: number; cpuSeconds: number | null; cpusUsed: number | null }>(
  summary: T,
  elapsed: number,
  before: number | null,
): T {
  const after = childrenTicks();
  if (before === null || after === null || elapsed <= 0) return summary;
  const cpuSeconds = (after - before) / 100;
  return { ...summary, seconds: elapsed, cpuSeconds, cpusUsed: cpuSeconds / elapsed };
}

/** CPU time in ticks of 10 ms of all that this program has started and waited for; null: not known. */
function childrenTicks(): number | null {
  try {
    return processStat(readFileSync('/proc/self/stat', 'latin1'))?.used.children ?? null;
  } catch {
    return null;
  }
}

import { warningsOfJob } from '../../doctor/observe-running.ts';
import { adviceOf, type OpenJob, openJob } from '../../doctor/watched-job.ts';
import { WATCH_VERSION, type WatchLine, type WatchSummary } from '../../documents/watch.ts';
import type { Host } from '../../host/host.ts';
import { beganOf, isStillThere, ProcessUnreadable } from '../../host/process.ts';
import { processStat } from '../../host/process-stat.ts';
import { wantingThreads } from '../../live/counts.ts';
import { isPython } from '../../live/job.ts';
import { pauseUntilNext } from '../../live/pace.ts';
import { type Point, pointOf, withPoint } from '../../live/series.ts';
import { summaryOf } from '../../live/summary.ts';
import type { WatchedFacts } from '../../live/watched.ts';
import type { Hide } from '../../privacy/secrets.ts';

/** A look, and the job that was looked at. */
interface Busy {
  job: OpenJob;
  live: WatchedFacts;
}

/** The looks at one job so far: its main process may come to be another while a command or a shell runs. */
export class Series {
  points: Point[] = [];
  job: OpenJob | null = null;
  private busiest: Busy | null = null;
  private isPython = false;
  private readonly begun = performance.now();
  private readonly childrenBefore: number | null;
  /** What was named, by when it began. */
  private readonly began: string | null;
  /** What was read once is not watching. */
  private once = { user: 0, system: 0 };
  private readonly before = process.cpuUsage();

  constructor(
    private readonly proc: Host,
    private readonly hide: Hide,
    private readonly target: { pid: number; label: string },
    private readonly options: { isCommand: boolean } = { isCommand: false },
  ) {
    this.childrenBefore = childrenTicks(proc);
    this.began = beganOf(target.pid, proc);
  }

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

  /** A look; null: there is none this time, as between two programs of a command or a shell. */
  async look(): Promise<WatchLine | 'ended' | null> {
    const { job } = this;
    if (job === null) {
      await this.reopen();
      return this.isThere() ? null : 'ended';
    }
    const { watched, effective, seen } = job;
    const live = watched.look();
    if (live === null) {
      watched.close();
      this.job = null;
      // What only starts programs may start another Python.
      return this.isThere() && !isPython(this.target.pid, this.proc) ? null : 'ended';
    }
    const at = this.elapsed();
    this.points = withPoint(this.points, pointOf(live, effective, at));
    if (this.busiest === null || isBusier(live, this.busiest.live)) this.busiest = { job, live };
    const line = { schemaVersion: WATCH_VERSION, time: new Date().toISOString(), at, effective, ...live } as const;
    if (this.isAnother(job, live)) await this.reopen();
    return seen.hide({ ...line, warnings: warningsOfJob(seen, live) });
  }

  /** All of it. `exitStatus` is a command's. */
  end(end: WatchSummary['end'], exitStatus: number | null, program: { version: string }): WatchSummary {
    const seen = summaryOf(this.points);
    const summary = this.options.isCommand
      ? withWholeTimes(seen, this.elapsed(), { before: this.childrenBefore, after: childrenTicks(this.proc) })
      : seen;
    const { busiest } = this;
    if (busiest === null) {
      const pid = this.job?.seen.job.pid ?? null;
      return { ...summary, version: null, verdict: null, fix: null, pid, warnings: [], end, exitStatus };
    }
    const { job, live } = busiest;
    const advice = adviceOf(job, live, seen, { ...program, time: new Date(), hasEnded: end === 'job' });
    const warnings = warningsOfJob(job.seen, live);
    return job.seen.hide({ ...summary, ...advice, pid: live.pid, warnings, end, exitStatus });
  }

  private elapsed(): number {
    return (performance.now() - this.begun) / 1000;
  }

  /** What was named has not ended. */
  private isThere(): boolean {
    return this.began !== null && isStillThere({ pid: this.target.pid, began: this.began }, this.proc);
  }

  /** Until LensKit is loaded, what is known of a job may change: what it has loaded, and which process it is. */
  private isAnother({ watched, seen }: OpenJob, { processes }: WatchedFacts): boolean {
    if (watched.imported) return false;
    if (watched.hasImported()) return true;
    // A Python stays what it is; what starts one may become it, or have one below it.
    return isPython(seen.job.pid, this.proc) ? !this.isPython : processes.some(({ pid }) => isPython(pid, this.proc));
  }

  private async reopen(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      if (!(error instanceof ProcessUnreadable)) throw error;
      this.job = null;
    }
  }
}

/** What has LensKit loaded counts before all else that a command may run. */
function isBusier(live: WatchedFacts, than: WatchedFacts): boolean {
  if (live.imported !== than.imported) return live.imported;
  return (wantingThreads(live) ?? 0) >= (wantingThreads(than) ?? 0);
}

/** Of a command the whole is known: how long it ran, and what it has had of the CPUs, by the kernel's own account. */
function withWholeTimes<T extends { seconds: number; cpuSeconds: number | null; cpusUsed: number | null }>(
  summary: T,
  elapsed: number,
  { before, after }: { before: number | null; after: number | null },
): T {
  if (before === null || after === null || elapsed <= 0) return summary;
  const cpuSeconds = (after - before) / 100;
  return { ...summary, seconds: elapsed, cpuSeconds, cpusUsed: cpuSeconds / elapsed };
}

/** CPU time in ticks of 10 ms of all that this program has started and waited for; null: not known. */
function childrenTicks(proc: Host): number | null {
  const stat = proc.read('/proc/self/stat');
  return stat.ok ? (processStat(stat.text)?.used.children ?? null) : null;
}

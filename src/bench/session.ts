import type { Run } from '../documents/bench-result.ts';
import { LauncherGone } from '../process/launcher.ts';
import { Suspension } from '../process/suspension.ts';
import { type Engine, type Environment, type Measured, type RunOptions, SETUP, unmeasured } from './engines/engine.ts';
import type { Journal } from './journal.ts';
import type { Meter } from './meter.ts';
import type { Cut } from './shortage.ts';

export interface Limits {
  /** Seconds for everything; what a journal already holds counts. */
  budgetSeconds: number;
  /** Runs in all; null: no limit. */
  maxRuns: number | null;
  /** Seconds for a run; null: until there is a baseline, the budget. */
  timeoutSeconds: number | null;
}

/** So much of the budget is for its end. */
const LAST_SECONDS = 0.5;
const LAST_SHARE = 0.02;
/** A run that a signal has stopped for a while is measured again so often. */
const MOST_AGAIN = 2;

const UNREADY = 'its process was not ready';

/** The runs of one benchmark: each measured or taken from the journal, within the limits. */
export class Session {
  /** Seconds that runs took, those of the journal included. */
  spentSeconds = 0;
  runs = 0;
  /** The user asked to stop. */
  stopped = false;
  timeoutSeconds: number | null;
  /** Runs that a signal stopped for a while, so that they were measured again. */
  paused = 0;
  /** Seconds that it took to get ready what runs need, beside them. */
  preparingSeconds = 0;
  /** Environments that are run soon: what they need is got ready with the next one's. */
  ahead: readonly Environment[] = [];
  /** Why nothing more can be measured, in words. */
  broken: string | null = null;
  private readonly began = performance.now();
  private readonly suspension = new Suspension();
  private readonly engine: Engine;
  private readonly journal: Journal;
  private readonly meter: Meter;
  private readonly limits: Limits;
  /** What the end of the budget has cut short; null: nothing yet. */
  cut: Cut | null = null;
  private recordedSeconds = 0;

  constructor(engine: Engine, journal: Journal, meter: Meter, limits: Limits) {
    this.engine = engine;
    this.journal = journal;
    this.meter = meter;
    this.limits = limits;
    this.timeoutSeconds = limits.timeoutSeconds;
  }

  /** Seconds since the beginning, as if it had never been interrupted or stopped (Ctrl-Z). */
  get elapsedSeconds(): number {
    return (performance.now() - this.began) / 1000 - this.suspension.seconds + this.recordedSeconds;
  }

  /** Without what it takes to end what runs by then, and to tell it. */
  get remainingSeconds(): number {
    const { budgetSeconds } = this.limits;
    return budgetSeconds - Math.min(LAST_SECONDS, LAST_SHARE * budgetSeconds) - this.elapsedSeconds;
  }

  get remainingRuns(): number {
    const { maxRuns } = this.limits;
    return maxRuns === null ? Number.POSITIVE_INFINITY : maxRuns - this.runs;
  }

  get exhausted(): boolean {
    return this.stopped || this.broken !== null || this.remainingSeconds <= 0 || this.remainingRuns <= 0;
  }

  stop(): void {
    this.stopped = true;
    this.engine.stop();
  }

  /**
   * Runs a setting once; null: the limits are reached, or the user stopped it. `cap` ends a run that has lost.
   * `key` names the setting in the journal.
   */
  async measure(
    key: string,
    env: Environment,
    cap: number | null = null,
    users: number | null = null,
  ): Promise<Run | null> {
    if (this.exhausted) {
      if (!this.stopped && this.runs === 0 && this.remainingSeconds <= 0)
        this.cut ??= { what: 'start', seconds: this.elapsedSeconds };
      return null;
    }
    const recorded = this.journal.take(key);
    if (recorded !== null) {
      this.recordedSeconds += recorded.seconds;
      return this.count(recorded);
    }
    const time = new Date().toISOString();
    const unready = await this.ready(env);
    if (unready !== null) {
      const run: Run = { time, ...unready, foreignLoad: null, throttledSeconds: null };
      if (this.isCut(unready)) return null;
      this.journal.add(key, run);
      return this.count(run);
    }
    const timeout = this.timeoutSeconds ?? Number.POSITIVE_INFINITY;
    const limit = Math.min(timeout, cap ?? Number.POSITIVE_INFINITY, this.remainingSeconds);
    const before = {
      throttled: this.meter.throttledSeconds(),
      kills: this.meter.memoryKills(),
      busy: this.meter.busySeconds(),
      at: performance.now(),
    };
    const {
      paused,
      besideCpuSeconds = 0,
      ...result
    } = await this.run({
      env,
      limitSeconds: limit,
      limitIs: limit === timeout ? 'timeout' : limit === cap ? 'capped' : 'stopped',
      budgetSeconds: this.remainingSeconds,
      users,
    });
    const throttled = this.meter.throttledSeconds();
    const { status } = result;
    const busy = this.meter.busySeconds();
    const starved = status === 'failed' && (this.meter.memoryKills() ?? 0) > (before.kills ?? 0);
    const run: Run = {
      time,
      ...result,
      foreignLoad:
        busy === null || before.busy === null || result.cpuSeconds === null
          ? null
          : othersLoad(
              busy - before.busy - result.cpuSeconds - besideCpuSeconds,
              (performance.now() - before.at) / 1000,
            ),
      throttledSeconds: throttled === null || before.throttled === null ? null : throttled - before.throttled,
      reason:
        status === 'timeout'
          ? `longer than ${timeout.toFixed(1)} s${paused ? ', and stopped by a signal for a while' : ''}${result.reason === null ? '' : `: ${result.reason}`}`
          : starved
            ? `killed for want of memory (${result.reason})`
            : result.reason,
    };
    if (this.isCut(run)) return null;
    this.journal.add(key, run);
    return this.count(run);
  }

  /** What the end of the budget, or the user, cut short says nothing of the setting. */
  private isCut({ status, reason, seconds }: Measured): boolean {
    if (status !== 'stopped') return false;
    const what = reason?.startsWith(SETUP) ? 'setup' : reason === UNREADY ? 'start' : 'run';
    if (!this.stopped) this.cut ??= { what, seconds };
    return true;
  }

  /** What the run needs; a run: it could not be made ready. */
  private async ready(env: Environment): Promise<Measured | null> {
    const began = performance.now();
    try {
      const run = (await this.engine.ready?.([env, ...this.ahead], this.remainingSeconds)) ?? null;
      return run?.status === 'stopped' ? { ...run, reason: UNREADY } : run;
    } catch (error) {
      if (!(error instanceof LauncherGone)) throw error;
      return unmeasured(this.stopped ? 'stopped' : 'failed', (performance.now() - began) / 1000, error.message);
    } finally {
      this.preparingSeconds += (performance.now() - began) / 1000;
    }
  }

  /** Again where a signal stopped it for a while. Without a launcher it has failed, and it is the last one. */
  private async run(options: RunOptions): Promise<Measured> {
    const began = performance.now();
    for (let tries = 0; ; tries++) {
      const stoodStill = this.suspension.seconds;
      try {
        const run = await this.engine.run(options);
        // What is not below the launcher is stopped with this program.
        const paused = run.paused || (this.engine.name === 'builtin' && this.suspension.seconds > stoodStill);
        if (run.status !== 'ok' || !paused) return run;
        this.paused++;
        if (tries === MOST_AGAIN || this.exhausted)
          return { ...run, status: 'failed', reason: 'a signal stopped it for a while: its time says nothing' };
      } catch (error) {
        if (!(error instanceof LauncherGone)) throw error;
        this.broken = error.message;
        return unmeasured(this.stopped ? 'stopped' : 'failed', (performance.now() - began) / 1000, error.message);
      }
    }
  }

  private count(run: Run): Run {
    this.runs++;
    this.spentSeconds += run.seconds;
    return run;
  }
}

/** CPUs; the kernel counts in hundredths of a second, so that a little less than none may come out. */
function othersLoad(cpuSeconds: number, seconds: number): number {
  return Math.max(0, cpuSeconds / Math.max(seconds, 0.001));
}

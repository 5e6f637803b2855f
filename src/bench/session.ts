import type { Run } from '../documents/bench-result.ts';
import type { Engine, Environment } from './engines/engine.ts';
import type { Journal } from './journal.ts';
import type { Meter } from './meter.ts';

export interface Limits {
  /** Seconds for everything; what a journal already holds counts. */
  budgetSeconds: number;
  /** Runs in all; null: no limit. */
  maxRuns: number | null;
  /** Seconds for a run; null: until there is a baseline, the budget. */
  timeoutSeconds: number | null;
}

/** The runs of one benchmark: each measured or taken from the journal, within the limits. */
export class Session {
  /** Seconds that runs took, those of the journal included. */
  spentSeconds = 0;
  runs = 0;
  /** The user asked to stop. */
  stopped = false;
  timeoutSeconds: number | null;
  private readonly engine: Engine;
  private readonly journal: Journal;
  private readonly meter: Meter;
  private readonly limits: Limits;
  private readonly began = performance.now();
  private recordedSeconds = 0;

  constructor(engine: Engine, journal: Journal, meter: Meter, limits: Limits) {
    this.engine = engine;
    this.journal = journal;
    this.meter = meter;
    this.limits = limits;
    this.timeoutSeconds = limits.timeoutSeconds;
  }

  /** Seconds since the beginning, as if it had never been interrupted. */
  get elapsedSeconds(): number {
    return (performance.now() - this.began) / 1000 + this.recordedSeconds;
  }

  get remainingSeconds(): number {
    return this.limits.budgetSeconds - this.elapsedSeconds;
  }

  get exhausted(): boolean {
    const { maxRuns } = this.limits;
    return this.stopped || this.remainingSeconds <= 0 || (maxRuns !== null && this.runs >= maxRuns);
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
    if (this.exhausted) return null;
    const recorded = this.journal.take(key);
    if (recorded !== null) {
      this.recordedSeconds += recorded.seconds;
      return this.count(recorded);
    }
    const timeout = this.timeoutSeconds ?? Number.POSITIVE_INFINITY;
    const limit = Math.min(timeout, cap ?? Number.POSITIVE_INFINITY, this.remainingSeconds);
    const before = { throttled: this.meter.throttledSeconds(), kills: this.meter.memoryKills() };
    const { outcome, ...result } = await this.engine.run({
      env,
      limitSeconds: limit,
      budgetSeconds: this.remainingSeconds,
      users,
    });
    const throttled = this.meter.throttledSeconds();
    const status =
      outcome !== 'ended' ? outcome : limit === timeout ? 'timeout' : limit === cap ? 'capped' : ('stopped' as const);
    const starved = status === 'failed' && (this.meter.memoryKills() ?? 0) > (before.kills ?? 0);
    const run: Run = {
      ...result,
      status,
      throttledSeconds: throttled === null || before.throttled === null ? null : throttled - before.throttled,
      reason:
        status === 'timeout'
          ? `longer than ${timeout.toFixed(1)} s`
          : starved
            ? `killed for want of memory (${result.reason})`
            : result.reason,
    };
    // What the end of the budget cut short says nothing.
    if (status === 'stopped') return null;
    this.journal.add(key, run);
    return this.count(run);
  }

  private count(run: Run): Run {
    this.runs++;
    this.spentSeconds += run.seconds;
    return run;
  }
}

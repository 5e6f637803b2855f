/** A gap between two looks at the clock that is longer is looked into. */
const LEAST_SECONDS = 2;
/** Whoever has computed for more than this share of a gap was busy, not stopped. */
const BUSY_SHARE = 0.1;
const LOOK_MS = 500;

/** For how long this program has stood still so far: Ctrl-Z, SIGSTOP, a scheduler that suspends its jobs. */
export class Suspension {
  private total = 0;
  private at = performance.now();
  private cpu = process.cpuUsage();
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  /** Seconds. */
  get seconds(): number {
    this.look();
    return this.total;
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** Nobody is told of a stop (SIGSTOP cannot be caught), but no time passes here without a look. */
  private look(): void {
    const now = performance.now();
    const gap = (now - this.at) / 1000;
    if (gap >= LEAST_SECONDS) {
      const { user, system } = process.cpuUsage(this.cpu);
      if ((user + system) / 1e6 < gap * BUSY_SHARE) this.total += gap;
    }
    this.at = now;
    this.cpu = process.cpuUsage();
  }
}

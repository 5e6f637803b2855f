/**
 * Steps for one script, and as many again as it and its own modules have letters: what runs once takes fewer. A script
 * that needs more is generated or hostile.
 */
const FIRST_STEPS = 60_000;
const MOST_STEPS = 1_000_000;
const MOST_DEPTH = 250;

export class TooMuch extends Error {}

/** How far a script is followed. */
export class Budget {
  /** So deep calls and expressions stand in each other. */
  depth = 0;
  private steps = 0;
  private most = FIRST_STEPS;
  private readonly letters: () => number;

  constructor(letters: () => number) {
    this.letters = letters;
  }

  /** @throws TooMuch */
  step(): void {
    if (++this.steps > this.most && this.steps > this.allowed()) throw new TooMuch();
    if (this.depth > MOST_DEPTH) throw new TooMuch();
  }

  private allowed(): number {
    this.most = Math.min(FIRST_STEPS + this.letters(), MOST_STEPS);
    return this.most;
  }
}

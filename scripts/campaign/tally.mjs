/** Every invariant's first failures are printed in full; of more the number is enough. */
const SHOWN = 5;

/** Counts of cases, checks and failures. */
export class Tally {
  #cases = new Map();
  #checks = new Map();
  #failures = new Map();
  #skipped = new Map();
  #broken = 0;
  #seed;

  constructor(seed) {
    this.#seed = seed;
  }

  get failed() {
    return this.#failures.size > 0 || this.#broken > 0 || this.#cases.size === 0;
  }

  ran(kind) {
    add(this.#cases, kind);
  }

  checked(invariant) {
    add(this.#checks, invariant);
  }

  skipped(kind, reason) {
    this.#skipped.set(kind, reason);
  }

  /** A case that could not be made or looked at: a fault of the campaign's. */
  broken(kind, number, error) {
    this.#broken++;
    console.error(`✗ the campaign itself: ${kind} ${number}: ${error.stack}`);
  }

  fail({ kind, number, invariant, wrong, folder, command }) {
    const key = `${invariant} · ${kind}`;
    if (add(this.#failures, key) > SHOWN) return;
    console.error(
      [
        `✗ ${invariant} (${kind} ${number})`,
        `  ${printable(wrong)}`,
        `  ${printable(command.map((word) => JSON.stringify(word.slice(0, 200))).join(' '))}`,
        `  sh ${folder}/repeat.sh, or: npm run campaign -- --seed ${this.#seed} --only ${kind} --case ${number}`,
      ].join('\n'),
    );
  }

  counts() {
    return {
      seed: this.#seed,
      cases: Object.fromEntries(this.#cases),
      checks: Object.fromEntries(this.#checks),
      failures: Object.fromEntries(this.#failures),
      skipped: Object.fromEntries(this.#skipped),
      broken: this.#broken,
    };
  }

  summary() {
    const list = (title, map) => [title, ...[...map].map(([name, value]) => `  ${String(value).padStart(7)}  ${name}`)];
    return [
      ...list(`${sum(this.#cases)} cases`, this.#cases),
      ...list(`${sum(this.#checks)} checks`, this.#checks),
      ...list(`${sum(this.#failures)} failures`, this.#failures),
      ...[...this.#skipped].map(([kind, reason]) => `skipped ${kind}: ${reason}`),
      ...(this.#broken > 0 ? [`${this.#broken} cases could not be made`] : []),
      `seed ${this.#seed}`,
    ].join('\n');
  }
}

function add(map, key) {
  const count = (map.get(key) ?? 0) + 1;
  map.set(key, count);
  return count;
}

function sum(map) {
  return [...map.values()].reduce((a, b) => a + b, 0);
}

/** What a hostile case is called must not act on the terminal of who runs the campaign. */
function printable(text) {
  return text
    .slice(0, 1500)
    .replace(/[^\x20-\x7e\u00a1-\u02ff\u2190-\u21ff…]/g, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
}

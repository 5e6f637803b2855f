import { Cells, join, sameValue, UNKNOWN, type Value } from './values.ts';

/** What a branch wrote: the values at its end. */
export type Delta = ReadonlyMap<Cells, ReadonlyMap<string, Value | undefined>>;

interface Level {
  serial: number;
  /** What was there before. */
  before: Map<Cells, Map<string, Value | undefined>>;
}

/**
 * What the program holds. A branch is followed on its own and taken back; what several branches wrote is joined, so
 * that work is linear in what was written.
 */
export class Store {
  private readonly levels: Level[] = [];
  private serial = 0;
  /** Grows whenever something that was there before the function that runs has changed. */
  version = 0;
  private frame = 0;

  cells(): Cells {
    return new Cells(this.serial);
  }

  /** Begins a function: what it makes itself is nobody else's yet. Returns what `leave` takes. */
  enter(): number {
    const outer = this.frame;
    this.frame = ++this.serial;
    return outer;
  }

  leave(outer: number): void {
    this.frame = outer;
  }

  write(cells: Cells, name: string, value: Value | undefined): void {
    const old = cells.values.get(name);
    if (old === value && (value !== undefined || !cells.values.has(name))) return;
    const level = this.levels.at(-1);
    if (level !== undefined && cells.born < level.serial) {
      let names = level.before.get(cells);
      if (names === undefined) {
        names = new Map();
        level.before.set(cells, names);
      }
      if (!names.has(name)) names.set(name, old);
    }
    const isSame = old !== undefined && value !== undefined && sameValue(old, value);
    if (cells.born < this.frame && !isSame) this.version++;
    if (value === undefined) cells.values.delete(name);
    else cells.values.set(name, value);
  }

  /** A name of which nothing was known: where a branch gives it a value, the others leave it so. */
  begin(cells: Cells, name: string): void {
    if (!cells.values.has(name)) cells.values.set(name, UNKNOWN);
  }

  /** Begins a branch. */
  fork(): void {
    this.levels.push({ serial: ++this.serial, before: new Map() });
  }

  get depth(): number {
    return this.levels.length;
  }

  /** Ends a branch: everything is as it was before it. */
  take(): Delta {
    const delta = new Map<Cells, Map<string, Value | undefined>>();
    const level = this.levels.pop();
    for (const [cells, names] of level?.before ?? []) {
      const after = new Map<string, Value | undefined>();
      for (const [name, old] of names) {
        const now = cells.values.get(name);
        after.set(name, now);
        if (old === now) continue;
        if (cells.born < this.frame) this.version++;
        if (old === undefined) cells.values.delete(name);
        else cells.values.set(name, old);
      }
      delta.set(cells, after);
    }
    return delta;
  }

  /** What was written since a branch began that goes on. */
  since(depth: number): Delta {
    const delta = new Map<Cells, Map<string, Value | undefined>>();
    for (const { before } of this.levels.slice(depth)) {
      for (const [cells, names] of before) {
        const after = delta.get(cells) ?? new Map<string, Value | undefined>();
        for (const name of names.keys()) after.set(name, cells.values.get(name));
        delta.set(cells, after);
      }
    }
    return delta;
  }

  /** Of branches of which one ran: what each name may be. True: something is not what it was. */
  merge(deltas: readonly Delta[]): boolean {
    const [only] = deltas;
    let changed = false;
    const done = new Map<Cells, Set<string>>();
    for (const delta of deltas) {
      for (const [cells, names] of delta) {
        const seen = done.get(cells) ?? new Set();
        done.set(cells, seen);
        for (const name of names.keys()) {
          if (seen.has(name)) continue;
          seen.add(name);
          const now = cells.values.get(name);
          const of = (one: Delta): Value | undefined => {
            const own = one.get(cells);
            return own?.has(name) ? own.get(name) : now;
          };
          const value = deltas.length === 1 && only ? of(only) : joined(deltas.map(of));
          changed ||= now === undefined || value === undefined ? now !== value : !sameValue(now, value);
          this.write(cells, name, value);
        }
      }
    }
    return changed;
  }
}

/** A name that one of the branches does not bind is, where it is read, what the others bound. */
function joined(values: readonly (Value | undefined)[]): Value | undefined {
  const bound = values.filter((value) => value !== undefined);
  return bound.length === 0 ? undefined : join(...bound, []);
}

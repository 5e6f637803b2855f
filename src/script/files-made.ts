import type { Effect, Left, There } from './effects.ts';
import type { Store } from './store.ts';
import { type Cells, constant, textOf, UNKNOWN } from './values.ts';

/** Files and folders that the script made or removed by then, by their paths. */
export class Files {
  /** Perhaps made; with the effect that fails the second time, if any. */
  readonly made = new Map<string, Effect | null>();
  readonly gone = new Set<string>();
  /** Tables that the script made or dropped, by the file and their names; the column of which each value is there once. */
  readonly tables = new Map<string, { unique: { name: string; at: number } | null; isGone: boolean }>();
  /** What stands where now, as far as the script or the process before has made it so. */
  private readonly now: Cells;
  private readonly store: Store;

  constructor(store: Store, left: Left) {
    this.store = store;
    this.now = store.cells();
    for (const [path, there] of left) store.write(this.now, path, constant(there));
  }

  /** Something else may have made it, or removed it. */
  mention(path: string): void {
    if (!this.made.has(path)) this.made.set(path, null);
    if (this.now.has(path)) this.store.write(this.now, path, UNKNOWN);
  }

  isNow(path: string, what: There): void {
    this.store.begin(this.now, path);
    this.store.write(this.now, path, constant(what));
    if (what !== 'gone') return;
    for (const other of [...this.now.values.keys()])
      if (other.startsWith(`${path}/`)) this.store.write(this.now, other, constant('gone'));
  }

  /** Null: nobody knows. */
  at(path: string): There | null {
    return (textOf(this.now.get(path)) as There | undefined) ?? null;
  }

  /** As a process finds them that is started now. */
  left(): Left {
    return new Map(
      [...this.now.values.keys()].flatMap((path) => {
        const there = this.at(path);
        return there === null ? [] : [[path, there] as const];
      }),
    );
  }
}

/** What stands there whichever of them it was. */
export function inAll([first = new Map(), ...others]: readonly Left[]): Left {
  return new Map([...first].filter(([path, there]) => others.every((one) => one.get(path) === there)));
}

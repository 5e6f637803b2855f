import type { Effect, Left, There } from './effects.ts';

/** Files and folders that the script made or removed by then, by their paths. */
export class Files {
  /** Perhaps made; with the effect that fails the second time, if any. */
  readonly made = new Map<string, Effect | null>();
  readonly gone = new Set<string>();
  /** Tables that the script made or dropped, by the file and their names; the column of which each value is there once. */
  readonly tables = new Map<string, { unique: { name: string; at: number } | null; isGone: boolean }>();
  /** What surely is so by now, and what the process before has left. */
  private readonly now: Map<string, There>;
  private first: Left | null = null;

  constructor(left: Left) {
    this.now = new Map(left);
  }

  /** Something else may have made it, or removed it. */
  mention(path: string): void {
    if (!this.made.has(path)) this.made.set(path, null);
    this.now.delete(path);
  }

  isNow(path: string, what: There | null): void {
    if (what === null) this.now.delete(path);
    else this.now.set(path, what);
    if (what !== 'gone') return;
    for (const other of [...this.now.keys()]) if (other.startsWith(`${path}/`)) this.now.set(other, 'gone');
  }

  /** Null: nobody knows. */
  at(path: string): There | null {
    return this.now.get(path) ?? null;
  }

  /** A worker may begin. */
  begin(): void {
    this.first ??= new Map(this.now);
  }

  /** As the first worker finds them. */
  get left(): Left {
    return this.first ?? new Map();
  }
}

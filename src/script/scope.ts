import type { Store } from './store.ts';
import type { Cells, ClassOne, Module, One, Scope, Value } from './values.ts';

export type { Scope } from './values.ts';

let made = 0;

export function makeScope(module: Module, kind: Scope['kind'], outer: Scope | null, store: Store): Scope {
  return new Names(module, kind, outer, store);
}

class Names implements Scope {
  readonly id = made++;
  readonly cells: Cells;
  readonly module: Module;
  readonly outer: Scope | null;
  readonly kind: Scope['kind'];
  owner: { self: One | null; owner: ClassOne } | null = null;
  private readonly store: Store;
  private readonly others = new Map<string, Cells>();

  constructor(module: Module, kind: Scope['kind'], outer: Scope | null, store: Store) {
    this.module = module;
    this.kind = kind;
    this.outer = outer;
    this.store = store;
    this.cells = store.cells();
  }

  inner(): Scope {
    return new Names(this.module, 'function', this, this.store);
  }

  get top(): Scope {
    let scope: Scope = this;
    while (scope.outer !== null) scope = scope.outer;
    return scope;
  }

  get around(): Scope {
    return this.kind === 'class' ? (this.outer as Scope) : this;
  }

  elsewhere(name: string): Cells | undefined {
    return this.others.get(name);
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.outer) {
      const found = scope.cells.get(name) ?? scope.elsewhere(name)?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  set(name: string, value: Value | undefined): void {
    this.store.write(this.others.get(name) ?? this.cells, name, value);
  }

  global(name: string): void {
    if (this.outer !== null) this.others.set(name, this.top.cells);
  }

  nonlocal(name: string): void {
    for (let scope = this.outer; scope !== null; scope = scope.outer) {
      if (scope.kind !== 'function' || !scope.cells.has(name)) continue;
      this.others.set(name, scope.cells);
      return;
    }
  }
}

import { AT_HOME } from './at-home.ts';
import type { Cell, Cells } from './cells.ts';
import { Entries, type Entry } from './entries.ts';
import type { ModuleNames } from './project-modules.ts';
import type { Names, Uses } from './uses.ts';

/** Calls that send what they are given to workers. */
const SENDS = /(^|\.)(invoker|multiprocess_executor|submit)$/;

/**
 * Which statements at the top of a script may change what, in the script and in the modules beside it, through whatever they
 * call. By names: what a name may stand for is all that it is made of.
 */
export class State {
  private readonly script: ModuleNames;
  private readonly operates: (at: number) => boolean;
  private readonly hasDynamic: boolean;
  private readonly hasOperated: boolean;
  private readonly code: Entries;
  private readonly cells: Cells;
  private readonly runners = new Map<Cell, number[]>();
  private readonly directReaders = new Map<Cell, number[]>();
  private readonly directWriters = new Map<Cell, number[]>();
  private readonly writers = new Map<Cell, Entry[]>();
  private readonly readers = new Map<Cell, Entry[]>();
  private readonly direct: { runs: Set<Cell>; writes: Set<Cell>; reads: Set<Cell> }[];
  /** Those that reach one that writes. */
  private readonly mayWrite: ReadonlySet<Cell>;
  /** Other modules' names that workers look up from the beginning: what their components read. */
  readonly roots: ReadonlySet<Cell>;
  /** Functions of the script that are sent to workers. */
  readonly sent: ReadonlySet<string>;

  /** `operates`: whether a statement has more in it than names and calls. */
  constructor(script: ModuleNames, operates: (at: number) => boolean) {
    this.script = script;
    this.operates = operates;
    this.code = new Entries(script);
    this.cells = this.code.cells;
    const all = [...this.code.all.values()];
    this.hasDynamic = all.some(({ dynamic }) => dynamic !== null);
    this.hasOperated = all.some(({ isOperated }) => isOperated);
    this.mayWrite = this.code.above(all.filter((one) => one.writes.size + one.gives.size > 0));
    this.direct = script.names.map((own, at) => this.directOf(own, at));
    for (const entry of this.code.all.values()) {
      index(this.writers, entry.writes, entry);
      index(this.readers, entry.reads, entry);
    }
    for (const [at, { runs, writes, reads }] of this.direct.entries()) {
      index(this.runners, runs, at);
      index(this.directWriters, writes, at);
      index(this.directReaders, reads, at);
    }
    this.roots = this.componentsElsewhere();
    this.sent = this.sentByName();
  }

  /** Statements of the script that may change it when they run. */
  writersOf(cell: Cell): ReadonlySet<number> {
    return this.statementsOf(cell, this.directWriters, this.writers);
  }

  /** Statements of the script that look it up when they run. */
  readersOf(cell: Cell): ReadonlySet<number> {
    return this.statementsOf(cell, this.directReaders, this.readers);
  }

  /** Of statements, what they look up through what they call. */
  readsThrough(places: readonly number[]): ReadonlyMap<Cell, number[]> {
    const found = new Map<Cell, number[]>();
    for (const at of places) {
      const cells = new Set<Cell>();
      for (const one of this.code.below((this.direct[at] as (typeof this.direct)[number]).runs))
        for (const cell of one.reads) cells.add(cell);
      index(found, cells, at);
    }
    return found;
  }

  /** What a statement may change through what it calls, and in other modules. */
  writesOf(at: number): ReadonlySet<Cell> {
    const { runs, writes } = this.direct[at] as (typeof this.direct)[number];
    const found = new Set(writes);
    for (const one of this.code.below(runs, this.mayWrite)) for (const cell of one.writes) found.add(cell);
    return found;
  }

  /** Whether a function by that name may change what it is given, as far as its code is there; null: it is not. */
  mayChangeGiven(dotted: string): boolean | null {
    const entry = this.code.get(this.cells.resolve(this.script, dotted));
    return entry?.kind === 'function' ? entry.changesGiven : null;
  }

  /** A name that stands for one of the modules beside the script. */
  isModuleName(name: string): boolean {
    return this.cells.isModule(this.cells.resolve(this.script, name));
  }

  /** By what a statement binds or looks up names that nobody can tell; null: it does not. */
  dynamicOf(at: number): string | null {
    const own = this.script.names[at] as Names;
    if (own.dynamic !== null) return own.dynamic;
    if (!this.hasDynamic) return null;
    for (const one of this.code.below((this.direct[at] as (typeof this.direct)[number]).runs))
      if (one.dynamic !== null && one.module === this.script) return one.dynamic;
    return null;
  }

  /** Something plain to look at that runs methods: `A[int]`, `a + b`. */
  isOperated(at: number): boolean {
    return this.operatedIn(this.script.names[at] as Names, at).length > 0;
  }

  /** The methods that it runs so do more than to look something up. */
  isOperatedWork(at: number): boolean {
    return this.operatedIn(this.script.names[at] as Names, at).some((cell) =>
      [...this.code.below([cell])].some(({ works, writes }) => works || writes.size > 0),
    );
  }

  /** Names of other modules that code of the script looks up. */
  elsewhere(code: Uses): Cell[] {
    return [...this.cells.readBy(code, this.script)].filter((cell) => !cell.startsWith('#'));
  }

  /** What a worker looks up that needs a name of another module. */
  neededBy(cell: Cell): Iterable<Cell> {
    const entry = this.code.get(cell);
    return entry ? [...entry.reads, ...entry.runs] : [];
  }

  private statementsOf(
    cell: Cell,
    direct: ReadonlyMap<Cell, number[]>,
    of: ReadonlyMap<Cell, Entry[]>,
  ): ReadonlySet<number> {
    const all = `${cell.slice(0, cell.indexOf('#'))}#*`;
    const found = new Set([...(direct.get(cell) ?? []), ...(direct.get(all) ?? [])]);
    const own = [...(of.get(cell) ?? []), ...(of.get(all) ?? [])];
    if (own.length > 0)
      for (const one of this.code.above(own)) for (const at of this.runners.get(one) ?? []) found.add(at);
    return found;
  }

  private directOf(own: Names, at: number): { runs: Set<Cell>; writes: Set<Cell>; reads: Set<Cell> } {
    const runs = new Set(this.cells.calledBy(own, this.script));
    for (const one of this.operatedIn(own, at)) runs.add(one);
    const writes = new Set<Cell>();
    const open: [chain: string, isGiven: boolean][] = [...own.writes].map((one) => [
      one.replace('()', ''),
      one.endsWith('()'),
    ]);
    for (const [chain] of own.methods)
      if (!this.cells.isModule(this.cells.resolve(this.script, chain))) open.push([chain, false]);
    for (const [to, chain] of own.given) {
      const entry = this.code.get(this.cells.resolve(this.script, to));
      if (entry?.changesGiven) open.push([chain, false]);
    }
    for (const chain of own.runs) {
      const entry = this.code.get(this.cells.resolve(this.script, chain));
      const isValue = entry?.kind === 'other' && [...entry.runs].some((cell) => this.code.get(cell)?.kind !== 'other');
      if (!entry || !isValue) continue;
      const isMethod = chain.includes('.');
      if (!isMethod || [...this.code.below([entry.cell])].some((one) => one.changesItself)) writes.add(entry.cell);
    }
    const seen = new Set<string>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [chain, isGiven] = next;
      if (seen.has(`${chain} ${isGiven}`)) continue;
      seen.add(`${chain} ${isGiven}`);
      const cell = this.cells.resolve(this.script, chain);
      if (cell !== null && !isGiven) writes.add(cell);
      if (cell !== null && isGiven) for (const one of this.code.stateBehind(cell)) writes.add(one);
      const base = chain.split('.', 1)[0] ?? '';
      for (const other of this.aliasesOf(base)) open.push([other.replace('()', ''), other.endsWith('()')]);
    }
    return { runs, writes, reads: this.cells.readBy(own, this.script) };
  }

  private aliasesOf(name: string): string[] {
    return (this.script.binders.get(name) ?? []).flatMap((at) => {
      const own = this.script.names[at] as Names;
      const of = own.aliases.get(name);
      const isReturned = ([to]: [string, string]): boolean =>
        this.code.get(this.cells.resolve(this.script, to))?.returnsGiven === true;
      return [...(of === undefined ? [] : [of]), ...own.given.filter(isReturned).map(([, chain]) => chain)];
    });
  }

  /** What has methods that Python calls where no call is written: a class, or something made of one. */
  private operatedIn(own: Names, at: number): Cell[] {
    if (!this.hasOperated) return [];
    const found = [...this.cells.readBy(own, this.script)].filter((cell) => {
      const entry = this.code.get(cell);
      if (!entry) return false;
      return entry.isOperated || [...entry.runs].some((one) => this.code.get(one)?.isOperated === true);
    });
    return found.length > 0 && this.operates(at) ? found : [];
  }

  /** Components of other modules that the script uses: what their methods look up in a worker. */
  private componentsElsewhere(): Set<Cell> {
    const found = new Set<Cell>();
    for (const { module: module_, name, kind } of this.code.all.values()) {
      if (module_ === this.script || kind !== 'class') continue;
      for (const at of module_.binders.get(name) ?? []) {
        const own = module_.names[at] as Names;
        if (!this.cells.isComponent(module_, at)) continue;
        for (const later of own.later)
          if (!AT_HOME.test(later.name)) for (const cell of this.cells.readBy(later, module_)) found.add(cell);
      }
    }
    return found;
  }

  private sentByName(): Set<string> {
    const found = new Set<string>();
    for (const own of this.script.names)
      for (const uses of [own, ...own.later])
        for (const [to, chain] of uses.given)
          if (SENDS.test(to) && this.code.get(`#${chain}`)?.kind === 'function') found.add(chain);
    return found;
  }
}

function index<T>(map: Map<Cell, T[]>, cells: Iterable<Cell>, one: T): void {
  for (const cell of cells) {
    const before = map.get(cell);
    if (before) before.push(one);
    else map.set(cell, [one]);
  }
}

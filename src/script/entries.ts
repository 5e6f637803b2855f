import { AT_HOME } from './at-home.ts';
import { type Cell, Cells } from './cells.ts';
import type { ModuleNames } from './project-modules.ts';
import type { Later, Names } from './uses.ts';

/** What using a name may run, and what that reads and changes. */
export interface Entry {
  cell: Cell;
  module: ModuleNames;
  name: string;
  kind: ModuleNames['kinds'][number] | 'unknown';
  /** What it may call in turn. */
  runs: Set<Cell>;
  reads: Set<Cell>;
  writes: Set<Cell>;
  /** Functions of which it changes what they give. */
  gives: Set<Cell>;
  /** It hands those to them. */
  given: [to: Cell, chain: string][];
  /** It changes what it is given; what it is a method of. */
  changesGiven: boolean;
  changesItself: boolean;
  returnsGiven: boolean;
  hasState: boolean;
  dynamic: string | null;
  /** Methods that Python calls where no call is written. */
  isOperated: boolean;
  /** One of these does more than to look something up. */
  works: boolean;
}

/** Methods behind operators, attributes, items, loops, comparisons, formatting; of metaclasses and base classes. */
const OPERATED =
  /^__(class_getitem|getitem|setitem|delitem|missing|contains|len|length_hint|iter|next|reversed|bool|eq|ne|lt|le|gt|ge|hash|getattr|getattribute|setattr|delattr|dir|get|set|delete|set_name|init_subclass|prepare|mro_entries|instancecheck|subclasscheck|format|index|int|float|complex|round|trunc|floor|ceil|neg|pos|abs|invert|enter|exit|[ri]?(add|sub|mul|matmul|truediv|floordiv|mod|divmod|pow|lshift|rshift|and|xor|or))__$/;

/**
 * What the names of a script and of the modules beside it stand for, by names: what a name may stand for is all that it is
 * made of, and what using it may run is all of that.
 */
export class Entries {
  readonly cells = new Cells();
  readonly all = new Map<Cell, Entry>();
  private readonly script: ModuleNames;
  private readonly callers = new Map<Cell, Set<Cell>>();

  constructor(script: ModuleNames) {
    this.script = script;
    this.explore();
    this.settle();
  }

  get(cell: Cell | null): Entry | undefined {
    return cell === null ? undefined : this.all.get(cell);
  }

  /** Those, and whatever may call them. */
  above(entries: readonly Entry[]): Set<Cell> {
    const found = new Set(entries.map(({ cell }) => cell));
    for (const cell of found) for (const caller of this.callers.get(cell) ?? []) found.add(caller);
    return found;
  }

  /** Those, and whatever they may call. */
  *below(cells: Iterable<Cell>, within?: ReadonlySet<Cell>): Iterable<Entry> {
    const found = new Set(cells);
    for (const cell of found) {
      if (within?.has(cell) === false) continue;
      const entry = this.all.get(cell);
      if (!entry) continue;
      yield entry;
      for (const one of entry.runs) found.add(one);
    }
  }

  /** What a function may give a part of: what it looks up, and what it keeps. */
  stateBehind(function_: Cell): Set<Cell> {
    const found = new Set<Cell>([function_]);
    for (const one of this.below([function_]))
      for (const cell of one.reads) if (this.all.get(cell)?.kind === 'other') found.add(cell);
    return found;
  }

  private explore(): void {
    const open = [...this.script.binders.keys()].map((name) => this.cells.resolve(this.script, name));
    for (const own of this.script.names)
      for (const uses of [own, ...own.later])
        open.push(...this.cells.calledBy(uses, this.script), ...this.cells.readBy(uses, this.script));
    for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
      if (cell === null || this.all.has(cell)) continue;
      const entry = this.entryOf(cell);
      if (entry === null) continue;
      this.all.set(cell, entry);
      open.push(...entry.runs, ...entry.reads, ...entry.writes);
    }
    for (const { cell, runs } of this.all.values())
      for (const one of runs) this.callers.set(one, (this.callers.get(one) ?? new Set()).add(cell));
  }

  private entryOf(cell: Cell): Entry | null {
    const at = cell.indexOf('#');
    const name = cell.slice(at + 1);
    const module_ = this.cells.modules.get(cell.slice(0, at));
    if (!module_) return null;
    const places = module_.binders.get(name) ?? [];
    const kinds = places.map((place) => module_.kinds[place] ?? 'other');
    const entry: Entry = {
      cell,
      module: module_,
      name,
      kind: kinds.find((one) => one === 'other') ?? kinds[0] ?? 'unknown',
      runs: new Set(),
      reads: new Set(),
      writes: new Set(),
      gives: new Set(),
      given: [],
      changesGiven: false,
      changesItself: false,
      returnsGiven: false,
      hasState: false,
      dynamic: null,
      isOperated: false,
      works: false,
    };
    if (name === '*')
      for (const [one, [first = 0]] of module_.binders)
        if (/class|function/.test(module_.kinds[first] ?? '')) entry.runs.add(`${module_.key}#${one}`);
    for (const place of places) {
      const own = module_.names[place] as Names;
      const kind = module_.kinds[place];
      if (kind === 'other' || kind === 'class' || kind === 'function') {
        // A value may be, and call, whatever it was made of; a class has the methods of what it is made of.
        for (const one of [...this.cells.readBy(own, module_), ...this.cells.calledBy(own, module_)])
          entry.runs.add(one);
        if (kind === 'other') for (const one of this.cells.readBy(own, module_)) entry.reads.add(one);
      }
      // What components do besides is done where they are run.
      const isComponent = kind === 'class' && this.cells.isComponent(module_, place);
      for (const later of own.later)
        if (!isComponent || AT_HOME.test(later.name)) this.take(later, entry, kind === 'class');
    }
    entry.runs.delete(cell);
    return entry;
  }

  private take(later: Later, entry: Entry, isClass: boolean): void {
    const { module: module_ } = entry;
    for (const one of this.cells.calledBy(later, module_)) entry.runs.add(one);
    for (const one of this.cells.readBy(later, module_)) entry.reads.add(one);
    for (const name of later.binds) entry.writes.add(this.cells.cellIn(module_, name));
    for (const chain of later.writes) this.write(chain, entry, isClass);
    for (const [chain] of later.methods)
      if (!this.cells.isModule(this.cells.resolve(module_, chain))) this.write(chain, entry, isClass);
    for (const [to, chain] of later.given) {
      const cell = this.cells.resolve(module_, to);
      if (cell !== null) entry.given.push([cell, chain]);
    }
    entry.dynamic ??= later.dynamic;
    entry.hasState ||= later.hasState;
    entry.returnsGiven ||= later.returnsGiven;
    if (isClass && OPERATED.test(later.name)) {
      entry.isOperated = true;
      entry.works ||= later.runs.size > 0;
    }
  }

  private write(chain: string, entry: Entry, isClass: boolean): void {
    if (chain === '.given') entry.changesGiven = true;
    else if (chain === '.self') entry.changesItself = isClass;
    else if (chain === '.class') entry.writes.add(entry.cell);
    else {
      const cell = this.cells.resolve(entry.module, chain.replace('()', ''));
      if (cell === null) return;
      if (chain.endsWith('()')) entry.gives.add(cell);
      else entry.writes.add(cell);
    }
  }

  /** What is handed on is changed by whom it is handed to; what a function gives may be whatever it looks up. */
  private settle(): void {
    const handed = new Map<Cell, [Entry, string][]>();
    for (const entry of this.all.values())
      for (const [to, chain] of entry.given) handed.set(to, [...(handed.get(to) ?? []), [entry, chain]]);
    const open = [...this.all.values()].filter(({ changesGiven }) => changesGiven);
    for (let entry = open.pop(); entry !== undefined; entry = open.pop())
      for (const [by, chain] of handed.get(entry.cell) ?? []) {
        if (chain !== '.given') this.write(chain, by, false);
        else if (!by.changesGiven) {
          by.changesGiven = true;
          open.push(by);
        }
      }
    for (const entry of this.all.values()) {
      if (entry.changesGiven && entry.hasState) entry.writes.add(entry.cell);
      for (const one of entry.gives) for (const cell of this.stateBehind(one)) entry.writes.add(cell);
    }
  }
}

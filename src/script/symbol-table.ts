import type { Node } from './parse.ts';
import { isPlainTable } from './plain-tables.ts';

/** `import a.b`, `from .a import b`: where a name comes from. */
export interface Import {
  /** The dots of a relative import; 0: none. */
  level: number;
  module: string;
  /** Of `from … import`: what of the module; null: the module itself. */
  name: string | null;
}

/** One place at which a name is bound. */
export interface Binding {
  /** From here on in the text. */
  at: number;
  /** It replaces what the name was before: it stands under no condition. */
  always: boolean;
  import: Import | null;
  /** What it is another name for, or, of a class, what it inherits. */
  from: Reference[];
  /** The function or class at the top of the module that it defines. */
  unit: string | null;
}

/** A name that is looked up, with the attributes that are taken of it: `als.BiasedMFScorer`. */
export interface Reference {
  name: string;
  path: readonly string[];
  /** It is called, given to a call, returned, stored: not only named, compared or annotated. */
  handsOn: boolean;
  /** What the name may be bound to there; none: it comes from `import *`, or is built in. */
  bindings: readonly Binding[];
}

/** What code reaches together: a function or class at the top of a module, or all the rest (`''`). */
export interface Unit {
  imports: Import[];
  references: Reference[];
}

/** The names of a module, without running it: plain data. */
export interface Symbols {
  units: ReadonlyMap<string, Unit>;
  /** Of names at the top, what they may be in the end. */
  exports: (name: string) => readonly Binding[];
  /** Names at the top that are other names for something, and classes that inherit something. */
  aliases: readonly Reference[];
  /** `from … import *` at the top, the last first. */
  stars: readonly Import[];
}

/** Syntax beyond this is not looked at: it is generated or hostile. */
const MOST_NODES = 1_500_000;
/** Of a name that is bound more often, not every binding is looked at. */
const MOST_BINDINGS = 64;
/** More attributes than this lead to no class of LensKit. */
const MOST_ATTRIBUTES = 16;
/** Functions that are nested deeper have no names of their own here; Python reads a hundred. */
const MOST_NESTED = 100;

/** A block with names of its own, as Python's compiler sees it. */
class Block {
  readonly bindings = new Map<string, Binding[]>();
  /** Names that belong elsewhere: `global x`, `nonlocal x`. */
  readonly elsewhere = new Map<string, Block>();
  readonly kind: 'module' | 'function' | 'class' | 'comprehension';
  readonly parent: Block | null;
  readonly depth: number;
  /** Where it stands in its parent. */
  private readonly at: number;

  constructor(kind: Block['kind'], parent: Block | null, at: number) {
    this.kind = kind;
    this.parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.at = at;
  }

  bind(name: string, binding: Binding): void {
    const elsewhere = this.elsewhere.get(name);
    // Whoever calls the function, and when, is not known.
    if (elsewhere !== undefined) {
      elsewhere.bind(name, { ...binding, always: false });
      return;
    }
    const list = this.bindings.get(name);
    if (list === undefined) this.bindings.set(name, [binding]);
    else list.push(binding);
  }

  /** What a name may be at a place of the text. Class blocks are not seen from functions inside them. */
  lookUp(name: string, at: number): readonly Binding[] {
    let block: Block | null = this;
    let place = at;
    let later = false;
    for (let inside = false; block !== null; inside = true) {
      const elsewhere: Block | undefined = block.elsewhere.get(name);
      if (elsewhere !== undefined) return elsewhere.visible(name, place, true);
      const isSeen = block.kind !== 'class' || !inside;
      if (isSeen && block.bindings.has(name)) return block.visible(name, place, later);
      if (block.kind === 'function') later = true;
      place = block.at;
      block = block.parent;
    }
    return [];
  }

  /** The bindings that hold at a place; `later`: code that runs at some time after it. */
  visible(name: string, at: number, later: boolean): readonly Binding[] {
    const list = this.bindings.get(name) ?? [];
    const next = firstAfter(list, at);
    const found: Binding[] = [];
    for (let index = next - 1; index >= 0 && found.length < MOST_BINDINGS; index--) {
      const binding = list[index] as Binding;
      found.push(binding);
      if (binding.always) break;
    }
    // In a loop, or in cells that are run in another order, a name may be used above its binding.
    if (later || found.length === 0) found.push(...list.slice(next, next + MOST_BINDINGS));
    return found;
  }

  sort(): void {
    for (const list of this.bindings.values()) list.sort((a, b) => a.at - b.at);
  }
}

/** The index of the first binding behind a place. */
function firstAfter(list: readonly Binding[], at: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as Binding).at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Syntax that waits to be looked at, with all that its meaning hangs on. */
export interface Task {
  node: Node;
  block: Block;
  unit: Unit;
  /** The statement runs whenever its block does. */
  always: boolean;
  /** A name here is called, given or stored. */
  handsOn: boolean;
  decorated: boolean;
}

/** A name that is looked up once all bindings are known. */
interface Waiting {
  reference: Reference;
  block: Block;
  at: number;
  /** Null: it is that of a binding alone. */
  unit: Unit | null;
}

export type Rule = (table: Table, task: Task) => void;

export class Table {
  private readonly units = new Map<string, Unit>([['', { imports: [], references: [] }]]);
  private readonly module_ = new Block('module', null, 0);
  private readonly blocks: Block[] = [this.module_];
  private readonly stars: Import[] = [];
  private readonly tasks: Task[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly rules: { readonly [type: string]: Rule };

  constructor(rules: { readonly [type: string]: Rule }) {
    this.rules = rules;
  }

  read(root: Node): Symbols {
    const rest = this.units.get('') as Unit;
    this.tasks.push({ node: root, block: this.module_, unit: rest, always: true, handsOn: true, decorated: false });
    let nodes = 0;
    for (let task = this.tasks.pop(); task !== undefined && nodes < MOST_NODES; task = this.tasks.pop(), nodes++) {
      const { type } = task.node;
      const rule = this.rules[type];
      if (isPlainTable(task.node, type)) continue;
      if (rule === undefined) this.children(task, { handsOn: true });
      else rule(this, task);
    }
    for (const block of this.blocks) block.sort();
    this.resolve();
    return {
      units: this.units,
      exports: (name) => this.module_.visible(name, Number.POSITIVE_INFINITY, false),
      aliases: [...this.module_.bindings.values()].flat().flatMap(({ from }) => from),
      stars: this.stars.reverse(),
    };
  }

  /** Names that mean something outside of the block, each once. */
  private resolve(): void {
    const ids = new Map<Binding, number>();
    const seen = new Map<Unit, Set<string>>();
    for (const { reference, block, at, unit } of this.waiting) {
      reference.bindings = block.lookUp(reference.name, at);
      if (unit === null) continue;
      const matters =
        reference.bindings.length === 0
          ? this.stars.length > 0 || reference.name === 'globals'
          : reference.bindings.some((one) => one.import !== null || one.from.length > 0 || one.unit !== null);
      if (!matters) continue;
      const identity = reference.bindings.map((one) => {
        const id = ids.get(one) ?? ids.size;
        ids.set(one, id);
        return id;
      });
      const key = `${reference.handsOn} ${[reference.name, ...reference.path].join('.')} ${identity.join()}`;
      const keys = seen.get(unit) ?? new Set();
      seen.set(unit, keys);
      if (keys.has(key)) continue;
      keys.add(key);
      unit.references.push(reference);
    }
  }

  later(task: Task, node: Node | null, change: Partial<Task> = {}): void {
    if (node !== null) this.tasks.push({ ...task, ...change, node });
  }

  /** All that is inside; the first is looked at first. */
  children(task: Task, change: Partial<Task> = {}): void {
    for (const child of task.node.namedChildren.toReversed()) this.later(task, child, change);
  }

  block(kind: Block['kind'], { node, block }: Task): Block {
    if (block.depth >= MOST_NESTED) return block;
    const inner = new Block(kind, block, node.startIndex);
    this.blocks.push(inner);
    return inner;
  }

  bind(task: Task, name: string, at: number, what: Partial<Binding> = {}): void {
    task.block.bind(name, { at, always: task.always, import: null, from: [], unit: null, ...what });
  }

  /** The names of a pattern are something new; what of it is no name is an expression. */
  bindAll(task: Task, target: Node | null, at: number): void {
    const open = [target];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node === null) continue;
      if (node.type === 'identifier') this.bind(task, node.text, at);
      else if (/pattern|tuple|list|parenthesized|as_pattern_target/.test(node.type))
        for (const child of node.namedChildren) open.push(child);
      else this.later(task, node);
    }
  }

  /** A name, or attributes of one; null: what the attributes are of is no name. */
  reference({ node, block, unit, handsOn }: Task, own = true): Reference | null {
    const path: string[] = [];
    let base: Node | null = node;
    while (base?.type === 'attribute') {
      path.push(base.childForFieldName('attribute')?.text ?? '');
      base = base.childForFieldName('object');
    }
    if (base?.type !== 'identifier') return null;
    const tooLong = path.length > MOST_ATTRIBUTES;
    const kept = tooLong ? path.slice(-MOST_ATTRIBUTES) : path;
    const reference = { name: base.text, path: kept.reverse(), handsOn: handsOn && !tooLong, bindings: [] };
    this.waiting.push({ reference, block, at: node.startIndex, unit: own ? unit : null });
    return reference;
  }

  /** A function or class at the top, without decorators that might keep it for somebody, is reached by its name alone. */
  unitOf({ node, block, unit, always, decorated }: Task): { name: string | null; unit: Unit } {
    const name = node.childForFieldName('name')?.text ?? '';
    if (block.kind !== 'module' || !always || decorated) return { name: null, unit };
    return { name, unit: this.unitNamed(name) };
  }

  unitNamed(name: string): Unit {
    const unit = this.units.get(name) ?? { imports: [], references: [] };
    this.units.set(name, unit);
    return unit;
  }

  imports({ block, unit }: Task, what: Import): void {
    unit.imports.push(what);
    if (what.name === '*' && block.kind === 'module') this.stars.push(what);
  }

  get top(): Block {
    return this.module_;
  }
}

import type { Node } from './parse.ts';
import type { Source } from './source.ts';

/** A Python file that was read: the script itself, or a module beside it that it imports. */
export interface Module {
  /** `__name__` while it runs. */
  name: string;
  file: string;
  source: Source;
}

/** Names, attributes or items with their values; written through a `Store` alone. */
export class Cells {
  readonly values = new Map<string, Value>();
  /** The branch in which they were made. */
  readonly born: number;

  constructor(born: number) {
    this.born = born;
  }

  get size(): number {
    return this.values.size;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  get(name: string): Value | undefined {
    return this.values.get(name);
  }
}

/** Names of a block, looked up outward; a class's are not seen from the functions in it. */
export interface Scope {
  readonly id: number;
  readonly cells: Cells;
  readonly module: Module;
  readonly kind: 'module' | 'class' | 'function';
  /** What is looked through next. */
  readonly outer: Scope | null;
  /** Of a function's: the method's class, and what it was called on. */
  owner: { self: One | null; owner: ClassOne } | null;
  readonly top: Scope;
  /** Around a function that is defined here. */
  readonly around: Scope;
  /** Of a comprehension, which sees what is around it, a class as well. */
  inner(): Scope;
  /** Names that belong elsewhere: `global x`, `nonlocal x`. */
  elsewhere(name: string): Cells | undefined;
  get(name: string): Value | undefined;
  set(name: string, value: Value | undefined): void;
  global(name: string): void;
  nonlocal(name: string): void;
}

/** What Python writes as a literal; texts and bytes are one. */
export type Plain = string | number | boolean | null;

/** What one expression may be: every possibility that was followed; empty: it gives nothing, ever. */
export type Value = readonly One[];

/** One thing that an expression may be, as far as it matters for what a call starts. */
export type One =
  | { kind: 'unknown' }
  | { kind: 'const'; value: Plain }
  | ContainerOne
  | NameOne
  | { kind: 'module'; module: Module; scope: Scope }
  | FunctionOne
  | ClassOne
  | InstanceOne
  | LazyOne
  | PartialOne
  /** The decorator of a command group, which adds to it. */
  | { kind: 'register'; to: Commands }
  /** `super()`: what the classes after this one have. */
  | { kind: 'super'; self: One; after: ClassOne }
  /** A method of something that is built in: of a list, a dictionary, a text, the environment. */
  | { kind: 'method'; of: One; name: string };

/** A list, tuple, set or dictionary; its cells are `#0`, `#1`, … or `k` and a key, and `*` for what stands anywhere. */
export interface ContainerOne {
  kind: 'list' | 'dict';
  /** Of what is no list and kept as one. */
  as?: 'tuple' | 'set' | undefined;
  id: number;
  cells: Cells;
}

/** Something from outside by its full name, `lenskit.batch.recommend`; `()` stands for an object that a call gives. */
export interface NameOne {
  kind: 'name';
  name: string;
  /** Of an object: its attributes that were set, and under `*` what it was given. */
  object: ObjectOne | null;
}

export interface ObjectOne {
  id: number;
  cells: Cells;
}

/** A typer or click group, or a function that is one. */
export interface Commands {
  commands: One[];
}

export interface FunctionOne extends Commands {
  kind: 'function';
  name: string;
  node: Node;
  /** Of what is around it. */
  scope: Scope;
  self: One | null;
  /** The class in whose body it stands. */
  owner: ClassOne | null;
  /** What reading it gives is what calling it gives: `@property`. */
  isProperty: boolean;
  /** What setting and deleting it calls, of a property. */
  setter?: FunctionOne;
  deleter?: FunctionOne;
  /** Which of its commands is called, the type of its first argument says: `functools.singledispatch`. */
  dispatches?: true;
  /** It looks its arguments up in a cache: `functools.lru_cache`. */
  caches?: true;
  /** What it is wrapped in whenever it is called: `@mock.patch.dict(…)`. */
  within?: Value;
  /** How a class hands itself on. */
  binds: 'self' | 'class' | 'nothing';
  defaults: () => ReadonlyMap<string, Value>;
}

export interface ClassOne {
  kind: 'class';
  name: string;
  node: Node;
  members: Scope;
  bases: readonly Value[];
  /** Its own metaclass, without those of its bases. */
  makers: readonly One[];
}

export interface InstanceOne {
  kind: 'instance';
  id: number;
  of: ClassOne;
  cells: Cells;
}

/** A generator, a coroutine, `map`: it runs when somebody takes what it gives. */
export interface LazyOne {
  kind: 'lazy';
  id: number;
  /** `with` runs it, and gives what it yields: `@contextmanager`. */
  run: (limit?: number, closes?: boolean) => Value;
  /** `steps`: so often `next()` was called with it. */
  state: { taken: Value | null; steps: number };
}

export interface PartialOne {
  kind: 'partial';
  of: Value;
  given: Given;
  /** Of a class's it gets what it is looked up on first: `functools.partialmethod`. */
  isMethod?: true;
}

/** The arguments of a call. */
export interface Given {
  positional: readonly Value[];
  keywords: ReadonlyMap<string, Value>;
  /** What stars bring, of which it is not known which parameters get it. */
  others: Value;
}

export const NOTHING_GIVEN: Given = { positional: [], keywords: new Map(), others: [] };

/** Of functions without any. */
export const NO_DEFAULTS = (): ReadonlyMap<string, Value> => new Map();

/** Of longer lists what comes later is anything. */
export const MOST_ITEMS = 64;

/** More possibilities than this are not followed. */
const MOST_POSSIBILITIES = 12;

export const UNKNOWN: Value = [{ kind: 'unknown' }];
const NULL: Value = [{ kind: 'const', value: null }];

export function constant(value: Plain): Value {
  return value === null ? NULL : [{ kind: 'const', value }];
}

export function named(name: string, object: ObjectOne | null = null): Value {
  return [{ kind: 'name', name, object }];
}

/** True for the same thing, whatever it holds. */
export function same(a: One, b: One): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'unknown') return true;
  if (a.kind === 'const') return a.value === (b as typeof a).value;
  if (a.kind === 'name') return a.name === (b as NameOne).name && a.object === (b as NameOne).object;
  if (a.kind === 'module') return a.module === (b as typeof a).module;
  if (a.kind === 'function') {
    const other = b as FunctionOne;
    const isSameSelf = a.self === other.self || (a.self !== null && other.self !== null && same(a.self, other.self));
    return a.node.id === other.node.id && a.scope === other.scope && isSameSelf;
  }
  if (a.kind === 'list' || a.kind === 'dict') return a.id === (b as ContainerOne).id;
  if (a.kind === 'instance' || a.kind === 'lazy') return a.id === (b as InstanceOne | LazyOne).id;
  if (a.kind === 'method') return a.name === (b as typeof a).name && same(a.of, (b as typeof a).of);
  return false;
}

export function sameValue(a: Value, b: Value): boolean {
  return a === b || (a.length === b.length && a.every((one, index) => same(one, b[index] as One)));
}

/** Either of them. */
export function join(...values: readonly (Value | undefined)[]): Value {
  const found: One[] = [];
  for (const value of values) {
    if (value === undefined) continue;
    if (found.length === 0 && values.length === 1) return value;
    for (const one of value) {
      if (found.some((other) => same(one, other))) continue;
      if (found.length >= MOST_POSSIBILITIES) return [...callable(found), UNKNOWN[0] as One];
      found.push(one);
    }
  }
  return found;
}

/** Of too many, what matters most is kept. */
function callable(found: readonly One[]): One[] {
  return found.filter(({ kind }) => kind !== 'const' && kind !== 'unknown').slice(0, MOST_POSSIBILITIES - 1);
}

export function joinAll(values: Iterable<Value>): Value {
  return join(...values, []);
}

export function mayBeUnknown(value: Value): boolean {
  return value.some(({ kind }) => kind === 'unknown');
}

/** The cell of a dictionary for a key: `True` is the same key as 1. */
export function keyCell(key: Plain): string {
  return `k${JSON.stringify(typeof key === 'boolean' ? Number(key) : key)}`;
}

/** The key of a cell. */
export function keyOf(cell: string): Plain {
  return JSON.parse(cell.slice(1)) as Plain;
}

/** The only constant that a value may be; undefined where it may be something else. */
export function constantOf(value: Value | undefined): Plain | undefined {
  const [one] = value ?? [];
  return value?.length === 1 && one?.kind === 'const' ? one.value : undefined;
}

/** The text that a value is. */
export function textOf(value: Value | undefined): string | undefined {
  const text = constantOf(value);
  return typeof text === 'string' ? text : undefined;
}

/** Objects of Python's own that are always true. */
export const ALWAYS_TRUE: ReadonlySet<string> = new Set(['re.Match()', 're.Pattern()']);

/** The number of a process, also as a text. */
export const MAIN_PROCESS = '<main process>';
export const WORKER_PROCESS = '<worker process>';

export function isProcess(one: One): boolean {
  return one.kind === 'name' && (one.name === MAIN_PROCESS || one.name === WORKER_PROCESS);
}

/** True, false, or null where it may be both. */
export function truth(value: Value): boolean | null {
  const each = value.map(truthOf);
  if (each.length === 0 || each.includes(null)) return null;
  return each.every((one) => one === each[0]) ? (each[0] as boolean) : null;
}

function truthOf(one: One): boolean | null {
  if (one.kind === 'const') return Boolean(one.value);
  if (one.kind === 'list' || one.kind === 'dict') return one.cells.has('*') ? null : one.cells.size > 0;
  if (one.kind === 'name') return one.name === 'typing.TYPE_CHECKING' ? false : ALWAYS_TRUE.has(one.name) ? true : null;
  return ['module', 'function', 'class', 'partial', 'lazy', 'method'].includes(one.kind) ? true : null;
}

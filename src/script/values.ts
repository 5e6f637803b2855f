import type { Node } from './parse.ts';
import type { Source } from './source.ts';

/** A Python file that was read: the script itself, or a module beside it that it imports. */
export interface Module {
  /** `__name__` while it runs. */
  name: string;
  file: string;
  source: Source;
  scope: Scope;
  state: 'new' | 'running' | 'done';
  /** What its import does, once it has run. */
  effects: readonly Effect[];
}

/** Something that happens while a module runs. */
export interface Effect {
  kind: 'parallel' | 'costly' | 'operation';
  /** The full name of what is called. */
  what: string;
  /** The call, and the module that it stands in. */
  node: Node;
  module: Module;
  /** The calls through which it is reached, the outermost first; empty: it stands at the top. */
  chain: { name: string; node: Node; module: Module }[];
  /** `operation`: a function of the script that is sent to workers. */
  function?: string;
}

export interface Outcome {
  effects: Effect[];
  /** The process ends before the end of the file. */
  exits: boolean;
  /** It was too much to follow: what was found by then. */
  incomplete: boolean;
}

/** What an expression may be known to be, as far as it matters for what a call starts. */
export type Value =
  | { kind: 'unknown' }
  | { kind: 'const'; value: string | number | boolean | null }
  | { kind: 'list'; items: readonly Value[] }
  /** Something from outside by its full name, `lenskit.batch.recommend`; `single`: it was made with one process. */
  | { kind: 'name'; name: string; single: boolean }
  | { kind: 'module'; module: Module }
  | FunctionValue
  | ClassValue
  | { kind: 'instance'; of: ClassValue; attributes: Map<string, Value> }
  /** The decorator of a command group, which adds to it. */
  | { kind: 'register'; to: CommandGroup };

/** A typer or click group, or a function that is one. */
export interface CommandGroup {
  commands: Value[];
}

export interface FunctionValue extends CommandGroup {
  kind: 'function';
  name: string;
  node: Node;
  scope: Scope;
  /** The object that a method was taken from. */
  self: Value | null;
  defaults: () => ReadonlyMap<string, Value>;
}

export interface ClassValue {
  kind: 'class';
  name: string;
  members: Scope;
  bases: readonly Value[];
  /** Attributes that methods set on `self`, of all instances together. */
  attributes: Map<string, Value>;
}

/** Of functions without any. */
export const NO_DEFAULTS = (): ReadonlyMap<string, Value> => new Map();

export const UNKNOWN: Value = { kind: 'unknown' };

export function constant(value: string | number | boolean | null): Value {
  return { kind: 'const', value };
}

export function named(name: string): Value {
  return { kind: 'name', name, single: false };
}

/** Names, looked up outward. Class scopes are not seen from inside functions. */
export class Scope {
  readonly names = new Map<string, Value>();
  readonly parent: Scope | null;
  readonly module: Module;
  /** Names that belong to the module: `global x`. */
  readonly globals = new Set<string>();

  constructor(module: Module, parent: Scope | null) {
    this.module = module;
    this.parent = parent;
  }

  get(name: string): Value | undefined {
    return this.names.get(name) ?? this.parent?.get(name);
  }

  set(name: string, value: Value): void {
    (this.globals.has(name) ? this.module.scope : this).names.set(name, value);
  }
}

/** True, false, or null where it is not known. */
export function truth(value: Value): boolean | null {
  if (value.kind === 'const') return Boolean(value.value);
  if (value.kind === 'list') return value.items.length > 0;
  if (value.kind === 'name' && value.name === 'typing.TYPE_CHECKING') return false;
  return ['module', 'function', 'class'].includes(value.kind) ? true : null;
}

/** A comparison of known values; null where it is not known. */
export function compare(left: Value, operator: string, right: Value): boolean | null {
  if (operator === 'in' || operator === 'not in') {
    if (right.kind !== 'list') return null;
    const each = right.items.map((item) => compare(left, '==', item));
    const found = each.includes(true) ? true : each.includes(null) ? null : false;
    return found === null ? null : found === (operator === 'in');
  }
  if (left.kind === 'name' && right.kind === 'const' && right.value === null && left.name === PARENT_PROCESS) {
    return operator === 'is not' || operator === '!=';
  }
  if (left.kind !== 'const' || right.kind !== 'const') return null;
  if (operator === '==' || operator === 'is') return left.value === right.value;
  if (operator === '!=' || operator === 'is not') return left.value !== right.value;
  return null;
}

/** In a worker there is one. */
export const PARENT_PROCESS = 'multiprocessing.parent_process()';

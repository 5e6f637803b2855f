/** What code does with names of the module. */
export interface Uses {
  /** Names that it binds, or deletes. */
  binds: Set<string>;
  /** Names that it looks up. */
  reads: Set<string>;
  /** Names whose object it changes, or may: `a.b = 1`, `a[0] = 1`, `a.append(1)`. */
  changes: Set<string>;
  /** Dotted names that it looks up: `conf.CFG`. */
  chains: Set<string>;
  /**
   * Dotted names of what it surely changes; with `()`: what a function gives. `.given`: a parameter's object, `.self`: that of
   * the method, `.class`: its class.
   */
  writes: Set<string>;
  /** Dotted names of what it calls a method of that may change it, with the method; of a module it is a function. */
  methods: [chain: string, method: string][];
  /** Dotted names of what it may call: calls, and what it hands to one. */
  runs: Set<string>;
  /** What it hands to which call, both as dotted names. */
  given: [to: string, chain: string][];
  /** Modules that it imports, in a function. */
  loads: Set<string>;
  /** It binds or looks up names that nobody can tell, by this. */
  dynamic: string | null;
  /** What it gives may be what it was given, or a part of it. */
  returnsGiven: boolean;
  /** A parameter's default is there in the next call, too. */
  hasState: boolean;
}

/** A function that a statement defines; of a class each method. */
export interface Later extends Uses {
  name: string;
}

/** What a statement at the top does with names: when it runs, and later, in what it defines. */
export interface Names extends Uses {
  later: Later[];
  /** Something is called when it runs. */
  calls: boolean;
  /** Names whose objects it hands to a call that may change them: `shuffle(a)`, `fill(into=a)`, `f([a])`. */
  hands: Set<string>;
  /** `from … import *`: it binds names that are not known. */
  star: boolean;
  /** Other names of a dotted name's object, or of a part of it: `b = a`, `b = a["x"]`. */
  aliases: Map<string, string>;
}

/** A block with names of its own (Language Reference, 4.2.1). */
export interface Block {
  kind: 'module' | 'class' | 'function' | 'comprehension';
  /** A class's so far, a function's all. */
  locals: Set<string>;
  globals: Set<string>;
  outer: Block | null;
  sink: Uses;
  of: Walk;
  /** Its names for what others name as well. */
  aliases: Map<string, string>;
  parameters: readonly string[];
  isMethod: boolean;
}

export interface Walk {
  names: Names;
  /** Annotations are not evaluated: `from __future__ import annotations`. */
  lazyAnnotations: boolean;
  open: (() => void)[];
}

export function uses(): Uses {
  const set = (): Set<string> => new Set();
  const own = { binds: set(), reads: set(), changes: set(), chains: set(), writes: set(), runs: set(), loads: set() };
  return { ...own, methods: [], given: [], dynamic: null, returnsGiven: false, hasState: false };
}

/** The block that a name is of where it is looked up; null: the module. A class's are seen from its own statements alone. */
export function ownerOf(name: string, block: Block): Block | null {
  for (let at: Block | null = block; at !== null; at = at.outer) {
    if (at.kind === 'class' && at !== block) {
      // A method's own (Reference, 3.3.3.6).
      if (name === '__class__') return at;
      continue;
    }
    if (at.globals.has(name)) return null;
    if (at.kind !== 'module' && at.locals.has(name)) return at;
  }
  return null;
}

export function read(name: string, block: Block): void {
  if (ownerOf(name, block) === null) block.sink.reads.add(name);
}

export function bind(name: string | undefined, block: Block): void {
  if (name === undefined) return;
  if (block.kind === 'module' || block.globals.has(name)) block.sink.binds.add(name);
  else if (block.kind === 'class') block.locals.add(name);
}

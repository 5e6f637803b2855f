import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Delta, Store } from './store.ts';
import type { ClassOne, ContainerOne, Given, LazyOne, One, Plain, Value } from './values.ts';

/** How code may go on: any of these together. */
export type Flow = number;
export const NEXT = 1;
export const BREAK = 2;
export const CONTINUE = 4;
export const RETURN = 8;
/** An exception that is raised in words; any other statement may raise one. */
export const RAISE = 16;
/** `SystemExit`. */
export const EXIT = 32;
/** A generator that is taken no further: it waits at a `yield`. */
export const STOP = 64;

/** What the branches that leave a block take with them. */
export interface LoopFrame {
  depth: number;
  inner: number;
  breaks: Delta[];
  continues: Delta[];
}

export interface FunctionFrame {
  depth: number;
  returns: Delta[];
  returned: Value;
  yielded: Value;
  loops: LoopFrame[];
  taking: Taking;
}

/** How far a generator is followed. */
export interface Taking {
  /** So many things are taken of it. */
  limit: number;
  /** Then it is closed, and what stands in `finally` runs. */
  closes: boolean;
  /** So many were given. */
  given: number;
  /** Each of these was given for sure. */
  isSure: boolean;
  /** `Running.doubt` when it began. */
  doubt: number;
}

export function takingOf(it: Running, limit: number = Number.POSITIVE_INFINITY, closes = false): Taking {
  return { limit, closes, given: 0, isSure: true, doubt: it.doubt };
}

/** What the rules for statements and expressions need of whoever follows a script. */
export interface Running {
  readonly store: Store;
  readonly frames: FunctionFrame[];
  /** More than none: an exception that is raised here is caught. */
  caught: number;
  /** More than none: a RuntimeError that is raised here is caught. */
  swallowed: number;
  /** How often the code that is followed may be followed again for its loops. */
  repeats: number;
  /** Loops around it of which it is not known how often they run. */
  unsureLoops: number;
  /** Exceptions that the body of the innermost `try` raises for sure, without saying so. */
  raised: Set<string>;
  /** What was done to get here was conditional. */
  readonly isCertain: boolean;
  /** The same, but for what may have ended the process before: it has not where this runs. */
  readonly isSure: boolean;
  /** Of how many conditions. */
  readonly doubt: number;
  maybe<T>(run: () => T): T;
  /** Annotations are evaluated when somebody asks for them (PEP 649), not when what they are of is made. */
  readonly defersAnnotations: boolean;
  /** What an expression is, and what evaluating it does. */
  value(node: Node, scope: Scope): Value;
  /** Every expression of a statement. */
  expressions(node: Node, scope: Scope): void;
  body(node: Node | null, scope: Scope): Flow;
  define(node: Node, scope: Scope, decorators?: readonly Node[]): void;
  defineClass(node: Node, scope: Scope, decorators?: readonly Node[]): void;
  imports(node: Node, scope: Scope): void;
  importsFrom(node: Node, scope: Scope): void;
  lambda(node: Node, scope: Scope): Value;
  note(effect: { kind: 'ends' | 'unbound'; what: string; node: Node }, scope: Scope): void;
  /** The statement may end here. */
  ends(flow: Flow): void;
  attribute(of: Value, name: string, node: Node, scope: Scope): Value;
  setAttribute(of: Value, name: string, value: Value | undefined, node: Node, scope: Scope): void;
  item(of: Value, key: Value, node: Node, scope: Scope): Value;
  setItem(of: Value, key: Value, value: Value | undefined, node: Node, scope: Scope): void;
  /** A name lets go of what it was: `__del__` runs where nothing else holds it. */
  forgotten(value: Value | undefined, node: Node, scope: Scope): void;
  call(callee: Value, given: Given, node: Node, scope: Scope, method?: string | null): Value;
  /** Whether a mapping of Python's own has a key; null: that is not known, or it is none. */
  holds(of: One, key: Value, scope: Scope): boolean | null;
  special(of: One, name: string, given: readonly Value[], node: Node, scope: Scope): Value | null;
  /**
   * What iterating gives, which runs what is lazy; `exact`: each in its order, where that is known. `limit`: so many things
   * are taken.
   */
  iterate(
    value: Value,
    node: Node,
    scope: Scope,
    limit?: number,
    closes?: boolean,
  ): { exact: readonly Value[] | null; any: Value };
  lazy(run: LazyOne['run']): Value;
  list(items: readonly Value[], any?: Value, as?: ContainerOne['as']): Value;
  dict(entries: readonly (readonly [Plain, Value])[], any?: Value): Value;
  ownerOf(scope: Scope): { self: One | null; owner: ClassOne | null };
}

/** Follows several ways of which one is gone; joins what they wrote. */
export function either(it: Running, ways: readonly (() => Flow)[]): Flow {
  const [only] = ways;
  if (ways.length === 1 && only) return only();
  const kept: Delta[] = [];
  let flow: Flow = 0;
  for (const way of ways) {
    it.store.fork();
    const own = it.maybe(way);
    const delta = it.store.take();
    if (own & NEXT) kept.push(delta);
    flow |= own;
  }
  it.store.merge(kept);
  return flow;
}

/** The same for expressions. */
export function eitherValue(it: Running, ways: readonly (() => Value)[]): Value[] {
  const values: Value[] = [];
  either(
    it,
    ways.map((way) => () => {
      values.push(way());
      return NEXT;
    }),
  );
  return values;
}

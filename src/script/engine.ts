import type { Effect, Effects, Link } from './effects.ts';
import type { Files } from './files-made.ts';
import type { Modules } from './modules.ts';
import type { Node } from './parse.ts';
import type { Flow, Running } from './running.ts';
import type { Cells, FunctionOne, Given, Module, ObjectOne, One, Scope, Value } from './values.ts';

/** A module that runs, or has run. */
export interface Loaded {
  module: Module;
  scope: Scope;
}

/** What a function gave, and how it ended. */
export interface Result {
  value: Value;
  flow: Flow;
  /** What it did, with the chain that led there; and how long that was. */
  effects: readonly Effect[];
  depth: number;
}

/** What the rules for calls, members and imports need of whoever follows a script, besides what statements need. */
export interface Engine extends Running {
  readonly modules: Modules;
  /** The file that Python was started with. */
  readonly script: string;
  /** Not a worker. */
  readonly isMain: boolean;
  /** Folders that modules are looked for in. */
  readonly paths: string[];
  /** Variables as Python sees them (`seen NAME`) and as a new process gets them (`inherited NAME`). */
  readonly environment: Cells;
  /** What LensKit is configured with: `processes`, or the text `unset`. */
  readonly config: Cells;
  /** What the script made and removed. */
  readonly files: Files;
  readonly loaded: ReadonlyMap<Module, Loaded>;
  /** What functions did, by what they were given and found; null while they run. */
  readonly results: Map<string, Result | null>;
  /** How often each function runs at this moment. */
  readonly active: Map<number, number>;
  /** How often each function was followed. */
  readonly entered: Map<number, number>;
  readonly chain: readonly Link[];
  readonly effects: Effects;
  /** Runs a module that was not imported yet. */
  load(module_: Module): Scope;
  below<T>(name: string, node: Node, module_: Module, run: () => T): T;
  note(effect: Omit<Effect, 'module' | 'chain' | 'certain'> & { certain?: boolean }, scope: Scope): void;
  notFollowed(node: Node, scope: Scope, why: string): void;
  /** Something was left out. */
  cut(): void;
  /** The script imports what only LensKit 0.x has, or is told to be of it. */
  isBefore2024(): boolean;
  /** A module of LensKit's is imported, or a name of one. */
  sees(dotted: string): void;
  next(): number;
  /** The script as a module. */
  ownModule(): Value;
  /** `sys.modules["__main__"]`. */
  mainModule(): Value;
  path(text: Value): Value;
  /** `os.environ[key] = value`. */
  setVariable(key: Value, value: Value, seen: boolean): void;
  /** A module below a folder that is no package. */
  packageBelow(dotted: string): Value | null;
  /** A module below a package. */
  moduleBelow(module_: Module, name: string, node: Node, scope: Scope): Value | null;
  enter(function_: FunctionOne, given: Given, node: Node, scope: Scope): Value;
  /** A call of something that is not in the files. */
  outside(
    name: string | null,
    object: ObjectOne | null,
    given: Given,
    node: Node,
    scope: Scope,
    method: string | null,
  ): Value;
  /** A method of something that is built in. */
  builtIn(of: One, name: string, given: Given, node: Node, scope: Scope): Value;
}

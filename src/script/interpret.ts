import { attribute, setAttribute } from './attributes.ts';
import { Budget, TooMuch } from './budget.ts';
import { builtInMethod } from './built-in-methods.ts';
import { call, enter } from './calls.ts';
import { special } from './classes.ts';
import { define, defineClass, functionOf } from './definitions.ts';
import { type Effect, Effects, type Left, type Link, type Outcome, type Unfollowed } from './effects.ts';
import type { Engine, Loaded, Result } from './engine.ts';
import { inheritedNow, setVariable, startWith } from './environment.ts';
import { EXPRESSIONS } from './expressions.ts';
import { Files } from './files-made.ts';
import { finalize, forgotten } from './finalizers.ts';
import { holdsKey } from './holding.ts';
import { findBelow, importModule, importNames } from './importing.ts';
import { item, setItem } from './items.ts';
import { iterate } from './iteration.ts';
import { OF_BEFORE_2024 } from './lenskit-calls.ts';
import { isLenskits } from './lenskit-models.ts';
import { outside } from './library.ts';
import { makeDict, makeLazy, makeList } from './making.ts';
import type { Modules } from './modules.ts';
import type { Node } from './parse.ts';
import { HERE, pathObject } from './paths.ts';
import { CONTINUE, EXIT, type Flow, type FunctionFrame, NEXT, RAISE, STOP, takingOf } from './running.ts';
import { spawnedModule } from './running-modules.ts';
import { makeScope, type Scope } from './scope.ts';
import { SPINES } from './spines.ts';
import { STATEMENTS } from './statements.ts';
import { Store } from './store.ts';
import {
  type Cells,
  type ClassOne,
  type ContainerOne,
  constant,
  type FunctionOne,
  type Given,
  type LazyOne,
  type Module,
  type ObjectOne,
  type One,
  type Plain,
  UNKNOWN,
  type Value,
} from './values.ts';
import type { Variables } from './variables.ts';

/** Of code that was not followed so many places are kept. */
const MOST_UNFOLLOWED = 20;

/** What a process is given when it starts. */
export interface Start {
  /** The name that the module runs under: `__main__`, and `__mp_main__` in a worker. */
  name: '__main__' | '__mp_main__';
  /** Variables of which something is known. */
  variables: Variables;
  /** What lies where, as far as the process that started it has left something. */
  left: Left;
  /** Folders that modules are looked for in. */
  paths: readonly string[];
  /** Its LensKit is 0.x. */
  before2024: boolean;
  /** Its Python evaluates annotations when somebody asks for them. */
  defersAnnotations: boolean;
}

/**
 * Follows what Python would run if a module were imported under a name: every statement at the top, through the
 * functions, classes and decorators of the file and of the modules beside it. Where one of several things may happen,
 * each is followed and what they leave is joined; what is not called does not run. Nothing is kept between two runs.
 */
export class Interpreter implements Engine {
  readonly store = new Store();
  readonly frames: FunctionFrame[] = [];
  readonly modules: Modules;
  readonly start: Start;
  readonly paths: string[];
  /** The file that Python was started with. */
  script = '';
  caught = 0;
  swallowed = 0;
  repeats = 1;
  unsureLoops = 0;
  raised = new Set<string>();
  /** Variables as Python sees them (`seen NAME`) and as a new process gets them (`inherited NAME`). */
  readonly environment: Cells;
  /** What LensKit is configured with: `processes`, or the text `unset`. */
  readonly config: Cells;
  readonly files: Files;
  readonly loaded = new Map<Module, Loaded>();
  /** The frame in which a function was entered, by what it is given; undefined while it runs. */
  readonly results = new Map<string, Result | null>();
  readonly active = new Map<number, number>();
  readonly entered = new Map<number, number>();
  readonly chain: Link[] = [];
  readonly effects = new Effects();
  private readonly unfollowed: Unfollowed[] = [];
  private readonly budget = new Budget(() => (this.main?.source.text.length ?? 0) + this.modules.ownText);
  doubt = 0;
  /** Of these, what may have ended the process before. */
  private passed = 0;
  private incomplete = false;
  private count = 0;
  private hasSeen = false;
  private main: Module | null = null;
  private spawned: One | null = null;
  /** How the statement that runs may end, beside going on; and whether it must. */
  private flow: Flow = 0;
  private isOver = false;

  constructor(modules: Modules, start: Start) {
    this.modules = modules;
    this.start = start;
    this.paths = [...start.paths];
    this.environment = this.store.cells();
    this.config = this.store.cells();
    this.files = new Files(this.store, start.left);
    startWith(this, start.variables);
    this.store.write(this.config, 'processes', constant('unset'));
  }

  get defersAnnotations(): boolean {
    return this.start.defersAnnotations;
  }

  get isMain(): boolean {
    return this.start.name === '__main__';
  }

  run(module_: Module): Outcome {
    let flow: Flow = NEXT;
    const scope = this.moduleScope(module_);
    try {
      this.script = module_.file;
      this.main = module_;
      flow = this.runModule(module_, scope);
    } catch (error) {
      if (!(error instanceof TooMuch || error instanceof RangeError)) throw error;
      this.incomplete = true;
    }
    const { leftOut } = this.modules;
    if (leftOut !== null)
      this.notFollowed(module_.source.parsed.root, scope, `${leftOut}: more modules are imported than are read`);
    return {
      effects: this.effects.list,
      unfollowed: this.unfollowed,
      scope,
      ends: flow & NEXT ? (flow & (EXIT | RAISE) ? 'perhaps' : 'no') : 'yes',
      incomplete: this.incomplete,
      inherited: inheritedNow(this.environment),
      left: this.files.left(),
    };
  }

  private moduleScope(module_: Module): Scope {
    const scope = makeScope(module_, 'module', null, this.store);
    this.loaded.set(module_, { module: module_, scope });
    return scope;
  }

  /** Runs a module that was not imported yet. */
  load(module_: Module): Scope {
    const scope = this.moduleScope(module_);
    const { root, errors } = module_.source.parsed;
    const [error] = errors;
    if (error) this.notFollowed(root, scope, `${module_.file}:${error.line}: the syntax could not be read`);
    this.ends(this.runModule(module_, scope));
    return scope;
  }

  private runModule(module_: Module, scope: Scope): Flow {
    const name = module_ === this.main ? this.start.name : module_.name;
    scope.set('__name__', constant(name));
    // A script that is run has no package; one that a worker imports has one without a name (`runpy.run_path`).
    scope.set('__package__', constant(name === '__main__' ? null : name.split('.').slice(0, -1).join('.')));
    scope.set('__file__', constant(module_.file.startsWith('/') ? module_.file : `${HERE}/${module_.file}`));
    this.frames.push({
      depth: this.store.depth,
      returns: [],
      returned: [],
      yielded: [],
      loops: [],
      taking: takingOf(this),
    });
    const outer = this.store.enter();
    const flow = this.block(module_.source.parsed.root, scope);
    this.store.leave(outer);
    this.frames.pop();
    return flow;
  }

  get isCertain(): boolean {
    return this.doubt === 0;
  }

  get isSure(): boolean {
    return this.doubt === this.passed;
  }

  maybe<T>(run: () => T): T {
    this.doubt++;
    const { isOver } = this;
    try {
      return run();
    } finally {
      this.doubt--;
      this.isOver = isOver;
    }
  }

  private block(node: Node, scope: Scope): Flow {
    let flow: Flow = 0;
    let doubts = 0;
    let passed = 0;
    try {
      for (const statement of node.namedChildren) {
        if (statement === null || statement.type === 'comment') continue;
        const own = this.statement(statement, scope);
        flow |= own & ~NEXT;
        if (!(own & NEXT)) return flow;
        // Where it may have left, what follows may run.
        if (own & ~NEXT && doubts === 0) {
          doubts++;
          this.doubt++;
          if ((own & ~(NEXT | EXIT | RAISE)) === 0) passed = 1;
          this.passed += passed;
        }
      }
      return flow | NEXT;
    } finally {
      this.doubt -= doubts;
      this.passed -= passed;
    }
  }

  private statement(node: Node, scope: Scope): Flow {
    this.budget.step();
    const outer = { flow: this.flow, isOver: this.isOver };
    this.flow = 0;
    this.isOver = false;
    const run = STATEMENTS[node.type];
    let flow: Flow = NEXT;
    if (run) flow = run(this, node, scope);
    else this.expressions(node, scope);
    flow |= this.flow;
    if (this.isOver) flow &= ~(NEXT | CONTINUE);
    this.flow = outer.flow;
    this.isOver = outer.isOver;
    return flow;
  }

  /** What is called ends so: the statement ends with it. */
  ends(flow: Flow): void {
    this.flow |= flow & (EXIT | RAISE | STOP);
    if (!(flow & NEXT)) this.isOver = true;
  }

  /** Everything of a statement that needs no more than being evaluated. */
  expressions(node: Node, scope: Scope): void {
    const before = this.count;
    for (const child of node.namedChildren) {
      const value = child === null ? [] : this.value(child, scope);
      const [only] = value;
      // What nobody keeps is gone.
      if (child?.type === 'call' && value.length === 1 && only?.kind === 'instance' && only.id > before)
        finalize(this, only, child, scope);
    }
  }

  body(node: Node | null, scope: Scope): Flow {
    return node === null ? NEXT : this.block(node, scope);
  }

  below<T>(name: string, node: Node, module_: Module, run: () => T): T {
    this.chain.push({ name, node, module: module_ });
    this.budget.depth += 2;
    try {
      return run();
    } finally {
      this.budget.depth -= 2;
      this.chain.pop();
    }
  }

  /** What an expression is, and what evaluating it does; what nests to the left is followed in a loop. */
  value(node: Node, scope: Scope): Value {
    const spine: Node[] = [];
    let inner: Node | null = node;
    for (let found = SPINES[inner.type]; found !== undefined && inner !== null; found = SPINES[inner?.type ?? '']) {
      spine.push(inner);
      inner = found.left(inner);
    }
    this.budget.depth++;
    try {
      let value = inner === null ? UNKNOWN : this.single(inner, scope);
      for (const outer of spine.reverse()) {
        this.budget.step();
        value = (SPINES[outer.type] as (typeof SPINES)[string]).rule(this, outer, value, scope);
        if (value.length === 0) value = UNKNOWN;
      }
      return value;
    } finally {
      this.budget.depth--;
    }
  }

  private single(node: Node, scope: Scope): Value {
    this.budget.step();
    const evaluate = EXPRESSIONS[node.type];
    if (evaluate) return evaluate(this, node, scope);
    for (const child of node.namedChildren) if (child !== null) this.value(child, scope);
    return UNKNOWN;
  }

  note(effect: Omit<Effect, 'module' | 'chain' | 'certain'> & { certain?: boolean }, scope: Scope): void {
    const certain = this.isCertain && effect.certain !== false;
    this.effects.note({ ...effect, certain, module: scope.module, chain: [...this.chain] });
  }

  notFollowed(node: Node, scope: Scope, why: string): void {
    if (this.unfollowed.length < MOST_UNFOLLOWED && !this.unfollowed.some((one) => one.node.id === node.id))
      this.unfollowed.push({ node, module: scope.module, chain: [...this.chain], why });
  }

  /** Something was left out. */
  cut(): void {
    this.incomplete = true;
  }

  /** `os.environ[key] = value`. */
  setVariable(key: Value, value: Value, seen: boolean): void {
    setVariable(this, key, value, seen);
  }

  path(text: Value): Value {
    return pathObject(this, text);
  }

  /** A module in a folder that is no package itself: `import scripts.run` without `__init__.py`. */
  packageBelow(dotted: string): Value | null {
    const top = dotted.split('.', 1)[0] ?? '';
    if (isLenskits(top) || dotted.includes('(') || !this.modules.mayHave(this.script, top)) return null;
    const module_ = this.modules.find(this.script, dotted, this.paths);
    const known = module_ === null ? undefined : this.loaded.get(module_);
    return known === undefined ? null : [{ kind: 'module', module: known.module, scope: known.scope }];
  }

  isBefore2024(): boolean {
    return this.start.before2024 || this.hasSeen;
  }

  sees(dotted: string): void {
    this.hasSeen ||= OF_BEFORE_2024.test(dotted);
  }

  next(): number {
    return ++this.count;
  }

  ownModule(): Value {
    const own = this.main === null ? undefined : this.loaded.get(this.main);
    return own === undefined ? UNKNOWN : [{ kind: 'module', module: own.module, scope: own.scope }];
  }

  /** Until a worker has imported the script its main module is what it was started with (`multiprocessing/spawn.py`). */
  mainModule(): Value {
    if (this.isMain || this.main === null) return this.ownModule();
    this.spawned ??= spawnedModule(this.main, this.store);
    return [this.spawned];
  }

  define = (node: Node, scope: Scope, decorators?: readonly Node[]): void => define(this, node, scope, decorators);
  defineClass = (node: Node, scope: Scope, decorators?: readonly Node[]): void =>
    defineClass(this, node, scope, decorators);
  lambda = (node: Node, scope: Scope): Value => [functionOf(this, 'lambda', node, scope)];
  imports = (node: Node, scope: Scope): void => importModule(this, node, scope);
  importsFrom = (node: Node, scope: Scope): void => importNames(this, node, scope);
  attribute = (of: Value, name: string, node: Node, scope: Scope): Value => attribute(this, of, name, node, scope);
  setAttribute = (of: Value, name: string, value: Value | undefined, node: Node, scope: Scope): void =>
    setAttribute(this, of, name, value, node, scope);
  forgotten = (value: Value | undefined, node: Node, scope: Scope): void => forgotten(this, value, node, scope);
  item = (of: Value, key: Value, node: Node, scope: Scope): Value => item(this, of, key, node, scope);
  setItem = (of: Value, key: Value, value: Value | undefined, node: Node, scope: Scope): void =>
    setItem(this, of, key, value, node, scope);
  special = (of: One, name: string, given: readonly Value[], node: Node, scope: Scope): Value | null =>
    special(this, of, name, given, node, scope);
  holds = (of: One, key: Value, scope: Scope): boolean | null => holdsKey(this, of, key, scope);
  iterate = (
    value: Value,
    node: Node,
    scope: Scope,
    limit?: number,
    closes?: boolean,
  ): { exact: readonly Value[] | null; any: Value } => iterate(this, value, node, scope, limit, closes);
  call = (callee: Value, given: Given, node: Node, scope: Scope, method: string | null = null): Value =>
    call(this, callee, given, node, scope, method);
  moduleBelow = (module_: Module, name: string, node: Node, scope: Scope): Value | null =>
    findBelow(this, module_, name, node, scope);
  outside = (
    name: string | null,
    object: ObjectOne | null,
    given: Given,
    node: Node,
    scope: Scope,
    method: string | null,
  ): Value => outside(this, name, object, given, node, scope, method);
  builtIn = (of: One, name: string, given: Given, node: Node, scope: Scope): Value =>
    builtInMethod(this, of, name, given, node, scope);
  enter = (function_: FunctionOne, given: Given, node: Node, scope: Scope): Value =>
    enter(this, function_, given, node, scope);

  lazy = (run: LazyOne['run']): Value => makeLazy(this, run);
  list = (items: readonly Value[], any?: Value, as?: ContainerOne['as']): Value => makeList(this, items, any, as);
  dict = (entries: readonly (readonly [Plain, Value])[], any?: Value): Value => makeDict(this, entries, any);

  ownerOf(scope: Scope): { self: One | null; owner: ClassOne | null } {
    for (let one: Scope | null = scope; one !== null; one = one.outer) {
      const owner = one.owner;
      if (owner) return { self: owner.self, owner: owner.owner };
    }
    return { self: null, owner: null };
  }
}

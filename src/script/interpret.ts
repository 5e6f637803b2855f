import { bindParameters, signature } from './bindings.ts';
import { EXPRESSIONS } from './expressions.ts';
import {
  COMMAND_GROUPS,
  canonical,
  EXITS,
  isCostly,
  PARALLEL_CALLS,
  REGISTERS,
  RUNS_ITS_ARGUMENT,
  STAR_NAMES,
} from './lenskit-calls.ts';
import type { Modules } from './modules.ts';
import type { Node } from './parse.ts';
import type { Flow, Running } from './running.ts';
import { STATEMENTS } from './statements.ts';
import {
  type ClassValue,
  constant,
  type Effect,
  type FunctionValue,
  type Module,
  NO_DEFAULTS,
  named,
  type Outcome,
  PARENT_PROCESS,
  Scope,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Steps for one script; a script that needs more is generated or hostile. */
const MOST_STEPS = 300_000;
const MOST_DEPTH = 150;

class TooMuch extends Error {}

/**
 * Follows what Python would run if a module were imported under a name: every statement at the top, through the
 * functions, classes and decorators of the file and of the modules beside it. Conditions on `__name__` are decided;
 * of others both branches may run; loops run once; what is not called does not run.
 */
export class Interpreter implements Running {
  private readonly modules: Modules;
  /** The file that Python was started with. */
  private script = '';
  /** Not a worker. */
  private isMain = false;
  private readonly imported = new Set<Module>();
  private readonly effects: Effect[] = [];
  private readonly chain: Effect['chain'] = [];
  /** What functions gave, by what they were given; null while they run. */
  private readonly results = new Map<string, Value | null>();
  private steps = 0;
  private depth = 0;
  /** The process has been ended by what ran last. */
  private exited = false;
  private returned: Value = UNKNOWN;

  constructor(modules: Modules) {
    this.modules = modules;
  }

  run(module_: Module): Outcome {
    let exits = false;
    let incomplete = false;
    try {
      this.script = module_.file;
      this.isMain = module_.name === '__main__';
      exits = this.runModule(module_) === 'exits';
    } catch (error) {
      if (!(error instanceof TooMuch || error instanceof RangeError)) throw error;
      incomplete = true;
    }
    return { effects: this.effects, exits, incomplete };
  }

  private runModule(module_: Module): Flow {
    module_.state = 'running';
    module_.scope.set('__name__', constant(module_.name));
    const flow = this.block(module_.source.parsed.root, module_.scope);
    module_.state = 'done';
    return flow;
  }

  private block(node: Node, scope: Scope): Flow {
    for (const statement of node.namedChildren) {
      if (statement === null) continue;
      const flow = this.statement(statement, scope);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  private statement(node: Node, scope: Scope): Flow {
    this.step();
    const run = STATEMENTS[node.type];
    const flow = run ? run(this, node, scope) : this.expressions(node, scope);
    if (this.exited) {
      this.exited = false;
      return 'exits';
    }
    return flow;
  }

  private step(): void {
    if (++this.steps > MOST_STEPS || this.depth > MOST_DEPTH) throw new TooMuch();
  }

  /** Everything of a statement that needs no more than being evaluated. */
  expressions(node: Node, scope: Scope): Flow {
    for (const child of node.namedChildren) if (child !== null) this.value(child, scope);
    return 'next';
  }

  body(node: Node | null, scope: Scope): Flow {
    return node === null ? 'next' : this.block(node, scope);
  }

  /** A function is made: its defaults and decorators run, its body does not. */
  define(node: Node, scope: Scope, decorators: readonly Node[] = []): Flow {
    const name = node.childForFieldName('name')?.text ?? '';
    let value: Value = this.functionValue(name, node, scope);
    for (const decorator of decorators.toReversed()) {
      const expression = decorator.namedChildren[0];
      if (!expression) continue;
      const with_ = this.value(expression, scope);
      value = this.decorated(with_, value, expression, scope);
    }
    scope.set(name, value);
    return 'next';
  }

  private decorated(with_: Value, value: Value, node: Node, scope: Scope): Value {
    if (with_.kind === 'register') {
      with_.to.commands.push(value);
      return value;
    }
    if (with_.kind !== 'function' && with_.kind !== 'class') return value;
    const result = this.call(with_, [value], new Map(), node, scope);
    return result.kind === 'unknown' ? value : result;
  }

  /** Defaults are evaluated when the function is made; those that call nothing may wait until it is called. */
  private functionValue(name: string, node: Node, scope: Scope): FunctionValue {
    const parameters = node.childForFieldName('parameters');
    let known = parameters?.text.includes('(', 1) ? this.defaultsOf(parameters, scope) : null;
    const defaults = (): ReadonlyMap<string, Value> => {
      known ??= this.defaultsOf(parameters, scope);
      return known;
    };
    return { kind: 'function', name, node, scope, self: null, defaults, commands: [] };
  }

  private defaultsOf(parameters: Node | null, scope: Scope): Map<string, Value> {
    const defaults = new Map<string, Value>();
    for (const parameter of parameters?.namedChildren ?? []) {
      const value = parameter?.childForFieldName('value');
      if (parameter && value) defaults.set(parameter.childForFieldName('name')?.text ?? '', this.value(value, scope));
    }
    return defaults;
  }

  /** A class body runs when the class is made. */
  defineClass(node: Node, scope: Scope, decorators: readonly Node[] = []): Flow {
    const name = node.childForFieldName('name')?.text ?? '';
    const bases: Value[] = [];
    for (const base of node.childForFieldName('superclasses')?.namedChildren ?? []) {
      if (base && base.type !== 'keyword_argument') bases.push(this.value(base, scope));
    }
    const value: ClassValue = {
      kind: 'class',
      name,
      members: new Scope(scope.module, scope),
      bases,
      attributes: new Map(),
    };
    this.body(node.childForFieldName('body'), value.members);
    scope.set(name, value);
    for (const decorator of decorators.toReversed()) {
      const expression = decorator.namedChildren[0];
      if (expression) this.decorated(this.value(expression, scope), value, expression, scope);
    }
    return 'next';
  }

  returns(node: Node, scope: Scope): Flow {
    const [value] = node.namedChildren;
    const result = value ? this.value(value, scope) : constant(null);
    if (this.returned.kind === 'unknown') this.returned = result;
    return 'leaves';
  }

  imports(node: Node, scope: Scope): Flow {
    for (const item of node.childrenForFieldName('name')) {
      if (item === null) continue;
      const aliased = item.type === 'aliased_import';
      const dotted = (aliased ? item.childForFieldName('name') : item)?.text ?? '';
      const local = this.importModule(this.modules.find(this.script, dotted), item, scope);
      if (aliased) scope.set(item.childForFieldName('alias')?.text ?? '', local ?? named(dotted));
      else {
        const [top = dotted] = dotted.split('.');
        const first =
          local && dotted !== top ? this.importModule(this.modules.find(this.script, top), item, scope) : local;
        scope.set(top, first ?? named(top));
      }
    }
    return 'next';
  }

  importsFrom(node: Node, scope: Scope): Flow {
    const from = node.childForFieldName('module_name');
    if (from === null) return 'next';
    const prefix = from.type === 'relative_import' ? (/^\.+/.exec(from.text)?.[0] ?? '.') : '';
    const dotted = from.text.slice(prefix.length).trim();
    const find = (name: string) =>
      prefix === ''
        ? this.modules.find(this.script, name)
        : this.modules.findRelative(scope.module, prefix.length, name);
    const module_ = this.importModule(find(dotted), node, scope);
    for (const item of node.childrenForFieldName('name')) {
      if (item === null) continue;
      const aliased = item.type === 'aliased_import';
      const name = (aliased ? item.childForFieldName('name') : item)?.text ?? '';
      const own = module_?.kind === 'module' ? module_.module.scope.names.get(name) : undefined;
      const inside = own ?? this.importModule(find(dotted === '' ? name : `${dotted}.${name}`), node, scope);
      const value = inside ?? (module_ === null ? named(canonical(`${dotted}.${name}`)) : UNKNOWN);
      scope.set((aliased ? item.childForFieldName('alias')?.text : name) ?? '', value);
    }
    if (node.namedChildren.some((child) => child?.type === 'wildcard_import')) {
      if (module_?.kind === 'module') for (const [name, value] of module_.module.scope.names) scope.set(name, value);
      else for (const name of STAR_NAMES[dotted] ?? []) scope.set(name, named(canonical(`${dotted}.${name}`)));
    }
    return 'next';
  }

  /** A module beside the script runs when it is imported first. */
  private importModule(module_: Module | null, node: Node, scope: Scope): Value | null {
    if (module_ === null) return null;
    const name = `import ${module_.name}`;
    if (module_.state === 'new') {
      const before = this.effects.length;
      const depth = this.chain.length + 1;
      this.below(name, node, scope.module, () => this.runModule(module_));
      module_.effects = this.effects.slice(before).map((effect) => ({ ...effect, chain: effect.chain.slice(depth) }));
    } else if (!this.imported.has(module_)) {
      const through = [...this.chain, { name, node, module: scope.module }];
      this.effects.push(...module_.effects.map((effect) => ({ ...effect, chain: [...through, ...effect.chain] })));
    }
    this.imported.add(module_);
    return { kind: 'module', module: module_ };
  }

  private below<T>(name: string, node: Node, module_: Module, run: () => T): T {
    this.chain.push({ name, node, module: module_ });
    this.depth++;
    try {
      return run();
    } finally {
      this.depth--;
      this.chain.pop();
    }
  }

  /** What an expression is, and what evaluating it does. */
  value(node: Node, scope: Scope): Value {
    this.step();
    this.depth++;
    try {
      const evaluate = EXPRESSIONS[node.type];
      if (evaluate) return evaluate(this, node, scope);
      for (const child of node.namedChildren) if (child !== null) this.value(child, scope);
      return UNKNOWN;
    } finally {
      this.depth--;
    }
  }

  attribute(node: Node, scope: Scope): Value {
    const object = node.childForFieldName('object');
    const name = node.childForFieldName('attribute')?.text ?? '';
    if (object === null) return UNKNOWN;
    const value = this.value(object, scope);
    if (value.kind === 'name') {
      if (value.name === 'multiprocessing.current_process()' && name === 'name')
        return constant(this.isMain ? 'MainProcess' : 'SpawnProcess-1');
      if (COMMAND_GROUPS.has(value.name.replace('()', '')) && REGISTERS.has(name)) return UNKNOWN;
      return { kind: 'name', name: canonical(`${value.name}.${name}`), single: value.single };
    }
    if (value.kind === 'module') {
      const own = value.module.scope.names.get(name);
      if (own !== undefined) return own;
      return this.importModule(this.modules.find(this.script, `${value.module.name}.${name}`), node, scope) ?? UNKNOWN;
    }
    if (value.kind === 'function' && REGISTERS.has(name)) return { kind: 'register', to: value };
    if (value.kind === 'class') return this.member(value, name, null) ?? UNKNOWN;
    if (value.kind === 'instance') return this.member(value.of, name, value) ?? UNKNOWN;
    return UNKNOWN;
  }

  private member(of: ClassValue, name: string, self: Value | null): Value | null {
    const own = of.members.names.get(name) ?? of.attributes.get(name);
    if (own !== undefined) return own.kind === 'function' && self !== null ? { ...own, self } : own;
    for (const base of of.bases) {
      const inherited = base.kind === 'class' ? this.member(base, name, self) : null;
      if (inherited !== null) return inherited;
    }
    return null;
  }

  /** `f(…)`: the arguments first, then what is called. */
  callExpression(node: Node, scope: Scope): Value {
    const [callee, list] = [node.childForFieldName('function'), node.childForFieldName('arguments')];
    if (callee === null) return UNKNOWN;
    const value = this.value(callee, scope);
    const positional: Value[] = [];
    const keywords = new Map<string, Value>();
    for (const argument of list?.type === 'argument_list' ? list.namedChildren : [list]) {
      if (argument === null) continue;
      const given = argument.childForFieldName('value');
      if (argument.type === 'keyword_argument' && given) {
        keywords.set(argument.childForFieldName('name')?.text ?? '', this.value(given, scope));
      } else positional.push(this.value(argument, scope));
    }
    const method = callee.type === 'attribute' ? (callee.childForFieldName('attribute')?.text ?? null) : null;
    return this.call(value, positional, keywords, node, scope, method);
  }

  private call(
    callee: Value,
    positional: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
    node: Node,
    scope: Scope,
    method: string | null = null,
  ): Value {
    if (callee.kind === 'function') return this.enter(callee, positional, keywords, node, scope);
    if (callee.kind === 'class') {
      const made: Value = { kind: 'instance', of: callee, attributes: callee.attributes };
      const start = this.member(callee, '__init__', made);
      if (start?.kind === 'function') this.enter(start, positional, keywords, node, scope);
      return made;
    }
    if (callee.kind === 'instance') {
      const own = this.member(callee.of, '__call__', callee);
      return own?.kind === 'function' ? this.enter(own, positional, keywords, node, scope) : UNKNOWN;
    }
    if (callee.kind === 'register') return callee;
    const name = callee.kind === 'name' ? callee.name : null;
    return this.outside(name, callee.kind === 'name' && callee.single, positional, keywords, node, scope, method);
  }

  /** A call of something that is not in the file: LensKit, a library, or nobody knows. */
  private outside(
    name: string | null,
    single: boolean,
    positional: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
    node: Node,
    scope: Scope,
    method: string | null,
  ): Value {
    const known = name === null ? undefined : PARALLEL_CALLS.get(name);
    const jobs =
      known && (keywords.get(known.jobs) ?? (known.position === null ? undefined : positional[known.position]));
    const alone = single || isOneJob(jobs ?? (name === null ? undefined : keywords.get('n_jobs')));
    if (known && name !== null) {
      if (!alone) this.note('parallel', name, node, scope);
      const sent = name === 'lenskit.parallel.invoker' ? (keywords.get('func') ?? positional[1]) : undefined;
      if (sent?.kind === 'function' && !alone) this.note('operation', name, node, scope, sent.name);
    } else if (isCostly(name, method)) this.note('costly', name ?? `.${method}`, node, scope);
    if (name !== null && EXITS.has(name)) this.exited = true;
    if (RUNS_ITS_ARGUMENT.some((pattern) => pattern.test(name ?? `.${method}`))) {
      for (const given of [...positional, ...keywords.values()]) {
        if (given.kind === 'function') this.enter(given, [], new Map(), node, scope);
      }
    }
    if (name === 'functools.partial') return positional[0] ?? UNKNOWN;
    if (name !== null && COMMAND_GROUPS.has(name)) return this.group(node, scope);
    if (name === 'multiprocessing.parent_process') return this.isMain ? constant(null) : named(PARENT_PROCESS);
    return name === null ? UNKNOWN : { kind: 'name', name: `${name}()`, single: alone };
  }

  /** A typer application is a function that runs its commands. */
  private group(node: Node, scope: Scope): Value {
    return { kind: 'function', name: 'app', node, scope, self: null, defaults: NO_DEFAULTS, commands: [] };
  }

  private note(kind: Effect['kind'], what: string, node: Node, scope: Scope, function_?: string): void {
    this.effects.push({
      kind,
      what,
      node,
      module: scope.module,
      chain: [...this.chain],
      ...(function_ === undefined ? {} : { function: function_ }),
    });
  }

  /** The body of a function of the file, once for each set of functions that it is given. */
  private enter(
    function_: FunctionValue,
    positional: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
    node: Node,
    from: Scope,
  ): Value {
    const own = new Scope(function_.scope.module, function_.scope);
    bindParameters(function_, positional, keywords, own);
    const key = `${function_.scope.module.file}:${function_.node.id}:${[...own.names].map(([name, value]) => signature(name, value)).join()}`;
    const known = this.results.get(key);
    if (known !== undefined) return known ?? UNKNOWN;
    this.results.set(key, null);
    return this.below(`${function_.name}()`, node, from.module, () => {
      const outer = this.returned;
      this.returned = UNKNOWN;
      const body = function_.node.childForFieldName('body');
      if (function_.node.type === 'lambda' && body) this.returned = this.value(body, own);
      else if (function_.node.type === 'function_definition') {
        if (this.body(body, own) === 'exits') this.exited = true;
      }
      for (const command of [...function_.commands]) {
        if (command.kind === 'function') this.enter(command, [], new Map(), node, from);
      }
      const result = this.returned;
      this.returned = outer;
      this.results.set(key, result);
      return result;
    });
  }
}

function isOneJob(value: Value | undefined): boolean {
  return value?.kind === 'const' && (value.value === 1 || value.value === 'ray');
}

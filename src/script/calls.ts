import { bindParameters } from './bindings.ts';
import { member, special } from './classes.ts';
import { enterPatch } from './contexts.ts';
import type { Engine, Result } from './engine.ts';
import { finalize, hasFinalizer } from './finalizers.ts';
import { isAsyncOnly, isGenerator } from './generators.ts';
import { HASH, perform } from './operations.ts';
import type { Node } from './parse.ts';
import { EXIT, either, eitherValue, type Flow, NEXT, RAISE, RETURN, STOP, type Taking, takingOf } from './running.ts';
import { makeScope, type Scope } from './scope.ts';
import { dispatched } from './single-dispatch.ts';
import {
  type ClassOne,
  constant,
  type FunctionOne,
  type Given,
  type InstanceOne,
  join,
  joinAll,
  NOTHING_GIVEN,
  type One,
  UNKNOWN,
  type Value,
} from './values.ts';

/** One function is followed so often, with whatever it is given; after that it is taken to do what it did. */
const MOST_ENTERED = 300;
/** Effects of a function that was followed before are told again, so many. */
const MOST_TOLD_AGAIN = 8;

/** Calls each of what is called may be. */
export function call(it: Engine, callee: Value, given: Given, node: Node, scope: Scope, method: string | null): Value {
  const callable = callee.length > 1 ? callee.filter(({ kind }) => kind !== 'const') : callee;
  const [only] = callable;
  if (callable.length === 0) return UNKNOWN;
  if (callable.length === 1 && only) return callOne(it, only, given, node, scope, method);
  return joinAll(
    eitherValue(
      it,
      callable.map((one) => () => callOne(it, one, given, node, scope, method)),
    ),
  );
}

function callOne(it: Engine, callee: One, given: Given, node: Node, scope: Scope, method: string | null): Value {
  switch (callee.kind) {
    case 'function':
      return enter(it, callee, given, node, scope);
    case 'class':
      return construct(it, callee, given, node, scope);
    case 'instance': {
      const result = special(it, callee, '__call__', given.positional, node, scope);
      const called = result === null ? member(it, callee.of, '__call__', callee, node, scope) : null;
      return result ?? called ?? it.outside(null, null, given, node, scope, null);
    }
    case 'partial': {
      const merged: Given = {
        positional: [...callee.given.positional, ...given.positional],
        keywords: new Map([...callee.given.keywords, ...given.keywords]),
        others: join(callee.given.others, given.others, []),
      };
      return call(it, callee.of, merged, node, scope, null);
    }
    case 'register': {
      const functions = given.positional.flat().filter(({ kind }) => kind === 'function');
      callee.to.commands.push(...functions);
      return functions.length > 0 ? functions : [callee];
    }
    case 'method':
      return it.builtIn(callee.of, callee.name, given, node, scope);
    case 'name':
      return it.outside(callee.name, callee.object, given, node, scope, method);
    case 'lazy':
    case 'const':
    case 'list':
    case 'dict':
    case 'module':
      return UNKNOWN;
    default:
      return it.outside(null, null, given, node, scope, method);
  }
}

/** `Class(…)`. */
export function construct(
  it: Engine,
  class_: ClassOne,
  given: Given,
  node: Node,
  scope: Scope,
  isPlain = false,
): Value {
  const own = isPlain ? null : special(it, class_, '__call__', given.positional, node, scope);
  if (own?.some(({ kind }) => kind !== 'unknown')) return own;
  const cells = it.store.cells();
  const made: InstanceOne = { kind: 'instance', id: it.next(), of: class_, cells };
  const maker = member(it, class_, '__new__', null, node, scope);
  const instead = maker?.some(({ kind }) => kind === 'function') ? it.call(maker, given, node, scope) : [];
  const start = member(it, class_, '__init__', made, node, scope);
  const starts = start?.filter((one): one is FunctionOne => one.kind === 'function') ?? [];
  for (const one of starts) enter(it, one, given, node, scope);
  if (starts.length === 0) {
    const fields = class_.node.childForFieldName('body')?.namedChildren.flatMap((statement) => {
      const inner = statement?.namedChildren[0];
      const isField = inner?.type === 'assignment' && inner.childForFieldName('type') !== null;
      return isField ? [inner.childForFieldName('left')?.text ?? ''] : [];
    });
    for (const [index, value] of given.positional.entries())
      if (fields?.[index]) it.store.write(cells, fields[index] as string, value);
    for (const [name, value] of given.keywords) it.store.write(cells, name, value);
    for (const name of fields ?? []) if (!cells.has(name)) factory(it, made, name, node, scope);
    for (const name of ['__post_init__', '__attrs_post_init__', 'model_post_init'])
      special(it, made, name, name === 'model_post_init' ? [UNKNOWN] : [], node, scope);
  }
  // A value that an enumeration has not.
  const missing = member(it, class_, '_missing_', null, node, scope);
  if (missing !== null) it.maybe(() => it.call(missing, { ...NOTHING_GIVEN, positional: [UNKNOWN] }, node, scope));
  const others = instead.filter((one) => one.kind === 'instance' && one.of !== class_);
  return others.length > 0 ? others : [made];
}

/** `field(default_factory=…)`: what a field is made of where it is not given. */
function factory(it: Engine, made: InstanceOne, name: string, node: Node, scope: Scope): void {
  for (const one of made.of.members.cells.get(name) ?? []) {
    const cells = one.kind === 'name' ? one.object?.cells : undefined;
    const maker = cells?.get('default_factory') ?? cells?.get('factory');
    if (maker !== undefined) it.store.write(made.cells, name, it.call(maker, NOTHING_GIVEN, node, scope));
  }
}

/** What of an argument makes a difference to what a function does. */
function signature(name: string, value: Value): string {
  const each = value.map((one): string => {
    if (one.kind === 'function')
      return `f${one.node.id}/${one.scope.id}${one.self === null ? '' : `/${signature('', [one.self])}`}`;
    if (one.kind === 'const') return JSON.stringify(one.value);
    if (one.kind === 'class') return `c${one.node.id}/${one.members.id}`;
    if (one.kind === 'name') return one.object === null ? one.name : `${one.name}#${one.object.id}`;
    if (one.kind === 'module') return `m${one.module.file}`;
    if (one.kind === 'method') return `.${one.name}/${signature('', [one.of])}`;
    if (one.kind === 'partial' || one.kind === 'super' || one.kind === 'register') return one.kind;
    return one.kind === 'unknown' ? '?' : `${one.kind[0]}${one.id}`;
  });
  return `${name}=${each.join('|')}`;
}

/** The body of a function of the file: once for each set of things that it is given and that it finds. */
export function enter(it: Engine, function_: FunctionOne, given: Given, node: Node, from: Scope): Value {
  const { node: own, scope: around } = function_;
  if (own.type === 'call') return runCommands(it, function_, node, from);
  if (function_.caches) for (const value of given.positional) perform(it, value, HASH, [], node, from);
  if (function_.within !== undefined) {
    const leave = function_.within.map((one) => enterPatch(it, one, node, from));
    const { within: _, ...inner } = function_;
    const given_ = enter(it, inner, given, node, from);
    for (const one of leave) one?.();
    return given_;
  }
  if (function_.dispatches && function_.commands.length > 0) {
    const { dispatches: _, ...general } = function_;
    const self = function_.self;
    const chosen = dispatched(function_.commands, given.positional[0]);
    if (chosen === 'general') return enter(it, { ...general, commands: [] }, given, node, from);
    if (chosen !== null) return enter(it, chosen.self === null ? { ...chosen, self } : chosen, given, node, from);
    const ways = function_.commands.map((one) =>
      one.kind === 'function' && one.self === null ? { ...one, self } : one,
    );
    return joinAll(
      eitherValue(it, [
        () => enter(it, { ...general, commands: [] }, given, node, from),
        ...ways.map((one) => () => call(it, [one], given, node, from, null)),
      ]),
    );
  }
  const outer = it.store.enter();
  const scope = makeScope(around.module, 'function', around, it.store);
  const first = own.childForFieldName('parameters')?.namedChildren[0];
  const inner = first?.type === 'identifier' ? first.text : (first?.namedChildren[0]?.text ?? '');
  bindParameters(it, function_, given, scope);
  if (function_.owner !== null)
    scope.owner = { self: function_.self ?? scope.cells.get(inner)?.[0] ?? null, owner: function_.owner };
  const isLazy = own.type === 'function_definition' && isGenerator(own);
  try {
    if (isLazy) return it.lazy((limit, closes) => body(it, function_, scope, node, from, limit, closes));
    return body(it, function_, scope, node, from);
  } finally {
    it.store.leave(outer);
  }
}

export function body(
  it: Engine,
  function_: FunctionOne,
  scope: Scope,
  node: Node,
  from: Scope,
  limit?: number,
  closes = false,
): Value {
  const { node: own, scope: around } = function_;
  const parts = [...scope.cells.values].map(([name, value]) => signature(name, value));
  const key = `${around.module.file}:${own.id}/${around.id}:${parts.join()}@${it.store.version}/${limit ?? ''}${closes}`;
  const known = it.results.get(key);
  if (known === null) return UNKNOWN; // it calls itself
  if (known !== undefined) return again(it, known, `${function_.name}()`, node, from);
  const times = (it.entered.get(own.id) ?? 0) + 1;
  if (times > MOST_ENTERED) {
    it.cut();
    return UNKNOWN;
  }
  it.entered.set(own.id, times);
  it.results.set(key, null);
  const before = it.effects.list.length;
  const depth = it.chain.length + 1;
  const running = it.active.get(own.id) ?? 0;
  it.active.set(own.id, running + 1);
  let result: ReturnType<typeof run>;
  try {
    result = it.below(`${function_.name}()`, node, from.module, () =>
      run(it, function_, scope, node, from, takingOf(it, limit, closes)),
    );
  } finally {
    it.active.set(own.id, running);
  }
  const effects = it.effects.list.slice(before, before + MOST_TOLD_AGAIN);
  it.results.set(key, { ...result, effects, depth });
  it.ends(result.flow);
  return result.value;
}

/** What a function did that was followed before is done again, from here. */
function again(it: Engine, known: Result, name: string, node: Node, from: Scope): Value {
  const link = { name, node, module: from.module };
  for (const effect of known.effects) {
    const chain = [...it.chain, link, ...effect.chain.slice(known.depth)];
    if (chain.length < 60) it.effects.note({ ...effect, chain, certain: effect.certain && it.isCertain });
  }
  it.ends(known.flow);
  return known.value;
}

export function run(
  it: Engine,
  function_: FunctionOne,
  scope: Scope,
  node: Node,
  from: Scope,
  taking: Taking,
): { value: Value; flow: Flow } {
  const { node: own } = function_;
  const frame = { depth: it.store.depth, returns: [], returned: [] as Value, yielded: [] as Value, loops: [], taking };
  it.frames.push(frame);
  const { repeats, caught } = it;
  const first = it.next();
  it.store.fork();
  let flow: Flow = NEXT;
  let value: Value;
  const text = own.childForFieldName('body');
  try {
    if (own.type === 'lambda') value = text ? it.value(text, scope) : UNKNOWN;
    else {
      flow = it.body(text, scope);
      value = flow & NEXT ? join(frame.returned, constant(null)) : frame.returned;
    }
    for (const command of [...function_.commands]) {
      if (command.kind === 'function') enter(it, command, NOTHING_GIVEN, node, from);
    }
  } finally {
    it.frames.pop();
    it.repeats = repeats;
    it.caught = caught;
    const delta = it.store.take();
    it.store.merge([...(flow & NEXT ? [delta] : []), ...(frame.returns as never[])]);
  }
  // Objects that it made and that it does not give: they may be held elsewhere.
  if (own.type === 'function_definition' && !isGenerator(own))
    for (const [one] of scope.cells.values.values())
      if (one?.kind === 'instance' && one.id > first && hasFinalizer(one) && !value.includes(one))
        it.maybe(() => finalize(it, one, node, from));
  if (isGenerator(own)) value = isAsyncOnly(own) ? value : frame.yielded;
  const goesOn = flow & (NEXT | RETURN | STOP) ? NEXT : 0;
  return { value: value.length > 0 ? value : UNKNOWN, flow: goesOn | (flow & (EXIT | RAISE)) };
}

/** A typer application runs its commands: which of them, the command line says. */
function runCommands(it: Engine, function_: FunctionOne, node: Node, from: Scope): Value {
  const ways = function_.commands
    .filter((one): one is FunctionOne => one.kind === 'function')
    .map((one) => () => {
      enter(it, one, NOTHING_GIVEN, node, from);
      return NEXT;
    });
  it.below(`${function_.name}()`, node, from.module, () => (ways.length > 0 ? either(it, ways) : NEXT));
  return UNKNOWN;
}

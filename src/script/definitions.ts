import { callMember, makersOf } from './classes.ts';
import { withOption } from './command-line.ts';
import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import { makeScope, type Scope } from './scope.ts';
import { type ClassOne, constant, type FunctionOne, NOTHING_GIVEN, type One, UNKNOWN, type Value } from './values.ts';

/** Decorators whose name says that reading the method calls it. */
const PROPERTIES = /(^|\.)(\w*property|getter|setter|deleter)$/;

/** A function is made: its defaults and decorators run, its body does not. */
export function define(it: Engine, node: Node, scope: Scope, decorators: readonly Node[] = []): void {
  const name = node.childForFieldName('name')?.text ?? '';
  annotations(it, node, scope);
  let value: Value = [functionOf(it, name, node, scope)];
  for (const decorator of decorators.toReversed()) {
    const expression = decorator.namedChildren[0];
    if (expression) value = decorated(it, it.value(expression, scope), value, expression, scope);
  }
  scope.set(name, value);
}

/** Annotations are evaluated when the function is made, before Python 3.14 and without `from __future__ import annotations`. */
function annotations(it: Engine, node: Node, scope: Scope): void {
  const parameters = node.childForFieldName('parameters')?.namedChildren ?? [];
  const types = [...parameters.map((one) => one?.childForFieldName('type')), node.childForFieldName('return_type')];
  for (const type of types) annotation(it, type ?? null, scope);
}

/** Only calls in it do anything. */
export function annotation(
  it: Pick<Engine, 'maybe' | 'value' | 'defersAnnotations'>,
  type: Node | null,
  scope: Scope,
): void {
  if (type === null || it.defersAnnotations || !type.text.includes('(') || isLazy(scope)) return;
  it.maybe(() => it.value(type.namedChildren[0] ?? type, scope));
}

/** `from __future__ import annotations` stands before all but comments and the module's text. */
function isLazy({ module: { source } }: Scope): boolean {
  for (let node = source.parsed.root.firstNamedChild; node !== null; node = node.nextNamedSibling) {
    if (node.type === 'future_import_statement' && node.text.includes('annotations')) return true;
    if (!/^(comment|expression_statement|future_import_statement)$/.test(node.type)) return false;
  }
  return false;
}

function decorated(it: Engine, with_: Value, value: Value, node: Node, scope: Scope): Value {
  const results: One[] = [];
  for (const one of with_) {
    if (one.kind === 'register') {
      one.to.commands.push(...value);
      results.push(...value);
    } else if (one.kind === 'function' || one.kind === 'class' || one.kind === 'instance' || one.kind === 'partial') {
      const result = it.call([one], { ...NOTHING_GIVEN, positional: [value] }, node, scope);
      // What a decorator gives is as good as what it was given, where that is not known.
      results.push(...result.flatMap((given) => (given.kind === 'unknown' || given.kind === 'name' ? value : [given])));
    } else if (one.kind === 'method' && one.of.kind === 'function' && /^(getter|setter|deleter)$/.test(one.name))
      results.push(...accessor(one.of, one.name, value));
    else if (one.kind === 'name' && WRAPS.test(one.name))
      results.push(...value.map((given) => (given.kind === 'function' ? { ...given, within: [one] } : given)));
    else
      results.push(
        ...value.map(
          (given) =>
            (given.kind === 'function' ? withOption(one, given) : null) ??
            marked(given, one.kind === 'name' ? one.name : node.text),
        ),
      );
  }
  return results.length > 0 ? results : value;
}

/** Objects that are decorators and context managers: the function runs within them. */
const WRAPS = /^unittest\.mock\.patch(\.\w+)?\(\)$/;

/** `@x.setter` of a property. */
function accessor(property: FunctionOne, name: string, value: Value): One[] {
  return value.map((one) => {
    if (one.kind !== 'function') return one;
    if (name === 'getter') return { ...one, isProperty: true };
    return { ...property, [name]: one };
  });
}

/** Decorators of libraries keep a function: they do not call it yet. */
function marked(one: One, decorator: string): One {
  if (one.kind !== 'function') return one;
  if (PROPERTIES.test(decorator.replace(/\(.*$/s, ''))) return { ...one, isProperty: true };
  if (/(^|\.)singledispatch(method)?$/.test(decorator)) return { ...one, dispatches: true };
  if (/(^|\.)(lru_cache|cache)\b/.test(decorator)) return { ...one, caches: true };
  if (/(^|\.)staticmethod$/.test(decorator)) return { ...one, binds: 'nothing' };
  if (/(^|\.)(classmethod|validator|field_validator|root_validator)\b/.test(decorator))
    return { ...one, binds: 'class' };
  return one;
}

/** Defaults are evaluated when the function is made; those that call nothing may wait until it is called. */
export function functionOf(it: Engine, name: string, node: Node, scope: Scope): FunctionOne {
  const parameters = node.childForFieldName('parameters');
  const read = (): ReadonlyMap<string, Value> => {
    const defaults = new Map<string, Value>();
    for (const parameter of parameters?.namedChildren ?? []) {
      const value = parameter?.childForFieldName('value');
      if (parameter && value) defaults.set(parameter.childForFieldName('name')?.text ?? '', it.value(value, scope));
    }
    return defaults;
  };
  let known = /[=]/.test(parameters?.text ?? '') ? read() : new Map<string, Value>();
  const defaults = (): ReadonlyMap<string, Value> => {
    known ??= read();
    return known;
  };
  const owner = scope.kind === 'class' ? (scope.owner?.owner ?? null) : null;
  const isStatic = /^__(new|init_subclass|class_getitem)__$/.test(name);
  return {
    kind: 'function',
    name,
    node,
    scope: scope.around,
    self: null,
    owner,
    isProperty: false,
    binds: isStatic ? 'class' : 'self',
    defaults,
    commands: [],
  };
}

/** `functools.total_ordering`: the comparisons that a class has not are made of one that it has. */
function order(members: Scope): void {
  const names = ['__lt__', '__le__', '__gt__', '__ge__'];
  const own = names.find((name) => members.cells.has(name));
  const value = own === undefined ? undefined : members.cells.get(own);
  if (value !== undefined) for (const name of names) if (!members.cells.has(name)) members.set(name, value);
}

/** A class body runs when the class is made, and what its bases do with their subclasses. */
export function defineClass(it: Engine, node: Node, scope: Scope, decorators: readonly Node[] = []): void {
  const name = node.childForFieldName('name')?.text ?? '';
  const bases: Value[] = [];
  const makers: One[] = [];
  const keywords = new Map<string, Value>();
  for (const base of node.childForFieldName('superclasses')?.namedChildren ?? []) {
    if (!base || base.type === 'comment') continue;
    const value = base.type === 'keyword_argument' ? base.childForFieldName('value') : base;
    const given = value ? it.value(value, scope) : UNKNOWN;
    if (base.type !== 'keyword_argument') bases.push(given);
    else if (base.childForFieldName('name')?.text === 'metaclass') makers.push(...given);
    else keywords.set(base.childForFieldName('name')?.text ?? '', given);
  }
  const members = makeScope(scope.module, 'class', scope.around, it.store);
  const class_: ClassOne = { kind: 'class', name, node, members, bases, makers };
  members.owner = { self: null, owner: class_ };
  const above = makersOf(class_);
  for (const maker of above) it.special(maker, '__prepare__', [UNKNOWN, UNKNOWN], node, scope);
  it.ends(it.body(node.childForFieldName('body'), members));
  let value: Value = [class_];
  scope.set(name, value);
  const given: Value[] = [constant(name), it.list(bases), it.dict([...members.cells.values])];
  for (const maker of above) {
    it.special(maker, '__new__', given, node, scope);
    callMember(it, maker, '__init__', value, given, node, scope);
  }
  // Each member of an enumeration is made as the class is.
  const making = members.cells.get('__init__');
  const isEnumeration = bases.some((base) =>
    base.some((one) => one.kind === 'name' && /(^|\.)\w*(Enum|Flag)$/.test(one.name)),
  );
  if (making !== undefined && isEnumeration && members.cells.size > 1)
    it.call(making, { ...NOTHING_GIVEN, positional: [UNKNOWN, UNKNOWN] }, node, scope);
  for (const field of [...members.cells.values.values()].flat())
    if (field.kind === 'instance') it.special(field, '__set_name__', [value, UNKNOWN], node, scope);
  for (const base of bases)
    for (const one of base)
      if (one.kind === 'class') callMember(it, one, '__init_subclass__', value, [], node, scope, keywords);
  for (const decorator of decorators.toReversed()) {
    const expression = decorator.namedChildren[0];
    if (!expression) continue;
    const by = it.value(expression, scope);
    if (by.some((one) => one.kind === 'name' && one.name === 'functools.total_ordering')) order(members);
    value = decorated(it, by, value, expression, scope);
  }
  scope.set(name, value);
}

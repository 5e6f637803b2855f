import type { Node } from './parse.ts';
import { type Block, ownerOf, read } from './uses.ts';

/** Calls that change nothing of what they are given. */
export const LOOKING =
  /^(print|len|str|repr|int|float|bool|list|tuple|set|frozenset|dict|sorted|reversed|enumerate|zip|range|min|max|sum|any|all|iter|type|id|hash|isinstance|issubclass|hasattr|getattr|callable|format|abs|round|map|filter)$/;

/** Methods that change nothing, though nobody takes what they give. */
const LOOKING_METHODS =
  /^(debug|info|warn|warning|error|exception|critical|log|get|items|keys|values|copy|index|count|head|tail|describe|to_\w+|isEnabledFor)$/;

/** Methods that change what they are called on, wherever they stand. */
const CHANGING_METHODS =
  /^(append|appendleft|extend|extendleft|insert|pop|popleft|popitem|remove|discard|add|clear|update|setdefault|sort|reverse|rotate|register|__setitem__|__delitem__|__setattr__|\w*_update|send|throw)$/;

/** Calls that change what they are given first, by the end of their names. */
const CHANGING_CALLS =
  /(^|\.)(shuffle|heapify|heappush|heappop|heapreplace|insort\w*|setattr|delattr|next|copyto|put|fill_diagonal)$/;

/** Calls that bind or look up names that nobody can tell. */
const DYNAMIC =
  /^(builtins\.)?(exec|eval|execfile|globals|locals|vars)$|^(sys\._getframe|inspect\.(currentframe|stack)|get_ipython)$/;
/** The script's own module as an object. */
const OWN_MODULE = /^(sys\.modules|__main__)(\.|$)/;

/** What an expression is of: the dotted name that it begins with; `isGiven`: a call gives it. */
interface Chain {
  base: Node;
  chain: string;
  isGiven: boolean;
}

/** Of `a.b[0].c` it is `a.b`, of `a.b().c` what `a.b` gives; null: it begins with no name. */
export function chainOf(node: Node): Chain | null {
  const parts: Node[] = [];
  for (let at: Node | null = node; at !== null; at = at.namedChildren[0] ?? null) {
    if (at.type === 'identifier') {
      const names = [at.text];
      for (let one = parts.pop(); one !== undefined; one = parts.pop()) {
        if (one.type === 'call') return { base: at, chain: names.join('.'), isGiven: true };
        if (one.type !== 'attribute') {
          const isGiven = parts.some(({ type }) => type === 'call');
          return { base: at, chain: names.join('.'), isGiven };
        }
        names.push(one.childForFieldName('attribute')?.text ?? '');
      }
      return { base: at, chain: names.join('.'), isGiven: false };
    }
    if (!/^(attribute|subscript|call|await|parenthesized_expression)$/.test(at.type)) return null;
    if (/^(attribute|subscript|call)$/.test(at.type)) parts.push(at);
  }
  return null;
}

/** `a.b` is looked up. */
export function looksUp(node: Node, block: Block): void {
  const found = chainOf(node);
  if (found === null || ownerOf(found.base.text, block) !== null) return;
  block.sink.chains.add(found.chain);
  if (OWN_MODULE.test(found.chain)) block.sink.dynamic ??= found.chain;
}

/** The name that `a.b[0].c()` begins with; of `a()` that is not changed. */
function baseOf(node: Node | null): Node | null {
  let at = node;
  while (at && /^(attribute|subscript|call|await|parenthesized_expression)$/.test(at.type)) {
    const inner: Node | null = at.namedChildren[0] ?? null;
    if (at.type === 'call' && inner?.type === 'identifier') return null;
    at = inner;
  }
  return at?.type === 'identifier' ? at : null;
}

/** It may be changed. */
function change(node: Node | null, block: Block): void {
  const base = baseOf(node);
  if (base === null) return;
  read(base.text, block);
  if (block.sink.reads.has(base.text)) block.sink.changes.add(base.text);
}

/** An attribute or item is assigned to. */
export function changeIn(target: Node, block: Block): void {
  change(target, block);
  const isAttribute = target.type === 'attribute';
  write(isAttribute ? target : (target.childForFieldName('value') ?? target), block);
}

/** It is changed: the object of its dotted name, where that is of the module; by a method, or an attribute of any name (`*`). */
function write(node: Node, block: Block, by?: string): void {
  const found = chainOf(node);
  if (found === null) return;
  const { base, chain, isGiven } = found;
  const owner = ownerOf(base.text, block);
  const { sink } = block;
  if (owner === null) {
    if (isGiven) sink.writes.add(`${chain}()`);
    else if (by === undefined || by === '*') sink.writes.add(by === undefined ? chain : `${chain}.*`);
    else sink.methods.push([chain, by]);
    return;
  }
  const { of, parameter } = originOf(base.text, owner);
  if (of !== null) sink.writes.add(of);
  if (parameter < 0) return;
  if (!owner.isMethod || parameter > 0) sink.writes.add('.given');
  else sink.writes.add(owner.parameters[0] === 'cls' ? '.class' : '.self');
}

/** What a local name is another name of: a dotted name of the module, or a parameter by its place; -1: none. */
function originOf(name: string, owner: Block): { of: string | null; parameter: number } {
  let at = name;
  for (let depth = 0; depth < 8; depth++) {
    const parameter = owner.parameters.indexOf(at);
    if (parameter >= 0) return { of: null, parameter };
    const other = owner.aliases.get(at);
    if (other === undefined) break;
    const base = other.split(/[.(]/, 1)[0] ?? '';
    if (!owner.locals.has(base)) return { of: other, parameter: -1 };
    at = base;
  }
  return { of: null, parameter: -1 };
}

/** `return x`, `return (x, y)`: of parameters the caller has the objects. */
export function returned(node: Node, block: Block): void {
  for (const one of inside(node.namedChildren)) {
    const found = chainOf(one);
    const owner = found && ownerOf(found.base.text, block);
    if (found && owner && originOf(found.base.text, owner).parameter >= 0) block.sink.returnsGiven = true;
  }
}

/** A call for what it does alone may change what it is called on; where nobody sees when it is made, also what it is given. */
export function given(call: Node, block: Block): void {
  const callee = call.childForFieldName('function');
  const method = callee?.type === 'attribute' ? (callee.childForFieldName('attribute')?.text ?? '') : null;
  if (callee && method !== null && !LOOKING_METHODS.test(method)) {
    change(callee, block);
    const object = callee.childForFieldName('object');
    if (object) write(object, block, method);
  }
  if (block.sink === block.of.names || callee?.text === 'print') return;
  for (const one of call.childForFieldName('arguments')?.namedChildren ?? [])
    change(one?.type === 'keyword_argument' ? one.childForFieldName('value') : one, block);
}

/** What a call runs, and what of the module it may change. */
export function callIn(call: Node, block: Block): void {
  const callee = call.childForFieldName('function');
  const arguments_ = call.childForFieldName('arguments');
  const list = arguments_?.type === 'argument_list' ? arguments_.namedChildren : [arguments_];
  const found = callee && chainOf(callee);
  const isOwn = found ? ownerOf(found.base.text, block) === null : false;
  const to = found && isOwn ? found.chain : '';
  const { sink } = block;
  if (to !== '' && !found?.isGiven) {
    sink.runs.add(to);
    const isPlain = to === 'vars' && list.length > 0;
    if (DYNAMIC.test(to) && !isPlain) sink.dynamic ??= `${to}()`;
  }
  const object = callee?.type === 'attribute' ? callee.childForFieldName('object') : null;
  const method = callee?.childForFieldName('attribute')?.text ?? '';
  if (object && CHANGING_METHODS.test(method)) write(object, block, method);
  const text = to === '' ? '' : (callee?.text ?? '');
  const first = list.find((one) => one !== null && one.type !== 'comment') ?? null;
  if (first && CHANGING_CALLS.test(text)) write(first, block, /attr$/.test(text) ? '*' : undefined);
  const isTop = sink === block.of.names;
  if (isTop && (text === 'setattr' || text === 'delattr')) change(first, block);
  const isLooking = LOOKING.test(text);
  for (const one of inside(list)) {
    const of = chainOf(one);
    if (of === null) continue;
    const owner = ownerOf(of.base.text, block);
    if (owner === null && !of.isGiven) {
      sink.runs.add(of.chain);
      if (to !== '' && !found?.isGiven) sink.given.push([to, of.chain]);
    }
    // It is handed on as it was given.
    if (owner !== null && to !== '' && owner.parameters.includes(of.base.text)) sink.given.push([to, '.given']);
    // What is handed to a call by its name is looked at where that is known.
    const base = isTop && !isLooking && (to === '' || of.isGiven || found?.isGiven) ? baseOf(one) : null;
    if (base !== null) block.of.names.hands.add(base.text);
  }
}

/** It may be called. */
export function runs(node: Node, block: Block): void {
  const of = chainOf(node);
  if (of && !of.isGiven && ownerOf(of.base.text, block) === null) block.sink.runs.add(of.chain);
}

/** Names and what is of them, however they are put together in what a call is given. */
function inside(list: readonly (Node | null)[]): Node[] {
  const found: Node[] = [];
  const open = [...list];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null) continue;
    if (node.type === 'identifier' || node.type === 'attribute' || node.type === 'subscript') found.push(node);
    else if (node.type === 'keyword_argument') open.push(node.childForFieldName('value'));
    else if (/^(list|tuple|dictionary|pair|set|list_splat|dictionary_splat|parenthesized_expression)$/.test(node.type))
      open.push(...node.namedChildren);
  }
  return found;
}

/** A function that imports a module may call all that is in it. */
export function importedIn(node: Node, block: Block): void {
  if (block.kind === 'module') return;
  const from = node.childForFieldName('module_name')?.text;
  const names = node.childrenForFieldName('name').map((one) => (one?.childForFieldName('name') ?? one)?.text ?? '');
  if (from === undefined) for (const name of names) block.sink.loads.add(name);
  else block.sink.loads.add(from);
  if (names.includes('__main__') || from === '__main__') block.sink.dynamic ??= '__main__';
}

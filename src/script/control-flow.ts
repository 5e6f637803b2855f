import { bind } from './bindings.ts';
import { enterPatch } from './contexts.ts';
import { compared, test } from './operations.ts';
import type { Node } from './parse.ts';
import {
  BREAK,
  CONTINUE,
  EXIT,
  either,
  type Flow,
  type LoopFrame,
  NEXT,
  RAISE,
  type Running,
  STOP,
} from './running.ts';
import type { Scope } from './scope.ts';
import type { Delta } from './store.ts';
import { join, joinAll, UNKNOWN, type Value } from './values.ts';

/** A loop over a few things that are known is followed for each of them. */
const MOST_UNROLLED = 8;
/** Of a generator so many things are taken one by one. */
const MOST_STEPS = 3;
/** Loops in loops are followed as often all together. */
const MOST_REPEATS = 32;

/** `if`, with its `elif`s and `else`: the branches that may run. */
export function branches(it: Running, node: Node, scope: Scope): Flow {
  const ways: (() => Flow)[] = [];
  const arms = [node, ...node.childrenForFieldName('alternative').filter((arm) => arm !== null)];
  const way = (body: Node | null) => () => it.body(body, scope);
  for (const arm of arms) {
    if (arm.type === 'else_clause') {
      ways.push(way(arm.childForFieldName('body')));
      return either(it, ways);
    }
    const condition = arm.childForFieldName('condition');
    const decide = (): boolean | null => test(it, condition, scope);
    const known = ways.length === 0 ? decide() : it.maybe(decide);
    if (known === false) continue;
    ways.push(way(arm.childForFieldName('consequence')));
    if (known === true) return either(it, ways);
  }
  return either(it, [...ways, () => NEXT]);
}

/** Something in the body of a loop may end it. */
function mayLeave(body: Node | null): boolean {
  return body?.descendantsOfType(['break_statement', 'return_statement', 'raise_statement'])[0] !== undefined;
}

/** Follows the body of a loop once, from the state as it is. */
function iteration(it: Running, frame: LoopFrame, body: Node | null, scope: Scope): { flow: Flow; delta: Delta[] } {
  frame.inner = it.store.depth;
  frame.continues = [];
  it.store.fork();
  const flow = it.body(body, scope);
  const own = it.store.take();
  return { flow, delta: [...(flow & NEXT ? [own] : []), ...frame.continues] };
}

export function loop(it: Running, node: Node, scope: Scope): Flow {
  const [left, right, condition, body] = ['left', 'right', 'condition', 'body'].map((name) =>
    node.childForFieldName(name),
  );
  const source = right ? it.value(right, scope) : UNKNOWN;
  const isTaken = source.length === 1 && source[0]?.kind === 'lazy' && body !== undefined && mayLeave(body);
  const over = right ? (isTaken ? { exact: null, any: UNKNOWN } : it.iterate(source, right, scope)) : null;
  const loops = it.frames.at(-1)?.loops ?? [];
  const frame: LoopFrame = { depth: it.store.depth, inner: 0, breaks: [], continues: [] };
  loops.push(frame);
  it.store.fork();
  const repeats = it.repeats;
  let flow: Flow = NEXT;
  let open = true;
  const runs: (() => void)[] = [];
  /** One iteration; false: none comes after it. */
  const once = (item: Value | null): boolean => {
    if (left && item) bind(it, left, item, scope);
    const { flow: own, delta } = iteration(it, frame, body ?? null, scope);
    it.store.merge(delta);
    flow |= own & ~(NEXT | BREAK | CONTINUE);
    if (!(own & (NEXT | CONTINUE))) open = false;
    else if (own & ~(NEXT | CONTINUE)) runs.push(...[() => {}]);
    return open;
  };
  const unrolls = over?.exact ? over.exact.length : MOST_UNROLLED;
  const fits = unrolls <= MOST_UNROLLED && it.repeats * Math.max(1, unrolls) <= MOST_REPEATS;
  const inLoop = (run: () => void): void => {
    it.repeats = repeats * 2;
    try {
      run();
    } finally {
      it.repeats = repeats;
    }
  };
  const goOn = (run: () => void): void => (runs.length > 0 ? it.maybe(run) : run());
  if (over?.exact && fits) {
    it.repeats = repeats * Math.max(1, over.exact.length);
    for (const item of over.exact) {
      if (!open) break;
      goOn(() => void once(item));
    }
    it.repeats = repeats;
  } else if (isTaken && right) {
    let step = 0;
    while (open && runs.length === 0 && step < MOST_STEPS) once(it.iterate(source, right, scope, ++step).any);
    if (!open) it.iterate(source, right, scope, step, true);
    else
      goOn(() => {
        const { any } = it.iterate(source, right, scope);
        inLoop(() => several(it, () => once(any), true));
        open = true;
      });
  } else if (over !== null) {
    inLoop(() => several(it, () => once(over.any), true));
    // It may have been empty.
    open = true;
  } else if (condition) {
    const isLiteral = /^(true|integer)$/.test(condition.type);
    let known = test(it, condition, scope);
    for (let n = 0; n < MOST_UNROLLED && fits && !isLiteral && known === true && open; n++) {
      inLoop(() => goOn(() => void once(null)));
      if (open) known = test(it, condition, scope);
    }
    if (open && known !== false) {
      const next = (): boolean => {
        const result = once(null);
        if (result) it.value(condition, scope);
        return result;
      };
      inLoop(() => goOn(() => several(it, next, known !== true)));
      if (known === true && isLiteral) open = false;
      else if (known === null) open = true;
    }
  }
  loops.pop();
  const kept: Delta[] = [...frame.breaks];
  const main = it.store.take();
  if (open) {
    it.store.fork();
    it.store.merge([main]);
    const otherwise = node.childForFieldName('alternative')?.childForFieldName('body') ?? null;
    const own = frame.breaks.length > 0 ? it.maybe(() => it.body(otherwise, scope)) : it.body(otherwise, scope);
    const delta = it.store.take();
    if (own & NEXT) kept.push(delta);
    flow |= own & ~NEXT;
  }
  it.store.merge(kept);
  return kept.length > 0 ? flow : flow & ~NEXT;
}

/** Follows what runs any number of times: once, and once more from what that may have left. */
function several(it: Running, once: () => boolean, orNever: boolean): void {
  for (let pass = 0; pass < 2; pass++) {
    it.store.fork();
    const goesOn = once();
    const delta = it.store.take();
    const changed = it.store.merge([...(orNever || pass > 0 ? [new Map()] : []), ...(goesOn ? [delta] : [])]);
    if (!changed || !goesOn || it.repeats > MOST_REPEATS) break;
    if (pass === 1) widen(it, delta);
  }
}

/** What changes each time is something else after many. */
function widen(it: Running, delta: Delta): void {
  for (const [cells, names] of delta) {
    for (const name of names.keys()) {
      const now = cells.get(name);
      if (now?.some(({ kind }) => kind === 'const') && now.length > 2) it.store.write(cells, name, join(now, UNKNOWN));
    }
  }
}

/** Which exceptions a handler takes; null: all. */
function caughtBy(text: string | null): Flow {
  if (text === null || /\bBaseException\b/.test(text)) return RAISE | EXIT;
  return (/\bSystemExit\b/.test(text) ? EXIT : 0) | (/^\W*SystemExit\W*$/.test(text) ? 0 : RAISE);
}

interface Handler {
  catches: Flow;
  /** It takes whatever is raised, as far as that is known. */
  isWide: boolean;
  /** The types that it names. */
  text: string;
  clause: Node;
  block: Node | null;
}

function handlersOf(node: Node): Handler[] {
  return node.namedChildren.flatMap((clause) => {
    if (clause === null || !/^except/.test(clause.type)) return [];
    const block = clause.namedChildren.findLast((child) => child?.type === 'block') ?? null;
    // Several without parentheses: PEP 758, Python 3.14.
    const types = clause.namedChildren.filter(
      (child) => child !== null && child.id !== block?.id && child.type !== 'comment',
    );
    const text = types.length === 0 ? null : types.map((type) => type?.text).join(', ');
    const isWide = text === null || /(^|[(,])\s*(Base)?Exception\b/.test(text);
    return [{ catches: caughtBy(text), isWide, text: text ?? '', clause, block }];
  });
}

/** Modules of Python itself that are there whatever else is. */
const THERE =
  /^(abc|argparse|ast|asyncio|atexit|base64|bisect|collections|concurrent|contextlib|copy|csv|dataclasses|datetime|enum|functools|gc|glob|hashlib|heapq|importlib|inspect|io|itertools|json|logging|math|multiprocessing|operator|os|pathlib|pickle|platform|pprint|queue|random|re|shutil|signal|socket|statistics|string|struct|subprocess|sys|tempfile|textwrap|threading|time|traceback|types|typing|unittest|urllib|uuid|warnings|weakref|zipfile)(\.\w+)?$/;

const PLAIN: ReadonlySet<string> = new Set([
  'expression_statement',
  'assignment',
  'pattern_list',
  'tuple_pattern',
  'string',
  'string_start',
  'string_content',
  'string_end',
  'escape_sequence',
  'concatenated_string',
  'integer',
  'float',
  'true',
  'false',
  'none',
  'list',
  'tuple',
  'expression_list',
  'parenthesized_expression',
  'pass_statement',
  'comment',
]);

/** Nothing in it raises anything: plain values, functions, modules of Python itself. */
function cannotRaise(block: Node | null, scope: Scope): boolean {
  const open: (Node | null)[] = [...(block?.namedChildren ?? [])];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null || node.type === 'lambda') continue;
    if (node.type === 'import_statement') {
      if (
        !node
          .childrenForFieldName('name')
          .every((one) => THERE.test((one?.childForFieldName('name') ?? one)?.text ?? ''))
      )
        return false;
    } else if (node.type === 'function_definition') {
      if (/[=:]/.test(node.childForFieldName('parameters')?.text ?? '')) return false;
    } else if (node.type === 'identifier') {
      const isTarget = node.parent?.type === 'assignment' && node.parent.childForFieldName('left')?.id === node.id;
      if (!isTarget && node.parent?.type !== 'pattern_list' && scope.get(node.text) === undefined) return false;
    } else if (!PLAIN.has(node.type) || (node.type === 'assignment' && node.childForFieldName('right') === null))
      return false;
    else open.push(...node.namedChildren);
  }
  return true;
}

/**
 * All parts of a `try` may run. That something is raised is the exception: what follows is reached as surely as without
 * the `try`, whatever a handler would do, unless the body raises in words.
 */
export function attempt(it: Running, node: Node, scope: Scope): Flow {
  const handlers = handlersOf(node);
  const raised = new Set(
    node
      .childForFieldName('body')
      ?.descendantsOfType('raise_statement')
      .map((one) => one?.namedChildren[0]?.text.replace(/\(.*$/s, '')) ?? [],
  );
  const swallows = handlers.some(({ isWide, text }) => isWide || /\bRuntimeError\b/.test(text));
  if (handlers.length > 0) it.caught++;
  if (swallows) it.swallowed++;
  it.store.fork();
  let body: Flow;
  try {
    body = it.body(node.childForFieldName('body'), scope);
  } finally {
    if (handlers.length > 0) it.caught--;
    if (swallows) it.swallowed--;
  }
  const done = it.store.take();
  const kept: Delta[] = [];
  let flow: Flow = body & ~NEXT;
  for (const { catches, isWide, text: type } of handlers) {
    if (body & catches & EXIT) flow &= ~EXIT;
    if (body & catches & RAISE && (isWide || [...raised].some((name) => name && type.includes(name)))) flow &= ~RAISE;
  }
  const otherwise =
    node.namedChildren.find((child) => child?.type === 'else_clause')?.childForFieldName('body') ?? null;
  if (body & NEXT) {
    it.store.fork();
    it.store.merge([done]);
    const own = it.body(otherwise, scope);
    const delta = it.store.take();
    if (own & NEXT) kept.push(delta);
    flow |= own & ~NEXT;
  }
  const reached = kept.length > 0;
  const isSafe = !(body & (RAISE | EXIT)) && cannotRaise(node.childForFieldName('body'), scope);
  for (const { catches, clause, block } of isSafe ? [] : handlers) {
    it.store.fork();
    it.store.merge([new Map(), done]);
    const own = it.maybe(() => {
      for (const child of clause.namedChildren) if (child !== null && child.id !== block?.id) it.value(child, scope);
      return it.body(block, scope);
    });
    const delta = it.store.take();
    if (own & NEXT) kept.push(delta);
    // Nothing need be raised: then what the handler would end is not ended.
    if (!reached && body & catches & (RAISE | EXIT)) flow |= own & ~NEXT;
  }
  it.store.merge(kept);
  if (kept.length > 0) flow |= NEXT;
  const last = node.namedChildren.find((child) => child?.type === 'finally_clause');
  const block = last?.namedChildren.findLast((child) => child?.type === 'block') ?? null;
  // A generator that waits in it has not ended it.
  const waits = body === STOP && it.frames.at(-1)?.taking.closes === false;
  if (block === null || waits) {
    if (waits) it.store.merge([done]);
    return flow;
  }
  if (kept.length === 0) it.store.merge([done]);
  const own = it.body(block, scope);
  return own & NEXT ? flow | (own & ~NEXT) : own;
}

export function withItems(it: Running, node: Node, scope: Scope): Flow {
  const exits: (() => void)[] = [];
  let suppressed: Flow = 0;
  for (const item of node.descendantsOfType('with_item')) {
    const written = item?.childForFieldName('value');
    // only this statement's own items
    if (!item || !written || item.parent?.parent?.id !== node.id) continue;
    const isAlias = written.type === 'as_pattern';
    const expression = isAlias ? written.namedChildren[0] : written;
    const target = isAlias ? written.childForFieldName('alias')?.namedChildren[0] : null;
    const value = expression ? it.value(expression, scope) : UNKNOWN;
    const entered: Value[] = [];
    for (const one of value) {
      if (one.kind === 'lazy') {
        entered.push(it.iterate([one], written, scope, 1).any);
        exits.push(() => void it.iterate([one], written, scope));
      } else if (one.kind === 'instance') {
        const awaited = (name: string): Value | null => {
          const coroutine = it.special(one, name, [], written, scope);
          return coroutine === null ? null : it.iterate(coroutine, written, scope).any;
        };
        entered.push(it.special(one, '__enter__', [], written, scope) ?? awaited('__aenter__') ?? UNKNOWN);
        exits.push(() => void (it.special(one, '__exit__', [], written, scope) ?? awaited('__aexit__')));
      } else {
        entered.push([one]);
        const leave = enterPatch(it, one, written, scope);
        if (leave !== null) exits.push(leave);
      }
      if (one.kind === 'name' && one.name === 'contextlib.suppress()')
        suppressed |= caughtBy(expression?.childForFieldName('arguments')?.text ?? '');
    }
    if (target) bind(it, target, joinAll(entered), scope);
  }
  if (suppressed) it.caught++;
  const flow = it.body(node.childForFieldName('body'), scope);
  if (suppressed) it.caught--;
  const waits = flow === STOP && it.frames.at(-1)?.taking.closes === false;
  if (!waits) for (const exit of exits.reverse()) exit();
  return flow & suppressed ? (flow & ~suppressed) | NEXT : flow;
}

/** Patterns that are values. */
const LITERALS: ReadonlySet<string> = new Set(['string', 'integer', 'true', 'false', 'none', 'concatenated_string']);

/** Whether a pattern takes a subject: true, false, or null where it is not known. Binds its names. */
function takes(it: Running, pattern: Node, subject: Value, scope: Scope): boolean | null {
  const [inner] = pattern.namedChildren;
  if (pattern.type === 'case_pattern' && pattern.namedChildCount === 0) return true; // _
  if (pattern.type === 'case_pattern' && inner && pattern.namedChildCount === 1)
    return takes(it, inner, subject, scope);
  if (LITERALS.has(pattern.type)) return compared(it, subject, '==', it.value(pattern, scope), pattern, scope);
  if (pattern.type === 'dotted_name' && pattern.namedChildCount === 1 && inner) {
    scope.set(inner.text, subject);
    return true;
  }
  if (pattern.type === 'union_pattern') {
    const each = pattern.namedChildren.map((one) => (one ? takes(it, one, subject, scope) : null));
    return each.includes(true) ? true : each.includes(null) ? null : false;
  }
  if (pattern.type === 'dotted_name') return null;
  const open: (Node | null)[] = [...pattern.namedChildren];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node?.type === 'identifier' || (node?.type === 'dotted_name' && node.namedChildCount === 1))
      scope.set(node.text, UNKNOWN);
    else for (const child of node?.namedChildren.slice(node.type === 'class_pattern' ? 1 : 0) ?? []) open.push(child);
  }
  return null;
}

export function match(it: Running, node: Node, scope: Scope): Flow {
  const subjects = node.childrenForFieldName('subject').map((one) => (one ? it.value(one, scope) : UNKNOWN));
  const subject = subjects.length === 1 ? (subjects[0] as Value) : UNKNOWN;
  const ways: (() => Flow)[] = [];
  for (const clause of node.childForFieldName('body')?.namedChildren ?? []) {
    if (clause?.type !== 'case_clause') continue;
    const patterns = clause.namedChildren.filter((child) => child?.type === 'case_pattern') as Node[];
    const [pattern] = patterns;
    it.store.fork();
    const decided = pattern && patterns.length === 1 ? takes(it, pattern, subject, scope) : null;
    it.store.take();
    if (decided === false) continue;
    const guard = clause.childForFieldName('guard');
    ways.push(() => {
      if (pattern && patterns.length === 1) takes(it, pattern, subject, scope);
      const known = guard ? test(it, guard.namedChildren[0] ?? guard, scope) : true;
      if (known === false) return NEXT;
      const flow = it.body(clause.childForFieldName('consequence'), scope);
      return known === null ? flow | NEXT : flow;
    });
    if (decided === true && guard === null) return either(it, ways);
  }
  return either(it, [...ways, () => NEXT]);
}

/** What `del` makes of a name. */
export function forget(it: Running, target: Node, scope: Scope): void {
  if (target.type === 'identifier') {
    const value = it.value(target, scope);
    scope.set(target.text, undefined);
    it.forgotten(value, target, scope);
  } else if (target.type === 'subscript') {
    const of = target.childForFieldName('value');
    const key = target.childForFieldName('subscript');
    if (of && key) it.setItem(it.value(of, scope), it.value(key, scope), undefined, target, scope);
  } else if (target.type === 'attribute') {
    const of = target.childForFieldName('object');
    const name = target.childForFieldName('attribute')?.text ?? '';
    if (of) it.setAttribute(it.value(of, scope), name, undefined, target, scope);
  } else if (/list|tuple/.test(target.type))
    for (const child of target.namedChildren) if (child) forget(it, child, scope);
}

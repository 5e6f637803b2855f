import { cannotRaise } from './cannot-raise.ts';
import type { Node } from './parse.ts';
import { EXIT, type Flow, NEXT, RAISE, type Running, STOP } from './running.ts';
import type { Scope } from './scope.ts';
import type { Delta } from './store.ts';

/** The exceptions above those that files raise (Library Reference, "Exception hierarchy"). */
const OF_FILES = ['OSError', 'IOError', 'EnvironmentError'] as const;

/** Which exceptions a handler takes; null: all. */
export function caughtBy(text: string | null): Flow {
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
  const outer = it.raised;
  const raisedThere = new Set<string>();
  it.raised = raisedThere;
  it.store.fork();
  let body: Flow;
  try {
    body = it.body(node.childForFieldName('body'), scope);
  } finally {
    if (handlers.length > 0) it.caught--;
    if (swallows) it.swallowed--;
    it.raised = outer;
  }
  const done = it.store.take();
  /** What is raised in words or for sure. */
  const implied = new Set([...raisedThere].flatMap((one) => [one, ...OF_FILES]));
  for (const name of implied) raised.add(name);
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
  let isTaken = false;
  for (const { catches, clause, block, isWide, text } of isSafe ? [] : handlers) {
    // What is raised for sure is taken by the first handler that names it.
    if (isTaken) break;
    isTaken =
      !(body & NEXT) && (isWide || text === '' || [...implied].some((name) => text.includes(name))) && implied.size > 0;
    const handle = (): Flow => {
      for (const child of clause.namedChildren) if (child !== null && child.id !== block?.id) it.value(child, scope);
      return it.body(block, scope);
    };
    it.store.fork();
    it.store.merge([new Map(), done]);
    const own = isTaken ? handle() : it.maybe(handle);
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

import { bind } from './bindings.ts';
import { test } from './operations.ts';
import type { Node } from './parse.ts';
import { BREAK, CONTINUE, type Flow, type LoopFrame, NEXT, type Running } from './running.ts';
import type { Scope } from './scope.ts';
import type { Delta } from './store.ts';
import { join, UNKNOWN, type Value } from './values.ts';

/** A loop over a few things that are known is followed for each of them. */
const MOST_UNROLLED = 8;
/** Of a generator so many things are taken one by one. */
const MOST_STEPS = 3;
/** Loops in loops are followed as often all together. */
const MOST_REPEATS = 32;

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
    it.unsureLoops++;
    try {
      run();
    } finally {
      it.repeats = repeats;
      it.unsureLoops--;
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

import { AT_HOME } from './at-home.ts';
import { SEARCH_PATH } from './cells.ts';
import { asksForName } from './guards.ts';
import { importedAs, isDefinition } from './harmless.ts';
import { isMutable, type Layout, LIBRARIES, lineOf } from './layout.ts';
import type { Names } from './names.ts';
import type { Node } from './parse.ts';
import { sharedState, typeMadeBy } from './shared-state.ts';

/** What has to come under the guard, and what must not. */
export interface Wanted {
  /** Statements that must not run when the script is imported. */
  never: ReadonlySet<number>;
  /** Statements that are better not repeated. */
  costly: ReadonlySet<number>;
  /** Names that workers look up. */
  needed: ReadonlySet<string>;
}

/** `kept`: work that stays outside, with the name that workers need. */
export type Placement = { guarded: boolean[]; kept: ReadonlyMap<number, string> } | { why: string };

/**
 * Which statements come under `if __name__ == "__main__":`, each where it stands, so that the main process does the same as
 * before. What others look up when they run is there for them, and what workers look up stays outside.
 */
export function placement(layout: Layout, wanted: Wanted): Placement {
  const required = requiredBy(layout, wanted);
  if ('why' in required) return required;
  const { statements, names, kinds, readers, laterReaders, changedLater } = layout;
  const guarded = statements.map(() => false);
  const open: number[] = [];
  let refusal: string | null = null;
  const guard = (at: number, because: string): void => {
    if (guarded[at] || refusal !== null || kinds[at] === 'guard') return;
    if (required.kept.has(at)) {
      refusal = `line ${lineOf(layout, at)} ${because}, and workers need ${required.kept.get(at)}`;
      return;
    }
    guarded[at] = true;
    open.push(at);
  };
  /** From which statement on a name is another one than in a worker. */
  const touched = new Map<string, number>();
  const touch = (name: string, from: number): void => {
    const before = touched.get(name) ?? Number.POSITIVE_INFINITY;
    if (before <= from) return;
    touched.set(name, from);
    const list = readers.get(name) ?? [];
    for (let at = firstAfter(list, from); at < list.length && (list[at] as number) <= before; at++)
      guard(list[at] as number, `needs ${name}, which the work makes or changes`);
    for (const at of called.get(`#${name}`) ?? [])
      if (at > from) guard(at, `calls what needs ${name}, which the work makes or changes`);
  };
  const called = layout.state.readsThrough(
    [...kinds.keys()].filter((at) => kinds[at] === 'harmless' && names[at]?.calls),
  );
  const tainted = new Set<string>();
  const lookedUp = new Set<string>();
  /** A function that looks up what the work makes: nobody may call it where the work has not run. */
  const taint = (name: string): void => {
    const names_ = [name];
    for (let one = names_.pop(); one !== undefined; one = names_.pop()) {
      if (lookedUp.has(one)) continue;
      lookedUp.add(one);
      for (const definition of laterReaders.get(one) ?? [])
        for (const function_ of names[definition]?.binds ?? []) {
          if (tainted.has(function_)) continue;
          tainted.add(function_);
          names_.push(function_);
          for (const at of readers.get(function_) ?? [])
            if (at >= definition && names[at]?.calls) guard(at, `calls ${function_}(), which needs ${name}`);
        }
    }
  };
  let firstCall = Number.POSITIVE_INFINITY;
  let firstStar = Number.POSITIVE_INFINITY;
  // What binds names that nobody can tell.
  let firstDynamic = Number.POSITIVE_INFINITY;
  const elsewhere = new Map<string, number>();
  /** The same of a name of another module; a name of the script that a function changes is touched as such. */
  const touchElsewhere = (cell: string, from: number): void => {
    if (cell.startsWith('#')) {
      touch(cell.slice(1), from);
      return;
    }
    const before = elsewhere.get(cell) ?? Number.POSITIVE_INFINITY;
    if (before <= from) return;
    elsewhere.set(cell, from);
    for (const at of layout.state.readersOf(cell))
      if (at > from) guard(at, `needs ${spoken(cell)}, which the work changes`);
  };
  for (const [at, kind] of kinds.entries()) {
    if (kind === 'guard') open.push(at);
    else if (wanted.never.has(at) || ((wanted.costly.has(at) || kind === 'work') && !required.kept.has(at)))
      guard(at, 'starts workers or works once');
  }
  for (let at = open.pop(); at !== undefined && refusal === null; at = open.pop()) {
    const own = names[at] as Names;
    for (const name of own.binds) {
      touch(name, at);
      taint(name);
    }
    for (const cell of layout.state.writesOf(at)) touchElsewhere(cell, at);
    const dynamic = layout.state.dynamicOf(at);
    for (const name of own.changes) touch(name, at);
    if (own.calls) {
      for (const name of own.reads) if (isMutable(layout, name)) touch(name, at);
      if (at < firstCall) {
        firstCall = at;
        for (const name of changedLater) touch(name, at);
      }
    }
    if (dynamic !== null && required.needed.size > 0 && refusal === null)
      refusal = `line ${lineOf(layout, at)}: ${dynamic} may bind or change what workers look up`;
    if (at < firstDynamic && dynamic !== null) {
      firstDynamic = at;
      for (const name of readers.keys()) touch(name, at);
    }
    if (own.star && at < firstStar) {
      firstStar = at;
      for (const [name, places] of readers)
        if (!layout.binders.has(name)) for (const place of places) if (place > at) guard(place, `needs ${name}`);
    }
  }
  refusal ??= sharedState(layout, guarded, required.needed);
  if (refusal !== null) return { why: refusal };
  absorb(layout, guarded, required.kept);
  return { guarded, kept: new Map([...required.kept].filter(([at]) => kinds[at] === 'work' || wanted.costly.has(at))) };
}

function firstAfter(list: readonly number[], from: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as number) > from) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Statements that a worker has to run for the names that it looks up, with the name; and what these need in turn. */
function requiredBy(
  layout: Layout,
  { needed, never }: Wanted,
): { kept: Map<number, string>; needed: ReadonlySet<string> } | { why: string } {
  const { names, kinds, binders, changers, state } = layout;
  const kept = new Map<number, string>();
  const seen = new Set<string>();
  const open = [...needed, ...layout.components, ...state.sent, ...state.roots, SEARCH_PATH];
  const lastImport = layout.statements.findLastIndex((node) =>
    [...importedAs(node).values()].some((full) => !LIBRARIES.test(full)),
  );
  const need = (reads: Iterable<string>): void => {
    for (const name of reads) if (!seen.has(name)) open.push(name);
  };
  // `eval("x")`: nobody can tell what it looks up.
  const needDynamic = (dynamic: string | null): void => {
    if (dynamic !== null) need(binders.keys());
  };
  const looked = new Set<number>();
  const needLater = (at: number, isAll: boolean): void => {
    const key = isAll ? at : -1 - at;
    if (looked.has(key)) return;
    looked.add(key);
    for (const later of names[at]?.later ?? []) {
      if (!isAll && AT_HOME.test(later.name)) continue;
      need(later.reads);
      need(state.elsewhere(later));
      needDynamic(later.dynamic);
    }
  };
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const isElsewhere = name.includes('#');
    if (isElsewhere) need(state.neededBy(name));
    const writers = state.writersOf(isElsewhere ? name : `#${name}`);
    // Whoever changes another name of the same object changes it.
    if (isMutable(layout, name)) need(layout.aliases.get(name) ?? []);
    for (const at of new Set([...(binders.get(name) ?? []), ...(changers.get(name) ?? []), ...writers])) {
      if (name === SEARCH_PATH && at > lastImport) continue;
      const own = names[at] as Names;
      const isBinder = own.binds.has(name);
      if (kinds[at] === 'guard') {
        if (isBinder && binders.get(name)?.length === 1)
          return { why: `line ${lineOf(layout, at)}: ${name} is bound under the guard, and workers need it` };
        continue;
      }
      if (never.has(at)) {
        if (isBinder || own.changes.has(name))
          return { why: `line ${lineOf(layout, at)}: workers need ${name}, and cannot run what makes it` };
        if (writers.has(at))
          return {
            why: `line ${lineOf(layout, at)} may change ${spoken(name)}, which workers look up, by what it calls`,
          };
        continue;
      }
      if (kept.has(at)) continue;
      kept.set(at, spoken(name));
      need(own.reads);
      need(state.elsewhere(own));
      const isCalled = own.calls && !isDefinition(layout.statements[at] as Node);
      if (isCalled)
        for (const read of own.reads) for (const definition of binders.get(read) ?? []) needLater(definition, true);
      const isClass = isClassDefinition(layout.statements[at]);
      needLater(at, !isClass);
    }
  }
  seen.delete(SEARCH_PATH);
  return { kept, needed: seen };
}

/** A name of another module as the script would write it. */
export function spoken(name: string): string {
  const [file = '', own = ''] = name.includes('#') ? name.split('#') : ['', name];
  const of = file.split('/').at(-1)?.replace(/\.py$/, '') ?? '';
  return of === '' ? own : own === '*' ? of : `${of}.${own}`;
}

function isClassDefinition(node: Node | undefined): boolean {
  const definition = node?.type === 'decorated_definition' ? node.childForFieldName('definition') : node;
  return definition?.type === 'class_definition';
}

/**
 * What stands between two pieces of work and only the work uses comes under the guard with it: one guard instead of two.
 * Definitions stay outside, where others may import them.
 */
function absorb(layout: Layout, guarded: boolean[], kept: ReadonlyMap<number, string>): void {
  const { statements, names, kinds } = layout;
  const isIn = (at: number): boolean => guarded[at] === true || kinds[at] === 'guard';
  const mentions = new Map<string, number>();
  const mentioned = (at: number): Set<string> => {
    const own = names[at] as Names;
    return new Set([
      ...own.reads,
      ...own.changes,
      ...own.later.flatMap(({ reads, changes }) => [...reads, ...changes]),
    ]);
  };
  for (const at of statements.keys())
    if (!isIn(at)) for (const name of mentioned(at)) mentions.set(name, (mentions.get(name) ?? 0) + 1);
  const isPlain = (at: number): boolean => {
    const { binds, changes, star, later } = names[at] as Names;
    const node = statements[at] as Node;
    if (kept.has(at) || star || changes.size > 0 || later.length > 0 || asksForName(node)) return false;
    if (typeMadeBy(node) !== null) return false;
    return binds.size > 0 && !isDefinition(node) && node.type !== 'future_import_statement';
  };
  let last = -1;
  for (const at of statements.keys()) {
    if (!isIn(at)) continue;
    const gap = last < 0 ? [] : Array.from({ length: at - last - 1 }, (_, offset) => last + 1 + offset);
    last = at;
    if (gap.length === 0 || !gap.every(isPlain)) continue;
    const inside = new Map<string, number>();
    for (const one of gap) for (const name of mentioned(one)) inside.set(name, (inside.get(name) ?? 0) + 1);
    const isOwn = gap.every((one) =>
      [...(names[one] as Names).binds].every((name) => (mentions.get(name) ?? 0) === (inside.get(name) ?? 0)),
    );
    if (!isOwn) continue;
    for (const one of gap) guarded[one] = true;
    for (const [name, count] of inside) mentions.set(name, (mentions.get(name) ?? 0) - count);
  }
}

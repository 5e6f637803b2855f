import type { Store } from './store.ts';
import {
  type ContainerOne,
  join,
  keyCell,
  type LazyOne,
  MOST_ITEMS,
  type Plain,
  UNKNOWN,
  type Value,
} from './values.ts';

/** What gives each thing its number, and keeps what is in it. */
interface Maker {
  readonly store: Store;
  next(): number;
}

export function makeLazy(it: Maker, run: LazyOne['run']): Value {
  const one: LazyOne = { kind: 'lazy', id: it.next(), run, state: { taken: null, steps: 0 } };
  return [one];
}

/** `any`: what else may stand in it, anywhere. */
export function makeList(it: Maker, items: readonly Value[], any?: Value, as?: ContainerOne['as']): Value {
  const cells = it.store.cells();
  for (const [index, value] of items.slice(0, MOST_ITEMS).entries()) it.store.write(cells, `#${index}`, value);
  const rest = items.length > MOST_ITEMS ? join(...items.slice(MOST_ITEMS, 2 * MOST_ITEMS), UNKNOWN) : undefined;
  const others = rest || any ? join(rest, any, []) : undefined;
  if (others !== undefined) it.store.write(cells, '*', others.length > 0 ? others : UNKNOWN);
  return [{ kind: 'list', as, id: it.next(), cells }];
}

export function makeDict(it: Maker, entries: readonly (readonly [Plain, Value])[], any?: Value): Value {
  const cells = it.store.cells();
  for (const [key, value] of entries.slice(0, MOST_ITEMS)) it.store.write(cells, keyCell(key), value);
  const rest = entries.length > MOST_ITEMS ? UNKNOWN : undefined;
  const others = rest || any ? join(rest, any, []) : undefined;
  if (others !== undefined) it.store.write(cells, '*', others.length > 0 ? others : UNKNOWN);
  return [{ kind: 'dict', id: it.next(), cells }];
}

import type { Engine } from './engine.ts';
import { environmentCall } from './environment.ts';
import type { Node } from './parse.ts';
import type { Running } from './running.ts';
import type { Scope } from './scope.ts';
import {
  type Cells,
  constant,
  type Given,
  type NameOne,
  named,
  type One,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Context managers that change something until they are left, by full name; `mock` is also a package of its own. */
const PATCHES = /^(?:unittest\.)?mock\.patch(\.dict|\.object)?$/;

/** `mock.patch.dict(os.environ, …)`, `mock.patch("module.name")`: it keeps what it was given; null: it is none. */
export function patch(it: Engine, name: string, { positional, keywords }: Given): Value | null {
  if (!PATCHES.test(name)) return null;
  const cells = it.store.cells();
  for (const [index, value] of positional.entries()) it.store.write(cells, String(index), value);
  for (const [key, value] of keywords) it.store.write(cells, `=${key}`, value);
  return named(`${name.replace(/^mock/, 'unittest.mock')}()`, { id: it.next(), cells });
}

/** Enters one; null: it changes nothing that is known. Leaving it brings back what was. */
export function enterPatch(it: Running, one: One, node: Node, scope: Scope): (() => void) | null {
  if (one.kind !== 'name' || one.object === null) return null;
  const { cells } = one.object;
  if (one.name === 'unittest.mock.patch.dict()') return enterMapping(it as Engine, cells);
  if (!/^unittest\.mock\.patch(\.object)?\(\)$/.test(one.name)) return null;
  const isObject = one.name.endsWith('.object()');
  const path = textOf(cells.get(isObject ? '1' : '0')) ?? '';
  const attribute = path.slice(path.lastIndexOf('.') + 1);
  const target = isObject
    ? cells.get('0')
    : moduleNamed(it as Engine, path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  if (target === undefined || attribute === '') return null;
  if (attribute === 'environ' && target.some((each) => each.kind === 'name' && each.name === 'os'))
    return enterVariables(it as Engine, true, cells.get('=new') ?? cells.get('2'), new Map());
  const before = it.attribute(target, attribute, node, scope);
  const instead = cells.get('=new') ?? cells.get(isObject ? '2' : '1') ?? named('unittest.mock.MagicMock()');
  it.setAttribute(target, attribute, instead, node, scope);
  return () => it.setAttribute(target, attribute, before, node, scope);
}

function moduleNamed(it: Engine, name: string): Value | undefined {
  for (const [module, { scope }] of it.loaded) if (module.name === name) return [{ kind: 'module', module, scope }];
  return undefined;
}

function enterMapping(it: Engine, cells: Cells): (() => void) | null {
  const target = cells.get('0') ?? cells.get('=in_dict');
  const isEnvironment = target?.some(
    (one) => (one.kind === 'name' && one.name === 'os.environ') || (one.kind === 'const' && one.value === 'os.environ'),
  );
  if (!isEnvironment) return null;
  const values = cells.get('1') ?? cells.get('=values');
  const keywords = new Map(
    [...cells.values].filter(([key]) => key.startsWith('=')).map(([key, value]) => [key.slice(1), value]),
  );
  return enterVariables(it, cells.get('=clear') !== undefined, values, keywords);
}

/** Other variables for a while. */
function enterVariables(
  it: Engine,
  clears: boolean,
  values: Value | undefined,
  keywords: ReadonlyMap<string, Value>,
): () => void {
  const before = new Map(it.environment.values);
  if (clears) environmentCall(it, 'os.environ.clear', NOTHING);
  environmentCall(it, 'os.environ.update', { positional: values ? [values] : [], keywords, others: [] });
  return () => {
    for (const name of new Set([...before.keys(), ...it.environment.values.keys()]))
      it.store.write(it.environment, name, before.get(name) ?? UNKNOWN);
  };
}

const NOTHING: Given = { positional: [], keywords: new Map(), others: [] };

/** `.start()` and `.stop()` of one; null: it is none of these. */
export function patchMethod(it: Engine, name: string, one: NameOne, node: Node, scope: Scope): Value | null {
  const found = /^(unittest\.mock\.patch(?:\.\w+)?\(\))\.(start|stop|__enter__|__exit__)$/.exec(name);
  if (found === null || one.object === null) return null;
  const object = one.object;
  if (found[2] === 'start' || found[2] === '__enter__') {
    const leave = enterPatch(it, { ...one, name: found[1] as string }, node, scope);
    if (leave !== null)
      it.store.write(
        object.cells,
        ' leave',
        it.lazy(() => {
          leave();
          return constant(null);
        }),
      );
    return named('unittest.mock.MagicMock()');
  }
  const leave = object.cells.get(' leave');
  if (leave !== undefined) it.iterate(leave, node, scope);
  return constant(null);
}

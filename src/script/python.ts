import type { Engine } from './engine.ts';
import { folderOf } from './folders.ts';
import { FINALIZERS } from './members.ts';
import { decide } from './operations.ts';
import { arithmetic } from './operators.ts';
import type { Node } from './parse.ts';
import { EXIT, NEXT } from './running.ts';
import { makeScope, type Scope } from './scope.ts';
import { sourceOf } from './source.ts';
import {
  constant,
  constantOf,
  type FunctionOne,
  type Given,
  join,
  joinAll,
  NOTHING_GIVEN,
  named,
  type ObjectOne,
  type One,
  textOf,
  truth,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Longer texts are not run. */
const MOST_EXECUTED = 100_000;

/** The folder that the script is started in, where a path has to begin at the root. */
export const HERE = '/<here>';

/** A path as text; undefined where it is not known. */
export function pathOf(value: Value): string | undefined {
  const [one] = value;
  if (value.length === 1 && one?.kind === 'name' && one.name === 'pathlib.Path()')
    return textOf(one.object?.cells.get('text'));
  return textOf(value);
}

function joined(parts: readonly (string | undefined)[]): Value {
  if (parts.length === 0 || parts.some((part) => part === undefined)) return UNKNOWN;
  const text = (parts as string[]).reduce((path, part) =>
    part.startsWith('/') ? part : path === '' ? part : `${path}/${part}`,
  );
  return constant(text);
}

/** `pathlib.Path(text)`. */
export function pathObject(it: Engine, text: Value): Value {
  const cells = it.store.cells();
  it.store.write(cells, 'text', text);
  return named('pathlib.Path()', { id: it.next(), cells });
}

type Rule = (it: Engine, given: Given, node: Node, scope: Scope, object: ObjectOne | null) => Value | null;

const own: Rule = (it, _, __, ___, object) => (object ? pathObject(it, object.cells.get('text') ?? UNKNOWN) : null);

/** What functions of Python itself give, by full name; null: what any other call gives. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['int', (_, { positional }) => number(positional[0])],
  ['float', (_, { positional }) => number(positional[0])],
  ['str', (_, { positional }) => constantText(positional[0])],
  [
    'bool',
    (_, { positional }) => {
      const known = truth(positional[0] ?? UNKNOWN);
      return known === null ? UNKNOWN : constant(known);
    },
  ],
  [
    'len',
    (_, { positional }) => {
      const text = textOf(positional[0]);
      const [one] = positional[0] ?? [];
      if (text !== undefined) return constant(text.length);
      return one && (one.kind === 'list' || one.kind === 'dict') && !one.cells.has('*') && positional[0]?.length === 1
        ? constant(one.cells.size)
        : UNKNOWN;
    },
  ],
  ['min', extreme((a, b) => a < b)],
  ['max', extreme((a, b) => a > b)],
  [
    'dict',
    (it, { positional, keywords, others }) => {
      if (positional.length > 0 && positional[0]?.some(({ kind }) => kind !== 'dict')) return null;
      const from = (positional[0] ?? []).flatMap((one) => (one.kind === 'dict' ? [...one.cells.values] : []));
      const entries = from
        .filter(([key]) => key !== '*')
        .map(([key, value]) => [String(JSON.parse(key.slice(1))), value] as const);
      const any = from.find(([key]) => key === '*')?.[1];
      return it.dict([...entries, ...keywords], others.length > 0 ? join(others, any) : any);
    },
  ],
  ['compile', (_, { positional }) => positional[0] ?? null],
  ['globals', () => named('globals()')],
  ['vars', (_, { positional }) => (positional.length === 0 ? named('globals()') : null)],
  ['locals', (_, __, ___, scope) => (scope.kind === 'module' ? named('globals()') : null)],
  [
    'getattr',
    (it, { positional }, node, scope) => {
      const [of = UNKNOWN, key, other] = positional;
      const name = textOf(key);
      if (name === undefined)
        return joinAll(
          of.map((one) =>
            one.kind === 'instance' || one.kind === 'class'
              ? joinAll(
                  [...(one.kind === 'class' ? one : one.of).members.cells.values.keys()]
                    .filter((each) => !each.startsWith('__'))
                    .map((each) => it.attribute([one], each, node, scope)),
                )
              : UNKNOWN,
          ),
        );
      const found = it.attribute(of, name, node, scope);
      return other === undefined ? found : join(found, other);
    },
  ],
  [
    'setattr',
    (it, { positional }, node, scope) => {
      const [of, key, value] = positional;
      const name = textOf(key);
      if (of && name !== undefined && value) it.setAttribute(of, name, value, node, scope);
      return constant(null);
    },
  ],
  [
    'super',
    (it, { positional }, _, scope) => {
      const around = it.ownerOf(scope);
      const [named_] = positional[0] ?? [];
      const self = positional[1]?.[0] ?? around.self;
      const after = named_?.kind === 'class' ? named_ : around.owner;
      return self && after ? [{ kind: 'super', self, after }] : UNKNOWN;
    },
  ],
  [
    'property',
    (_, { positional, keywords }) => {
      const of = (at: number, name: string): FunctionOne | undefined =>
        (positional[at] ?? keywords.get(name))?.find((one): one is FunctionOne => one.kind === 'function');
      const [own, setter, deleter] = [of(0, 'fget'), of(1, 'fset'), of(2, 'fdel')];
      const base = own ?? setter ?? deleter;
      if (base !== undefined && (setter || deleter))
        return [{ ...base, isProperty: true, ...(setter ? { setter } : {}), ...(deleter ? { deleter } : {}) }];
      const getter = positional[0] ?? keywords.get('fget');
      return getter ? getter.map((one) => (one.kind === 'function' ? { ...one, isProperty: true } : one)) : null;
    },
  ],
  [
    'staticmethod',
    (_, { positional }) =>
      positional[0]?.map((one) => (one.kind === 'function' ? { ...one, binds: 'nothing' as const } : one)) ?? null,
  ],
  [
    'classmethod',
    (_, { positional }) =>
      positional[0]?.map((one) => (one.kind === 'function' ? { ...one, binds: 'class' as const } : one)) ?? null,
  ],
  ['isinstance', () => UNKNOWN],
  [
    'next',
    (it, { positional }, node, scope) => {
      const [of = UNKNOWN, other] = positional;
      if (!of.some(({ kind }) => kind === 'lazy' || kind === 'instance')) return null;
      const taken = of.map((one): Value => {
        if (one.kind === 'lazy') return it.iterate([one], node, scope, ++one.state.steps).any;
        return it.special(one, '__next__', [], node, scope) ?? UNKNOWN;
      });
      return joinAll(other === undefined ? taken : [...taken, other]);
    },
  ],
  [
    'delattr',
    (it, { positional }, node, scope) => {
      const [of, key] = positional;
      const name = textOf(key);
      if (of && name !== undefined) it.setAttribute(of, name, undefined, node, scope);
      return constant(null);
    },
  ],
  [
    'object.__setattr__',
    (it, { positional }) => {
      const [of, key, value] = positional;
      const name = textOf(key);
      for (const one of of ?? [])
        if (one.kind === 'instance' && name !== undefined && value) it.store.write(one.cells, name, value);
      return constant(null);
    },
  ],
  // A coroutine: it runs when it is awaited.
  ['asyncio.to_thread', (it, given, node, scope) => it.lazy(() => callFirst(it, given, node, scope))],
  ['asyncio.wait_for', (it, given, node, scope) => it.lazy(() => callFirst(it, given, node, scope))],
  ['anyio.to_thread.run_sync', (it, given, node, scope) => it.lazy(() => callFirst(it, given, node, scope))],
  [
    'weakref.finalize',
    (it, { positional, keywords }) => {
      const [of, call, ...given] = positional;
      const later: Value = call
        ? [{ kind: 'partial', of: call, given: { positional: given, keywords, others: [] } }]
        : [];
      for (const one of of ?? []) if (one.kind === 'instance') it.store.write(one.cells, FINALIZERS, later);
      return null;
    },
  ],
  [
    'iter',
    (it, { positional: [of, sentinel] }, node, scope) =>
      of && sentinel ? it.lazy(() => it.call(of, NOTHING_GIVEN, node, scope)) : null,
  ],
  [
    'functools.cmp_to_key',
    (_, { positional: [of] }) =>
      of ? [{ kind: 'partial', of, given: { ...NOTHING_GIVEN, positional: [UNKNOWN] } }] : null,
  ],
  [
    'functools.reduce',
    (it, { positional: [of = UNKNOWN, over = UNKNOWN, ...first] }, node, scope) => {
      const { exact, any } = it.iterate(over, node, scope);
      const items = [...first, ...(exact ?? [any, any])];
      const [start = UNKNOWN] = items;
      return items
        .slice(1, MOST_REDUCED)
        .reduce((value, item) => it.call(of, { ...NOTHING_GIVEN, positional: [value, item] }, node, scope), start);
    },
  ],
  [
    'itertools.starmap',
    (it, { positional: [of = UNKNOWN, over = UNKNOWN] }, node, scope) =>
      it.lazy((limit) => {
        const { exact, any } = it.iterate(over, node, scope, limit);
        const each = (exact ?? [any]).slice(0, limit ?? MOST_REDUCED).map((item) => {
          const inner = it.iterate(item, node, scope).exact;
          const given = inner ? { ...NOTHING_GIVEN, positional: inner } : { ...NOTHING_GIVEN, others: UNKNOWN };
          return it.call(of, given, node, scope);
        });
        return joinAll([...each, UNKNOWN]);
      }),
  ],
  [
    'itertools.takewhile',
    (it, { positional: [of = UNKNOWN, over = UNKNOWN] }, node, scope) =>
      it.lazy((limit) => {
        const passes = (item: Value): boolean | null =>
          decide(it, it.call(of, { ...NOTHING_GIVEN, positional: [item] }, node, scope), node, scope);
        let last: Value = UNKNOWN;
        for (let step = 1; step <= Math.min(limit ?? MOST_STEPS, MOST_STEPS); step++) {
          last = it.iterate(over, node, scope, step).any;
          const known = passes(last);
          if (known === false || step === limit) return last;
          if (known === null) break;
        }
        return it.maybe(() => it.iterate(over, node, scope).any);
      }),
  ],
  ['sum', folded((numbers) => numbers.reduce((a, b) => a + b, 0))],
  ['abs', folded(([one], many) => (many ? Number.NaN : Math.abs(one as number)))],
  [
    'round',
    (_, { positional }) => {
      const number = positional.length === 1 ? constantOf(positional[0]) : undefined;
      if (typeof number !== 'number') return null;
      const floor = Math.floor(number);
      const isHalf = number - floor === 0.5;
      return constant(isHalf ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(number));
    },
  ],
  [
    'pow',
    (_, { positional }) =>
      positional.length === 2 ? arithmetic(positional[0] as Value, '**', positional[1] as Value) : null,
  ],
  [
    'divmod',
    (it, { positional: [a, b] }) =>
      a && b && constantOf(a) !== undefined && constantOf(b) !== undefined
        ? it.list([arithmetic(a, '//', b), arithmetic(a, '%', b)])
        : null,
  ],
  ['math.floor', folded(([one], many) => (many ? Number.NaN : Math.floor(one as number)))],
  ['math.ceil', folded(([one], many) => (many ? Number.NaN : Math.ceil(one as number)))],
  // How many there are is not known; one there is.
  ['os.cpu_count', (it) => atLeastOne(it)],
  ['multiprocessing.cpu_count', (it) => atLeastOne(it)],
  ['exec', executed],
  ['eval', executed],
  [
    'range',
    (it, { positional }) => {
      const [a, b, c] = positional.map((one) => {
        const known = constantOf(one);
        return typeof known === 'boolean' ? Number(known) : known;
      });
      const [from, to] = positional.length > 1 ? [a, b] : [0, a];
      if (typeof from !== 'number' || typeof to !== 'number' || c !== undefined || positional.length > 2) return null;
      if (to <= from) return it.list([]);
      return to - from > 16 ? null : it.list(Array.from({ length: to - from }, (_, n) => constant(from + n)));
    },
  ],
  [
    'pathlib.Path',
    (it, { positional }) => pathObject(it, positional.length === 0 ? constant('.') : joined(positional.map(pathOf))),
  ],
  [
    'pathlib.Path().joinpath',
    (it, { positional }, _, __, object) =>
      pathObject(it, joined([textOf(object?.cells.get('text')), ...positional.map(pathOf)])),
  ],
  ['pathlib.Path().resolve', own],
  ['pathlib.Path().absolute', own],
  ['pathlib.Path().expanduser', own],
  ['pathlib.Path().as_posix', (_, __, ___, ____, object) => object?.cells.get('text') ?? null],
  ['os.path.join', (_, { positional }) => joined(positional.map(pathOf))],
  ['os.path.abspath', (_, { positional }) => same(positional[0])],
  ['os.path.realpath', (_, { positional }) => same(positional[0])],
  ['os.path.normpath', (_, { positional }) => same(positional[0])],
  ['os.fspath', (_, { positional }) => same(positional[0])],
  [
    'os.path.dirname',
    (_, { positional }) => {
      const text = pathOf(positional[0] ?? UNKNOWN);
      return text === undefined ? UNKNOWN : constant(text.includes('/') ? folderOf(text) : '');
    },
  ],
  ['sys.path.insert', (it, { positional }) => found(it, positional[1])],
  ['sys.path.append', (it, { positional }) => found(it, positional[0])],
  ['site.addsitedir', (it, { positional }) => found(it, positional[0])],
  [
    'unittest.main',
    (it, given, node, scope) => {
      for (const value of scope.top.cells.values.values())
        for (const one of value) {
          if (
            one.kind !== 'class' ||
            !one.bases.some((base) => base.some((each) => each.kind === 'name' && /TestCase$/.test(each.name)))
          )
            continue;
          const made = it.call([one], NOTHING_GIVEN, node, scope);
          for (const name of [...one.members.cells.values.keys()])
            if (/^(setUp|test)/.test(name)) it.call(it.attribute(made, name, node, scope), NOTHING_GIVEN, node, scope);
        }
      if (constantOf(given.keywords.get('exit')) !== false) {
        it.note({ kind: 'ends', what: 'unittest.main', node }, scope);
        it.ends(EXIT);
      }
      return UNKNOWN;
    },
  ],
]);

export function pythonCall(
  it: Engine,
  name: string,
  object: ObjectOne | null,
  given: Given,
  node: Node,
  scope: Scope,
): Value | null {
  return RULES.get(name)?.(it, given, node, scope, object) ?? null;
}

function same(value: Value | undefined): Value {
  const text = pathOf(value ?? UNKNOWN);
  return text === undefined ? UNKNOWN : constant(text);
}

function found(it: Engine, value: Value | undefined): Value {
  const text = pathOf(value ?? UNKNOWN);
  if (text === undefined) return constant(null);
  const known = text.startsWith(`${HERE}/`) ? text.slice(HERE.length + 1) : text;
  // Folders that are not named from the root are seen from where the script is started; its own folder is the best guess.
  const own = it.script.split('/').slice(0, -1).join('/') || '.';
  it.paths.push(known !== text || text.startsWith('/') ? known : `${own}/${text}`);
  return constant(null);
}

function number(value: Value | undefined): Value {
  if (value === undefined) return constant(0);
  return joinAll(
    value.map((one) => {
      const known = one.kind === 'const' && one.value !== null ? Number(one.value) : Number.NaN;
      return Number.isFinite(known) ? constant(Math.trunc(known)) : UNKNOWN;
    }),
  );
}

function constantText(value: Value | undefined): Value {
  const path = pathOf(value ?? UNKNOWN);
  if (path !== undefined) return constant(path);
  const known = constantOf(value);
  return typeof known === 'number' ? constant(String(known)) : UNKNOWN;
}

/** Of more things a fold is not followed. */
const MOST_REDUCED = 8;
/** So many things are taken one by one of what is lazy. */
const MOST_STEPS = 4;

/** What is called first, given the rest. */
function callFirst(
  it: Engine,
  { positional: [first = UNKNOWN, ...rest], keywords }: Given,
  node: Node,
  scope: Scope,
): Value {
  if (first.some(({ kind }) => kind === 'lazy')) return it.iterate(first, node, scope).any;
  return it.call(first, { positional: rest, keywords, others: [] }, node, scope);
}

/** What numbers that are known come to: of a list, or of one alone. */
function folded(fold: (numbers: readonly number[], many: boolean) => number): Rule {
  return (it, { positional, keywords }, node, scope) => {
    const [only] = positional;
    if (positional.length !== 1 || keywords.size > 0 || only === undefined) return null;
    const isList = only.length === 1 && only[0]?.kind === 'list';
    const items = isList ? it.iterate(only, node, scope).exact : [only];
    const numbers = items?.map((one) => constantOf(one));
    if (!numbers?.every((one) => typeof one === 'number' || typeof one === 'boolean')) return null;
    const result = fold(numbers.map(Number), isList);
    return Number.isFinite(result) ? constant(result) : null;
  };
}

/** A number of CPUs. */
const COUNT = 'os.cpu_count()';

function atLeastOne(it: Engine): Value {
  return named(COUNT, { id: it.next(), cells: it.store.cells() });
}

function isCount(value: Value): boolean {
  const isIt = (one: One): boolean => one.kind === 'name' && one.name === COUNT;
  return value.some(isIt) && value.every((one) => isIt(one) || (one.kind === 'const' && Number(one.value) >= 1));
}

function extreme(isBetter: (a: number, b: number) => boolean): Rule {
  return (it, { positional, keywords }, node, scope) => {
    const [only] = positional;
    const listed = positional.length === 1 && only?.[0]?.kind === 'list' ? it.iterate(only, node, scope).exact : null;
    const numbers = (listed ?? positional).map((one) => {
      const known = constantOf(one);
      return typeof known === 'boolean' ? Number(known) : known;
    });
    const isOne = numbers.some((one) => one === 1);
    if (isOne && isBetter(1, 2) && (listed ?? positional).some(isCount) && keywords.size === 0) {
      const known = numbers.filter((one): one is number => typeof one === 'number');
      if (known.length + (listed ?? positional).filter(isCount).length === numbers.length && known.every((n) => n >= 1))
        return constant(1);
    }
    if (keywords.size > 0 || numbers.length < 2 || numbers.some((one) => typeof one !== 'number')) return null;
    return constant((numbers as number[]).reduce((a, b) => (isBetter(b, a) ? b : a)));
  };
}

/** Code that is a text: followed where the text is known. */
function executed(it: Engine, { positional }: Given, node: Node, scope: Scope): Value {
  const text = textOf(positional[0]);
  const source = text === undefined || text.length > MOST_EXECUTED ? null : sourceOf(text);
  if (source === null || 'skipped' in source) {
    it.notFollowed(node, scope, 'code that is put together when the script runs');
    return UNKNOWN;
  }
  const module_ = { name: '<text>', file: `${scope.module.file}, exec`, source };
  const inner = makeScope(module_, 'function', scope, it.store);
  it.below('exec()', node, scope.module, () => {
    const flow = it.body(source.parsed.root, inner);
    it.ends(flow | (flow ? 0 : NEXT));
  });
  for (const [name, value] of [...inner.cells.values]) scope.set(name, value);
  return UNKNOWN;
}

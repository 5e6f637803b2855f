import { callGiven } from './calls.ts';
import type { Engine } from './engine.ts';
import { folderOf } from './folders.ts';
import type { Node } from './parse.ts';
import { EXIT, NEXT } from './running.ts';
import { makeScope, type Scope } from './scope.ts';
import { sourceOf } from './source.ts';
import {
  constant,
  constantOf,
  type Given,
  join,
  joinAll,
  NOTHING_GIVEN,
  named,
  type ObjectOne,
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
  [
    'str',
    (it, { positional }, node, scope) => {
      callGiven(it, positional, node, scope, true);
      return constantText(positional[0]);
    },
  ],
  [
    'bool',
    (_, { positional }) => {
      const known = truth(positional[0] ?? UNKNOWN);
      return known === null ? UNKNOWN : constant(known);
    },
  ],
  [
    'len',
    (it, { positional }, node, scope) => {
      for (const one of positional[0] ?? []) it.special(one, '__len__', [], node, scope);
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
    (it, { positional }) => {
      const [of, key, value] = positional;
      const name = textOf(key);
      if (of && name !== undefined && value) it.setAttribute(of, name, value);
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
  ['exec', executed],
  ['eval', executed],
  [
    'range',
    (it, { positional }) => {
      const [a, b, c] = positional.map((one) => constantOf(one));
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

function extreme(isBetter: (a: number, b: number) => boolean): Rule {
  return (_, { positional, keywords }) => {
    const numbers = positional.map((one) => constantOf(one));
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

import { basesOf } from './classes.ts';
import type { Engine } from './engine.ts';
import { asValue, distinct, isBefore, isItems, type Known, knownOf } from './known.ts';
import { pathOf } from './paths.ts';
import type { PythonRule, PythonRules } from './python-rule.ts';
import { ofText } from './text-methods.ts';
import { represented } from './texts.ts';
import {
  constant,
  constantOf,
  type Given,
  isProcess,
  join,
  joinAll,
  keyOf,
  type One,
  textOf,
  truth,
  UNKNOWN,
  type Value,
} from './values.ts';

/** What stands deeper in it is not known. */
const MOST_DEPTH = 8;

/** What functions of texts and of things that hold things give, as far as these are known. */
export const PLAIN_VALUES: PythonRules = [
  ['str', (_, { positional }) => constantText(positional[0])],
  ...['repr', 'ascii'].map(
    (name) =>
      [
        name,
        ((_, { positional }) => {
          const known = knownOf(positional[0]);
          const text = known === undefined ? undefined : represented(known);
          return text === undefined ? null : constant(text);
        }) as PythonRule,
      ] as const,
  ),
  ['ord', (_, { positional }) => ofOne(positional, (text) => (text.length === 1 ? text.codePointAt(0) : undefined))],
  [
    'chr',
    (_, { positional }) => {
      const code = constantOf(positional[0]);
      return typeof code === 'number' && code >= 0 && code < 0xd800 ? constant(String.fromCodePoint(code)) : null;
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
    (_, { positional }) => {
      const text = textOf(positional[0]);
      const [one] = positional[0] ?? [];
      if (text !== undefined) return constant(text.length);
      return one && (one.kind === 'list' || one.kind === 'dict') && !one.cells.has('*') && positional[0]?.length === 1
        ? constant(one.cells.size)
        : UNKNOWN;
    },
  ],
  [
    'dict',
    (it, { positional, keywords, others }) => {
      if (positional.length > 0 && positional[0]?.some(({ kind }) => kind !== 'dict'))
        return pairs(it, positional, keywords);
      const from = (positional[0] ?? []).flatMap((one) => (one.kind === 'dict' ? [...one.cells.values] : []));
      const entries = from.filter(([key]) => key !== '*').map(([key, value]) => [keyOf(key), value] as const);
      const any = from.find(([key]) => key === '*')?.[1];
      return it.dict([...entries, ...keywords], others.length > 0 ? join(others, any) : any);
    },
  ],
  ['json.loads', (it, { positional: [text] }) => fromJson(it, textOf(text))],
  // The first that has a key is asked.
  ['collections.ChainMap', (it, { positional }) => merged(it, positional.toReversed())],
  ['dict.fromkeys', (it, { positional: [keys, value = constant(null)] }) => fromKeys(it, keys, value)],
  ...(['list', 'tuple', 'set', 'frozenset', 'sorted', 'reversed'] as const).map(
    (name) => [name, ((it, given) => copied(it, name, given)) as PythonRule] as const,
  ),
  ['any', (_, given) => decided(given, true)],
  ['all', (_, given) => decided(given, false)],
  ['isinstance', (_, { positional: [of, type] }) => isOf(of, type)],
];

function constantText(value: Value | undefined): Value {
  if (value?.every(isProcess)) return value;
  const path = pathOf(value ?? UNKNOWN);
  if (path !== undefined) return constant(path);
  const known = knownOf(value);
  const text = known === undefined ? undefined : represented(known);
  return text === undefined ? UNKNOWN : constant(text);
}

function ofOne([value]: readonly Value[], rule: (text: string) => number | undefined): Value | null {
  const text = textOf(value);
  const result = text === undefined ? undefined : rule(text);
  return result === undefined ? null : constant(result);
}

/** `str.startswith(text, "a")`: a method of texts as a function; null: it is none. */
export function textFunction(it: Engine, name: string, given: Given): Value | null {
  const method = /^str\.(\w+)$/.exec(name)?.[1];
  const [text, ...rest] = given.positional;
  const own = textOf(text);
  return method === undefined || own === undefined ? null : ofText(it, own, method, { ...given, positional: rest });
}

/** `dict([(1, 2)])`. */
function pairs(it: Engine, [from = UNKNOWN]: readonly Value[], keywords: Given['keywords']): Value | null {
  const [one, ...others] = from;
  if (one?.kind !== 'list' || others.length > 0 || one.cells.has('*')) return null;
  const entries = [...one.cells.values.values()].map((pair) => {
    const [item, ...more] = pair;
    if (item?.kind !== 'list' || more.length > 0) return null;
    const key = constantOf(item.cells.get('#0'));
    return key === undefined ? null : ([key, item.cells.get('#1') ?? UNKNOWN] as const);
  });
  return entries.includes(null) ? null : it.dict([...(entries as [string, Value][]), ...keywords]);
}

/** Longer texts are not taken apart. */
const MOST_JSON = 4096;

/** `json.loads(text)`; null: it is not known, or no JSON. */
function fromJson(it: Engine, text: string | undefined): Value | null {
  if (text === undefined || text.length > MOST_JSON) return null;
  const made = (parsed: unknown, depth: number): Value => {
    if (parsed === null || /^(string|number|boolean)$/.test(typeof parsed)) return constant(parsed as string | null);
    if (depth > MOST_DEPTH) return UNKNOWN;
    if (Array.isArray(parsed)) return it.list(parsed.map((item) => made(item, depth + 1)));
    return it.dict(Object.entries(parsed as object).map(([key, item]) => [key, made(item, depth + 1)] as const));
  };
  try {
    return made(JSON.parse(text), 0);
  } catch {
    return null;
  }
}

/** Of several dictionaries the last that has a key; null: they are something else. */
function merged(it: Engine, mappings: readonly Value[]): Value | null {
  const each = mappings.map(([one, ...others]) => (one?.kind === 'dict' && others.length === 0 ? one.cells : null));
  if (each.includes(null)) return null;
  const cells = each.flatMap((one) => [...(one?.values ?? [])]);
  const any = joinAll(cells.filter(([cell]) => cell === '*').map(([, value]) => value));
  const entries = cells.filter(([cell]) => cell !== '*').map(([cell, value]) => [keyOf(cell), value] as const);
  return it.dict(entries, any.length > 0 ? any : undefined);
}

function fromKeys(it: Engine, keys: Value | undefined, value: Value): Value | null {
  const known = knownOf(keys);
  if (!isItems(known) || known.items.some(isItems)) return null;
  return it.dict(known.items.map((key) => [key as string, value] as const));
}

/** `list(xs)`, `sorted(xs)` of what is known; null: it is not. */
function copied(it: Engine, name: string, { positional, keywords }: Given): Value | null {
  const known = knownOf(positional[0]);
  const items = typeof known === 'string' ? [...known] : isItems(known) ? known.items : null;
  if (items === null || keywords.size > 0 || positional.length !== 1) return null;
  const as = name === 'tuple' ? 'tuple' : name.endsWith('set') ? 'set' : undefined;
  const own = ((): readonly Known[] | null => {
    if (as === 'set') return distinct(items);
    if (name === 'reversed') return items.toReversed();
    return name === 'sorted' ? inOrder(items) : items;
  })();
  return own === null
    ? null
    : it.list(
        own.map((item) => asValue(item, it)),
        undefined,
        as,
      );
}

/** Null: they have none that is known. */
function inOrder(items: readonly Known[]): Known[] | null {
  let isKnown = true;
  const result = items.toSorted((a, b) => {
    const before = isBefore(a, b);
    if (before === undefined) isKnown = false;
    return before ? -1 : isBefore(b, a) ? 1 : 0;
  });
  return isKnown ? result : null;
}

/** `any(xs)` and `all(xs)` of a list; null: it is none, or not known. */
function decided({ positional }: Given, decides: boolean): Value | null {
  const [one, ...others] = positional[0] ?? [];
  if (one?.kind !== 'list' || others.length > 0 || one.cells.has('*')) return null;
  const each = [...one.cells.values.values()].map((item) => truth(item));
  if (each.includes(decides)) return constant(decides);
  return each.includes(null) ? null : constant(!decides);
}

const TYPES: { readonly [name: string]: (one: One) => boolean } = {
  str: (one) => one.kind === 'const' && typeof one.value === 'string',
  bool: (one) => one.kind === 'const' && typeof one.value === 'boolean',
  list: (one) => one.kind === 'list' && one.as === undefined,
  tuple: (one) => one.kind === 'list' && one.as === 'tuple',
  set: (one) => one.kind === 'list' && one.as === 'set',
  dict: (one) => one.kind === 'dict',
};

/** Whether something is of a type; unknown where that is not known. */
function isOf(of: Value | undefined, type: Value | undefined): Value {
  const [one, ...others] = of ?? [];
  const [class_, ...more] = type ?? [];
  if (one === undefined || class_ === undefined || others.length + more.length > 0) return UNKNOWN;
  if (one.kind === 'instance' && class_.kind === 'class')
    return [...basesOf(one.of)].includes(class_) ? constant(true) : UNKNOWN;
  const is = class_.kind === 'name' && Object.hasOwn(TYPES, class_.name) ? TYPES[class_.name] : undefined;
  return is !== undefined && /^(const|list|dict)$/.test(one.kind) && is(one) ? constant(true) : UNKNOWN;
}

import type { Engine } from './engine.ts';
import {
  binary,
  compared,
  decide,
  FORMAT,
  HASH,
  INDEX,
  inPlace,
  itemsIn,
  not,
  ordered,
  PATH,
  perform,
  REPRESENTATION,
  type Special,
  TEXT,
  UNARY,
  written,
} from './operations.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import { constant, type Given, keyOf, UNKNOWN, type Value } from './values.ts';

/** What a function of Python itself calls of what it is given, besides what it runs or takes (`python-calls.ts`). */
interface Implied {
  /** Of which arguments: the first, the second, all; or of what lies in the first, or in all. */
  of: 'first' | 'second' | 'each' | 'inside';
  calls: Special | 'text' | 'repr' | 'format' | 'truth' | 'less' | 'greater' | 'sum' | 'instances' | 'equal';
}

const each = (...calls: string[]): Implied[] => [{ of: 'each', calls }];
const first = (...calls: string[]): Implied[] => [{ of: 'first', calls }];

/** By full name. */
const IMPLIED: ReadonlyMap<string, readonly Implied[]> = new Map<string, readonly Implied[]>([
  ['bool', [{ of: 'first', calls: 'truth' }]],
  ['len', first('__len__')],
  ['str', [{ of: 'first', calls: 'text' }]],
  ['print', [{ of: 'each', calls: 'text' }]],
  ['repr', [{ of: 'first', calls: 'repr' }]],
  ['ascii', [{ of: 'first', calls: 'repr' }]],
  ['pprint.pprint', [{ of: 'first', calls: 'repr' }]],
  ['pprint.pformat', [{ of: 'first', calls: 'repr' }]],
  ['format', [{ of: 'first', calls: 'format' }]],
  ['hash', first('__hash__')],
  ['abs', first('__abs__')],
  ['round', first('__round__')],
  ['divmod', [...first('__divmod__'), { of: 'second', calls: ['__rdivmod__'] }]],
  ['pow', [...first('__pow__'), { of: 'second', calls: ['__rpow__'] }]],
  ['int', first('__int__', '__index__', '__trunc__')],
  ['float', first('__float__', '__index__')],
  ['complex', first('__complex__', '__float__', '__index__')],
  ['bytes', first('__bytes__', '__iter__')],
  ['dir', first('__dir__')],
  ['reversed', first('__reversed__', '__getitem__')],
  ['iter', first('__iter__', '__getitem__')],
  ['aiter', first('__aiter__')],
  ['enumerate', first('__iter__', '__getitem__')],
  ['zip', each('__iter__', '__getitem__')],
  ...['range', 'bin', 'hex', 'oct', 'chr', 'slice'].map((name) => [name, each('__index__')] as const),
  ['math.floor', first('__floor__', '__float__')],
  ['math.ceil', first('__ceil__', '__float__')],
  ['math.trunc', first('__trunc__')],
  ['sys.getsizeof', first('__sizeof__')],
  ['isinstance', [{ of: 'second', calls: 'instances' }]],
  ['issubclass', [{ of: 'second', calls: 'instances' }]],
  ['sorted', [{ of: 'inside', calls: 'less' }]],
  ['min', [{ of: 'inside', calls: 'less' }]],
  ['max', [{ of: 'inside', calls: 'greater' }]],
  ['sum', [{ of: 'inside', calls: 'sum' }]],
  ['any', [{ of: 'inside', calls: 'truth' }]],
  ['all', [{ of: 'inside', calls: 'truth' }]],
  ['filter', [{ of: 'inside', calls: 'truth' }]],
  ...['set', 'frozenset', 'collections.Counter', 'dict.fromkeys'].map(
    (name) => [name, [{ of: 'inside', calls: HASH }]] as const,
  ),
  ...['heapq.heapify', 'heapq.nlargest', 'heapq.nsmallest', 'heapq.merge', 'heapq.heappop'].map(
    (name) => [name, [{ of: 'inside', calls: 'less' }]] as const,
  ),
  ...['heapq.heappush', 'heapq.heappushpop', 'bisect.bisect', 'bisect.insort'].map(
    (name) => [name, [{ of: 'second', calls: 'less' }]] as const,
  ),
  ['copy.copy', first('__copy__', '__reduce_ex__', '__reduce__', '__getstate__')],
  ['copy.deepcopy', first('__deepcopy__', '__reduce_ex__', '__reduce__', '__getstate__')],
  ['copy.replace', first('__replace__')],
  ...['pickle.dumps', 'pickle.dump', 'joblib.dump', 'dill.dump', 'cloudpickle.dump'].map(
    (name) => [name, first('__reduce_ex__', '__reduce__', '__getstate__')] as const,
  ),
  ...[
    'open',
    'os.fspath',
    'os.listdir',
    'os.stat',
    'os.scandir',
    'os.mkdir',
    'os.makedirs',
    'os.remove',
    'io.open',
  ].map((name) => [name, [{ of: 'first', calls: PATH }]] as const),
  ['pathlib.Path', each(...PATH)],
  ['numpy.array', first('__array__', '__len__')],
  ['numpy.asarray', first('__array__', '__len__')],
  ['contextlib.ExitStack().enter_context', first('__enter__')],
  ['contextlib.AsyncExitStack().enter_async_context', first('__aenter__')],
]);

/** Runs what a call implies. */
export function implied(it: Engine, name: string, { positional, keywords }: Given, node: Node, scope: Scope): void {
  const rules =
    IMPLIED.get(name) ?? (/^os\.path\.\w+$/.test(name) ? first(...PATH) : /^math\.\w+$/.test(name) ? MATH : undefined);
  if (name === 'print') for (const one of keywords.get('file') ?? []) it.special(one, 'write', [UNKNOWN], node, scope);
  for (const { of, calls } of rules ?? []) {
    const one = positional[of === 'second' ? 1 : 0];
    const inside = (): Value[] => {
      if (name === 'filter') return itemsIn(positional[1] ?? UNKNOWN);
      return positional.length > 1 && (name === 'min' || name === 'max') ? [...positional] : itemsIn(one ?? UNKNOWN);
    };
    const values = of === 'each' ? positional : of === 'inside' ? inside() : one ? [one] : [];
    if (calls === 'less' || calls === 'greater') {
      const special: Special = calls === 'less' ? ['__lt__', '__gt__'] : ['__gt__', '__lt__'];
      if (of === 'inside') ordered(it, values, special, node, scope);
      else for (const value of values) perform(it, value, special, [UNKNOWN], node, scope);
    } else for (const value of values) imply(it, calls, value, node, scope);
  }
}

const MATH: readonly Implied[] = each('__float__', '__index__');

function imply(
  it: Engine,
  calls: Exclude<Implied['calls'], 'less' | 'greater'>,
  value: Value,
  node: Node,
  scope: Scope,
): void {
  if (calls === 'truth') decide(it, value, node, scope);
  else if (calls === 'text') written(it, value, TEXT, node, scope);
  else if (calls === 'repr') written(it, value, REPRESENTATION, node, scope);
  else if (calls === 'format') written(it, value, FORMAT, node, scope);
  else if (calls === 'equal') perform(it, value, ['__eq__'], [UNKNOWN], node, scope);
  else if (calls === 'sum') binary(it, constant(0), '+', value, node, scope);
  else if (calls === 'instances') {
    for (const of of [value, ...itemsIn(value)])
      perform(it, of, ['__instancecheck__', '__subclasscheck__'], [UNKNOWN], node, scope);
  } else
    perform(
      it,
      value,
      calls,
      calls[0] === '__copy__' ? [] : calls.includes('__deepcopy__') ? [UNKNOWN] : [],
      node,
      scope,
    );
}

/** Functions of `operator` by the operators that they are (Library Reference, "Mapping Operators to Functions"). */
const BY_NAME: { readonly [name: string]: string } = {
  add: '+',
  concat: '+',
  sub: '-',
  mul: '*',
  truediv: '/',
  floordiv: '//',
  mod: '%',
  pow: '**',
  matmul: '@',
  or_: '|',
  and_: '&',
  xor: '^',
  rshift: '>>',
  lshift: '<<',
};
const COMPARES: { readonly [name: string]: string } = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' };
const UNARIES: { readonly [name: string]: string } = { neg: '-', pos: '+', invert: '~', inv: '~' };

/** What a function of `operator` gives; null: it is none. */
export function operatorCall(it: Engine, name: string, given: Given, node: Node, scope: Scope): Value | null {
  const own = /^operator\.(?:__)?(\w+?)(?:__)?$/.exec(name)?.[1];
  if (own === undefined) return null;
  const [a = UNKNOWN, b = UNKNOWN, c = UNKNOWN] = given.positional;
  const known = (decided: boolean | null): Value => (decided === null ? UNKNOWN : constant(decided));
  if (BY_NAME[own] !== undefined) return binary(it, a, BY_NAME[own], b, node, scope);
  if (/^i[a-z]+$/.test(own) && BY_NAME[own.slice(1)] !== undefined)
    return inPlace(it, a, BY_NAME[own.slice(1)] ?? '', b, node, scope);
  if (COMPARES[own] !== undefined) return known(compared(it, a, COMPARES[own], b, node, scope));
  if (UNARIES[own] !== undefined) return perform(it, a, [UNARY[UNARIES[own]] ?? ''], [], node, scope) ?? UNKNOWN;
  switch (own) {
    case 'not_':
    case 'not':
      return not(it, a, node, scope);
    case 'truth':
      return known(decide(it, a, node, scope));
    case 'is_':
      return known(compared(it, a, 'is', b, node, scope));
    case 'is_not':
      return known(compared(it, a, 'is not', b, node, scope));
    case 'contains':
      return known(compared(it, b, 'in', a, node, scope));
    case 'getitem':
      return it.item(a, b, node, scope);
    case 'setitem':
      it.setItem(a, b, c, node, scope);
      return constant(null);
    case 'delitem':
      it.setItem(a, b, undefined, node, scope);
      return constant(null);
    case 'index':
      return perform(it, a, INDEX, [], node, scope) ?? a;
    case 'abs':
      return perform(it, a, ['__abs__'], [], node, scope) ?? UNKNOWN;
    case 'length_hint':
      return perform(it, a, ['__len__', '__length_hint__'], [], node, scope) ?? UNKNOWN;
    case 'call':
      return it.call(a, { ...given, positional: given.positional.slice(1) }, node, scope);
    case 'methodcaller':
    case 'attrgetter':
    case 'itemgetter':
      return getter(it, own, given);
    default:
      return null;
  }
}

/** `methodcaller("go", 3)`: it is applied later, to something else. */
function getter(it: Engine, name: string, { positional, keywords }: Given): Value {
  const cells = it.store.cells();
  it.store.write(cells, 'positional', it.list(positional));
  it.store.write(cells, 'keywords', it.dict([...keywords]));
  return [{ kind: 'name', name: `operator.${name}()`, object: { id: it.next(), cells } }];
}

/** A getter is applied. */
export function applied(
  it: Engine,
  name: string,
  held: ReadonlyMap<string, Value>,
  { positional }: Given,
  node: Node,
  scope: Scope,
): Value | null {
  const own = /^operator\.(methodcaller|attrgetter|itemgetter)\(\)$/.exec(name)?.[1];
  const [to] = positional;
  if (own === undefined || to === undefined) return null;
  const [kept] = held.get('positional') ?? [];
  const given = kept?.kind === 'list' ? [...kept.cells.values.values()] : [];
  if (own === 'itemgetter')
    return several(
      it,
      given.map((key) => it.item(to, key, node, scope)),
    );
  const path = (value: Value | undefined): Value => {
    const [text] = value ?? [];
    if (text?.kind !== 'const' || typeof text.value !== 'string') return UNKNOWN;
    return text.value.split('.').reduce((of, part) => it.attribute(of, part, node, scope), to);
  };
  if (own === 'attrgetter') return several(it, given.map(path));
  const [words] = held.get('keywords') ?? [];
  const keywords = new Map<string, Value>();
  if (words?.kind === 'dict')
    for (const [key, value] of words.cells.values) if (key !== '*') keywords.set(String(keyOf(key)), value);
  return it.call(path(given[0]), { positional: given.slice(1), keywords, others: [] }, node, scope);
}

function several(it: Engine, values: readonly Value[]): Value {
  return values.length === 1 ? (values[0] as Value) : it.list(values);
}

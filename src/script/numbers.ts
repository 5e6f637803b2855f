import { isAsked } from './command-line.ts';
import type { Engine } from './engine.ts';
import { arithmetic } from './operators.ts';
import type { PythonRule, PythonRules } from './python-rule.ts';
import {
  constant,
  constantOf,
  isProcess,
  joinAll,
  MAIN_PROCESS,
  named,
  type One,
  UNKNOWN,
  type Value,
  WORKER_PROCESS,
} from './values.ts';

/** What functions of numbers give, as far as these are known. */
export const NUMBERS: PythonRules = [
  ['int', (_, { positional }) => number(positional[0])],
  ['float', (_, { positional }) => number(positional[0])],
  // Which number it has is not known, but that two processes have two.
  ['os.getpid', (it) => named(it.isMain ? MAIN_PROCESS : WORKER_PROCESS)],
  ['min', extreme((a, b) => a < b)],
  ['max', extreme((a, b) => a > b)],
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
  ['os.cpu_count', (it) => atLeastOne(it)],
  ['multiprocessing.cpu_count', (it) => atLeastOne(it)],
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
];

function number(value: Value | undefined): Value {
  if (value === undefined) return constant(0);
  return joinAll(
    value.map((one) => {
      if (isAsked(one) || isProcess(one)) return [one];
      const known = one.kind === 'const' && one.value !== null ? Number(one.value) : Number.NaN;
      return Number.isFinite(known) ? constant(Math.trunc(known)) : UNKNOWN;
    }),
  );
}

/** What numbers that are known come to: of a list, or of one alone. */
function folded(fold: (numbers: readonly number[], many: boolean) => number): PythonRule {
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

function extreme(isBetter: (a: number, b: number) => boolean): PythonRule {
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

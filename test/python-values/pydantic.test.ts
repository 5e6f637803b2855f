import { describe, expect, test } from '@jest/globals';
import { PythonDate, type PythonValue, table } from '../../src/python-values/json.ts';
import { type FieldType, shown, validate } from '../../src/python-values/pydantic.ts';

/** Answers of pydantic 2 (pydantic-core 2.50): the value, or of each error its type and where it is. */
function answer(type: FieldType, input: PythonValue): unknown {
  const outcome = validate(type, input);
  return 'value' in outcome ? outcome.value : outcome.errors.map((error) => [error.type, ...error.loc]);
}

const DATE = new PythonDate('2020-01-01');
const one = (type: string) => [[type]];

describe('an int', () => {
  test.each<[PythonValue, unknown]>([
    ['4', 4n],
    ['+4', 4n],
    ['-4', -4n],
    ['-4.0', -4n],
    ['4.00', 4n],
    ['1_000_000', 1000000n],
    ['1_0.00', 10n],
    ['+0_1', 1n],
    ['01_0', 10n],
    ['0_1_0', 10n],
    ['00', 0n],
    ['0__0', 0n],
    ['0_0.0', 0n],
    ['\n4\n', 4n],
    ['9'.repeat(4300), BigInt('9'.repeat(4300))],
    ['', one('int_parsing')],
    ['-', one('int_parsing')],
    ['- 4', one('int_parsing')],
    ['+_1', one('int_parsing')],
    ['1_', one('int_parsing')],
    ['1_.0', one('int_parsing')],
    ['1._0', one('int_parsing')],
    ['1.0_', one('int_parsing')],
    ['1.0.0', one('int_parsing')],
    ['0_.0', one('int_parsing')],
    ['0_x', one('int_parsing')],
    ['00x', one('int_parsing')],
    ['0x1', one('int_parsing')],
    ['x4', one('int_parsing')],
    ['4x', one('int_parsing')],
    ['4.0x', one('int_parsing')],
    ['4\n5', one('int_parsing')],
    ['4-5', one('int_parsing')],
    ['0.0e0', one('int_parsing')],
    [true, 1n],
    [false, 0n],
    [7n, 7n],
    [2, 2n],
    [-2, -2n],
    [2 ** 62, 2n ** 62n],
    [2 ** 63, one('int_parsing_size')],
    [-(2 ** 63), one('int_parsing_size')],
    [3.5, one('int_from_float')],
    [Number.NaN, one('finite_number')],
    [-Infinity, one('finite_number')],
    [DATE, one('int_type')],
    [table(), one('int_type')],
  ])('%p', (input, expected) => expect(answer({ kind: 'int' }, input)).toEqual(expected));

  test('pydantic takes one that Python cannot write out, and LensKit fails where it does', () => {
    const longest = 10n ** 4300n - 1n;
    expect([longest, -longest].map((value) => answer({ kind: 'int' }, value))).toEqual([longest, -longest]);
    expect([longest + 1n, -longest - 1n].map((value) => answer({ kind: 'int' }, value))).toEqual([
      one('int_parsing_size'),
      one('int_parsing_size'),
    ]);
  });
});

describe('a bool', () => {
  test.each<[PythonValue, unknown]>([
    ...['1', 'on', 't', 'true', 'y', 'yes', 'TRUE', 'Yes'].map((text): [PythonValue, unknown] => [text, true]),
    ...['0', 'off', 'f', 'false', 'n', 'no', 'FALSE', 'No'].map((text): [PythonValue, unknown] => [text, false]),
    [true, true],
    [false, false],
    ['tru', one('bool_parsing')],
    [-1n, one('bool_parsing')],
    [-1, one('bool_parsing')],
    [Infinity, one('bool_type')],
    [[], one('bool_type')],
    [table(), one('bool_type')],
  ])('%p', (input, expected) => expect(answer({ kind: 'bool' }, input)).toEqual(expected));
});

describe('a float', () => {
  test.each<[PythonValue, unknown]>([
    ['1.5', 1.5],
    ['-1.5', -1.5],
    [' 1 ', 1],
    ['\x851\u3000', 1],
    ['1.', 1],
    ['.5', 0.5],
    ['+.5', 0.5],
    ['12.34', 12.34],
    ['.55', 0.55],
    ['1e3', 1000],
    ['1e12', 1e12],
    ['1E-3', 0.001],
    ['+1e+3', 1000],
    ['1.e3', 1000],
    ['1e400', Infinity],
    ['-1e400', -Infinity],
    ['1_0.0_1', 10.01],
    ['1_._5', 1.5],
    ['+_1', 1],
    ['1e+_3', 1000],
    ['inf', Infinity],
    ['+Infinity', Infinity],
    ['-INF', -Infinity],
    ['-_inf', -Infinity],
    ['NaN', Number.NaN],
    ['-nan', Number.NaN],
    [true, 1],
    [false, 0],
    [3n, 3],
    [0.25, 0.25],
    ['', one('float_parsing')],
    ['x', one('float_parsing')],
    ['.', one('float_parsing')],
    ['-', one('float_parsing')],
    ['e3', one('float_parsing')],
    ['.e3', one('float_parsing')],
    ['1e', one('float_parsing')],
    ['1.5.2', one('float_parsing')],
    ['1.5x', one('float_parsing')],
    ['x1.5', one('float_parsing')],
    ['1 _0', one('float_parsing')],
    ['_1', one('float_parsing')],
    ['1_', one('float_parsing')],
    ['1__0', one('float_parsing')],
    ['0x1', one('float_parsing')],
    ['٣', one('float_parsing')],
    ['\x1c1', one('float_parsing')],
    ['xinf', one('float_parsing')],
    ['infx', one('float_parsing')],
    ['xnan', one('float_parsing')],
    ['nanx', one('float_parsing')],
    [null, one('float_type')],
    [[], one('float_type')],
    [DATE, one('float_type')],
  ])('%p', (input, expected) => expect(answer({ kind: 'float' }, input)).toEqual(expected));

  test.each<[PythonValue, unknown]>([
    [0.5, 0.5],
    ['1', 1],
    [0, one('greater_than')],
    [-1, one('greater_than')],
    ['1.5', one('less_than_equal')],
    [Number.NaN, one('less_than_equal')],
    ['x', one('float_parsing')],
  ])('above 0 and at most 1: %p', (input, expected) =>
    expect(answer({ kind: 'float', above: 0, most: 1 }, input)).toEqual(expected),
  );

  test('NaN is not above anything', () => {
    expect(answer({ kind: 'float', above: 0 }, Number.NaN)).toEqual(one('greater_than'));
  });
});

describe('text, one of some words, or nothing', () => {
  const LITERAL: FieldType = { kind: 'literal', values: ['a', 'b'] };
  test.each<[FieldType, PythonValue, unknown]>([
    [{ kind: 'str' }, 'x', 'x'],
    [{ kind: 'str' }, 3n, one('string_type')],
    [{ kind: 'str' }, null, one('string_type')],
    [LITERAL, 'b', 'b'],
    [LITERAL, 'c', one('literal_error')],
    [LITERAL, 1n, one('literal_error')],
    [{ kind: 'optional', of: { kind: 'int' } }, null, null],
    [{ kind: 'optional', of: { kind: 'int' } }, '3', 3n],
    [{ kind: 'optional', of: { kind: 'int' } }, 'x', one('int_parsing')],
    [{ kind: 'union', of: [{ kind: 'int' }, LITERAL] }, '3', 3n],
    [{ kind: 'union', of: [{ kind: 'int' }, LITERAL] }, 'a', 'a'],
    [{ kind: 'union', of: [{ kind: 'int' }, LITERAL] }, 3.5, [['int_from_float'], ['literal_error']]],
  ])('%j: %p', (type, input, expected) => expect(answer(type, input)).toEqual(expected));
});

describe('tables', () => {
  const MODEL: FieldType = { kind: 'model', extra: 'forbid', fields: { a: { kind: 'int' }, b: { kind: 'str' } } };
  const LENIENT: FieldType = { kind: 'model', extra: 'ignore', anyCase: true, fields: { a: { kind: 'int' } } };
  const DICT: FieldType = { kind: 'dict', of: { kind: 'int' } };
  const NESTED: FieldType = { kind: 'model', extra: 'forbid', fields: { of: MODEL, all: DICT } };

  test.each<[string, FieldType, PythonValue, unknown]>([
    ['fields are validated, and one that is missing stays so', MODEL, table([['a', '1']]), { a: 1n }],
    [
      'errors come in the order of the fields, unknown keys last',
      MODEL,
      table([
        ['c', 1n],
        ['b', 3n],
        ['d', 2n],
        ['a', 'x'],
      ]),
      [
        ['int_parsing', 'a'],
        ['string_type', 'b'],
        ['extra_forbidden', 'c'],
        ['extra_forbidden', 'd'],
      ],
    ],
    ['a key in another case is unknown', MODEL, table([['A', 1n]]), [['extra_forbidden', 'A']]],
    ['or it is the same', LENIENT, table([['A', '1']]), { a: 1n }],
    ['unknown keys are left out', LENIENT, table([['c', 1n]]), {}],
    ['no table', MODEL, 3n, one('model_type')],
    [
      'below another',
      NESTED,
      table([
        ['of', table([['a', 'x']])],
        ['all', table([['k', 'y']])],
      ]),
      [
        ['int_parsing', 'of', 'a'],
        ['int_parsing', 'all', 'k'],
      ],
    ],
    ['of one kind', DICT, table([['a', 1n]]), { a: 1n }],
    ['of one kind, none', DICT, table(), {}],
    [
      'of one kind, all wrong',
      DICT,
      table([
        ['a', 'x'],
        ['b', null],
      ]),
      [
        ['int_parsing', 'a'],
        ['int_type', 'b'],
      ],
    ],
    ['of one kind, no table', DICT, [], one('dict_type')],
  ])('%s', (_, type, input, expected) => {
    const is = answer(type, input);
    expect(Array.isArray(is) ? is : { ...(is as object) }).toEqual(expected);
  });

  test('the first spelling of a key counts, the others are known too', () => {
    const forbid: FieldType = { kind: 'model', extra: 'forbid', anyCase: true, fields: { ab: { kind: 'int' } } };
    const input = table([
      ['AB', 1n],
      ['ab', 2n],
    ]);
    expect({ ...(answer(forbid, input) as object) }).toEqual({ ab: 1n });
    expect(answer(forbid, table([['AC', 1n]]))).toEqual([['extra_forbidden', 'AC']]);
  });

  test('an error has the value at fault', () => {
    const outcome = validate(
      MODEL,
      table([
        ['a', 'x'],
        ['c', 3n],
      ]),
    );
    expect('errors' in outcome ? outcome.errors.map(({ input }) => input) : []).toEqual(['x', 3n]);
  });

  test('a key of a prototype is a key like any other', () => {
    expect(answer(MODEL, table([['__proto__', 1n]]))).toEqual([['extra_forbidden', '__proto__']]);
  });
});

test.each<[PythonValue, string]>([
  [null, 'None'],
  [true, 'True'],
  [false, 'False'],
  [3n, '3'],
  [1.5, '1.5'],
  ['a"b', '"a\\"b"'],
  [DATE, '2020-01-01'],
  [[1n, [null, true]], '[1, [None, True]]'],
  [
    table([
      ['a', 1n],
      ['b', table([['c', false]])],
    ]),
    '{a: 1, b: {c: False}}',
  ],
  [10n ** 4300n - 1n, '9'.repeat(4300)],
  [10n ** 4300n, 'an integer of more than 4300 digits'],
  [Infinity, 'inf'],
  [-Infinity, '-inf'],
  [Number.NaN, 'nan'],
])('%p is shown as %.40s', (value, text) => expect(shown(value)).toBe(text));

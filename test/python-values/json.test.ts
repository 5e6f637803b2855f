import { describe, expect, test } from '@jest/globals';
import { isTable, PythonDate, type PythonValue, pythonJson, table } from '../../src/python-values/json.ts';

/** Tables without a prototype as plain objects. */
function plain(value: PythonValue | undefined): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return isTable(value) ? Object.entries(value).map(([key, item]) => [key, plain(item)]) : value;
}

/** Answers of CPython 3.11's `json.loads`; a table as its entries. */
describe('documents', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['true', true],
    ['false', false],
    ['NaN', Number.NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['[true,null]', [true, null]],
    ['-12', -12n],
    ['0', 0n],
    ['1.50', 1.5],
    ['-1.5e-3', -0.0015],
    ['1E5', 100000],
    ['1e+5', 100000],
    ['12.25e12', 12.25e12],
    ['1e999', Infinity],
    ['""', ''],
    ['"a\\"b\\\\"', 'a"b\\'],
    ['"\\ud83d\\ude00"', '😀'],
    ['[]', []],
    ['[ ]', []],
    ['{}', []],
    ['{ }', []],
    [
      ' \t\r\n{ "a" : [ 1 , { "b" : "c" } ] , "d" : 2 } ',
      [
        ['a', [1n, [['b', 'c']]]],
        ['d', 2n],
      ],
    ],
    ['{"a": 1, "a": 2}', [['a', 2n]]],
    ['{"__proto__": 1}', [['__proto__', 1n]]],
    ['9'.repeat(4300), BigInt('9'.repeat(4300))],
    [`-${'9'.repeat(4300)}`, -BigInt('9'.repeat(4300))],
  ])('%.40j', (text, value) => expect(plain(pythonJson(text))).toEqual(value));

  test.each([
    ' ',
    'True',
    'nan',
    '-',
    '--1',
    '00',
    '-01',
    '1e',
    '1.e5',
    '1_000',
    '[1',
    '[1 2]',
    '[,1]',
    ']',
    '{"a": 1',
    '{"a": 1,}',
    '{"a": 1 "b": 2}',
    '{"a"}',
    '{"a":}',
    '{a: 1}',
    '{1: 2}',
    '}',
    '"a',
    '"a\\"',
    '"\\x"',
    '"\n"',
    '1,',
    'null x',
    '\u00a01',
    '9'.repeat(4301),
    `-${'9'.repeat(4301)}`,
  ])('refuses %.20j', (text) => expect(pythonJson(text)).toBeUndefined());

  test('nested 900 deep and no deeper: CPython has 1,000 frames', () => {
    const array = (depth: number) => pythonJson('['.repeat(depth) + ']'.repeat(depth));
    const object = (depth: number) => pythonJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    expect([array(901), object(900)].map((value) => value === undefined)).toEqual([false, false]);
    expect([array(902), object(901)]).toEqual([undefined, undefined]);
  });
});

test('what is no text is no refusal of Python’s', () => {
  expect(() => pythonJson(3 as unknown as string)).toThrow(TypeError);
});

test('a table is neither a list nor a date, and no value is one', () => {
  expect([table(), [], new PythonDate('2020-01-01'), null, undefined, 'a', 1n].map(isTable)).toEqual([
    true,
    ...Array(6).fill(false),
  ]);
});

test('a table has what it is given, and no prototype', () => {
  const made = table([
    ['a', 1n],
    ['__proto__', 2n],
  ]);
  expect([Object.getPrototypeOf(made), Object.entries(made)]).toEqual([
    null,
    [
      ['a', 1n],
      ['__proto__', 2n],
    ],
  ]);
});

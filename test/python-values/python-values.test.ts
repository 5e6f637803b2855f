import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { floorDiv, pythonInt } from '../../src/python-values/int.ts';
import { PythonDate, type PythonValue, pythonJson } from '../../src/python-values/json.ts';
import { validate } from '../../src/python-values/pydantic.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';

describe("Python's int()", () => {
  test.each<[string, bigint | null]>([
    ['+4', 4n],
    ['-0', 0n],
    ['007', 7n],
    ['1_000', 1000n],
    ['\u00a04\u2003', 4n],
    ['٣', 3n],
    ['४२', 42n],
    ['\x1c4', 4n],
    ['', null],
    ['1__0', null],
    ['_1', null],
    ['+-1', null],
    ['0x10', null],
    ['4.0', null],
    ['1e3', null],
    ['²', null],
    ['9'.repeat(4300), BigInt('9'.repeat(4300))],
    ['9'.repeat(4301), null],
  ])('%j', (text, value) => {
    expect(pythonInt(text)).toBe(value);
  });

  test('every integer is read back', () => {
    fc.assert(fc.property(fc.bigInt(), (value) => expect(pythonInt(` ${value} `)).toBe(value)));
  });

  test('division rounds down', () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt().filter((b) => b !== 0n),
        (a, b) => {
          const quotient = floorDiv(a, b);
          const rest = a - quotient * b;
          expect(rest === 0n || rest < 0n === b < 0n).toBe(true);
          expect(rest * rest < b * b).toBe(true);
        },
      ),
    );
  });
});

/** Answers of pydantic 2.14. */
describe("pydantic's lax mode", () => {
  const lax = (kind: 'int' | 'bool', input: PythonValue) => {
    const outcome = validate({ kind }, input);
    return 'value' in outcome ? outcome.value : outcome.errors[0]?.type;
  };

  test.each<[PythonValue, PythonValue | string]>([
    ['4.0', 4n],
    ['4.', 'int_parsing'],
    ['.0', 'int_parsing'],
    ['4_0.0', 40n],
    ['0_0', 0n],
    ['_0', 'int_parsing'],
    ['0_', 'int_parsing'],
    ['1__0', 'int_parsing'],
    ['0__1', 1n],
    ['-0_1', -1n],
    ['+-1', 'int_parsing'],
    ['1e3', 'int_parsing'],
    ['٣', 'int_parsing'],
    ['\u20034', 4n],
    ['\x1c4', 'int_parsing'],
    ['9'.repeat(4301), 'int_parsing_size'],
    ['0'.repeat(4301), 0n],
    [`${'0'.repeat(5000)}1`, 1n],
    ['000.0', 0n],
    ['1.0_0', 'int_parsing'],
    [true, 1n],
    [3, 3n],
    [3.5, 'int_from_float'],
    [Number.POSITIVE_INFINITY, 'finite_number'],
    [1e300, 'int_parsing_size'],
    [null, 'int_type'],
    [[], 'int_type'],
    [new PythonDate('2020-01-01'), 'int_type'],
  ])('int of %p', (input, expected) => {
    expect(lax('int', input)).toBe(expected);
  });

  test.each<[PythonValue, PythonValue | string]>([
    ['TRUE', true],
    ['y', true],
    ['oFf', false],
    ['n', false],
    [' 1', 'bool_parsing'],
    ['2', 'bool_parsing'],
    ['', 'bool_parsing'],
    [1n, true],
    [0n, false],
    [2n, 'bool_parsing'],
    [1, true],
    [0, false],
    [2, 'bool_parsing'],
    [0.5, 'bool_type'],
    [null, 'bool_type'],
  ])('bool of %p', (input, expected) => {
    expect(lax('bool', input)).toBe(expected);
  });
});

describe("Python's json.loads", () => {
  test('reads what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(
          JSON.parse(JSON.stringify(pythonJson(text), (_, item) => (typeof item === 'bigint' ? Number(item) : item))),
        ).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each<[string, unknown]>([
    ['3', 3n],
    ['3.0', 3],
    ['-0', 0n],
    ['12345678901234567890', 12345678901234567890n],
    ['1e3', 1000],
    ['Infinity', Infinity],
    [' [1,\n2] ', [1n, 2n]],
    ['"\\u00e9"', 'é'],
  ])('%s', (text, value) => {
    expect(pythonJson(text)).toEqual(value);
  });

  test.each([
    '',
    '{',
    "{'a': 1}",
    '[1,]',
    '01',
    '+1',
    '.5',
    '1.',
    'nul',
    '\ufeff1',
    '"\t"',
    '{"a" 1}',
    '1 2',
    '['.repeat(100_000),
  ])('refuses %.20j', (text) => {
    expect(pythonJson(text)).toBeUndefined();
  });

  test('takes any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void pythonJson(text)));
  });
});

describe('settings files', () => {
  test('any text parses or says where it does not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc
            .array(fc.constantFrom('[parallel]', '\n', 'a', '=', '"', '1', '.', '{', ',', '#', '[', ']'))
            .map((parts) => parts.join('')),
        ),
        (text) => {
          const { error } = readSettings(text, 'lenskit.toml');
          if (error) expect([error.line >= 1, error.column >= 1, error.message.length > 0]).toEqual([true, true, true]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('deep nesting is refused, not a crash', () => {
    expect(readSettings(`a = ${'['.repeat(100_000)}`, 'lenskit.toml').error).not.toBeNull();
    expect(readSettings(`a = ${'{b='.repeat(50_000)}`, 'lenskit.toml').error).not.toBeNull();
  });

  test('a byte-order mark is an error, as in tomllib', () => {
    expect(readSettings('\ufeffa = 1\n', 'lenskit.toml').error).toMatchObject({ line: 1, column: 1 });
  });
});

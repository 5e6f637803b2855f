import { describe, expect, test } from '@jest/globals';
import { PythonDate } from '../../src/python-values/json.ts';
import { notUtf8, readSettings } from '../../src/python-values/settings-file.ts';
import { parseToml } from '../../src/python-values/toml-document.ts';

/** Messages and places as tomllib 3.11 has them, but for escapes, of which the beginning is told. */
describe('what does not parse is told with its place', () => {
  test('a file has its name and place, and what is no text is no error of it', () => {
    expect(readSettings('a = 1', 'lenskit.toml', '/p/lenskit.toml')).toMatchObject({
      name: 'lenskit.toml',
      path: '/p/lenskit.toml',
      content: { a: 1n },
      lines: { a: 1 },
      error: null,
    });
    expect(readSettings('', 'x.toml')).toMatchObject({ name: 'x.toml', path: null, content: {}, lines: {} });
    expect(notUtf8('lenskit.toml', '/p/lenskit.toml')).toMatchObject({
      name: 'lenskit.toml',
      path: '/p/lenskit.toml',
      content: {},
      lines: {},
      error: { type: 'UnicodeDecodeError', message: 'is not UTF-8', line: 1, column: 1 },
    });
    expect(() => readSettings(3 as unknown as string, 'lenskit.toml')).toThrow(TypeError);
  });

  test.each<[document: string, message: string, line: number, column: number]>([
    ['a = 1 b', 'expected newline or end of document after a statement', 1, 7],
    ['\n[a]\n[b', "expected ']' at the end of a declaration", 3, 3],
    ['[[[a]]', 'invalid statement or key', 1, 3],
    ["'''a' = 1", "expected '=' after a key", 1, 3],
    ['[[a]', "expected ']]' at the end of a declaration", 1, 4],
    ['[[a]]\n\n[a]', 'cannot declare "a" twice', 3, 3],
    ['[a]\n [a]', 'cannot declare "a" twice', 2, 4],
    ['a.b = 1\n[a]', 'cannot declare "a" twice', 2, 3],
    ['[a]\nb = {}\n[a.b.c]', 'cannot declare "a.b.c" twice', 3, 7],
    ['a = []\n[[a]]', 'cannot declare "a" twice', 2, 4],
    ['[a]\nb = 1\n b = 2', 'cannot overwrite a value', 3, 7],
    ['a = 1\na.b = 2', 'cannot overwrite a value', 2, 8],
    ['a = 1\n[[a]]', 'cannot overwrite a value', 2, 4],
    ['a = {b = 1, b.c = 1}', 'cannot overwrite a value', 1, 20],
    ['a = {}\na.b = 1', 'cannot mutate immutable namespace "a.b"', 2, 8],
    ['a = {b = {}, b.c = 1}', 'cannot mutate immutable namespace "b.c"', 1, 21],
    ['[a.b]\n[a]\nb.c = 1', 'cannot redefine namespace "b.c"', 3, 8],
    ['a 1', "expected '=' after a key", 1, 3],
    ['a =', 'invalid value', 1, 4],
    ['a = nope', 'invalid value', 1, 5],
    ['[', 'expected a key', 1, 2],
    ['= 1', 'invalid statement or key', 1, 1],
    ['a = [1', 'unclosed array', 1, 7],
    ['a = [1 2]', 'unclosed array', 1, 8],
    ['a = {b = 1', 'unclosed inline table', 1, 11],
    ['a = {b = 1 c = 2}', 'unclosed inline table', 1, 12],
    ['a = {b = 1, b = 2}', 'duplicate inline table key "b"', 1, 18],
    ["a = 'x", 'unterminated string', 1, 7],
    ["a = '''x", 'unterminated string', 1, 9],
    // Python looks for the end before it looks at what stands there.
    ["a = 'x\nb = 1", 'unterminated string', 2, 6],
    ["a = 'x\x01", 'unterminated string', 1, 8],
    ['a = "x', 'unterminated string', 1, 7],
    ['a = """x', 'unterminated string', 1, 9],
    ["a = 'x\x01'", 'illegal character "\\u0001"', 1, 7],
    ["a = '''\x01'''", 'illegal character "\\u0001"', 1, 8],
    ['a = "x\ny"', 'illegal character "\\n"', 1, 7],
    ['a = """\x1f"""', 'illegal character "\\u001f"', 1, 8],
    ['# \0', 'illegal character "\\u0000"', 1, 3],
    ['# a\n\t# \x7f', 'illegal character "\x7f"', 2, 4],
    ["a = '😀\x01'", 'illegal character "\\u0001"', 1, 7],
    ['a = "\\x"', "unescaped '\\' in a string", 1, 6],
    ['a = """\\x"""', "unescaped '\\' in a string", 1, 8],
    ['a = """\\ x"""', "unescaped '\\' in a string", 1, 10],
    ['a = "\\u00g0"', 'invalid hex value', 1, 8],
    ['a = "\\u00"', 'invalid hex value', 1, 8],
    ['a = "\\u00', 'invalid hex value', 1, 8],
    ['a = "\\ud800"', 'escaped character is not a Unicode scalar value', 1, 8],
    ['a = "\\udfff"', 'escaped character is not a Unicode scalar value', 1, 8],
    ['a = "\\U00110000"', 'escaped character is not a Unicode scalar value', 1, 8],
    ['a = 2021-02-29', 'invalid date or datetime', 1, 5],
    ['  a = 0000-01-01', 'invalid date or datetime', 1, 7],
    [`a = -${'9'.repeat(4301)}`, 'integer of more than 4300 digits', 1, 5],
  ])('%.30j', (document, message, line, column) => {
    expect(readSettings(document, 'lenskit.toml')).toMatchObject({
      content: {},
      lines: {},
      error: { type: 'TOMLDecodeError', message, line, column },
    });
  });

  test('of a long key the beginning alone is shown', () => {
    const shownOf = (length: number) =>
      readSettings(`[${'k'.repeat(length)}]\n`.repeat(2), 'lenskit.toml').error?.message;
    expect(shownOf(60)).toBe(`cannot declare "${'k'.repeat(60)}" twice`);
    expect(shownOf(61)).toBe(`cannot declare "${'k'.repeat(60)}…" twice`);
  });
});

/** CPython has 1,000 frames, of which its callers take some; a table 900 deep is no settings of LensKit. */
describe('how deep a document may be', () => {
  const errorOf = (document: string) => readSettings(document, 'lenskit.toml').error?.message ?? null;
  const dotted = (parts: number) => Array(parts).fill('a').join('.');
  const array = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
  test.each<[what: string, most: number, document: (depth: number) => string]>([
    ['arrays', 490, (depth) => `a = ${array(depth)}`],
    ['inline tables', 326, (depth) => `a = ${'{b='.repeat(depth)}1${'}'.repeat(depth)}`],
    ['dots of a key', 900, (depth) => `${dotted(depth)} = 1`],
    ['dots of a header', 900, (depth) => `[${dotted(depth)}]`],
    ['dots below a header', 900, (depth) => `[a.b]\n${dotted(depth - 2)} = 1`],
    ['arrays below dots', 900, (depth) => `${dotted(500)} = ${array(depth - 500)}`],
    ['dots in an inline table', 900, (depth) => `a = {${dotted(depth - 1)} = 1}`],
    ['an inline table below dots in another', 900, (depth) => `a = {${dotted(500)} = {${dotted(depth - 501)} = 1}}`],
    ['dots in an inline table in an array', 900, (depth) => `a = [{${dotted(depth - 2)} = 1}]`],
  ])('%s: %d', (_, most, document) => {
    expect([errorOf(document(most)), errorOf(document(most + 1))]).toEqual([null, 'nested too deeply']);
  });
});

test('the line of a key is told, whatever stands around it', () => {
  const { lines } = readSettings(
    [
      'top = 1',
      '[parallel]',
      '# num_procs = 1',
      'text = """',
      'num_procs = 2',
      '"""',
      "'num_threads' = 3",
      '[[list]]',
      'num_procs = 4',
      'a.b = 5',
    ].join('\r\n'),
    'lenskit.toml',
  );
  expect(lines).toEqual({ top: 1, 'parallel.text': 4, 'parallel.num_threads': 7, 'list.num_procs': 9, 'list.a.b': 10 });
});

test('a key that its line cannot be told by is not among the lines', () => {
  const parts = (count: number) => Array(count).fill('a').join('.');
  const { lines } = readSettings(
    [
      `${parts(10)} = 1`,
      `b.${parts(10)} = 2`,
      '"c.d" = 3',
      '"c.f".e = 3',
      `${'k'.repeat(200)} = 4`,
      `${'k'.repeat(201)} = 5`,
      '["e.f"]',
      'x = 6',
      `[c.${parts(10)}]`,
      'y = 7',
      '[g]',
      'z = 8',
    ].join('\n'),
    'lenskit.toml',
  );
  expect(lines).toEqual({ [parts(10)]: 1, ['k'.repeat(200)]: 5, 'g.z': 12 });
});

test('an empty first line is a line', () => {
  expect(readSettings('\na = 1', 'lenskit.toml').lines).toEqual({ a: 2 });
});

test('a list below a list belongs to the last item', () => {
  const { content, error } = readSettings('[[a]]\n[[a]]\n[[a.b]]\nc = true', 'lenskit.toml');
  expect({ error, content: JSON.parse(JSON.stringify(content)) }).toEqual({
    error: null,
    content: { a: [{}, { b: [{ c: true }] }] },
  });
});

test('who reads a document without a file has an error by its own name', () => {
  expect(() => parseToml('=')).toThrow(expect.objectContaining({ name: 'TomlError', line: 1, column: 1 }));
});

test('of the lines that set a key of a list the first is told', () => {
  expect(readSettings('[[a]]\nb = 1\n[[a]]\nb = 2\n', 'lenskit.toml').lines).toEqual({ 'a.b': 2 });
});

/** Values as tomllib 3.11 has them; a date as its `isoformat()`. */
describe('what a value is', () => {
  const DATE = (iso: string) => new PythonDate(iso);
  test.each<[written: string, value: unknown]>([
    ['true', true],
    ['false', false],
    ['0', 0n],
    ['-0', 0n],
    ['+17', 17n],
    ['-17', -17n],
    ['1_000_0', 10000n],
    ['0xdead_BEEF', 0xdeadbeefn],
    ['0o7_55', 0o755n],
    ['0b1_01', 5n],
    ['0b11_01', 13n],
    ['0b11', 3n],
    ['0o75_5', 0o755n],
    ['0o75', 0o75n],
    ['9'.repeat(4300), BigInt('9'.repeat(4300))],
    [`-${'9'.repeat(4300)}`, -BigInt('9'.repeat(4300))],
    ['1.5', 1.5],
    ['-1_0.2_5', -10.25],
    ['1.2_55', 1.255],
    ['1e1_00', 1e100],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['1_0e+0_2', 1000],
    ['12.5e2', 1250],
    ['inf', Infinity],
    ['+inf', Infinity],
    ['-inf', -Infinity],
    ['nan', Number.NaN],
    ['-nan', Number.NaN],
    ['2020-02-29', DATE('2020-02-29')],
    ['2000-02-29', DATE('2000-02-29')],
    ['2021-04-30', DATE('2021-04-30')],
    ['2021-12-31', DATE('2021-12-31')],
    ['07:32:00', DATE('07:32:00')],
    ['23:59:59.5', DATE('23:59:59.500000')],
    ['00:00:00.000000', DATE('00:00:00')],
    ['00:00:00.1234567', DATE('00:00:00.123456')],
    ['1979-05-27T07:32:00Z', DATE('1979-05-27T07:32:00+00:00')],
    ['1979-05-27t07:32:00z', DATE('1979-05-27T07:32:00+00:00')],
    ['1979-05-27 07:32:00.25', DATE('1979-05-27T07:32:00.250000')],
    ['1979-05-27T07:32:00-00:00', DATE('1979-05-27T07:32:00+00:00')],
    ['1979-05-27T07:32:00-07:30', DATE('1979-05-27T07:32:00-07:30')],
    ['1979-05-27T07:32:00+00:30', DATE('1979-05-27T07:32:00+00:30')],
    ['1979-05-27 # a date alone', DATE('1979-05-27')],
    ['"a\\b\\t\\n\\f\\r\\"\\\\"', 'a\b\t\n\f\r"\\'],
    ['"\\u00e9\\U0001F600"', 'é😀'],
    ['"\\U0010ffff"', '\u{10ffff}'],
    ["'a\\b\t'", 'a\\b\t'],
    ['""', ''],
    ["''", ''],
    ['"""\na\n"b" ""c"""', 'a\n"b" ""c'],
    ['"""a\\\n  \t\n b"""', 'ab'],
    ['"""a\\ \t\n b"""', 'ab'],
    ['"""a\\\t\n b"""', 'ab'],
    ['""""a"""""', '"a""'],
    ["'''\na'b''c'''", "a'b''c"],
    ["'''a\nb'''", 'a\nb'],
    ["''''a'''''", "'a''"],
    ['[]', []],
    ['[ 1, # one\n "a"\n, [2] , ]', [1n, 'a', [2n]]],
    ['{}', {}],
    ['{ a = 1, b.c = 2, "d e" = {} }', { a: 1n, b: { c: 2n }, 'd e': {} }],
  ])('%.40s', (written, value) => {
    const { content, error } = readSettings(`a = ${written}\r\nb = 1\n`, 'lenskit.toml');
    expect({ error, content: JSON.parse(JSON.stringify(content, marked)) }).toEqual({
      error: null,
      content: JSON.parse(JSON.stringify({ a: value, b: 1n }, marked)),
    });
  });

  const marked = (_: string, value: unknown) =>
    typeof value === 'bigint' || typeof value === 'number' ? [typeof value, String(value)] : value;

  test.each([
    '2021-13-01',
    '2021-00-01',
    '2021-01-32',
    '2021-04-31',
    '1900-02-29',
    '2100-02-29',
    '24:00:00',
    '00:60:00',
    '00:00:60',
    '1979-05-27T',
    '1979-05-27T07:32:00+24:00',
    '01',
    '1__0',
    '1_',
    '_1',
    '0x',
    '0xg',
    '-0x1',
    '0b2',
    '0o8',
    '1.',
    '.5',
    '1._0',
    '1e',
    'Inf',
    'True',
    '[1 2]',
    '[,]',
    '{,}',
  ])('%s is none', (written) => {
    expect(readSettings(`a = ${written}\n`, 'lenskit.toml').error).not.toBeNull();
  });

  test.each<[document: string, content: object]>([
    ['a.b.c = 1\na.b.d = 2', { a: { b: { c: 1n, d: 2n } } }],
    ['[a.b]\nc = 1\n[a]\nd = 2', { a: { b: { c: 1n }, d: 2n } }],
    ['[a]\nb.c = 1\n[a.d]\ne = 2', { a: { b: { c: 1n }, d: { e: 2n } } }],
    ['[[a]]\nb = 1\n[a.c]\nd = 2\n[[a]]\n[a.c]\nd = 3', { a: [{ b: 1n, c: { d: 2n } }, { c: { d: 3n } }] }],
    ['[[a.b]]\n[[a.b]]\nc = 1', { a: { b: [{}, { c: 1n }] } }],
    ["\"a\" = 1\n'b' = 2\n''.c = 4", { a: 1n, b: 2n, '': { c: 4n } }],
    [' \t[ a . "b c" ] # x\n\td = 1', { a: { 'b c': { d: 1n } } }],
    ['1-2_x = 1', { '1-2_x': 1n }],
    ['', {}],
    ['# only\r\n\t\n', {}],
  ])('%j', (document, content) => {
    const read = readSettings(document, 'lenskit.toml');
    expect([read.error, JSON.stringify(read.content, marked)]).toEqual([null, JSON.stringify(content, marked)]);
  });
});

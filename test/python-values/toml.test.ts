import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isTable, PythonDate, type PythonValue } from '../../src/python-values/json.ts';
import { notUtf8, readSettings } from '../../src/python-values/settings-file.ts';
import { tomlDocument } from './toml-documents.ts';

const DOCUMENTS = 5000;
const hasTomllib = spawnSync('python3', ['-c', 'import tomllib']).status === 0;

/** The same form as tomllib-answers.py prints. */
function tagged(value: PythonValue): unknown {
  if (typeof value === 'bigint') return ['int', value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`];
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return ['float', Number.isNaN(value) ? 'nan' : bytes.toString('hex')];
  }
  if (value instanceof PythonDate) return ['date', value.iso];
  if (Array.isArray(value)) return ['list', value.map(tagged)];
  if (isTable(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return ['table', entries.map(([key, item]) => [key, tagged(item)])];
  }
  return typeof value === 'string' ? ['text', value] : value;
}

function answer(document: string): unknown {
  const { content, error } = readSettings(document, 'lenskit.toml');
  return error ? null : tagged(content);
}

function tomllib(documents: readonly string[]): unknown[] {
  const { stdout, stderr } = spawnSync('python3', [path.join(__dirname, 'tomllib-answers.py')], {
    input: documents.map((document) => `${JSON.stringify(document)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

/** Found by hand, where parsers differ. */
const PARTICULAR = [
  's=[_#',
  'a = {b = 1,}',
  'a = {b = 1\n}',
  'a = "\\e"',
  'a = "\\x41"',
  'a = 07:32',
  '\ufeffa = 1',
  'a = 1\rb = 2',
  '[a]\n[a.b]\n[a]',
  '[a.b]\n[a]\nb.c = 1',
  'a.b = 1\n[a]',
  'a.b = 1\n[a.c]',
  '[a]\nb.c = 1\n[a.b]',
  '[[a]]\n[a.b]\n[[a]]\n[a.b]',
  'a = []\n[[a]]',
  'a = {}\na.b = 1',
  'a = {b.c = 1, b.d = 2}',
  'a = {b = {}, b.c = 1}',
  'a = [{b = 1}]\n[a.c]',
  '[[a.b]]\n[a]\nb.c = 1',
  "'''a''' = 1",
  '"""a""" = 1',
  'a = """\\   \n  x"""',
  'a = """\\   x"""',
  'a = """x\\',
  `a = ""${'"'.repeat(6)}`,
  "a = '''''''",
  'a = 1_',
  'a = 0_1',
  'a = +0b1',
  'a = 1e5_',
  `a = ${'9'.repeat(4300)}`,
  `a = ${'9'.repeat(4301)}`,
  `a = -${'9'.repeat(4300)}`,
  `a = 0x${'f'.repeat(5000)}`,
  'a = 2021-02-29',
  'a = 2020-02-29T23:59:59.123456789-07:00',
  'a = 0000-01-01',
  `a = ${'['.repeat(200)}${']'.repeat(200)}`,
  `a = ${'['.repeat(5000)}`,
  `a = ${'{b='.repeat(5000)}`,
  `${'a.'.repeat(100)}a = 1`,
  '__proto__ = 1\nconstructor.x = 2',
];

describe('the same documents as tomllib, and the same values', () => {
  (hasTomllib ? test : test.skip)(`for ${DOCUMENTS} random documents (needs python3 3.11 or newer)`, () => {
    const documents = [...PARTICULAR, ...fc.sample(tomlDocument, { numRuns: DOCUMENTS, seed: 20_260_101 })];
    const theirs = tomllib(documents);
    expect(theirs).toHaveLength(documents.length);
    // Both kinds have to be among them for an agreement to mean anything.
    const accepted = theirs.filter((one) => one !== null).length;
    expect(accepted).toBeGreaterThan(documents.length / 10);
    expect(theirs.length - accepted).toBeGreaterThan(documents.length / 10);
    const differing = documents.flatMap((document, index) => {
      const [mine, wanted] = [JSON.stringify(answer(document)), JSON.stringify(theirs[index])];
      return mine === wanted ? [] : [{ document, mine, wanted }];
    });
    expect(differing.slice(0, 3).map((one) => JSON.stringify(one).slice(0, 500))).toEqual([]);
  });

  test.each([
    ['an array that never ends', 's=[_#'],
    ['TOML 1.1: a comma behind the last', 'a = {b = 1,}'],
    ['TOML 1.1: an escape', 'a = "\\e"'],
    ['TOML 1.1: a time without seconds', 'a = 07:32'],
    ['an integer that Python does not convert', `a = ${'9'.repeat(4301)}`],
  ])('%s is refused', (_, document) => {
    expect(readSettings(document, 'lenskit.toml').error).toMatchObject({ type: 'TOMLDecodeError' });
  });
});

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
  expect(lines).toEqual({ [parts(10)]: 1, ['k'.repeat(200)]: 4, 'g.z': 11 });
});

test('of the lines that set a key of a list the first is told', () => {
  expect(readSettings('[[a]]\nb = 1\n[[a]]\nb = 2\n', 'lenskit.toml').lines).toEqual({ 'a.b': 2 });
});

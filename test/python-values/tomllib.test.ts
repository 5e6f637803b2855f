import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isTable, PythonDate, type PythonValue } from '../../src/python-values/json.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';
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

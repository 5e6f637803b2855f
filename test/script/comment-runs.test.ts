import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withoutLongRuns } from '../../src/script/comment-runs.ts';
import { loadParser, type Node, parsePython } from '../../src/script/parse.ts';
import { sourceOf } from '../../src/script/source.ts';

beforeAll(loadParser);

/** Every word but comments and what strings hold. */
function wordsOf(root: Node): string[] {
  const found: string[] = [];
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'string') found.push('string');
    else if (node.childCount === 0) found.push(`${node.type} ${node.text}`);
    if (node.type !== 'string')
      for (const child of node.children) if (child && child.type !== 'comment') open.push(child);
  }
  return found;
}

describe('long runs of comments', () => {
  const run = (indent: string, count: number): string => `${indent}# a "comment" 'é😀\n`.repeat(count);
  const part = fc.oneof(
    fc.constantFrom(
      'x = 1\n',
      'def f():\n    x = 1\n',
      'if x:\n    y = 2\nelse:\n    z = [\n        1,\n',
      '        2,\n    ]\n',
      's = """\n',
      '"""\n',
      "t = '# no comment'\n",
      'u = 1  # behind\n',
      '\n',
      'v = 1 + \\\n',
      '    w\n',
    ),
    fc
      .tuple(fc.constantFrom('', '    ', '\t'), fc.integer({ min: 1, max: 40 }))
      .map(([indent, count]) => run(indent, count)),
  );

  test('are left out of what is parsed, and nothing else is: every place stays, and so do strings', () => {
    let shortened = 0;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (parts, newline) => {
        const text = parts.join('').replaceAll('\n', newline);
        const plain = withoutLongRuns(text);
        if (plain === null) return;
        shortened++;
        expect(plain).toHaveLength(text.length);
        expect(plain.match(/\n/g)).toEqual(text.match(/\n/g));
        const strings = (code: string): string[] => code.match(/"""[^"]*"""/g) ?? [];
        expect(strings(plain)).toEqual(strings(text));
        // It has the words that it has with a line of each run.
        const short = parts.map((one) => one.replace(/^([ \t]*#.*\n)+/, '$1')).join('');
        const [one, other] = [parsePython(text), parsePython(short.replaceAll('\n', newline))];
        if (other.errors.length === 0) expect([one.errors, wordsOf(one.root)]).toEqual([[], wordsOf(other.root)]);
        one.root.tree.delete();
        other.root.tree.delete();
      }),
      { numRuns: 300, seed: 16 },
    );
    expect(shortened).toBeGreaterThan(50);
  });

  test('a comment that keeps a finding back stays', () => {
    const text = `${run('', 20)}# lk: ignore-file\n${run('', 20)}x = 1\n`;
    expect(withoutLongRuns(text)).toContain('\n# lk: ignore-file\n');
  });

  test('a text in a string is no comment', () =>
    expect(withoutLongRuns(`s = """\n${run('', 60)}"""\nx = f"{a['b']}"\n`)).toBeNull());
});

test('expressions that stand deeper in each other than any Python compiles are named', () => {
  const chain = (operands: number): string => `y = 1\nx = ${'a + '.repeat(operands)}a\n`;
  expect(sourceOf(chain(60_000))).toEqual({
    skipped: 'line 2: more than 50000 expressions stand in each other, which no Python compiles',
  });
  const less = sourceOf(chain(40_000));
  expect(less).toHaveProperty('parsed');
  if ('parsed' in less) less.parsed.root.tree.delete();
});

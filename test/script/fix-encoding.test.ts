import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import { decodeSource } from '../../src/script/encoding.ts';
import { fixScript } from '../../src/script/fix.ts';
import { loadParser } from '../../src/script/parse.ts';

const options = { reader: thisMachine(), spawns: true };
beforeAll(loadParser);

/** What `--fix` would write; or why not. */
function fixed(bytes: Buffer): Buffer | string {
  const source = decodeSource(bytes);
  if ('why' in source) return source.why;
  const judge = (text: string) => checkText('/nowhere/job.py', text, options);
  const result = fixScript(source.text, judge(source.text), judge);
  return result.ok ? (source.encode(result.text) ?? 'no letter') : result.why;
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const WORK = 'from lenskit.batch import recommend\nx = "\xc3\xa9"\nrecommend(1, 2)\n';

test('a comment on the third line stays there', () => {
  expect(fixed(latin(`\n\n# coding: latin-1\n${WORK}`)).toString('latin1')).toMatch(/^\n\n# coding: latin-1\nfrom/);
});

test.each([
  [`# coding: cp1252\n${WORK.replace('\xc3', '\x81')}`, 'it is not cp1252'],
  [`# coding: utf-7\n${WORK.replace('\xc3\xa9', '+AOk-')}`, 'it is in utf-7, which lk cannot write'],
])('%j is left, with the reason', (text, why) => expect(fixed(latin(text))).toContain(why));

test.each([
  ['if 1:\n    import lenskit.batch as b; b.recommend(1, 2)\n# coding: latin-1\n', '\n# coding: latin-1\n'],
  ['if 1:\n    from lenskit.batch import recommend\n    recommend(1, 2)\n"text"\n', '\n"text"\n'],
])('%j: what stands behind does not come first', (text, end) =>
  expect(fixed(latin(text)).toString('latin1')).toMatch(
    new RegExp(`^if __name__ == "__main__":\n    if 1:[^]*${end}$`),
  ),
);

const PROGRAM = `
import ast, base64, json, sys
def seen(data):
    try:
        tree = ast.parse(base64.b64decode(data))
    except (SyntaxError, ValueError, LookupError):
        return None
    return [ast.get_docstring(tree, False), sorted(n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value != "__main__")]
for line in sys.stdin:
    before, after = json.loads(line)
    print(json.dumps([seen(before), seen(after)]))
`;

const python = spawnSync('python3', ['--version']).status === 0;
(python ? describe : describe.skip)('as Python reads it', () => {
  test('a file that is wrapped holds the same texts, whatever stands above', () => {
    const names = [
      'latin-1',
      'utf-8',
      'cp1252',
      'cp1251',
      'cp1255',
      'koi8-r',
      'iso8859-15',
      'iso-8859-9',
      'ascii',
      'utf-7',
      'utf-8-sig',
    ];
    const line = fc.oneof(
      fc.constantFrom(
        '',
        '',
        '\f',
        '  ',
        '#!/usr/bin/env python3',
        '# a comment',
        '"""doc"""',
        'from __future__ import annotations',
        'y = open(2)',
        '"text"',
        'import os',
      ),
      fc.constantFrom(...names).map((name) => `# -*- coding: ${name} -*-`),
      fc.constantFrom(...names).map((name) => `\f # vim:fileencoding=${name}`),
    );
    const file = fc
      .tuple(
        fc.constantFrom('', '', '', '\xef\xbb\xbf'),
        fc.array(line, { maxLength: 5 }),
        fc.constantFrom('\n', '\n', '\r\n'),
        fc.constantFrom('e', '\xc3\xa9', '\xe9', '\x81', '\x98', '\xca', '+AOk-', '\xd2'),
      )
      .map(([mark, lines, newline, letter]) =>
        latin(mark + [...lines, ...WORK.replace('\xc3\xa9', letter).split('\n')].join(newline)),
      );
    const pairs = fc.sample(file, 1500).flatMap((before) => {
      const after = fixed(before);
      return typeof after === 'string' ? [] : [[before, after] as const];
    });
    expect(pairs.length).toBeGreaterThan(200);
    const input = pairs.map((pair) => JSON.stringify(pair.map((bytes) => bytes.toString('base64')))).join('\n');
    const { stdout } = spawnSync('python3', ['-W', 'ignore', '-c', PROGRAM], { input, encoding: 'utf8' });
    const answers = stdout.trim().split('\n');
    expect(answers).toHaveLength(pairs.length);
    for (const [index, answer] of answers.entries()) {
      const [before, after] = JSON.parse(answer) as [unknown, unknown];
      const text = pairs[index]?.[0].toString('latin1');
      // What Python refuses for its order (a future import that comes late) is refused afterwards, too.
      expect([text, after]).toEqual([text, before]);
    }
  });
});

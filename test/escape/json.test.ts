import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderJson } from '../../src/escape/json.ts';
import { doctorJson } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { ACTED_ON, hostile } from './hostile.ts';

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    // What a mark of integers might look like
    fc.bigInt().map((number) => `\0${number}`),
    fc.bigInt().map(String),
    fc.double(),
    fc.bigInt(),
    fc.constantFrom(null, true, false, undefined),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value')),
  ),
}));

/** Without integers of its own, so that JSON.stringify has the answer. */
const withoutBigInts = (item: unknown): unknown =>
  typeof item === 'bigint'
    ? Number(item)
    : Array.isArray(item)
      ? item.map(withoutBigInts)
      : typeof item === 'object' && item !== null
        ? Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, withoutBigInts(inner)]))
        : item;

describe('one JSON document', () => {
  test('says what JSON.stringify says, in as many lines, with nothing in it that is acted on or not seen', () => {
    fc.assert(
      fc.property(fc.oneof(value, hostile), (item) => {
        const plain = withoutBigInts(item);
        const expected = `${JSON.stringify(plain, null, 2) ?? 'null'}\n`;
        const document = renderJson(plain);
        expect(JSON.parse(document)).toEqual(JSON.parse(expected));
        expect(document.split('\n')).toHaveLength(expected.split('\n').length);
        expect(document.replaceAll('\n', '')).not.toMatch(ACTED_ON);
        expect(document).not.toContain('##[');
      }),
    );
  });

  test('text stays text, and integers keep all their digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.bigInt(), (text, number) => {
        const document = renderJson({ text, marked: `\0${number}`, number, list: [number, `${number}`] });
        const back = JSON.parse(document) as { [key: string]: unknown };
        expect(back).toEqual({
          text,
          marked: `\0${number}`,
          number: Number(number),
          list: [Number(number), `${number}`],
        });
        expect(document).toContain(`"number": ${number},`);
      }),
    );
  });

  test('a version that looks like a marked integer is a text', () =>
    withTree(
      {
        '/env/bin/python3': '',
        '/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.13.0\n',
        '/env/lib/python3.13/site-packages/lenskit-1.dist-info/METADATA': 'Version: \u00002025\n',
      },
      (root) => {
        const { report } = doctorJson(['--sysroot', root, '--python', '/env', '--fail-on', 'never']);
        expect(report.lenskit.version).toBe('\u00002025');
      },
    ));
});

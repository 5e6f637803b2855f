import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonLine, renderJson } from '../../src/escape/json.ts';
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

  test('on one line it says the same', () => {
    fc.assert(
      fc.property(value, (item) => {
        const line = jsonLine(item);
        expect(line).not.toContain('\n');
        expect(JSON.parse(line)).toEqual(JSON.parse(renderJson(item)));
      }),
    );
  });

  test('how it is laid out, with and without integers that JSON.stringify does not take', () => {
    for (const n of [1, 1n]) {
      const item = { n, e: {}, f: [], u: undefined, l: ['x', undefined, { a: null, b: true }] };
      expect(renderJson(item)).toBe(
        '{\n  "n": 1,\n  "e": {},\n  "f": [],\n  "l": [\n    "x",\n    null,\n    {\n      "a": null,\n      "b": true\n    }\n  ]\n}\n',
      );
      expect(jsonLine(item)).toBe('{"n":1,"e":{},"f":[],"l":["x",null,{"a":null,"b":true}]}');
    }
    expect(renderJson(undefined)).toBe('null\n');
    expect(jsonLine(undefined)).toBe('null');
    expect(jsonLine(123456789012345678901234567890n)).toBe('123456789012345678901234567890');
    expect(jsonLine([2n, 3n])).toBe('[2,3]');
  });

  test.each([
    ['##[error]', '"#\\u0023[error]"'],
    ['\u202e', '"\\u202e"'],
    ['\u0080', '"\\u0080"'],
    ['\u{e0041}', '"\\udb40\\udc41"'],
    ['\u00e9\u2500', '"\u00e9\u2500"'],
    ['\u65e5\u672c', '"\u65e5\u672c"'],
  ])('%j is written %s', (text, written) => expect(jsonLine(text)).toBe(written));

  test('what throws is no integer', () => {
    const thrown = new RangeError('x');
    const item = {
      toJSON() {
        throw thrown;
      },
    };
    expect(() => renderJson(item)).toThrow(thrown);
  });
});

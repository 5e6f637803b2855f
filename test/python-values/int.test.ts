import { describe, expect, test } from '@jest/globals';
import { floorDiv, isConvertible, max, min, plain, pythonInt, pythonStrip } from '../../src/python-values/int.ts';
import { pythonRepr } from '../../src/python-values/repr.ts';
import { RUST_SPACE, stripped } from '../../src/python-values/white-space.ts';

/** What CPython 3.11 takes for a digit, by the first of each ten (Unicode 14). */
const ZEROS = '0٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꧰꩐꯰０𐒠𐴰𑁦𑃰𑄶𑇐𑋰𑑐𑓐𑙐𑛀𑜰𑣠𑥐𑱐𑵐𑶠𖩠𖫀𖭐𝟎𝟘𝟢𝟬𝟶𞅀𞋰𞥐🯰';

test('the digits of every script are digits, and the next character is none', () => {
  for (const zero of ZEROS) {
    const first = zero.codePointAt(0) as number;
    const digits = Array.from({ length: 10 }, (_, index) => String.fromCodePoint(first + index)).join('');
    expect([zero, pythonInt(`1${digits}`)]).toEqual([zero, 10123456789n]);
  }
  expect(pythonInt('1\u066a')).toBeNull();
  // Of Unicode 16, which Node may know, and CPython before 3.14 does not.
  expect(pythonInt('1\u{10d41}')).toBeNull();
});

test.each([
  ['4x', null],
  ['x4', null],
  ['4 4', null],
  ['1_', null],
  ['-', null],
  ['- 4', null],
  ['-4', -4n],
  ['12', 12n],
  ['1_0_0', 100n],
  ['-٣', -3n],
])('int(%j)', (text, value) => expect(pythonInt(text)).toBe(value));

test.each([
  ['\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000', ''],
  [' a b ', 'a b'],
  ['\u200ba\ufeff', '\u200ba\ufeff'],
  ['', ''],
])('str.strip() of %j', (text, expected) => expect(pythonStrip(text)).toBe(expected));

test('Rust takes the separators of files and records for no white space', () => {
  expect(stripped('\x1c a \x1f', RUST_SPACE)).toBe('\x1c a \x1f');
  expect(stripped('\x85 a \u3000', RUST_SPACE)).toBe('a');
});

test('an integer of 4,300 digits is the longest that Python writes out', () => {
  const longest = 10n ** 4300n - 1n;
  expect([longest, -longest, longest + 1n, -longest - 1n].map(isConvertible)).toEqual([true, true, false, false]);
});

test.each([
  [7n, 2n, 3n],
  [-7n, 2n, -4n],
  [7n, -2n, -4n],
  [-7n, -2n, 3n],
  [-6n, 2n, -3n],
  [6n, -2n, -3n],
  [0n, -2n, 0n],
])('%d // %d is %d: it rounds down, and what divides evenly is not rounded', (a, b, quotient) => {
  expect(floorDiv(a, b)).toBe(quotient);
});

test('the least and the greatest', () => {
  expect([min(3n, 1n, 2n), min(1n, 3n), min(2n), min(2n, 2n)]).toEqual([1n, 1n, 2n, 2n]);
  expect([max(1n, 3n, 2n), max(3n, 1n), max(2n), max(2n, 2n)]).toEqual([3n, 3n, 2n, 2n]);
});

test('a bigint stays where a number would not be exact', () => {
  const most = 2n ** 53n - 1n;
  expect([plain(most), plain(-most), plain(most + 1n), plain(-most - 1n)]).toEqual([
    Number(most),
    -Number(most),
    most + 1n,
    -most - 1n,
  ]);
});

/** Answers of CPython 3.11. */
describe("Python's repr()", () => {
  test.each([
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", `"it's"`],
    ['say "x"', `'say "x"'`],
    [`it's "x"`, `'it\\'s "x"'`],
    ['a\\b\n\r\t', "'a\\\\b\\n\\r\\t'"],
    ['\0\x1f\x7f\xa0\xad', "'\\x00\\x1f\\x7f\\xa0\\xad'"],
    ['é٣😀', "'é٣😀'"],
    ['\xff', "'ÿ'"],
    ['\u0378\u200b\u2028\ud800\uffff', "'\\u0378\\u200b\\u2028\\ud800\\uffff'"],
    ['\u{e0001}\u{10ffff}', "'\\U000e0001\\U0010ffff'"],
    ['\u3000', "'\\u3000'"],
  ])('%j', (text, expected) => expect(pythonRepr(text)).toBe(expected));
});

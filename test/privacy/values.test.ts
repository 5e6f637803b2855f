import { describe, expect, test } from '@jest/globals';
import { valueEnds } from '../../src/privacy/values.ts';

/** `^` stands where the value begins, `$` where it ends; they are not part of the text. */
function expectEnd(marked: string): void {
  const from = marked.indexOf('^');
  const to = marked.indexOf('$') - 1;
  const text = marked.replace(/[\^$]/g, '');
  expect([marked, text.slice(from, valueEnds(text, from))]).toEqual([marked, text.slice(from, to)]);
}

describe('a value', () => {
  test.each([
    // words
    'x=^abc$ d',
    'x=^abc$',
    'x=^abc$\n',
    'x=^$ d',
    'x=^$',
    ...[...';&"\'|)'].map((end) => `x=^a-b$${end}c`),
    'x=^a,b$ c',
    'x=^a$, b',
    'x=^a$,',
    'x=^a$,\n',
    'x=^a,,b$',
    'x=^a}b]c>d<e:f$ g',
    // a shell's escaped blank belongs to it, an escaped quote closes what is around it
    'x=^a\\ b$ c',
    'x=^a\\;b\\&c$ d',
    'x=^a$\\" b',
    "x=^a$\\' b",
    'x=^a\\nb$ c',
    'x=^\\$ b',
    // quotes
    'x=^"a b"$ c',
    "x=^'a b'$ c",
    'x=^"a \'b\' c"$ d',
    'x=^"a \\" b"$ c',
    'x=^"a \\" b \\" c"$ d',
    'x=^\\"a b\\"$, \\"c\\"',
    'x=^\\\\\\"a \\" b\\\\\\"$ c',
    'x=^"a\nb"$ c',
    'x=^"a b$\nc',
    'x=^"a b$',
    "x=^'a \\'$\nb",
    `x=^${'\\'.repeat(31)}"a b${'\\'.repeat(31)}"$ c`,
    // several in a row, as a shell joins them
    'x=^"a b"c$ d',
    'x=^"a b"c"d e"$ f',
    `x=^"a b"'c d'e'f g'$, h`,
    'x=^"a b"$, "c"',
    'x=^"a b"$: c',
    'x=^"a b"$}',
    'x=^"a b"$]',
    'x=^"a"_b$ c',
    // nothing in quotes is no value
    'x=^$""',
    "x=^$''",
    'x=^$"" b',
    'x=^$\\"\\" b',
    'x=^$\\\\\\"\\\\\\" b',
    'x=^" "$ b',
    'x=^"a\\""$ b',
    'x=^"\\"a"$ b',
    `x=^"'"$ b`,
    // brackets
    'x=^[a, b]$ c',
    'x=^{a: b, c: d}$, e',
    'x=^(a b)$ c',
    'x=^[a, {b: [c]}, (d)]$] e',
    'x=^[]$ a',
    'x=^["]", \']\']$ b',
    'x=^["a\\"]"]$ b',
    'x=^[\\"a]\\", \\"b\\"]$, \\"n\\": 1',
    'x=^[\\\\\\"a]\\\\\\"]$ b',
    'x=^[\\, b]$ c',
    'x=^[a\nb]$\nc',
    'x=^[never closed\nby anything$',
    'x=^["never closed\n]$ b',
    'x=^[(])]$ a',
    'x=^{a) b]}$ c',
    // an opening one stands at the beginning, or it is part of a word
    'x=^a[b$ c',
    'x=^]a$ b',
  ])('%j', (marked) => expectEnd(marked));
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GlobError, globOf, separated } from '../../src/project/glob.ts';

const BASE = '/home/me/proj';
const matches = (pattern: string, file: string): boolean => globOf(pattern, BASE).matches(file);

describe('patterns, as ruff reads them', () => {
  test.each([
    ['build', '/home/me/proj/build', true],
    ['build', '/home/me/proj/a/b/build', true],
    ['build/', '/home/me/proj/a/build', true],
    ['build', '/home/me/proj/rebuild', false],
    ['gen_*.py', '/home/me/proj/a/gen_x.py', true],
    ['gen_*.py', '/home/me/proj/a/gen_x.pyi', false],
    ['*', '/home/me/proj/x.py', true],
    ['?.py', '/home/me/proj/a.py', true],
    ['?.py', '/home/me/proj/ab.py', false],
    ['[a-c]x.py', '/home/me/proj/bx.py', true],
    ['[!a-c]x.py', '/home/me/proj/bx.py', false],
    ['[]x].py', '/home/me/proj/].py', true],
    ['\\*.py', '/home/me/proj/*.py', true],
    ['\\*.py', '/home/me/proj/a.py', false],
    ['{a,b}.py', '/home/me/proj/b.py', true],
    ['{a,b}.py', '/home/me/proj/c.py', false],
    ['old/*.py', '/home/me/proj/old/x.py', true],
    ['./old/*.py', '/home/me/proj/old/x.py', true],
    ['./build', '/home/me/proj/build', true],
    ['././build/', '/home/me/proj/build', true],
    ['./build', '/home/me/proj/src/build', false],
    ['old/*.py', '/home/me/proj/new/old/x.py', false],
    ['old/*.py', '/home/me/proj/old/d/x.py', false],
    ['old/**/*.py', '/home/me/proj/old/x.py', true],
    ['old/**/*.py', '/home/me/proj/old/d/e/x.py', true],
    ['old/**', '/home/me/proj/old/d', true],
    ['**/d/*.py', '/home/me/proj/a/b/d/x.py', true],
    ['**/d/*.py', '/home/you/d/x.py', false],
    ['../other/*.py', '/home/me/other/x.py', true],
    ['../../../../x.py', '/x.py', true],
    ['/abs/*.py', '/abs/x.py', true],
    ['ü*.py', '/home/me/proj/über.py', true],
  ])('%s of %s: %s', (pattern, file, expected) => expect(matches(pattern, file)).toBe(expected));

  test('letters of the folder that the settings are in are no pattern', () => {
    expect(globOf('a/*.py', '/home/[me]/*').matches('/home/[me]/*/a/x.py')).toBe(true);
    expect(globOf('a/*.py', '/home/[me]/*').matches('/home/m/x/a/x.py')).toBe(false);
  });

  test.each([
    ['[a'],
    ['{a'],
    ['{a,{b}}'],
    ['x'.repeat(2000)],
    ['{a,b}'.repeat(7)],
    [''],
    ['/'],
    ['./'],
    ['.'],
    ['!x.py'],
  ])('%s is none', (pattern) => expect(() => globOf(pattern, BASE)).toThrow(GlobError));

  test('a text without anything special matches itself alone', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.]{1,6}$/), fc.stringMatching(/^[a-z.]{1,6}$/), (a, b) => {
        fc.pre(a !== '.' && a !== './');
        expect(matches(a, `${BASE}/${b}`)).toBe(a === b);
      }),
    ));

  test('many stars end', () => {
    expect(matches(`${'*a'.repeat(300)}b`, `${BASE}/${'a'.repeat(250)}`)).toBe(false);
    expect(matches(`${'**/a/'.repeat(150)}b`, `${BASE}${'/a'.repeat(2000)}`)).toBe(false);
  });
});

test('commas separate, but for those in braces', () => {
  expect(separated('a, b,{c,d}.py,')).toEqual(['a', 'b', '{c,d}.py']);
});

import { describe, expect, test } from '@jest/globals';
import { importsIn } from '../../src/script/import-text.ts';

const of = (text: string): string[] => [
  ...importsIn(text).absolute,
  ...importsIn(text).relative.map(({ level, dotted }) => `${'.'.repeat(level)}${dotted}`),
];

describe('the imports of a text, by its letters', () => {
  test.each([
    ['import a.b as c, d', ['a.b', 'd']],
    ['from a import b, c as d', ['a', 'a.b', 'a.c']],
    ['from a import (\n    b,  # the first\n    c as d,\n)\nx = 1', ['a', 'a.b', 'a.c']],
    ['from a import \\\n    b', ['a', 'a.b']],
    ['from \\\n a \\\n import b', ['a', 'a.b']],
    ['import \\\r\n  a', ['a']],
    ['try: import a\nexcept ImportError: import b; c = 1', ['a', 'b']],
    ['x = 1; from a import b; import c', ['a', 'a.b', 'c']],
    ['\x0cimport a', ['a']],
    ['from . import a', ['.', '.a']],
    ['from ..a.b import c', ['..a.b', '..a.b.c']],
    ['from . . import c', ['..', '..c']],
    ['from .a import *', ['.a']],
    ['from from_here import import_there', ['from_here', 'from_here.import_there']],
    ['import größe', ['größe']],
    ['important = 1\nreimport(x)', []],
  ])('%j', (text, expected) => expect(of(text)).toEqual(expected));

  test('what imports by a text may import each of its words', () => {
    expect(importsIn('import_module("helper")').words).toContain('helper');
    expect(importsIn('import helper').words).toBeNull();
  });

  test.each([
    'sys.path.append("../lib")',
    "sys.path.insert(0, '../lib')",
    'sys.path += ["../lib"]',
    'sys.path[0:0] = ["../lib"]',
    'from sys import path\npath.append("../lib")',
    'import site\nsite.addsitedir("../lib")',
  ])('%s changes where modules are looked for', (text) => expect(importsIn(text).folders).toContain('../lib'));
});

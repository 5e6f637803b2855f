import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  expanded,
  moduleIn,
  modulesInText,
  namesIn,
  namesInText,
  quotedInText,
  shellWords,
} from '../../../src/bench/conditions/names.ts';

describe('names in a word', () => {
  test.each([
    ['d/x.csv', 'd/x.csv'],
    ['--data=d/x.csv', 'd/x.csv'],
    ['@d/x.csv', 'd/x.csv'],
    ['-cd/x.csv', 'd/x.csv'],
    ['-Xcd/x.csv', 'd/x.csv'],
    ['d/x.csv,s.py', 's.py'],
    ['file:d/x.csv', 'd/x.csv'],
    ['file:///d/x.csv', '///d/x.csv'],
    ['a=b=c.csv', 'b=c.csv'],
    ['--files=a,b.csv', 'a,b.csv'],
    ['import s; s.f("d/x.csv")', 'd/x.csv'],
    ['import s; s.f("d/x.csv")', 's'],
    ['-ms', 's'],
    ['-Ims', 's'],
    ['app:main', 'app'],
    ['d/*.csv', 'd/'],
    ['(d/x.csv)', 'd/x.csv'],
  ])('%s: %s', (word, name) => expect([...namesIn(word)]).toContain(name));

  test('any name behind any separators is found, and the word itself', () =>
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z./-]{0,20}$/),
        fc.stringMatching(/^[-a-z]{0,9}[=,:@({;]{1,3}$/),
        (name, before) => {
          const names = namesIn(before + name);
          expect([names.has(name), names.has(before + name)]).toEqual([true, true]);
        },
      ),
    ));
});

test.each([
  ['python3 s.py', ['python3', 's.py']],
  [`cd d && python3 's p.py'>x;"a b"`, ['cd', 'd', 'python3', 's p.py', 'x', 'a b']],
  ['sh -c "sh -c \\"a b\\""', ['sh', '-c', 'sh -c "a b"']],
  ['a\\ b', ['a b']],
  ['"not closed', ['not closed']],
  ['end\\', ['end']],
  ['', []],
])('words of a shell: %s', (line, words) => expect(shellWords(line)).toEqual(words));

test.each([
  ['~/x', '/home/me/x'],
  ['~', '/home/me'],
  ['a~', 'a~'],
  ['$D/x', '/data/x'],
  ['x$D', 'x/data'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
  ['${D}x', '/datax'],
  ['$NONE/x', '$NONE/x'],
])('expanded: %s', (name, path) => expect(expanded(name, { HOME: '/home/me', D: '/data' })).toBe(path));

test.each([
  ['s', 's'],
  ['pkg.sub.job', 'pkg'],
  ['s.py', 's'],
  ['d/s', null],
  ['3s', null],
  ['', null],
])('the module of %s', (name, module) => expect(moduleIn(name)).toBe(module));

test('what a program imports', () => {
  const text = `
import a, b.c as d
from e.f import g
from . import h
from .i import (
    j,
    k as l,
)
def x(): import m
exec("import n; from o import p")
important = from_ = 1`;
  expect([...modulesInText(text)].sort()).toEqual(
    [...'abdefghijklmnop'].filter((one) => one !== 'f').filter((one) => one !== 'c'),
  );
  expect([...modulesInText('set -e\npython3 -m q.r x\nexec python -Im s\n')].sort()).toEqual(['q', 's']);
});

test('what a text may name', () => {
  expect([...namesInText(`open("d/x.csv"); run(f(y))`)]).toEqual(['open', 'd/x.csv', 'run', 'f', 'y']);
  expect([...quotedInText(`a = "d" + 'my file' + "it's"`)]).toEqual(['d', 'my file', "it's"].slice(0, 2).concat('it'));
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shellWords, unquoted } from '../../src/privacy/shell-words.ts';

const texts = (line: string): string[] => shellWords(line).map(({ text }) => text);

/** POSIX, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition; quotes stay. */
describe('the words of a line for a shell', () => {
  test.each([
    ['', []],
    [' \t\n ', []],
    ['a', ['a']],
    ['  a  bc ', ['a', 'bc']],
    ['a\tb\nc', ['a', 'b', 'c']],
    ['a\\ b c', ['a\\ b', 'c']],
    ['a\\;b', ['a\\;b']],
    ['a\\', ['a\\']],
    ['a undefined', ['a', 'undefined']],
    ['a\\\\ b', ['a\\\\', 'b']],
    ["'a b' c", ["'a b'", 'c']],
    ["x'a b'y c", ["x'a b'y", 'c']],
    ["'a\\' b", ["'a\\'", 'b']], // no escapes within them
    ["'' b", ["''", 'b']],
    ["'never closed; b", ["'never closed; b"]],
    ["a'", ["a'"]],
    ['"a b" c', ['"a b"', 'c']],
    ['"a \\" b" c', ['"a \\" b"', 'c']],
    ['"a \\\\" b', ['"a \\\\"', 'b']],
    ['"a\'b" c', ['"a\'b"', 'c']],
    ["'a\"b' c", ["'a\"b'", 'c']],
    ['"never closed | b', ['"never closed | b']],
    ['"ends with \\', ['"ends with \\']],
    ['"a""b" c', ['"a""b"', 'c']],
    // those of a line within the line
    ['\\"a b\\" c', ['\\"a b\\"', 'c']],
    ["\\'a b\\' c", ["\\'a b\\'", 'c']],
    ['\\"a \\\\\\"b c\\\\\\" d\\" e', ['\\"a \\\\\\"b c\\\\\\" d\\"', 'e']],
    ['\\"a b" c', ['\\"a', 'b" c']],
    ['\\"a b\\\\\\" c', ['\\"a', 'b\\\\\\"', 'c']],
    ['x\\"a b\\" c', ['x\\"a', 'b\\"', 'c']],
    ['"a;b" \'c|d\'', ['"a;b"', "'c|d'"]],
  ])('%j', (line, words) => {
    expect(texts(line)).toEqual(words);
    expect(shellWords(line).every(({ isOperator }) => !isOperator)).toBe(true);
  });

  test.each([...';|&()`<>'])('%s is a word of its own, and another command begins', (operator) => {
    expect(shellWords(`ab${operator}c ${operator}`)).toEqual([
      { text: 'ab', from: 0, isOperator: false },
      { text: operator, from: 2, isOperator: true },
      { text: 'c', from: 3, isOperator: false },
      { text: operator, from: 5, isOperator: true },
    ]);
  });

  test('two of them are two words', () => {
    expect(texts('a&&b||c>>d')).toEqual(['a', '&', '&', 'b', '|', '|', 'c', '>', '>', 'd']);
  });

  test('stand where they say, in order, and between them there are blanks alone', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', '\n', "'", '"', '\\', ';', '(', 'ü') });
    fc.assert(
      fc.property(line, (text) => {
        let done = 0;
        for (const word of shellWords(text)) {
          expect(text.slice(done, word.from)).toMatch(/^\s*$/);
          expect(word.text).toBe(text.slice(word.from, word.from + word.text.length));
          expect(word.text).not.toBe('');
          done = word.from + word.text.length;
        }
        expect(text.slice(done)).toMatch(/^\s*$/);
      }),
    );
  });

  test('are those that were quoted, one by one', () => {
    const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(texts(words.map(quoted).join(' '))).toEqual(words.map(quoted));
      }),
    );
  });
});

describe('a word without its quotes', () => {
  test.each([
    ['a', 'a', 0],
    ["'a b'", 'a b', 1],
    ['"a b"', 'a b', 1],
    ['\\"a b\\"', 'a b', 2],
    ["\\\\\\'a\\\\\\'", 'a', 4],
    ["''", '', 1],
    ["'a\nb'", 'a\nb', 1],
    ['"', '"', 0],
    ['"a\'', '"a\'', 0],
    ['\\"a"', '\\"a"', 0],
    ['"a"b', '"a"b', 0],
    ['b"a"', 'b"a"', 0],
    ['\\a\\', '\\a\\', 0],
    ['"a""b"', 'a""b', 1],
  ])('%s', (word, text, skipped) => expect(unquoted(word)).toEqual({ text, skipped }));
});

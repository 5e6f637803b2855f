import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandLine, shellLine } from '../../src/commands/bench/values.ts';

describe('a command for a shell', () => {
  test('of several words each reaches the program as it is', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'ab\'"\\ \n\t$`*?[]~#|&;<>(){},.=:!%^@-\u00a0é1'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        let line: string;
        try {
          line = shellLine(['printf', '%s\\0', ...words]);
        } catch (error) {
          expect(String(error)).toContain('--shell');
          return;
        }
        const { stdout } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
        expect(stdout.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 400 },
    );
  });

  test('one word is the line', () => expect(shellLine(['a | b "$X"'])).toBe('a | b "$X"'));

  test.each(['|', '&&', ';', '>', '2>&1', '2>', '<'])(
    '%s among several words is refused, with what to type',
    (operator) => {
      expect(() => shellLine(['python', 'a b.py', operator, 'x'])).toThrow(
        /^--shell: [^ ]+ is a word of its own .*: -- '/,
      );
    },
  );
});

describe('a command for no shell', () => {
  test.each([
    ['rm -rf $X', '--setup rm -rf $X: a shell would expand $X, and none is between; quote it, or hand'],
    ['a | b', '--setup a | b: a shell would act on |'],
    ['rm "a', '--setup rm "a: a quote " is not closed'],
    ['  ', '--setup: no command'],
  ])('%j is refused', (line, message) => expect(() => commandLine('setup', line, false)).toThrow(message));

  test('with a shell it is handed on', () =>
    expect(commandLine('setup', 'rm *', true)).toEqual(['/bin/sh', '-c', 'rm *']));
});

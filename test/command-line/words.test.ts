import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quotedWords, splitLine, WordsError } from '../../src/command-line/words.ts';

const SHELLS = ['/bin/sh', '/bin/bash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

/** What a real shell makes of a line, in an empty folder's place: no file is named like the words. */
function words(shell: string, line: string): string[] | null {
  const script = `printf '%s\\0' x ${line}`;
  const { status, stdout } = spawnSync(shell, ['-c', script], { encoding: 'utf8', cwd: '/proc/self/fdinfo', env: {} });
  return status === 0 ? stdout.split('\0').slice(1, -1) : null;
}

const LETTERS = [...'ab\'"\\ \t\n$`*?[]~#|&;<>(){},.=:!%é-1', '\u00a0', '\r', 'X', '/'];
const lines = fc.array(fc.constantFrom(...LETTERS), { maxLength: 12 }).map((letters) => letters.join(''));

describe('words', () => {
  test.each(SHELLS)('a line is split as by %s, or what that would do besides is named', (shell) => {
    fc.assert(
      fc.property(lines, (line) => {
        let split: ReturnType<typeof splitLine>;
        try {
          // The first word is the program: not what is printed here.
          split = splitLine(`printf ${line}`);
        } catch (error) {
          expect(error).toBeInstanceOf(WordsError);
          return;
        }
        if (split.more === null) expect(split.words.slice(1)).toEqual(words(shell, line));
      }),
      { numRuns: 800 },
    );
  });

  test.each(SHELLS)('what %s splits without doing more is not refused', (shell) => {
    const quiet = fc.array(fc.constantFrom(...[...'ab\'"\\ \t#.=:!%é-1', 'x y', '\u00a0']), { maxLength: 12 });
    const counted = { split: 0, all: 0 };
    fc.assert(
      fc.property(quiet, (letters) => {
        const line = letters.join('');
        const wanted = words(shell, line);
        // A last backslash a shell takes for itself, or for an end that is missing.
        if (wanted === null || /(^|[ \t])#|\\$/.test(line)) return;
        counted.all++;
        expect(splitLine(`printf ${line}`)).toEqual({ words: ['printf', ...wanted], more: null });
        counted.split++;
      }),
      { numRuns: 500 },
    );
    expect(counted.all).toBeGreaterThan(50);
  });

  test.each([
    [String.raw`rm -rf my\ dir`, ['rm', '-rf', 'my dir']],
    [String.raw`printf "\$HOME \"x\" \a" 'a\b'`, ['printf', '$HOME "x" \\a', 'a\\b']],
    ["cp a#b '' x", ['cp', 'a#b', '', 'x']],
    ['make -C "my dir" it\'s\\ mine\'', ['make', '-C', 'my dir', 'its\\ mine']],
    ['find . -name \\*.pyc -exec rm {} \\;', ['find', '.', '-name', '*.pyc', '-exec', 'rm', '{}', ';']],
    ['rm a\\\nb', ['rm', 'ab']],
    ['[ -f x ]', ['[', '-f', 'x', ']']],
  ])('%j', (line, wanted) => expect(splitLine(line)).toEqual({ words: wanted, more: null }));

  test.each([
    ['rm x | tee y', 'act on |'],
    ['rm x && rm y', 'act on &&'],
    ['rm x; rm y', 'act on ;'],
    ['rm x &', 'act on &'],
    ['rm -rf $DATA/x', 'expand $DATA'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    ['rm -rf "${DATA}/x"', 'expand ${DATA}'],
    ['rm $(ls)', 'expand $(…)'],
    ['rm `ls`', 'run what is between `…`'],
    ['rm "`ls`"', 'expand `…`'],
    ['rm *.tmp', 'look for files by the pattern *'],
    ['rm x?', 'look for files by the pattern ?'],
    ['rm [ab]', 'look for files by the pattern ['],
    ['rm > x', 'act on >'],
    ['sort 2>/dev/null x', 'act on >'],
    ['rm ~/x', 'expand ~'],
    ['rm {a,b}', 'expand {…}'],
    ['rm x # all', 'take what follows # for a comment'],
    ['rm x\nrm y', 'begin another command at a line break'],
    ['X=1 make', 'set X for the rest of the line'],
    ['cd d', 'do cd itself'],
    ['. venv/bin/activate', 'do . itself'],
  ])('%j: a shell would %s', (line, more) => expect(splitLine(line).more).toBe(more));

  test.each(['rm "a', "rm 'a", 'rm a\\', 'rm "a\\'])('%j is no line', (line) => {
    expect(() => splitLine(line)).toThrow(WordsError);
  });

  test('by quotes and backslashes alone all else stands for itself', () => {
    const line = `-c 2 --constraint=a&b|c -o "my file"-%j.out --comment='$x' a#b ~/\\ $HOME *`;
    const wanted = ['-c', '2', '--constraint=a&b|c', '-o', 'my file-%j.out', '--comment=$x', 'a#b', '~/ $HOME', '*'];
    expect(quotedWords(line)).toEqual(wanted);
    fc.assert(fc.property(fc.string(), (text) => expect(Array.isArray(quotedWords(text))).toBe(true)));
  });

  test('long lines', () => {
    for (const unit of ['"', "'", '\\', 'a"', '\\"', '$', '{', '${', '[', 'a ', '"$'])
      expect(Array.isArray(quotedWords(unit.repeat(100_000 / unit.length)))).toBe(true);
  });
});

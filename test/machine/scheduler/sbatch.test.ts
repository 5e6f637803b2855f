import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AllocationError, parseSbatch, sbatchLines } from '../../../src/machine/scheduler/sbatch.ts';

const parsed = (...words: string[]) => Object.fromEntries(parseSbatch(words));

/** An option by its heading in the manual: `-k, --no-kill[=off]`. */
interface Heading {
  letter: string | undefined;
  name: string;
  takes: 'value' | 'optional' | 'nothing';
}

const FILE = path.resolve(__dirname, '../../fixtures/sbatch-options.txt');
const HEADINGS = new Map(
  readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('-'))
    .map((line): [string, Heading] => {
      const [, letter, name = '', value] = /^(?:-(\w), )?--([\w-]+)(=|\[=|)/.exec(line) ?? [];
      return [name, { letter, name, takes: value === '=' ? 'value' : value === '[=' ? 'optional' : 'nothing' }];
    }),
);
const headings = (takes: Heading['takes']) => [...HEADINGS.values()].filter((heading) => heading.takes === takes);

describe("the manual's options", () => {
  test('are more than a hundred', () => expect(HEADINGS.size).toBeGreaterThan(100));

  test.each(headings('value').map(({ name, letter }) => [name, letter]))('--%s takes a value', (name, letter) => {
    expect(parsed(`--${name}=x`, '-Q')).toEqual({ [`${name}`]: 'x', quiet: '' });
    expect(parsed(`--${name}`, '-x', '-Q')).toEqual({ [`${name}`]: '-x', quiet: '' });
    expect(() => parsed('-Q', `--${name}`)).toThrow(`--${name} wants a value`);
    if (letter === undefined) return;
    for (const words of [[`-${letter}x`], [`-${letter}`, 'x'], [`-H${letter}x`], [`-H${letter}`, 'x']])
      expect(parsed(...words, '-Q')).toMatchObject({ [`${name}`]: 'x', quiet: '' });
    expect(() => parsed(`-${letter}`)).toThrow(`-${letter} wants a value`);
  });

  test.each(headings('optional').map(({ name, letter }) => [name, letter]))(
    '--%s takes a value in the same word alone',
    (name, letter) => {
      expect(parsed(`--${name}=x`)).toEqual({ [`${name}`]: 'x' });
      expect(parsed(`--${name}`, '-Q')).toEqual({ [`${name}`]: '', quiet: '' });
      expect(() => parsed(`--${name}`, 'x')).toThrow('x: no option');
      if (letter === undefined) return;
      expect(parsed(`-${letter}x`)).toEqual({ [`${name}`]: 'x' });
      expect(parsed(`-${letter}`, '-Q')).toEqual({ [`${name}`]: '', quiet: '' });
    },
  );

  test.each(headings('nothing').map(({ name, letter }) => [name, letter]))('--%s takes no value', (name, letter) => {
    expect(parsed(`--${name}`, '-c2')).toEqual({ [`${name}`]: '', 'cpus-per-task': '2' });
    expect(() => parsed(`--${name}=x`)).toThrow(`--${name} takes no value`);
    expect(() => parsed(`--${name}=`)).toThrow(`--${name} takes no value`);
    if (letter === undefined) return;
    expect(parsed(`-${letter}c2`)).toEqual({ [`${name}`]: '', 'cpus-per-task': '2' });
    expect(parsed(`-${letter}`, '-c2')).toEqual({ [`${name}`]: '', 'cpus-per-task': '2' });
  });

  test('no other letter is one', () => {
    const letters = new Set([...HEADINGS.values()].map(({ letter }) => letter));
    for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0?_') {
      if (letters.has(letter)) continue;
      expect(() => parsed(`-${letter}1`)).toThrow(`-${letter}: no option of sbatch`);
      expect(() => parsed(`-H${letter}`)).toThrow(`-${letter}: no option of sbatch`);
    }
  });
});

describe('words as getopt_long(3) takes them', () => {
  test.each<[string[], object]>([
    [['--cpus-per-t=2'], { 'cpus-per-task': '2' }],
    [['--ntasks-per-no', '2'], { 'ntasks-per-node': '2' }],
    [['--hel'], { help: '' }],
    // A whole name counts though it begins others.
    [['--gpus=2', '--mem=1'], { gpus: '2', mem: '1' }],
    [['--comment=a=b'], { comment: 'a=b' }],
    [['--comment='], { comment: '' }],
    [['-n1', '-n', '2', '--ntasks=3'], { ntasks: '3' }],
    [['-n3', '--', '-n4', 'job.sh'], { ntasks: '3' }],
    [[], {}],
  ])('%j', (words, options) => expect(parsed(...words)).toEqual(options));

  test.each<[string[], string]>([
    [['--exclu'], '--exclu: --exclude or --exclusive'],
    [['--=2'], '--: no option of sbatch'],
    [['--nope', '2'], '--nope: no option of sbatch'],
    [['--task'], '--tasks-per-node wants a value'],
    [['-'], '-: no option of sbatch; write words such as'],
    [['job-n2.sh'], 'job-n2.sh: no option of sbatch; write words such as'],
    [['-n2', ':', '-n3'], 'heterogeneous jobs have several allocations'],
    [['-n2', 'hetjob', '-n3'], 'heterogeneous jobs have several allocations'],
  ])('%j is refused, with what is wrong', (words, message) => {
    expect(() => parsed(...words)).toThrow(AllocationError);
    expect(() => parsed(...words)).toThrow(message);
  });

  test('the words are left as they are', () => {
    const words = ['-n', '2'];
    parseSbatch(words);
    expect(words).toEqual(['-n', '2']);
  });
});

describe("a script's lines", () => {
  test('of words and letters there are no more than any job has', () => {
    const blanks = (line: string): string[] => line.split(' ').filter(Boolean);
    expect(sbatchLines('#SBATCH -n1\n'.repeat(10_000), blanks)).toHaveLength(10_000);
    expect(() => sbatchLines('#SBATCH -n1\n'.repeat(10_001), blanks)).toThrow(AllocationError);
    expect(() => sbatchLines(`#SBATCH ${'x'.repeat(128 * 1024)}`, blanks)).toThrow(AllocationError);
    expect(() => parseSbatch(Array(10_001).fill('-n1'))).toThrow(AllocationError);
  });

  const lines = (...text: string[]) => sbatchLines(text.join('\n'), (line) => line.split(/\s+/).filter(Boolean));

  test.each<[string, string[], string[]]>([
    ['the first command ends them', ['#!/bin/sh', '#SBATCH -n2', 'x', '#SBATCH -n3'], ['-n2']],
    ['an indented command as well', ['#SBATCH -n2', '\t x', '#SBATCH -n3'], ['-n2']],
    ['comments do not', ['# x', '#SBATCH -n2', '#', '  # SBATCH', '#SBATCH -c3'], ['-n2', '-c3']],
    ['nor do blank lines', ['', '#SBATCH -n2', ' \t', '#SBATCH -c3'], ['-n2', '-c3']],
    ['those of Windows', ['#SBATCH -n2\r', '#SBATCH -c3\r', '\r', '#SBATCH -N4'], ['-n2', '-c3', '-N4']],
    ['several words', ['#SBATCH -n2 -c 3'], ['-n2', '-c', '3']],
    ['whatever blanks, or none', ['#SBATCH\t-n2', '#SBATCH   -c3', '#SBATCH-N4'], ['-n2', '-c3', '-N4']],
    ['commented out', ['##SBATCH -n2', '# SBATCH -n3', ' #SBATCH -n4', '#sbatch -n5'], []],
    ['a comment behind', ['#SBATCH -n2 # -c3', '#SBATCH -c4#-c5', '#SBATCH # x'], ['-n2', '-c4']],
    [
      'a mark that is quoted',
      [`#SBATCH -J "#1" -n2`, `#SBATCH -J '#"' -c2 #'`],
      ['-J', '"#1"', '-n2', '-J', `'#"'`, '-c2'],
    ],
    [
      'a comment behind quotes',
      [`#SBATCH -J "a b" -n2 # x`, `#SBATCH -J 'a b' -n3 # x`],
      ['-J', '"a', 'b"', '-n2', '-J', "'a", "b'", '-n3'],
    ],
    ['a mark that is escaped', ['#SBATCH -J a\\#1 -n2 # -c3'], ['-J', 'a\\#1', '-n2']],
    ['a quote that is not closed hides none', [`#SBATCH -J it's -n2 # x`], ['-J', "it's", '-n2', '#', 'x']],
    ['none', ['x'], []],
  ])('%s', (_, text, words) => expect(lines(...text)).toEqual(words));
});

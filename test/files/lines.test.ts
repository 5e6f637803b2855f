import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, readdirSync, writeSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { userLines } from '../../src/files/lines.ts';
import { withTree } from '../file-tree.ts';
import { throws } from './disk.ts';

const MIB = 1024 * 1024;
const all = (name: string) => [...userLines(name, 'x')].map(({ text, isWhole }) => (isWhole ? text : [text]));
const onLinux = process.platform === 'linux' ? test : test.skip;

describe('the lines of a file', () => {
  test.each([
    ['', []],
    ['\n', ['']],
    ['a', [['a']]],
    ['a\nb\n', ['a', 'b']],
    ['a\n\nü\ntor', ['a', '', 'ü', ['tor']]],
  ])('%j', (text, lines) => withTree({ '/a': text }, (root) => expect(all(`${root}/a`)).toEqual(lines)));

  test('are those of the text, however they lie in the pieces that are read', () => {
    // A piece has 64 KiB.
    const line = fc.tuple(fc.constantFrom('', 'a', 'ü', '漢'), fc.integer({ min: 0, max: 70_000 }));
    return fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = lines.map(([letter, times]) => letter.repeat(times)).join('\n');
        return withTree({ '/a': text }, (root) => {
          const split = text.split('\n');
          const found = [...userLines(`${root}/a`)];
          expect(found.map((one) => one.text)).toEqual(split.at(-1) === '' ? split.slice(0, -1) : split);
          expect(found.every(({ isWhole }, at) => isWhole || at === found.length - 1)).toBe(true);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('a file may be larger than what is read of others at once; a line may not', () =>
    withTree({ '/many': '', '/one': '' }, (root) => {
      const many = openSync(`${root}/many`, 'w');
      const part = Buffer.alloc(MIB, 'x');
      part[MIB - 1] = 0x0a;
      for (let at = 0; at < 65; at++) writeSync(many, part);
      closeSync(many);
      let count = 0;
      for (const { text } of userLines(`${root}/many`)) count += text.length === MIB - 1 ? 1 : 0;
      expect(count).toBe(65);
      const one = openSync(`${root}/one`, 'w');
      ftruncateSync(one, 65 * MIB);
      closeSync(one);
      expect(throws(() => all(`${root}/one`))).toBe('x: a line of more than 67108864 bytes');
    }));

  test('what grows while it is read ends where it was', () =>
    withTree({ '/a': 'a\nb\n' }, (root) => {
      const lines: string[] = [];
      for (const { text } of userLines(`${root}/a`)) {
        lines.push(text);
        const fd = openSync(`${root}/a`, 'a');
        writeSync(fd, 'more\n');
        closeSync(fd);
      }
      expect(lines).toEqual(['a', 'b']);
    }));

  test('what is none is refused, and nothing stays open, also of what is not read to its end', () =>
    withTree({ '/a': 'a\nb\n' }, (root) => {
      expect(throws(() => all(`${root}/b`))).toBe('x: not there');
      expect(throws(() => all(root))).toBe('x: a directory');
      const open = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
      const before = open();
      for (let times = 0; times < 20; times++) for (const _ of userLines(`${root}/a`)) break;
      expect(open()).toBeLessThan(before + 10);
    }));

  onLinux('of a pipe come as they are written; nothing, where nobody writes', () =>
    withTree({}, async (root) => {
      const pipe = `${root}/pipe`;
      spawnSync('mkfifo', [pipe]);
      expect(throws(() => all(pipe))).toBe('x: a pipe that nobody writes to');
      const writer = spawn('sh', ['-c', `exec > ${pipe}; printf 'a\\nb'; sleep 0.3; printf 'c\\n'`], {
        stdio: 'ignore',
      });
      expect(all(pipe)).toEqual(['a', 'bc']);
      await (writer.exitCode ?? once(writer, 'exit'));
      expect(throws(() => all('/dev/zero'))).toBe('x: a line of more than 67108864 bytes');
    }),
  );
});

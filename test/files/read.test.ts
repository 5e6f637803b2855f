import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readUserBytes, requireDirectory } from '../../src/files/read.ts';
import { withTree } from '../file-tree.ts';
import { bundled } from './writer.ts';

jest.setTimeout(60_000);

const onLinux = process.platform === 'linux' ? test : test.skip;
let built: ReturnType<typeof bundled>;
beforeAll(() => {
  built = bundled('read.ts');
});
afterAll(() => built.remove());

/** Reads a name in a process of its own, which a shell line starts as `$READ NAME`; answers its length or why not. */
function read(line: string, input = ''): string {
  const program = `
    const { readUserBytes } = require(${JSON.stringify(built.file)});
    try { console.log(readUserBytes(process.argv[1]).length); } catch (error) { console.log(error.message); }`;
  const { stdout } = spawnSync('bash', ['-c', `READ() { "$NODE" -e "$PROGRAM" "$1"; }; ${line}`], {
    env: { PATH: process.env.PATH, NODE: process.execPath, PROGRAM: program },
    input,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return stdout.trim();
}

describe('what is read', () => {
  onLinux.each([
    ['standard input', 'READ -', '5'],
    ['standard input by its device', 'READ /dev/stdin', '5'],
    ['a pipe', 'printf 1234567 | READ -', '7'],
    ['a pipe by its device', 'printf 1234567 | READ /dev/stdin', '7'],
    ['a slow pipe', '(sleep 0.4; printf 123; sleep 0.4; printf 4567) | READ -', '7'],
    ['what a shell substitutes', 'READ <(printf 1234)', '4'],
    ['what a shell substitutes slowly', 'READ <(sleep 0.6; printf 1234)', '4'],
    ['more than a pipe holds', 'READ <(head -c 1000000 /dev/zero)', '1000000'],
    ['nothing', 'READ /dev/null', '0'],
    ['more than is read', 'READ /dev/zero', '/dev/zero: larger than 67108864 bytes'],
    ['what is closed', 'READ - <&-', /^0$|not open/],
  ] as const)('%s', (_, line, expected) => {
    expect(read(line, 'hello')).toMatch(typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected);
  });

  onLinux('a named pipe: with a writer, however slow, and not without one', () =>
    withTree({}, (root) => {
      const pipe = path.join(root, 'pipe');
      spawnSync('mkfifo', [pipe]);
      expect(read(`READ ${pipe}`)).toBe(`${pipe}: a pipe that nobody writes to`);
      expect(read(`(exec > ${pipe}; sleep 0.6; printf 1234) & READ ${pipe}`)).toBe('4');
      expect(read(`(printf 12 > ${pipe}) & READ ${pipe}`)).toBe('2');
    }),
  );

  test('links, and a folder, nothing, a loop, a large file: one line', () =>
    withTree({ '/a': 'text' }, (root) => {
      symlinkSync('a', `${root}/link`);
      symlinkSync('loop', `${root}/loop`);
      writeFileSync(`${root}/large`, '');
      truncateSync(`${root}/large`, 65 * 1024 * 1024);
      expect(readUserBytes(`${root}/link`).toString()).toBe('text');
      for (const [name, words] of [
        [root, 'a directory'],
        [`${root}/b`, 'not there'],
        [`${root}/b/c`, `the folder ${root}/b is not there`],
        [`${root}/loop`, 'too many symbolic links'],
        [`${root}/large`, 'larger than 67108864 bytes'],
        ['\0', 'no name of a file'],
      ] as const)
        expect(() => readUserBytes(name)).toThrow(
          expect.objectContaining({ name: 'FileError', message: `${name}: ${words}` }),
        );
      expect(() => requireDirectory(`${root}/a`, '--sysroot')).toThrow(`--sysroot ${root}/a: not a directory`);
      expect(() => requireDirectory(`${root}/${'x'.repeat(300)}`, '--sysroot')).toThrow('the name is too long');
    }));

  test('a file that may not be read, for whoever is not root', () =>
    withTree({ '/a': 'text' }, (root) => {
      chmodSync(`${root}/a`, 0);
      if (process.getuid?.() === 0) return;
      expect(() => readUserBytes(`${root}/a`)).toThrow('permission denied');
    }));

  test('a file of a socket is refused', async () =>
    withTree({}, async (root) => {
      const server = spawn(process.execPath, [
        '-e',
        `require('net').createServer().listen('${root}/s', () => console.log('up'))`,
      ]);
      await new Promise((resolve) => server.stdout.once('data', resolve));
      try {
        expect(() => readUserBytes(`${root}/s`)).toThrow('a socket');
      } finally {
        server.kill('SIGKILL');
      }
    }));
});

import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openNumbered } from '../../src/files/numbered.ts';
import { withTree } from '../file-tree.ts';
import { bundled } from './writer.ts';

const HOW = { label: 'x', note: null };
const write = (name: string, text: string, note: string | null = null): string[] =>
  openNumbered(name, { label: 'x', note }).write(text);

let built: ReturnType<typeof bundled>;
beforeAll(() => {
  built = bundled('numbered.ts');
});
afterAll(() => built.remove());

/** Many processes that write to one name at the same time, each its own number. */
async function writers(name: string, count: number, before = ''): Promise<void> {
  const program = `
    ${before}
    const { openNumbered } = require(${JSON.stringify(built.file)});
    process.stdin.once('data', () => {
      openNumbered(${JSON.stringify(name)}, { label: 'x', note: null }).write(process.argv[1] + '\\n' + '.'.repeat(200000));
      process.exit(0);
    });
    process.stdout.write('ready');`;
  const all = Array.from({ length: count }, (_, index) =>
    spawn(process.execPath, ['-e', program, String(index)], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  await Promise.all(all.map((one) => new Promise((resolve) => one.stdout.once('data', resolve))));
  const ends = all.map((one) => new Promise((resolve) => one.once('close', resolve)));
  for (const one of all) one.stdin.end('go');
  expect(await Promise.all(ends)).toEqual(all.map(() => 0));
}

describe('a file that replaces none', () => {
  test('is numbered where its name is taken, and says so', () =>
    withTree({}, (root) => {
      const name = `${root}/node.json`;
      expect(write(name, '1', 'written')).toEqual([`${name}: written`]);
      expect(write(name, '2', 'written')).toEqual([
        `${root}/node-2.json: written under this name, since ${name} is there already`,
      ]);
      expect(write(name, '3')[0]).toMatch(/node-3\.json/);
      expect(readdirSync(root).sort()).toEqual(['node-2.json', 'node-3.json', 'node.json']);
      expect(['node.json', 'node-2.json', 'node-3.json'].map((one) => readFileSync(`${root}/${one}`, 'utf8'))).toEqual([
        '1',
        '2',
        '3',
      ]);
    }));

  test('the number stands before .json alone', () =>
    withTree({ 'node17.example.org': '' }, (root) => {
      write(`${root}/node17.example.org`, 'x');
      expect(readdirSync(root).sort()).toEqual(['node17.example.org', 'node17.example.org-2']);
    }));

  test('whatever has the name stays: a folder, a link that leads nowhere', () =>
    withTree({}, (root) => {
      mkdirSync(`${root}/a.json`);
      symlinkSync(`${root}/elsewhere`, `${root}/b.json`);
      write(`${root}/a.json`, 'x');
      write(`${root}/b.json`, 'x');
      expect(readdirSync(root).sort()).toEqual(['a-2.json', 'a.json', 'b-2.json', 'b.json']);
      expect(lstatSync(`${root}/b.json`).isSymbolicLink()).toBe(true);
    }));

  test('a gap in the numbers is no harm', () =>
    withTree({ 'a.json': '', 'a-2.json': '', 'a-4.json': '', 'a-5.json': '' }, (root) => {
      write(`${root}/a.json`, 'new');
      write(`${root}/a.json`, 'newer');
      const held = readdirSync(root).map((one) => readFileSync(`${root}/${one}`, 'utf8'));
      expect(held.sort()).toEqual(['', '', '', '', 'new', 'newer']);
    }));

  test('the number above two thousand that are taken is found', () =>
    withTree({}, (root) => {
      writeFileSync(`${root}/a.json`, '');
      for (let number = 2; number <= 2000; number++) writeFileSync(`${root}/a-${number}.json`, '');
      expect(write(`${root}/a.json`, 'x')[0]).toMatch(/a-2001\.json/);
    }));

  test('its folder is not there, or is none: said before anything is written', () =>
    withTree({ file: '' }, (root) => {
      expect(() => openNumbered(`${root}/none/a.json`, HOW)).toThrow(`x: the folder ${root}/none is not there`);
      expect(() => openNumbered(`${root}/file/a.json`, HOW)).toThrow(/is no folder/);
      expect(() => openNumbered(`${root}/`, HOW)).toThrow(/a directory/);
      expect(readdirSync(root)).toEqual(['file']);
    }));

  test('thirty processes with one name at once: each has its file, whole, and nothing else is left', () =>
    withTree({}, async (root) => {
      await writers(path.join(root, 'node.json'), 30);
      const files = readdirSync(root);
      expect(files.length).toBe(30);
      const texts = files.map((file) => readFileSync(path.join(root, file), 'utf8'));
      expect(texts.every((text) => text.endsWith('.') && text.length > 200_000)).toBe(true);
      const numbers = texts.map((text) => Number(text.split('\n')[0]));
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    }));

  // As FAT and some network file systems answer; none of them can be mounted everywhere.
  test('where no hard links can be made, too', () =>
    withTree({}, async (root) => {
      const refuses = "require('fs').linkSync = () => { throw Object.assign(new Error('link'), { code: 'EPERM' }); };";
      await writers(path.join(root, 'node.json'), 12, refuses);
      const texts = readdirSync(root).map((file) => readFileSync(path.join(root, file), 'utf8'));
      expect(texts.map((text) => Number(text.split('\n')[0])).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 12 }, (_, index) => index),
      );
    }));
});

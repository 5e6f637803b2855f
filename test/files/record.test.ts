import fs, { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkRecord, openRecord } from '../../src/files/record.ts';
import { withTree } from '../file-tree.ts';
import { disk, failing, fillsUp, throws } from './disk.ts';

describe('a record', () => {
  test('its whole lines, and what was torn off', () =>
    withTree({ '/none': '', '/torn': 'a\n\nb\ntor', '/only': 'tor', '/whole': 'a\n' }, (root) => {
      const of = (name: string) => {
        const record = openRecord(`${root}/${name}`, 'x');
        record.close();
        return [record.lines, record.torn];
      };
      expect(of('none')).toEqual([[], '']);
      expect(of('nothing')).toEqual([[], '']);
      expect(of('torn')).toEqual([['a', '', 'b'], 'tor']);
      expect(of('only')).toEqual([[], 'tor']);
      expect(of('whole')).toEqual([['a'], '']);
      expect(existsSync(`${root}/nothing`)).toBe(false);
      expect(readFileSync(`${root}/torn`, 'utf8')).toBe('a\n\nb\ntor');
    }));

  test.each([
    [true, 'a\ntor\nb\n'],
    [false, 'a\nb\n'],
  ])('what was torn off is kept (%s) or cut off, once', (keep, text) =>
    withTree({ '/r': 'a\ntor' }, (root) => {
      const record = openRecord(`${root}/r`, 'x');
      record.mend(keep);
      expect(record.add('b')).toBeNull();
      record.close();
      expect(readFileSync(`${root}/r`, 'utf8')).toBe(text);
      const whole = openRecord(`${root}/r`, 'x');
      whole.mend(keep);
      whole.close();
      expect(readFileSync(`${root}/r`, 'utf8')).toBe(text);
    }),
  );

  test('under one of several names it is refused, and nothing is claimed', () =>
    withTree({ '/r': 'a\n' }, (root) => {
      fs.linkSync(`${root}/r`, `${root}/s`);
      for (const open of [openRecord, checkRecord])
        expect(throws(() => open(`${root}/s`, 'x'))).toBe(
          'x: it has 2 names (hard links), under which others may write it; copy it, and name the copy',
        );
      expect(readdirSync(root)).toEqual(['r', 's']);
      fs.unlinkSync(`${root}/r`);
      openRecord(`${root}/s`, 'x').close();
    }));

  test('begins anew, grows, and says why it cannot', () =>
    withTree({}, (root) => {
      const file = `${root}/r`;
      const record = openRecord(file, 'x');
      record.mend(true);
      expect(record.add('early')).toBe('not there');
      record.begin('head');
      expect([record.add('1'), record.add('ü')]).toEqual([null, null]);
      expect(readFileSync(file, 'utf8')).toBe('head\n1\nü\n');
      record.begin('head 2');
      expect(record.add('1')).toBeNull();
      expect(readFileSync(file, 'utf8')).toBe('head 2\n1\n');
      expect(throws(() => openRecord(file, 'y'))).toMatch(/^y: written by another run, lk on /);
      fs.unlinkSync(file);
      expect(record.add('2')).toBe('it was removed or moved meanwhile');
      record.close();
      expect(record.add('3')).toBe('not there');
      record.close();
      openRecord(file, 'y').close();
      expect(readdirSync(root)).toEqual([]);
    }));

  test.each<[string, (file: string) => void, string]>([
    ['is cut', (file) => fs.truncateSync(file), 'something else has written to it meanwhile'],
    ['grows', (file) => fs.appendFileSync(file, 'x\n'), 'something else has written to it meanwhile'],
    ['grows at the same time', (file) => grownUnseen(file), 'something else has written to it meanwhile'],
    ['is written over', (file) => overwritten(file), 'something else has written to it meanwhile'],
    ['is moved', (file) => fs.renameSync(file, `${file}2`), 'it was removed or moved meanwhile'],
    ['is replaced', (file) => fs.rmSync(file) ?? fs.writeFileSync(file, ''), 'it was removed or moved meanwhile'],
  ])('what %s by something else is not taken for whole', (_, meddle, why) =>
    withTree({}, (root) => {
      const file = `${root}/r`;
      const record = openRecord(file, 'x');
      record.begin('head');
      expect(record.add('1')).toBeNull();
      meddle(file);
      expect(record.add('2')).toBe(why);
      record.close();
    }),
  );

  test('a line that does not fit leaves nothing', () =>
    withTree({ '/r': 'a\n' }, (root) => {
      const record = openRecord(`${root}/r`, 'x');
      expect(disk(fillsUp(), () => record.add('long'))).toBe('no space left');
      expect(record.add('b')).toBeNull();
      record.close();
      expect(readFileSync(`${root}/r`, 'utf8')).toBe('a\nb\n');
    }));

  test('a link is followed; what is no file is refused, and lets the next one in', () =>
    withTree({ '/r': 'a\n', '/large': '' }, (root) => {
      symlinkSync('r', `${root}/link`);
      mkdirSync(`${root}/d`);
      const record = openRecord(`${root}/link`, 'x');
      expect(throws(() => openRecord(`${root}/r`, 'x'))).toContain('written by another run');
      record.close();
      expect(throws(() => openRecord(`${root}/d`, 'x'))).toBe('x: a directory');
      const pipe = 'x: it is read again and grows line by line; name a file';
      expect(throws(() => openRecord('-', 'x'))).toBe(pipe);
      expect(throws(() => checkRecord('/dev/null', 'x'))).toBe(pipe);
      fs.truncateSync(`${root}/large`, 64 * 1024 * 1024 + 1);
      expect(throws(() => openRecord(`${root}/large`, 'x'))).toBe('x: larger than 67108864 bytes');
      expect(readdirSync(root).filter((name) => name.startsWith('.lk'))).toEqual([]);
    }));

  test('whether it can be kept is known before', () =>
    withTree({ '/r': 'a\n' }, (root) => {
      checkRecord(`${root}/r`, 'x');
      checkRecord(`${root}/new`, 'x');
      const { R_OK, W_OK, X_OK } = fs.constants;
      const asked: unknown[] = [];
      const asking = ((...args: unknown[]) => void asked.push(args)) as typeof fs.accessSync;
      disk({ accessSync: asking }, () => [checkRecord(`${root}/r`, 'x'), checkRecord(`${root}/new`, 'x')]);
      expect(asked).toEqual([
        [root, W_OK | X_OK],
        [`${root}/r`, R_OK | W_OK],
        [root, W_OK | X_OK],
        [root, R_OK | W_OK],
      ]);
      const denied = ((file: string) => {
        if (file === root) throw failing('EROFS');
      }) as typeof fs.accessSync;
      expect(disk({ accessSync: denied }, () => throws(() => checkRecord(`${root}/r`, 'x')))).toBe(
        `x: the folder ${root}, where other runs look whether it is free: read-only file system`,
      );
    }));
});

/** As long as before, at another time. */
function overwritten(file: string): void {
  const fd = fs.openSync(file, 'r+');
  fs.writeSync(fd, 'HEAD', 0);
  fs.futimesSync(fd, 1, 1);
  fs.closeSync(fd);
}

/** With the time of before. */
function grownUnseen(file: string): void {
  const { atime, mtime } = fs.statSync(file);
  fs.appendFileSync(file, 'x\n');
  fs.utimesSync(file, atime, mtime);
}

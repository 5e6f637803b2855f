import fs, { chmodSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { replaceFile } from '../../src/files/replace.ts';
import { withTree } from '../file-tree.ts';
import { disk, failing } from './disk.ts';

describe('putting bytes in a file’s place', () => {
  const replaced = (root: string, others: Partial<typeof fs>, bytes = 'new'): string[] =>
    disk(others, () => replaceFile(`${root}/a`, Buffer.from(bytes), 0o640));
  const refusing = (code: string) => () => {
    throw failing(code);
  };

  test('mode of what is made, and of what is kept; nothing beside it', () =>
    withTree({}, (root) => {
      const before = process.umask(0o022);
      try {
        expect(replaced(root, {})).toEqual([]);
        expect(statSync(`${root}/a`).mode & 0o7777).toBe(0o640);
        chmodSync(`${root}/a`, 0o4751);
        expect(replaced(root, {})).toEqual([]);
        expect(statSync(`${root}/a`).mode & 0o7777).toBe(0o4751);
        expect(readdirSync(root)).toEqual(['a']);
      } finally {
        process.umask(before);
      }
    }));

  test('where nothing may be removed what was written beside it is emptied, and said', () =>
    withTree({ '/a': 'old' }, (root) => {
      const [placed, stays] = replaced(root, { renameSync: refusing('EPERM'), unlinkSync: refusing('EPERM') });
      const [beside = ''] = readdirSync(root).filter((name) => name !== 'a');
      expect(placed).toBe('written in its place, since nothing can be put there instead (EPERM)');
      expect(stays).toBe(`${root}/${beside} stays beside it, empty: the folder lets nothing be removed`);
      expect([readFileSync(`${root}/a`, 'utf8'), readFileSync(`${root}/${beside}`, 'utf8')]).toEqual(['new', '']);
    }));

  test('another name still stands for the old file, which is said', () =>
    withTree({ '/a': 'old' }, (root) => {
      fs.linkSync(`${root}/a`, `${root}/b`);
      expect(replaced(root, {})).toEqual(['it has 2 names: the others still stand for what it held before']);
      expect([readFileSync(`${root}/a`, 'utf8'), readFileSync(`${root}/b`, 'utf8')]).toEqual(['new', 'old']);
    }));

  test.each(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV', 'ETXTBSY'])(
    'where nothing can be put there (%s) it is written in its place',
    (code) =>
      withTree({ '/a': 'old and long' }, (root) => {
        const { ino } = statSync(`${root}/a`);
        expect(replaced(root, { renameSync: refusing(code) })).toEqual([
          `written in its place, since nothing can be put there instead (${code})`,
        ]);
        expect([readFileSync(`${root}/a`, 'utf8'), statSync(`${root}/a`).ino]).toEqual(['new', ino]);
        expect(replaced(root, { renameSync: refusing(code) }, 'longer than it was before')).toHaveLength(1);
        expect(readFileSync(`${root}/a`, 'utf8')).toBe('longer than it was before');
        expect(readdirSync(root)).toEqual(['a']);
      }),
  );

  test('any other reason leaves it as it was, and what is not there is not made', () =>
    withTree({ '/a': 'old' }, (root) => {
      expect(() => replaced(root, { renameSync: refusing('EIO') })).toThrow('EIO');
      expect(() => replaced(root, { fsyncSync: refusing('ENOSPC') })).toThrow('ENOSPC');
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('old');
      rmSync(`${root}/a`);
      expect(() => replaced(root, { renameSync: refusing('EACCES') })).toThrow('EACCES');
      expect(readdirSync(root)).toEqual([]);
    }));

  test('where the owner or the mode cannot be kept it is written in its place', () =>
    withTree({ '/a': 'old' }, (root) => {
      expect(replaced(root, { fchmodSync: refusing('EPERM') })).toEqual([
        'written in its place, since its owner or access list cannot be given to a new file',
      ]);
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('new');
      const { fstatSync } = fs;
      const another = ((fd: number) => Object.assign(fstatSync(fd), { uid: 54321 })) as typeof fs.fstatSync;
      expect(replaced(root, { fstatSync: another, fchownSync: refusing('EPERM') }, 'newer')).toHaveLength(1);
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('newer');
      const given: unknown[] = [];
      const giving = ((_fd: number, ...ids: unknown[]) => void given.push(ids)) as typeof fs.fchownSync;
      replaced(root, { fstatSync: another, fchownSync: giving });
      const { uid, gid } = statSync(`${root}/a`);
      expect(given).toEqual([[uid, gid]]);
      const anotherGroup = ((fd: number) => Object.assign(fstatSync(fd), { gid: 54321 })) as typeof fs.fstatSync;
      replaced(root, { fstatSync: anotherGroup, fchownSync: giving });
      expect(given).toHaveLength(2);
      replaced(root, { fchownSync: giving });
      expect(given).toHaveLength(2);
      expect(readdirSync(root)).toEqual(['a']);
    }));

  test('in its place on a disk that fills up it is as it was', () =>
    withTree({ '/a': 'old' }, (root) => {
      const { writeSync } = fs;
      const inode = statSync(`${root}/a`).ino;
      let calls = 0;
      const full = ((fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null) => {
        if (fs.fstatSync(fd).ino !== inode) return writeSync(fd, bytes, offset, length, position);
        if (calls++ > 0) throw failing('ENOSPC');
        return writeSync(fd, bytes, offset, 1, position);
      }) as typeof fs.writeSync;
      expect(() => replaced(root, { renameSync: refusing('EXDEV'), writeSync: full }, 'much longer')).toThrow('ENOSPC');
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('old');
    }));

  test('a file that may not be written is not replaced either', () =>
    withTree({ '/a': 'old' }, (root) => {
      expect(() => replaced(root, { accessSync: refusing('EACCES') as typeof fs.accessSync })).toThrow('EACCES');
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('old');
    }));

  test('a folder that cannot be brought to the disk costs nothing', () =>
    withTree({ '/a': 'old' }, (root) => {
      const { fsyncSync, fstatSync } = fs;
      const folderless = ((fd: number) => {
        if (fstatSync(fd).isDirectory()) throw failing('EINVAL');
        fsyncSync(fd);
      }) as typeof fs.fsyncSync;
      expect(replaced(root, { fsyncSync: folderless })).toEqual([]);
      const synced: boolean[] = [];
      const counting = ((fd: number) => void synced.push(fstatSync(fd).isDirectory())) as typeof fs.fsyncSync;
      replaced(root, { fsyncSync: counting });
      expect(synced).toEqual([false, true]);
      synced.length = 0;
      replaced(root, { fsyncSync: counting, renameSync: refusing('EXDEV') });
      expect(synced).toEqual([false, false]);
    }));
});

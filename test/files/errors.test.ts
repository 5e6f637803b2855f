import type fs from 'node:fs';
import { realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAll, writeAll } from '../../src/files/descriptor.ts';
import { codeOf, FileError, named, reasonOf } from '../../src/files/errors.ts';
import { realOf } from '../../src/files/real-path.ts';
import { withTree } from '../file-tree.ts';
import { disk, failing, throws } from './disk.ts';

describe('why an operation on a file failed', () => {
  test.each([
    ['EACCES', 'permission denied'],
    ['EAGAIN', 'nothing to read'],
    ['EBADF', 'not open for that'],
    ['EDQUOT', 'no space left within the quota'],
    ['EFBIG', 'larger than a file may become here'],
    ['EINVAL', 'not possible with this kind of file'],
    ['EIO', 'the disk failed'],
    ['EISDIR', 'a directory'],
    ['ELOOP', 'too many symbolic links'],
    ['EMFILE', 'too many open files'],
    ['ENAMETOOLONG', 'the name is too long'],
    ['ENOENT', 'not there'],
    ['ENOSPC', 'no space left'],
    ['ENOTDIR', 'not there'],
    ['ENXIO', 'nobody has it open at the other end'],
    ['EPERM', 'not permitted'],
    ['EPIPE', 'the reader went away'],
    ['EROFS', 'read-only file system'],
    ['ESTALE', 'not there any more'],
    ['EODD', 'EODD'],
    ['toString', 'toString'],
  ])('%s: %s', (code, words) => {
    expect(reasonOf(failing(code))).toBe(words);
    expect(throws(() => named('x', () => fail(failing(code))))).toBe(`x: ${words}`);
  });
  const fail = (error: Error): never => {
    throw error;
  };

  test('what is no error of the system is told by its own words', () => {
    expect([reasonOf(new Error('why')), reasonOf('why'), reasonOf(null)]).toEqual(['why', 'why', 'null']);
    expect([codeOf(null), codeOf(undefined), codeOf('x'), codeOf(new Error('x'))]).toEqual(['', '', '', '']);
    const own = new FileError('own');
    expect(() => named('x', () => fail(own))).toThrow(own);
    expect(named('x', () => 5)).toBe(5);
    expect(own.name).toBe('FileError');
  });
});

describe('descriptors', () => {
  test('all is written, a part at a time, where it should be, waiting for a full pipe', () => {
    const held = Buffer.alloc(12, '.');
    let calls = 0;
    const writeSync = ((_fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null) => {
      if (calls++ % 2 === 0) throw failing('EAGAIN');
      held.set(bytes.subarray(offset, offset + Math.min(2, length)), position ?? 0);
      return Math.min(2, length);
    }) as typeof fs.writeSync;
    disk({ writeSync }, () => writeAll(9, Buffer.from('abcde'), { position: 3 }));
    expect(held.toString()).toBe('...abcde....');
    const positions: unknown[] = [];
    const watching = ((...[, , , length, position]: [number, Uint8Array, number, number, unknown]) => {
      positions.push(position);
      return Math.min(2, length);
    }) as unknown as typeof fs.writeSync;
    disk({ writeSync: watching }, () => writeAll(9, Buffer.from('abc')));
    expect(positions).toEqual([null, null]);
    const full = (() => {
      throw failing('ENOSPC');
    }) as unknown as typeof fs.writeSync;
    expect(() => disk({ writeSync: full }, () => writeAll(9, Buffer.from('a')))).toThrow('ENOSPC');
  });

  test.each([
    [0, 1],
    [10, 2],
    [25, 4],
  ])('what takes nothing has %d ms of patience, a pause between two tries: %d of them', (patience, tries) => {
    let calls = 0;
    const writeSync = (() => {
      calls++;
      throw failing('EAGAIN');
    }) as unknown as typeof fs.writeSync;
    expect(() => disk({ writeSync }, () => writeAll(9, Buffer.from('a'), { patience }))).toThrow('EAGAIN');
    expect(calls).toBe(tries);
  });

  /** A file that gives these, one after the other: bytes, or an error. */
  const giving = (...parts: (string | Error)[]): typeof fs.readSync => {
    const left = [...parts];
    return ((_fd: number, chunk: Buffer, offset: number, length: number) => {
      const part = left.shift() ?? '';
      if (typeof part !== 'string') throw part;
      return Buffer.from(part).copy(chunk, offset, 0, length);
    }) as typeof fs.readSync;
  };
  const read = (parts: (string | Error)[], options: Parameters<typeof readAll>[2], most = 100): string =>
    disk({ readSync: giving(...parts) }, () => readAll(9, most, options).toString());

  test('all is read to the end, waiting or not, and no more than is wanted', () => {
    expect(read(['ab', 'cd', '', 'ef'], { waits: false })).toBe('abcd');
    expect(read(['ab', failing('EAGAIN'), 'cd'], { waits: true })).toBe('abcd');
    expect(() => read(['ab', failing('EAGAIN')], { waits: false })).toThrow('EAGAIN');
    expect(read(['ab', failing('EOF'), 'cd'], { waits: true })).toBe('ab');
    expect(() => read([failing('EIO')], { waits: true })).toThrow('EIO');
    expect(read(['abc', 'def'], { waits: false }, 5)).toBe('abcde');
    expect(read(['abc'], { waits: false }, 0)).toBe('');
  });

  test('the first byte may take its time where that was said, the others may not', () => {
    expect(read(['', '', 'ab', '', 'cd'], { waits: true, grace: 40 })).toBe('ab');
    expect(read(['', 'ab'], { waits: true })).toBe('');
    expect(read(['', '', '', '', 'ab'], { waits: true, grace: 20 })).toBe('');
    expect(read(['', '', 'ab'], { waits: true, grace: 20 })).toBe('ab');
  });
});

test('the real path is the one without links, and what is not there is called as it was', () =>
  withTree({ '/d/a': '' }, (base) => {
    const root = realpathSync(base);
    symlinkSync('d', path.join(root, 'link'));
    symlinkSync('nowhere', path.join(root, 'lost'));
    expect(realOf(path.join(root, 'link/a'))).toBe(path.join(root, 'd/a'));
    for (const name of ['lost', 'none', 'link/none']) expect(realOf(path.join(root, name))).toBe(path.join(root, name));
  }));

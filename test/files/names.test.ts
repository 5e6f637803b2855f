import { spawn, spawnSync } from 'node:child_process';
import fs, { mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { locate } from '../../src/files/target.ts';
import { withTree } from '../file-tree.ts';
import { throws } from './disk.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('a name', () => {
  const at = (root: string, name: string) => () => locate(`${root}${name}`, 'x', 1);

  test('what it stands for', () =>
    withTree({ '/a': '1', '/d/b': '2' }, (base) => {
      const root = fs.realpathSync(base);
      symlinkSync('d', `${root}/folder`);
      symlinkSync('../a', `${root}/d/up`);
      symlinkSync('folder/up', `${root}/twice`);
      symlinkSync(`${root}/a`, `${root}/absolute`);
      symlinkSync('nothing', `${root}/new`);
      symlinkSync('.', `${root}/self`);
      symlinkSync('..', `${root}/d/parent`);
      symlinkSync('none/x', `${root}/nowhere`);
      symlinkSync('a/x', `${root}/within`);
      for (const name of ['/a', '/d/up', '/twice', '/absolute', '/folder/../a'])
        expect(at(root, name)()).toMatchObject({ kind: 'file', path: `${root}/a` });
      expect(at(root, '/folder/b')()).toMatchObject({ kind: 'file', path: `${root}/d/b` });
      expect(at(root, '/new')()).toEqual({ kind: 'new', path: `${root}/nothing` });
      expect(at(root, '/folder/new')()).toEqual({ kind: 'new', path: `${root}/d/new` });
      expect(throws(at(root, '/self'))).toBe('x: a directory');
      expect(throws(at(root, '/d/parent'))).toBe('x: a directory');
      expect(throws(at(root, '/d'))).toBe('x: a directory');
      expect(throws(at(root, '/d/'))).toBe('x: a directory');
      expect(throws(at(root, '/a/'))).toBe('x: not there');
      expect(throws(at(root, '/none/'))).toBe('x: the name of a folder');
      expect(throws(at(root, '/nowhere'))).toBe(`x: the folder ${root}/none is not there`);
      expect(throws(at(root, '/a/b'))).toBe(`x: ${root}/a is no folder`);
      expect(throws(at(root, '/a/b/c'))).toBe(`x: ${root}/a/b is no folder`);
      expect(throws(at(root, '/within'))).toBe(`x: ${root}/a is no folder`);
      expect(throws(at(root, `/${'y'.repeat(300)}`))).toBe('x: the name is too long');
      expect(throws(at(root, `/${'y'.repeat(300)}/z`))).toMatch(/^x: the folder .*: the name is too long$/);
    }));

  test('that is none', () => {
    expect(throws(() => locate('', 'x', 1))).toBe('x: an empty name');
    expect(throws(() => locate('a\0', 'x', 1))).toBe('x: no name of a file');
    expect([locate('-', 'x', 0), locate('-', 'x', 1)]).toEqual([
      { kind: 'descriptor', fd: 0 },
      { kind: 'descriptor', fd: 1 },
    ]);
  });

  test('as many links as the kernel follows', () =>
    withTree({ '/l0': '1' }, (root) => {
      for (let n = 1; n <= 41; n++) symlinkSync(`l${n - 1}`, `${root}/l${n}`);
      expect(at(root, '/l40')()).toMatchObject({ kind: 'file' });
      expect(throws(at(root, '/l41'))).toBe('x: too many symbolic links');
    }));

  onLinux('devices, pipes, descriptors of this process and of others', () =>
    withTree({}, (root) => {
      spawnSync('mkfifo', [`${root}/pipe`]);
      expect(at(root, '/pipe')()).toMatchObject({ kind: 'pipe' });
      expect(locate('/dev/null', 'x', 1)).toEqual({ kind: 'device', path: '/dev/null' });
      expect(locate('/dev/fd/7', 'x', 1)).toEqual({ kind: 'descriptor', fd: 7 });
      expect(locate('/proc/self/fd/12', 'x', 1)).toEqual({ kind: 'descriptor', fd: 12 });
      expect(locate(`/proc/${process.pid}/fd/3`, 'x', 1)).toEqual({ kind: 'descriptor', fd: 3 });
      const other = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore'] });
      try {
        expect(locate(`/proc/${other.pid}/fd/1`, 'x', 1)).toMatchObject({ kind: 'device' });
      } finally {
        other.kill('SIGKILL');
      }
      expect(locate(`/proc/${process.pid}/task/${process.pid}/fd/3`, 'x', 1)).toEqual({ kind: 'descriptor', fd: 3 });
      // Only so is it a descriptor of this process, and nothing that is called like it.
      expect(locate('/proc/self/fdinfo/1', 'x', 1)).toMatchObject({ kind: 'file' });
      mkdirSync(`${root}/proc/${process.pid}/fd`, { recursive: true });
      expect(at(root, `/proc/${process.pid}/fd/1`)()).toMatchObject({ kind: 'new' });
      symlinkSync('/proc/self/fd/1', `${root}/1`);
      expect(at(root, '/1')()).toEqual({ kind: 'descriptor', fd: 1 });
      expect(at(root, '/2')()).toMatchObject({ kind: 'new' });
    }),
  );
});
